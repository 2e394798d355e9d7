/* Which upstream is asked, over which connection, and what happens when it fails. */
#include "gateway_fixture.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static void expect_status(struct peer *client, const char *method, int status)
{
    struct reply r = peer_reply(client, method);
    assert_int_equal(r.status, status);
    reply_free(&r);
}

/* One request and its answer; the upstream's end of the connection that it used. */
static struct peer *round_trip(struct fixture *f, struct peer *client, struct peer *upstream)
{
    send_get(client, "/");
    if (!upstream)
        upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, OK_EMPTY);
    expect_status(client, "GET", 200);
    return upstream;
}

static void what_comes_on_an_idle_connection_closes_it(void **state)
{
    (void)state;
    static const char *const garbage[] = {"", "x", "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison"};
    for (size_t i = 0; i < sizeof garbage / sizeof *garbage; i++) {
        struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
        struct peer *client = client_plain(f);
        struct peer *upstream = round_trip(f, client, NULL);
        wait_for(&fixture_upstream(f, 0)->idle, 1);
        if (*garbage[i])
            peer_send_text(upstream, garbage[i]);
        else
            peer_shutdown(upstream);
        wait_for(&fixture_upstream(f, 0)->idle, 0);
        peer_close(round_trip(f, client, NULL));
        peer_close(upstream);
        peer_close(client);
        fixture_stop(f);
    }
}

/* Behind its content in the same bytes: whatever it is, it is no answer to the next request. */
static void more_than_was_announced_is_thrown_away_with_the_connection(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
        "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison",
        "HTTP/1.1 304 Not Modified\r\nContent-Length: 6\r\n\r\npoison",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
    };
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_plain(f);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        send_get(client, "/");
        struct peer *upstream = upstream_accept(f, 0);
        free(peer_head(upstream));
        peer_send_text(upstream, answers[i]);
        struct reply r = peer_reply(client, "GET");
        assert_true(r.body.size == 0 || str_eq(buf_str(&r.body), STR("ok")));
        reply_free(&r);
        (void)peer_receive(upstream); /* closed, with a reset as it was not read */
        peer_close(upstream);
    }
    peer_close(client);
    fixture_stop(f);
}

static void invalid_answers_are_a_bad_gateway(void **state)
{
    (void)state;
    static const char *const answers[] = {
        "nonsense\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "HTTP/1.1 200 OK\r\nX-A: b\r\n folded\r\n\r\n",
        "HTTP/1.1 200 OK\r\nX-A : b\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n",
        "HTTP/2 200 OK\r\n\r\n",
    };
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_tls(f);
    for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
        send_get(client, "/");
        struct peer *upstream = upstream_accept(f, 0);
        free(peer_head(upstream));
        peer_send_text(upstream, answers[i]);
        struct reply r = peer_reply(client, "GET");
        assert_int_equal(r.status, 502);
        assert_field(r.head, "Strict-Transport-Security", "max-age=300");
        reply_free(&r);
        (void)peer_receive(upstream);
        peer_close(upstream);
    }
    assert_int_equal(counter_get(&fixture_site(f)->upstream_errors), sizeof answers / sizeof *answers);
    peer_close(client);
    fixture_stop(f);
}

