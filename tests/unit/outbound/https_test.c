/* libcurl against services that behave and services that do not. */
#include "check.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "fault_server.h"
#include "outbound/https.h"
#include "outbound/outbound.h"
#include "test_ca.h"

static struct {
    struct test_ca *ca;
    struct test_ca_made good, elsewhere;
    char url[80];
    struct deadline deadline;
} world;

static int setup(void **state)
{
    static const char *const here[] = {"127.0.0.1", NULL}, *const there[] = {"elsewhere.test", NULL};
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    assert_true(outbound_start(NULL));
    world.ca = test_ca_new();
    world.good = test_ca_make(world.ca, &(struct test_ca_leaf){.names = here});
    world.elsewhere = test_ca_make(world.ca, &(struct test_ca_leaf){.names = there});
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_ca_made_free(&world.good);
    test_ca_made_free(&world.elsewhere);
    test_ca_free(world.ca);
    outbound_stop();
    return 0;
}

static struct fault_server *serve(const struct test_ca_made *made, enum fault fault, const char *response)
{
    const struct fault_server_options options = {
        .fault = fault, .response = response, .chain = buf_str(&made->chain), .key = buf_str(&made->key)};
    struct fault_server *server = fault_server_start(&options);
    (void)snprintf(world.url, sizeof world.url, "https://127.0.0.1:%u/new-thing?a=b", fault_server_port(server));
    deadline_start(&world.deadline, 60000, NULL);
    return server;
}

static struct https_request request(void)
{
    return (struct https_request){.url = str_from(world.url), .roots_pem = test_ca_root_pem(world.ca)};
}

static void an_answer_is_taken_apart(void **state)
{
    (void)state;
    char head[4096];
    struct https_answer answer;
    struct fault_server *server =
        serve(&world.good, FAULT_NONE,
              "HTTP/1.1 201 Created\r\nReplay-Nonce: n1\r\nLink: <a>;rel=\"up\"\r\nlink: <b>;rel=\"alternate\"\r\n"
              "Content-Length: 5\r\n\r\nhello");
    const struct head_field fields[] = {{STR_INIT("Content-Type"), STR_INIT("application/jose+json")}};
    struct https_request ask = request();
    ask.method = HTTPS_POST;
    ask.body = STR("{}");
    ask.fields = fields;
    ask.fields_count = 1;
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
    assert_int_equal(answer.status, 201);
    assert_str(https_field(&answer, STR("replay-nonce")), STR("n1"));
    assert_null(https_field(&answer, STR("Location")).data);
    assert_str(buf_str(&answer.body), STR("hello"));
    size_t at = 0;
    assert_str(head_next(&answer.head, STR("Link"), &at), STR("<a>;rel=\"up\""));
    assert_str(head_next(&answer.head, STR("Link"), &at), STR("<b>;rel=\"alternate\""));
    (void)fault_server_last(server, head, sizeof head);
    assert_ptr_equal(strstr(head, "POST /new-thing?a=b HTTP/1.1\r\n"), head);
    assert_non_null(strstr(head, "\r\nContent-Type: application/jose+json\r\n"));
    assert_non_null(strstr(head, "\r\nContent-Length: 2\r\n"));
    assert_non_null(strstr(head, "\r\nUser-Agent: strictgate/"));
    assert_null(strstr(head, "Expect:"));
    https_answer_fini(&answer);
    fault_server_stop(server);
}

static void an_answer_of_any_status_is_one(void **state)
{
    (void)state;
    struct https_answer answer;
    struct fault_server *server = serve(
        &world.good, FAULT_NONE, "HTTP/1.1 302 Found\r\nLocation: https://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n");
    struct https_request ask = request();
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
    assert_int_equal(answer.status, 302);
    https_answer_fini(&answer);
    ask.method = HTTPS_HEAD;
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
    assert_str(https_field(&answer, STR("Location")), STR("https://127.0.0.1:1/"));
    assert_int_equal(answer.body.size, 0);
    https_answer_fini(&answer);
    assert_int_equal(fault_server_requests(server), 2); /* no redirect was followed */
    fault_server_stop(server);
}

struct taken {
    char text[64];
    size_t size, size_max;
};

static bool take(void *context, struct str piece)
{
    struct taken *taken = context;
    if (piece.size > taken->size_max - taken->size)
        return false;
    memcpy(taken->text + taken->size, piece.data, piece.size);
    taken->size += piece.size;
    return true;
}

/* Only what was asked for: the page that says why there is none is still the answer's. */
static void what_is_large_goes_to_whoever_takes_it(void **state)
{
    (void)state;
    struct https_answer answer;
    char head[4096];
    struct taken taken = {.size_max = sizeof taken.text};
    struct fault_server *server =
        serve(&world.good, FAULT_NONE, "HTTP/1.1 200 OK\r\nETag: \"1\"\r\nContent-Length: 5\r\n\r\nhello");
    struct https_request ask = request();
    ask.take = take;
    ask.take_context = &taken;
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
    assert_str(str_make(taken.text, taken.size), STR("hello"));
    assert_int_equal(answer.body.size, 0);
    assert_str(https_field(&answer, STR("etag")), STR("\"1\""));
    assert_non_null(strstr(fault_server_last(server, head, sizeof head), "\r\nAccept-Encoding: gzip\r\n"));
    https_answer_fini(&answer);
    taken = (struct taken){.size_max = 3};
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_NO_ANSWER);
    assert_string_equal(answer.why, "sends what cannot be used");
    https_answer_fini(&answer);
    fault_server_stop(server);
    server = serve(&world.good, FAULT_NONE, "HTTP/1.1 404 Not Found\r\nContent-Length: 4\r\n\r\ngone");
    ask.url = str_from(world.url);
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
    assert_str(buf_str(&answer.body), STR("gone"));
    assert_int_equal(taken.size, 0);
    https_answer_fini(&answer);
    fault_server_stop(server);
}

