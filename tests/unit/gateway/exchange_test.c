/* Requests and responses from end to end: which fields a response has, whatever made it. */
#include "gateway_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void answer(struct peer *upstream, const char *response)
{
    free(peer_head(upstream));
    peer_send_text(upstream, response);
}

static void a_request_is_answered_by_the_upstream(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls(f);
    send_get(client, "/hello");
    struct peer *upstream = upstream_accept(f, 0);
    answer(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_str(buf_str(&r.body), STR("hello"));
    assert_field(r.head, "Strict-Transport-Security", "max-age=300");
    reply_free(&r);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* As many fields as the parser takes: the ones the gateway adds must have room, too. */
static void a_response_with_as_many_fields_as_allowed_gets_ours_as_well(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls(f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    free(peer_head(upstream));
    peer_send_text(upstream, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n");
    for (int i = 1; i < HTTP_FIELDS_COUNT_MAX; i++)
        peer_send_text(upstream, "X-Field: value\r\n");
    peer_send_text(upstream, "\r\n");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_int_equal(head_field(r.head, "X-Field", NULL), HTTP_FIELDS_COUNT_MAX - 1);
    assert_field(r.head, "Strict-Transport-Security", "max-age=300");
    assert_int_equal(head_field(r.head, "Date", NULL), 1);
    reply_free(&r);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

/* ---- Strict-Transport-Security ---- */

static void one_promise_on_every_response_over_tls(void **state)
{
    (void)state;
    static const struct {
        const char *method, *request;
        int status;
    } cases[] = {
        {"GET", "GET /fixed HTTP/1.1\r\nHost: app.test\r\n\r\n", 200},
        {"HEAD", "HEAD /fixed HTTP/1.1\r\nHost: app.test\r\n\r\n", 200},
        {"GET", "GET /nothing HTTP/1.1\r\nHost: app.test\r\n\r\n", 204},
        {"GET", "GET /files/missing HTTP/1.1\r\nHost: app.test\r\n\r\n", 404},
        {"POST", "POST /files/x HTTP/1.1\r\nHost: app.test\r\nContent-Length: 0\r\n\r\n", 405},
        {"TRACE", "TRACE / HTTP/1.1\r\nHost: app.test\r\n\r\n", 405},
        {"GET", "GET /files/%00 HTTP/1.1\r\nHost: app.test\r\n\r\n", 400},
        {"GET", "GET / HTTP/1.1\r\nHost: app.test\r\nHost: app.test\r\n\r\n", 400},
        {"GET", "nonsense\r\n\r\n", 400},
        {"GET", "GET / HTTP/9.9\r\nHost: app.test\r\n\r\n", 505},
        {"POST", "POST / HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 501},
        {"POST", "POST / HTTP/1.1\r\nHost: app.test\r\nExpect: a miracle\r\nContent-Length: 1\r\n\r\n", 417},
        {"GET", "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n", 502},
    };
    struct fixture *f = fixture_start(&(struct fixture_options){.upstream_refuses = {true}});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct peer *client = client_tls(f);
        peer_send_text(client, cases[i].request);
        struct reply r = peer_reply(client, cases[i].method);
        assert_int_equal(r.status, cases[i].status);
        assert_field(r.head, "Strict-Transport-Security", "max-age=300");
        reply_free(&r);
        peer_close(client);
        client = client_plain(f);
        peer_send_text(client, cases[i].request);
        r = peer_reply(client, cases[i].method);
        assert_no_field(r.head, "Strict-Transport-Security");
        reply_free(&r);
        peer_close(client);
    }
    fixture_stop(f);
}

static void the_applications_promise_is_replaced_wherever_it_stands(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls(f);
    send_get(client, "/");
    struct peer *upstream = upstream_accept(f, 0);
    answer(upstream,
           "HTTP/1.1 103 Early Hints\r\nStrict-Transport-Security: max-age=1\r\n\r\n"
           "HTTP/1.1 200 OK\r\nSTRICT-transport-SECURITY: max-age=2\r\nStrict-Transport-Security: max-age=3\r\n"
           "Trailer: Strict-Transport-Security\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
           "Strict-Transport-Security: max-age=4\r\nX-Checksum: 1\r\n\r\n");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 103);
    assert_no_field(r.head, "Strict-Transport-Security");
    reply_free(&r);
    r = peer_reply(client, "GET");
    assert_field(r.head, "Strict-Transport-Security", "max-age=300");
    assert_string_equal(r.trailers, "X-Checksum: 1\r\n\r\n");
    assert_int_equal(counter_get(&fixture_site(f)->hsts_removed), 2);
    reply_free(&r);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

static void no_promise_for_an_address_or_another_site(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(NULL);
    struct peer *client = client_tls_to(f, PORT_HTTPS, NULL, NULL);
    peer_send_text(client, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    struct reply r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    assert_no_field(r.head, "Strict-Transport-Security");
    reply_free(&r);
    peer_close(client);
    client = client_tls(f);
    peer_send_text(client, "GET / HTTP/1.1\r\nHost: other.test\r\n\r\n");
    r = peer_reply(client, "GET");
    assert_int_equal(r.status, 421);
    assert_no_field(r.head, "Strict-Transport-Security");
    reply_free(&r);
    peer_send_text(client, "GET /fixed HTTP/1.1\r\nHost: alias.test\r\n\r\n");
    r = peer_reply(client, "GET");
    assert_int_equal(r.status, 200);
    reply_free(&r);
    peer_close(client);
    fixture_stop(f);
}

/* ---- requests as sent, redirects, pages ---- */

static void a_request_is_written_anew_for_the_upstream(void **state)
{
    (void)state;
    static const struct {
        const char *request, *sent;
    } cases[] = {
        {"GET /a?b=%20 HTTP/1.1\r\nHost: APP.test\r\nAccept: */*\r\n\r\n",
         "GET /a?b=%20 HTTP/1.1\r\nHost: APP.test\r\nAccept: */*\r\nX-Forwarded-For: 127.0.0.1\r\n"
         "X-Forwarded-Proto: http\r\nX-Forwarded-Host: APP.test\r\nX-Forwarded-Port: 80\r\n"
         "Forwarded: for=127.0.0.1;host=APP.test;proto=http\r\n\r\n"},
        {"GET http://app.test:8080/x HTTP/1.1\r\nHost: app.test:8080\r\nConnection: close, X-Mine\r\nX-Mine: 1\r\n"
         "Keep-Alive: 5\r\nProxy: p\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nTE: trailers\r\n\r\n",
         "GET /x HTTP/1.1\r\nHost: app.test:8080\r\nX-Forwarded-For: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n"
         "X-Forwarded-Host: app.test:8080\r\nX-Forwarded-Port: 8080\r\n"
         "Forwarded: for=127.0.0.1;host=\"app.test:8080\";proto=http\r\n\r\n"},
        {"GET / HTTP/1.1\r\nHost: app.test\r\nX-Forwarded-For: 6.6.6.6\r\nX_Forwarded_Proto: https\r\n"
         "x-forwarded: for=6.6.6.6\r\nX-Forwarded-Anything: 6.6.6.6\r\nForwarded: for=6.6.6.6\r\nTrue-Client-IP: "
         "6.6.6.6\r\nX-Real_IP: 6.6.6.6\r\nFront-End-Https: on\r\nX-For: kept\r\n\r\n",
         "GET / HTTP/1.1\r\nHost: app.test\r\nX-For: kept\r\nX-Forwarded-For: 127.0.0.1\r\n"
         "X-Forwarded-Proto: http\r\nX-Forwarded-Host: app.test\r\nX-Forwarded-Port: 80\r\n"
         "Forwarded: for=127.0.0.1;host=app.test;proto=http\r\n\r\n"},
    };
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true});
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct peer *client = client_plain(f);
        peer_send_text(client, cases[i].request);
        struct peer *upstream = upstream_accept(f, 0);
        char *head = peer_head(upstream);
        assert_string_equal(head, cases[i].sent);
        free(head);
        peer_close(client);
        peer_close(upstream);
    }
    fixture_stop(f);
}

static void large_heads(struct snap_limits *limits)
{
    limits->head_size_max = 200000;
}

static void a_head_as_large_as_the_limit_allows_is_passed_on(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true, .set_limits = large_heads});
    struct peer *client = client_plain(f);
    char *value = calloc(1, 150001);
    assert_non_null(value);
    memset(value, 'v', 150000);
    peer_send_text(client, "GET / HTTP/1.1\r\nHost: app.test\r\nX-Large: ");
    peer_send_text(client, value);
    peer_send_text(client, "\r\n\r\n");
    struct peer *upstream = upstream_accept(f, 0);
    char *head = peer_head(upstream);
    assert_non_null(strstr(head, value));
    free(head);
    free(value);
    peer_close(client);
    peer_close(upstream);
    fixture_stop(f);
}

static void redirects_keep_method_host_and_path(void **state)
{
    (void)state;
    static const struct {
        const char *method, *target, *host;
        enum snap_redirect redirect;
        uint16_t http_port, https_port;
        int status;
        const char *location;
    } cases[] = {
        {"GET", "/a?b", "app.test", SNAP_REDIRECT_TEMPORARY, 80, 443, 302, "https://app.test/a?b"},
        {"HEAD", "/", "app.test", SNAP_REDIRECT_TEMPORARY, 80, 443, 302, "https://app.test/"},
        {"POST", "/", "app.test", SNAP_REDIRECT_TEMPORARY, 80, 443, 307, "https://app.test/"},
        {"GET", "/", "app.test", SNAP_REDIRECT_PERMANENT, 80, 443, 301, "https://app.test/"},
        {"DELETE", "/", "app.test", SNAP_REDIRECT_PERMANENT, 80, 443, 308, "https://app.test/"},
        {"GET", "//evil.test/", "alias.test", SNAP_REDIRECT_PERMANENT, 80, 443, 301, "https://alias.test//evil.test/"},
        {"GET", "/", "a.wild.test:8080", SNAP_REDIRECT_TEMPORARY, 8080, 8443, 302, "https://a.wild.test:8443/"},
        {"GET", "/", "app.test:8080", SNAP_REDIRECT_TEMPORARY, 8080, 8080, 302, "https://app.test:8080/"},
        {"OPTIONS", "*", "app.test", SNAP_REDIRECT_TEMPORARY, 80, 443, 307, "https://app.test/"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture *f = fixture_start(&(struct fixture_options){.redirect = cases[i].redirect,
                                                                    .public_http_port = cases[i].http_port,
                                                                    .public_https_port = cases[i].https_port});
        struct peer *client = client_plain(f);
        char request[256];
        (void)snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: %s\r\nContent-Length: 0\r\n\r\n",
                       cases[i].method, cases[i].target, cases[i].host);
        peer_send_text(client, request);
        struct reply r = peer_reply(client, cases[i].method);
        assert_int_equal(r.status, cases[i].status);
        assert_field(r.head, "Location", cases[i].location);
        reply_free(&r);
        peer_close(client);
        fixture_stop(f);
    }
}

static void challenges_are_answered_for_any_host_and_connections_go_on(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.challenge = "token-1"});
    struct peer *client = client_plain(f);
    static const char *const hosts[] = {"app.test", "unknown.test", "192.0.2.1"};
    for (int i = 0; i < 300; i++) { /* more than the worker keeps exchanges for */
        char request[256];
        (void)snprintf(request, sizeof request, "GET /.well-known/acme-challenge/token-1 HTTP/1.1\r\nHost: %s\r\n\r\n",
                       hosts[i % 3]);
        peer_send_text(client, request);
        struct reply r = peer_reply(client, "GET");
        assert_int_equal(r.status, 200);
        assert_str(buf_str(&r.body), STR("content of token-1"));
        reply_free(&r);
    }
    peer_close(client);
    fixture_stop(f);
}

