/* A control without processes around it: a temporary data directory, a loop, and a gateway made of a channel's other
 * end. */
#ifndef TESTS_CONTROL_CORE_FIXTURE_H
#define TESTS_CONTROL_CORE_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "check.h"
#include "control/api.h"
#include "control/commit.h"
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
    bool supervisor_is_busy; /* on_acked gets rid of nothing */
    bool disk_is_full;       /* on_keep fails */
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

static inline struct fixture *fixture_new(void)
{
    static const char *const roots[] = {"/srv/www"};
    struct fixture *f = calloc(1, sizeof *f);
    struct core *core = &f->core;
    struct err err = {0};
    (void)snprintf(f->directory, sizeof f->directory, "/tmp/strictgate-ctl-XXXXXX");
    assert_non_null(mkdtemp(f->directory));
    f->boot = (struct control_boot){
        .data_directory = f->directory, .static_roots = roots, .static_roots_count = 1, .counters_fd = -1};
    core->boot = &f->boot;
    f->gateway_fd = -1;
    f->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    state_init(&core->state);
    promise_clock_start(&core->clock, 0, clock_wall_s(), 0);
    assert_true(paths_init(&core->paths, f->directory, &err));
    assert_true(loop_new(&core->loop, &err));
    timer_wheel_init(&core->wheel, clock_monotonic_ms());
    publisher_init(&core->publisher, core->loop, &core->wheel);
    core->publisher.on_acked = fixture_on_acked;
    core->publisher.on_keep = fixture_on_keep;
    assert_true(certificates_new(core->paths.certificates, &core->certificates, &err));
    assert_true(resolver_new(f->wake_fd, &core->resolver, &err));
    assert_true(seal_key_make(core->seal_key, &err));
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
    certificates_free(f->core.certificates);
    state_fini(&f->core.state);
    loop_free(f->core.loop);
    if (f->gateway_fd >= 0)
        (void)close(f->gateway_fd);
    (void)close(f->wake_fd);
    free(f->counters);
    assert_int_equal(nftw(f->directory, fixture_remove, 8, FTW_DEPTH | FTW_PHYS), 0);
    free(f);
}

static inline void fixture_link(struct fixture *f)
{
    int fds[2];
    assert_true(channel_pair(fds, NULL));
    if (f->gateway_fd >= 0)
        (void)close(f->gateway_fd);
    f->gateway_fd = fds[1];
    publisher_link(&f->core.publisher, fds[0], 1);
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
