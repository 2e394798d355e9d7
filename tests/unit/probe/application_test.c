/* The front page, and what leads to and away from it. */
#include "world.h"

#include <stdio.h>
#include <unistd.h>

#include "probe/application.h"

static struct hsts_observation look(const struct probe_target *target)
{
    struct hsts_observation ret = {0};
    struct deadline deadline = world_deadline();
    application_look(target, &deadline, &ret);
    return ret;
}

#define REDIRECT(status, location) "HTTP/1.1 " status "\r\nLocation: " location "\r\nContent-Length: 0\r\n\r\n"
#define PAGE(fields, body)         "HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\n" fields "\r\n" body

static void every_answer_has_its_verdict(void **state)
{
    (void)state;
    static const struct {
        const char *response;
        enum observed verdict, content;
        const char *text, *content_text;
    } cases[] = {
        {PAGE("", "<p>hello"), OBSERVED_GOOD, OBSERVED_GOOD, "with status 200 after 0 redirects (2 of 2 names asked)",
         "front page of example.test loads nothing over plain HTTP"},
        {"HTTP/1.1 204 No Content\r\n\r\n", OBSERVED_GOOD, OBSERVED_GOOD, "status 204", "nothing"},
        {"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", OBSERVED_GOOD,
         OBSERVED_GOOD, "200", "is no HTML"},
        {"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 2\r\n\r\nab", OBSERVED_GOOD, OBSERVED_DOUBT,
         "200", "was not looked into: it comes compressed"},
        {"HTTP/1.1 401 Who\r\nContent-Length: 0\r\n\r\n", OBSERVED_GOOD, OBSERVED_DOUBT, "status 401",
         "not one of success"},
        {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", OBSERVED_DOUBT, OBSERVED_DOUBT,
         "https://example.test answers with status 404 at https://example.test/", "not looked into"},
        {"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n", OBSERVED_DOUBT, OBSERVED_DOUBT,
         "status 502, an error of the server,", "not looked into"},
        {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", OBSERVED_DOUBT, OBSERVED_DOUBT, "status 302", ""},
        {REDIRECT("302 Found", "http://example.test/home"), OBSERVED_BAD, OBSERVED_DOUBT,
         "redirects https://example.test back to plain HTTP (http://example.test/home)", "back to plain HTTP"},
        {REDIRECT("301 Moved", "http://a.wild.test/"), OBSERVED_BAD, OBSERVED_DOUBT, "back to plain HTTP", ""},
        {REDIRECT("301 Moved", "http://example.test:8080/"), OBSERVED_BAD, OBSERVED_DOUBT, "back to plain HTTP", ""},
        {REDIRECT("302 Found", "http://elsewhere.test/"), OBSERVED_DOUBT, OBSERVED_DOUBT,
         "leads to http://elsewhere.test/, which is not HTTPS", ""},
        {REDIRECT("302 Found", "https://login.elsewhere.test/?a=b"), OBSERVED_GOOD, OBSERVED_DOUBT, "with status 302",
         "it leads to another site"},
        {REDIRECT("302 Found", "https://example.test:8443/"), OBSERVED_DOUBT, OBSERVED_DOUBT,
         "https://example.test:8443/, a port that is not the gateway's", ""},
        {REDIRECT("302 Found", "/"), OBSERVED_BAD, OBSERVED_DOUBT,
         "redirects in a circle: after 1 redirect it comes to https://example.test/ again", "circle"},
        {REDIRECT("302 Found", "https://"), OBSERVED_BAD, OBSERVED_DOUBT, "no URL to follow: https://", "no URL"},
    };
    static const struct str names[] = {STR_INIT("example.test"), STR_INIT("*.wild.test")};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
        options.response = cases[i].response;
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct probe_target target = world_target(&endpoint, 1);
        target.names = names;
        target.names_count = 2;
        struct hsts_observation seen = look(&target);
        assert_fact(seen.facts[OBSERVED_APPLICATION], cases[i].verdict, cases[i].text);
        assert_fact(seen.facts[OBSERVED_CONTENT], cases[i].content, cases[i].content_text);
        fault_server_stop(server);
    }
}

