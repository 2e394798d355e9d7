/* What came over plain HTTP is counted for what it was and what it carried, and refused where the site wants that. */
#include "gateway_fixture.h"
#include "http/agent.h"

#include <stdlib.h>

#define HEAD(method, path, more) method " " path " HTTP/1.1\r\nHost: app.test\r\n" more "\r\n"
#define BASIC                    "Authorization: Basic eDp5\r\n"

/* The status of the answer. */
static int ask(struct fixture *f, const char *request, const char *method)
{
    struct peer *client = client_plain(f);
    peer_send_text(client, request);
    struct reply r = peer_reply(client, method);
    int status = r.status;
    reply_free(&r);
    peer_close(client);
    return status;
}

/* The one worker has counted what it answered before this, which is for another site. */
static void settle(struct fixture *f)
{
    assert_int_equal(ask(f, "GET / HTTP/1.1\r\nHost: other.test\r\n\r\n", "GET"), 200);
}

static uint64_t counted(struct fixture *f, enum census_field field)
{
    settle(f);
    return f->blocks[0].census[1].census.counts[field];
}

static void fields_are(struct fixture *f, const enum census_field *fields, size_t count, const char *request)
{
    settle(f);
    for (int i = 0; i < CENSUS_FIELDS_COUNT; i++) {
        uint64_t expected = 0;
        for (size_t k = 0; k < count; k++)
            expected += fields[k] == (enum census_field)i;
        if (f->blocks[0].census[1].census.counts[i] != expected)
            fail_msg("%s: field %d is %llu, not %llu", request, i,
                     (unsigned long long)f->blocks[0].census[1].census.counts[i], (unsigned long long)expected);
    }
}

#define NONE (CENSUS_CLASS + HTTP_AGENT_NONE)

