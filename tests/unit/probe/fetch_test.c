/* libcurl against servers that behave and servers that do not. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "probe/fetch.h"

/* What answers does so sooner, however busy the machine is. */
#define LIMIT_MS 60000

static struct fetch_request request_for(const struct probe_endpoint *endpoint)
{
    return (struct fetch_request){.endpoint = endpoint,
                                  .tls = endpoint->protocol == PROBE_HTTPS,
                                  .host = STR("example.test"),
                                  .port = endpoint->protocol == PROBE_HTTPS ? 443 : 80,
                                  .path = STR("/"),
                                  .body_size_max = FETCH_BODY_SIZE_MAX,
                                  .limit_ms = LIMIT_MS};
}

static void a_response_is_taken_apart(void **state)
{
    (void)state;
    struct fault_server_options options = {.response = "HTTP/1.1 404 Not Found\r\nSet-Thing: one\r\nX-A:  b c "
                                                       "\r\nset-thing: two\r\nContent-Length: 5\r\n\r\nhello"};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    char last[1024];
    request.path = STR("/a?b=c");
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_int_equal(result.status, 404);
    assert_string_equal(result.protocol, "HTTP/1.1");
    assert_str(fetch_field(&result, STR("x-a")), STR("b c"));
    size_t at = 0;
    assert_str(fetch_field_next(&result, STR("Set-Thing"), &at), STR("one"));
    assert_str(fetch_field_next(&result, STR("Set-Thing"), &at), STR("two"));
    assert_null(fetch_field_next(&result, STR("Set-Thing"), &at).data);
    assert_null(fetch_field(&result, STR("X-B")).data);
    assert_str(buf_str(&result.body), STR("hello"));
    assert_true(result.body_whole);
    assert_int_equal(result.chain_count, 0);
    fetch_result_fini(&result);
    (void)fault_server_last(server, last, sizeof last);
    assert_non_null(strstr(last, "GET /a?b=c HTTP/1.1\r\n"));
    assert_non_null(strstr(last, "Host: example.test\r\n"));
    assert_non_null(strstr(last, "User-Agent: strictgate-probe/"));
    assert_non_null(strstr(last, "Accept-Encoding: identity\r\n"));
    fault_server_stop(server);
}

static void the_name_goes_into_the_handshake_and_the_chain_comes_back(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    char name[256];
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_int_equal(result.status, 200);
    assert_int_equal(result.chain_count, 2);
    assert_true(result.chain[0].size > 100 && result.chain[1].size > 100);
    fetch_result_fini(&result);
    assert_string_equal(fault_server_name(server, name, sizeof name), "example.test");
    fault_server_stop(server);
}

static void a_handshake_alone_sends_no_request(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    request.handshake_only = true;
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_int_equal(result.chain_count, 2);
    assert_int_equal(result.status, 0);
    fetch_result_fini(&result);
    fault_server_stop(server);
}