static void what_goes_wrong_is_told_in_words(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        const char *response;
        enum https_outcome outcome;
        const char *words;
    } cases[] = {
        {FAULT_CLOSES, NULL, HTTPS_NO_ANSWER, "closes the connection in the TLS handshake"},
        {FAULT_CLOSES_IN_HEAD, NULL, HTTPS_NO_ANSWER, "answer"},
        {FAULT_GARBAGE, NULL, HTTPS_NO_ANSWER, "does not answer in HTTP"},
        {FAULT_ENDLESS_HEAD, NULL, HTTPS_NO_ANSWER, "sends a head beyond 64 KB or 256 fields"},
        {FAULT_HUGE_BODY, "HTTP/1.1 200 OK\r\n\r\n", HTTPS_NO_ANSWER, "sends an answer beyond 1 KB"},
        {FAULT_SILENT, NULL, HTTPS_TIMEOUT, "gives no answer within 1 s"},
        {FAULT_BODY_STOPS, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", HTTPS_TIMEOUT,
         "gives no answer within 1 s"},
        {FAULT_REFUSES_NAMES, NULL, HTTPS_TLS_FAILED, "in the TLS handshake"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct https_answer answer;
        struct fault_server *server = serve(&world.good, cases[i].fault, cases[i].response);
        struct https_request ask = request();
        ask.body_size_max = 1024;
        if (cases[i].outcome == HTTPS_TIMEOUT)
            ask.limit_ms = 1000; /* the others answer, as late as this machine lets them */
        enum https_outcome outcome = https_ask(&ask, &world.deadline, &answer);
        if (outcome != cases[i].outcome || !strstr(answer.why, cases[i].words))
            fail_msg("case %zu: %d, \"%s\"", i, (int)outcome, answer.why);
        https_answer_fini(&answer);
        fault_server_stop(server);
    }
}

static void a_certificate_nobody_vouches_for_is_not_taken(void **state)
{
    (void)state;
    struct https_answer answer;
    struct fault_server *server = serve(&world.good, FAULT_NONE, NULL);
    struct https_request ask = request();
    ask.roots_pem = (struct str){NULL, 0};
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_UNTRUSTED);
    assert_int_equal(fault_server_requests(server), 0);
    https_answer_fini(&answer);
    fault_server_stop(server);
    server = serve(&world.elsewhere, FAULT_NONE, NULL);
    ask = request();
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_UNTRUSTED);
    assert_string_equal(answer.why, "serves a certificate that is not for this name");
    https_answer_fini(&answer);
    fault_server_stop(server);
}

static void nothing_is_sent_where_it_may_not_go(void **state)
{
    (void)state;
    struct https_answer answer;
    struct fault_server *server = serve(&world.good, FAULT_NONE, NULL);
    struct https_request ask = request();
    const struct head_field forged[] = {{STR_INIT("X-A"), STR_INIT("b\r\nX-C: d")}};
    ask.fields = forged;
    ask.fields_count = 1;
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_BROKEN);
    https_answer_fini(&answer);
    const char *const urls[] = {"http://127.0.0.1:1/", "file:///etc/passwd", "", "https://a\nb/"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        ask = request();
        ask.url = str_from(urls[i]);
        assert_int_not_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
        https_answer_fini(&answer);
    }
    assert_int_equal(setenv("https_proxy", "http://127.0.0.1:1", 1), 0);
    ask = request();
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_OK);
    https_answer_fini(&answer);
    assert_int_equal(unsetenv("https_proxy"), 0);
    assert_int_equal(fault_server_requests(server), 1);
    fault_server_stop(server);
}

static void a_request_that_is_called_off_is_not_made(void **state)
{
    (void)state;
    struct https_answer answer;
    atomic_bool cancel = true;
    struct fault_server *server = serve(&world.good, FAULT_NONE, NULL);
    struct https_request ask = request();
    deadline_start(&world.deadline, 60000, &cancel);
    assert_int_equal(https_ask(&ask, &world.deadline, &answer), HTTPS_TIMEOUT);
    assert_string_equal(answer.why, "was not asked: it was called off");
    assert_int_equal(fault_server_connections(server), 0);
    https_answer_fini(&answer);
    fault_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_answer_is_taken_apart),
        cmocka_unit_test(an_answer_of_any_status_is_one),
        cmocka_unit_test(what_is_large_goes_to_whoever_takes_it),
        cmocka_unit_test(what_goes_wrong_is_told_in_words),
        cmocka_unit_test(a_certificate_nobody_vouches_for_is_not_taken),
        cmocka_unit_test(nothing_is_sent_where_it_may_not_go),
        cmocka_unit_test(a_request_that_is_called_off_is_not_made),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