static void each_request_is_counted_for_what_it_was(void **state)
{
    static const struct {
        const char *request, *method;
        int status;
        size_t count;
        enum census_field fields[10];
    } cases[] = {
        {HEAD("GET", "/", ""), "GET", 302, 3, {CENSUS_GET, CENSUS_REDIRECTED, NONE}},
        {HEAD("HEAD", "/", ""), "HEAD", 302, 3, {CENSUS_HEAD, CENSUS_REDIRECTED, NONE}},
        {HEAD("OPTIONS", "/", ""), "OPTIONS", 307, 3, {CENSUS_OPTIONS, CENSUS_REDIRECTED, NONE}},
        {HEAD("DELETE", "/", ""), "DELETE", 307, 3, {CENSUS_DELETE, CENSUS_REDIRECTED, NONE}},
        {HEAD("PROPFIND", "/", ""), "PROPFIND", 307, 3, {CENSUS_OTHER, CENSUS_REDIRECTED, NONE}},
        {HEAD("GET", "/", BASIC),
         "GET",
         302,
         6,
         {CENSUS_GET, CENSUS_BASIC, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, NONE, CENSUS_SENDER + HTTP_AGENT_NONE}},
        {HEAD("GET", "/", "authorization: bASIC eDp5\r\n"),
         "GET",
         302,
         6,
         {CENSUS_GET, CENSUS_BASIC, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, NONE, CENSUS_SENDER + HTTP_AGENT_NONE}},
        {HEAD("GET", "/", "Authorization: Basically no\r\n"),
         "GET",
         302,
         6,
         {CENSUS_GET, CENSUS_AUTHORIZATION, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, NONE, CENSUS_SENDER + HTTP_AGENT_NONE}},
        {HEAD("GET", "/", "Authorization: Bearer abc\r\nUser-Agent: curl/8.0\r\n"),
         "GET",
         302,
         6,
         {CENSUS_GET, CENSUS_AUTHORIZATION, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, CENSUS_CLASS + HTTP_AGENT_CURL,
          CENSUS_SENDER + HTTP_AGENT_CURL}},
        {HEAD("GET", "/", "Authorization:\r\nCookie:\r\n"), "GET", 302, 3, {CENSUS_GET, CENSUS_REDIRECTED, NONE}},
        {HEAD("GET", "/", "Cookie: a=b\r\nUpgrade-Insecure-Requests: 1\r\n"),
         "GET",
         302,
         6,
         {CENSUS_GET, CENSUS_COOKIES, CENSUS_IN_CLEAR, CENSUS_BROWSERS, CENSUS_REDIRECTED, NONE}},
        {HEAD("POST", "/", "Content-Length: 3\r\n") "a=b",
         "POST",
         307,
         5,
         {CENSUS_POST, CENSUS_CONTENT, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, NONE}},
        {HEAD("POST", "/", "Content-Length: 0\r\n"), "POST", 307, 3, {CENSUS_POST, CENSUS_REDIRECTED, NONE}},
        {HEAD("PUT", "/", "Transfer-Encoding: chunked\r\n") "3\r\na=b\r\n0\r\n\r\n",
         "PUT",
         307,
         5,
         {CENSUS_PUT, CENSUS_CONTENT, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, NONE}},
        {HEAD("PATCH", "/", "Content-Length: 3\r\nUpgrade-Insecure-Requests: 1\r\n") "a=b",
         "PATCH",
         307,
         7,
         {CENSUS_PATCH, CENSUS_CONTENT, CENSUS_FORMS, CENSUS_IN_CLEAR, CENSUS_BROWSERS, CENSUS_REDIRECTED, NONE}},
        /* it waits to be told to go on, and is not */
        {HEAD("POST", "/", "Expect: 100-continue\r\nContent-Length: 3\r\n"),
         "POST",
         307,
         3,
         {CENSUS_POST, CENSUS_REDIRECTED, NONE}},
        {"GET / HTTP/1.0\r\nHost: app.test\r\n" BASIC "\r\n",
         "GET",
         302,
         6,
         {CENSUS_GET, CENSUS_BASIC, CENSUS_IN_CLEAR, CENSUS_REDIRECTED, NONE, CENSUS_SENDER + HTTP_AGENT_NONE}},
        /* no site is known for these, or they are not a client's */
        {"GET / HTTP/1.0\r\n" BASIC "\r\n", "GET", 404, 0, {0}},
        {HEAD("GET", "/.well-known/acme-challenge/t", BASIC), "GET", 404, 0, {0}},
        {HEAD("GET", "/", "User-Agent: strictgate-probe/1.0\r\n" BASIC), "GET", 302, 0, {0}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *f = fixture_start(NULL);
        assert_int_equal(ask(f, cases[i].request, cases[i].method), cases[i].status);
        fields_are(f, cases[i].fields, cases[i].count, cases[i].request);
        fixture_stop(f);
    }
}

static void what_comes_over_https_is_none_of_it(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls(f);
    peer_send_text(client, HEAD("GET", "/fixed", BASIC));
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    reply_free(&r);
    peer_close(client);
    fields_are(f, NULL, 0, "over HTTPS");
    fixture_stop(f);
}

/* ---- refusing ---- */

static const struct fixture_options refusing = {.site_flags = SNAP_SITE_REFUSE_CREDENTIALS};

static void what_carries_credentials_is_refused_and_the_rest_redirected(void **state)
{
    static const struct {
        const char *request;
        int status;
    } cases[] = {
        {HEAD("GET", "/", ""), 302},
        {HEAD("GET", "/", "Upgrade-Insecure-Requests: 1\r\n"), 302},
        {HEAD("POST", "/", "Content-Length: 0\r\n"), 307},
        {HEAD("GET", "/", BASIC), 403},
        {HEAD("GET", "/", "Authorization: Bearer abc\r\n"), 403},
        {HEAD("GET", "/", "Cookie: a=b\r\n"), 403},
        {HEAD("POST", "/", "Content-Length: 3\r\n") "a=b", 403},
        {HEAD("POST", "/", "Transfer-Encoding: chunked\r\n") "3\r\na=b\r\n0\r\n\r\n", 403},
        {HEAD("POST", "/", "Expect: 100-continue\r\nContent-Length: 3\r\n"), 403},
        {HEAD("GET", "/.well-known/acme-challenge/unknown", BASIC), 404},
    };
    (void)state;
    struct fixture *f = fixture_start(&refusing);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (ask(f, cases[i].request, "GET") != cases[i].status)
            fail_msg("%s", cases[i].request);
    assert_int_equal(counted(f, CENSUS_REFUSED), 6);
    assert_int_equal(counted(f, CENSUS_REDIRECTED), 3);
    assert_int_equal(fixture_site(f)->redirects, 3);
    assert_true(upstream_is_quiet(f, 0));
    fixture_stop(f);
}

static void a_proof_for_an_authority_is_shown_whatever_was_sent_with_it(void **state)
{
    struct fixture_options options = refusing;
    (void)state;
    options.challenge = "token";
    struct fixture *f = fixture_start(&options);
    assert_int_equal(ask(f, HEAD("GET", "/.well-known/acme-challenge/token", "Cookie: a=b\r\n"), "GET"), 200);
    fixture_stop(f);
}

/* Somebody who does not redirect passes plain HTTP on; not what would be lost on the way. */
static void it_is_refused_where_nothing_is_redirected_as_well(void **state)
{
    struct fixture_options options = refusing;
    (void)state;
    options.redirect_off = true;
    struct fixture *f = fixture_start(&options);
    assert_int_equal(ask(f, HEAD("GET", "/fixed", ""), "GET"), 200);
    assert_int_equal(ask(f, HEAD("GET", "/fixed", BASIC), "GET"), 403);
    struct peer *client = client_tls(f);
    peer_send_text(client, HEAD("GET", "/fixed", BASIC));
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    reply_free(&r);
    peer_close(client);
    fixture_stop(f);
}

static struct reply refused(struct fixture *f, const char *request)
{
    struct peer *client = client_plain(f);
    peer_send_text(client, request);
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 403);
    assert_no_field(r.head, "Strict-Transport-Security");
    assert_no_field(r.head, "Location");
    assert_field(r.head, "Cache-Control", "no-store");
    peer_close(client);
    return r;
}