static void certificates_are_verified_against_the_roots_that_were_given(void **state)
{
    (void)state;
    static const struct {
        enum world_leaf leaf;
        enum fetch_verify verify;
        bool has_roots, leaf_alone, intermediate_as_root;
        enum fetch_outcome outcome;
        const char *why;
    } cases[] = {
        {LEAF_GOOD, FETCH_VERIFY_ROOTS, .has_roots = true, .outcome = FETCH_OK},
        {LEAF_GOOD, FETCH_VERIFY_SYSTEM, .has_roots = true, .outcome = FETCH_OK},
        {LEAF_GOOD, FETCH_VERIFY_ROOTS, .outcome = FETCH_UNTRUSTED, .why = "lacks a certificate"},
        {LEAF_GOOD, FETCH_VERIFY_SYSTEM, .outcome = FETCH_UNTRUSTED, .why = "lacks a certificate"},
        {LEAF_GOOD, FETCH_VERIFY_NOT, .outcome = FETCH_OK},
        {LEAF_GOOD, FETCH_VERIFY_ROOTS, .has_roots = true, .leaf_alone = true, .outcome = FETCH_UNTRUSTED,
         .why = "lacks a certificate between"},
        {LEAF_GOOD, FETCH_VERIFY_ROOTS, .intermediate_as_root = true, .outcome = FETCH_UNTRUSTED,
         .why = "lacks a certificate"},
        {LEAF_WRONG_NAME, FETCH_VERIFY_ROOTS, .has_roots = true, .outcome = FETCH_UNTRUSTED,
         .why = "is not for this name"},
        {LEAF_EXPIRED, FETCH_VERIFY_ROOTS, .has_roots = true, .outcome = FETCH_UNTRUSTED, .why = "has expired"},
        {LEAF_SELF_SIGNED, FETCH_VERIFY_ROOTS, .has_roots = true, .outcome = FETCH_UNTRUSTED,
         .why = "has signed itself"},
        {LEAF_EXPIRED, FETCH_VERIFY_NOT, .outcome = FETCH_OK},
        {LEAF_SELF_SIGNED, FETCH_VERIFY_NOT, .outcome = FETCH_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(cases[i].leaf, FAULT_NONE);
        if (cases[i].leaf_alone)
            options.chain = buf_str(&world.leaves[cases[i].leaf].leaf);
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct fetch_request request = request_for(&endpoint);
        struct deadline deadline = world_deadline();
        struct fetch_result result;
        request.verify = cases[i].verify;
        if (cases[i].has_roots)
            request.roots_pem = test_ca_root_pem(world.ca);
        if (cases[i].intermediate_as_root)
            request.roots_pem = test_ca_intermediate_pem(world.ca);
        (void)fetch(&request, &deadline, &result);
        if (result.outcome != cases[i].outcome || (cases[i].why && !strstr(result.why, cases[i].why)))
            fail_msg("case %zu: outcome %d: %s", i, result.outcome, result.why);
        if (result.outcome != FETCH_OK)
            assert_int_equal(fault_server_requests(server), 0); /* nothing is said to a stranger */
        fetch_result_fini(&result);
        fault_server_stop(server);
    }
}

/* What the process has held at most so far. */
static long peak_kb(void)
{
    struct rusage usage;
    assert_int_equal(getrusage(RUSAGE_SELF, &usage), 0);
    return usage.ru_maxrss;
}

/* A server that sends without end does so at a gigabyte a second over loopback: it would be seen. */
#define MEMORY_KB_MAX 100000

/* Every fault ends in time, with words. */
static void faults_end_in_time_and_say_what_they_are(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        bool tls;
        enum fetch_outcome outcome;
        const char *why;
    } cases[] = {
        {FAULT_SILENT, false, FETCH_TIMEOUT, "gives no answer within 1 s"},
        {FAULT_SILENT, true, FETCH_TIMEOUT, "gives no answer within 1 s"},
        {FAULT_DRIPS, false, FETCH_TIMEOUT, "gives no answer within 1 s"},
        {FAULT_DRIPS, true, FETCH_TIMEOUT, "gives no answer within 1 s"},
        {FAULT_CLOSES, false, FETCH_NO_ANSWER, "the connection"},
        {FAULT_CLOSES, true, FETCH_NO_ANSWER, "closes the connection in the TLS handshake"},
        {FAULT_CLOSES_IN_HEAD, false, FETCH_NO_ANSWER, ""},
        {FAULT_CLOSES_IN_HEAD, true, FETCH_NO_ANSWER, ""},
        {FAULT_RESETS, false, FETCH_NO_ANSWER, "breaks the connection off"},
        {FAULT_GARBAGE, false, FETCH_NO_ANSWER, "does not answer in HTTP"},
        {FAULT_GARBAGE, true, FETCH_NO_ANSWER, "does not answer in HTTP"},
        {FAULT_ENDLESS_LINE, false, FETCH_NO_ANSWER, "too long"},
        {FAULT_ENDLESS_HEAD, false, FETCH_NO_ANSWER, "sends a head beyond 64 KB"},
        {FAULT_ENDLESS_HEAD, true, FETCH_NO_ANSWER, "sends a head beyond 64 KB"},
        {FAULT_ENDLESS_PRELUDE, false, FETCH_NO_ANSWER, "sends a head beyond 64 KB"},
        {FAULT_REFUSES_NAMES, true, FETCH_TLS_FAILED, "refuses this name"},
    };
    long before_kb = peak_kb();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(LEAF_GOOD, cases[i].fault);
        if (!cases[i].tls)
            options.chain = options.key = (struct str){NULL, 0};
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, cases[i].tls ? PROBE_HTTPS : PROBE_HTTP);
        struct fetch_request request = request_for(&endpoint);
        struct deadline deadline = world_deadline();
        struct fetch_result result;
        if (cases[i].outcome == FETCH_TIMEOUT)
            request.limit_ms = 1000;
        (void)fetch(&request, &deadline, &result);
        if (result.outcome != cases[i].outcome || !strstr(result.why, cases[i].why))
            fail_msg("case %zu: outcome %d: %s", i, result.outcome, result.why);
        assert_true(result.why[0]);
        assert_false(deadline_is_over(&deadline)); /* nothing but its own limit ended it */
        fetch_result_fini(&result);
        fault_server_stop(server);
    }
    assert_true(peak_kb() - before_kb < MEMORY_KB_MAX);
}

