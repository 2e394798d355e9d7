/*
 * Endpoints, links, pool and choice. Idle links stay registered for reading, so that a peer's close is seen before the
 * link is used again; what arrives unasked on an idle link closes it.
 */
#include "gateway/upstream.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/exchange.h"
#include "gateway/health.h"

static void link_on_ready(struct loop_source *source, uint32_t ready);
static void link_on_timeout(struct timer *timer);

struct counters_upstream *endpoint_counters(struct endpoint *endpoint)
{
    uint32_t slot = endpoint->slot < COUNTERS_UPSTREAMS_MAX ? endpoint->slot : 0;
    return &endpoint->worker->counters->upstreams[slot];
}

static void publish_gauges(struct endpoint *e)
{
    struct counters_upstream *counters = endpoint_counters(e);
    counter_set(&counters->identity, e->identity);
    counter_set(&counters->active, e->active_count);
    counter_set(&counters->idle, e->idle_count);
    counter_set(&counters->down, e->unhealthy || e->down_until_ms > e->worker->now_ms);
}

static void endpoint_unfile(struct endpoint *e);

static void endpoint_free(struct endpoint *e)
{
    while (!list_is_empty(&e->idle))
        link_close(container_of(e->idle.next, struct link, node));
    health_free(e->health);
    tls_client_free(e->tls_client);
    endpoint_unfile(e);
    free(e->label);
    free(e->tls_name);
    free((void *)(uintptr_t)e->tls_roots.data);
    free(e);
}

/* Identities are hashes already. */
static struct endpoint **bucket(struct worker *w, uint64_t identity)
{
    return &w->endpoint_buckets[identity % WORKER_ENDPOINT_BUCKETS_COUNT];
}

static struct endpoint *endpoint_find(struct worker *w, uint64_t identity)
{
    struct endpoint *e = *bucket(w, identity);
    while (e && e->identity != identity)
        e = e->bucket_next;
    return e;
}

static void endpoint_file(struct endpoint *e)
{
    struct endpoint **head = bucket(e->worker, e->identity);
    e->bucket_next = *head;
    *head = e;
    list_add_tail(&e->worker->endpoints, &e->node);
}

static void endpoint_unfile(struct endpoint *e)
{
    struct endpoint **at = bucket(e->worker, e->identity);
    while (*at != e)
        at = &(*at)->bucket_next;
    *at = e->bucket_next;
    list_remove(&e->node);
}

void upstream_mark(struct worker *w)
{
    const struct snapshot *s = w->epoch->snapshot;
    for (uint32_t i = 0; i < s->header->upstreams.count && !list_is_empty(&w->endpoints); i++) {
        struct endpoint *e = endpoint_find(w, s->upstreams[i].identity);
        if (e)
            e->generation = s->header->generation;
    }
}

static struct endpoint *endpoint_new(struct worker *w, const struct snapshot *s, const struct snap_upstream *up)
{
    struct endpoint *e = calloc(1, sizeof *e);
    if (!e)
        return NULL;
    struct str address = snapshot_str(s, up->address), roots = snapshot_str(s, up->tls_roots);
    e->worker = w;
    e->identity = up->identity;
    e->label = str_dup(snapshot_str(s, up->label));
    e->tls_name = str_dup(snapshot_str(s, up->tls_name));
    e->tls_roots = str_make(roots.size ? str_dup(roots) : NULL, roots.size);
    e->tls = up->flags & SNAP_UPSTREAM_TLS;
    e->tls_unverified = up->flags & SNAP_UPSTREAM_TLS_UNVERIFIED;
    e->resolved = address.size > 0 && address.size <= sizeof e->address;
    if (e->resolved)
        memcpy(&e->address, address.data, address.size);
    list_init(&e->idle);
    endpoint_file(e);
    if (!e->label || !e->tls_name || (roots.size && !e->tls_roots.data)) {
        endpoint_free(e);
        return NULL;
    }
    return e;
}

struct endpoint *endpoint_get(struct worker *w, struct epoch *epoch, uint32_t index)
{
    if (epoch->endpoints[index])
        return epoch->endpoints[index];
    const struct snap_upstream *up = &epoch->snapshot->upstreams[index];
    struct endpoint *e = endpoint_find(w, up->identity);
    if (!e)
        e = endpoint_new(w, epoch->snapshot, up);
    if (!e)
        return NULL;
    e->slot = up->slot;
    e->weight = up->weight ? up->weight : 1;
    if (epoch->snapshot->header->generation > e->generation)
        e->generation = epoch->snapshot->header->generation;
    epoch->endpoints[index] = e;
    publish_gauges(e);
    return e;
}

