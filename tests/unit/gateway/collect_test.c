/* The collector and the fields that lead to it: other.test takes what is reported of app.test. */
#include <sys/mman.h>

#include "gateway/collect.h"
#include "gateway_fixture.h"
#include "http/report.h"
#include "snapshot/clients.h"

#define PATH  REPORT_PATH_PREFIX "app.test/token"
#define SLOT  1 /* of app.test */
#define TODAY 1 /* of the sample: any day */

static const struct build_reports told = {.nel = STR_INIT("{\"report_to\":\"strictgate\",\"max_age\":300}"),
                                          .report_to = STR_INIT("{\"group\":\"strictgate\"}"),
                                          .endpoints = STR_INIT("strictgate=\"https://other.test/\""),
                                          .csp = STR_INIT("default-src https:"),
                                          .token = STR_INIT("token")};
static const struct build_reports over = {.nel = STR_INIT("{\"report_to\":\"strictgate\",\"max_age\":0}"),
                                          .report_to = STR_INIT("{\"group\":\"strictgate\",\"max_age\":0}")};

/* Sparse, as the shared memory is. */
static struct clients *clients_new(uint64_t day, uint64_t since)
{
    struct clients *clients =
        mmap(NULL, sizeof *clients, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    assert_true(clients != MAP_FAILED);
    clients->day = day;
    clients->day_salts[TODAY % 2].since = since;
    return clients;
}

struct world {
    struct fixture *f;
    struct clients *clients;
    struct peer *client; /* of other.test */
};

static struct world begin_on(const struct build_reports *reports, uint64_t day, uint64_t since)
{
    struct world w = {.clients = clients_new(day, since)};
    w.f = fixture_start(&(struct fixture_options){.reports = reports, .clients = w.clients});
    w.client = client_tls_to(w.f, PORT_HTTPS, "other.test", NULL);
    return w;
}

static struct world begin(const struct build_reports *reports)
{
    return begin_on(reports, TODAY, TODAY);
}

static void end(struct world *w)
{
    peer_close(w->client);
    fixture_stop(w->f);
    (void)munmap(w->clients, sizeof *w->clients);
}

static struct reports_site *reports_of(const struct world *w)
{
    return &w->clients->reports[TODAY % 2][SLOT];
}

static const char good[] = "[{\"type\":\"network-error\",\"age\":1,\"url\":\"https://app.test/p\",\"body\":{\"type\":"
                           "\"tls.failed\"}}]";

static struct reply ask(struct world *w, const char *method, const char *path, const char *body)
{
    char head[512];
    (void)snprintf(head, sizeof head,
                   "%s %s HTTP/1.1\r\nHost: other.test\r\nContent-Type: application/reports+json\r\n"
                   "Content-Length: %zu\r\n\r\n",
                   method, path, strlen(body));
    peer_send_text(w->client, head);
    peer_send_text(w->client, body);
    struct reply r = peer_reply(w->client, method);
    return r;
}

/* 204, and the same whatever it was. */
static void post(struct world *w, const char *path, const char *body)
{
    struct reply r = ask(w, "POST", path, body);
    assert_int_equal(r.status, 204);
    assert_no_field(r.head, "Access-Control-Allow-Origin");
    assert_no_field(r.head, "Connection");
    reply_free(&r);
}

static uint64_t counted(struct world *w)
{
    return reports_of(w)->counts[REPORT_TLS_FAILED];
}

static void a_report_is_counted_and_answered_with_nothing(void **state)
{
    struct world w = begin(&told);
    uint64_t level;
    (void)state;
    post(&w, PATH, good);
    post(&w, PATH, good);
    assert_int_equal(counted(&w), 2);
    assert_int_equal(reports_counted(reports_of(&w), 1u << REPORT_TLS_FAILED, &level), 1);
    assert_int_equal(reports_of(&w)->refused, 0);
    end(&w);
}

static void content_in_pieces_and_chunks_is_one_report(void **state)
{
    struct world w = begin(&told);
    char head[256];
    (void)state;
    peer_send_text(w.client, "POST " PATH " HTTP/1.1\r\nHost: other.test\r\nContent-Type: application/reports+json\r\n"
                             "Transfer-Encoding: chunked\r\n\r\n");
    for (const char *at = good; *at; at++) {
        (void)snprintf(head, sizeof head, "1\r\n%c\r\n", *at);
        peer_send_text(w.client, head);
    }
    peer_send_text(w.client, "0\r\n\r\n");
    struct reply r = peer_reply(w.client, "POST");
    assert_int_equal(r.status, 204);
    reply_free(&r);
    (void)snprintf(head, sizeof head,
                   "POST " PATH
                   " HTTP/1.1\r\nHost: other.test\r\nContent-Type: Application/CSP-Report; charset=utf-8\r\n"
                   "Expect: 100-continue\r\nContent-Length: %zu\r\n\r\n",
                   sizeof good - 1);
    peer_send_text(w.client, head);
    r = peer_reply(w.client, "POST");
    assert_int_equal(r.status, 100);
    reply_free(&r);
    peer_send_text(w.client, good);
    r = peer_reply(w.client, "POST");
    assert_int_equal(r.status, 204);
    reply_free(&r);
    assert_int_equal(counted(&w), 2);
    end(&w);
}

static void what_is_not_meant_for_a_site_is_not_counted(void **state)
{
    static const char *const paths[] = {REPORT_PATH_PREFIX,
                                        REPORT_PATH_PREFIX "app.test",
                                        REPORT_PATH_PREFIX "app.test/",
                                        REPORT_PATH_PREFIX "app.test/tokens",
                                        REPORT_PATH_PREFIX "app.test/toke",
                                        REPORT_PATH_PREFIX "other.test/token",
                                        REPORT_PATH_PREFIX "unknown.test/token",
                                        REPORT_PATH_PREFIX "/token"};
    struct world w = begin(&told);
    (void)state;
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        post(&w, paths[i], good);
    struct reply r = ask(&w, "PUT", PATH, good);
    assert_int_equal(r.status, 204);
    reply_free(&r);
    assert_int_equal(counted(&w), 0);
    assert_int_equal(reports_of(&w)->refused, 0);
    r = ask(&w, "POST", "/elsewhere", good); /* the site's own */
    assert_int_equal(r.status, 200);
    reply_free(&r);
    end(&w);
}

static struct reply ask_from(struct world *w, const char *method, const char *path, const char *origin,
                             const char *type)
{
    char head[512];
    (void)snprintf(
        head, sizeof head,
        "%s %s HTTP/1.1\r\nHost: other.test\r\nOrigin: %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n\r\n%s", method,
        path, origin, type, sizeof good - 1, good);
    peer_send_text(w->client, head);
    return peer_reply(w->client, method);
}

/* A page elsewhere may have its visitors send what browsers send without asking, and nothing else. */
static void pages_of_other_sites_cannot_have_their_visitors_report(void **state)
{
    static const char *const others[] = {
        "https://evil.test",          "https://other.test",        "http://app.test", "null",
        "https://app.test.evil.test", "https://app.test@evil.test"};
    static const char *const simple[] = {"text/plain",
                                         "text/plain; application/reports+json",
                                         "application/json",
                                         "application/x-www-form-urlencoded",
                                         "application/reports+jsonx",
                                         ""};
    struct world w = begin(&told);
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        struct reply r = ask_from(&w, "OPTIONS", PATH, others[i], "text/plain");
        assert_int_equal(r.status, 204);
        assert_no_field(r.head, "Access-Control-Allow-Origin");
        reply_free(&r);
    }
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        struct reply r = ask_from(&w, "POST", PATH, "https://app.test", simple[i]);
        assert_int_equal(r.status, 204);
        reply_free(&r);
    }
    assert_int_equal(counted(&w), 0);
    struct reply r = ask_from(&w, "OPTIONS", PATH, "https://app.test:8443", "text/plain");
    assert_field(r.head, "Access-Control-Allow-Origin", "https://app.test:8443");
    assert_field(r.head, "Access-Control-Allow-Headers", "Content-Type");
    reply_free(&r);
    /* whether the token is right cannot be learnt */
    r = ask_from(&w, "OPTIONS", REPORT_PATH_PREFIX "app.test/wrong", "https://app.test", "text/plain");
    assert_field(r.head, "Access-Control-Allow-Origin", "https://app.test");
    reply_free(&r);
    r = ask_from(&w, "POST", PATH, "https://app.test", "application/reports+json");
    reply_free(&r);
    assert_int_equal(counted(&w), 1);
    end(&w);
}