/* RFC 8737: the handshake is the proof; no byte of HTTP is taken on such a connection. */
static void a_ca_that_has_seen_its_proof_is_let_go(void **state)
{
    (void)state;
    struct fixture *f = fixture_start(&(struct fixture_options){.alpn_challenge = "app.test"});
    struct peer *ca = client_tls_to(f, PORT_HTTPS, "app.test",
                                    "\x0a"
                                    "acme-tls/1");
    peer_expect_end(ca);
    peer_close(ca);
    assert_int_equal(counter_get(&fixture_counters(f)->validations), 1);
    assert_int_equal(counter_get(&fixture_counters(f)->handshakes), 0);
    ca = client_tls_to(f, PORT_HTTPS, "app.test",
                       "\x0a"
                       "acme-tls/1");
    peer_send_text(ca, "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n");
    peer_expect_end(ca);
    peer_close(ca);
    assert_true(upstream_is_quiet(f, 0));
    struct peer *browser = client_tls_to(f, PORT_HTTPS, "app.test",
                                         "\x0a"
                                         "acme-tls/1"
                                         "\x08"
                                         "http/1.1");
    peer_send_text(browser, "GET /fixed HTTP/1.1\r\nHost: app.test\r\n\r\n");
    struct reply r = peer_reply(browser, "GET");
    assert_int_equal(r.status, 200);
    reply_free(&r);
    peer_close(browser);
    fixture_stop(f);
}

