/* HTTP/1.1 clients: pipelining, half-closed connections, drains, and requests in pieces. */
#include "gateway_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct fixture_options plain = {.redirect_off = true};

#define FIXED "GET /fixed HTTP/1.1\r\nHost: app.test\r\n\r\n"

static void expect_status(struct peer *client, const char *method, int status)
{
    struct reply r = peer_reply(client, method);
    assert_int_equal(r.status, status);
    reply_free(&r);
}

static void pipelined_requests_of_a_half_closed_client_are_all_answered(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f);
    peer_send_text(client, "GET /slow HTTP/1.1\r\nHost: app.test\r\n\r\n" FIXED FIXED "GET /cut");
    peer_shutdown(client);
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    for (int i = 0; i < 3; i++)
        expect_status(client, "GET", 200);
    peer_expect_end(client);
    peer_close(client);
    client = client_plain(f);
    peer_send_text(client, FIXED FIXED);
    peer_shutdown(client);
    expect_status(client, "GET", 200);
    expect_status(client, "GET", 200);
    peer_expect_end(client);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* The socket of a half-closed client stays readable for ever: the loop must not turn for it. */
static void a_half_closed_client_that_waits_costs_nothing(void **state)
{
    (void)state;
    enum { ROUNDS = 50, TURNS_A_ROUND_MAX = 20 };
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f);
    send_get(client, "/slow");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_shutdown(client);
    for (int i = 0; i < ROUNDS; i++)
        fixture_settle(f);
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    expect_status(client, "GET", 200);
    peer_expect_end(client);
    peer_close(client);
    peer_close(upstream);
    fixture_join(f);
    assert_true(f->workers[0].turn < ROUNDS * TURNS_A_ROUND_MAX);
    fixture_stop(f);
}

static void a_head_that_is_under_way_when_a_drain_begins_is_still_answered(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *idle = client_plain(f), *client = client_plain(f);
    peer_send_text(client, FIXED "GET /fixed HTTP/1.1\r\n");
    expect_status(client, "GET", 200);
    fixture_drain(f);
    fixture_pass_ms(f, WORKER_DRAIN_IDLE_MS);
    peer_expect_end(idle);
    peer_send_text(client, "Host: app.test\r\n\r\n");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_field(r.head, "Connection", "close");
    reply_free(&r);
    peer_expect_end(client);
    peer_close(client);
    peer_close(idle);
    fixture_stop(f);
}

/* Once the head has said close, the connection closes, even if the request is complete by then. */
static void a_response_that_begins_before_its_request_ends_closes_as_it_says(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f);
    peer_send_text(client, "POST / HTTP/1.1\r\nHost: app.test\r\nContent-Length: 4\r\n\r\nab");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_expect(upstream, "ab");
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nx");
    char *head = peer_head(client);
    assert_field(head, "Connection", "close");
    free(head);
    peer_send_text(client, "cd");
    peer_expect(upstream, "cd");
    peer_send_text(upstream, "y");
    peer_expect(client, "xy");
    peer_expect_end(client);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* Without chunks a closed connection is all that ends the content: a cut one must look different. */
static void a_cut_response_to_http10_is_a_reset(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f);
    peer_send_text(client, "GET / HTTP/1.0\r\nHost: app.test\r\n\r\n");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    free(peer_head(client));
    peer_expect(client, "abc");
    peer_close(upstream);
    assert_int_equal(peer_receive(client), -1);
    peer_close(client);
    fixture_stop(f);
}

static void a_client_that_goes_in_the_middle_of_a_file_costs_no_time(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    char path[64];
    (void)snprintf(path, sizeof path, "%s/large", f->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fseeko(file, (off_t)1 << 40, SEEK_SET), 0); /* a terabyte of nothing */
    assert_int_equal(fputc('x', file), 'x');
    assert_int_equal(fclose(file), 0);
    struct peer *client = client_plain(f), *other = client_plain(f);
    send_get(client, "/files/large");
    free(peer_head(client));
    peer_reset(client);
    peer_send_text(other, FIXED);
    expect_status(other, "GET", 200);
    wait_for(&fixture_counters(f)->connections_open, 1);
    peer_close(other);
    fixture_stop(f);
}

/* Takes whatever comes, as fast as it comes, until the connection ends. */
static void *greedy_run(void *argument)
{
    struct peer *p = argument;
    static char sink[1 << 20];
    while (recv(p->fd, sink, sizeof sink, 0) > 0)
        continue;
    return NULL;
}

static void a_client_that_takes_a_file_without_pause_leaves_time_for_others(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&plain);
    char path[64];
    pthread_t thread;
    (void)snprintf(path, sizeof path, "%s/large", f->folder);
    fixture_write_file(f, "large", STR("x"));
    assert_int_equal(truncate(path, (off_t)1 << 40), 0);
    struct peer *greedy = client_plain(f);
    send_get(greedy, "/files/large");
    assert_int_equal(pthread_create(&thread, NULL, greedy_run, greedy), 0);
    for (int i = 0; i < 20; i++)
        fixture_settle(f);
    assert_int_equal(shutdown(greedy->fd, SHUT_RDWR), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    peer_close(greedy);
    fixture_stop(f);
}

