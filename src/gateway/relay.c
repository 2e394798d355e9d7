/*
 * One request on one upstream link.
 *
 *     CONNECT ─▶ HEAD ─▶ BODY ─▶ (TRAILERS) ─▶ done          HEAD ─▶ TUNNEL after a 101
 *        ▲────────┘ the link died before the first byte, and the request may be sent again
 *
 * Content is passed on as it comes: while the receiver has a backlog the sender's socket is not read. What is kept in
 * memory for a request is thus one read at most in each direction.
 */
#include "gateway/relay.h"

#include <stdlib.h>

#include "gateway/client.h"
#include "gateway/forward.h"
#include "gateway/upstream.h"
#include "http/chunk.h"
#include "http/h1.h"
#include "http/write.h"

enum relay_phase { RELAY_CONNECT, RELAY_HEAD, RELAY_BODY, RELAY_TRAILERS, RELAY_TUNNEL };

struct relay {
    struct exchange *ex;
    struct endpoint *endpoint;
    struct link *link;
    const struct snap_group *group; /* valid while the exchange holds its epoch: not in a tunnel */
    uint64_t tried;                 /* positions in the group */
    uint32_t attempts;
    uint32_t first_byte_timeout_ms, idle_timeout_ms, tunnel_idle_timeout_ms;
    enum relay_phase phase;
    struct forward forward; /* the request head as it is sent, and what its answer must match */
    bool streamed;          /* request content has been passed on: the request cannot be sent again */
    bool answered;          /* a byte of the response has come */
    bool request_done;      /* the whole request is with the link */
    bool client_ended;      /* in a tunnel, or before it: the client's side is shut */
    bool keep_alive;
    uint32_t interims; /* interim responses so far */
    struct h1_scan scan;
    struct chunk_decoder chunk;
    enum http_framing framing;
    uint64_t left;
    struct buf held; /* an incomplete response head or trailer section */
};

static const struct exchange_source_ops relay_ops;
static const struct link_events relay_events;

static void relay_connect(struct relay *r, bool fresh);
static bool send_content(struct relay *r, struct piece content, bool end);
static bool relay_takes_content(struct exchange *ex);

static void detach(struct relay *r, bool reusable)
{
    struct link *link = r->link;
    r->link = NULL;
    if (!link)
        return;
    if (reusable)
        link_release(link);
    else
        link_close(link);
}

static void relay_fini(struct relay *r)
{
    detach(r, false);
    buf_fini(&r->held);
}

static void relay_fail(struct relay *r, uint16_t status, struct str why)
{
    exchange_fail(r->ex, status, why); /* cancels: r is gone */
}

/* The request may be sent again: nothing of it was answered, and it is whole in our hands. */
static bool may_repeat(const struct relay *r)
{
    return !r->answered && !r->streamed && r->attempts < RELAY_ATTEMPTS_MAX;
}

/* It can be sent again should the connection turn out dead: RFC 9110 section 9.2.2, and nothing of it is lost. */
static bool may_resend(const struct relay *r)
{
    return http_method_is_idempotent(r->ex->request.method) && r->ex->request_complete;
}

static struct str why_text(struct relay *r, const char *why)
{
    return arena_printf(&r->ex->arena, "The application behind this site cannot be reached: %s.", why);
}

/* What the application may take for its next sign of life; while the client holds it back, for ever. */
static void restart_timer(struct relay *r)
{
    if (!r->link->transport.reading)
        timer_cancel(&r->ex->worker->timers, &r->link->timer);
    else if (r->phase == RELAY_HEAD)
        link_set_timeout(r->link, r->first_byte_timeout_ms);
    else
        link_set_timeout(r->link, r->phase == RELAY_TUNNEL ? r->tunnel_idle_timeout_ms : r->idle_timeout_ms);
}

static void resume_request(struct exchange *ex)
{
    if ((!ex->request_complete || ex->tunnel) && relay_takes_content(ex))
        ex->ops->resume_request(ex);
}

