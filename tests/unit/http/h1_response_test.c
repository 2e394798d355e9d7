/* Response heads and trailers: framing, what stays and what is refused. */
#include "http/h1.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"

#define HEAD_SIZE_MAX 4096

struct parsed {
    enum h1_result result;
    enum h1_reason reason;
    size_t size;
    struct http_response response;
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    char *copy;
};

static void parse(struct parsed *p, struct str in, enum http_method method)
{
    struct h1_scan scan = {0};
    p->reason = H1_REASON_NONE;
    p->copy = malloc(in.size ? in.size : 1);
    assert_non_null(p->copy);
    if (in.size)
        memcpy(p->copy, in.data, in.size);
    p->result = h1_parse_response(str_make(p->copy, in.size), HEAD_SIZE_MAX, method, &scan, p->fields, &p->response,
                                  &p->size, &p->reason);
}

static void a_bad_response_head_is_refused(void **state)
{
    (void)state;
#define OK_LINE "HTTP/1.1 200 OK\r\n"
    static const struct {
        const char *head;
        enum h1_reason reason;
    } cases[] = {
        {"HTTP/1.1 200\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1  200 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1 20 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1 2000 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1 +20 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1 099 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1 600 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/1.1 200 O\x01K\r\n\r\n", H1_REASON_STATUS_LINE},
        {"http/1.1 200 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {" HTTP/1.1 200 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"\r\nHTTP/1.1 200 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"ICY 200 OK\r\n\r\n", H1_REASON_STATUS_LINE},
        {"HTTP/2.0 200 OK\r\n\r\n", H1_REASON_VERSION},
        {"HTTP/1.1 200 OK\n\r\n\r\n", H1_REASON_BARE_LF},
        {"HTTP/1.1 200 OK\nX: y\n\n", H1_REASON_BARE_LF},
        {"HTTP/1.1 200 OK\rX: y\r\n\r\n", H1_REASON_BARE_CR},
        {OK_LINE "X: y\r\n z\r\n\r\n", H1_REASON_OBS_FOLD},
        {OK_LINE "X : y\r\n\r\n", H1_REASON_FIELD_NAME},
        {OK_LINE "X: \x02\r\n\r\n", H1_REASON_FIELD_VALUE},
        {OK_LINE "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", H1_REASON_LENGTH_AND_CHUNKED},
        {OK_LINE "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", H1_REASON_CONTENT_LENGTH},
        {OK_LINE "Content-Length: 5, 5\r\n\r\n", H1_REASON_CONTENT_LENGTH},
        {OK_LINE "Content-Length: -1\r\n\r\n", H1_REASON_CONTENT_LENGTH},
        {OK_LINE "Transfer-Encoding: gzip, chunked\r\n\r\n", H1_REASON_TRANSFER_CODING},
        {OK_LINE "Transfer-Encoding: identity\r\n\r\n", H1_REASON_TRANSFER_ENCODING},
        {"HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", H1_REASON_TRANSFER_ENCODING},
        {"HTTP/1.1 204 No\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", H1_REASON_LENGTH_AND_CHUNKED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), HTTP_METHOD_GET);
        if (p.result != H1_BAD || p.reason != cases[i].reason)
            fail_msg("\"%s\": result %d, reason %d instead of %d", cases[i].head, (int)p.result, (int)p.reason,
                     (int)cases[i].reason);
        free(p.copy);
    }
}

