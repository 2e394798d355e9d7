/*
 * The HTTP/2 connection: nghttp2's callbacks on one side, exchanges on the other. nghttp2 owns framing, header
 * compression, flow control and the state of streams; here are requests, back-pressure and the limits that keep one
 * connection from costing more than it should (CVE-2023-44487 and its kin).
 *
 *     input ─▶ nghttp2 ─callbacks─▶ stream ─▶ exchange ─▶ source
 *     socket ◀─ gathered ◀─ nghttp2 ◀─ stream.out ◀─ exchange ◀─┘          (flush: once a turn)
 */
#include "gateway/http2.h"

#include <nghttp2/nghttp2.h>
#include <stdlib.h>

#include "base/log.h"
#include "gateway/client.h"
#include "gateway/http2_stream.h"

/* Resets a client may send in a burst, and per second after that: browsers cancel a page's requests, attackers
 * thousands. */
#define HTTP2_RESETS_BURST      200
#define HTTP2_RESETS_PER_SECOND 20
/* The same for frames that carry nothing: SETTINGS, PING, PRIORITY, empty DATA. */
#define HTTP2_CONTROL_BURST      1000
#define HTTP2_CONTROL_PER_SECOND 100
/* Bytes gathered before they are encrypted and sent. */
#define HTTP2_GATHER_SIZE (128u * 1024)

/* An allowance that refills with time. */
struct allowance {
    int64_t left, refilled_ms;
};

struct http2 {
    struct client *client;
    struct worker *worker;
    nghttp2_session *session;
    struct list streams;
    struct list resumable;
    uint32_t streams_count;
    size_t out_size; /* of all streams */
    struct allowance resets, controls;
    bool draining, goaway_sent;
    bool in_head;    /* a header block is under way */
    bool asked;      /* there was one: until then the deadline of the first runs */
    bool stalled;    /* the write deadline runs */
    bool progressed; /* content left in this turn */
    bool flooded;
};

static const struct exchange_client_ops http2_ops;

static const struct snap_limits *limits(const struct http2 *h)
{
    return worker_limits(h->worker);
}

static void mark_dirty(struct http2 *h)
{
    client_again(h->client);
}

/* Takes one from the allowance; false when it is used up. */
static bool allow(struct http2 *h, struct allowance *a, int64_t burst, int64_t per_second)
{
    int64_t gained = (h->worker->now_ms - a->refilled_ms) * per_second / 1000;
    if (gained > 0) {
        a->left = a->left + gained < burst ? a->left + gained : burst;
        a->refilled_ms = h->worker->now_ms;
    }
    if (a->left == 0) {
        if (!h->flooded)
            counter_add(&h->worker->counters->worker.floods, 1);
        h->flooded = true;
        return false;
    }
    a->left--;
    return true;
}

/* Kept for the next stream, with its buffer while that is small; freed when enough are kept. */
static void stream_put_away(struct worker *w, struct http2_stream *s)
{
    if (s->out.capacity > HTTP2_KEPT_OUT_SIZE)
        buf_fini(&s->out);
    buf_clear(&s->out);
    if (w->free_streams_count < HTTP2_FREE_STREAMS_COUNT_MAX) {
        list_add_head(&w->free_streams, &s->node);
        w->free_streams_count++;
        return;
    }
    buf_fini(&s->out);
    free(s);
}

void http2_free_streams(struct worker *w)
{
    while (!list_is_empty(&w->free_streams)) {
        struct http2_stream *s = container_of(w->free_streams.next, struct http2_stream, node);
        list_remove(&s->node);
        buf_fini(&s->out);
        free(s);
    }
    w->free_streams_count = 0;
}

static void stream_free(struct http2_stream *s)
{
    struct http2 *h = s->connection;
    if (s->ex) {
        struct exchange *ex = s->ex;
        s->ex = NULL;
        exchange_free(ex);
    }
    if (s->in.size)
        (void)nghttp2_session_consume_connection(h->session, s->in.size);
    h->out_size -= s->out.size;
    h->streams_count--;
    list_remove(&s->node);
    list_remove(&s->resumable);
    buf_fini(&s->in);
    arena_fini(&s->arena);
    stream_put_away(h->worker, s);
}