/*
 * The head, and the end of the content when that came while there was no link to tell it to. A WebSocket's request has
 * no content: what its client sends belongs to the tunnel, and must not be taken for a request when there is none.
 */
static void send_request(struct relay *r)
{
    struct exchange *ex = r->ex;
    r->phase = RELAY_HEAD;
    r->request_done = ex->request_complete || ex->request.websocket;
    counter_add(&endpoint_counters(r->endpoint)->requests, 1);
    restart_timer(r);
    if (transport_send(&r->link->transport, r->forward.head) != TRANSPORT_OK ||
        (ex->request_complete && r->forward.chunked && !send_content(r, PIECE_NONE, true))) {
        relay_events.closed(r->link, false);
        return;
    }
    resume_request(ex);
}

static void relay_connect(struct relay *r, bool fresh)
{
    struct exchange *ex = r->ex;
    const char *why = "it has no address (its name cannot be resolved)";
    r->phase = RELAY_CONNECT;
    while (r->attempts < RELAY_ATTEMPTS_MAX) {
        uint32_t position = 0;
        struct endpoint *e = fresh && r->endpoint && r->attempts
                                 ? r->endpoint
                                 : upstream_choose(ex->worker, ex->epoch, r->group, r->tried, &position);
        if (!e)
            break;
        r->endpoint = e;
        r->attempts++;
        if (!fresh)
            r->tried |= 1ull << position;
        ex->upstream_label = e->label;
        r->link = link_take(e,
                            fresh           ? LINK_FRESH
                            : may_resend(r) ? LINK_POOLED
                                            : LINK_QUIET,
                            r->group->connect_timeout_ms, &relay_events, r, &why);
        if (!r->link) {
            fresh = false;
            continue;
        }
        if (r->link->reused)
            send_request(r);
        return;
    }
    relay_fail(r, 502, why_text(r, why));
}

void relay_start(struct exchange *ex, const struct snap_group *group)
{
    struct relay *r = arena_zalloc(&ex->arena, sizeof *r);
    if (!r) {
        exchange_fail(ex, 500, STR("The gateway is out of memory for this request."));
        return;
    }
    r->ex = ex;
    r->group = group;
    r->first_byte_timeout_ms = group->first_byte_timeout_ms;
    r->idle_timeout_ms = group->idle_timeout_ms;
    r->tunnel_idle_timeout_ms = worker_limits(ex->worker)->tunnel_idle_timeout_ms;
    buf_init(&r->held, RELAY_HEAD_SIZE_MAX + WORKER_PLAIN_SIZE);
    ex->source = &relay_ops;
    ex->source_state = r;
    if (!forward_request(&r->forward, ex)) {
        exchange_fail(ex, 431, STR("The request's head is too large to be passed on."));
        return;
    }
    relay_connect(r, false);
}

static void on_connected(struct link *link)
{
    send_request(link->owner);
}

/* The link could not be made: nothing was sent, so any request may go elsewhere. */
static void on_failed(struct link *link, const char *why)
{
    struct relay *r = link->owner;
    bool timed_out = link->transport.connecting && str_eq(str_from(why), STR("it did not accept a connection in time"));
    r->link = NULL; /* freed by its events' caller */
    bool more =
        r->group->upstreams_count > 1 && r->attempts < RELAY_ATTEMPTS_MAX && r->attempts < r->group->upstreams_count;
    if (more) {
        counter_add(&endpoint_counters(r->endpoint)->retries, 1);
        relay_connect(r, false);
        return;
    }
    relay_fail(r, timed_out ? 504 : 502, why_text(r, why));
}

/* Stops and starts reading the upstream by what waits for the client. */
static void hold_back(struct relay *r)
{
    if (!r->link || r->ex->ops->backlog(r->ex) == 0)
        return;
    transport_set_reading(&r->link->transport, false);
    restart_timer(r);
}

