/* A domain looked at as a whole: after the checker's look its further answers, each with what is asked for it. */
#include "world.h"

#include <pthread.h>
#include <stdio.h>

#include "probe/domain_look.h"

#define FIELD                 "Strict-Transport-Security: max-age=31536000\r\n"
#define PAGE(fields)          "HTTP/1.1 200 OK\r\n" fields "Content-Length: 2\r\n\r\nhi"
#define EMPTY(status, fields) "HTTP/1.1 " status " Words\r\n" fields "Content-Length: 0\r\n\r\n"

/* What the server answers to a first line that begins so; the last is for all others. */
struct answer {
    const char *line, *response;
};

static const struct answer *answers;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char lines[2048]; /* the first lines that came over HTTPS, each with a newline */

static const char *respond(const char *head, char *room, size_t size)
{
    (void)room;
    (void)size;
    size_t length = strcspn(head, "\r"), used;
    (void)pthread_mutex_lock(&lock);
    used = strlen(lines);
    (void)snprintf(lines + used, sizeof lines - used, "%.*s\n", (int)length, head);
    (void)pthread_mutex_unlock(&lock);
    const struct answer *at = answers;
    while (at->line && strncmp(head, at->line, strlen(at->line)) != 0)
        at++;
    return at->response;
}

static void on_done(struct domain_look *look, void *context)
{
    (void)look;
    *(bool *)context = true;
}

struct looked {
    struct suffixes *suffixes;
    struct crowd *crowd;
    struct domain_look *look;
    struct fault_server *server;
    struct finding_seen seen;
    struct crowd_host host;
    struct crowd_options options;
};

static void look_at(struct looked *looked, const struct answer *of, enum world_leaf leaf, bool rules_only)
{
    struct fault_server_options https = world_tls(leaf, FAULT_NONE);
    socklen_t size;
    bool done = false;
    answers = of;
    lines[0] = '\0';
    https.respond = respond;
    *looked = (struct looked){.server = fault_server_start(&https), .host = {.name = STR("example.test")}};
    assert_true(endpoint_parse_ip(STR("127.0.0.1"), 0, &looked->host.address, &size));
    looked->options = (struct crowd_options){.hosts = &looked->host,
                                             .hosts_count = 1,
                                             .per_address_max = DOMAIN_LOOK_PER_ADDRESS_COUNT,
                                             .name_servers = "127.0.0.1:1"};
    assert_true(suffixes_new(&looked->suffixes, NULL) && crowd_new(&looked->options, &looked->crowd, NULL));
    const struct domain_look_request request = {.preload = {.domain = STR("Example.test"),
                                                            .roots_pem = test_ca_root_pem(world.ca),
                                                            .http_port = 1,
                                                            .https_port = fault_server_port(looked->server),
                                                            .length_ms = 15000},
                                                .rules_only = rules_only,
                                                .on_done = on_done,
                                                .context = &done};
    looked->look = domain_look_begin(looked->crowd, looked->suffixes, &request);
    assert_non_null(looked->look);
    assert_false(done);
    while (!done)
        crowd_turn(looked->crowd, 100);
    assert_true(domain_look_seen(looked->look, &looked->seen));
}

static void end(struct looked *looked)
{
    domain_look_free(looked->look);
    crowd_free(looked->crowd);
    suffixes_free(looked->suffixes);
    fault_server_stop(looked->server);
}

static size_t times(const char *line)
{
    size_t count = 0;
    for (const char *at = lines; (at = strstr(at, line)); at++)
        count++;
    return count;
}