/* A stream as good as new: one kept, or a fresh one; its output buffer may own memory already. */
static struct http2_stream *stream_take(struct worker *w)
{
    if (list_is_empty(&w->free_streams))
        return calloc(1, sizeof(struct http2_stream));
    struct http2_stream *s = container_of(w->free_streams.next, struct http2_stream, node);
    struct buf out = s->out;
    list_remove(&s->node);
    w->free_streams_count--;
    *s = (struct http2_stream){.out = out};
    return s;
}

static struct http2_stream *stream_new(struct http2 *h, int32_t id)
{
    struct http2_stream *s = stream_take(h->worker);
    if (!s)
        return NULL;
    s->connection = h;
    s->id = id;
    list_init(&s->node);
    list_init(&s->resumable);
    buf_init(&s->in, HTTP2_STREAM_WINDOW);
    s->out.cap = HTTP2_STREAM_OUT_SIZE + 2 * WORKER_PLAIN_SIZE;
    arena_init(&s->arena, HTTP2_STREAM_OUT_SIZE);
    s->ex = exchange_new(h->client, &http2_ops, s);
    if (!s->ex) {
        stream_put_away(h->worker, s);
        return NULL;
    }
    list_add_tail(&h->streams, &s->node);
    h->streams_count++;
    return s;
}

static void reset(struct http2_stream *s, uint32_t code)
{
    (void)nghttp2_submit_rst_stream(s->connection->session, NGHTTP2_FLAG_NONE, s->id, code);
    mark_dirty(s->connection);
}

/* ---- requests ---- */

/* A head in a thousand pieces, most of them empty, is no head (CVE-2024-28182). */
static int on_begin_frame(nghttp2_session *session, const nghttp2_frame_hd *head, void *user)
{
    (void)session;
    bool allowed = head->type != NGHTTP2_CONTINUATION ||
                   allow(user, &((struct http2 *)user)->controls, HTTP2_CONTROL_BURST, HTTP2_CONTROL_PER_SECOND);
    return allowed ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_begin_headers(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct http2 *h = user;
    h->in_head = h->asked = true;
    client_set_timeout(h->client, limits(h)->client_head_timeout_ms);
    if (frame->headers.cat != NGHTTP2_HCAT_REQUEST)
        return 0;
    struct http2_stream *s = stream_new(h, frame->hd.stream_id);
    if (!s) {
        h->in_head = false;
        return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    }
    (void)nghttp2_session_set_stream_user_data(session, s->id, s);
    return 0;
}

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_size,
                     const uint8_t *value, size_t value_size, uint8_t flags, void *user)
{
    struct http2 *h = user;
    (void)flags;
    struct http2_stream *s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (!s || !s->ex)
        return 0;
    bool trailer = frame->headers.cat != NGHTTP2_HCAT_REQUEST;
    struct str n = str_make(name, name_size), v = str_make(value, value_size);
    if (!s->too_large && !(trailer ? http2_request_add_trailer(s, n, v) : http2_request_add(s, n, v)))
        s->too_large = true;
    if (!s->too_large)
        return 0;
    /* the rest of the block must still be decoded; but not for ever */
    s->head_size += name_size + value_size + 32;
    if (s->head_size <= 4ull * limits(h)->head_size_max)
        return 0;
    counter_add(&h->worker->counters->worker.floods, 1);
    return NGHTTP2_ERR_CALLBACK_FAILURE;
}

static void end_request(struct http2_stream *s)
{
    s->request_done = true;
    if (s->ex && s->begun && s->in.size == 0)
        exchange_request_content(s->ex, PIECE_NONE, true);
}

