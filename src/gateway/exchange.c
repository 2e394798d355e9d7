/*
 * The life of a request, seen from the middle: head in, site and route found, source asked, response fields put right,
 * counted, logged. Fields that protect the visitor (Strict-Transport-Security above all) are set here and nowhere else,
 * so that every response passes through one place, whatever made it.
 */
#include "gateway/exchange.h"

#include <assert.h>
#include <stdlib.h>

#include "gateway/access_log.h"
#include "gateway/asked.h"
#include "gateway/census.h"
#include "gateway/census_refuse.h"
#include "gateway/client.h"
#include "gateway/collect.h"
#include "gateway/files.h"
#include "gateway/origin.h"
#include "gateway/redirect.h"
#include "gateway/relay.h"
#include "gateway/report_fields.h"
#include "gateway/respond.h"
#include "http/cookie.h"
#include "http/location.h"
#include "os/clock.h"

static void on_body_timeout(struct timer *timer);

struct exchange *exchange_new(struct client *client, const struct exchange_client_ops *ops, void *stream)
{
    struct worker *w = client->worker;
    struct exchange *ex;
    struct arena arena;
    if (!list_is_empty(&w->free_exchanges)) {
        ex = container_of(w->free_exchanges.next, struct exchange, node);
        list_remove(&ex->node);
        w->free_exchanges_count--;
        arena = ex->arena;
    } else {
        ex = malloc(sizeof *ex);
        if (!ex)
            return NULL;
        arena_init(&arena, EXCHANGE_ARENA_SIZE_MAX);
    }
    *ex = (struct exchange){
        .worker = w,
        .client = client,
        .ops = ops,
        .stream = stream,
        .arena = arena,
        .epoch = epoch_ref(w->epoch),
        .slot = SNAPSHOT_NONE,
        .secure = client->secure,
        .scheme_https = client->secure,
        .client_text = client->peer_text,
        .started_us = w->now_us,
    };
    list_init(&ex->node);
    timer_init(&ex->body_timer, on_body_timeout);
    return ex;
}

static void release_epoch(struct exchange *ex)
{
    if (ex->epoch)
        epoch_unref(ex->epoch);
    ex->epoch = NULL;
    ex->site = NULL;
}

void exchange_discard(struct exchange *ex)
{
    struct worker *w = ex->worker;
    timer_cancel(&w->timers, &ex->body_timer);
    release_epoch(ex);
    arena_clear(&ex->arena);
    if (w->free_exchanges_count >= EXCHANGE_FREE_COUNT_MAX) {
        arena_fini(&ex->arena);
        free(ex);
        return;
    }
    list_add_head(&w->free_exchanges, &ex->node);
    w->free_exchanges_count++;
}

static void count_duration(struct exchange *ex)
{
    struct counters_worker *counters = &ex->worker->counters->worker;
    uint64_t duration_us = (uint64_t)(clock_monotonic_us() - ex->started_us);
    size_t bucket = 0;
    while (bucket < COUNTERS_DURATIONS - 1 && duration_us > counters_duration_bounds_ms[bucket] * 1000ull)
        bucket++;
    counter_add(&counters->durations[bucket], 1);
    counter_add(&counters->durations_sum_us, duration_us);
}

struct counters_site *exchange_counters(struct exchange *ex)
{
    return ex->slot < COUNTERS_SITES_MAX ? &ex->worker->counters->sites[ex->slot] : NULL;
}

static void count(struct exchange *ex)
{
    struct counters_site *counters = exchange_counters(ex);
    count_duration(ex);
    if (!counters)
        return;
    counter_add(ex->secure ? &counters->requests_https : &counters->requests_http, 1);
    unsigned class = ex->status / 100u;
    counter_add(&counters->responses[class < 6 ? class : 0], 1);
    counter_add(&counters->bytes_received, ex->received_size);
    counter_add(&counters->bytes_sent, ex->sent_size);
    if (ex->hsts_sent)
        counter_add(&counters->hsts_sent, 1);
    const struct came_said said = came_said(ex);
    came_exchange(ex, &said);
    census_exchange(ex, &said);
}

void exchange_free(struct exchange *ex)
{
    if (ex->source) {
        const struct exchange_source_ops *source = ex->source;
        ex->source = NULL;
        source->cancel(ex);
    }
    if (ex->tunnel)
        counter_set(&ex->worker->counters->worker.tunnels_open, ex->worker->counters->worker.tunnels_open - 1);
    count(ex);
    if (ex->worker->access_log)
        access_log_exchange(ex->worker->access_log, ex);
    exchange_discard(ex);
}

/* The bytes of every view of the request, moved by the same distance. */
static void shift(struct str *s, ptrdiff_t by)
{
    if (s->data)
        s->data = (const char *)((uintptr_t)s->data + (uintptr_t)by);
}

