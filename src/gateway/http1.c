/*
 * The client side of HTTP/1.1. A connection is in one of these phases:
 *
 *     HEAD ─▶ BODY ─▶ RESPONSE ─▶ HEAD (keep-alive) │ end          TUNNEL after a 101
 *
 * BODY and RESPONSE overlap: the response may begin before the request is complete; "phase" says what input means.
 * A response that ends before its request closes the connection, since what follows could not be told from content.
 */
#include "gateway/http1.h"

#include <assert.h>
#include <stdlib.h>

#include "gateway/client.h"
#include "http/chunk.h"
#include "http/h1.h"
#include "http/write.h"

/* Early input kept while a response is under way: a few pipelined heads; beyond it reading stops until it is used. */
#define HTTP1_EARLY_SIZE_MAX (64u * 1024)
/* Trailer sections are small; more is an attack. */
#define HTTP1_TRAILERS_SIZE_MAX 8192

enum http1_phase { HTTP1_HEAD, HTTP1_BODY, HTTP1_TRAILERS, HTTP1_RESPONSE, HTTP1_TUNNEL };

enum http1_out { HTTP1_OUT_HEAD, HTTP1_OUT_LENGTH, HTTP1_OUT_CHUNKED, HTTP1_OUT_CLOSE, HTTP1_OUT_NONE, HTTP1_OUT_RAW };

struct http1 {
    struct client *client;
    struct worker *worker;
    struct exchange *exchange; /* the present request, or NULL */
    enum http1_phase phase;
    enum http1_out out; /* how the response's content is framed */
    struct h1_scan scan;
    struct chunk_decoder chunk;
    uint64_t body_left;
    uint64_t out_left; /* with HTTP1_OUT_LENGTH: content still to be sent */
    struct buf early;  /* input not used yet */
    bool keep_alive;
    bool draining;
    bool head_timed; /* the present head's deadline is set */
    bool processing; /* http1_process is on the stack: it goes on by itself */
    bool input_ended;
};

static const struct exchange_client_ops http1_ops;

static const struct snap_limits *limits(const struct http1 *h)
{
    return worker_limits(h->worker);
}

struct http1 *http1_new(struct client *client)
{
    struct http1 *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->client = client;
    h->worker = client->worker;
    h->keep_alive = true;
    h->draining = client->worker->draining;
    buf_init(&h->early, HTTP1_EARLY_SIZE_MAX + WORKER_PLAIN_SIZE);
    return h;
}

void http1_free(struct http1 *h)
{
    if (!h)
        return;
    if (h->exchange)
        exchange_free(h->exchange);
    buf_fini(&h->early);
    free(h);
}

/* Sends, or dooms the connection: nothing useful can follow a failed send. */
static void http1_send(struct http1 *h, struct str data)
{
    if (h->client->doomed)
        return;
    if (transport_send(&h->client->transport, data) != TRANSPORT_OK) {
        client_doom(h->client);
        return;
    }
    if (h->client->transport.unsent.size)
        client_set_timeout(h->client, limits(h)->client_write_timeout_ms);
}

/* A head is kept whole, however large it may be; see update_reading. */
static size_t early_size_max(const struct http1 *h)
{
    size_t head_size_max = h->phase == HTTP1_HEAD ? limits(h)->head_size_max : 0;
    return head_size_max > HTTP1_EARLY_SIZE_MAX ? head_size_max : HTTP1_EARLY_SIZE_MAX;
}

/* Reading goes on unless early input has filled up or request content may not be passed on now. */
static void update_reading(struct http1 *h)
{
    bool reading = h->early.size < early_size_max(h);
    if (h->exchange && (h->phase == HTTP1_BODY || h->phase == HTTP1_TUNNEL) && h->exchange->source &&
        !h->exchange->source->takes_content(h->exchange))
        reading = false;
    if (!h->client->doomed)
        transport_set_reading(&h->client->transport, reading);
}

static void refuse(struct http1 *h, uint16_t status, struct str why)
{
    counter_add(&h->worker->counters->worker.requests_bad, 1);
    h->keep_alive = false;
    h->phase = HTTP1_RESPONSE;
    buf_clear(&h->early);
    if (!h->exchange)
        h->exchange = exchange_new(h->client, &http1_ops, h);
    if (!h->exchange) {
        client_doom(h->client);
        return;
    }
    h->exchange->request_complete = true;
    exchange_refuse(h->exchange, status, why);
}