static void begin_request(struct http2_stream *s, bool end)
{
    struct http2 *h = s->connection;
    struct str why = STR("The request's head is too large.");
    uint16_t status = s->too_large ? 431 : http2_request_finish(s, end, &why);
    counter_add(&h->worker->counters->worker.requests_h2, 1);
    s->begun = true;
    s->request_done = end;
    s->ex->request_complete = end;
    if (status == 0) {
        exchange_begin(s->ex);
        return;
    }
    counter_add(&h->worker->counters->worker.requests_bad, 1);
    s->ex->request_complete = true;
    exchange_refuse(s->ex, status, why);
}

static bool is_control(const nghttp2_frame *frame)
{
    switch (frame->hd.type) {
    case NGHTTP2_SETTINGS:
    case NGHTTP2_PING: return !(frame->hd.flags & NGHTTP2_FLAG_ACK);
    case NGHTTP2_PRIORITY: return true;
    case NGHTTP2_DATA: return frame->hd.length == 0;
    default: return false;
    }
}

static int on_frame_recv(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct http2 *h = user;
    struct http2_stream *s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    bool end = frame->hd.flags & NGHTTP2_FLAG_END_STREAM;
    if (is_control(frame) && !allow(h, &h->controls, HTTP2_CONTROL_BURST, HTTP2_CONTROL_PER_SECOND))
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    switch (frame->hd.type) {
    case NGHTTP2_HEADERS:
        h->in_head = false;
        if (!s || !s->ex)
            break;
        if (frame->headers.cat == NGHTTP2_HCAT_REQUEST)
            begin_request(s, end);
        else if (s->too_large)
            reset(s, NGHTTP2_ENHANCE_YOUR_CALM);
        else if (end)
            end_request(s);
        break;
    case NGHTTP2_DATA:
        if (s && end)
            end_request(s);
        break;
    case NGHTTP2_RST_STREAM:
        if (!allow(h, &h->resets, HTTP2_RESETS_BURST, HTTP2_RESETS_PER_SECOND))
            return NGHTTP2_ERR_CALLBACK_FAILURE;
        break;
    default: break;
    }
    return 0;
}

static int on_invalid_frame(nghttp2_session *session, const nghttp2_frame *frame, int code, void *user)
{
    struct http2 *h = user;
    (void)session;
    (void)code;
    if (frame->hd.type == NGHTTP2_HEADERS)
        h->in_head = false; /* refused, but over */
    counter_add(&h->worker->counters->worker.requests_bad, 1);
    return allow(h, &h->resets, HTTP2_RESETS_BURST, HTTP2_RESETS_PER_SECOND) ? 0 : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t size, void *user)
{
    struct http2_stream *s = nghttp2_session_get_stream_user_data(session, id);
    (void)flags;
    (void)user;
    bool takes = s && s->ex && s->ex->source && s->in.size == 0 && s->ex->source->takes_content(s->ex);
    if (s && s->ex && s->ex->source && !takes) {
        if (buf_put(&s->in, data, size))
            return 0;
        reset(s, NGHTTP2_FLOW_CONTROL_ERROR);
    }
    if (takes)
        exchange_request_content(s->ex, piece_of(str_make(data, size)), false);
    return nghttp2_session_consume(session, id, size) == NGHTTP2_ERR_NOMEM ? NGHTTP2_ERR_CALLBACK_FAILURE : 0;
}

static int on_stream_close(nghttp2_session *session, int32_t id, uint32_t code, void *user)
{
    struct http2_stream *s = nghttp2_session_get_stream_user_data(session, id);
    (void)code;
    (void)user;
    if (s) {
        (void)nghttp2_session_set_stream_user_data(session, id, NULL);
        stream_free(s);
    }
    return 0;
}

/* A response that ended before its request: the rest is not wanted (RFC 9113 section 8.1). */
static int on_frame_send(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    (void)user;
    if (!(frame->hd.flags & NGHTTP2_FLAG_END_STREAM) ||
        (frame->hd.type != NGHTTP2_HEADERS && frame->hd.type != NGHTTP2_DATA))
        return 0;
    struct http2_stream *s = nghttp2_session_get_stream_user_data(session, frame->hd.stream_id);
    if (s && !s->request_done)
        (void)nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, s->id, NGHTTP2_NO_ERROR);
    return 0;
}