/* The response is complete: the link first, since the exchange is gone after its last send. */
static void finish(struct relay *r, struct piece content, struct http_response *head)
{
    struct exchange *ex = r->ex;
    detach(r, r->keep_alive && r->request_done);
    relay_fini(r);
    if (head)
        exchange_send_head(ex, head, content, true);
    else
        exchange_send_content(ex, content, true);
}

static void protocol_error(struct relay *r, const char *what)
{
    struct str why = arena_printf(&r->ex->arena, "The application behind this site sent an invalid answer (%s).", what);
    relay_fail(r, 502, why);
}

static void take_trailers(struct relay *r, struct str in)
{
    struct http_field *fields = r->ex->worker->fields;
    size_t count = 0, size = 0;
    enum h1_reason reason = H1_REASON_NONE;
    switch (h1_parse_trailers(in, RELAY_TRAILERS_SIZE_MAX, &r->scan, fields, &count, &size, &reason)) {
    case H1_MORE:
        if (r->held.size == 0 && !buf_put_str(&r->held, in))
            protocol_error(r, "trailers too large");
        return;
    case H1_BAD: protocol_error(r, "malformed trailers"); return;
    case H1_OK: break;
    }
    struct exchange *ex = r->ex;
    struct buf held = r->held; /* the fields point into it */
    buf_init(&r->held, RELAY_HEAD_SIZE_MAX);
    detach(r, r->keep_alive && r->request_done && size == in.size);
    relay_fini(r);
    exchange_send_trailers(ex, fields, count);
    buf_fini(&held);
}

/* The trailer section is empty, as it nearly always is. */
static bool ends_plainly(struct str rest)
{
    return str_eq(rest, STR("\r\n"));
}

/* Content that came; `head` when it is the response's first. */
static void take_body(struct relay *r, struct piece in, struct http_response *head)
{
    struct exchange *ex = r->ex;
    struct piece content = in;
    bool last = false;
    struct str rest = STR("");
    switch (r->framing) {
    case HTTP_FRAMING_LENGTH:
        if (content.size > r->left) {
            content.size = (size_t)r->left;
            r->keep_alive = false; /* more than announced: whatever it is, it is not an answer */
        }
        r->left -= content.size;
        last = r->left == 0;
        break;
    case HTTP_FRAMING_CHUNKED: {
        size_t size = 0, taken = 0;
        enum chunk_result result = chunk_decode(&r->chunk, in.data, in.size, &size, &taken);
        content.size = size;
        rest = str_make(in.data + taken, in.size - taken);
        if (result == CHUNK_BAD) {
            protocol_error(r, "malformed chunk");
            return;
        }
        if (result == CHUNK_LAST) {
            r->phase = RELAY_TRAILERS;
            r->scan = (struct h1_scan){0};
            last = ends_plainly(rest);
        }
        break;
    }
    default: break; /* until the end of the connection */
    }
    if (last) {
        finish(r, content, head);
        return;
    }
    bool trailers = r->phase == RELAY_TRAILERS;
    if (trailers && rest.size && !buf_put_str(&r->held, rest)) { /* sending may write behind the content */
        protocol_error(r, "trailers too large");
        return;
    }
    if (head)
        exchange_send_head(ex, head, content, false);
    else if (content.size)
        exchange_send_content(ex, content, false);
    if (trailers && r->held.size)
        take_trailers(r, buf_str(&r->held));
    else
        hold_back(r);
}

/* False when there were too many: they go to the client past all back-pressure. */
static bool take_interim(struct relay *r, struct http_response *response)
{
    r->scan = (struct h1_scan){0};
    if (++r->interims > RELAY_INTERIMS_MAX) {
        protocol_error(r, "too many interim responses");
        return false;
    }
    exchange_send_interim(r->ex, response);
    return true;
}

/* 101: from here on bytes are passed as they are. */
static void open_tunnel(struct relay *r, struct http_response *response, struct piece rest)
{
    struct exchange *ex = r->ex;
    if (!ex->request.websocket || !forward_accepts(&r->forward, response)) {
        protocol_error(r, "it switched protocols without being asked to");
        return;
    }
    endpoint_succeeded(r->endpoint);
    r->phase = RELAY_TUNNEL;
    r->group = NULL;
    restart_timer(r);
    exchange_send_head(ex, response, rest, false);
    hold_back(r);
    if (r->client_ended)
        transport_shutdown(&r->link->transport);
    else
        resume_request(ex); /* what the client sent early; may end the exchange */
}

