/* The life of workers: generations, drains, clients by the way they come in, and the log's thread beside them. */
#include "gateway/listener.h"
#include "h2_client.h"
#include "tls/conn.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static const struct fixture_options plain = {.redirect_off = true};

static void expect_status(struct peer *client, int status)
{
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, status);
    reply_free(&r);
}

static void short_drain(struct snap_limits *limits)
{
    limits->drain_timeout_ms = 500;
}

static void a_drain_lets_requests_end_and_idle_connections_go(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *idle = client_plain(f), *busy = client_plain(f);
    struct h2 *h2_idle = h2_open(f), *h2_busy = h2_open(f);
    h2_settle(h2_idle);
    send_get(busy, "/h1");
    struct peer *first = upstream_accept(f, 0);
    free(peer_head(first));
    int32_t id = h2_get(h2_busy, "/h2");
    struct peer *second = upstream_accept(f, 0);
    free(peer_head(second));
    fixture_drain(f);
    fixture_pass_ms(f, WORKER_DRAIN_IDLE_MS);
    peer_expect_end(idle);
    h2_wait_end(h2_idle);
    assert_true(h2_idle->goaway);
    assert_int_equal(h2_idle->goaway_error, NGHTTP2_NO_ERROR);
    peer_send_text(first, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    peer_send_text(second, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    struct reply r = peer_reply(busy, "GET");
    assert_int_equal(r.status, 200);
    assert_field(r.head, "Connection", "close");
    reply_free(&r);
    peer_expect_end(busy);
    h2_wait_closed(h2_busy, id);
    assert_int_equal(h2_stream(h2_busy, id)->status, 200);
    fixture_pass_ms(f, WORKER_DRAIN_IDLE_MS);
    h2_wait_end(h2_busy);
    peer_expect_end(first);
    peer_close(idle);
    peer_close(busy);
    peer_close(first);
    peer_close(second);
    h2_free(h2_idle);
    h2_free(h2_busy);
    fixture_stop(f);
}

static void a_drain_does_not_wait_for_ever(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true, .set_limits = short_drain});
    struct peer *client = client_plain(f);
    struct h2 *h = h2_open(f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    int32_t id = h2_get(h, "/");
    struct peer *other = upstream_accept(f, 0);
    fixture_drain(f);
    fixture_pass_ms(f, 500);
    peer_expect_end(client);
    h2_wait_end(h);
    assert_int_equal(h2_stream(h, id)->status, 0);
    peer_close(client);
    peer_close(upstream);
    peer_close(other);
    h2_free(h);
    fixture_stop(f);
}

/* Requests on both workers while generations change and the log is exchanged: nothing is lost, nothing races. */
static void generations_change_under_load(void **state)
{
    (void)state;
    struct fixture_options options = {.redirect_off = true, .workers_count = 2, .log_format = GATEWAY_LOG_JSON};
    struct fixture *f = fixture_start(&options);
    struct peer *clients[8];
    for (size_t i = 0; i < 8; i++)
        clients[i] = i & 1 ? client_tls(f) : client_plain(f);
    for (int round = 0; round < 30; round++) {
        for (size_t i = 0; i < 8; i++)
            send_get(clients[i], "/fixed");
        options.hsts = round & 1 ? "max-age=86400" : "max-age=300";
        fixture_publish(f, &options);
        if (round % 10 == 5)
            access_log_reopen(f->log, dup(f->log_fd));
        for (size_t i = 0; i < 8; i++)
            expect_status(clients[i], 200);
    }
    for (size_t i = 0; i < 8; i++)
        peer_close(clients[i]);
    fixture_join(f);
    struct buf log = fixture_log(f);
    size_t lines = 0;
    for (size_t i = 0; i < log.size; i++)
        lines += buf_str(&log).data[i] == '\n';
    assert_int_equal(lines, 8 * 30);
    buf_fini(&log);
    fixture_stop(f);
}

static void one_port_serves_both(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.public_http_port = 9000, .public_https_port = 9000});
    struct peer *client = client_plain_to(f, PORT_BOTH);
    peer_send_text(client, "G"); /* the first byte alone tells */
    fixture_settle(f);
    peer_send_text(client, "ET /a HTTP/1.1\r\nHost: app.test:9000\r\n\r\n");
    struct reply r = peer_reply(client, "GET");
    assert_field(r.head, "Location", "https://app.test:9000/a");
    reply_free(&r);
    peer_close(client);
    client = client_tls_to(f, PORT_BOTH, "app.test", NULL);
    send_get(client, "/fixed");
    expect_status(client, 200);
    peer_close(client);
    fixture_stop(f);
}