/* ---- sending ---- */

static ssize_t on_send(nghttp2_session *session, const uint8_t *data, size_t size, int flags, void *user)
{
    struct http2 *h = user;
    (void)session;
    (void)flags;
    if (h->worker->out.size >= HTTP2_GATHER_SIZE)
        return NGHTTP2_ERR_WOULDBLOCK;
    return buf_put(&h->worker->out, data, size) ? (ssize_t)size : NGHTTP2_ERR_CALLBACK_FAILURE;
}

static nghttp2_nv nv(struct str name, struct str value)
{
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name.data, (uint8_t *)(uintptr_t)value.data, name.size, value.size,
                        NGHTTP2_NV_FLAG_NONE};
}

static size_t put_fields(nghttp2_nv *list, size_t count, const struct http_field *fields, size_t fields_count)
{
    for (size_t i = 0; i < fields_count; i++)
        if (!fields[i].hop_by_hop)
            list[count++] = nv(fields[i].name, fields[i].value);
    return count;
}

static void submit_trailers(struct http2_stream *s)
{
    nghttp2_nv list[HTTP_FIELDS_COUNT_MAX];
    size_t count = put_fields(list, 0, s->trailers, s->trailers_count);
    (void)nghttp2_submit_trailer(s->connection->session, s->id, list, count);
}

static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *data, size_t room, uint32_t *ret_flags,
                       nghttp2_data_source *source, void *user)
{
    struct http2_stream *s = source->ptr;
    (void)session;
    (void)id;
    (void)data;
    (void)user;
    if (s->out.size == 0 && !s->out_end) {
        s->deferred = true;
        return NGHTTP2_ERR_DEFERRED;
    }
    size_t size = s->out.size < room ? s->out.size : room;
    *ret_flags |= NGHTTP2_DATA_FLAG_NO_COPY;
    if (s->out_end && size == s->out.size) {
        *ret_flags |= NGHTTP2_DATA_FLAG_EOF;
        if (s->trailers_count) {
            *ret_flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
            submit_trailers(s);
        }
    }
    return (ssize_t)size;
}

static int on_send_data(nghttp2_session *session, nghttp2_frame *frame, const uint8_t *head, size_t size,
                        nghttp2_data_source *source, void *user)
{
    struct http2 *h = user;
    struct http2_stream *s = source->ptr;
    struct buf *out = &h->worker->out;
    (void)session;
    (void)frame;
    if (out->size >= HTTP2_GATHER_SIZE)
        return NGHTTP2_ERR_WOULDBLOCK;
    if (!buf_put(out, head, 9) || !buf_put_str(out, str_part(buf_str(&s->out), 0, size)))
        return NGHTTP2_ERR_CALLBACK_FAILURE;
    buf_consume(&s->out, size);
    h->out_size -= size;
    h->progressed = true;
    if (s->out.size == 0 && !s->out_end && list_is_empty(&s->resumable))
        list_add_tail(&h->resumable, &s->resumable);
    return 0;
}

/* Deadlines by what the connection waits for: the client to read, a head to end, or nothing at all. */
static void update_timeout(struct http2 *h)
{
    bool stalled = h->out_size || transport_backlog(&h->client->transport);
    if (stalled && (h->progressed || !h->stalled))
        client_set_timeout(h->client, limits(h)->client_write_timeout_ms);
    else if (!stalled && !h->in_head) {
        if (h->draining && h->streams_count == 0)
            client_set_timeout(h->client, WORKER_DRAIN_IDLE_MS);
        else if (h->streams_count == 0 && h->asked)
            client_set_timeout(h->client, limits(h)->client_idle_timeout_ms);
        else if (h->asked)
            timer_cancel(&h->worker->timers, &h->client->timer);
    }
    h->stalled = stalled;
    h->progressed = false;
}

