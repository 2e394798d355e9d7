/*
 * A worker's turn: wait, hand out events, let timers expire, send what HTTP/2 gathered, close what is doomed.
 * Everything that must not happen in the middle of an event is left to the end of the turn.
 */
#include "gateway/worker.h"

#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "codec/date.h"
#include "crypto/random.h"
#include "gateway/client.h"
#include "gateway/collect.h"
#include "gateway/exchange.h"
#include "gateway/http2.h"
#include "gateway/listener.h"
#include "gateway/upstream.h"
#include "os/clock.h"

/* Scratch buffers: one read, encrypted or framed, with room to spare. */
#define WORKER_SCRATCH_SIZE_MAX (1u << 20)

struct epoch *epoch_ref(struct epoch *epoch)
{
    epoch->refs++;
    return epoch;
}

void epoch_unref(struct epoch *epoch)
{
    if (--epoch->refs)
        return;
    (*epoch->count)--;
    generation_unref(epoch->generation);
    free(epoch->endpoints);
    free(epoch);
}

static struct epoch *epoch_new(struct worker *w, struct generation *take)
{
    struct epoch *epoch = calloc(1, sizeof *epoch);
    size_t upstreams = take->snapshot.header->upstreams.count;
    struct endpoint **endpoints = calloc(upstreams ? upstreams : 1, sizeof(struct endpoint *));
    if (!epoch || !endpoints) {
        free(epoch);
        free(endpoints);
        return NULL;
    }
    *epoch = (struct epoch){.generation = take, .snapshot = &take->snapshot, .refs = 1, .endpoints = endpoints};
    epoch->count = &w->epochs_count;
    w->epochs_count++;
    return epoch;
}

static void update_clock(struct worker *w)
{
    w->now_us = clock_monotonic_us();
    w->now_ms = w->now_us / 1000;
    int64_t wall_s = clock_wall_s();
    if (wall_s != w->wall_s) {
        w->wall_s = wall_s;
        w->date_size = date_write_imf(wall_s, w->date).size;
        w->bounded_s = bounded_clock_now(&w->bounded_clock, wall_s, clock_elapsed_s());
    }
}

/* Gauges of the process before this one; only slots in use are touched, since every page touched costs memory. */
static void clear_gauges(struct worker *w)
{
    const struct snapshot *s = w->epoch->snapshot;
    for (uint32_t i = 0; i < s->header->upstreams.count; i++) {
        struct counters_upstream *u = &w->counters->upstreams[s->upstreams[i].slot];
        u->active = u->idle = u->down = 0;
    }
}

/* By it from now on, or unchanged by what there was; the reference is taken in either case. */
static bool switch_generation(struct worker *w, struct generation *take, struct err *err)
{
    struct epoch *before = w->epoch;
    struct epoch *epoch = epoch_new(w, take);
    if (!epoch) {
        generation_unref(take);
        return err_memory(err);
    }
    if (!tls_server_use(w->tls, epoch->snapshot, err)) {
        epoch_unref(epoch);
        return false;
    }
    w->epoch = epoch;
    if (before)
        epoch_unref(before);
    int64_t elapsed_s = clock_elapsed_s();
    bounded_clock_start(&w->bounded_clock, epoch->snapshot->header->made_s, w->wall_s, elapsed_s);
    w->bounded_s = bounded_clock_now(&w->bounded_clock, w->wall_s, elapsed_s);
    upstream_mark(w);
    struct err why = {0};
    if (!before) {
        clear_gauges(w);
        if (!listeners_open(w, &why))
            log_error("worker %u: %s", w->index, why.text);
    }
    counter_set(&w->counters->worker.generation, epoch->snapshot->header->generation);
    return true;
}

/* Back to the generation it has anyway needs nothing that could be refused. */
static bool take_generation(struct worker *w, struct generation *take, struct err *err)
{
    if (!w->epoch || w->epoch->generation != take)
        return switch_generation(w, take, err);
    generation_unref(take);
    return true;
}

static void answer_offer(struct worker *w, struct generation *take)
{
    uint64_t generation = generation_number(take);
    struct err err = {0};
    bool took = take_generation(w, take, &err);
    (void)pthread_mutex_lock(&w->answer_lock);
    w->answered = generation;
    w->took = took;
    w->why = err;
    (void)pthread_mutex_unlock(&w->answer_lock);
}

static void begin_drain(struct worker *w)
{
    w->draining = true;
    w->drain_deadline_ms = w->now_ms + (w->epoch ? worker_limits(w)->drain_timeout_ms : 0);
    listeners_close(w);
    atomic_store(&w->deaf, true);
    for (struct list *node = w->clients.next, *next; node != &w->clients; node = next) {
        next = node->next;
        client_drain(container_of(node, struct client, node));
    }
}

static void worker_on_wake(struct loop_source *source, uint32_t ready)
{
    struct worker *w = container_of(source, struct worker, wake);
    uint64_t count;
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0)
        return;
    struct generation *next = atomic_exchange(&w->next_generation, NULL);
    if (next)
        answer_offer(w, next);
    if (atomic_load(&w->drain_asked) && !w->draining)
        begin_drain(w);
    uint64_t one = 1;
    if (write(w->notify_fd, &one, sizeof one) < 0)
        log_error("worker %u cannot report what it was told", w->index);
}

static void worker_on_sweep(struct timer *timer)
{
    struct worker *w = container_of(timer, struct worker, sweep);
    upstream_sweep(w, false);
    timer_set(&w->timers, timer, w->now_ms + ENDPOINT_SWEEP_MS);
}

static void close_doomed(struct worker *w)
{
    while (!list_is_empty(&w->doomed))
        client_free(container_of(w->doomed.next, struct client, node));
}