void endpoint_failed(struct endpoint *e)
{
    counter_add(&endpoint_counters(e)->failures, 1);
    e->failures++;
    uint32_t doublings = e->failures < 6 ? e->failures - 1 : 5;
    int64_t down_ms = (int64_t)ENDPOINT_DOWN_MS_MIN << doublings;
    if (down_ms > ENDPOINT_DOWN_MS_MAX)
        down_ms = ENDPOINT_DOWN_MS_MAX;
    if (e->failures == 1)
        log_notice("upstream %s does not answer; it is left alone for a moment", e->label);
    e->down_until_ms = e->worker->now_ms + down_ms;
    publish_gauges(e);
}

void endpoint_succeeded(struct endpoint *e)
{
    if (e->failures == 0)
        return;
    log_notice("upstream %s answers again", e->label);
    e->failures = 0;
    e->down_until_ms = 0;
    publish_gauges(e);
}

static bool is_up(const struct endpoint *e)
{
    return e->resolved && !e->unhealthy && e->down_until_ms <= e->worker->now_ms;
}

/* Fewer requests under way for its weight is better; products instead of quotients, so that nothing is rounded. */
static bool is_less_loaded(const struct endpoint *a, const struct endpoint *b)
{
    return (uint64_t)a->active_count * b->weight < (uint64_t)b->active_count * a->weight;
}

/* Smooth weighted round robin: all gain their weight, the richest is chosen and pays the sum. */
struct choice {
    struct endpoint *best, *fallback;
    uint32_t best_position, fallback_position;
    int64_t weights;
};

static void consider(struct choice *c, struct endpoint *e, uint32_t position, enum snap_balance balance)
{
    if (!e->resolved)
        return;
    if (!is_up(e)) {
        if (!c->fallback || e->down_until_ms < c->fallback->down_until_ms) {
            c->fallback = e;
            c->fallback_position = position;
        }
        return;
    }
    /* both rules keep the credit: among the equally loaded it is a matter of whose turn it is */
    e->balance += e->weight;
    c->weights += e->weight;
    bool by_load = balance == SNAP_BALANCE_LEAST_CONNECTIONS;
    bool better = !c->best || (by_load && is_less_loaded(e, c->best)) ||
                  (e->balance > c->best->balance && !(by_load && is_less_loaded(c->best, e)));
    if (better) {
        c->best = e;
        c->best_position = position;
    }
}

/* An endpoint outlives its snapshot; how it is checked must not. */
static void follow_health(struct endpoint *e, const struct epoch *epoch, const struct snap_group *group)
{
    uint64_t generation = epoch->snapshot->header->generation;
    if (e->health_generation == generation || epoch != e->worker->epoch)
        return;
    e->health_generation = generation;
    if (e->health && health_is_for(e->health, epoch->snapshot, group))
        return;
    health_free(e->health);
    e->health = NULL;
    e->unhealthy = false;
    if (group->health_interval_ms)
        e->health = health_new(e, epoch->snapshot, group);
    publish_gauges(e);
}

struct endpoint *upstream_choose(struct worker *w, struct epoch *epoch, const struct snap_group *group, uint64_t tried,
                                 uint32_t *ret_position)
{
    struct choice c = {0};
    for (uint32_t i = 0; i < group->upstreams_count && i < 64; i++) {
        if (tried >> i & 1)
            continue;
        struct endpoint *e = endpoint_get(w, epoch, group->upstreams_first + i);
        if (!e)
            continue;
        follow_health(e, epoch, group);
        consider(&c, e, i, (enum snap_balance)group->balance);
    }
    if (c.best) {
        c.best->balance -= c.weights;
        *ret_position = c.best_position;
        return c.best;
    }
    *ret_position = c.fallback_position;
    return c.fallback;
}

/* The gateway itself is short of something: no fault of the endpoint's. */
static bool is_our_fault(int error)
{
    return error == EMFILE || error == ENFILE || error == ENOMEM || error == ENOBUFS || error == EADDRNOTAVAIL;
}