/*
 * HTTP/1.1 heads are parsed where they were received; from here on they must outlive that buffer. One copy of the
 * whole head and one of the field table, then every view is shifted.
 */
bool exchange_keep_head(struct exchange *ex, struct str head)
{
    struct http_request *r = &ex->request;
    char *copy = arena_alloc(&ex->arena, head.size ? head.size : 1);
    struct http_field *fields = arena_alloc(&ex->arena, (r->fields_count + 1) * sizeof *fields);
    if (!copy || !fields)
        return false;
    memcpy(copy, head.data, head.size);
    if (r->fields_count)
        memcpy(fields, r->fields, r->fields_count * sizeof *fields);
    ptrdiff_t by = (ptrdiff_t)((uintptr_t)copy - (uintptr_t)head.data);
    struct str *views[] = {&r->method_text, &r->target, &r->path, &r->query, &r->authority, &r->host};
    for (size_t i = 0; i < sizeof views / sizeof *views; i++) {
        /* a view may be a constant ("/" of an absolute target without path) */
        if (views[i]->data >= head.data && views[i]->data <= head.data + head.size)
            shift(views[i], by);
    }
    for (size_t i = 0; i < r->fields_count; i++) {
        shift(&fields[i].name, by);
        shift(&fields[i].value, by);
    }
    r->fields = fields;
    return true;
}

/* The certificate this connection was secured with is one of the site's. */
static bool site_is_served(const struct exchange *ex, const struct snap_site *site)
{
    uint64_t served = tls_conn_certificate(ex->client->transport.tls);
    const struct snapshot *s = ex->epoch->snapshot;
    const uint32_t pair[] = {site->certificate_ecdsa, site->certificate_rsa};
    for (size_t i = 0; i < 2; i++)
        if (pair[i] != SNAPSHOT_NONE && s->certificates[pair[i]].identity == served)
            return true;
    /* replaced since: the connection was made for a name of the same site under its former certificate */
    return client_site(ex->client, s) == site;
}

static void set_site(struct exchange *ex, const struct snap_site *site)
{
    ex->site = site;
    ex->slot = site ? site->slot : SNAPSHOT_NONE;
}

/* /.well-known/acme-challenge/TOKEN (RFC 8555 section 8.3): for any host. True when answered. */
static bool answer_challenge(struct exchange *ex)
{
    const struct str prefix = STR(REDIRECT_CHALLENGE_PREFIX);
    if (!str_starts(ex->request.path, prefix))
        return false;
    const struct snap_challenge *challenge =
        snapshot_challenge(ex->epoch->snapshot, str_after(ex->request.path, prefix.size));
    if (!challenge)
        return false;
    respond_fixed(ex, 200, STR("application/octet-stream"), snapshot_str(ex->epoch->snapshot, challenge->content));
    return true;
}

/* Finds the site. False when the request was answered instead. */
static bool find_site(struct exchange *ex)
{
    bool by_wildcard;
    set_site(ex, snapshot_site_by(ex->epoch->snapshot, ex->request.host, &by_wildcard));
    if (by_wildcard)
        asked_note(ex->worker, ex->request.host, SEEN_BY_HOST);
    if (ex->site && ex->secure && !site_is_served(ex, ex->site)) {
        set_site(ex, NULL);
        exchange_fail(ex, 421, STR("This connection was made for another site. Please open the address again."));
        return false;
    }
    if (ex->site)
        return true;
    if (answer_challenge(ex))
        return false; /* the exchange may be gone */
    asked_note(ex->worker, ex->request.host, SEEN_BY_HOST);
    counter_add(&ex->worker->counters->worker.requests_unknown_host, 1);
    exchange_fail(ex, ex->secure ? 421 : 404, STR("No site with this name is set up here."));
    return false;
}

/* Methods and sizes that no route takes. False when the request was answered instead. */
static bool check_request(struct exchange *ex)
{
    const struct http_request *r = &ex->request;
    uint64_t body_size_max = worker_limits(ex->worker)->body_size_max;
    if (r->method == HTTP_METHOD_CONNECT && !r->websocket)
        exchange_fail(ex, 405, STR("CONNECT is not offered here: this is no forward proxy."));
    else if (r->method == HTTP_METHOD_TRACE)
        exchange_fail(ex, 405, STR("TRACE is not offered here."));
    else if (r->target.size > worker_limits(ex->worker)->target_size_max)
        exchange_fail(ex, 414, STR("The request's address is too long."));
    else if (body_size_max && r->framing == HTTP_FRAMING_LENGTH && r->content_length > body_size_max)
        exchange_fail(ex, 413, STR("What was sent is larger than this site accepts."));
    else
        return true;
    return false;
}

