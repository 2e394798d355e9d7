/*
 * The gateway's main thread: takes snapshots from the link, hands them to the workers, acknowledges, passes on drains
 * and new log descriptors. It never sees a request.
 */
#include "gateway/gateway.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/access_log.h"
#include "gateway/files.h"
#include "gateway/rollout.h"
#include "gateway/worker.h"
#include "os/channel.h"
#include "os/clock.h"
#include "os/memfd.h"
#include "os/memory.h"
#include "os/sandbox.h"
#include "os/user.h"
#include "snapshot/contract.h"

struct gateway {
    const struct gateway_boot *boot;
    struct counters_block *blocks; /* of the counters, one a worker */
    struct clients *clients;       /* or NULL */
    struct worker *workers;
    struct rollout rollout;
    struct access_log_writer *log;
    int notify_fd; /* workers report here */
    int link_fd;   /* to control, or -1 */
    bool draining;
    bool listeners_closed;
};

static bool map_counters(struct gateway *g, struct err *err)
{
    uint32_t blocks_count = g->boot->counters_first + g->boot->workers_count;
    void *at;
    if (!memfd_shared_map(g->boot->counters_fd, counters_size(blocks_count), true, &at, err))
        return false;
    struct counters *counters = at;
    if (counters->magic && counters->magic != COUNTERS_MAGIC)
        return err_set(err, ERR_INPUT, "the counters are not of this version");
    counters->magic = COUNTERS_MAGIC;
    counters->workers_count = g->boot->workers_count;
    counters->started_s = (uint64_t)clock_wall_s();
    if (counters->blocks_count < blocks_count)
        counters->blocks_count = blocks_count;
    g->blocks = &counters->blocks[g->boot->counters_first];
    for (uint32_t i = 0; i < g->boot->workers_count; i++) {
        /* gauges of the process before this one; its counters go on */
        struct counters_worker *w = &g->blocks[i].worker;
        w->generation = w->connections_open = w->tunnels_open = 0;
    }
    return true;
}

/* Without it nobody is noted, and everything else works. */
static bool map_clients(struct gateway *g, struct err *err)
{
    void *at;
    if (g->boot->clients_fd < 0)
        return true;
    if (!memfd_shared_map(g->boot->clients_fd, sizeof(struct clients), true, &at, err))
        return false;
    g->clients = at;
    return true;
}

static void tell(int fd, uint32_t type, uint64_t value, const char *text)
{
    struct channel_message message = {.type = type, .value = value, .payload = str_from(text)};
    if (fd >= 0 && channel_send(fd, &message) != CHANNEL_OK)
        log_debug("a message could not be delivered: its receiver is gone or busy");
}

static void take_snapshot(struct gateway *g, struct channel_message *message)
{
    struct err err = {0};
    int fd = message->fds[0];
    message->fds_count = 0;
    struct generation *generation = generation_new(fd, &err);
    if (generation) {
        rollout_offer(&g->rollout, generation);
        return;
    }
    log_error("generation %llu refused: %s", (unsigned long long)message->value, err.text);
    tell(g->link_fd, CONTRACT_REJECT, message->value, err.text);
}

/* From control. The same again (after control has restarted) is not taken again: equal numbers are equal content. */
static void on_published(struct gateway *g, struct channel_message *message)
{
    bool same = message->value == rollout_offered(&g->rollout);
    if (message->fds_count == 0)
        return;
    if (same && rollout_is_settled(&g->rollout))
        tell(g->link_fd, CONTRACT_ACK, message->value, "");
    else if (!same || !g->rollout.under_way)
        take_snapshot(g, message);
}

/*
 * From the supervisor: what the gateway that control speaks to has acknowledged. It reaches those that control does not
 * speak to: one that is being started beside it, or drains, would go on with an older one.
 */
static void on_kept(struct gateway *g, struct channel_message *message)
{
    if (message->fds_count && message->value > rollout_offered(&g->rollout))
        take_snapshot(g, message);
}