static void end_turn(struct worker *w)
{
    struct list now; /* whoever has more to send after its flush waits for the next turn, so that others get theirs */
    list_add_tail(&w->dirty, &now);
    list_remove(&w->dirty);
    while (!list_is_empty(&now)) {
        struct client *c = container_of(now.next, struct client, dirty);
        list_remove(&c->dirty);
        client_go_on(c);
    }
    close_doomed(w);
    upstream_bury(w);
}

static bool drained(const struct worker *w)
{
    return w->draining && (w->clients_count == 0 || w->now_ms >= w->drain_deadline_ms);
}

static void *worker_run(void *argument)
{
    struct worker *w = argument;
    update_clock(w);
    timer_set(&w->timers, &w->sweep, w->now_ms + ENDPOINT_SWEEP_MS);
    while (!drained(w)) {
        loop_wait(w->loop, list_is_empty(&w->dirty) ? timer_wheel_next_ms(&w->timers, w->now_ms) : 0);
        w->turn++;
        update_clock(w);
        loop_dispatch(w->loop);
        timer_wheel_advance(&w->timers, w->now_ms);
        end_turn(w);
    }
    while (!list_is_empty(&w->clients))
        client_free(container_of(w->clients.next, struct client, node));
    close_doomed(w);
    upstream_sweep(w, true);
    atomic_store(&w->done, true);
    uint64_t one = 1;
    if (write(w->notify_fd, &one, sizeof one) < 0)
        log_error("worker %u cannot report its end", w->index);
    return NULL;
}

bool worker_init(struct worker *w, const struct gateway_boot *boot, uint32_t index, struct counters_block *counters,
                 int notify_fd, struct err *err)
{
    *w = (struct worker){.boot = boot,
                         .index = index,
                         .counters = counters,
                         .notify_fd = notify_fd,
                         .answer_lock = PTHREAD_MUTEX_INITIALIZER};
    w->wake.fd = -1;
    list_init(&w->clients);
    list_init(&w->doomed);
    list_init(&w->dirty);
    list_init(&w->endpoints);
    list_init(&w->dead_links);
    list_init(&w->free_exchanges);
    list_init(&w->free_streams);
    buf_init(&w->sealed, WORKER_SCRATCH_SIZE_MAX);
    buf_init(&w->out, WORKER_SCRATCH_SIZE_MAX);
    buf_init(&w->head, WORKER_HEADROOM);
    timer_init(&w->sweep, worker_on_sweep);
    w->cipher = malloc(WORKER_READ_SIZE);
    w->plain_block = malloc(WORKER_HEADROOM + WORKER_PLAIN_SIZE + WORKER_TAILROOM);
    w->tls = tls_server_new();
    if (!w->cipher || !w->plain_block || !w->tls)
        return err_memory(err);
    w->plain = w->plain_block + WORKER_HEADROOM;
    if (!random_bytes(w->came_agents.key, sizeof w->came_agents.key, err) || !loop_new(&w->loop, err))
        return false;
    update_clock(w);
    timer_wheel_init(&w->timers, w->now_ms);
    warm_set_init(&w->warm, &w->timers, &w->now_ms);
    w->wake = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = worker_on_wake};
    if (w->wake.fd < 0 || !loop_add(w->loop, &w->wake, LOOP_READ))
        return err_errno(err, "worker %u", index);
    return true;
}

void worker_fini(struct worker *w)
{
    while (!list_is_empty(&w->free_exchanges)) {
        struct exchange *ex = container_of(w->free_exchanges.next, struct exchange, node);
        list_remove(&ex->node);
        arena_fini(&ex->arena);
        free(ex);
    }
    http2_free_streams(w);
    tls_server_free(w->tls);
    if (w->epoch)
        epoch_unref(w->epoch);
    generation_unref(atomic_exchange(&w->next_generation, NULL));
    if (w->wake.fd >= 0)
        (void)close(w->wake.fd);
    loop_free(w->loop);
    (void)pthread_mutex_destroy(&w->answer_lock);
    buf_fini(&w->sealed);
    buf_fini(&w->out);
    buf_fini(&w->head);
    free(w->cipher);
    free(w->plain_block);
    free(w->file_block);
    collect_limits_free(w->collect_limits);
}

bool worker_start(struct worker *w, struct err *err)
{
    int error = pthread_create(&w->thread, NULL, worker_run, w);
    return error == 0 || err_set(err, ERR_SYSTEM, "worker %u: cannot start a thread: %s", w->index, strerror(error));
}

static void wake(struct worker *w)
{
    uint64_t one = 1;
    if (write(w->wake.fd, &one, sizeof one) < 0)
        log_error("worker %u cannot be woken", w->index);
}

void worker_offer(struct worker *w, struct generation *take_generation)
{
    (void)pthread_mutex_lock(&w->answer_lock);
    w->answered = 0;
    (void)pthread_mutex_unlock(&w->answer_lock);
    generation_unref(atomic_exchange(&w->next_generation, take_generation));
    wake(w);
}

enum worker_reply worker_answer(struct worker *w, uint64_t generation, struct err *err)
{
    enum worker_reply reply = WORKER_SILENT;
    (void)pthread_mutex_lock(&w->answer_lock);
    if (w->answered == generation)
        reply = w->took ? WORKER_TOOK : WORKER_CANNOT;
    if (reply == WORKER_CANNOT)
        *err = w->why;
    (void)pthread_mutex_unlock(&w->answer_lock);
    return reply;
}

void worker_drain(struct worker *w)
{
    atomic_store(&w->drain_asked, true);
    wake(w);
}
