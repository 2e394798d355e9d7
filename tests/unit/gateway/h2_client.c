#include "h2_client.h"

#include <stdio.h>
#include <stdlib.h>

static int on_header(nghttp2_session *session, const nghttp2_frame *frame, const uint8_t *name, size_t name_size,
                     const uint8_t *value, size_t value_size, uint8_t flags, void *user)
{
    struct h2_stream *s = h2_stream(user, frame->hd.stream_id);
    (void)session;
    (void)flags;
    size_t used = strlen(s->head);
    uint64_t status = 0;
    if (str_eq(str_make(name, name_size), STR(":status"))) {
        assert_true(str_to_u64(str_make(value, value_size), 999, &status));
        s->status = (int)status;
    } else
        (void)snprintf(s->head + used, sizeof s->head - used, "\r\n%.*s: %.*s", (int)name_size, (const char *)name,
                       (int)value_size, (const char *)value);
    return 0;
}

static int on_frame(nghttp2_session *session, const nghttp2_frame *frame, void *user)
{
    struct h2 *h = user;
    (void)session;
    if (frame->hd.type == NGHTTP2_GOAWAY) {
        h->goaway = true;
        h->goaway_error = frame->goaway.error_code;
    }
    if (frame->hd.type == NGHTTP2_PING && (frame->hd.flags & NGHTTP2_FLAG_ACK))
        h->pongs++;
    if (frame->hd.stream_id == 0)
        return 0;
    struct h2_stream *s = h2_stream(h, frame->hd.stream_id);
    if (frame->hd.type == NGHTTP2_HEADERS) {
        if (s->status / 100 == 1) {
            s->interims++;
            s->head[0] = '\0';
        } else
            s->head_done = true;
    }
    if ((frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA) &&
        (frame->hd.flags & NGHTTP2_FLAG_END_STREAM))
        s->ended = true;
    return 0;
}

static int on_data(nghttp2_session *session, uint8_t flags, int32_t id, const uint8_t *data, size_t size, void *user)
{
    (void)session;
    (void)flags;
    assert_true(buf_put(&h2_stream(user, id)->body, data, size));
    return 0;
}

static int on_close(nghttp2_session *session, int32_t id, uint32_t error, void *user)
{
    struct h2_stream *s = h2_stream(user, id);
    (void)session;
    s->closed = true;
    s->error = error;
    return 0;
}

static ssize_t on_read(nghttp2_session *session, int32_t id, uint8_t *data, size_t room, uint32_t *flags,
                       nghttp2_data_source *source, void *user)
{
    struct h2_stream *s = h2_stream(user, id);
    (void)session;
    (void)source;
    size_t size = s->out.size < room ? s->out.size : room;
    if (size)
        memcpy(data, buf_str(&s->out).data, size);
    buf_consume(&s->out, size);
    if (s->out.size == 0 && s->out_end)
        *flags |= NGHTTP2_DATA_FLAG_EOF;
    else if (size == 0)
        return NGHTTP2_ERR_DEFERRED;
    return (ssize_t)size;
}

struct h2 *h2_open(struct fixture *f)
{
    struct h2 *h = calloc(1, sizeof *h);
    nghttp2_session_callbacks *callbacks;
    assert_non_null(h);
    h->peer = client_tls_to(f, PORT_HTTPS, "app.test", "\x02h2");
    for (size_t i = 0; i < H2_STREAMS_MAX; i++) {
        buf_init(&h->streams[i].body, FIXTURE_MESSAGE_SIZE_MAX);
        buf_init(&h->streams[i].out, FIXTURE_MESSAGE_SIZE_MAX);
    }
    buf_init(&h->held, FIXTURE_MESSAGE_SIZE_MAX);
    assert_int_equal(nghttp2_session_callbacks_new(&callbacks), 0);
    nghttp2_session_callbacks_set_on_header_callback(callbacks, on_header);
    nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, on_frame);
    nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, on_data);
    nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, on_close);
    assert_int_equal(nghttp2_session_client_new(&h->session, callbacks, h), 0);
    nghttp2_session_callbacks_del(callbacks);
    assert_int_equal(nghttp2_submit_settings(h->session, 0, NULL, 0), 0);
    return h;
}

