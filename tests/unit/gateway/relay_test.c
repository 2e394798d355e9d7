/* Between a client and an upstream: framing, splitting, back-pressure, what happens when a side goes. */
#include "gateway_fixture.h"

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
    peer_send_text(upstream, "HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nno\n");
    peer_send_some(client, buf_str(&content));
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_slow_reader_gets_all_that_an_upstream_sent_before_it_closed),
        cmocka_unit_test(an_early_refusal_of_an_upload_reaches_the_client),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
