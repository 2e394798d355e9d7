/* What plain HTTP answers. */
#include "world.h"

#include <stdio.h>
#include <unistd.h>

#include "probe/redirect.h"

static struct hsts_observation look(const struct probe_target *target)
{
    struct hsts_observation ret = {0};
    struct deadline deadline = world_deadline();
    redirect_look(target, &deadline, &ret);
    return ret;
}

#define REDIRECT(status, location) "HTTP/1.1 " status "\r\nLocation: " location "\r\nContent-Length: 0\r\n\r\n"

static void every_answer_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *response;
        uint16_t http_port, https_port;
        enum observed verdict;
        const char *text;
    } cases[] = {
        {REDIRECT("301 Moved", "https://example.test/"), 80, 443, OBSERVED_GOOD, "http:// of 1 name is redirected"},
        {REDIRECT("302 Found", "https://example.test:443/"), 80, 443, OBSERVED_GOOD, ""},
        {REDIRECT("307 Temporary", "https://EXAMPLE.test./x"), 80, 443, OBSERVED_GOOD, ""},
        {REDIRECT("308 Permanent", "https://example.test/"), 80, 443, OBSERVED_GOOD, ""},
        {REDIRECT("301 Moved", "https://example.test:8443/"), 8443, 8443, OBSERVED_GOOD, ""},
        {REDIRECT("303 Other", "https://example.test/"), 80, 443, OBSERVED_BAD,
         "answers http://example.test with status 303"},
        {REDIRECT("301 Moved", "http://example.test/"), 80, 443, OBSERVED_BAD,
         "redirects http://example.test to http://example.test/ instead of https"},
        {REDIRECT("301 Moved", "/"), 80, 443, OBSERVED_BAD, "instead of https"},
        {REDIRECT("301 Moved", "//example.test/"), 80, 443, OBSERVED_BAD, "instead of https"},
        {REDIRECT("301 Moved", "https://www.example.test/"), 80, 443, OBSERVED_BAD,
         "to another host first (https://www.example.test/)"},
        {REDIRECT("301 Moved", "http://www.example.test/"), 80, 443, OBSERVED_BAD, "instead of https"},
        {REDIRECT("301 Moved", "https://example.test:8443/"), 80, 443, OBSERVED_BAD,
         "to port 8443, but HTTPS is at port 443"},
        {REDIRECT("301 Moved", "https://example.test/"), 8080, 8443, OBSERVED_BAD,
         "to port 443, but HTTPS is at port 8443"},
        {REDIRECT("301 Moved", "https://example.test:8443/"), 8080, 8443, OBSERVED_DOUBT,
         "turns http at port 8080 into https at port 8080"},
        {REDIRECT("301 Moved", "https://example.test:8443/"), 80, 8443, OBSERVED_DOUBT,
         "turns http at port 80 into https at port 443"},
        {REDIRECT("301 Moved", "ftp://example.test/"), 80, 443, OBSERVED_BAD, "instead of https"},
        {REDIRECT("301 Moved", "https://"), 80, 443, OBSERVED_BAD, "no URL to follow: https://"},
        {"HTTP/1.1 301 Moved\r\nContent-Length: 0\r\n\r\n", 80, 443, OBSERVED_BAD, "with status 301 without Location"},
        {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", 80, 443, OBSERVED_BAD,
         "answers http://example.test with status 200 instead of a redirect to https"},
        {"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", 80, 443, OBSERVED_BAD, "status 503"},
        {"HTTP/1.1 301 Moved\r\nLocation: https://example.test/\r\nstrict-transport-security: max-age=1\r\n"
         "Content-Length: 0\r\n\r\n",
         80, 443, OBSERVED_BAD, "sends Strict-Transport-Security for example.test over plain HTTP"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = {.response = cases[i].response};
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
        struct probe_target target = world_target(&endpoint, 1);
        char last[1024], host[64], where[ENDPOINT_TEXT_SIZE];
        target.http_port = cases[i].http_port;
        target.https_port = cases[i].https_port;
        struct hsts_observation seen = look(&target);
        assert_fact(seen.facts[OBSERVED_REDIRECT], cases[i].verdict, cases[i].text);
        if (cases[i].verdict != OBSERVED_GOOD)
            assert_fact(seen.facts[OBSERVED_REDIRECT], cases[i].verdict, endpoint_text(&endpoint, where));
        (void)fault_server_last(server, last, sizeof last);
        (void)snprintf(host, sizeof host,
                       cases[i].http_port == 80 ? "Host: example.test\r\n" : "Host: example.test:%u\r\n",
                       cases[i].http_port);
        assert_non_null(strstr(last, host));
        fault_server_stop(server);
    }
}

