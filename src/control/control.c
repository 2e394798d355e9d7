/* The control process: sets itself up, turns its loop, takes what the supervisor says, keeps house once a minute. */
#include "control/control.h"

#include <netdb.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "control/acme.h"
#include "control/api.h"
#include "control/autopilot.h"
#include "control/came.h"
#include "control/came_kept.h"
#include "control/carried.h"
#include "control/commit.h"
#include "control/core.h"
#include "control/coverage.h"
#include "control/drawer.h"
#include "control/errands.h"
#include "control/gains.h"
#include "control/hooks.h"
#include "control/mismatch.h"
#include "control/notify.h"
#include "control/observe.h"
#include "control/panel_state.h"
#include "control/preload.h"
#include "control/recall.h"
#include "control/renew.h"
#include "control/reports.h"
#include "control/sealed.h"
#include "control/seen.h"
#include "control/self_check.h"
#include "control/setup_link.h"
#include "control/subnames.h"
#include "control/watch.h"
#include "control/workers.h"
#include "os/channel.h"
#include "os/clock.h"
#include "os/memfd.h"
#include "os/memory.h"
#include "os/sandbox.h"
#include "os/signal.h"
#include "os/socket.h"
#include "os/user.h"
#include "outbound/outbound.h"
#include "snapshot/contract.h"
#include "snapshot/rules.h"

#define HOUSE_INTERVAL_MS 60000
#define MINUTE_S          60

/* What only this file needs, around the core the others share. */
struct control {
    struct core core;
    struct loop_source supervisor;
    struct loop_source resolved;
    int64_t house_ms; /* when to keep house next */
    int64_t renew_ms; /* when to look at certificates next */
    int64_t gains_ms; /* when to write down next what was counted */
    struct drawer_round drawer_round;
};

struct hsts_clock_reading core_read_clock(const struct core *core)
{
    (void)core;
    return (struct hsts_clock_reading){
        .wall_s = clock_wall_s(), .elapsed_s = clock_elapsed_s(), .synchronised = clock_is_synchronised()};
}

int64_t core_over_s(const struct core *core)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    return hsts_clock_over(&core->clock, &reading);
}

int64_t core_latest_s(const struct core *core)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    return hsts_clock_latest(&core->clock, &reading);
}

/* The acknowledged snapshot is what a gateway that starts alone shall serve from: first in the supervisor's memory … */
static bool on_acked(struct publisher *publisher)
{
    struct core *core = container_of(publisher, struct core, publisher);
    panel_events_changed(core, STR(""));
    const struct channel_message message = {
        .type = CONTRACT_KEEP, .value = publisher->present, .fds = {publisher->present_fd}, .fds_count = 1};
    if (channel_send(core->boot->channel_fd, &message) == CHANNEL_OK)
        return true;
    log_debug("the supervisor cannot be given generation %llu yet", (unsigned long long)publisher->present);
    return false;
}

static bool seal_present(const struct core *core, struct err *err)
{
    struct str blob;
    if (!memfd_sealed_map(core->publisher.present_fd, SNAP_SIZE_MAX, &blob, err))
        return false;
    bool fine = sealed_write(core->seal_key, core->paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT), blob, err);
    memfd_unmap(blob.data, blob.size);
    return fine;
}

static void look_at(void *context, struct str site)
{
    struct core *core = context;
    observe_soon(core, site);
}

/* Certificates that are new in it have arrived; whether they are served is seen from outside. */
static void acknowledge(struct core *core)
{
    struct err err = {0};
    const struct publisher *publisher = &core->publisher;
    if (!store_acknowledge(core->store, publisher->acked, publisher->acked_s, look_at, core, &err))
        log_error("when certificates were acknowledged could not be written down: %s", err.text);
}

/* … and then on disk. Only when no older one is left anywhere are the promises it no longer carries closed. */
static bool on_keep(struct publisher *publisher)
{
    struct core *core = container_of(publisher, struct core, publisher);
    struct err err = {0};
    acknowledge(core);
    panel_events_changed(core, STR(""));
    if (seal_present(core, &err))
        return commit_close_promises(core);
    log_error("the last good snapshot could not be sealed for a cold start: %s", err.text);
    return false;
}

static void on_late(struct publisher *publisher)
{
    struct core *core = container_of(publisher, struct core, publisher);
    workers_log(core);
    notify_workers(core);
}

static void on_resolved(struct loop_source *source, uint32_t ready)
{
    struct control *control = container_of(source, struct control, resolved);
    uint64_t count;
    struct err err = {0};
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0 || !resolver_take_change(control->core.resolver))
        return;
    if (!commit_again(&control->core, &err))
        log_error("new addresses of upstreams could not be published: %s", err.text);
}