static void names_nobody_has_are_refused(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f);
    peer_send_text(client, "GET / HTTP/1.1\r\nHost: unknown.test\r\n\r\n");
    expect_status(client, 404);
    peer_send_text(client, "GET / HTTP/1.0\r\n\r\n");
    expect_status(client, 404);
    assert_int_equal(counter_get(&fixture_counters(f)->requests_unknown_host), 2);
    peer_close(client);
    fixture_stop(f);
}

static void the_proxy_header_names_the_client_wherever_it_is_cut(void **state)
{
    (void)state;
    struct os_network trusted;
    assert_true(os_network_parse(STR("127.0.0.1"), &trusted));
    const struct fixture_options options = {
        .redirect_off = true, .proxy_protocol = true, .trusted = &trusted, .trusted_count = 1};
    struct fixture *f = fixture_start(&options);
    const struct str bytes = STR("PROXY TCP4 192.0.2.7 192.0.2.1 1234 8080\r\n"
                                 "GET / HTTP/1.1\r\nHost: app.test\r\nX-Forwarded-For: 6.6.6.6\r\n\r\n");
    for (size_t cut = 1; cut < bytes.size; cut++) {
        struct peer *client = client_plain(f);
        peer_send(client, str_part(bytes, 0, cut));
        if (cut & 1) /* the worker has it, or has both pieces at once */
            wait_for(&fixture_counters(f)->connections_open, 1);
        peer_send(client, str_after(bytes, cut));
        struct peer *upstream = upstream_accept(f, 0);
        char *head = peer_head(upstream);
        assert_field(head, "X-Forwarded-For", "192.0.2.7");
        free(head);
        peer_close(client);
        peer_close(upstream);
        wait_for(&fixture_counters(f)->connections_open, 0);
    }
    struct peer *client = client_plain(f);
    peer_send_text(client, "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
    peer_expect_end(client);
    peer_close(client);
    fixture_stop(f);
}

/* Out of descriptors the worker rests; when there are some again, whoever waited is served. */
static void running_out_of_descriptors_is_survived(void **state)
{
    (void)state;
    enum { TURNS_MAX = 1000 };
    struct fixture *f = fixture_start(&plain);
    union os_address address;
    struct rlimit before, now;
    fixture_settle(f); /* by a connection that is there in time */
    assert_true(os_address_parse(STR("127.0.0.1"), f->http_port, &address));
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), next = dup(fd);
    assert_int_equal(close(next), 0);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
    now = before;
    now.rlim_cur = (rlim_t)next;
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &now), 0);
    assert_int_equal(connect(fd, &address.any, sizeof address.v4), 0);
    fixture_settle(f);
    fixture_pass_ms(f, LISTENER_REST_MS);
    fixture_settle(f);
    const struct timespec moment = {.tv_nsec = 400 * 1000000};
    (void)nanosleep(&moment, NULL); /* measured, not waited for: what does the worker do meanwhile? */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
    fixture_pass_ms(f, LISTENER_REST_MS);
    const struct str request = STR("GET /fixed HTTP/1.1\r\nHost: app.test\r\nConnection: close\r\n\r\n");
    assert_int_equal(send(fd, request.data, request.size, MSG_NOSIGNAL), (ssize_t)request.size);
    char answer[13] = "";
    assert_int_equal(recv(fd, answer, 12, MSG_WAITALL), 12);
    assert_string_equal(answer, "HTTP/1.1 200");
    (void)close(fd);
    fixture_join(f);
    assert_true(f->workers[0].turn < TURNS_MAX);
    fixture_stop(f);
}