/* A body that stops is waited for up to the limit, before which the head has to be there: a slow machine has more. */
static void fetch_until_the_head_comes(struct fetch_request *request, const struct deadline *deadline,
                                       struct fetch_result *ret)
{
    for (request->limit_ms = 500; fetch(request, deadline, ret) == FETCH_TIMEOUT && !deadline_is_over(deadline);
         request->limit_ms *= 2)
        fetch_result_fini(ret);
}

static void a_body_is_cut_at_the_limit(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        size_t limit, size;
        bool whole;
    } cases[] = {
        {FAULT_HUGE_BODY, 1000, 1000, false}, {FAULT_HUGE_BODY, SIZE_MAX, FETCH_BODY_SIZE_MAX, false},
        {FAULT_HUGE_BODY, 0, 0, false},       {FAULT_BODY_STOPS, 1000, 5, false},
        {FAULT_NONE, 1000, 5, false}, /* closed before the promised length */
    };
    long before_kb = peak_kb();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = {
            .fault = cases[i].fault, .response = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nhello"};
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
        struct fetch_request request = request_for(&endpoint);
        struct deadline deadline = world_deadline();
        struct fetch_result result;
        request.body_size_max = cases[i].limit;
        if (cases[i].fault == FAULT_BODY_STOPS)
            fetch_until_the_head_comes(&request, &deadline, &result);
        else
            (void)fetch(&request, &deadline, &result);
        assert_int_equal(result.outcome, FETCH_OK);
        assert_int_equal(result.status, 200);
        assert_int_equal(result.body.size, cases[i].size);
        assert_int_equal(result.body_whole, cases[i].whole);
        fetch_result_fini(&result);
        fault_server_stop(server);
    }
    assert_true(peak_kb() - before_kb < MEMORY_KB_MAX);
}

static void plain_http_where_tls_is_expected_is_said(void **state)
{
    (void)state;
    struct fault_server_options options = {.fault = FAULT_NONE};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_TLS_FAILED);
    assert_string_equal(result.why, "does not speak TLS");
    fetch_result_fini(&result);
    fault_server_stop(server);
}