static void reload(struct core *core)
{
    struct err err = {0};
    if (commit_again(core, &err))
        log_notice("reloaded: generation %llu", (unsigned long long)core->state.generation);
    else
        log_error("reload: %s", err.text);
}

static void take_message(struct core *core, struct channel_message *message)
{
    size_t used = 0;
    switch (message->type) {
    case CONTRACT_LINK:
        if (message->fds_count == 1) {
            core->gateways[core->gateways_count++ % CORE_GATEWAYS_COUNT] = (pid_t)message->value;
            publisher_link(&core->publisher, message->fds[0], message->index, clock_wall_s());
            used = 1;
        }
        break;
    case CONTRACT_RELOAD: reload(core); break;
    case CONTRACT_HOOK_DONE: hook_caller_done(core->hooks, message); break;
    case CONTRACT_STOP: core->stopping = true; break;
    case CONTRACT_PING: break; /* having read it is the answer */
    default: log_warning("the supervisor sent a message of unknown type %u", message->type); break;
    }
    for (size_t i = used; i < message->fds_count; i++)
        (void)close(message->fds[i]);
}

static void on_supervisor(struct loop_source *source, uint32_t ready)
{
    struct control *control = container_of(source, struct control, supervisor);
    struct channel_message message;
    enum channel_result result = CHANNEL_OK;
    (void)ready;
    while (!control->core.stopping && (result = channel_receive(source->fd, &message)) == CHANNEL_OK)
        take_message(&control->core, &message);
    if (result == CHANNEL_CLOSED || result == CHANNEL_BROKEN)
        control->core.stopping = true; /* without a supervisor nobody would ever end us */
}

static void rotate_tickets(struct core *core)
{
    struct err err = {0};
    int64_t now_s = clock_wall_s();
    if (!tickets_due(&core->tickets, now_s))
        return;
    if (!tickets_rotate(&core->tickets, core->seal_key, core->paths.tickets, now_s, &err) || !commit_again(core, &err))
        log_error("the keys of session tickets were not rotated: %s", err.text);
}

static bool write_gains(struct core *core)
{
    struct err err = {0};
    bool more;
    if (!gains_write(core->gains, &core->state, core->counters, core_over_s(core), &more, &err))
        log_error("what was counted could not be written down: %s", err.text);
    return more;
}

static bool take_seen(struct core *core)
{
    struct err err = {0};
    bool more;
    if (!seen_take(core->seen, &core->state, core->counters, core_over_s(core), &more, &err))
        log_error("names that were asked for could not be written down: %s", err.text);
    return more;
}

static bool keep_days(struct core *core, bool (*turn)(struct core *, bool *, struct err *))
{
    struct err err = {0};
    bool more;
    if (!turn(core, &more, &err))
        log_error("the clients of the day could not be written down: %s", err.text);
    return more;
}

/* A round each minute, as soon as the minute is over. */
static void keep_count(struct control *control, int64_t now_ms)
{
    struct core *core = &control->core;
    if (now_ms < control->gains_ms)
        return;
    bool more = write_gains(core);
    more |= take_seen(core);
    reports_turn(core);
    came_turn(core);
    more |= keep_days(core, came_kept_turn);
    if (!more)
        coverage_turn(core);
    control->gains_ms = now_ms + (more ? GAINS_PAUSE_MS : (MINUTE_S - core_over_s(core) % MINUTE_S) * 1000);
}

static void keep_house(struct control *control, int64_t now_ms)
{
    if (now_ms < control->house_ms)
        return;
    struct core *core = &control->core;
    control->house_ms = now_ms + HOUSE_INTERVAL_MS;
    commit_save_clock(core);
    rotate_tickets(core);
    if (now_ms >= control->renew_ms) {
        control->renew_ms = now_ms + RENEW_INTERVAL_MS;
        renew_all(core);
    }
    drawer_turn(core, &control->drawer_round, now_ms);
    observe_turn(core);
    autopilot_turn(core);
    self_check_turn(core);
    notify_turn(core);
    preload_turn(core);
    subnames_turn(core);
}

static void run(struct control *control)
{
    struct core *core = &control->core;
    while (!core->stopping) {
        int64_t now_ms = clock_monotonic_ms();
        timer_wheel_advance(&core->wheel, now_ms);
        keep_house(control, now_ms);
        keep_count(control, now_ms);
        int64_t next_ms = (control->house_ms < control->gains_ms ? control->house_ms : control->gains_ms) - now_ms;
        int wheel_ms = timer_wheel_next_ms(&core->wheel, now_ms);
        loop_turn(core->loop, wheel_ms >= 0 && wheel_ms < next_ms ? wheel_ms : (int)next_ms);
    }
    while (!core->broken && write_gains(core)) {
    }
    while (!core->broken && take_seen(core)) {
    }
    while (!core->broken && keep_days(core, came_kept_end)) {
    }
    if (!core->broken)
        coverage_end(core);
    if (!core->broken)
        reports_turn(core);
    publisher_settle(&core->publisher);
}