static void start_route(struct exchange *ex)
{
    const struct snapshot *s = ex->epoch->snapshot;
    const struct snap_route *route = snapshot_route(s, ex->site, ex->request.path);
    if (!route) {
        exchange_fail(ex, 404, STR("There is nothing at this address."));
        return;
    }
    switch ((enum snap_route_kind)route->kind) {
    case SNAP_ROUTE_PROXY: relay_start(ex, &s->groups[route->group]); break;
    case SNAP_ROUTE_FILES: files_start(ex, route); break;
    case SNAP_ROUTE_FIXED:
        respond_fixed(ex, (uint16_t)route->status, snapshot_str(s, route->content_type), snapshot_str(s, route->body));
        break;
    }
}

void exchange_begin(struct exchange *ex)
{
    if (!ex->request_complete) {
        ex->body_progress = 0;
        timer_set(&ex->worker->timers, &ex->body_timer,
                  ex->worker->now_ms + worker_limits(ex->worker)->client_body_timeout_ms);
    }
    if (ex->client->trusted)
        origin_apply(ex);
    if (!find_site(ex) || !check_request(ex) || answer_challenge(ex))
        return;
    if (census_refuse(ex) || redirect_answer(ex) || collect_answer(ex))
        return;
    start_route(ex);
}

static void on_body_timeout(struct timer *timer)
{
    struct exchange *ex = container_of(timer, struct exchange, body_timer);
    bool held_back = ex->source && !ex->source->takes_content(ex);
    if (held_back || ex->body_progress >= EXCHANGE_BODY_PROGRESS_MIN) {
        ex->body_progress = 0;
        timer_set(&ex->worker->timers, timer, ex->worker->now_ms + worker_limits(ex->worker)->client_body_timeout_ms);
        return;
    }
    counter_add(&ex->worker->counters->worker.timeouts, 1);
    exchange_fail(ex, 408, STR("What was to be sent did not arrive in time."));
}

void exchange_request_content(struct exchange *ex, struct piece content, bool end)
{
    ex->received_size += content.size;
    ex->body_progress += content.size;
    if (end) {
        ex->request_complete = true;
        timer_cancel(&ex->worker->timers, &ex->body_timer);
    }
    uint64_t body_size_max = worker_limits(ex->worker)->body_size_max;
    if (!ex->tunnel && body_size_max && ex->received_size > body_size_max) {
        exchange_fail(ex, 413, STR("What was sent is larger than this site accepts."));
        return;
    }
    if (ex->source)
        ex->source->request_content(ex, content, end);
}

bool exchange_add_trailer(struct exchange *ex, struct http_field field)
{
    if (!ex->trailers)
        ex->trailers = arena_alloc(&ex->arena, EXCHANGE_TRAILERS_COUNT_MAX * sizeof *ex->trailers);
    if (!ex->trailers || ex->trailers_count == EXCHANGE_TRAILERS_COUNT_MAX ||
        !arena_str(&ex->arena, field.name, &field.name) || !arena_str(&ex->arena, field.value, &field.value))
        return false;
    ex->trailers[ex->trailers_count++] = field;
    return true;
}

void exchange_refuse(struct exchange *ex, uint16_t status, struct str why)
{
    if (ex->source) {
        const struct exchange_source_ops *source = ex->source;
        ex->source = NULL;
        source->cancel(ex);
    }
    if (!ex->site)
        set_site(ex, ex->secure ? client_site(ex->client, ex->epoch->snapshot) : NULL);
    exchange_fail(ex, status, why);
}

/* Takes the response's field away. */
static void drop(struct http_field *field)
{
    field->hop_by_hop = true;
}

static bool is_own_name(void *context, struct str host)
{
    const struct exchange *ex = context;
    return ex->epoch && snapshot_site(ex->epoch->snapshot, host) == ex->site;
}

static void rewrite_location(struct exchange *ex, struct http_field *field)
{
    struct str rewritten;
    const struct gateway_boot *boot = ex->worker->boot;
    uint16_t port = ex->site->https_port ? (uint16_t)ex->site->https_port : boot->https_port;
    if (location_to_https(field->value, is_own_name, ex, port, &ex->arena, &rewritten))
        field->value = rewritten;
}

/* Puts an application's field right; see the cases. */
static void filter_field(struct exchange *ex, struct http_field *field)
{
    struct counters_site *counters = exchange_counters(ex);
    struct str value;
    switch (field->id) {
    case HTTP_FIELD_STRICT_TRANSPORT_SECURITY:
        /* the promise is the gateway's alone: an application's own would escape the ledger (invariant 6) */
        drop(field);
        if (counters)
            counter_add(&counters->hsts_removed, 1);
        break;
    case HTTP_FIELD_SET_COOKIE:
        if (ex->secure && (ex->site->flags & SNAP_SITE_SECURE_COOKIES) &&
            cookie_add_secure(field->value, &ex->arena, &value))
            field->value = value;
        break;
    case HTTP_FIELD_LOCATION:
        if (ex->scheme_https && (ex->site->flags & SNAP_SITE_REWRITE_LOCATION))
            rewrite_location(ex, field);
        break;
    default: break;
    }
}