static struct link *link_new(struct endpoint *e, const char **ret_why)
{
    int fd;
    if (!os_connect_start(&e->address, &fd)) {
        bool ours = is_our_fault(errno);
        *ret_why = ours ? "the gateway is out of descriptors, ports or memory" : "the connection was refused";
        if (!ours)
            endpoint_failed(e);
        return NULL;
    }
    struct link *link = calloc(1, sizeof *link);
    if (!link) {
        (void)close(fd);
        *ret_why = "out of memory";
        return NULL;
    }
    link->endpoint = e;
    list_init(&link->node);
    timer_init(&link->timer, link_on_timeout);
    if (!transport_init(&link->transport, e->worker, fd, true, link_on_ready)) {
        free(link);
        *ret_why = "out of memory";
        return NULL;
    }
    counter_add(&endpoint_counters(e)->connects, 1);
    return link;
}

static bool start_tls(struct link *link)
{
    struct endpoint *e = link->endpoint;
    struct err err;
    if (!e->tls_client) {
        e->tls_client = tls_client_new(e->tls_roots, e->tls_unverified, &err);
        if (!e->tls_client)
            log_error("upstream %s: %s", e->label, err.text);
    }
    struct tls_conn *tls = e->tls_client ? tls_conn_new_client(e->tls_client, str_from(e->tls_name)) : NULL;
    if (!tls)
        return false;
    transport_start_tls(&link->transport, tls);
    return true;
}