/* What workers answered. An acknowledgement says that every worker serves by this generation, and by no other. */
static void report(struct gateway *g)
{
    struct err err = {0};
    struct rollout_news news = rollout_look(&g->rollout, &err);
    unsigned long long generation = (unsigned long long)news.generation;
    switch (news.event) {
    case ROLLOUT_NOTHING: break;
    case ROLLOUT_SERVED: tell(g->link_fd, CONTRACT_ACK, news.generation, ""); break;
    case ROLLOUT_REFUSED:
        log_error("worker %u cannot serve by generation %llu: %s", news.worker, generation, err.text);
        tell(g->link_fd, CONTRACT_REJECT, news.generation, err.text);
        break;
    case ROLLOUT_STUCK:
        log_error("worker %u cannot go back to generation %llu: %s", news.worker, generation, err.text);
        break;
    }
}

static void drain(struct gateway *g)
{
    if (g->draining)
        return;
    g->draining = true;
    for (uint32_t i = 0; i < g->boot->workers_count; i++)
        worker_drain(&g->workers[i]);
}

/*
 * As soon as no worker accepts any more: what connects from then on is refused at once (or served by the gateway that
 * shares the sockets), instead of waiting in a queue that is thrown away at the end.
 */
static void close_listeners(struct gateway *g)
{
    if (!g->draining || g->listeners_closed)
        return;
    for (uint32_t i = 0; i < g->boot->workers_count; i++)
        if (!atomic_load(&g->workers[i].deaf))
            return;
    g->listeners_closed = true;
    for (size_t i = 0; i < g->boot->listeners_count; i++)
        for (size_t k = 0; k < g->boot->listeners[i].fds_count; k++)
            (void)close(g->boot->listeners[i].fds[k]);
}

static void take_link(struct gateway *g, struct channel_message *message)
{
    if (message->fds_count == 0)
        return;
    if (g->link_fd >= 0)
        (void)close(g->link_fd);
    g->link_fd = message->fds[0];
    message->fds_count = 0;
}

static void close_fds(const struct channel_message *message)
{
    for (size_t i = 0; i < message->fds_count; i++)
        (void)close(message->fds[i]);
}

/* From the supervisor. False when it is gone, which ends us: nobody would restart anything. */
static bool on_supervisor(struct gateway *g)
{
    struct channel_message message;
    enum channel_result result;
    while ((result = channel_receive(g->boot->channel_fd, &message)) == CHANNEL_OK) {
        switch ((enum contract_message)message.type) {
        case CONTRACT_DRAIN: drain(g); break;
        case CONTRACT_LINK: take_link(g, &message); break;
        case CONTRACT_SNAPSHOT: on_kept(g, &message); break;
        case CONTRACT_ACCESS_LOG:
            if (message.fds_count && g->log) {
                access_log_reopen(g->log, message.fds[0]);
                message.fds_count = 0;
            }
            break;
        default: break;
        }
        close_fds(&message);
    }
    return result == CHANNEL_AGAIN;
}

/* From control. Its loss costs nothing: the workers go on with what they have. */
static void on_link(struct gateway *g)
{
    struct channel_message message;
    enum channel_result result;
    while ((result = channel_receive(g->link_fd, &message)) == CHANNEL_OK) {
        if (message.type == CONTRACT_SNAPSHOT)
            on_published(g, &message);
        close_fds(&message);
    }
    if (result != CHANNEL_AGAIN) {
        (void)close(g->link_fd);
        g->link_fd = -1;
    }
}

static bool all_done(const struct gateway *g)
{
    for (uint32_t i = 0; i < g->boot->workers_count; i++)
        if (!atomic_load(&g->workers[i].done))
            return false;
    return true;
}

static int serve(struct gateway *g)
{
    while (!all_done(g)) {
        struct pollfd fds[] = {
            {.fd = g->boot->channel_fd, .events = POLLIN},
            {.fd = g->notify_fd, .events = POLLIN},
            {.fd = g->link_fd, .events = POLLIN},
        };
        if (poll(fds, 3, -1) < 0 && errno != EINTR)
            return 1;
        if (fds[0].revents && !on_supervisor(g)) {
            log_error("the supervisor is gone");
            return 1;
        }
        if (fds[2].revents && g->link_fd == fds[2].fd)
            on_link(g);
        if (fds[1].revents) {
            uint64_t count;
            if (read(g->notify_fd, &count, sizeof count) > 0) {
                report(g);
                close_listeners(g);
            }
        }
    }
    return 0;
}