static bool has(const struct reply *r, const char *text)
{
    return memmem(r->body.data + r->body.start, r->body.size, text, strlen(text)) != NULL;
}

static void the_answer_is_in_the_form_that_was_asked_for(void **state)
{
    static const struct {
        const char *accept, *type;
    } cases[] = {
        {"", "text/plain; charset=utf-8"},
        {"Accept: */*\r\n", "text/plain; charset=utf-8"},
        {"Accept: text/html,application/xhtml+xml,*/*;q=0.8\r\n", "text/html; charset=utf-8"},
        {"accept: Application/JSON\r\n", "application/problem+json"},
    };
    (void)state;
    struct fixture *f = fixture_start(&refusing);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char request[512];
        (void)snprintf(request, sizeof request, "GET /a?token=secret HTTP/1.1\r\nHost: app.test\r\n%s%s\r\n", BASIC,
                       cases[i].accept);
        struct reply r = refused(f, request);
        assert_field(r.head, "Content-Type", cases[i].type);
        assert_true(has(&r, "https://app.test/a"));
        assert_true(has(&r, "Change what was exposed"));
        assert_false(has(&r, "secret"));
        reply_free(&r);
    }
    fixture_stop(f);
}

/* What a path may hold ends neither the JSON nor the HTML. */
static void a_path_stays_text(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&refusing);
    struct reply r = refused(f, HEAD("GET", "/\"\\<b>", BASIC "Accept: application/json\r\n"));
    assert_true(has(&r, "\"https\":\"https://app.test/\\u0022\\u005c<b>\"}"));
    reply_free(&r);
    r = refused(f, HEAD("GET", "/\"\\<b>", BASIC "Accept: text/html\r\n"));
    assert_true(has(&r, "https://app.test/&quot;\\&lt;b&gt;"));
    reply_free(&r);
    fixture_stop(f);
}

/* What follows could not be told from a request; and it was never asked for. */
static void the_connection_ends_where_content_is_on_its_way(void **state)
{
    static const char *const requests[] = {
        HEAD("POST", "/", "Content-Length: 100\r\n") "a=b",
        HEAD("POST", "/", "Expect: 100-continue\r\nContent-Length: 3\r\n"),
        HEAD("POST", "/", "Transfer-Encoding: chunked\r\n") "3\r\na=b\r\n",
    };
    (void)state;
    struct fixture *f = fixture_start(&refusing);
    for (size_t i = 0; i < sizeof requests / sizeof *requests; i++) {
        struct reply r = refused(f, requests[i]);
        assert_field(r.head, "Connection", "close");
        assert_true(has(&r, i == 1 ? "was about to send content" : "Change what was exposed"));
        reply_free(&r);
    }
    struct reply r = refused(f, HEAD("GET", "/", BASIC));
    assert_no_field(r.head, "Connection");
    reply_free(&r);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_request_is_counted_for_what_it_was),
        cmocka_unit_test(what_comes_over_https_is_none_of_it),
        cmocka_unit_test(what_carries_credentials_is_refused_and_the_rest_redirected),
        cmocka_unit_test(a_proof_for_an_authority_is_shown_whatever_was_sent_with_it),
        cmocka_unit_test(it_is_refused_where_nothing_is_redirected_as_well),
        cmocka_unit_test(the_answer_is_in_the_form_that_was_asked_for),
        cmocka_unit_test(a_path_stays_text),
        cmocka_unit_test(the_connection_ends_where_content_is_on_its_way),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