static void what_the_page_loads_has_its_verdict(void **state)
{
    (void)state;
#define UPGRADE "Content-Security-Policy: default-src 'self'\r\ncontent-security-policy: upgrade-insecure-requests\r\n"
    static const struct {
        const char *response;
        enum observed verdict;
        const char *text;
    } cases[] = {
        {PAGE("", "<script src=http://cdn.test/a.js></script><img src=http://a>"), OBSERVED_BAD,
         "for what browsers then block: script src http://cdn.test/a.js (1 such, 1 pictures or media)"},
        {PAGE("", "<img src=http://a.test/b.png>"), OBSERVED_DOUBT,
         "loads pictures or media over plain HTTP: img src http://a.test/b.png (1 such)"},
        {PAGE(UPGRADE, "<script src=http://cdn.test/a.js></script>"), OBSERVED_DOUBT,
         "names 1 things by http:// that its own policy has browsers fetch by https: script src"},
        {PAGE("", "<meta http-equiv=content-security-policy content=upgrade-insecure-requests><img src=http://a>"),
         OBSERVED_DOUBT, "its own policy"},
        {PAGE("Content-Security-Policy-Report-Only: upgrade-insecure-requests\r\n", "<script src=http://a></script>"),
         OBSERVED_BAD, "block"},
        {PAGE(UPGRADE, "<script src=https://cdn.test/a.js></script>"), OBSERVED_GOOD, "nothing over plain HTTP"},
        {PAGE("", "<a href=http://elsewhere.test/>"), OBSERVED_GOOD, "nothing over plain HTTP"},
        {"HTTP/1.1 200 OK\r\n\r\n<script src=http://a></script>", OBSERVED_BAD, "script src http://a"},
        {PAGE("Content-Length: 1000\r\n", "<p>"), OBSERVED_GOOD, "(as far as it was read)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
        options.response = cases[i].response;
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct probe_target target = world_target(&endpoint, 1);
        struct hsts_observation seen = look(&target);
        assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_GOOD, "status 200");
        assert_fact(seen.facts[OBSERVED_CONTENT], cases[i].verdict, cases[i].text);
        fault_server_stop(server);
    }
}

/* Goes on by the last letter of the path: / to /1, to /2, … */
static const char *stairs(const char *head, char *room, size_t room_size)
{
    size_t length = strcspn(head + 5, " ");
    (void)snprintf(room, room_size, REDIRECT("302 Found", "/%.*sx"), (int)length, head + 5);
    return room;
}

/* A cookie first, and then the same place again, as session filters do. */
static const char *cookie_first(const char *head, char *room, size_t room_size)
{
    (void)room;
    (void)room_size;
    if (strstr(head, "Cookie: seen=1"))
        return PAGE("", "<img src=http://a>");
    return "HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: seen=1; Secure; HttpOnly\r\nContent-Length: 0\r\n\r\n";
}

/* The same cookie over and over: a circle all the same. */
static const char *cookie_always(const char *head, char *room, size_t room_size)
{
    (void)head;
    (void)room;
    (void)room_size;
    return "HTTP/1.1 302 Found\r\nLocation: /\r\nSet-Cookie: seen=1\r\nContent-Length: 0\r\n\r\n";
}

/* Two places that send to each other, and two names. */
static const char *ping_pong(const char *head, char *room, size_t room_size)
{
    (void)room;
    (void)room_size;
    if (strstr(head, "GET /b"))
        return REDIRECT("302 Found", "https://example.test/a");
    return strstr(head, "GET /a") ? REDIRECT("302 Found", "/b") : REDIRECT("302 Found", "a");
}

/* Aliases go to the site's name, which has a login. */
static const char *canonical(const char *head, char *room, size_t room_size)
{
    (void)room;
    (void)room_size;
    if (!strstr(head, "Host: example.test\r\n"))
        return REDIRECT("301 Moved", "https://example.test/");
    return strstr(head, "GET /login ") ? PAGE("", "<p>") : REDIRECT("303 Other", "login");
}

static void walks_end_as_they_should(void **state)
{
    (void)state;
    static const struct {
        const char *(*respond)(const char *head, char *room, size_t room_size);
        enum observed verdict, content;
        const char *text;
        size_t requests;
    } cases[] = {
        {stairs, OBSERVED_BAD, OBSERVED_DOUBT, "redirects more than 10 times", 11},
        {cookie_first, OBSERVED_GOOD, OBSERVED_DOUBT, "status 200 after 1 redirects", 2},
        {cookie_always, OBSERVED_BAD, OBSERVED_DOUBT,
         "in a circle: after 2 redirects it comes to https://example.test/", 2},
        {ping_pong, OBSERVED_BAD, OBSERVED_DOUBT, "in a circle: after 3 redirects it comes to https://example.test/a",
         3},
        {canonical, OBSERVED_GOOD, OBSERVED_GOOD, "status 200 after 1 redirects", 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
        options.respond = cases[i].respond;
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct probe_target target = world_target(&endpoint, 1);
        struct hsts_observation seen = look(&target);
        assert_fact(seen.facts[OBSERVED_APPLICATION], cases[i].verdict, cases[i].text);
        assert_fact(seen.facts[OBSERVED_CONTENT], cases[i].content, "");
        assert_int_equal(fault_server_requests(server), cases[i].requests);
        fault_server_stop(server);
    }
}

static void aliases_are_walked_too_up_to_a_limit(void **state)
{
    (void)state;
    struct str names[15];
    char texts[15][32];
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    options.respond = canonical;
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct probe_target target = world_target(&endpoint, 1);
    for (size_t i = 0; i < 15; i++) {
        (void)snprintf(texts[i], sizeof texts[i], i ? "alias-%zu.test" : "example.test", i);
        names[i] = str_from(texts[i]);
    }
    target.names = names;
    target.names_count = 15;
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_GOOD, "(10 of 15 names asked)");
    assert_int_equal(fault_server_requests(server), 2 + 9 * 3);
    fault_server_stop(server);
}