/* After the head: what the request's content will be. */
static void set_phase(struct http1 *h, const struct http_request *request)
{
    switch (request->framing) {
    case HTTP_FRAMING_LENGTH:
        h->body_left = request->content_length;
        h->phase = h->body_left ? HTTP1_BODY : HTTP1_RESPONSE;
        break;
    case HTTP_FRAMING_CHUNKED:
        chunk_init(&h->chunk);
        h->phase = HTTP1_BODY;
        break;
    default: h->phase = HTTP1_RESPONSE; break;
    }
}

/* Parses a head at the front of `in` and begins its exchange. Returns the bytes used; 0: wait for more. */
static size_t take_head(struct http1 *h, struct str in)
{
    struct exchange *ex = exchange_new(h->client, &http1_ops, h);
    if (!ex) {
        client_doom(h->client);
        return 0;
    }
    size_t size = 0;
    enum h1_reason reason = H1_REASON_NONE;
    enum h1_result result =
        h1_parse_request(in, limits(h)->head_size_max, &h->scan, h->worker->fields, &ex->request, &size, &reason);
    if (result == H1_MORE) {
        exchange_discard(ex);
        return 0;
    }
    h->scan = (struct h1_scan){0};
    h->exchange = ex;
    counter_add(&h->worker->counters->worker.requests_h1, 1);
    if (result == H1_BAD) {
        refuse(h, h1_reason_status(reason), h1_reason_text(reason));
        return in.size;
    }
    if (!exchange_keep_head(ex, str_part(in, 0, size))) {
        refuse(h, 431, STR("The request's head is too large."));
        return in.size;
    }
    /* A client that takes CONNECT for granted sends its tunnel's bytes at once: they must not be read as requests. */
    h->keep_alive = ex->request.keep_alive && !h->draining && ex->request.method != HTTP_METHOD_CONNECT;
    h->out = HTTP1_OUT_HEAD;
    set_phase(h, &ex->request);
    ex->request_complete = h->phase == HTTP1_RESPONSE;
    /* The client's timer is left as it is: it will be moved on after the response, and may expire until then. */
    exchange_begin(ex);
    return size;
}

/* Passes content on; true while the exchange still takes more. */
static void pass(struct http1 *h, char *data, size_t size, bool end)
{
    if (end)
        h->phase = HTTP1_RESPONSE;
    if (h->exchange)
        exchange_request_content(h->exchange, (struct piece){data, size, false}, end);
}

static size_t take_length(struct http1 *h, char *data, size_t size)
{
    if (size > h->body_left)
        size = (size_t)h->body_left;
    h->body_left -= size;
    pass(h, data, size, h->body_left == 0);
    return size;
}

static size_t take_chunks(struct http1 *h, char *data, size_t size)
{
    size_t content = 0, taken = 0;
    enum chunk_result result = chunk_decode(&h->chunk, data, size, &content, &taken);
    if (result == CHUNK_BAD) {
        refuse(h, 400, STR("The request's chunked content is malformed."));
        return size;
    }
    if (result == CHUNK_LAST)
        h->phase = HTTP1_TRAILERS;
    if (content)
        pass(h, data, content, false);
    return taken;
}

/* Trailers are kept for the source, which passes on what may be a trailer at all. */
static size_t take_trailers(struct http1 *h, struct str in)
{
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    size_t count = 0, size = 0;
    enum h1_reason reason = H1_REASON_NONE;
    switch (h1_parse_trailers(in, HTTP1_TRAILERS_SIZE_MAX, &h->scan, fields, &count, &size, &reason)) {
    case H1_MORE: return 0;
    case H1_BAD: refuse(h, h1_reason_status(reason), h1_reason_text(reason)); return in.size;
    case H1_OK: break;
    }
    h->scan = (struct h1_scan){0};
    for (size_t i = 0; i < count && h->exchange; i++)
        if (!fields[i].hop_by_hop && !exchange_add_trailer(h->exchange, fields[i])) {
            refuse(h, 431, STR("The request has too many trailers."));
            return in.size;
        }
    pass(h, NULL, 0, true);
    return size;
}

static size_t take_tunnel(struct http1 *h, char *data, size_t size)
{
    exchange_request_content(h->exchange, (struct piece){data, size, false}, false);
    return size;
}