static void nobody_at_the_address_is_said(void **state)
{
    (void)state;
    uint16_t port = 0;
    int held_fd = hold_port(&port);
    const struct probe_endpoint endpoints[] = {
        {.listener = STR("http"), .address = STR("127.0.0.1"), .port = port},
        {.listener = STR("x"), .unix_path = STR("/nonexistent/socket")},
        {.listener = STR("x"), .address = STR("localhost"), .port = 80},
        {.listener = STR("x")},
    };
    static const char *const why[] = {"refuses the connection", "the socket's file is missing", "no address",
                                      "no address"};
    for (size_t i = 0; i < sizeof endpoints / sizeof *endpoints; i++) {
        struct fetch_request request = request_for(&endpoints[i]);
        struct deadline deadline = world_deadline();
        struct fetch_result result;
        assert_int_equal(fetch(&request, &deadline, &result), FETCH_UNREACHABLE);
        if (!strstr(result.why, why[i]))
            fail_msg("%s", result.why);
        fetch_result_fini(&result);
    }
    (void)close(held_fd);
}

static void unix_sockets_and_proxy_headers_are_spoken(void **state)
{
    (void)state;
    char path[] = "/tmp/probe-fetch-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    for (unsigned i = 0; i < 8; i++) {
        bool tls = i & 1, proxy = i & 2, unix_socket = i & 4;
        struct fault_server_options options = {0};
        if (tls)
            options = world_tls(LEAF_GOOD, FAULT_NONE);
        options.wants_proxy = !proxy ? NULL : unix_socket ? "PROXY UNKNOWN\r\n" : "PROXY TCP4 127.0.0.1 127.0.0.1 ";
        if (unix_socket) {
            (void)unlink(path);
            options.unix_path = path;
        }
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, tls ? PROBE_HTTPS : PROBE_HTTP);
        endpoint.proxy_protocol = proxy;
        if (unix_socket) {
            endpoint.address = (struct str){NULL, 0};
            endpoint.unix_path = str_from(path);
        }
        struct fetch_request request = request_for(&endpoint);
        struct deadline deadline = world_deadline();
        struct fetch_result result;
        if (fetch(&request, &deadline, &result) != FETCH_OK)
            fail_msg("case %u: %s", i, result.why);
        assert_int_equal(result.status, 200);
        fetch_result_fini(&result);
        fault_server_stop(server);
    }
    (void)unlink(path);
}

