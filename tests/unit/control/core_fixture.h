/* A control without processes around it: a temporary data directory with a store, a loop, a clock that can be moved,
 * and a gateway made of a channel's other end. */
#ifndef TESTS_CONTROL_CORE_FIXTURE_H
#define TESTS_CONTROL_CORE_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "check.h"
#include "control/api.h"
#include "control/carried.h"
#include "control/commit.h"
#include "control/gains.h"
#include "control/mismatch.h"
#include "control/seen.h"
#include "control/watch.h"
#include "os/channel.h"
#include "os/clock.h"
#include "os/file.h"
#include "snapshot/contract.h"

struct fixture {
    struct core core;
    struct control_boot boot;
    struct counters *counters;
    char directory[40];
    int wake_fd;
    int gateway_fd; /* the other end of the link, -1 without one */
    unsigned kept;  /* calls of on_keep */
    unsigned acked;
    bool supervisor_is_busy;         /* on_acked gets rid of nothing */
    bool disk_is_full;               /* on_keep fails */
    int64_t passed_s;                /* since the test began: both clocks are ahead of the real ones by this */
    int64_t wall_shift_s;            /* the wall clock is off by this besides */
    struct hsts_clock_reading began; /* the real ones when control began */
    bool is_stopped;                 /* that is what they are taken for */
};

/* Declared by core.h and defined by control.c, which the tests leave out of the picture by linking the library whole.
 */
static inline bool fixture_on_acked(struct publisher *publisher)
{
    struct fixture *f = container_of(container_of(publisher, struct core, publisher), struct fixture, core);
    f->acked++;
    return !f->supervisor_is_busy;
}

static inline bool fixture_on_keep(struct publisher *publisher)
{
    struct fixture *f = container_of(container_of(publisher, struct core, publisher), struct fixture, core);
    f->kept += !f->disk_is_full;
    return !f->disk_is_full;
}

static inline struct hsts_clock_reading fixture_real_clock(const struct fixture *f)
{
    return f->is_stopped ? f->began
                         : (struct hsts_clock_reading){.wall_s = clock_wall_s(), .elapsed_s = clock_elapsed_s()};
}

static inline struct hsts_clock_reading fixture_clock_at(const struct fixture *f, const struct hsts_clock_reading *real)
{
    return (struct hsts_clock_reading){.wall_s = real->wall_s + f->passed_s + f->wall_shift_s,
                                       .elapsed_s = real->elapsed_s + f->passed_s};
}

static inline struct hsts_clock_reading fixture_read_clock(const struct core *core)
{
    const struct fixture *f = (const void *)((const char *)core - offsetof(struct fixture, core));
    const struct hsts_clock_reading real = fixture_real_clock(f);
    return fixture_clock_at(f, &real);
}

/* Since control began time passes for it by passed_s alone, however long the test takes: both clocks in step. */
static inline void fixture_stop_clock(struct fixture *f)
{
    f->is_stopped = true;
}

/* Opens what is in the directory, as a control that starts does. */
static inline void fixture_load(struct fixture *f)
{
    struct core *core = &f->core;
    struct err err = {0};
    f->began = fixture_real_clock(f);
    const struct hsts_clock_reading reading = fixture_clock_at(f, &f->began);
    assert_true(store_open(f->directory, core->seal_key, &core->store, &err));
    assert_true(store_load(core->store, &core->state, &core->book, &err));
    hsts_clock_start(&core->clock, &core->state.clock, &reading);
    commit_look_at_clock(core);
    assert_true(watch_new(core->store, &core->watch, &err));
    assert_true(gains_new(core->store, &core->gains, &err));
    assert_true(seen_new(core->store, &core->seen, &err));
    assert_true(mismatches_new(core->store, &core->mismatches, &err));
    assert_true(certificates_new(core->store, &core->certificates, &err));
}

static inline void fixture_unload(struct fixture *f)
{
    struct core *core = &f->core;
    certificates_free(core->certificates);
    mismatches_free(core->mismatches);
    watch_free(core->watch);
    gains_free(core->gains);
    seen_free(core->seen);
    carried_fini(&core->carried);
    state_fini(&core->state);
    book_fini(&core->book);
    store_close(core->store);
}

/* Control dies and is started again: what is not in the store is gone. */
static inline void fixture_restart(struct fixture *f)
{
    fixture_unload(f);
    fixture_load(f);
}