/* A store that is gone while a snapshot is there is a loss, not a first start: publishing nothing would end all sites.
 */
static bool check_loss(struct core *core, struct err *err)
{
    if (!store_is_new(core->store) || access(core->paths.snapshot, F_OK) != 0)
        return true;
    (void)err_set(err, ERR_INPUT, "the store is missing although sites were served before");
    return err_fix(err, "put strictgate.db back from a backup; to begin anew remove snapshot.sealed beside it");
}

static bool load_store(struct core *core, struct err *err)
{
    const struct hsts_clock_reading reading = core->read_clock(core);
    if (!store_open(core->boot->data_directory, core->seal_key, &core->store, err) || !check_loss(core, err) ||
        !store_load(core->store, &core->state, &core->book, err) || !watch_new(core->store, &core->watch, err) ||
        !gains_new(core->store, &core->gains, err) || !seen_new(core->store, &core->seen, err) ||
        !mismatches_new(core->store, &core->mismatches, err))
        return false;
    struct hsts_clock_saved saved = core->state.clock;
    if (saved.over_s == 0)
        saved.over_s = book_newest_s(&core->book); /* the clock's record is lost, the ledger is not */
    hsts_clock_start(&core->clock, &saved, &reading);
    commit_look_at_clock(core);
    if (store_news(core->store)[0])
        log_notice("%s", store_news(core->store));
    return true;
}

static void report(enum sandbox_result result, const char *what, const struct err *why)
{
    if (result == SANDBOX_UNAVAILABLE)
        log_notice("%s: %s", what, why->text);
}

/* Name lookups read what is below /etc, /run and the libraries; all else is the data directory. */
static bool confine(const struct control_boot *boot, struct err *err)
{
    static const char *const read_only[] = {"/etc", "/usr", "/lib", "/run"};
    const char *const read_write[] = {boot->data_directory};
    const struct user user = {.uid = boot->uid, .gid = boot->gid};
    struct addrinfo *list = NULL;
    struct err why = {0};
    /* Libraries that lookups load on first use come in before the doors close. */
    if (getaddrinfo("localhost", NULL, NULL, &list) == 0)
        freeaddrinfo(list);
    if (memory_lock(&why) == MEMORY_LIMITED)
        log_notice("%s; %s", why.text, why.fix);
    if (boot->uid && !user_become(&user, err))
        return false;
    if (!user_lock_down(err))
        return false;
    enum sandbox_result files =
        sandbox_confine_files(read_only, sizeof read_only / sizeof *read_only, read_write, 1, err);
    report(files, "files are not confined", err);
    enum sandbox_result calls =
        files == SANDBOX_FAILED ? SANDBOX_FAILED : sandbox_confine_calls(SANDBOX_CONTROL, 0, err);
    report(calls, "system calls are not confined", err);
    return calls != SANDBOX_FAILED;
}

static bool open_counters(struct core *core, struct err *err)
{
    void *at;
    if (core->boot->counters_fd < 0)
        return true;
    if (!memfd_shared_map(core->boot->counters_fd, counters_size(COUNTERS_BLOCKS_MAX), false, &at, err))
        return false;
    core->counters = at;
    if (core->counters->magic != COUNTERS_MAGIC)
        return err_set(err, ERR_INPUT, "the counters are not of this version");
    return true;
}

static bool open_clients(struct core *core, struct err *err)
{
    void *at;
    if (core->boot->clients_fd < 0)
        return true;
    if (!memfd_shared_map(core->boot->clients_fd, sizeof(struct clients), true, &at, err))
        return false;
    core->clients = at;
    return true;
}

static bool open_store(struct core *core, struct err *err)
{
    return sealed_key(core->paths.seal_key, core->paths.store, core->seal_key, err) && load_store(core, err) &&
           tickets_load(&core->tickets, core->seal_key, core->paths.tickets, clock_wall_s(), err) &&
           preload_new(core, &core->preload, err) && certificates_new(core->store, &core->certificates, err);
}

static bool open_loop(struct control *control, struct err *err)
{
    struct core *core = &control->core;
    if (!loop_new(&core->loop, err))
        return false;
    timer_wheel_init(&core->wheel, clock_monotonic_ms());
    publisher_init(&core->publisher, core->loop, &core->wheel);
    core->publisher.on_acked = on_acked;
    core->publisher.on_keep = on_keep;
    core->publisher.on_late = on_late;
    control->resolved = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_resolved};
    control->supervisor = (struct loop_source){.fd = core->boot->channel_fd, .on_ready = on_supervisor};
    if (control->resolved.fd < 0)
        return err_errno(err, "eventfd");
    if (!loop_add(core->loop, &control->resolved, LOOP_READ) || !loop_add(core->loop, &control->supervisor, LOOP_READ))
        return err_errno(err, "epoll_ctl");
    return hook_caller_new(core->loop, core->boot->channel_fd, core->boot->hooks, &core->hooks, err) &&
           errands_new(core->loop, &core->errands, err) && resolver_new(control->resolved.fd, &core->resolver, err) &&
           observer_new(core, &core->observer, err) && self_checker_new(core, &core->self_checker, err) &&
           subnames_new(core, &core->subnames, err) && notifier_new(core, &core->notifier, err) &&
           acme_new(core, &core->acme, err) && panel_new(core, &core->panel, err);
}