static void an_own_error_page_gets_its_values_escaped(void **state)
{
    (void)state;
    static const struct fixture_options options = {
        .redirect_off = true,
        .upstream_refuses = {true},
        .error_page = "<p>{{status}} {{reason}} {{site}} {{unknown}} {{{{status}}} {{message}}{"};
    struct fixture *f = fixture_start(&options);
    struct peer *client = client_plain(f);
    send_get(client, "/files/nothing");
    struct reply r = peer_reply(client, "GET");
    assert_str(buf_str(&r.body),
               STR("<p>404 Not Found app.test {{unknown}} {{404} There is nothing at this address.{"));
    assert_field(r.head, "Content-Type", "text/html; charset=utf-8");
    reply_free(&r);
    peer_close(client);
    fixture_stop(f);
}

/* ---- files ---- */

static void files_are_found_in_their_folder_and_nowhere_else(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        int status;
        const char *type;
    } cases[] = {
        {"/files/a.html", 200, "text/html; charset=utf-8"},
        {"/files/A.JS", 200, "text/javascript; charset=utf-8"},
        {"/files/plain", 200, "application/octet-stream"},
        {"/files/%61.html", 200, "text/html; charset=utf-8"},
        {"/files/./a.html", 200, "text/html; charset=utf-8"},
        {"/files/x/../a.html", 200, "text/html; charset=utf-8"},
        {"/files/../a.html", 400, NULL},
        {"/files/%2e%2e/a.html", 400, NULL},
        {"/files/..%2fa.html", 400, NULL},
        {"/files/a.html%00", 400, NULL},
        {"/files/.hidden", 404, NULL},
        {"/files/%2ehidden", 404, NULL},
        {"/files/link", 404, NULL},
        {"/files/inside", 200, "application/octet-stream"},
        {"/files/a.html/", 404, NULL},
        {"/files/pipe", 404, NULL},
        {"/filesa.html", 502, NULL},
    };
    struct fixture *f = fixture_start(&(struct fixture_options){.redirect_off = true, .upstream_refuses = {true}});
    char path[64];
    fixture_write_file(f, "a.html", STR("a"));
    fixture_write_file(f, "A.JS", STR("a"));
    fixture_write_file(f, "plain", STR("a"));
    fixture_write_file(f, ".hidden", STR("secret"));
    (void)snprintf(path, sizeof path, "%s/link", f->folder);
    assert_int_equal(symlink("/etc/passwd", path), 0);
    (void)snprintf(path, sizeof path, "%s/inside", f->folder);
    assert_int_equal(symlink("plain", path), 0);
    (void)snprintf(path, sizeof path, "%s/pipe", f->folder);
    assert_int_equal(mkfifo(path, 0600), 0);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct peer *client = client_plain(f);
        send_get(client, cases[i].path);
        struct reply r = peer_reply(client, "GET");
        if (r.status != cases[i].status)
            fail_msg("%s: %d", cases[i].path, r.status);
        if (cases[i].type)
            assert_field(r.head, "Content-Type", cases[i].type);
        reply_free(&r);
        peer_close(client);
    }
    (void)snprintf(path, sizeof path, "%s/.hidden", f->folder);
    (void)unlink(path);
    fixture_stop(f);
}