static void short_limits(struct snap_limits *limits)
{
    limits->client_head_timeout_ms = 300;
    limits->client_body_timeout_ms = 300;
    limits->client_idle_timeout_ms = 300;
    limits->target_size_max = 2048;
}

static void slow_clients_are_told_and_cut_off(void **state)
{
    (void)state;
    static const struct fixture_options options = {.redirect_off = true, .set_limits = short_limits};
    struct fixture *f = fixture_start(&options);
    struct peer *head = client_plain(f), *body = client_plain(f), *idle = client_plain(f);
    peer_send_text(head, "GET / HT");
    peer_send_text(body, "POST /fixed2 HTTP/1.1\r\nHost: app.test\r\nContent-Length: 10\r\n\r\nabc");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    fixture_settle(f);
    fixture_pass_ms(f, 300);
    expect_status(head, "GET", 408);
    expect_status(body, "POST", 408);
    peer_expect_end(idle);
    peer_expect_end(head);
    peer_expect_end(body);
    assert_int_equal(counter_get(&fixture_counters(f)->timeouts), 2);
    peer_close(head);
    peer_close(body);
    peer_close(idle);
    peer_close(upstream);
    fixture_stop(f);
}

static void a_target_longer_than_its_limit_is_refused(void **state)
{
    (void)state;
    static const struct fixture_options options = {.redirect_off = true, .set_limits = short_limits};
    struct fixture *f = fixture_start(&options);
    static const struct {
        int size, status;
    } cases[] = {{2048, 200}, {2049, 414}};
    for (size_t i = 0; i < 2; i++) {
        struct peer *client = client_plain(f);
        char target[4096];
        (void)snprintf(target, sizeof target, "/fixed?%0*d", cases[i].size - 7, 0);
        char request[8192];
        (void)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: app.test\r\n\r\n", target);
        peer_send_text(client, request);
        expect_status(client, "GET", cases[i].status);
        peer_close(client);
    }
    fixture_stop(f);
}

/* Every request in every two pieces: what the upstream gets is the same. */
static void requests_split_anywhere_arrive_whole(void **state)
{
    (void)state;
    static const char *const requests[] = {
        "GET /a?b HTTP/1.1\r\nHost: app.test\r\nX-A: 1\r\n\r\n",
        "POST /l HTTP/1.1\r\nHost: app.test\r\nContent-Length: 5\r\n\r\nhello",
        ("POST /c HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n"
         "3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nT: 1\r\n\r\n"),
    };
    struct fixture *f = fixture_start(&plain);
    struct peer *client = client_plain(f), *upstream = NULL;
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct str request = str_from(requests[i]);
        for (size_t cut = 1; cut < request.size; cut++) {
            peer_send(client, str_part(request, 0, cut));
            fixture_settle(f);
            peer_send(client, str_after(request, cut));
            if (!upstream)
                upstream = upstream_accept(f, 0);
            char *head = peer_head(upstream), content[16] = "";
            if (i == 2) {
                for (size_t size = 0; size < 5;) {
                    struct buf line = peer_take(upstream, 3);
                    size_t part = (size_t)(buf_str(&line).data[0] - '0');
                    buf_fini(&line);
                    struct buf data = peer_take(upstream, part + 2);
                    memcpy(content + size, buf_str(&data).data, part);
                    buf_fini(&data);
                    size += part;
                }
                peer_expect(upstream, "0\r\nT: 1\r\n\r\n");
                assert_string_equal(content, "hello");
                assert_field(head, "Transfer-Encoding", "chunked");
            } else if (i == 1) {
                peer_expect(upstream, "hello");
                assert_field(head, "Content-Length", "5");
            }
            free(head);
            peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            expect_status(client, "GET", 200);
            assert_true(peer_is_quiet(client) && peer_is_quiet(upstream));
        }
    }
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pipelined_requests_of_a_half_closed_client_are_all_answered),
        cmocka_unit_test(a_half_closed_client_that_waits_costs_nothing),
        cmocka_unit_test(a_head_that_is_under_way_when_a_drain_begins_is_still_answered),
        cmocka_unit_test(a_response_that_begins_before_its_request_ends_closes_as_it_says),
        cmocka_unit_test(a_cut_response_to_http10_is_a_reset),
        cmocka_unit_test(a_client_that_goes_in_the_middle_of_a_file_costs_no_time),
        cmocka_unit_test(a_client_that_takes_a_file_without_pause_leaves_time_for_others),
        cmocka_unit_test(slow_clients_are_told_and_cut_off),
        cmocka_unit_test(a_target_longer_than_its_limit_is_refused),
        cmocka_unit_test(requests_split_anywhere_arrive_whole),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
