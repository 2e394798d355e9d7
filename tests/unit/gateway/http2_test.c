/* HTTP/2 clients: what nghttp2 leaves to us. */
#include "h2_client.h"

#include <poll.h>
#include <stdlib.h>

#define UPGRADE ":protocol", "websocket", "sec-websocket-version", "13"

/* The end of the content may overtake the upstream's connect; the head still comes first. */
static void an_empty_body_that_ends_while_connecting_follows_the_head(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    int32_t id = h2_begin(h, false, "POST", "/", NULL);
    h2_content(h, id, STR(""), true);
    struct peer *upstream = upstream_accept(f, 0);
    char *head = peer_head(upstream);
    assert_memory_equal(head, "POST / HTTP/1.1\r\n", 17);
    if (head_field(head, "Transfer-Encoding", NULL))
        peer_expect(upstream, "0\r\n\r\n");
    free(head);
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    h2_wait_closed(h, id);
    assert_int_equal(h2_stream(h, id)->status, 200);
    assert_int_equal(h2_stream(h, id)->error, NGHTTP2_NO_ERROR);
    wait_for(&fixture_upstream(f, 0)->idle, 1);
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
}

/* An application that refuses the upgrade would read it as the next request. */
static void what_a_websocket_client_sends_early_is_no_request(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    int32_t id = h2_begin(h, false, "CONNECT", "/chat", UPGRADE, NULL);
    h2_content(h, id, STR("GET /smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n"), true);
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    h2_settle(h);
    assert_true(peer_is_quiet(upstream));
    peer_send_text(upstream, "HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n");
    h2_wait_closed(h, id);
    assert_int_equal(h2_stream(h, id)->status, 403);
    id = h2_get(h, "/next");
    char *head = peer_head(upstream);
    assert_memory_equal(head, "GET /next HTTP/1.1\r\n", 20);
    free(head);
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nnext");
    h2_wait_closed(h, id);
    assert_str(buf_str(&h2_stream(h, id)->body), STR("next"));
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
}

static void fields_that_end_at_the_gateway_end_here_too(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    int32_t id = h2_begin(h, true, "GET", "/", "proxy", "evil.test", "x_forwarded_for", "6.6.6.6", "x-forwarded-for",
                          "6.6.6.6", "forwarded", "for=6.6.6.6", "content_length", "3", "proxy-authorization", "x",
                          "te", "trailers", "cookie", "a=1", "cookie", "b=2", "x-kept", "yes", NULL);
    struct peer *upstream = upstream_accept(f, 0);
    char *head = peer_head(upstream);
    static const char *const gone[] = {"Proxy", "X_Forwarded_For", "Content_Length", "Proxy-Authorization", "TE"};
    for (size_t i = 0; i < sizeof gone / sizeof *gone; i++)
        assert_no_field(head, gone[i]);
    assert_null(strstr(head, "6.6.6.6"));
    assert_field(head, "X-Kept", "yes");
    assert_field(head, "Cookie", "a=1; b=2");
    assert_field(head, "Host", "app.test");
    assert_field(head, "X-Forwarded-Proto", "https");
    free(head);
    peer_send_text(upstream, "HTTP/1.1 204 No Content\r\n\r\n");
    h2_wait_closed(h, id);
    assert_int_equal(h2_stream(h, id)->status, 204);
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
}

static void short_limits(struct snap_limits *limits)
{
    limits->client_head_timeout_ms = 400;
    limits->client_write_timeout_ms = 400;
}

static const struct fixture_options impatient = {.set_limits = short_limits};

/* What nghttp2 refuses of one request must not be held against the others. */
static void a_malformed_request_costs_the_connection_nothing(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&impatient);
    struct h2 *h = h2_open(f);
    int32_t waiting = h2_get(h, "/wait");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    int32_t bad = h2_begin(h, true, "GET", "/", "content-length", "nonsense", NULL);
    h2_wait_closed(h, bad);
    fixture_pass_ms(f, 400);
    h2_settle(h);
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    h2_wait_closed(h, waiting);
    assert_str(buf_str(&h2_stream(h, waiting)->body), STR("ok"));
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
}

static char *filler(size_t size)
{
    char *text = calloc(1, size + 1);
    assert_non_null(text);
    memset(text, 'x', size);
    return text;
}

static void a_stream_that_is_not_read_is_reset_alone(void **state)
{
    (void)state;
    char *body = filler(400000);
    const struct fixture_options options = {.set_limits = short_limits, .fixed_body = body};
    struct fixture *f = fixture_start(&options);
    struct h2 *h = h2_open(f);
    int32_t waiting = h2_get(h, "/wait");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    nghttp2_settings_entry window = {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 0};
    assert_int_equal(nghttp2_submit_settings(h->session, 0, &window, 1), 0);
    h2_settle(h);
    int32_t paused = h2_get(h, "/fixed");
    h2_settle(h);
    fixture_pass_ms(f, 400);
    h2_wait_closed(h, paused);
    assert_int_equal(h2_stream(h, paused)->error, NGHTTP2_CANCEL);
    peer_send_text(upstream, "HTTP/1.1 204 No Content\r\n\r\n");
    h2_wait_closed(h, waiting);
    assert_int_equal(h2_stream(h, waiting)->status, 204);
    assert_false(h->goaway);
    peer_close(upstream);
    h2_free(h);
    fixture_stop(f);
    free(body);
}