static void hurry(struct snap_limits *limits)
{
    limits->client_head_timeout_ms = 300;
}

/* A ClientHello's first bytes: a handshake is begun, with whom is not known yet. */
#define BEGUN STR_INIT("\x16\x03\x01\x02\x00")

static void handshakes_that_fail_are_counted_where_they_belong(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.set_limits = hurry});
    const struct counters_block *block = &f->blocks[0];
    const uint64_t *nameless = block->worker.failures_nameless.by_cause;
    struct peer *client = client_tls(f);
    wait_for(&block->sites[1].handshakes, 1);
    peer_close(client);

    client = client_plain_to(f, PORT_HTTPS);
    peer_send_text(client, "GET / HTTP/1.1\r\n\r\n");
    wait_for(&nameless[TLS_FAILURE_PLAIN_HTTP], 1);
    peer_close(client);

    const struct str begun = BEGUN;
    client = client_plain_to(f, PORT_HTTPS);
    peer_send(client, begun);
    peer_close(client);
    wait_for(&nameless[TLS_FAILURE_CLOSED], 1);

    client = client_plain_to(f, PORT_HTTPS);
    peer_send(client, begun);
    fixture_settle(f);
    fixture_pass_ms(f, 300);
    wait_for(&nameless[TLS_FAILURE_TIMEOUT], 1);
    peer_expect_end(client);
    peer_close(client);

    client = client_plain_to(f, PORT_HTTPS); /* says nothing: nobody has tried anything */
    fixture_settle(f);
    fixture_pass_ms(f, 300);
    peer_expect_end(client);
    peer_close(client);
    client = client_plain_to(f, PORT_HTTPS);
    peer_close(client);

    /* other.test's certificate is not asked for: the alert says so after the name is known */
    SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());
    client = client_plain_to(f, PORT_HTTPS);
    char name[] = "other.test";
    SSL *ssl = SSL_new(ctx);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, NULL);
    assert_int_equal(SSL_set_tlsext_host_name(ssl, name), 1);
    assert_int_equal(SSL_set_fd(ssl, client->fd), 1);
    assert_int_not_equal(SSL_connect(ssl), 1);
    wait_for(&block->failures[2].by_cause[TLS_FAILURE_UNKNOWN_CA], 1);
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    peer_close(client);
    fixture_settle(f);

    assert_int_equal(counter_get(&block->failures_moved[0]), 1);
    for (int i = 0; i < TLS_FAILURE_COUNT; i++) {
        bool once = i == TLS_FAILURE_PLAIN_HTTP || i == TLS_FAILURE_CLOSED || i == TLS_FAILURE_TIMEOUT;
        assert_int_equal(counter_get(&nameless[i]), once);
        assert_int_equal(counter_get(&block->worker.handshakes_failed[i]), once || i == TLS_FAILURE_UNKNOWN_CA);
        assert_int_equal(counter_get(&block->failures[1].by_cause[i]), 0);
    }
    assert_int_equal(counter_get(&block->sites[2].handshakes), 0);
    const struct counters_failures *of_class = block->worker.failures_of_class;
    assert_int_equal(counter_get(&of_class[HELLO_CLASS_OPENSSL].by_cause[TLS_FAILURE_UNKNOWN_CA]), 1);
    assert_int_equal(counter_get(&of_class[HELLO_CLASS_NONE].by_cause[TLS_FAILURE_PLAIN_HTTP]), 1);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drain_lets_requests_end_and_idle_connections_go),
        cmocka_unit_test(a_drain_does_not_wait_for_ever),
        cmocka_unit_test(generations_change_under_load),
        cmocka_unit_test(one_port_serves_both),
        cmocka_unit_test(names_nobody_has_are_refused),
        cmocka_unit_test(the_proxy_header_names_the_client_wherever_it_is_cut),
        cmocka_unit_test(running_out_of_descriptors_is_survived),
        cmocka_unit_test(handshakes_that_fail_are_counted_where_they_belong),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