/* Uses as much input as the phase allows now; returns the bytes used. */
static size_t process(struct http1 *h, char *data, size_t size)
{
    size_t used = 0;
    h->processing = true;
    while (used < size && !h->client->doomed && h->client->state == CLIENT_H1) {
        enum http1_phase phase = h->phase;
        size_t took = 0;
        switch (phase) {
        case HTTP1_HEAD:
            if (!h->keep_alive)
                took = size - used; /* nothing after the last request counts */
            else if (transport_backlog(&h->client->transport))
                break; /* the client must read before it may ask for more */
            else
                took = take_head(h, str_make(data + used, size - used));
            break;
        case HTTP1_BODY:
            if (h->exchange && h->exchange->source && !h->exchange->source->takes_content(h->exchange))
                break;
            if (h->exchange && h->exchange->request.framing == HTTP_FRAMING_CHUNKED)
                took = take_chunks(h, data + used, size - used);
            else
                took = take_length(h, data + used, size - used);
            break;
        case HTTP1_TRAILERS: took = take_trailers(h, str_make(data + used, size - used)); break;
        case HTTP1_TUNNEL:
            if (h->exchange && h->exchange->source->takes_content(h->exchange))
                took = take_tunnel(h, data + used, size - used);
            break;
        case HTTP1_RESPONSE: break; /* pipelined: waits */
        }
        if (took == 0 && phase == h->phase)
            break;
        used += took;
    }
    h->processing = false;
    return used;
}

/* What is left may go on now: a new request, or content that was held back. */
static void process_early(struct http1 *h)
{
    if (h->processing)
        return;
    while (h->early.size && !h->client->doomed && h->client->state == CLIENT_H1) {
        /* the bytes must not move while they are used */
        struct buf early = h->early;
        buf_init(&h->early, early.cap);
        size_t used = process(h, early.data + early.start, early.size);
        buf_consume(&early, used);
        bool again = used > 0 && early.size > 0;
        if (early.size && h->early.size == 0) {
            struct buf empty = h->early;
            h->early = early;
            early = empty;
        }
        buf_fini(&early);
        if (!again)
            break;
    }
    bool waits = h->exchange || transport_backlog(&h->client->transport);
    if (h->input_ended && !waits && h->phase == HTTP1_HEAD)
        client_linger(h->client); /* what is left will never be a request */
    update_reading(h);
}

void http1_input(struct http1 *h, struct piece input)
{
    size_t used = 0;
    if (h->early.size == 0)
        used = process(h, input.data, input.size);
    if (h->client->doomed || h->client->state != CLIENT_H1)
        return;
    h->early.cap = early_size_max(h) + WORKER_PLAIN_SIZE;
    if (used < input.size && !buf_put(&h->early, input.data + used, input.size - used)) {
        client_doom(h->client);
        return;
    }
    if (h->early.size && used == 0)
        process_early(h);
    else
        update_reading(h);
    /* a head that drips in has the deadline of its first byte; an idle connection has the longer one */
    if (h->phase == HTTP1_HEAD && !h->client->doomed && h->early.size && !h->head_timed) {
        h->head_timed = true;
        client_set_timeout(h->client, limits(h)->client_head_timeout_ms);
    }
}

void http1_input_end(struct http1 *h)
{
    h->input_ended = true;
    if (h->phase == HTTP1_TUNNEL && h->exchange)
        exchange_request_content(h->exchange, PIECE_NONE, true);
    else if (h->client->secure || (h->phase != HTTP1_RESPONSE && (h->phase != HTTP1_HEAD || h->early.size == 0)))
        client_doom(h->client);
    else if (h->phase == HTTP1_HEAD)
        process_early(h); /* a half-closed client still gets its answers */
}

/* The response is complete: the next request, or the end. */
static void finish(struct http1 *h)
{
    struct client *client = h->client;
    bool keep_alive =
        h->keep_alive && h->phase == HTTP1_RESPONSE && (!h->input_ended || h->early.size || h->processing);
    exchange_free(h->exchange);
    h->exchange = NULL;
    h->phase = HTTP1_HEAD;
    if (client->doomed)
        return;
    if (!keep_alive) {
        h->keep_alive = false;
        buf_clear(&h->early);
        client_linger(client);
        return;
    }
    h->head_timed = false;
    uint32_t idle_timeout_ms = h->draining ? WORKER_DRAIN_IDLE_MS : limits(h)->client_idle_timeout_ms;
    bool unsent = transport_backlog(&client->transport);
    client_set_timeout(client, unsent ? limits(h)->client_write_timeout_ms : idle_timeout_ms);
    if (h->early.size)
        process_early(h);
    else
        update_reading(h);
}

