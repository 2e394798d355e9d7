/* Between a client and an upstream: framing, splitting, back-pressure, what happens when a side goes. */
#include "h2_client.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define BULK_SIZE (8u << 20)

static struct buf bulk(size_t size)
{
    struct buf b;
    buf_init(&b, size);
    char *into = buf_reserve(&b, size);
    assert_non_null(into);
    for (size_t i = 0; i < size; i++)
        into[i] = (char)('a' + i % 23 + i / 65536 % 3);
    buf_commit(&b, size);
    return b;
}

/* The application sends in a thread of its own: it must not wait for a client that reads later. */
struct sender {
    struct peer *peer;
    struct str bytes;
    pthread_t thread;
};

static void *sender_run(void *argument)
{
    struct sender *s = argument;
    peer_send(s->peer, s->bytes);
    peer_close(s->peer);
    return NULL;
}

static void sender_start(struct sender *s, struct peer *take_peer, struct str bytes)
{
    *s = (struct sender){.peer = take_peer, .bytes = bytes};
    assert_int_equal(pthread_create(&s->thread, NULL, sender_run, s), 0);
}

/* A large response of an application that closes behind it, to a client that begins to read late. */
static void check_slow_reader(const struct fixture_options *options, bool tls)
{
    struct fixture *f = fixture_start(options);
    struct peer *client = tls ? client_tls(f) : client_plain(f);
    struct buf content = bulk(BULK_SIZE);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 8388608\r\n\r\n");
    struct sender sender;
    sender_start(&sender, upstream, buf_str(&content));
    /* a second request on another connection is answered meanwhile: the worker is not held up */
    struct peer *other = client_plain(f);
    send_get(other, "/fixed");
    struct reply r = peer_reply(other, "GET");
    assert_int_equal(r.status, 200);
    reply_free(&r);
    peer_close(other);
    r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_true(str_eq(buf_str(&r.body), buf_str(&content)));
    assert_int_equal(pthread_join(sender.thread, NULL), 0);
    reply_free(&r);
    buf_fini(&content);
    peer_close(client);
    fixture_stop(f);
}

static void a_slow_reader_gets_all_that_an_upstream_sent_before_it_closed(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++)
        check_slow_reader(&(struct fixture_options){.redirect_off = true, .upstream_unix = i & 1}, i & 2);
}

static void an_early_refusal_of_an_upload_reaches_the_client(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_plain(f);
    struct buf content = bulk(BULK_SIZE);
    peer_send_text(client, "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 8388608\r\n\r\n");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_some(client, str_part(buf_str(&content), 0, BULK_SIZE / 2)); /* whatever the kernel takes: not all */
    struct pollfd sent = {.fd = upstream->fd, .events = POLLIN};
    assert_int_equal(poll(&sent, 1, FIXTURE_PATIENCE_MS), 1);
    peer_send_text(upstream, "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno\n");
    peer_close(upstream); /* with content unread: a reset */
    struct reply r = peer_reply(client, "POST");
    assert_int_equal(r.status, 413);
    assert_str(buf_str(&r.body), STR("no\n"));
    assert_field(r.head, "Connection", "close");
    reply_free(&r);
    buf_fini(&content);
    peer_close(client);
    fixture_stop(f);
}

/* ---- responses in pieces ---- */

struct response_case {
    const char *method, *response;
    int interims, status;
    const char *body, *trailers;
    bool closes;
};