static bool start_workers(struct gateway *g, struct err *err)
{
    const struct gateway_boot *boot = g->boot;
    g->workers = calloc(boot->workers_count, sizeof *g->workers);
    g->notify_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (!g->workers || g->notify_fd < 0)
        return err_errno(err, "cannot start the workers");
    rollout_init(&g->rollout, g->workers, boot->workers_count);
    if (boot->access_log_format != GATEWAY_LOG_OFF && boot->access_log_fd >= 0) {
        g->log = access_log_new(boot->workers_count, boot->access_log_format, boot->access_log_fd, err);
        if (!g->log)
            return false;
    }
    for (uint32_t i = 0; i < boot->workers_count; i++) {
        if (!worker_init(&g->workers[i], boot, i, &g->blocks[i], g->notify_fd, err))
            return false;
        g->workers[i].came = g->clients;
        g->workers[i].access_log = access_log_ring(g->log, i, &g->blocks[i].worker);
    }
    for (uint32_t i = 0; i < boot->workers_count; i++)
        if (!worker_start(&g->workers[i], err))
            return false;
    return g->log == NULL || access_log_start(g->log, err);
}

/* Read when an upstream is spoken to over TLS without roots of its own. */
static const char *const system_roots[] = {"/etc/ssl/certs", "/usr/lib/ssl", "/usr/share/ca-certificates",
                                           "/usr/local/share/ca-certificates"};
#define SYSTEM_ROOTS_COUNT (sizeof system_roots / sizeof *system_roots)

static bool confine_files(const struct gateway *g, struct err *err)
{
    size_t count = g->boot->static_roots_count + SYSTEM_ROOTS_COUNT;
    const char **folders = calloc(count, sizeof *folders);
    if (!folders)
        return err_memory(err);
    for (size_t i = 0; i < count; i++)
        folders[i] = i < SYSTEM_ROOTS_COUNT ? system_roots[i] : g->boot->static_roots[i - SYSTEM_ROOTS_COUNT];
    enum sandbox_result result = sandbox_confine_files(folders, count, NULL, 0, err);
    free(folders);
    if (result == SANDBOX_UNAVAILABLE)
        log_notice("files are not confined by Landlock: %s", err->text);
    return result != SANDBOX_FAILED;
}

/* Gives up every power that serving does not need. */
static bool confine(const struct gateway *g, struct err *err)
{
    const struct user user = {.uid = g->boot->uid, .gid = g->boot->gid};
    (void)memory_lock(NULL); /* when it cannot be, control says so */
    if (user.uid && !user_become(&user, err))
        return false;
    if (!user_lock_down(err) || !confine_files(g, err))
        return false;
    enum sandbox_result result = sandbox_confine_calls(SANDBOX_GATEWAY, 0, err);
    if (result == SANDBOX_UNAVAILABLE)
        log_notice("system calls are not confined by seccomp: %s", err->text);
    return result != SANDBOX_FAILED;
}

static bool begin(struct gateway *g, struct err *err)
{
    if (!map_counters(g, err) || !map_clients(g, err))
        return false;
    if (!confine(g, err) || !start_workers(g, err))
        return false;
    if (g->boot->snapshot_fd < 0)
        return true;
    struct err why = {0};
    struct generation *last = generation_new(g->boot->snapshot_fd, &why);
    if (last)
        rollout_offer(&g->rollout, last);
    else
        log_warning("the kept snapshot cannot be used: %s", why.text);
    return true;
}

int gateway_run(const struct gateway_boot *boot)
{
    struct gateway g = {.boot = boot, .notify_fd = -1, .link_fd = -1};
    struct err err = {0};
    if (!begin(&g, &err)) {
        log_error("%s", err.text);
        return 1;
    }
    tell(boot->channel_fd, CONTRACT_READY, 0, "");
    int status = serve(&g);
    if (status)
        return status; /* threads still run: leave everything to the kernel */
    for (uint32_t i = 0; i < boot->workers_count; i++) {
        (void)pthread_join(g.workers[i].thread, NULL);
        worker_fini(&g.workers[i]);
    }
    rollout_fini(&g.rollout);
    access_log_free(g.log);
    free(g.workers);
    (void)close(g.notify_fd);
    if (g.link_fd >= 0)
        (void)close(g.link_fd);
    return 0;
}