static bool is_quiet(const struct link *link)
{
    char byte;
    return recv(link->transport.source.fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

/* The pooled link used last, out of the pool; NULL without one. */
static struct link *take_idle(struct endpoint *e, bool quiet)
{
    while (!list_is_empty(&e->idle)) {
        struct link *link = container_of(e->idle.next, struct link, node);
        if (quiet && !is_quiet(link)) {
            link_close(link);
            continue;
        }
        list_remove(&link->node);
        e->idle_count--;
        link->reused = true;
        link->taken_turn = e->worker->turn;
        return link; /* its timer is set anew for what it is taken for */
    }
    return NULL;
}

struct link *link_take(struct endpoint *e, enum link_wish wish, uint32_t connect_timeout_ms,
                       const struct link_events *events, void *owner, const char **ret_why)
{
    struct link *link = wish == LINK_FRESH ? NULL : take_idle(e, wish == LINK_QUIET);
    if (!link) {
        link = link_new(e, ret_why);
        if (!link)
            return NULL;
        if (e->tls && !start_tls(link)) {
            *ret_why = "TLS could not be started";
            link_close(link);
            return NULL;
        }
        link_set_timeout(link, connect_timeout_ms);
    }
    link->events = events;
    link->owner = owner;
    e->active_count++;
    publish_gauges(e);
    return link;
}

/* No longer its owner's. */
static void disown(struct link *link)
{
    if (!link->events)
        return;
    link->events = NULL;
    link->owner = NULL;
    link->endpoint->active_count--;
}

void link_close(struct link *link)
{
    struct worker *w = link->endpoint->worker;
    if (link->dead)
        return;
    link->dead = true;
    if (!link->events && !list_is_empty(&link->node))
        link->endpoint->idle_count--;
    disown(link);
    publish_gauges(link->endpoint);
    timer_cancel(&w->timers, &link->timer);
    transport_fini(&link->transport);
    list_remove(&link->node);
    list_add_tail(&w->dead_links, &link->node);
}

void link_release(struct link *link)
{
    struct endpoint *e = link->endpoint;
    struct worker *w = e->worker;
    const struct snap_limits *limits = worker_limits(w);
    if (w->draining || e->idle_count >= limits->upstream_idle_count_max || link->transport.closed_read ||
        link->transport.broken || transport_backlog(&link->transport)) {
        link_close(link);
        return;
    }
    disown(link);
    list_add_head(&e->idle, &link->node);
    e->idle_count++;
    publish_gauges(e);
    transport_set_reading(&link->transport, true);
    link_set_timeout(link, limits->upstream_idle_timeout_ms);
}

void link_set_timeout(struct link *link, uint32_t timeout_ms)
{
    struct worker *w = link->endpoint->worker;
    timer_set(&w->timers, &link->timer, w->now_ms + timeout_ms);
}

void upstream_bury(struct worker *w)
{
    while (!list_is_empty(&w->dead_links)) {
        struct link *link = container_of(w->dead_links.next, struct link, node);
        list_remove(&link->node);
        free(link);
    }
}

void upstream_sweep(struct worker *w, bool all)
{
    struct list *node = w->endpoints.next;
    while (node != &w->endpoints) {
        struct endpoint *e = container_of(node, struct endpoint, node);
        node = node->next;
        bool current = w->epoch && e->generation == w->epoch->snapshot->header->generation;
        if (all || (!current && e->active_count == 0 && w->epochs_count <= 1))
            endpoint_free(e);
    }
    upstream_bury(w);
}

static void fail(struct link *link, const char *why)
{
    const struct link_events *events = link->events;
    if (events)
        events->failed(link, why);
    link_close(link);
}

static void usable(struct link *link)
{
    timer_cancel(&link->endpoint->worker->timers, &link->timer);
    link->events->connected(link);
}

static void link_connect(struct link *link)
{
    struct transport *t = &link->transport;
    int error = os_connect_result(t->source.fd);
    if (error) {
        endpoint_failed(link->endpoint);
        fail(link, error == ECONNREFUSED ? "the connection was refused" : strerror(error));
        return;
    }
    transport_connected(t);
    if (!t->tls) {
        usable(link);
        return;
    }
    size_t size;
    /* the client speaks first: an empty feed starts the handshake */
    if (transport_feed(t, STR(""), t->worker->plain, WORKER_PLAIN_SIZE, &size) == TRANSPORT_FAILED)
        fail(link, "TLS could not be started");
}

static void link_handshake_failed(struct link *link)
{
    const struct tls_conn *tls = link->transport.tls;
    endpoint_failed(link->endpoint);
    log_warning("upstream %s: TLS handshake failed: %s (%s)", link->endpoint->label,
                tls_failure_name(tls_conn_failure(tls)), tls_conn_failure_text(tls));
    fail(link,
         tls_conn_failure(tls) == TLS_FAILURE_VERIFY ? "its certificate is not trusted" : "the TLS handshake failed");
}

static void link_read(struct link *link)
{
    struct transport *t = &link->transport;
    bool was_established = t->established;
    size_t size = 0;
    if (link->reused && link->events && link->taken_turn == t->worker->turn) {
        link->events->closed(link, false); /* it came before the request was sent: no answer to it */
        return;
    }
    enum transport_result result = transport_read(t, t->worker->plain, WORKER_PLAIN_SIZE, &size);
    if (result == TRANSPORT_FAILED)
        t->closed_read = true; /* never back to the pool, whatever came before */
    if (!was_established) {
        if (!t->established) {
            if (result == TRANSPORT_FAILED || result == TRANSPORT_CLOSED)
                link_handshake_failed(link);
            return;
        }
        usable(link);
    }
    if (!link->events) {
        if (!link->dead && result != TRANSPORT_AGAIN)
            link_close(link); /* idle: closed by the peer, or something nobody asked for */
        return;
    }
    if (size)
        link->events->input(link, (struct piece){t->worker->plain, size, true});
    if (link->dead || !link->events)
        return;
    if (result == TRANSPORT_CLOSED || result == TRANSPORT_FAILED)
        link->events->closed(link, result == TRANSPORT_CLOSED);
}

static void link_write(struct link *link)
{
    size_t before = link->transport.unsent.size;
    enum transport_result result = transport_flush(&link->transport);
    if (result == TRANSPORT_FAILED) {
        /* it reads no more; what it said before (413, say) is still to be read */
        if (link->events)
            transport_drop(&link->transport);
        else
            link_close(link);
        return;
    }
    if (result == TRANSPORT_OK && before && link->events && link->transport.established)
        link->events->drained(link);
}

static void link_on_ready(struct loop_source *source, uint32_t ready)
{
    struct transport *t = container_of(source, struct transport, source);
    struct link *link = container_of(t, struct link, transport);
    if (t->connecting) {
        link_connect(link);
        return;
    }
    if ((ready & LOOP_WRITE) && t->unsent.size)
        link_write(link);
    if (link->dead || !(ready & LOOP_READ))
        return;
    /* held back, a hang-up waits: what came before it must still be read */
    if (t->reading && !t->closed_read)
        link_read(link);
    else if (t->closed_read && link->events && (ready & LOOP_HANGUP))
        link->events->closed(link, false);
    else
        transport_settle(t);
}

static void link_on_timeout(struct timer *timer)
{
    struct link *link = container_of(timer, struct link, timer);
    if (!link->events) {
        link_close(link);
        return;
    }
    if (link->transport.connecting || !link->transport.established) {
        endpoint_failed(link->endpoint);
        fail(link, "it did not accept a connection in time");
        return;
    }
    link->events->timed_out(link);
}