/* Which framing the response's content gets towards this client (RFC 9112 section 6.3). */
static enum http1_out choose_framing(struct http1 *h, const struct http_response *response)
{
    if (response->status == 101)
        return HTTP1_OUT_RAW;
    switch (response->framing) {
    case HTTP_FRAMING_NONE: return HTTP1_OUT_NONE;
    case HTTP_FRAMING_LENGTH: h->out_left = response->content_length; return HTTP1_OUT_LENGTH;
    default:
        if (h->exchange->request.minor_version >= 1)
            return HTTP1_OUT_CHUNKED;
        h->keep_alive = false;
        return HTTP1_OUT_CLOSE;
    }
}

/* An answer to HEAD, or a 304, may tell the length of what it does not carry (RFC 9110 section 8.6). */
static void write_untaken_length(struct buf *head, const struct http_response *response)
{
    const struct http_field *length =
        http_field_find(response->fields, response->fields_count, HTTP_FIELD_CONTENT_LENGTH);
    if (length && !length->hop_by_hop)
        h1_write_field(head, length->name, length->value);
}

static bool write_head(struct http1 *h, const struct http_response *response)
{
    struct buf *head = &h->worker->head;
    buf_clear(head);
    h1_write_status_line(head, response->status, response->reason);
    h1_write_fields(head, response->fields, response->fields_count);
    switch (h->out) {
    case HTTP1_OUT_LENGTH: h1_write_content_length(head, h->out_left); break;
    case HTTP1_OUT_CHUNKED: buf_put_str(head, STR("Transfer-Encoding: chunked\r\n")); break;
    case HTTP1_OUT_NONE: write_untaken_length(head, response); break;
    default: break;
    }
    if (h->out == HTTP1_OUT_RAW)
        buf_put_str(head, STR("Connection: upgrade\r\nUpgrade: websocket\r\n"));
    else if (!h->keep_alive)
        buf_put_str(head, STR("Connection: close\r\n"));
    else if (h->exchange->request.minor_version == 0)
        buf_put_str(head, STR("Connection: keep-alive\r\n"));
    buf_put_str(head, STR("\r\n"));
    return buf_ok(head);
}

/* Puts `prefix`, content and `suffix` out in one send where the piece has room around it. */
static void send_framed(struct http1 *h, struct str prefix, struct piece content, struct str suffix)
{
    if (content.roomy && prefix.size <= WORKER_HEADROOM && suffix.size <= WORKER_TAILROOM) {
        if (prefix.size)
            memcpy(content.data - prefix.size, prefix.data, prefix.size);
        if (suffix.size)
            memcpy(content.data + content.size, suffix.data, suffix.size);
        http1_send(h, str_make(content.data - prefix.size, prefix.size + content.size + suffix.size));
        return;
    }
    if (content.size + suffix.size == 0) {
        http1_send(h, prefix);
        return;
    }
    struct buf *out = &h->worker->out;
    buf_clear(out);
    if (content.size <= WORKER_READ_SIZE) {
        if (buf_put_str(out, prefix) && buf_put(out, content.data, content.size) && buf_put_str(out, suffix))
            http1_send(h, buf_str(out));
        else
            client_doom(h->client);
        return;
    }
    http1_send(h, prefix);
    http1_send(h, str_make(content.data, content.size));
    http1_send(h, suffix);
}

/* Frames content behind `head` (which may be empty) and sends both. */
static void send_body(struct http1 *h, struct str head, struct piece content, bool end)
{
    struct buf *prefix = &h->worker->head; /* holds `head` already, or is free */
    struct str suffix = STR("");
    if (h->out == HTTP1_OUT_CHUNKED) {
        if (head.size == 0)
            buf_clear(prefix);
        if (content.size) {
            buf_put_hex(prefix, content.size);
            buf_put_str(prefix, STR("\r\n"));
            suffix = end ? STR("\r\n0\r\n\r\n") : STR("\r\n");
        } else if (end)
            suffix = STR("0\r\n\r\n");
        head = buf_str(prefix);
    } else if (h->out == HTTP1_OUT_LENGTH) {
        assert(content.size <= h->out_left);
        h->out_left -= content.size;
    }
    if (head.size + content.size + suffix.size)
        send_framed(h, head, content, suffix);
}

