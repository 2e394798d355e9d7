/*
 * The check: connect, send one request with Connection: close, read the status line's head, judge. 2xx and 3xx are
 * healthy: an application that redirects to its sign-in page is alive.
 */
#include "gateway/health.h"

#include <stdlib.h>

#include "base/log.h"
#include "gateway/exchange.h"
#include "gateway/relay.h"
#include "http/h1.h"
#include "http/write.h"

struct health {
    struct endpoint *endpoint;
    struct link *link; /* while a check is under way */
    struct timer timer;
    uint32_t interval_ms, timeout_ms, failures;
    char *path, *host;
    struct h1_scan scan;
    struct buf head;
};

static void finish(struct health *h, bool healthy, const char *why)
{
    struct endpoint *e = h->endpoint;
    if (h->link)
        link_close(h->link);
    h->link = NULL;
    buf_fini(&h->head);
    timer_set(&e->worker->timers, &h->timer, e->worker->now_ms + h->interval_ms);
    h->failures = healthy ? 0 : h->failures + 1;
    bool unhealthy = h->failures >= HEALTH_FAILURES_COUNT;
    if (unhealthy == e->unhealthy)
        return;
    e->unhealthy = unhealthy;
    counter_set(&endpoint_counters(e)->down, unhealthy);
    if (unhealthy)
        log_notice("upstream %s: health check failed: %s; no further requests for now", e->label, why);
    else {
        log_notice("upstream %s is healthy again", e->label);
        endpoint_succeeded(e);
    }
}

static void on_connected(struct link *link)
{
    struct health *h = link->owner;
    struct buf *out = &h->endpoint->worker->out;
    buf_clear(out);
    h1_write_request_line(out, STR("GET"), str_from(h->path), STR(""));
    h1_write_field(out, STR("Host"), str_from(h->host));
    h1_write_field(out, STR("User-Agent"), STR("strictgate-health"));
    h1_write_field(out, STR("Connection"), STR("close"));
    h1_write_end(out);
    link_set_timeout(link, h->timeout_ms);
    if (!buf_ok(out) || transport_send(&link->transport, buf_str(out)) != TRANSPORT_OK)
        finish(h, false, "the request could not be sent");
}

static void on_failed(struct link *link, const char *why)
{
    struct health *h = link->owner;
    h->link = NULL;
    finish(h, false, why);
}

static void on_input(struct link *link, struct piece input)
{
    struct health *h = link->owner;
    struct http_response response;
    size_t size = 0;
    enum h1_reason reason = H1_REASON_NONE;
    if (!buf_put(&h->head, input.data, input.size)) {
        finish(h, false, "its answer's head is too large");
        return;
    }
    switch (h1_parse_response(buf_str(&h->head), RELAY_HEAD_SIZE_MAX, HTTP_METHOD_GET, &h->scan,
                              h->endpoint->worker->fields, &response, &size, &reason)) {
    case H1_MORE: return;
    case H1_BAD: finish(h, false, h1_reason_text(reason).data); return;
    case H1_OK: break;
    }
    finish(h, response.status >= 200 && response.status < 400, "its answer's status is not 2xx or 3xx");
}

static void on_closed(struct link *link, bool orderly)
{
    (void)orderly;
    finish(link->owner, false, "it closed the connection");
}

static void on_drained(struct link *link)
{
    (void)link;
}

static void on_timed_out(struct link *link)
{
    finish(link->owner, false, "it did not answer in time");
}

static const struct link_events health_events = {
    .connected = on_connected,
    .failed = on_failed,
    .input = on_input,
    .closed = on_closed,
    .drained = on_drained,
    .timed_out = on_timed_out,
};

static void begin(struct timer *timer)
{
    struct health *h = container_of(timer, struct health, timer);
    const char *why = "";
    h->scan = (struct h1_scan){0};
    h->link = link_take(h->endpoint, LINK_FRESH, h->timeout_ms, &health_events, h, &why);
    if (!h->link)
        finish(h, false, why);
}

static uint32_t timeout_of(const struct snap_group *group)
{
    return group->health_timeout_ms ? group->health_timeout_ms : group->connect_timeout_ms;
}

static struct str host_of(const struct snapshot *snapshot, const struct snap_group *group)
{
    struct str host = snapshot_str(snapshot, group->health_host);
    return host.size ? host : STR("localhost");
}

bool health_is_for(const struct health *h, const struct snapshot *snapshot, const struct snap_group *group)
{
    return h->interval_ms == group->health_interval_ms && h->timeout_ms == timeout_of(group) &&
           str_eq(str_from(h->path), snapshot_str(snapshot, group->health_path)) &&
           str_eq(str_from(h->host), host_of(snapshot, group));
}

struct health *health_new(struct endpoint *endpoint, const struct snapshot *snapshot, const struct snap_group *group)
{
    struct health *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->endpoint = endpoint;
    h->interval_ms = group->health_interval_ms;
    h->timeout_ms = timeout_of(group);
    h->path = str_dup(snapshot_str(snapshot, group->health_path));
    h->host = str_dup(host_of(snapshot, group));
    buf_init(&h->head, RELAY_HEAD_SIZE_MAX + WORKER_PLAIN_SIZE);
    timer_init(&h->timer, begin);
    if (!h->path || !h->host) {
        health_free(h);
        return NULL;
    }
    timer_set(&endpoint->worker->timers, &h->timer, endpoint->worker->now_ms);
    return h;
}

void health_free(struct health *h)
{
    if (!h)
        return;
    timer_cancel(&h->endpoint->worker->timers, &h->timer);
    if (h->link)
        link_close(h->link);
    buf_fini(&h->head);
    free(h->path);
    free(h->host);
    free(h);
}