/* ---- generations ---- */

/* All but the promise to browsers: once a generation is acknowledged, no response makes one of an older. */
static void a_request_under_way_ends_by_the_snapshot_it_began_with_but_promises_by_the_present_one(void **state)
{
    (void)state;
    struct fixture_options options = {.hsts = "max-age=300"};
    struct fixture *f = fixture_start(&options);
    struct peer *client = client_tls(f), *bad = client_tls(f);
    send_get(client, "/");
    peer_send_text(bad, "POST /upload HTTP/1.1\r\nHost: app.test\r\nTransfer-Encoding: chunked\r\n\r\n");
    struct peer *first = upstream_accept(f, 0), *second = upstream_accept(f, 0);
    free(peer_head(first));
    free(peer_head(second));
    for (int i = 1; i <= 3; i++) {
        options.hsts = i == 1 ? "max-age=86400; includeSubDomains" : i == 2 ? "" : "max-age=600";
        options.error_page = i == 2 ? "short" : NULL;
        fixture_publish(f, &options);
    }
    peer_send_text(first, "HTTP/1.1 204 No Content\r\n\r\n");
    peer_send_text(second, "HTTP/1.1 204 No Content\r\n\r\n");
    int with_close = 0;
    struct reply r = peer_reply(client, "GET");
    with_close += r.status == 204;
    assert_field(r.head, "Strict-Transport-Security", "max-age=600");
    reply_free(&r);
    r = peer_reply(bad, "POST");
    with_close += r.status == 204;
    assert_field(r.head, "Strict-Transport-Security", "max-age=600");
    reply_free(&r);
    assert_int_equal(with_close, 2);
    send_get(client, "/fixed");
    r = peer_reply(client, "GET");
    assert_field(r.head, "Strict-Transport-Security", "max-age=600");
    reply_free(&r);
    peer_close(client);
    peer_close(bad);
    peer_close(first);
    peer_close(second);
    fixture_stop(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_answered_by_the_upstream),
        cmocka_unit_test(a_response_with_as_many_fields_as_allowed_gets_ours_as_well),
        cmocka_unit_test(one_promise_on_every_response_over_tls),
        cmocka_unit_test(the_applications_promise_is_replaced_wherever_it_stands),
        cmocka_unit_test(no_promise_for_an_address_or_another_site),
        cmocka_unit_test(a_request_is_written_anew_for_the_upstream),
        cmocka_unit_test(a_head_as_large_as_the_limit_allows_is_passed_on),
        cmocka_unit_test(redirects_keep_method_host_and_path),
        cmocka_unit_test(challenges_are_answered_for_any_host_and_connections_go_on),
        cmocka_unit_test(a_ca_that_has_seen_its_proof_is_let_go),
        cmocka_unit_test(an_own_error_page_gets_its_values_escaped),
        cmocka_unit_test(files_are_found_in_their_folder_and_nowhere_else),
        cmocka_unit_test(a_request_under_way_ends_by_the_snapshot_it_began_with_but_promises_by_the_present_one),
    };
    return cmocka_run_group_tests(tests, fixture_world_setup, fixture_world_teardown);
}