static void close_doors(const int fds[static API_DOORS_COUNT])
{
    for (size_t i = 0; i < API_DOORS_COUNT; i++)
        if (fds[i] >= 0)
            (void)close(fds[i]);
}

/* Those in the data directory are made while there are the rights to give them away. */
static bool open_doors(const struct core *core, gid_t admin_gid, int fds[static API_DOORS_COUNT], struct err *err)
{
    const struct user user = {.uid = core->boot->uid, .gid = core->boot->gid};
    fds[API_DOOR_LOOPBACK] = core->boot->panel_fd;
    return api_listen(core->paths.socket, &user, admin_gid, &fds[API_DOOR_CONTROL], err) &&
           api_listen(core->paths.panel_socket, &user, admin_gid, &fds[API_DOOR_PANEL_SOCKET], err);
}

static bool set_up(struct control *control, const struct control_boot *boot, struct err *err)
{
    struct core *core = &control->core;
    gid_t admin_gid = (gid_t)-1;
    int fds[API_DOORS_COUNT] = {-1, -1, -1, -1};
    if (!user_find_group(API_GROUP, &admin_gid))
        admin_gid = (gid_t)-1;
    signal_ignore_pipe();
    if (outbound_start(err) && paths_init(&core->paths, boot->data_directory, err) &&
        open_doors(core, admin_gid, fds, err) && confine(boot, err) && open_counters(core, err) &&
        open_clients(core, err) && open_store(core, err) && open_loop(control, err))
        return api_new(core, fds, admin_gid, &core->api, err);
    close_doors(fds);
    return false;
}

/* The state as it was left is published anew; when that fails the API is there to put it right. */
static bool begin(struct control *control, struct err *ret_err)
{
    struct err err = {0};
    const struct channel_message ready = {.type = CONTRACT_READY};
    if (!recall_promises(&control->core, ret_err))
        return false;
    if (!commit_again(&control->core, &err))
        log_error("the stored state could not be published, the gateway goes on with what it has: %s", err.text);
    if (channel_send(control->core.boot->channel_fd, &ready) != CHANNEL_OK)
        log_warning("the supervisor was not told that control is ready");
    setup_link_announce(&control->core);
    return true;
}

static void tear_down(struct control *control)
{
    struct core *core = &control->core;
    if (core->loop) {
        acme_free(core->acme); /* before whoever it waits for says that control is stopping */
        core->acme = NULL;
        publisher_fini(&core->publisher);
        api_free(core->api);
        panel_free(core, core->panel);
        errands_free(core->errands); /* its threads may wait for hooks */
        hook_caller_free(core->hooks);
        self_checker_free(core->self_checker);
        notifier_free(core->notifier);
        observer_free(core->observer);
        subnames_free(core->subnames);
        resolver_free(core->resolver);
        if (control->resolved.fd >= 0)
            (void)close(control->resolved.fd);
        loop_free(core->loop);
    }
    preload_free(core->preload);
    certificates_free(core->certificates);
    system_roots_fini(&core->system_roots);
    mismatches_free(core->mismatches);
    watch_free(core->watch);
    gains_free(core->gains);
    seen_free(core->seen);
    carried_fini(&core->carried);
    state_fini(&core->state);
    book_fini(&core->book);
    store_close(core->store);
    if (core->counters)
        memfd_unmap(core->counters, counters_size(COUNTERS_BLOCKS_MAX));
    if (core->clients)
        memfd_unmap(core->clients, sizeof(struct clients));
}

int control_run(const struct control_boot *boot)
{
    struct control *control = calloc(1, sizeof *control);
    struct err err = {0};
    int status = 0;
    if (!control) {
        log_error("out of memory");
        return 1;
    }
    control->resolved.fd = -1;
    control->core.boot = boot;
    control->core.started_s = clock_wall_s();
    control->core.read_clock = core_read_clock;
    state_init(&control->core.state);
    book_init(&control->core.book);
    if (set_up(control, boot, &err) && begin(control, &err)) {
        run(control);
    } else {
        log_error("%s%s%s", err.text, err.fix[0] ? "; " : "", err.fix);
        status = 1;
    }
    tear_down(control);
    free(control);
    return status;
}