static void on_send_interim(struct exchange *ex, const struct http_response *response)
{
    struct http1 *h = ex->stream;
    if (ex->request.minor_version == 0)
        return; /* RFC 9110 section 15.2: no 1xx to HTTP/1.0 */
    struct buf *head = &h->worker->head;
    buf_clear(head);
    h1_write_status_line(head, response->status, response->reason);
    h1_write_fields(head, response->fields, response->fields_count);
    buf_put_str(head, STR("\r\n"));
    if (buf_ok(head))
        http1_send(h, buf_str(head));
}

static void on_send_head(struct exchange *ex, const struct http_response *response, struct piece content, bool end)
{
    struct http1 *h = ex->stream;
    h->out = choose_framing(h, response);
    if (h->phase != HTTP1_RESPONSE)
        h->keep_alive = false; /* a request that is not complete may never be: what follows could not be told from it */
    if (!write_head(h, response)) {
        client_doom(h->client);
        return;
    }
    if (h->out == HTTP1_OUT_RAW)
        h->phase = HTTP1_TUNNEL;
    send_body(h, buf_str(&h->worker->head), content, end && h->out != HTTP1_OUT_NONE);
    if (end)
        finish(h);
}

static void on_send_content(struct exchange *ex, struct piece content, bool end)
{
    struct http1 *h = ex->stream;
    if (h->out != HTTP1_OUT_NONE)
        send_body(h, STR(""), content, end);
    if (end)
        finish(h);
}

static void on_send_trailers(struct exchange *ex, const struct http_field *fields, size_t fields_count)
{
    struct http1 *h = ex->stream;
    if (h->out == HTTP1_OUT_CHUNKED) {
        struct buf *out = &h->worker->head;
        buf_clear(out);
        buf_put_str(out, STR("0\r\n"));
        h1_write_fields(out, fields, fields_count);
        buf_put_str(out, STR("\r\n"));
        if (buf_ok(out))
            http1_send(h, buf_str(out));
    }
    finish(h);
}

static size_t on_backlog(struct exchange *ex)
{
    struct http1 *h = ex->stream;
    /* a client that goes takes nothing: a source must not run through a whole file for it */
    return h->client->doomed ? 1 : transport_backlog(&h->client->transport);
}

static void on_resume_request(struct exchange *ex)
{
    process_early(ex->stream);
}

static void on_abort(struct exchange *ex)
{
    struct http1 *h = ex->stream;
    /* where the end of the connection is the end of the content, only a reset tells that this is not it */
    if (h->out == HTTP1_OUT_CLOSE || h->out == HTTP1_OUT_RAW)
        transport_abort(&h->client->transport);
    client_doom(h->client);
}

static const struct exchange_client_ops http1_ops = {
    .send_interim = on_send_interim,
    .send_head = on_send_head,
    .send_content = on_send_content,
    .send_trailers = on_send_trailers,
    .backlog = on_backlog,
    .resume_request = on_resume_request,
    .abort = on_abort,
};

void http1_drained(struct http1 *h)
{
    if (h->exchange) {
        timer_cancel(&h->worker->timers, &h->client->timer);
        if (h->exchange->source)
            h->exchange->source->resume(h->exchange);
    } else if (h->phase == HTTP1_HEAD) {
        client_set_timeout(h->client, limits(h)->client_idle_timeout_ms);
        process_early(h);
    }
}

void http1_timeout(struct http1 *h)
{
    /* during an exchange it is the deadline of the head before it, and says nothing */
    if (h->phase == HTTP1_HEAD && h->early.size) {
        counter_add(&h->worker->counters->worker.timeouts, 1);
        refuse(h, 408, STR("The request's head did not arrive in time."));
    } else if (!h->exchange)
        client_linger(h->client);
}

void http1_drain(struct http1 *h)
{
    h->draining = true;
    if (!h->exchange && h->early.size == 0 && h->phase == HTTP1_HEAD)
        client_set_timeout(h->client, WORKER_DRAIN_IDLE_MS);
    else if (h->exchange && h->out == HTTP1_OUT_HEAD)
        h->keep_alive = false; /* a head that went out already did not say so: then the next response does */
}