static void no_proxy_of_the_environment_is_used(void **state)
{
    (void)state;
    struct fault_server_options options = {.fault = FAULT_NONE};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    assert_int_equal(setenv("http_proxy", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(setenv("ALL_PROXY", "http://127.0.0.1:1", 1), 0);
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_int_equal(unsetenv("http_proxy"), 0);
    assert_int_equal(unsetenv("ALL_PROXY"), 0);
    fetch_result_fini(&result);
    fault_server_stop(server);
}

static void redirects_are_not_followed(void **state)
{
    (void)state;
    char location[256];
    struct fault_server_options options = {
        .response = "HTTP/1.1 302 Found\r\nLocation: http://example.test/again\r\nContent-Length: 0\r\n\r\n"};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_int_equal(result.status, 302);
    (void)snprintf(location, sizeof location, "%.*s", STR_ARG(fetch_field(&result, STR("location"))));
    assert_string_equal(location, "http://example.test/again");
    assert_int_equal(fault_server_connections(server), 1);
    fetch_result_fini(&result);
    fault_server_stop(server);
}

static void a_prelude_and_trailers_are_not_the_response(void **state)
{
    (void)state;
    struct fault_server_options options = {
        .response = "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nX-Real: 1\r\n"
                    "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Late: 1\r\n\r\n"};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result result;
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_OK);
    assert_int_equal(result.status, 200);
    assert_null(fetch_field(&result, STR("X-Early")).data);
    assert_null(fetch_field(&result, STR("X-Late")).data);
    assert_str(fetch_field(&result, STR("X-Real")), STR("1"));
    assert_str(buf_str(&result.body), STR("hello"));
    fetch_result_fini(&result);
    fault_server_stop(server);
}

static void cookies_are_carried_where_they_belong(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    options.response = "HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Path=/; Secure\r\nSet-Cookie: b=2; Path=/only\r\n"
                       "Set-Cookie: c=3; Domain=elsewhere.test\r\nContent-Length: 0\r\n\r\n";
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline = world_deadline();
    struct fetch_result first, second;
    char last[1024];
    request.takes_cookies = true;
    assert_int_equal(fetch(&request, &deadline, &first), FETCH_OK);
    assert_null(strstr(fault_server_last(server, last, sizeof last), "Cookie:"));
    request.cookies = buf_str(&first.cookies);
    assert_int_equal(fetch(&request, &deadline, &second), FETCH_OK);
    assert_non_null(strstr(fault_server_last(server, last, sizeof last), "Cookie: a=1\r\n"));
    assert_str(buf_str(&second.cookies), buf_str(&first.cookies));
    fetch_result_fini(&second);
    fetch_result_fini(&first);
    fault_server_stop(server);
}

struct interruption {
    struct fault_server *server;
    atomic_bool flag;
};

/* Raises the flag once the server has been reached. */
static void *interrupt(void *context)
{
    struct interruption *i = context;
    while (fault_server_connections(i->server) == 0)
        (void)usleep(1000);
    atomic_store(&i->flag, true);
    return NULL;
}

static void a_raised_flag_ends_it(void **state)
{
    (void)state;
    struct fault_server_options options = {.fault = FAULT_SILENT};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
    struct fetch_request request = request_for(&endpoint);
    struct deadline deadline;
    struct fetch_result result;
    struct interruption interruption = {.server = server};
    pthread_t thread;
    deadline_start(&deadline, 60000, &interruption.flag);
    assert_int_equal(pthread_create(&thread, NULL, interrupt, &interruption), 0);
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_TIMEOUT);
    assert_non_null(strstr(result.why, "called off"));
    fetch_result_fini(&result);
    assert_int_equal(fetch(&request, &deadline, &result), FETCH_TIMEOUT); /* not even begun */
    assert_int_equal(fault_server_connections(server), 1);
    fetch_result_fini(&result);
    assert_int_equal(pthread_join(thread, NULL), 0);
    fault_server_stop(server);
}

static void *fetch_often(void *context)
{
    const struct probe_endpoint *endpoint = context;
    struct fetch_request request = request_for(endpoint);
    struct deadline deadline = world_deadline();
    request.verify = FETCH_VERIFY_ROOTS;
    request.roots_pem = test_ca_root_pem(world.ca);
    for (int i = 0; i < 10; i++) {
        struct fetch_result result;
        enum fetch_outcome outcome = fetch(&request, &deadline, &result);
        fetch_result_fini(&result);
        if (outcome != FETCH_OK)
            return NULL;
    }
    return context;
}

static void threads_fetch_side_by_side(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    pthread_t threads[4];
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, fetch_often, &endpoint), 0);
    for (int i = 0; i < 4; i++) {
        void *result = NULL;
        assert_int_equal(pthread_join(threads[i], &result), 0);
        assert_ptr_equal(result, &endpoint);
    }
    fault_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_response_is_taken_apart),
        cmocka_unit_test(the_name_goes_into_the_handshake_and_the_chain_comes_back),
        cmocka_unit_test(a_handshake_alone_sends_no_request),
        cmocka_unit_test(certificates_are_verified_against_the_roots_that_were_given),
        cmocka_unit_test(faults_end_in_time_and_say_what_they_are),
        cmocka_unit_test(a_body_is_cut_at_the_limit),
        cmocka_unit_test(plain_http_where_tls_is_expected_is_said),
        cmocka_unit_test(nobody_at_the_address_is_said),
        cmocka_unit_test(unix_sockets_and_proxy_headers_are_spoken),
        cmocka_unit_test(no_proxy_of_the_environment_is_used),
        cmocka_unit_test(redirects_are_not_followed),
        cmocka_unit_test(a_prelude_and_trailers_are_not_the_response),
        cmocka_unit_test(cookies_are_carried_where_they_belong),
        cmocka_unit_test(a_raised_flag_ends_it),
        cmocka_unit_test(threads_fetch_side_by_side),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