static void add_field(struct http_response *response, struct str name, struct str value)
{
    response->fields[response->fields_count++] = (struct http_field){.name = name, .value = value};
}

/*
 * The value this response must carry, or empty: over TLS, for a site that promises, never for an IP literal. By the
 * present snapshot, not by the one the exchange began with: with our acknowledgement control takes it that no older
 * promise is made any more, however long an upload lasts.
 */
static struct str hsts_value(struct exchange *ex)
{
    if (!ex->secure || !ex->site)
        return STR("");
    if (ex->request.host.size && http_host_is_ip(ex->request.host))
        return STR("");
    const struct snapshot *present = ex->worker->epoch->snapshot;
    struct str name = ex->request.host.size ? ex->request.host : snapshot_str(ex->epoch->snapshot, ex->site->name);
    const struct snap_site *site = snapshot_site(present, name);
    if (site && site->hsts_cap_s)
        return bounded_value(snapshot_str(present, site->hsts), site->hsts_cap_s, ex->worker->bounded_s, &ex->arena);
    return site ? snapshot_str(present, site->hsts) : STR("");
}

static void filter_response(struct exchange *ex, struct http_response *response)
{
    bool date = false;
    /* the client side frames the content anew; only an answer without content tells the length it would have had */
    bool keep_length = response->framing == HTTP_FRAMING_NONE && response->status >= 200 && response->status != 204;
    for (size_t i = 0; i < response->fields_count; i++) {
        if (ex->site)
            filter_field(ex, &response->fields[i]);
        date |= response->fields[i].id == HTTP_FIELD_DATE;
        if (response->fields[i].id == HTTP_FIELD_CONTENT_LENGTH && !keep_length)
            drop(&response->fields[i]);
    }
    if (!date)
        add_field(response, STR("Date"), str_make(ex->worker->date, ex->worker->date_size));
    if (ex->site)
        report_fields_add(ex, response);
    struct str hsts = hsts_value(ex);
    if (hsts.size) {
        add_field(response, STR("Strict-Transport-Security"), hsts);
        ex->hsts_sent = true;
    }
}

/* A WebSocket may live for days: it must not hold a whole generation of the snapshot. */
static void enter_tunnel(struct exchange *ex)
{
    struct counters_site *counters = exchange_counters(ex);
    struct counters_worker *worker = &ex->worker->counters->worker;
    ex->tunnel = true;
    counter_set(&worker->tunnels_open, worker->tunnels_open + 1);
    if (counters)
        counter_add(&counters->tunnels, 1);
    timer_cancel(&ex->worker->timers, &ex->body_timer);
    release_epoch(ex);
}

void exchange_send_interim(struct exchange *ex, struct http_response *response)
{
    for (size_t i = 0; i < response->fields_count; i++)
        if (response->fields[i].id == HTTP_FIELD_STRICT_TRANSPORT_SECURITY)
            drop(&response->fields[i]);
    ex->ops->send_interim(ex, response);
}

void exchange_send_head(struct exchange *ex, struct http_response *response, struct piece content, bool end)
{
    assert(!ex->response_started);
    ex->response_started = true;
    ex->status = response->status;
    ex->sent_size += content.size;
    filter_response(ex, response);
    if (response->status == 101)
        enter_tunnel(ex);
    if (end) {
        ex->response_done = true;
        ex->source = NULL;
    }
    ex->ops->send_head(ex, response, content, end);
}

void exchange_send_content(struct exchange *ex, struct piece content, bool end)
{
    ex->sent_size += content.size;
    if (end) {
        ex->response_done = true;
        ex->source = NULL;
    }
    ex->ops->send_content(ex, content, end);
}

void exchange_send_trailers(struct exchange *ex, struct http_field *fields, size_t fields_count)
{
    for (size_t i = 0; i < fields_count; i++)
        if (fields[i].id == HTTP_FIELD_STRICT_TRANSPORT_SECURITY)
            drop(&fields[i]);
    ex->response_done = true;
    ex->source = NULL;
    ex->ops->send_trailers(ex, fields, fields_count);
}

void exchange_fail(struct exchange *ex, uint16_t status, struct str why)
{
    if (ex->source) {
        const struct exchange_source_ops *source = ex->source;
        ex->source = NULL;
        source->cancel(ex);
    }
    struct counters_site *counters = exchange_counters(ex);
    if (counters && status >= 502 && status <= 504)
        counter_add(&counters->upstream_errors, 1);
    if (ex->response_started)
        exchange_abort(ex);
    else
        respond_error(ex, status, why);
}

void exchange_abort(struct exchange *ex)
{
    ex->response_done = true;
    ex->ops->abort(ex);
}