/* A final head: what follows is content of this kind. */
static void begin_body(struct relay *r, struct http_response *response, struct piece rest)
{
    endpoint_succeeded(r->endpoint);
    r->keep_alive = response->keep_alive;
    r->framing = response->framing;
    r->left = response->content_length;
    r->phase = RELAY_BODY;
    if (r->framing == HTTP_FRAMING_CHUNKED)
        chunk_init(&r->chunk);
    if (r->framing == HTTP_FRAMING_CLOSE)
        r->keep_alive = false;
    link_set_timeout(r->link, r->idle_timeout_ms);
    if (r->framing == HTTP_FRAMING_NONE || (r->framing == HTTP_FRAMING_LENGTH && r->left == 0)) {
        if (rest.size)
            r->keep_alive = false;
        finish(r, PIECE_NONE, response);
        return;
    }
    take_body(r, rest, response);
}

/* Heads at the front of `in`: any number of interim ones, then the final one and its content. */
static void take_head(struct relay *r, struct piece in)
{
    struct exchange *ex = r->ex;
    while (r->phase == RELAY_HEAD) {
        struct http_response response;
        size_t size = 0;
        enum h1_reason reason = H1_REASON_NONE;
        enum h1_result result = h1_parse_response(str_make(in.data, in.size), RELAY_HEAD_SIZE_MAX, ex->request.method,
                                                  &r->scan, ex->worker->fields, &response, &size, &reason);
        if (result == H1_MORE) {
            if (r->held.size == 0 && !buf_put(&r->held, in.data, in.size))
                protocol_error(r, "head too large");
            else if (r->held.size > in.size)
                buf_consume(&r->held, r->held.size - in.size);
            return;
        }
        if (result == H1_BAD) {
            protocol_error(r, h1_reason_text(reason).data);
            return;
        }
        in = (struct piece){in.data + size, in.size - size, in.roomy};
        if (response.status == 101)
            open_tunnel(r, &response, in);
        else if (response.status >= 200)
            begin_body(r, &response, in);
        if (response.status >= 200 || response.status == 101 || !take_interim(r, &response))
            return;
        if (in.size == 0) {
            buf_clear(&r->held);
            return;
        }
    }
}

/* A head that came in pieces is put together in `held` and used from a copy of it, since it may be held again. */
static void take_head_in_pieces(struct relay *r, struct piece in)
{
    if (!buf_put(&r->held, in.data, in.size)) {
        protocol_error(r, "head too large");
        return;
    }
    struct buf held = r->held;
    buf_init(&r->held, held.cap);
    take_head(r, (struct piece){held.data + held.start, held.size, false});
    buf_fini(&held);
}

static void on_input(struct link *link, struct piece in)
{
    struct relay *r = link->owner;
    r->answered = true;
    switch (r->phase) {
    case RELAY_CONNECT: break;
    case RELAY_HEAD:
        if (r->held.size)
            take_head_in_pieces(r, in);
        else
            take_head(r, in);
        break;
    case RELAY_BODY:
        restart_timer(r);
        take_body(r, in, NULL);
        break;
    case RELAY_TRAILERS:
        if (buf_put(&r->held, in.data, in.size))
            take_trailers(r, buf_str(&r->held));
        else
            protocol_error(r, "trailers too large");
        break;
    case RELAY_TUNNEL:
        restart_timer(r);
        exchange_send_content(r->ex, in, false);
        hold_back(r);
        break;
    }
}