static void resume_sources(struct http2 *h)
{
    while (!list_is_empty(&h->resumable)) {
        struct http2_stream *s = container_of(h->resumable.next, struct http2_stream, resumable);
        list_remove(&s->resumable);
        if (s->ex && s->ex->source)
            s->ex->source->resume(s->ex);
    }
}

void http2_flush(struct http2 *h)
{
    struct transport *t = &h->client->transport;
    struct buf *out = &h->worker->out;
    while (transport_backlog(t) == 0) {
        buf_clear(out);
        int result = nghttp2_session_send(h->session);
        if (out->size && transport_send(t, buf_str(out)) != TRANSPORT_OK)
            result = NGHTTP2_ERR_CALLBACK_FAILURE;
        if (result != 0) {
            client_doom(h->client);
            return;
        }
        if (out->size < HTTP2_GATHER_SIZE)
            break;
    }
    resume_sources(h);
    if (!nghttp2_session_want_read(h->session) && !nghttp2_session_want_write(h->session)) {
        client_linger(h->client);
        return;
    }
    update_timeout(h);
}

void http2_drained(struct http2 *h)
{
    mark_dirty(h);
}

void http2_input(struct http2 *h, struct piece input)
{
    ssize_t used = nghttp2_session_mem_recv(h->session, (const uint8_t *)input.data, input.size);
    if (used >= 0) {
        mark_dirty(h);
        return;
    }
    if (h->flooded)
        log_info("%s: HTTP/2 connection closed: more resets or control frames than allowed", h->client->peer_text);
    /* Tell why, as well as one can, and go. */
    (void)nghttp2_session_terminate_session(h->session,
                                            h->flooded ? NGHTTP2_ENHANCE_YOUR_CALM : NGHTTP2_PROTOCOL_ERROR);
    if (transport_backlog(&h->client->transport) == 0) {
        buf_clear(&h->worker->out);
        if (nghttp2_session_send(h->session) == 0 && h->worker->out.size)
            (void)transport_send(&h->client->transport, buf_str(&h->worker->out));
    }
    client_doom(h->client);
}

/* ---- the exchange's side ---- */

static nghttp2_nv status_nv(uint16_t status, char text[static STR_U64_SIZE])
{
    return nv(STR(":status"), str_from_u64(status, text));
}

static void on_send_interim(struct exchange *ex, const struct http_response *response)
{
    struct http2_stream *s = ex->stream;
    nghttp2_nv list[HTTP_FIELDS_COUNT_MAX + 1];
    char status[STR_U64_SIZE];
    list[0] = status_nv(response->status, status);
    size_t count = put_fields(list, 1, response->fields, response->fields_count);
    (void)nghttp2_submit_headers(s->connection->session, NGHTTP2_FLAG_NONE, s->id, NULL, list, count, NULL);
    mark_dirty(s->connection);
}

/* The response is handed over: what is left to do is nghttp2's. */
static void hand_over(struct http2_stream *s)
{
    struct exchange *ex = s->ex;
    s->ex = NULL;
    s->out_end = true;
    exchange_free(ex);
}

static bool put_content(struct http2_stream *s, struct piece content)
{
    struct http2 *h = s->connection;
    if (content.size == 0)
        return true;
    if (content.size > s->out.cap - s->out.size) /* a source's own large content: fixed text */
        s->out.cap = s->out.size + content.size;
    if (!buf_put(&s->out, content.data, content.size))
        return false;
    h->out_size += content.size;
    return true;
}