static void over_plain_http_nothing_is_taken(void **state)
{
    struct world w = begin(&told);
    (void)state;
    peer_close(w.client);
    w.client = client_plain(w.f);
    post(&w, PATH, good);
    assert_int_equal(counted(&w) + reports_of(&w)->refused, 0);
    end(&w);
}

static void what_is_not_understood_is_counted_as_such(void **state)
{
    struct world w = begin(&told);
    (void)state;
    post(&w, PATH, "{");
    post(&w, PATH,
         "[{\"type\":\"network-error\",\"age\":1,\"url\":\"https://unknown.test/"
         "\",\"body\":{\"type\":\"tls.failed\"}}]");
    post(&w, PATH, "[]");
    assert_int_equal(counted(&w), 0);
    assert_int_equal(reports_of(&w)->refused, 2);
    end(&w);
}

static void who_sends_too_much_is_not_looked_at(void **state)
{
    struct world w = begin(&told);
    (void)state;
    const int count = 3 * COLLECT_NETWORK_BURST;
    for (int i = 0; i < count; i++)
        post(&w, PATH, good);
    assert_int_equal(counted(&w), COLLECT_NETWORK_BURST);
    assert_int_equal(reports_of(&w)->refused, count - COLLECT_NETWORK_BURST);
    fixture_pass_ms(w.f, 3000);
    for (int i = 0; i < COLLECT_NETWORK_BURST; i++)
        post(&w, PATH, good);
    assert_int_equal(counted(&w), COLLECT_NETWORK_BURST + 3 * COLLECT_NETWORK_RATE_S);
    end(&w);
}