static const struct answer usual[] = {
    {"GET / ", PAGE(FIELD)},
    {"TRACE / ", EMPTY("405", FIELD)},
    {"HEAD / ", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"},
    {NULL, EMPTY("404", FIELD FIELD)},
};

static void every_kind_of_answer_is_asked_for_once(void **state)
{
    (void)state;
    struct looked looked;
    look_at(&looked, usual, LEAF_GOOD, false);
    const struct site_answer *site = looked.seen.site->answers;
    assert_int_equal(site[SITE_ASK_ROOT].status, 200);
    assert_int_equal(site[SITE_ASK_ROOT].fields.count, 1);
    assert_str(site[SITE_ASK_ROOT].fields.values[0], STR("max-age=31536000"));
    assert_int_equal(site[SITE_ASK_PAGE].status, 0); /* nothing leads there */
    assert_int_equal(site[SITE_ASK_NOT_FOUND].status, 404);
    assert_int_equal(site[SITE_ASK_NOT_FOUND].fields.count, 2);
    assert_int_equal(site[SITE_ASK_METHOD].status, 405);
    assert_int_equal(site[SITE_ASK_METHOD].fields.count, 1);
    assert_int_equal(site[SITE_ASK_HEAD].status, 200);
    assert_int_equal(site[SITE_ASK_HEAD].fields.count, 0);
    assert_int_equal(times("GET / "), 3); /* one of them the checker's, one for its address alone */
    assert_int_equal(times("TRACE / "), 1);
    assert_int_equal(times("HEAD / "), 2); /* one of them over TLS 1.2 */
    assert_int_equal(times("GET /strictgate-check/"), 1);
    end(&looked);
}

static void the_front_page_and_its_certificate_are_looked_into(void **state)
{
    (void)state;
    struct looked looked;
    static const struct answer front[] = {
        {"GET / ", EMPTY("302", "Location: /in\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2; Secure\r\nSet-Cookie: c=3\r\n"
                                "Expect-CT: max-age=1\r\n")},
        {"GET /in ",
         "HTTP/1.1 200 OK\r\nSet-Cookie: a=4; HttpOnly\r\nSet-Cookie: c=; Max-Age=0\r\nSet-Cookie: nothing\r\n"
         "Content-Type: text/html\r\nContent-Length: 35\r\n\r\n<script src=\"http://other.test/x\">  "},
        {NULL, EMPTY("404", "Set-Cookie: elsewhere=1\r\nPublic-Key-Pins: x\r\n")},
    };
    look_at(&looked, front, LEAF_GOOD, false);
    const struct site_seen *site = looked.seen.site;
    assert_int_equal(site->cookies_count, 2);
    assert_str(site->cookies[0].name, STR("a"));
    assert_true(site->cookies[0].is_http_only);
    assert_str(site->cookies[1].name, STR("b"));
    assert_true(site->cookies[1].is_secure);
    assert_true(site->page.is_known);
    assert_int_equal(site->page.active_count, 1);
    assert_str(site->page.active, STR("script src http://other.test/x"));
    assert_true(site->has_expect_ct);
    assert_false(site->has_key_pins);
    assert_true(site->certificate.is_known);
    assert_true(site->certificate.not_before_s < site->certificate.not_after_s);
    assert_true(site->certificate.issuer.size > 0);
    assert_false(site->certificate.sends_root);
    assert_int_equal(site->certificate.strays_count, 0);
    end(&looked);
}

static void cookies_without_number_are_counted(void **state)
{
    (void)state;
    struct looked looked;
    static char many[4096];
    size_t used = (size_t)snprintf(many, sizeof many, "HTTP/1.1 200 OK\r\n");
    for (size_t i = 0; i < SITE_COOKIES_COUNT_MAX + 5; i++)
        used += (size_t)snprintf(many + used, sizeof many - used, "Set-Cookie: c%zu=1\r\n", i);
    (void)snprintf(many + used, sizeof many - used, "Content-Length: 0\r\n\r\n");
    const struct answer crumbs[] = {{"GET / ", many}, {NULL, EMPTY("404", "")}};
    look_at(&looked, crumbs, LEAF_GOOD, false);
    assert_int_equal(looked.seen.site->cookies_count, SITE_COOKIES_COUNT_MAX);
    assert_int_equal(looked.seen.site->cookies_omitted_count, 5);
    end(&looked);
}

static void redirects_lead_to_the_page_and_not_away(void **state)
{
    (void)state;
    struct looked looked;
    static const struct answer moved[] = {
        {"GET / ", EMPTY("302", "Location: /a\r\n")},
        {"GET /a ", EMPTY("301", FIELD "Location: b\r\n")},
        {"GET /b ", EMPTY("403", FIELD)},
        {NULL, EMPTY("404", "")},
    };
    look_at(&looked, moved, LEAF_GOOD, false);
    assert_true(looked.seen.site->answers[SITE_ASK_ROOT].is_redirect);
    assert_int_equal(looked.seen.site->answers[SITE_ASK_PAGE].status, 403);
    assert_false(looked.seen.site->answers[SITE_ASK_PAGE].is_redirect);
    end(&looked);
    static const struct answer broken[] = {{"GET / ", EMPTY("302", "Location: /a\r\n")},
                                           {"GET /a ", EMPTY("301", FIELD "Location: b\r\n")},
                                           {"GET /b ", "HTTP/1.1 2"},
                                           {NULL, EMPTY("404", "")}};
    look_at(&looked, broken, LEAF_GOOD, false);
    const struct site_answer *page = &looked.seen.site->answers[SITE_ASK_PAGE];
    assert_true(page->why.size > 0); /* and nothing is left of the redirect before it */
    assert_true(page->status == 0 && !page->is_redirect && page->fields.count == 0);
    end(&looked);
    static const struct answer away[] = {{"GET / ", EMPTY("302", "Location: https://other.test/\r\n")},
                                         {NULL, EMPTY("404", "")}};
    look_at(&looked, away, LEAF_GOOD, false);
    assert_int_equal(looked.seen.site->answers[SITE_ASK_PAGE].status, 0);
    end(&looked);
    static const struct answer circle[] = {{NULL, EMPTY("302", "Location: /\r\n")}};
    look_at(&looked, circle, LEAF_GOOD, false);
    assert_int_equal(looked.seen.site->answers[SITE_ASK_PAGE].status, 302);
    assert_int_equal(times("GET / "), 3 + SITE_LOOK_HOPS_COUNT_MAX);
    end(&looked);
}

static void without_valid_https_no_further_answers_are_asked_for(void **state)
{
    (void)state;
    struct looked looked;
    look_at(&looked, usual, LEAF_EXPIRED, false);
    assert_null(looked.seen.site);
    assert_int_equal(times("TRACE"), 0);
    assert_non_null(looked.seen.net); /* which says what stands in the way */
    assert_int_equal(looked.seen.net->addresses[0].answer, NET_UNTRUSTED);
    end(&looked);
}

static void for_the_rules_alone_neither(void **state)
{
    (void)state;
    struct looked looked;
    look_at(&looked, usual, LEAF_GOOD, true);
    assert_null(looked.seen.site);
    assert_null(looked.seen.net);
    assert_int_equal(times("GET / "), 1);
    end(&looked);
}

static void an_answer_that_does_not_come_says_why(void **state)
{
    (void)state;
    struct looked looked;
    static const struct answer broken[] = {
        {"GET / ", PAGE(FIELD)}, {"HEAD / ", "no HTTP at all\r\n\r\n"}, {NULL, EMPTY("404", FIELD)}};
    look_at(&looked, broken, LEAF_GOOD, false);
    assert_int_equal(looked.seen.site->answers[SITE_ASK_HEAD].status, 0);
    assert_true(looked.seen.site->answers[SITE_ASK_HEAD].why.size > 0);
    end(&looked);
}

static void a_look_can_be_left_alone_with_its_crowd(void **state)
{
    (void)state;
    struct fault_server_options https = world_tls(LEAF_GOOD, FAULT_NONE);
    struct crowd_host host = {.name = STR("example.test")};
    struct crowd_options options = {.hosts = &host, .hosts_count = 1, .name_servers = "127.0.0.1:1"};
    socklen_t size;
    /* At any moment: it is left after so many turns. */
    for (size_t turns = 0; turns < 40; turns += 3) {
        struct fault_server *server = fault_server_start(&https);
        struct suffixes *suffixes = NULL;
        struct crowd *crowd = NULL;
        bool done = false;
        assert_true(endpoint_parse_ip(STR("127.0.0.1"), 0, &host.address, &size));
        assert_true(suffixes_new(&suffixes, NULL) && crowd_new(&options, &crowd, NULL));
        const struct domain_look_request request = {.preload = {.domain = STR("example.test"),
                                                                .roots_pem = test_ca_root_pem(world.ca),
                                                                .http_port = 1,
                                                                .https_port = fault_server_port(server)},
                                                    .on_done = on_done,
                                                    .context = &done};
        struct domain_look *look = domain_look_begin(crowd, suffixes, &request);
        for (size_t i = 0; !done && i < turns; i++)
            crowd_turn(crowd, 5);
        crowd_free(crowd);
        domain_look_free(look);
        suffixes_free(suffixes);
        fault_server_stop(server);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_of_answer_is_asked_for_once),
        cmocka_unit_test(the_front_page_and_its_certificate_are_looked_into),
        cmocka_unit_test(cookies_without_number_are_counted),
        cmocka_unit_test(redirects_lead_to_the_page_and_not_away),
        cmocka_unit_test(without_valid_https_no_further_answers_are_asked_for),
        cmocka_unit_test(for_the_rules_alone_neither),
        cmocka_unit_test(an_answer_that_does_not_come_says_why),
        cmocka_unit_test(a_look_can_be_left_alone_with_its_crowd),
    };
    return cmocka_run_group_tests(tests, world_setup, world_teardown);
}