static void status_method_and_fields_decide_the_framing(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        enum http_method method;
        enum http_framing framing;
        uint64_t size;
        bool keep_alive;
    } cases[] = {
        {OK_LINE "Content-Length: 12\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_LENGTH, 12, true},
        {OK_LINE "Content-Length: 0\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_LENGTH, 0, true},
        {OK_LINE "Transfer-Encoding: chunked\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_CHUNKED, 0, true},
        {OK_LINE "\r\n", HTTP_METHOD_GET, HTTP_FRAMING_CLOSE, 0, false},
        {OK_LINE "Content-Length: 12\r\nConnection: close\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_LENGTH, 12, false},
        {OK_LINE "Content-Length: 12\r\n\r\n", HTTP_METHOD_HEAD, HTTP_FRAMING_NONE, 12, true},
        {OK_LINE "Transfer-Encoding: chunked\r\n\r\n", HTTP_METHOD_HEAD, HTTP_FRAMING_NONE, 0, true},
        {OK_LINE "\r\n", HTTP_METHOD_HEAD, HTTP_FRAMING_NONE, 0, true},
        {"HTTP/1.1 304 \r\nContent-Length: 9\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_NONE, 9, true},
        {"HTTP/1.1 204 No Content\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_NONE, 0, true},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_NONE, 0, true},
        {"HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_NONE, 3, false},
        {"HTTP/1.1 204 No\r\nTransfer-Encoding: chunked\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_NONE, 0, false},
        {"HTTP/1.1 100 Continue\r\n\r\n", HTTP_METHOD_POST, HTTP_FRAMING_NONE, 0, true},
        {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_NONE, 0, true},
        {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_LENGTH, 1, false},
        {"HTTP/1.0 200 OK\r\nContent-Length: 1\r\nConnection: keep-alive\r\n\r\n", HTTP_METHOD_GET, HTTP_FRAMING_LENGTH,
         1, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), cases[i].method);
        if (p.result != H1_OK || p.response.framing != cases[i].framing || p.response.content_length != cases[i].size ||
            p.response.keep_alive != cases[i].keep_alive)
            fail_msg("\"%s\": result %d, framing %d, keep-alive %d", cases[i].head, (int)p.result,
                     (int)p.response.framing, (int)p.response.keep_alive);
        assert_int_equal(p.size, strlen(cases[i].head));
        free(p.copy);
    }
}

static void every_prefix_of_a_response_head_asks_for_more(void **state)
{
    (void)state;
    const struct str head = STR("HTTP/1.1 404 Not \xc3\xa9 Found\r\nServer: x\r\nX: y\r\nContent-Length: 3\r\n\r\n");
    struct parsed p;
    for (size_t size = 0; size < head.size; size++) {
        parse(&p, str_part(head, 0, size), HTTP_METHOD_GET);
        assert_int_equal(p.result, H1_MORE);
        free(p.copy);
    }
    parse(&p, head, HTTP_METHOD_GET);
    assert_int_equal(p.result, H1_OK);
    assert_int_equal(p.response.status, 404);
    assert_str(p.response.reason, STR("Not \xc3\xa9 Found"));
    assert_int_equal(p.response.fields_count, 3);
    free(p.copy);
}

static void a_switch_to_anything_but_websocket_is_none(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool websocket;
    } cases[] = {
        {"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", true},
        {"HTTP/1.1 101 S\r\nUpgrade: WebSocket\r\nConnection: upgrade, x\r\n\r\n", true},
        {"HTTP/1.1 101 S\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n", false},
        {"HTTP/1.1 101 S\r\nUpgrade: websocket\r\n\r\n", false},
        {"HTTP/1.1 101 S\r\nConnection: upgrade\r\n\r\n", false},
        {"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), HTTP_METHOD_GET);
        assert_int_equal(p.result, H1_OK);
        assert_int_equal(p.response.websocket, cases[i].websocket);
        free(p.copy);
    }
}

static bool is_forwarded(const struct http_field *fields, size_t count, struct str name)
{
    for (size_t i = 0; i < count; i++)
        if (str_eq_nocase(fields[i].name, name))
            return !fields[i].hop_by_hop;
    fail_msg("no field %.*s", STR_ARG(name));
    return false;
}

static void an_application_cannot_nominate_away_what_protects_its_users(void **state)
{
    (void)state;
    struct parsed p;
    parse(&p,
          STR("HTTP/1.1 200 OK\r\nConnection: X-Own, Set-Cookie, Strict-Transport-Security, X-Frame-Options\r\n"
              "X-Own: 1\r\nSet-Cookie: a=b\r\nStrict-Transport-Security: max-age=1\r\nX-Frame-Options: DENY\r\n"
              "Proxy-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n"),
          HTTP_METHOD_GET);
    assert_int_equal(p.result, H1_OK);
    assert_false(is_forwarded(p.fields, p.response.fields_count, STR("X-Own")));
    assert_false(is_forwarded(p.fields, p.response.fields_count, STR("Proxy-Authenticate")));
    assert_true(is_forwarded(p.fields, p.response.fields_count, STR("Set-Cookie")));
    assert_true(is_forwarded(p.fields, p.response.fields_count, STR("Strict-Transport-Security")));
    assert_true(is_forwarded(p.fields, p.response.fields_count, STR("X-Frame-Options")));
    free(p.copy);
}

static void content_length_stops_here_with_a_status_that_has_no_content(void **state)
{
    (void)state;
    struct parsed p;
    parse(&p, STR("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n"), HTTP_METHOD_GET);
    assert_false(is_forwarded(p.fields, p.response.fields_count, STR("Content-Length")));
    free(p.copy);
    parse(&p, STR("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"), HTTP_METHOD_GET);
    assert_true(is_forwarded(p.fields, p.response.fields_count, STR("Content-Length")));
    free(p.copy);
}

static enum h1_result parse_trailers(struct str in, struct http_field *fields, size_t *ret_count, size_t *ret_size,
                                     enum h1_reason *ret_reason)
{
    struct h1_scan scan = {0};
    char *copy = malloc(in.size ? in.size : 1);
    assert_non_null(copy);
    if (in.size)
        memcpy(copy, in.data, in.size);
    enum h1_result result =
        h1_parse_trailers(str_make(copy, in.size), 256, &scan, fields, ret_count, ret_size, ret_reason);
    free(copy);
    return result;
}

static void trailers_are_fields_and_an_empty_line(void **state)
{
    (void)state;
    static const struct {
        const char *in;
        enum h1_result result;
        size_t count, size;
        enum h1_reason reason;
    } cases[] = {
        {"\r\n", H1_OK, 0, 2, H1_REASON_NONE},
        {"\r\nGET /", H1_OK, 0, 2, H1_REASON_NONE},
        {"\r\n\r\n", H1_OK, 0, 2, H1_REASON_NONE},
        {"X-Sum: 1\r\n\r\n", H1_OK, 1, 12, H1_REASON_NONE},
        {"X-Sum: 1\r\nY: 2\r\n\r\nrest", H1_OK, 2, 18, H1_REASON_NONE},
        {"", H1_MORE, 0, 0, H1_REASON_NONE},
        {"\r", H1_MORE, 0, 0, H1_REASON_NONE},
        {"X", H1_MORE, 0, 0, H1_REASON_NONE},
        {"X: 1\r\n", H1_MORE, 0, 0, H1_REASON_NONE},
        {"X: 1\r\n\r", H1_MORE, 0, 0, H1_REASON_NONE},
        {"\n", H1_BAD, 0, 0, H1_REASON_BARE_LF},
        {"X: 1\n\n", H1_BAD, 0, 0, H1_REASON_BARE_LF},
        {"X : 1\r\n\r\n", H1_BAD, 0, 0, H1_REASON_FIELD_NAME},
        {"\rX: 1\r\n\r\n", H1_BAD, 0, 0, H1_REASON_BARE_CR},
        {"X: 1\r\n 2\r\n\r\n", H1_BAD, 0, 0, H1_REASON_OBS_FOLD},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_field fields[HTTP_FIELDS_COUNT_MAX];
        size_t count = 0, size = 0;
        enum h1_reason reason = H1_REASON_NONE;
        enum h1_result result = parse_trailers(str_from(cases[i].in), fields, &count, &size, &reason);
        if (result != cases[i].result || count != cases[i].count || size != cases[i].size || reason != cases[i].reason)
            fail_msg("\"%s\": result %d, %zu fields, size %zu, reason %d", cases[i].in, (int)result, count, size,
                     (int)reason);
    }
}

static void trailers_beyond_their_limit_are_refused(void **state)
{
    (void)state;
    char in[300];
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    size_t count, size;
    enum h1_reason reason;
    memset(in, 'x', sizeof in);
    assert_int_equal(parse_trailers(str_make(in, 255), fields, &count, &size, &reason), H1_MORE);
    assert_int_equal(parse_trailers(str_make(in, 256), fields, &count, &size, &reason), H1_BAD);
    assert_int_equal(reason, H1_REASON_HEAD_TOO_LARGE);
}

static void a_trailer_cannot_say_what_a_header_must(void **state)
{
    (void)state;
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct h1_scan scan = {0};
    size_t count, size;
    enum h1_reason reason;
    static const char *const dropped[] = {
        "Transfer-Encoding", "Content-Length",   "Host",       "Connection",
        "Authorization",     "Cookie",           "Set-Cookie", "Content-Type",
        "Content-Encoding",  "X-Forwarded-For",  "Forwarded",  "Location",
        "Cache-Control",     "WWW-Authenticate", "Trailer",    "Strict-Transport-Security",
        "content_length"};
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        char in[128];
        int in_size = snprintf(in, sizeof in, "%s: 1\r\nX-Sum: 1\r\nETag: \"a\"\r\n\r\n", dropped[i]);
        scan.scanned = 0;
        assert_int_equal(h1_parse_trailers(str_make(in, (size_t)in_size), 256, &scan, fields, &count, &size, &reason),
                         H1_OK);
        assert_int_equal(count, 3);
        if (!fields[0].hop_by_hop)
            fail_msg("%s", dropped[i]);
        assert_false(fields[1].hop_by_hop);
        assert_false(fields[2].hop_by_hop);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_response_head_is_refused),
        cmocka_unit_test(status_method_and_fields_decide_the_framing),
        cmocka_unit_test(every_prefix_of_a_response_head_asks_for_more),
        cmocka_unit_test(a_switch_to_anything_but_websocket_is_none),
        cmocka_unit_test(an_application_cannot_nominate_away_what_protects_its_users),
        cmocka_unit_test(content_length_stops_here_with_a_status_that_has_no_content),
        cmocka_unit_test(trailers_are_fields_and_an_empty_line),
        cmocka_unit_test(trailers_beyond_their_limit_are_refused),
        cmocka_unit_test(a_trailer_cannot_say_what_a_header_must),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