static void on_closed(struct link *link, bool orderly)
{
    struct relay *r = link->owner;
    bool reused = link->reused;
    if (r->phase == RELAY_TUNNEL || (r->phase == RELAY_BODY && r->framing == HTTP_FRAMING_CLOSE && orderly)) {
        r->keep_alive = false;
        finish(r, PIECE_NONE, NULL);
        return;
    }
    detach(r, false);
    /* A pooled connection may have been closed while our request was on its way: RFC 9110 section 9.2.2 allows a
     * second try for idempotent methods. A new connection that closes without an answer is the application's word. */
    if (reused && may_repeat(r) && http_method_is_idempotent(r->ex->request.method)) {
        counter_add(&endpoint_counters(r->endpoint)->retries, 1);
        relay_connect(r, true);
        return;
    }
    endpoint_failed(r->endpoint);
    if (r->answered && !r->ex->response_started)
        protocol_error(r, "it ended within its head");
    else
        relay_fail(r, 502, STR("The application behind this site closed the connection without an answer."));
}

static void on_drained(struct link *link)
{
    struct relay *r = link->owner;
    struct exchange *ex = r->ex;
    restart_timer(r);
    resume_request(ex);
}

static void on_timed_out(struct link *link)
{
    struct relay *r = link->owner;
    if (r->phase == RELAY_TUNNEL) {
        finish(r, PIECE_NONE, NULL);
        return;
    }
    endpoint_failed(r->endpoint);
    relay_fail(r, 504, STR("The application behind this site did not answer in time."));
}

static const struct link_events relay_events = {
    .connected = on_connected,
    .failed = on_failed,
    .input = on_input,
    .closed = on_closed,
    .drained = on_drained,
    .timed_out = on_timed_out,
};

/* The content as the upstream gets it: chunked anew, or as announced. False when the link is gone. */
static bool send_content(struct relay *r, struct piece content, bool end)
{
    struct transport *t = &r->link->transport;
    if (!r->forward.chunked || r->phase == RELAY_TUNNEL)
        return content.size == 0 || transport_send(t, str_make(content.data, content.size)) == TRANSPORT_OK;
    struct buf *out = &r->ex->worker->out;
    buf_clear(out);
    if (content.size) {
        buf_put_hex(out, content.size);
        buf_put_str(out, STR("\r\n"));
        buf_put(out, content.data, content.size);
        buf_put_str(out, STR("\r\n"));
    }
    if (end)
        h1_write_chunks_end(out, r->ex->trailers, r->ex->trailers_count);
    return buf_ok(out) && transport_send(t, buf_str(out)) == TRANSPORT_OK;
}

static void relay_request_content(struct exchange *ex, struct piece content, bool end)
{
    struct relay *r = ex->source_state;
    if (ex->request.websocket && end) {
        r->client_ended = true;
        if (r->link && r->phase == RELAY_TUNNEL)
            transport_shutdown(&r->link->transport);
        return;
    }
    if (!r->link || r->phase == RELAY_CONNECT)
        return; /* only the end comes unasked: send_request tells it */
    r->streamed |= content.size > 0;
    if (r->link->transport.broken)
        return;
    if (!send_content(r, content, end)) {
        transport_drop(&r->link->transport); /* the loop tells when there is nothing to read either */
        return;
    }
    if (!ex->tunnel)
        r->request_done = end;
    restart_timer(r);
}

static bool relay_takes_content(struct exchange *ex)
{
    struct relay *r = ex->source_state;
    bool ready = r->phase == RELAY_TUNNEL || (r->phase != RELAY_CONNECT && !ex->request.websocket);
    return r->link && ready && transport_backlog(&r->link->transport) == 0;
}

static void relay_resume(struct exchange *ex)
{
    struct relay *r = ex->source_state;
    if (!r->link || r->phase == RELAY_CONNECT)
        return;
    if (r->link->transport.reading)
        return;
    transport_set_reading(&r->link->transport, true);
    restart_timer(r);
}

static void relay_cancel(struct exchange *ex)
{
    relay_fini(ex->source_state);
}

static const struct exchange_source_ops relay_ops = {
    .request_content = relay_request_content,
    .takes_content = relay_takes_content,
    .resume = relay_resume,
    .cancel = relay_cancel,
};