static void large_content_both_ways_keeps_the_windows_open(void **state)
{
    (void)state;
    char *body = filler(3 << 20);
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    for (int round = 0; round < 2; round++) {
        int32_t id = h2_begin(h, false, "POST", "/", "content-length", "3145728", NULL);
        h2_content(h, id, str_from(body), true);
        struct peer *upstream = upstream_accept(f, 0);
        free(peer_head(upstream));
        struct buf got;
        buf_init(&got, FIXTURE_MESSAGE_SIZE_MAX);
        while (got.size < 3 << 20) { /* the client must go on taking window updates meanwhile */
            struct pollfd fds[] = {{.fd = upstream->fd, .events = POLLIN}, {.fd = h->peer->fd, .events = POLLIN}};
            assert_true(poll(fds, 2, FIXTURE_PATIENCE_MS) > 0);
            if (fds[0].revents)
                assert_true(peer_receive(upstream) > 0);
            if (fds[1].revents) {
                h2_settle(h);
                h2_flush(h);
            }
            assert_true(buf_put_str(&got, buf_str(&upstream->in)));
            buf_clear(&upstream->in);
        }
        assert_true(str_eq(buf_str(&got), str_from(body)));
        buf_fini(&got);
        peer_send_text(upstream, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nthanks");
        peer_close(upstream);
        h2_wait_closed(h, id);
        assert_str(buf_str(&h2_stream(h, id)->body), STR("thanks"));
    }
    h2_free(h);
    fixture_stop(f);
    free(body);
}

/* Content that is refused, reset or comes too late must not use up the connection's window. */
static void dropped_content_does_not_eat_the_connections_window(void **state)
{
    (void)state;
    char *body = filler(60000);
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    for (int i = 0; i < 60; i++) { /* 3.6 MB: more than three windows */
        int32_t id = h2_begin(h, false, "POST", i & 1 ? "/fixed" : "/wait", NULL);
        h2_content(h, id, str_from(body), false);
        if (!(i & 1))
            assert_int_equal(nghttp2_submit_rst_stream(h->session, 0, id, NGHTTP2_CANCEL), 0);
        h2_settle(h);
    }
    int32_t id = h2_get(h, "/fixed");
    h2_wait_closed(h, id);
    assert_int_equal(h2_stream(h, id)->status, 200);
    assert_true(nghttp2_session_get_remote_window_size(h->session) > 1 << 18);
    h2_free(h);
    fixture_stop(f);
    free(body);
}

static void frame(struct h2 *h, unsigned type, unsigned flags, unsigned stream, const char *payload, size_t size)
{
    const char head[9] = {(char)(size >> 16),   (char)(size >> 8),    (char)size,          (char)type,  (char)flags,
                          (char)(stream >> 24), (char)(stream >> 16), (char)(stream >> 8), (char)stream};
    char bytes[9 + 64];
    memcpy(bytes, head, 9);
    memcpy(bytes + 9, payload, size);
    if (SSL_write(h->peer->ssl, bytes, (int)(9 + size)) <= 0)
        h->ended = true;
}

static void floods_end_the_connection(void **state)
{
    (void)state;
    static const struct {
        unsigned type, flags;
        size_t size;
    } floods[] = {{0x6, 0, 8}, {0x4, 0, 0}, {0x9, 0, 0}, {0x2, 0, 5}};
    for (size_t i = 0; i < sizeof floods / sizeof *floods; i++) {
        struct fixture *f = fixture_start(NULL);
        struct h2 *h = h2_open(f);
        h2_settle(h);
        bool continuation = floods[i].type == 0x9;
        if (continuation)
            frame(h, 0x1, 0x1, 1, "\x82", 1); /* HEADERS without END_HEADERS */
        for (int n = 0; n < 3000 && !h->ended; n++)
            frame(h, floods[i].type, floods[i].flags,
                  continuation            ? 1
                  : floods[i].type == 0x2 ? 3
                                          : 0,
                  "\0\0\0\0\1\2\3\4", floods[i].size);
        h2_wait_end(h);
        wait_for(&fixture_counters(f)->connections_open, 0);
        h2_free(h);
        fixture_stop(f);
    }
}

static void rapid_resets_end_the_connection(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct h2 *h = h2_open(f);
    h2_settle(h);
    /* In one record: what the gateway had not read when it closed would make the kernel throw the GOAWAY away. */
    h2_cork(h);
    for (int i = 0; i < 222; i++) {
        int32_t id = h2_get(h, "/fixed?reset");
        assert_int_equal(nghttp2_submit_rst_stream(h->session, 0, id, NGHTTP2_CANCEL), 0);
        h2_flush(h);
    }
    h2_uncork(h);
    h2_wait_end(h);
    assert_true(h->goaway);
    assert_int_equal(h->goaway_error, NGHTTP2_ENHANCE_YOUR_CALM);
    assert_int_equal(counter_get(&fixture_counters(f)->floods), 1);
    h2_free(h);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_body_that_ends_while_connecting_follows_the_head),
        cmocka_unit_test(what_a_websocket_client_sends_early_is_no_request),
        cmocka_unit_test(fields_that_end_at_the_gateway_end_here_too),
        cmocka_unit_test(a_malformed_request_costs_the_connection_nothing),
        cmocka_unit_test(a_stream_that_is_not_read_is_reset_alone),
        cmocka_unit_test(large_content_both_ways_keeps_the_windows_open),
        cmocka_unit_test(dropped_content_does_not_eat_the_connections_window),
        cmocka_unit_test(floods_end_the_connection),
        cmocka_unit_test(rapid_resets_end_the_connection),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