static void without_a_day_nobody_is_counted(void **state)
{
    (void)state;
    for (int i = 0; i < 2; i++) {
        struct world w = begin_on(&told, i ? 0 : TODAY, TODAY + 2);
        post(&w, PATH, good);
        assert_int_equal(counted(&w), 0);
        end(&w);
    }
}

/* What the application answers, and what comes of it. */
static struct reply answer_of(struct world *w, const char *fields)
{
    char response[512];
    struct peer *client = client_tls(w->f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(w->f, 0);
    free(peer_head(upstream));
    (void)snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n%s\r\n",
                   fields);
    peer_send_text(upstream, response);
    struct reply r = peer_reply(client, "GET");
    peer_close(client);
    peer_close(upstream);
    return r;
}

static void browsers_are_told_and_the_application_keeps_what_may_stand_beside_it(void **state)
{
    struct world w = begin(&told);
    (void)state;
    struct reply r = answer_of(&w, "Content-Type: application/json\r\n");
    assert_field(r.head, "NEL", "{\"report_to\":\"strictgate\",\"max_age\":300}");
    assert_field(r.head, "Report-To", "{\"group\":\"strictgate\"}");
    assert_no_field(r.head, "Reporting-Endpoints");
    assert_no_field(r.head, "Content-Security-Policy-Report-Only");
    reply_free(&r);
    r = answer_of(&w, "Content-Type: Text/HTML; charset=utf-8\r\nnel: {}\r\nReport-To: {\"group\":\"own\"}\r\n"
                      "Content-Security-Policy-Report-Only: default-src 'self'\r\n");
    assert_field(r.head, "NEL", "{\"report_to\":\"strictgate\",\"max_age\":300}");
    assert_int_equal(head_field(r.head, "Report-To", NULL), 2);
    assert_int_equal(head_field(r.head, "Content-Security-Policy-Report-Only", NULL), 2);
    assert_field(r.head, "Reporting-Endpoints", "strictgate=\"https://other.test/\"");
    reply_free(&r);
    r = ask(&w, "GET", "/", "");
    assert_no_field(r.head, "NEL"); /* other.test wants none */
    reply_free(&r);
    struct peer *plain = client_plain(w.f);
    send_get(plain, "/");
    r = peer_reply(plain, "GET");
    assert_no_field(r.head, "NEL");
    reply_free(&r);
    peer_close(plain);
    end(&w);
}

static void what_is_taken_back_leaves_the_applications_own(void **state)
{
    struct world w = begin(&over);
    (void)state;
    struct reply r = answer_of(&w, "Content-Type: text/html\r\n");
    assert_field(r.head, "NEL", "{\"report_to\":\"strictgate\",\"max_age\":0}");
    assert_no_field(r.head, "Content-Security-Policy-Report-Only");
    reply_free(&r);
    r = answer_of(&w, "NEL: {\"own\":1}\r\n");
    assert_field(r.head, "NEL", "{\"own\":1}");
    assert_no_field(r.head, "Report-To");
    reply_free(&r);
    post(&w, PATH, good);
    assert_int_equal(counted(&w), 0);
    end(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_report_is_counted_and_answered_with_nothing),
        cmocka_unit_test(content_in_pieces_and_chunks_is_one_report),
        cmocka_unit_test(what_is_not_meant_for_a_site_is_not_counted),
        cmocka_unit_test(pages_of_other_sites_cannot_have_their_visitors_report),
        cmocka_unit_test(over_plain_http_nothing_is_taken),
        cmocka_unit_test(what_is_not_understood_is_counted_as_such),
        cmocka_unit_test(who_sends_too_much_is_not_looked_at),
        cmocka_unit_test(without_a_day_nobody_is_counted),
        cmocka_unit_test(browsers_are_told_and_the_application_keeps_what_may_stand_beside_it),
        cmocka_unit_test(what_is_taken_back_leaves_the_applications_own),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