static void too_many_interim_answers_are_one_bad_gateway(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_plain(f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    struct buf answers; /* in one piece: what comes after the one too many may find the connection closed */
    buf_init(&answers, FIXTURE_MESSAGE_SIZE_MAX);
    for (int i = 0; i < 40; i++)
        assert_true(buf_put_str(&answers, STR("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")));
    peer_send(upstream, buf_str(&answers));
    buf_fini(&answers);
    for (int i = 0; i < 32; i++)
        expect_status(client, "GET", 103);
    expect_status(client, "GET", 502);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* A pooled connection that dies with the request on it: idempotent ones go again, others are the visitor's to repeat.
 */
static void only_idempotent_requests_are_sent_again(void **state)
{
    (void)state;
    static const struct {
        const char *method, *rest;
        int status;
    } cases[] = {{"GET", "\r\n", 200},
                 {"DELETE", "\r\n", 200},
                 {"POST", "\r\n", 502},
                 {"PATCH", "\r\n", 502},
                 {"PUT", "Content-Length: 2\r\n\r\nab", 502}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
        struct peer *client = client_plain(f);
        char request[256];
        struct peer *upstream = round_trip(f, client, NULL);
        wait_for(&fixture_upstream(f, 0)->idle, 1);
        (void)snprintf(request, sizeof request, "%s / HTTP/1.1\r\nHost: app.test\r\n%s", cases[i].method,
                       cases[i].rest);
        peer_send_text(client, request);
        free(peer_head(upstream)); /* it has arrived */
        if (i == 4)
            peer_expect(upstream, "ab");
        peer_close(upstream);
        if (cases[i].status == 200) {
            upstream = upstream_accept(f, 0);
            free(peer_head(upstream));
            peer_send_text(upstream, OK_EMPTY);
            peer_close(upstream);
        }
        expect_status(client, cases[i].method, cases[i].status);
        assert_true(upstream_is_quiet(f, 0));
        assert_int_equal(counter_get(&fixture_upstream(f, 0)->retries), cases[i].status == 200);
        peer_close(client);
        fixture_stop(f);
    }
}

/* An upstream closes its pooled connections just when a request comes: nobody notices. */
static void a_connection_that_is_closed_before_the_request_costs_no_request(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"};
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    struct peer *client = client_plain(f);
    struct peer *upstream = round_trip(f, client, NULL);
    for (int i = 0; i < 60; i++) {
        /*
         * At once: the worker sees both in one turn, or one of them first. If it has sent the request when the end
         * comes, a GET may go again and a POST must not: so a POST comes after it.
         */
        bool post = i % 3;
        if (post)
            peer_close(upstream);
        peer_send_text(client, requests[i % 3]);
        if (!post)
            peer_close(upstream);
        upstream = upstream_accept(f, 0);
        char *head = peer_head(upstream);
        if (head_field(head, "Transfer-Encoding", NULL))
            peer_expect(upstream, "0\r\n\r\n");
        free(head);
        peer_send_text(upstream, OK_EMPTY);
        expect_status(client, "GET", 200);
    }
    peer_close(upstream);
    peer_close(client);
    fixture_stop(f);
}

/* Which upstreams `count` requests that are all open at once go to. */
static void spread(const struct fixture_options *options, size_t count, size_t *ret_counts)
{
    struct fixture *f = fixture_start(options);
    struct peer *clients[32];
    for (size_t i = 0; i < count; i++) {
        clients[i] = client_plain(f);
        send_get(clients[i], "/");
        fixture_settle(f);
    }
    struct pollfd waiting[FIXTURE_UPSTREAMS_MAX];
    memset(ret_counts, 0, options->upstreams_count * sizeof *ret_counts);
    for (size_t found = 0; found < count; found++) {
        size_t k = 0;
        for (size_t n = 0; n < options->upstreams_count; n++)
            waiting[n] = (struct pollfd){.fd = f->upstream_fds[n], .events = POLLIN};
        assert_true(poll(waiting, options->upstreams_count, FIXTURE_PATIENCE_MS) > 0);
        while (!waiting[k].revents)
            k++;
        peer_close(upstream_accept(f, k));
        ret_counts[k]++;
    }
    for (size_t i = 0; i < count; i++)
        peer_close(clients[i]);
    fixture_stop(f);
}

/* The upstream a lone request goes to; its connection is not kept. */
static size_t lone_request(struct fixture *f, size_t upstreams_count)
{
    struct pollfd waiting[FIXTURE_UPSTREAMS_MAX];
    size_t k = 0;
    struct peer *client = client_plain(f);
    send_get(client, "/");
    for (size_t n = 0; n < upstreams_count; n++)
        waiting[n] = (struct pollfd){.fd = f->upstream_fds[n], .events = POLLIN};
    assert_true(poll(waiting, upstreams_count, FIXTURE_PATIENCE_MS) > 0);
    while (!waiting[k].revents)
        k++;
    struct peer *upstream = upstream_accept(f, k);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    expect_status(client, "GET", 200);
    peer_close(upstream);
    peer_close(client);
    fixture_settle(f);
    return k;
}

static void among_the_equally_loaded_it_goes_in_turn(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){
        .redirect_off = true, .upstreams_count = 3, .balance = SNAP_BALANCE_LEAST_CONNECTIONS, .weights = {2, 1, 1}});
    size_t counts[3] = {0};
    for (int i = 0; i < 12; i++)
        counts[lone_request(f, 3)]++;
    assert_int_equal(counts[0], 6);
    assert_int_equal(counts[1], 3);
    assert_int_equal(counts[2], 3);
    fixture_stop(f);
}