static void on_send_head(struct exchange *ex, const struct http_response *response, struct piece content, bool end)
{
    struct http2_stream *s = ex->stream;
    struct http2 *h = s->connection;
    nghttp2_nv list[HTTP_FIELDS_COUNT_MAX + EXCHANGE_FIELDS_ADDED + 2];
    nghttp2_data_provider provider = {.source = {.ptr = s}, .read_callback = on_read};
    char status[STR_U64_SIZE], length[STR_U64_SIZE];
    s->tunnel = response->status == 101;
    /* RFC 8441 section 5: a tunnel is answered with 2xx */
    list[0] = status_nv(s->tunnel ? 200 : response->status, status);
    size_t count = 1;
    for (size_t i = 0; i < response->fields_count; i++) {
        const struct http_field *field = &response->fields[i];
        if (!field->hop_by_hop && !(s->tunnel && field->id == HTTP_FIELD_SEC_WEBSOCKET_ACCEPT))
            list[count++] = nv(field->name, field->value);
    }
    if (response->framing == HTTP_FRAMING_LENGTH) {
        list[count++] = nv(STR("content-length"), str_from_u64(response->content_length, length));
    }
    bool bare = end && content.size == 0;
    mark_dirty(h);
    if (!put_content(s, content) ||
        nghttp2_submit_response(h->session, s->id, list, count, bare ? NULL : &provider) != 0)
        reset(s, NGHTTP2_INTERNAL_ERROR);
    if (end)
        hand_over(s);
}

static void wake_stream(struct http2_stream *s)
{
    if (s->deferred) {
        s->deferred = false;
        (void)nghttp2_session_resume_data(s->connection->session, s->id);
    }
    mark_dirty(s->connection);
}

static void on_send_content(struct exchange *ex, struct piece content, bool end)
{
    struct http2_stream *s = ex->stream;
    if (!put_content(s, content))
        reset(s, NGHTTP2_INTERNAL_ERROR);
    if (end)
        hand_over(s);
    wake_stream(s);
}

static void on_send_trailers(struct exchange *ex, const struct http_field *fields, size_t fields_count)
{
    struct http2_stream *s = ex->stream;
    size_t count = fields_count < HTTP_FIELDS_COUNT_MAX ? fields_count : HTTP_FIELDS_COUNT_MAX;
    s->trailers = arena_alloc(&s->arena, (count + 1) * sizeof *s->trailers);
    for (size_t i = 0; s->trailers && i < count; i++) {
        struct http_field *kept = &s->trailers[s->trailers_count];
        *kept = fields[i];
        if (!kept->hop_by_hop && arena_str(&s->arena, fields[i].name, &kept->name) &&
            arena_str(&s->arena, fields[i].value, &kept->value))
            s->trailers_count++;
    }
    hand_over(s);
    wake_stream(s);
}

static size_t on_backlog(struct exchange *ex)
{
    struct http2_stream *s = ex->stream;
    if (s->out.size > HTTP2_STREAM_OUT_SIZE || s->connection->out_size > HTTP2_OUT_SIZE)
        return s->out.size;
    return 0;
}

static void on_resume_request(struct exchange *ex)
{
    struct http2_stream *s = ex->stream;
    struct http2 *h = s->connection;
    if (s->in.size == 0)
        return;
    struct buf in = s->in;
    buf_init(&s->in, in.cap);
    bool end = s->request_done;
    int32_t id = s->id;
    exchange_request_content(ex, piece_of(buf_str(&in)), false);
    (void)nghttp2_session_consume(h->session, id, in.size);
    buf_fini(&in);
    if (end && s->ex)
        exchange_request_content(s->ex, PIECE_NONE, true);
    mark_dirty(h);
}

static void on_abort(struct exchange *ex)
{
    struct http2_stream *s = ex->stream;
    s->ex = NULL;
    exchange_free(ex);
    reset(s, NGHTTP2_INTERNAL_ERROR);
}

static const struct exchange_client_ops http2_ops = {
    .send_interim = on_send_interim,
    .send_head = on_send_head,
    .send_content = on_send_content,
    .send_trailers = on_send_trailers,
    .backlog = on_backlog,
    .resume_request = on_resume_request,
    .abort = on_abort,
};

/* ---- the connection's life ---- */

static void set_callbacks(nghttp2_session_callbacks *callbacks)
{
    nghttp2_session_callbacks_set_send_callback(callbacks, on_send);
    nghttp2_session_callbacks_set_send_data_callback(callbacks, on_send_data);
    nghttp2_session_callbacks_set_on_begin_frame_callback(callbacks, on_begin_frame);
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks, on_begin_headers);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame_recv);
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, on_frame_send);
    nghttp2_session_callbacks_set_on_invalid_frame_recv_callback(callbacks, on_invalid_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_stream_close);
}