static void the_first_listener_that_can_be_reached_is_asked(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_NONE);
    struct fault_server *server = fault_server_start(&options), *gone = fault_server_start(&options);
    const struct probe_endpoint endpoints[] = {{.listener = STR("http"), .address = STR("127.0.0.1"), .port = 1},
                                               world_endpoint(gone, PROBE_HTTPS),
                                               world_endpoint(server, PROBE_BOTH)};
    struct probe_target target = world_target(endpoints, 3);
    int gone_fd = world_leave(gone);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_GOOD, "200");
    target.https_port = 0;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_FAILED, "no listener speaks HTTPS");
    target.https_port = 443;
    int held_fd = world_leave(server);
    seen = look(&target);
    (void)close(gone_fd);
    (void)close(held_fd);
    assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_FAILED, "both (127.0.0.1:", "refuses the connection");
    assert_fact(seen.facts[OBSERVED_CONTENT], OBSERVED_FAILED, "front page of example.test");
    target.endpoints_count = 1;
    seen = look(&target);
    assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_FAILED, "no listener speaks HTTPS");
    assert_fact(seen.facts[OBSERVED_CONTENT], OBSERVED_FAILED, "no front page");
}

static void hostile_applications_end_with_the_deadline(void **state)
{
    (void)state;
    static const struct {
        enum fault fault;
        const char *words; /* of those that only the deadline ends, which is sooner than any other limit */
    } cases[] = {
        {FAULT_SILENT, "the time for it ran out"},
        {FAULT_DRIPS, "the time for it ran out"},
        {FAULT_ENDLESS_HEAD, ""},
        {FAULT_ENDLESS_PRELUDE, ""},
        {FAULT_ENDLESS_LINE, ""},
        {FAULT_CLOSES_IN_HEAD, ""},
        {FAULT_GARBAGE, ""},
        {FAULT_RESETS, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fault_server_options options = world_tls(LEAF_GOOD, cases[i].fault);
        struct fault_server *server = fault_server_start(&options);
        struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
        struct probe_target target = world_target(&endpoint, 1);
        struct hsts_observation seen = {0};
        struct deadline deadline;
        deadline_start(&deadline, 700, NULL);
        application_look(&target, &deadline, &seen);
        assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_FAILED, "https (127.0.0.1:", cases[i].words);
        assert_fact(seen.facts[OBSERVED_CONTENT], OBSERVED_FAILED, "");
        fault_server_stop(server);
    }
}

static void a_page_without_end_is_looked_into_as_far_as_it_is_read(void **state)
{
    (void)state;
    struct fault_server_options options = world_tls(LEAF_GOOD, FAULT_HUGE_BODY);
    options.response = PAGE("", "<script src=http://a></script>");
    struct fault_server *server = fault_server_start(&options);
    struct probe_endpoint endpoint = world_endpoint(server, PROBE_HTTPS);
    struct probe_target target = world_target(&endpoint, 1);
    struct hsts_observation seen = look(&target);
    assert_fact(seen.facts[OBSERVED_APPLICATION], OBSERVED_GOOD, "200");
    assert_fact(seen.facts[OBSERVED_CONTENT], OBSERVED_BAD, "script src http://a", "as far as it was read");
    fault_server_stop(server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_answer_has_its_verdict),
        cmocka_unit_test(what_the_page_loads_has_its_verdict),
        cmocka_unit_test(walks_end_as_they_should),
        cmocka_unit_test(aliases_are_walked_too_up_to_a_limit),
        cmocka_unit_test(the_first_listener_that_can_be_reached_is_asked),
        cmocka_unit_test(hostile_applications_end_with_the_deadline),
        cmocka_unit_test(a_page_without_end_is_looked_into_as_far_as_it_is_read),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