static const struct response_case response_cases[] = {
    {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\n\r\nhello", 0, 200, "hello", NULL, false},
    {"GET",
     "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: "
     "chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: 1\r\n\r\n",
     1, 200, "hello", "T: 1\r\n\r\n", false},
    {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 0, 200, "hello", "\r\n",
     false},
    {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", 0, 200, "", NULL, false},
    {"GET", "HTTP/1.1 204 No Content\r\n\r\n", 0, 204, "", NULL, false},
    {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n", 0, 304, "", NULL, false},
    {"GET", "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhello", 0, 200, "hello", "\r\n", true},
};
#define RESPONSES_COUNT (sizeof response_cases / sizeof *response_cases)

static void request(struct peer *client, const char *method)
{
    char text[128];
    (void)snprintf(text, sizeof text, "%s / HTTP/1.1\r\nHost: app.test\r\n\r\n", method);
    peer_send_text(client, text);
}

static void check_response(struct peer *client, const struct response_case *c)
{
    struct reply r = peer_reply(client, c->method);
    for (int i = 0; i < c->interims; i++) {
        assert_int_equal(r.status, 103);
        reply_free(&r);
        r = peer_reply(client, c->method);
    }
    assert_int_equal(r.status, c->status);
    assert_str(buf_str(&r.body), str_from(c->body));
    if (c->trailers)
        assert_string_equal(r.trailers, c->trailers);
    assert_true(peer_is_quiet(client));
    reply_free(&r);
}

static void responses_split_anywhere_arrive_whole(void **state)
{
    (void)state;
    for (int tls = 0; tls < 2; tls++) {
        struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true, .upstream_tls = tls});
        struct peer *client = tls ? client_tls(f) : client_plain(f), *upstream = NULL;
        for (size_t i = 0; i < RESPONSES_COUNT; i++) {
            struct str response = str_from(response_cases[i].response);
            for (size_t cut = 1; cut < response.size; cut++) {
                request(client, response_cases[i].method);
                if (!upstream)
                    upstream = upstream_accept(f, 0);
                free(peer_head(upstream));
                peer_send(upstream, str_part(response, 0, cut));
                fixture_settle(f);
                peer_send(upstream, str_after(response, cut));
                if (response_cases[i].closes) {
                    peer_close(upstream);
                    upstream = NULL;
                }
                check_response(client, &response_cases[i]);
            }
        }
        peer_close(client);
        peer_close(upstream);
        fixture_stop(f);
    }
}

static void responses_split_at_random_arrive_whole(void **state)
{
    (void)state;
    unsigned seed = 42;
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_plain(f), *upstream = NULL;
    for (int round = 0; round < 200; round++) {
        seed = seed * 1103515245u + 12345u;
        const struct response_case *c = &response_cases[(seed >> 16) % RESPONSES_COUNT];
        struct str rest = str_from(c->response);
        request(client, c->method);
        if (!upstream)
            upstream = upstream_accept(f, 0);
        free(peer_head(upstream));
        while (rest.size) {
            seed = seed * 1103515245u + 12345u;
            size_t size = 1 + (seed >> 16) % 17;
            peer_send(upstream, str_part(rest, 0, size));
            rest = str_after(rest, size);
            if (seed & 0x100000)
                fixture_settle(f);
        }
        if (c->closes) {
            peer_close(upstream);
            upstream = NULL;
        }
        check_response(client, c);
    }
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* An application that dies within its answer: an error page before the head is out, a visible cut after it. */
static void a_response_cut_anywhere_never_looks_whole(void **state)
{
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
        const struct response_case *c = &response_cases[i];
        struct str response = str_from(c->response);
        for (size_t cut = 0; cut < response.size; cut++) {
            struct peer *client = client_plain(f);
            request(client, c->method);
            struct peer *upstream = upstream_accept(f, 0);
            free(peer_head(upstream));
            peer_send(upstream, str_part(response, 0, cut));
            peer_close(upstream);
            char *head = peer_head(client);
            if (strstr(head, " 103 ")) {
                free(head);
                head = peer_head(client);
            }
            if (strstr(head, " 502 ")) {
                free(head);
                peer_close(client);
                continue;
            }
            while (peer_receive(client) > 0)
                continue;
            struct str got = buf_str(&client->in);
            bool whole = head_field(head, "Content-Length", NULL) ? got.size >= 5 : str_ends(got, STR("0\r\n\r\n"));
            assert_false(whole);
            assert_false(str_ends(got, STR("\r\nT: 1\r\n\r\n")));
            free(head);
            peer_close(client);
        }
        fixture_stop(f);
    }
}

/* ---- WebSockets ---- */

#define SWITCH "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
#define KEY    "dGhlIHNhbXBsZSBub25jZQ=="
#define ACCEPT "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

/* A client of either version on an open tunnel. */
struct tunnel {
    struct fixture *f;
    struct peer *client; /* HTTP/1.1 */
    struct h2 *h;        /* HTTP/2 */
    int32_t id;
    struct peer *upstream;
};

static void accept_for(const char *key, char *accept, size_t room)
{
    char text[128];
    unsigned char digest[20];
    (void)snprintf(text, sizeof text, "%s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    assert_non_null(EVP_Q_digest(NULL, "SHA1", NULL, text, strlen(text), digest, NULL) ? text : NULL);
    unsigned char base64[32];
    assert_int_equal(EVP_EncodeBlock(base64, digest, 20), 28);
    (void)snprintf(accept, room, "%s", (char *)base64);
}

static void tunnel_open(struct tunnel *t, const struct fixture_options *options, bool http2)
{
    char key[256] = "", accept[64], answer[256];
    *t = (struct tunnel){.f = fixture_start(options)};
    if (http2) {
        t->h = h2_open(t->f);
        h2_settle(t->h); /* the gateway's SETTINGS must have allowed it */
        t->id = h2_begin(t->h, false, "CONNECT", "/chat", ":protocol", "websocket", "sec-websocket-version", "13",
                         "origin", "https://app.test", NULL);
    } else {
        t->client = client_tls(t->f);
        peer_send_text(t->client,
                       "GET /chat HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                       "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " KEY "\r\n\r\nearly");
    }
    t->upstream = upstream_accept(t->f, 0);
    char *head = peer_head(t->upstream);
    assert_memory_equal(head, "GET /chat HTTP/1.1\r\n", 20);
    assert_field(head, "Upgrade", "websocket");
    assert_field(head, "Sec-WebSocket-Version", "13");
    assert_int_equal(head_field(head, "Sec-WebSocket-Key", key), 1);
    free(head);
    accept_for(key, accept, sizeof accept);
    (void)snprintf(answer, sizeof answer, SWITCH "Sec-WebSocket-Accept: %s\r\n\r\nfirst", accept);
    peer_send_text(t->upstream, answer);
    if (http2) {
        h2_wait_head(t->h, t->id);
        assert_int_equal(h2_stream(t->h, t->id)->status, 200);
        assert_field(h2_stream(t->h, t->id)->head, "strict-transport-security", "max-age=300");
        h2_wait_body(t->h, t->id, 5);
        assert_str(buf_str(&h2_stream(t->h, t->id)->body), STR("first"));
        h2_content(t->h, t->id, STR("early"), false);
    } else {
        head = peer_head(t->client);
        assert_memory_equal(head, "HTTP/1.1 101 ", 13);
        assert_field(head, "Sec-WebSocket-Accept", ACCEPT);
        assert_field(head, "Strict-Transport-Security", "max-age=300");
        free(head);
        peer_expect(t->client, "first");
    }
    peer_expect(t->upstream, "early");
    assert_int_equal(counter_get(&fixture_counters(t->f)->tunnels_open), 1);
}

static void tunnel_close(struct tunnel *t)
{
    wait_for(&fixture_counters(t->f)->tunnels_open, 0);
    if (t->h)
        h2_free(t->h);
    peer_close(t->client);
    peer_close(t->upstream);
    fixture_stop(t->f);
}

static void websockets_pass_between_both_versions_and_both_kinds_of_upstream(void **state)
{
    (void)state;
    struct buf content = bulk(4 << 20);
    for (int i = 0; i < 8; i++) {
        struct tunnel t;
        bool client_ends = i & 4;
        tunnel_open(&t, &(struct fixture_options){.upstream_tls = i & 1}, i & 2);
        /* to the client, which reads late */
        struct peer *upstream = t.upstream;
        struct sender sender = {.peer = upstream, .bytes = buf_str(&content)};
        if (!client_ends) {
            t.upstream = NULL;
            sender_start(&sender, upstream, buf_str(&content)); /* closes when it has sent all */
        } else
            peer_send_text(upstream, "hello");
        if (t.h) {
            struct h2_stream *s = h2_stream(t.h, t.id);
            h2_wait_body(t.h, t.id, 5 + (client_ends ? 5 : content.size));
            assert_true(str_eq(str_after(buf_str(&s->body), 5), client_ends ? STR("hello") : buf_str(&content)));
            if (client_ends)
                h2_content(t.h, t.id, STR("bye"), true);
        } else {
            struct buf got = peer_take(t.client, client_ends ? 5 : content.size);
            assert_true(str_eq(buf_str(&got), client_ends ? STR("hello") : buf_str(&content)));
            buf_fini(&got);
            if (client_ends) {
                peer_send_text(t.client, "bye");
                peer_shutdown(t.client);
            }
        }
        if (client_ends) {
            peer_expect(upstream, "bye");
            peer_expect_end(upstream);
            peer_send_text(upstream, "last");
            peer_shutdown(upstream);
            if (t.h)
                h2_wait_body(t.h, t.id, 14);
            else
                peer_expect(t.client, "last");
        } else
            assert_int_equal(pthread_join(sender.thread, NULL), 0);
        if (t.h)
            h2_wait_closed(t.h, t.id);
        else
            peer_expect_end(t.client);
        tunnel_close(&t);
    }
    buf_fini(&content);
}

static void impatient_tunnels(struct snap_limits *limits)
{
    limits->tunnel_idle_timeout_ms = 200;
}

static void a_silent_tunnel_ends_after_its_time(void **state)
{
    (void)state;
    for (int http2 = 0; http2 < 2; http2++) {
        struct tunnel t;
        tunnel_open(&t, &(struct fixture_options){.set_limits = impatient_tunnels}, http2);
        fixture_pass_ms(t.f, 200);
        if (http2)
            h2_wait_closed(t.h, t.id);
        else
            peer_expect_end(t.client);
        peer_expect_end(t.upstream);
        tunnel_close(&t);
    }
}

static void an_upload_is_held_back_while_the_application_does_not_read(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_plain(f);
    struct buf content = bulk(48 << 20);
    peer_send_text(client, "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 50331648\r\n\r\n");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    struct str rest = buf_str(&content);
    for (int quiet = 0; quiet < 20;) { /* until nothing goes in any more, however often the worker turns */
        size_t sent = peer_send_some(client, rest);
        rest = str_after(rest, sent);
        quiet = sent ? 0 : quiet + 1;
        fixture_settle(f);
    }
    assert_true(rest.size > 0); /* kernel buffers hold some megabytes, the gateway one read */
    struct sender sender;
    sender_start(&sender, client, rest);
    struct buf got = peer_take(upstream, content.size);
    assert_true(str_eq(buf_str(&got), buf_str(&content)));
    buf_fini(&got);
    assert_int_equal(pthread_join(sender.thread, NULL), 0);
    peer_close(upstream);
    buf_fini(&content);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_reader_gets_all_that_an_upstream_sent_before_it_closed),
        cmocka_unit_test(an_early_refusal_of_an_upload_reaches_the_client),
        cmocka_unit_test(responses_split_anywhere_arrive_whole),
        cmocka_unit_test(responses_split_at_random_arrive_whole),
        cmocka_unit_test(a_response_cut_anywhere_never_looks_whole),
        cmocka_unit_test(websockets_pass_between_both_versions_and_both_kinds_of_upstream),
        cmocka_unit_test(a_silent_tunnel_ends_after_its_time),
        cmocka_unit_test(an_upload_is_held_back_while_the_application_does_not_read),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