static bool make_session(struct http2 *h)
{
    nghttp2_session_callbacks *callbacks = NULL;
    nghttp2_option *option = NULL;
    bool ok = nghttp2_session_callbacks_new(&callbacks) == 0 && nghttp2_option_new(&option) == 0;
    if (ok) {
        set_callbacks(callbacks);
        nghttp2_option_set_no_auto_window_update(option, 1);
        ok = nghttp2_session_server_new2(&h->session, callbacks, h, option) == 0;
    }
    nghttp2_option_del(option);
    nghttp2_session_callbacks_del(callbacks);
    return ok;
}

static bool submit_settings(struct http2 *h)
{
    const nghttp2_settings_entry settings[] = {
        {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, limits(h)->h2_streams_max},
        {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, HTTP2_STREAM_WINDOW},
        {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, limits(h)->head_size_max},
        {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
    };
    return nghttp2_submit_settings(h->session, NGHTTP2_FLAG_NONE, settings, sizeof settings / sizeof *settings) == 0 &&
           nghttp2_session_set_local_window_size(h->session, NGHTTP2_FLAG_NONE, 0, HTTP2_WINDOW) == 0;
}

struct http2 *http2_new(struct client *client)
{
    struct http2 *h = calloc(1, sizeof *h);
    if (!h)
        return NULL;
    h->client = client;
    h->worker = client->worker;
    h->resets = (struct allowance){HTTP2_RESETS_BURST, h->worker->now_ms};
    h->controls = (struct allowance){HTTP2_CONTROL_BURST, h->worker->now_ms};
    list_init(&h->streams);
    list_init(&h->resumable);
    if (!make_session(h) || !submit_settings(h)) {
        http2_free(h);
        return NULL;
    }
    client_set_timeout(client, limits(h)->client_head_timeout_ms);
    mark_dirty(h);
    if (h->worker->draining)
        http2_drain(h);
    return h;
}

void http2_free(struct http2 *h)
{
    if (!h)
        return;
    while (!list_is_empty(&h->streams)) {
        struct http2_stream *s = container_of(h->streams.next, struct http2_stream, node);
        (void)nghttp2_session_set_stream_user_data(h->session, s->id, NULL);
        stream_free(s);
    }
    nghttp2_session_del(h->session);
    free(h);
}

/*
 * The client reads from its socket but opens no window for these: a paused video, say. They end; others on the same
 * connection, which may wait for an event, do not.
 */
static void reset_stalled(struct http2 *h)
{
    for (struct list *node = h->streams.next; node != &h->streams; node = node->next) {
        struct http2_stream *s = container_of(node, struct http2_stream, node);
        if (s->out.size == 0)
            continue;
        counter_add(&h->worker->counters->worker.timeouts, 1);
        struct exchange *ex = s->ex;
        s->ex = NULL;
        if (ex)
            exchange_free(ex);
        h->out_size -= s->out.size;
        buf_fini(&s->out);
        s->out_end = false;
        reset(s, NGHTTP2_CANCEL);
    }
}

void http2_timeout(struct http2 *h)
{
    if (h->draining && h->streams_count == 0 && !h->goaway_sent) {
        h->goaway_sent = true;
        (void)nghttp2_session_terminate_session(h->session, NGHTTP2_NO_ERROR);
        mark_dirty(h);
        return;
    }
    if (h->in_head) {
        counter_add(&h->worker->counters->worker.timeouts, 1);
        client_doom(h->client);
        return;
    }
    if (h->out_size) {
        reset_stalled(h);
        return;
    }
    (void)nghttp2_session_terminate_session(h->session, NGHTTP2_NO_ERROR);
    mark_dirty(h);
}

void http2_drain(struct http2 *h)
{
    h->draining = true;
    (void)nghttp2_submit_shutdown_notice(h->session);
    mark_dirty(h);
}