void h2_free(struct h2 *h)
{
    for (size_t i = 0; i < H2_STREAMS_MAX; i++) {
        buf_fini(&h->streams[i].body);
        buf_fini(&h->streams[i].out);
    }
    buf_fini(&h->held);
    nghttp2_session_del(h->session);
    peer_close(h->peer);
    free(h);
}

struct h2_stream *h2_stream(struct h2 *h, int32_t id)
{
    size_t index = (size_t)(id - 1) / 2;
    assert_true(id > 0 && index < H2_STREAMS_MAX);
    return &h->streams[index];
}

static nghttp2_nv pair(const char *name, const char *value)
{
    return (nghttp2_nv){(uint8_t *)(uintptr_t)name, (uint8_t *)(uintptr_t)value, strlen(name), strlen(value), 0};
}

int32_t h2_begin(struct h2 *h, bool end, const char *method, const char *path, ...)
{
    nghttp2_nv list[64] = {pair(":method", method), pair(":path", path), pair(":scheme", "https"),
                           pair(":authority", "app.test")};
    size_t count = 4;
    va_list more;
    va_start(more, path);
    for (const char *name; (name = va_arg(more, const char *));) {
        size_t at = str_eq(str_from(name), STR(":authority")) ? 3 : count++;
        list[at] = pair(name, va_arg(more, const char *));
    }
    va_end(more);
    const nghttp2_data_provider provider = {.read_callback = on_read};
    int32_t id = nghttp2_submit_request(h->session, NULL, list, count, end ? NULL : &provider, NULL);
    assert_true(id > 0);
    h2_flush(h);
    return id;
}

int32_t h2_get(struct h2 *h, const char *path)
{
    return h2_begin(h, true, "GET", path, NULL);
}

void h2_content(struct h2 *h, int32_t id, struct str content, bool end)
{
    struct h2_stream *s = h2_stream(h, id);
    assert_true(buf_put_str(&s->out, content));
    s->out_end = end;
    (void)nghttp2_session_resume_data(h->session, id);
    h2_flush(h);
}

void h2_flush(struct h2 *h)
{
    const uint8_t *data;
    ssize_t size;
    while ((size = nghttp2_session_mem_send(h->session, &data)) > 0) {
        if (h->corked)
            assert_true(buf_put(&h->held, data, (size_t)size));
        else
            peer_send(h->peer, str_make(data, (size_t)size));
    }
    assert_int_equal(size, 0);
}

void h2_cork(struct h2 *h)
{
    h->corked = true;
}

void h2_uncork(struct h2 *h)
{
    h->corked = false;
    peer_send(h->peer, buf_str(&h->held));
    buf_clear(&h->held);
}

/* One read; false at the end. */
static bool take(struct h2 *h)
{
    if (h->ended || peer_receive(h->peer) <= 0) {
        h->ended = true;
        return false;
    }
    struct str in = buf_str(&h->peer->in);
    assert_int_equal(nghttp2_session_mem_recv(h->session, (const uint8_t *)in.data, in.size), (ssize_t)in.size);
    buf_clear(&h->peer->in);
    return true;
}

static bool turn(struct h2 *h)
{
    h2_flush(h);
    return take(h);
}

void h2_wait_head(struct h2 *h, int32_t id)
{
    struct h2_stream *s = h2_stream(h, id);
    while (!s->head_done && !s->closed)
        assert_true(turn(h));
    size_t used = strlen(s->head);
    assert_true(used + 4 < sizeof s->head);
    (void)snprintf(s->head + used, sizeof s->head - used, "\r\n\r\n");
    h2_flush(h);
}

void h2_wait_closed(struct h2 *h, int32_t id)
{
    while (!h2_stream(h, id)->closed)
        assert_true(turn(h));
    h2_flush(h);
}

void h2_wait_body(struct h2 *h, int32_t id, size_t size)
{
    while (h2_stream(h, id)->body.size < size)
        assert_true(turn(h));
    h2_flush(h);
}

void h2_settle(struct h2 *h)
{
    size_t before = h->pongs;
    assert_int_equal(nghttp2_submit_ping(h->session, 0, NULL), 0);
    while (h->pongs == before)
        assert_true(turn(h));
}

void h2_wait_end(struct h2 *h)
{
    h->ended = false; /* a send may have found out before */
    while (take(h))
        continue;
}