/* Sends each name to its own https. */
static const char *redirect_itself(const char *head, char *room, size_t room_size)
{
    const char *host = strstr(head, "Host: ");
    (void)snprintf(room, room_size, "HTTP/1.1 301 Moved\r\nLocation: https://%.*s/\r\nContent-Length: 0\r\n\r\n",
                   (int)strcspn(host + 6, "\r"), host + 6);
    return room;
}

static void every_name_is_asked_at_every_plain_listener(void **state)
{
    (void)state;
    static const struct str names[] = {STR_INIT("example.test"), STR_INIT("*.wild.test"), STR_INIT("192.0.2.1")};
    struct fault_server_options options = {.respond = redirect_itself};
    struct fault_server *one = fault_server_start(&options), *other = fault_server_start(&options);
    const struct probe_endpoint endpoints[] = {world_endpoint(one, PROBE_HTTP),
                                               world_endpoint(other, PROBE_BOTH),
                                               {.protocol = PROBE_HTTPS, .address = STR("127.0.0.1"), .port = 1}};
    struct probe_target target = world_target(endpoints, 3);
    target.names = names;
    target.names_count = 3;
    struct hsts_observation seen = look(&target);
    char last[1024];
    assert_fact(seen.facts[OBSERVED_REDIRECT], OBSERVED_GOOD, "of 2 names", "by 2 listening sockets");
    assert_int_equal(fault_server_requests(one), 2);
    assert_int_equal(fault_server_requests(other), 2);
    assert_non_null(strstr(fault_server_last(one, last, sizeof last), "Host: strictgate-probe.wild.test\r\n"));
    int held_fd = world_leave(other);
    seen = look(&target);
    (void)close(held_fd);
    assert_fact(seen.facts[OBSERVED_REDIRECT], OBSERVED_FAILED, "both (127.0.0.1:", "asked for http://example.test",
                "refuses the connection", "(and 1 more like it)");
    fault_server_stop(one);
}

static void without_plain_http_there_is_a_doubt(void **state)
{
    (void)state;
    static const struct str addresses[] = {STR_INIT("192.0.2.1")};
    const struct probe_endpoint tls = {.protocol = PROBE_HTTPS, .address = STR("127.0.0.1"), .port = 1};
    struct probe_target target = world_target(&tls, 1);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_REDIRECT], OBSERVED_DOUBT, "no listener answers plain HTTP");
    target.names = addresses;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_REDIRECT], OBSERVED_FAILED, "no name");
}

static void a_silent_listener_is_one_that_could_not_be_seen(void **state)
{
    (void)state;
    struct fault_server_options options = {.fault = FAULT_CLOSES};
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTP);
    struct probe_target target = world_target(&endpoint, 1);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_REDIRECT], OBSERVED_FAILED, "the connection");
    fault_server_stop(server);
}

static void ports_are_mapped_as_browsers_do(void **state)
{
    (void)state;
    assert_int_equal(redirect_mapped_port(80), 443);
    assert_int_equal(redirect_mapped_port(443), 443);
    assert_int_equal(redirect_mapped_port(8080), 8080);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_its_verdict),
        cmocka_unit_test(every_name_is_asked_at_every_plain_listener),
        cmocka_unit_test(without_plain_http_there_is_a_doubt),
        cmocka_unit_test(a_silent_listener_is_one_that_could_not_be_seen),
        cmocka_unit_test(ports_are_mapped_as_browsers_do),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