static void requests_are_spread_by_load_or_in_turn_and_by_weight(void **state)
{
    (void)state;
    static const struct {
        enum snap_balance balance;
        uint32_t weights[3];
        size_t expected[3];
    } cases[] = {
        {SNAP_BALANCE_LEAST_CONNECTIONS, {1, 1, 1}, {4, 4, 4}},
        {SNAP_BALANCE_LEAST_CONNECTIONS, {1, 2, 1}, {3, 6, 3}},
        {SNAP_BALANCE_ROUND_ROBIN, {1, 1, 1}, {4, 4, 4}},
        {SNAP_BALANCE_ROUND_ROBIN, {3, 2, 1}, {6, 4, 2}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture_options options = {.redirect_off = true, .upstreams_count = 3, .balance = cases[i].balance};
        memcpy(options.weights, cases[i].weights, sizeof options.weights);
        size_t counts[3];
        spread(&options, 12, counts);
        for (size_t k = 0; k < 3; k++)
            assert_int_equal(counts[k], cases[i].expected[k]);
    }
}

static void an_upstream_that_refuses_is_left_alone_and_the_next_one_asked(void **state)
{
    (void)state;
    static const struct fixture_options options = {
        .redirect_off = true, .upstreams_count = 2, .upstream_refuses = {true, false}};
    struct fixture *f = fixture_start(&options);
    struct peer *client = client_plain(f), *upstream = NULL;
    for (int i = 0; i < 5; i++) {
        peer_send_text(client, "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 2\r\n\r\nab");
        if (!upstream)
            upstream = upstream_accept(f, 1);
        free(peer_head(upstream));
        peer_expect(upstream, "ab");
        peer_send_text(upstream, OK_EMPTY);
        expect_status(client, "POST", 200);
    }
    assert_int_equal(counter_get(&fixture_upstream(f, 0)->down), 1);
    assert_int_equal(counter_get(&fixture_upstream(f, 0)->connects), 1);
    assert_int_equal(counter_get(&fixture_upstream(f, 0)->failures), 1);
    peer_close(upstream);
    peer_close(client);
    fixture_stop(f);
}

static void silence_is_a_gateway_timeout(void **state)
{
    (void)state;
    static const struct fixture_options options = {
        .redirect_off = true, .first_byte_timeout_ms = 200, .idle_timeout_ms = 200};
    struct fixture *f = fixture_start(&options);
    struct peer *client = client_plain(f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    fixture_pass_ms(f, 200);
    expect_status(client, "GET", 504);
    peer_close(upstream);
    send_get(client, "/");
    upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc");
    free(peer_head(client));
    peer_expect(client, "abc");
    fixture_pass_ms(f, 200);
    peer_expect_end(client);
    peer_close(upstream);
    peer_close(client);
    fixture_stop(f);
}

#define HEALTH_INTERVAL_MS 100

/* Answers health checks until the counter says what it should; returns the connection of the request for "/". */
static void answer_checks(struct fixture *f, const char *path, const char *answer, uint64_t down)
{
    while (counter_get(&fixture_upstream(f, 0)->down) != down) {
        fixture_pass_ms(f, HEALTH_INTERVAL_MS);
        struct peer *check = upstream_accept(f, 0);
        char *head = peer_head(check), expected[64];
        (void)snprintf(expected, sizeof expected, "GET %s HTTP/1.1\r\n", path);
        assert_memory_equal(head, expected, strlen(expected));
        assert_field(head, "Host", "health.test");
        free(head);
        peer_send_text(check, answer);
        (void)peer_receive(check);
        peer_close(check);
        fixture_settle(f); /* it is judged */
    }
}

static void health_checks_follow_the_snapshot(void **state)
{
    (void)state;
    struct fixture_options options = {
        .redirect_off = true, .health_interval_ms = HEALTH_INTERVAL_MS, .health_path = "/alive"};
    struct fixture *f = fixture_start(&options);
    struct peer *client = client_plain(f);
    struct peer *upstream = round_trip(f, client, NULL); /* the check comes with the next tick of the clock */
    answer_checks(f, "/alive", "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n", 1);
    answer_checks(f, "/alive", "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", 0);
    answer_checks(f, "/alive", "garbage\r\n\r\n", 1);
    options.health_interval_ms = 0;
    fixture_publish(f, &options);
    round_trip(f, client, upstream);
    assert_int_equal(counter_get(&fixture_upstream(f, 0)->down), 0);
    peer_close(upstream);
    peer_close(client);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_on_an_idle_connection_closes_it),
        cmocka_unit_test(more_than_was_announced_is_thrown_away_with_the_connection),
        cmocka_unit_test(invalid_answers_are_a_bad_gateway),
        cmocka_unit_test(too_many_interim_answers_are_one_bad_gateway),
        cmocka_unit_test(only_idempotent_requests_are_sent_again),
        cmocka_unit_test(a_connection_that_is_closed_before_the_request_costs_no_request),
        cmocka_unit_test(among_the_equally_loaded_it_goes_in_turn),
        cmocka_unit_test(requests_are_spread_by_load_or_in_turn_and_by_weight),
        cmocka_unit_test(an_upstream_that_refuses_is_left_alone_and_the_next_one_asked),
        cmocka_unit_test(silence_is_a_gateway_timeout),
        cmocka_unit_test(health_checks_follow_the_snapshot),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