static inline struct fixture *fixture_new(void)
{
    static const char *const roots[] = {"/srv/www"};
    struct fixture *f = calloc(1, sizeof *f);
    struct core *core = &f->core;
    struct err err = {0};
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/strictgate-ctl-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    f->boot = (struct control_boot){.data_directory = f->directory,
                                    .static_roots = roots,
                                    .static_roots_count = 1,
                                    .http_port = 80,
                                    .https_port = 443,
                                    .served_https_port = 443,
                                    .counters_fd = -1,
                                    .clients_fd = -1,
                                    .panel_fd = -1};
    core->boot = &f->boot;
    f->gateway_fd = -1;
    f->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    core->read_clock = fixture_read_clock;
    assert_true(paths_init(&core->paths, f->directory, &err));
    assert_true(loop_new(&core->loop, &err));
    timer_wheel_init(&core->wheel, clock_monotonic_ms());
    publisher_init(&core->publisher, core->loop, &core->wheel);
    core->publisher.on_acked = fixture_on_acked;
    core->publisher.on_keep = fixture_on_keep;
    assert_true(seal_key_make(core->seal_key, &err));
    fixture_load(f);
    assert_true(resolver_new(f->wake_fd, &core->resolver, &err));
    assert_true(tickets_load(&core->tickets, core->seal_key, core->paths.tickets, clock_wall_s(), &err));
    f->counters = aligned_alloc(_Alignof(struct counters), counters_size(1));
    assert_non_null(f->counters);
    memset(f->counters, 0, counters_size(1));
    f->counters->magic = COUNTERS_MAGIC;
    f->counters->workers_count = 1;
    f->counters->blocks_count = 1;
    core->counters = f->counters;
    return f;
}

static inline int fixture_remove(const char *path, const struct stat *status, int kind, struct FTW *at)
{
    (void)status;
    (void)kind;
    (void)at;
    return remove(path);
}

static inline void fixture_free(struct fixture *f)
{
    publisher_fini(&f->core.publisher);
    resolver_free(f->core.resolver);
    fixture_unload(f);
    system_roots_fini(&f->core.system_roots);
    loop_free(f->core.loop);
    if (f->gateway_fd >= 0)
        (void)close(f->gateway_fd);
    (void)close(f->wake_fd);
    free(f->counters);
    assert_int_equal(nftw(f->directory, fixture_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(f);
}

/* As if somebody had looked at the site a moment ago and liked what there is; `trust` is who vouches for its chain. */
static inline void fixture_look(struct fixture *f, const char *site, enum observed_trust trust)
{
    struct hsts_observation seen = {.trust = trust};
    const struct watch_leaf leaves[CERT_SIDES_COUNT] = {{.served = false}};
    struct err err = {0};
    bool changed;
    for (size_t i = 0; i < OBSERVED_COUNT; i++)
        seen.facts[i] =
            (struct observed_fact){.verdict = OBSERVED_GOOD, .at_s = fixture_real_clock(f).wall_s + f->passed_s};
    const struct site *found = state_find(&f->core.state, str_from(site));
    assert_true(watch_observed(f->core.watch, found, &seen, leaves, &changed, &err));
}

/* Two renewals were seen served: promises are not bounded by the certificate any more. */
static inline void fixture_prove_renewals(struct fixture *f, const char *site)
{
    const struct hsts_observation seen = {.trust = OBSERVED_TRUST_DECLARED};
    struct err err = {0};
    for (int i = 0; i < 3; i++) {
        char fingerprint[CERT_FINGERPRINT_SIZE + 1];
        bool changed;
        (void)snprintf(fingerprint, sizeof fingerprint, "%064d", i);
        const struct watch_leaf one = {.leaf = {.fingerprint = str_from(fingerprint)}, .served = true};
        const struct watch_leaf leaves[CERT_SIDES_COUNT] = {one, one};
        const struct site *found = state_find(&f->core.state, str_from(site));
        assert_true(watch_observed(f->core.watch, found, &seen, leaves, &changed, &err));
        assert_true(changed);
    }
}

/* The present snapshot is the only one left anywhere. */
static inline void fixture_settle(struct fixture *f)
{
    assert_true(commit_close_promises(&f->core));
}

static inline void fixture_link(struct fixture *f)
{
    int fds[2];
    assert_true(channel_pair(fds, NULL));
    if (f->gateway_fd >= 0)
        (void)close(f->gateway_fd);
    f->gateway_fd = fds[1];
    publisher_link(&f->core.publisher, fds[0], contract_blocks(0, 1), 1);
}

/* The next snapshot that arrived at the gateway, 0 when there is none. */
static inline uint64_t fixture_receive(struct fixture *f)
{
    struct channel_message message;
    if (channel_receive(f->gateway_fd, &message) != CHANNEL_OK)
        return 0;
    assert_int_equal(message.type, CONTRACT_SNAPSHOT);
    assert_int_equal(message.fds_count, 1);
    (void)close(message.fds[0]);
    return message.value;
}

static inline void fixture_answer(struct fixture *f, uint32_t type, uint64_t generation)
{
    const struct channel_message message = {.type = type, .value = generation, .payload = STR_INIT("because")};
    assert_int_equal(channel_send(f->gateway_fd, &message), CHANNEL_OK);
    loop_turn(f->core.loop, 100);
}

#endif
