/* Request heads: what is accepted and as what, and each reason for which one is refused. */
#include "http/h1.h"

#include <stdio.h>
#include <stdlib.h>

#include "check.h"

#define HEAD_SIZE_MAX 4096

struct parsed {
    enum h1_result result;
    enum h1_reason reason;
    size_t size;
    struct http_request request;
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    char *copy; /* of exactly the input's size, so that the sanitizer sees a read beyond it */
};

static void parse(struct parsed *p, struct str in, size_t head_size_max)
{
    struct h1_scan scan = {0};
    p->reason = H1_REASON_NONE;
    p->size = 0;
    p->copy = malloc(in.size ? in.size : 1);
    assert_non_null(p->copy);
    if (in.size)
        memcpy(p->copy, in.data, in.size);
    p->result = h1_parse_request(str_make(p->copy, in.size), head_size_max, &scan, p->fields, &p->request, &p->size,
                                 &p->reason);
}

static void parsed_free(struct parsed *p)
{
    free(p->copy);
}

struct bad_case {
    const char *head;
    enum h1_reason reason;
    uint16_t status;
};

#define LINE "GET / HTTP/1.1\r\n"
#define HOST "Host: a.example\r\n"

static void check_bad(const struct bad_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), HEAD_SIZE_MAX);
        if (p.result != H1_BAD || p.reason != cases[i].reason)
            fail_msg("\"%s\": result %d, reason %d instead of %d", cases[i].head, (int)p.result, (int)p.reason,
                     (int)cases[i].reason);
        assert_int_equal(h1_reason_status(p.reason), cases[i].status);
        assert_true(h1_reason_text(p.reason).size > 0);
        parsed_free(&p);
    }
}

#define CHECK_BAD(cases) check_bad(cases, sizeof(cases) / sizeof *(cases))

static void a_bad_request_line_is_refused(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"GET /\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET  / HTTP/1.1\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET /  HTTP/1.1\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / HTTP/1.1 \r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / HTTP/1.1x\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / HTTP/1.10\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / HTTP/1\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / HTTP/11\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / http/1.1\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET / HTTPS/1.1\r\n" HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET\t/ HTTP/1.1\r\n" HOST "\r\n", H1_REASON_METHOD, 400},
        {" GET / HTTP/1.1\r\n" HOST "\r\n", H1_REASON_METHOD, 400},
        {"G(T / HTTP/1.1\r\n" HOST "\r\n", H1_REASON_METHOD, 400},
        {"G\xc3\x89T / HTTP/1.1\r\n" HOST "\r\n", H1_REASON_METHOD, 400},
        {"\r\n\r\n" LINE HOST "\r\n", H1_REASON_REQUEST_LINE, 400},
        {"\r\n\r\n", H1_REASON_REQUEST_LINE, 400},
        {"GET /\tx HTTP/1.1\r\n" HOST "\r\n", H1_REASON_TARGET, 400},
        {"GET /\x01 HTTP/1.1\r\n" HOST "\r\n", H1_REASON_TARGET, 400},
        {"GET /\x7f HTTP/1.1\r\n" HOST "\r\n", H1_REASON_TARGET, 400},
        {"GET /\xc3\xa9 HTTP/1.1\r\n" HOST "\r\n", H1_REASON_TARGET, 400},
        {"GET /a#b HTTP/1.1\r\n" HOST "\r\n", H1_REASON_TARGET, 400},
        {"GET / HTTP/2.0\r\n" HOST "\r\n", H1_REASON_VERSION, 505},
        {"PRI * HTTP/2.0\r\n\r\n", H1_REASON_VERSION, 505},
        {"GET / HTTP/1.2\r\n" HOST "\r\n", H1_REASON_VERSION, 505},
        {"GET / HTTP/1.9\r\n" HOST "\r\n", H1_REASON_VERSION, 505},
        {"GET / HTTP/0.9\r\n\r\n", H1_REASON_VERSION, 505},
    };
    CHECK_BAD(cases);
}

static void bare_line_ends_are_refused_wherever_they_stand(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"\n" LINE HOST "\r\n", H1_REASON_BARE_LF, 400},
        {"GET\n", H1_REASON_BARE_LF, 400},
        {"GET / HTTP/1.1\n" HOST "\r\n", H1_REASON_BARE_LF, 400},
        {"GET / HTTP/1.1\nHost: a\n\n", H1_REASON_BARE_LF, 400},
        {"GET /\nHTTP/1.1\r\n" HOST "\r\n", H1_REASON_BARE_LF, 400},
        {LINE "Host: a.example\n\r\n\r\n", H1_REASON_BARE_LF, 400},
        {LINE HOST "X: a\nb\r\n\r\n", H1_REASON_BARE_LF, 400},
        {LINE HOST "X\n: a\r\n\r\n", H1_REASON_BARE_LF, 400},
        {LINE HOST "\n\r\n\r\n", H1_REASON_BARE_LF, 400},
        {LINE HOST "\n\n", H1_REASON_BARE_LF, 400},
        {"\r" LINE HOST "\r\n", H1_REASON_BARE_CR, 400},
        {"GET\r / HTTP/1.1\r\n" HOST "\r\n", H1_REASON_BARE_CR, 400},
        {"GET /\r HTTP/1.1\r\n" HOST "\r\n", H1_REASON_BARE_CR, 400},
        {"GET / \rHTTP/1.1\r\n" HOST "\r\n", H1_REASON_BARE_CR, 400},
        {"GET / HTTP/1.1\r" HOST "\r\n", H1_REASON_BARE_CR, 400},
        {LINE HOST "X: a\rb\r\n\r\n", H1_REASON_BARE_CR, 400},
        {LINE HOST "X: a\r\r\n\r\n", H1_REASON_BARE_CR, 400},
        {LINE HOST "X\r: a\r\n\r\n", H1_REASON_BARE_CR, 400},
        {LINE HOST "\rX: a\r\n\r\n", H1_REASON_BARE_CR, 400},
    };
    CHECK_BAD(cases);
}

static void a_bad_field_line_is_refused(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {LINE HOST "X: a\r\n b\r\n\r\n", H1_REASON_OBS_FOLD, 400},
        {LINE HOST "X: a\r\n\tb\r\n\r\n", H1_REASON_OBS_FOLD, 400},
        {LINE " " HOST "\r\n", H1_REASON_OBS_FOLD, 400},
        {LINE HOST "X : a\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "X\t: a\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "Transfer-Encoding : chunked\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST ": a\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "X\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "X Y: a\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "X\xe9: a\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "(X): a\r\n\r\n", H1_REASON_FIELD_NAME, 400},
        {LINE HOST "X: a\x01\r\n\r\n", H1_REASON_FIELD_VALUE, 400},
        {LINE HOST "X: \x1b[31m\r\n\r\n", H1_REASON_FIELD_VALUE, 400},
        {LINE HOST "X: 0123456789\x7f\r\n\r\n", H1_REASON_FIELD_VALUE, 400},
        {LINE HOST "X: 0123456789\x0b\r\n\r\n", H1_REASON_FIELD_VALUE, 400},
    };
    CHECK_BAD(cases);
}

static void a_zero_byte_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    const struct str head = STR("GET /path HTTP/1.1\r\nHost: a.example\r\nX-Field: value of it\r\n\r\n");
    for (size_t i = 0; i + 4 < head.size; i++) {
        char copy[128];
        struct parsed p;
        memcpy(copy, head.data, head.size);
        copy[i] = '\0';
        parse(&p, str_make(copy, head.size), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_BAD);
        parsed_free(&p);
    }
}

static void ambiguous_content_length_is_refused(void **state)
{
    (void)state;
#define CL(value)                                                                                                      \
    {                                                                                                                  \
        LINE HOST "Content-Length: " value "\r\n\r\n", H1_REASON_CONTENT_LENGTH, 400                                   \
    }
    static const struct bad_case cases[] = {
        CL("5\r\nContent-Length: 6"),
        CL("5\r\nContent-Length: 5"),
        CL("5\r\ncontent-length: 5"),
        CL("5, 5"),
        CL("5,5"),
        CL("5,6"),
        CL("+5"),
        CL("-5"),
        CL("5 5"),
        CL("0x5"),
        CL("5a"),
        CL("5."),
        CL(""),
        CL("\"5\""),
        CL("9223372036854775808"),
        CL("18446744073709551616"),
        CL("99999999999999999999999999"),
    };
    CHECK_BAD(cases);
}

static void any_transfer_encoding_but_chunked_is_refused(void **state)
{
    (void)state;
#define TE(value, reason, status)                                                                                      \
    {                                                                                                                  \
        LINE HOST "Transfer-Encoding: " value "\r\n\r\n", reason, status                                               \
    }
    static const struct bad_case cases[] = {
        TE("", H1_REASON_TRANSFER_ENCODING, 400),
        TE("identity", H1_REASON_TRANSFER_ENCODING, 400),
        TE("identity, chunked", H1_REASON_TRANSFER_ENCODING, 400),
        TE("xchunked", H1_REASON_TRANSFER_ENCODING, 400),
        TE("chunked;q=1", H1_REASON_TRANSFER_ENCODING, 400),
        TE("\"chunked\"", H1_REASON_TRANSFER_ENCODING, 400),
        TE("\x0b"
           "chunked",
           H1_REASON_FIELD_VALUE, 400),
        TE("chunked, chunked", H1_REASON_TRANSFER_ENCODING, 400),
        TE("chunked,", H1_REASON_TRANSFER_ENCODING, 400),
        TE(", chunked", H1_REASON_TRANSFER_ENCODING, 400),
        TE("chunked, gzip", H1_REASON_TRANSFER_ENCODING, 400),
        TE("gzip", H1_REASON_TRANSFER_ENCODING, 400),
        TE("chunked\r\nTransfer-Encoding: chunked", H1_REASON_TRANSFER_ENCODING, 400),
        TE("chunked\r\nTransfer-Encoding: identity", H1_REASON_TRANSFER_ENCODING, 400),
        TE("gzip, chunked", H1_REASON_TRANSFER_CODING, 501),
        TE("x-own, chunked", H1_REASON_TRANSFER_CODING, 501),
        TE("chunked\r\nContent-Length: 5", H1_REASON_LENGTH_AND_CHUNKED, 400),
        {LINE HOST "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", H1_REASON_LENGTH_AND_CHUNKED, 400},
        {LINE HOST "Content-Length: 0\r\ntransfer-encoding: x\r\n\r\n", H1_REASON_LENGTH_AND_CHUNKED, 400},
        {"POST / HTTP/1.0\r\n" HOST "Transfer-Encoding: chunked\r\n\r\n", H1_REASON_TRANSFER_ENCODING, 400},
    };
    CHECK_BAD(cases);
}

static void a_host_that_names_none_or_two_is_refused(void **state)
{
    (void)state;
#define BAD_HOST(value)                                                                                                \
    {                                                                                                                  \
        LINE "Host: " value "\r\n\r\n", H1_REASON_HOST_INVALID, 400                                                    \
    }
    static const struct bad_case cases[] = {
        {LINE "\r\n", H1_REASON_HOST_MISSING, 400},
        {LINE HOST HOST "\r\n", H1_REASON_HOST_REPEATED, 400},
        {LINE HOST "host: b.example\r\n\r\n", H1_REASON_HOST_REPEATED, 400},
        BAD_HOST(""),
        BAD_HOST("a b"),
        BAD_HOST("a,b"),
        BAD_HOST("user@a.example"),
        BAD_HOST("user:secret@a.example"),
        BAD_HOST("a.example/"),
        BAD_HOST("a.example:"),
        BAD_HOST("a.example:0"),
        BAD_HOST("a.example:65536"),
        BAD_HOST("a.example:80x"),
        BAD_HOST("a.example:+80"),
        BAD_HOST("a.example:080808"),
        BAD_HOST(":80"),
        BAD_HOST(".a.example"),
        BAD_HOST("a..example"),
        BAD_HOST("."),
        BAD_HOST("a%2eexample"),
        BAD_HOST("a\xc3\xa9"),
        BAD_HOST("2001:db8::1"),
        BAD_HOST("[2001:db8::1"),
        BAD_HOST("[2001:db8::1]x"),
        BAD_HOST("[2001:db8::1]:"),
        BAD_HOST("[fe80::1%25eth0]"),
        BAD_HOST("[v1.x]"),
        BAD_HOST("[]"),
        BAD_HOST("[192.0.2.1]"),
        {"GET / HTTP/1.0\r\nHost:\r\n\r\n", H1_REASON_HOST_INVALID, 400},
    };
    CHECK_BAD(cases);
}

static void a_target_of_the_wrong_form_is_refused(void **state)
{
    (void)state;
#define TARGET(method, target, reason)                                                                                 \
    {                                                                                                                  \
        method " " target " HTTP/1.1\r\n" HOST "\r\n", reason, 400                                                     \
    }
    static const struct bad_case cases[] = {
        TARGET("GET", "*", H1_REASON_TARGET),
        TARGET("OPTIONS", "**", H1_REASON_TARGET),
        TARGET("GET", "a.example", H1_REASON_TARGET),
        TARGET("GET", "a.example:443", H1_REASON_TARGET),
        TARGET("GET", "ftp://a.example/", H1_REASON_TARGET),
        TARGET("GET", "http:/a.example/", H1_REASON_TARGET),
        TARGET("GET", "http:///", H1_REASON_TARGET),
        TARGET("GET", "http://", H1_REASON_TARGET),
        TARGET("GET", "http://user@a.example/", H1_REASON_TARGET),
        TARGET("GET", "http://a.example:x/", H1_REASON_TARGET),
        TARGET("GET", "?x", H1_REASON_TARGET),
        TARGET("GET", "http://b.example/", H1_REASON_HOST_INVALID),
        TARGET("GET", "http://a.example:8080/", H1_REASON_HOST_INVALID),
        TARGET("GET", "http://a.example:443/", H1_REASON_HOST_INVALID),
        TARGET("CONNECT", "/", H1_REASON_TARGET),
        TARGET("CONNECT", "a.example", H1_REASON_TARGET),
        TARGET("CONNECT", "http://a.example/", H1_REASON_TARGET),
        TARGET("CONNECT", "b.example:80", H1_REASON_HOST_INVALID),
        {"GET http://a.example/ HTTP/1.1\r\n\r\n", H1_REASON_HOST_MISSING, 400},
    };
    CHECK_BAD(cases);
}

static void an_unknown_expectation_cannot_be_met(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {LINE HOST "Expect: tea\r\n\r\n", H1_REASON_EXPECT, 417},
        {LINE HOST "Expect: 100-continue, tea\r\n\r\n", H1_REASON_EXPECT, 417},
        {LINE HOST "Expect:\r\n\r\n", H1_REASON_EXPECT, 417},
    };
    CHECK_BAD(cases);
}

static void a_head_beyond_the_limit_is_refused_before_it_is_complete(void **state)
{
    (void)state;
    static char in[HEAD_SIZE_MAX + 64];
    struct parsed p;
    const struct str start = STR(LINE HOST "X: ");
    memset(in, 'x', sizeof in);
    memcpy(in, start.data, start.size);
    parse(&p, str_make(in, HEAD_SIZE_MAX - 1), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_MORE);
    parsed_free(&p);
    parse(&p, str_make(in, HEAD_SIZE_MAX), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_BAD);
    assert_int_equal(p.reason, H1_REASON_HEAD_TOO_LARGE);
    parsed_free(&p);

    memcpy(in + HEAD_SIZE_MAX - 4, "\r\n\r\n", 4);
    parse(&p, str_make(in, HEAD_SIZE_MAX), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_OK);
    assert_int_equal(p.size, HEAD_SIZE_MAX);
    parsed_free(&p);
    parse(&p, str_make(in, HEAD_SIZE_MAX), HEAD_SIZE_MAX - 1);
    assert_int_equal(p.result, H1_BAD);
    assert_int_equal(p.reason, H1_REASON_HEAD_TOO_LARGE);
    assert_str(p.request.host, STR("a.example"));
    assert_int_equal(h1_reason_status(p.reason), 431);
    parsed_free(&p);
}

static void a_target_beyond_its_share_is_told_apart(void **state)
{
    (void)state;
    static char in[2 * HEAD_SIZE_MAX];
    struct parsed p;
    const struct str end = STR(" HTTP/1.1\r\n" HOST "\r\n");
    const size_t share = HEAD_SIZE_MAX / H1_TARGET_SHARE;
    memset(in, 'x', sizeof in);
    memcpy(in, "GET /", 5);
    memcpy(in + 4 + share, end.data, end.size);
    parse(&p, str_make(in, 4 + share + end.size), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_OK);
    assert_int_equal(p.request.target.size, share);
    parsed_free(&p);

    memset(in + 4 + share, 'x', 1);
    memcpy(in + 5 + share, end.data, end.size);
    parse(&p, str_make(in, 5 + share + end.size), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_BAD);
    assert_int_equal(p.reason, H1_REASON_TARGET_TOO_LONG);
    assert_int_equal(h1_reason_status(p.reason), 414);
    parsed_free(&p);

    memset(in + 5, 'x', sizeof in - 5);
    parse(&p, str_make(in, sizeof in), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_BAD);
    assert_int_equal(p.reason, H1_REASON_TARGET_TOO_LONG);
    parsed_free(&p);
}

static void too_many_fields_are_refused(void **state)
{
    (void)state;
    static char in[HEAD_SIZE_MAX];
    size_t size = sizeof LINE HOST - 1;
    struct parsed p;
    memcpy(in, LINE HOST, size);
    for (size_t i = 0; i < HTTP_FIELDS_COUNT_MAX; i++, size += 6)
        memcpy(in + size, "X: y\r\n", 6);
    memcpy(in + size, "\r\n", 2);
    parse(&p, str_make(in, size + 2), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_OK);
    assert_int_equal(p.request.fields_count, HTTP_FIELDS_COUNT_MAX);
    parsed_free(&p);
    memcpy(in + size, "X: y\r\n\r\n", 8);
    parse(&p, str_make(in, size + 8), HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_BAD);
    assert_int_equal(p.reason, H1_REASON_TOO_MANY_FIELDS);
    assert_int_equal(h1_reason_status(p.reason), 431);
    assert_str(p.request.host, STR("a.example"));
    parsed_free(&p);
}

struct good_case {
    const char *line; /* with its fields but Host */
    const char *host; /* the Host field's value, or NULL */
    struct str path, query, authority, name;
    uint16_t port;
};

static void every_form_of_target_gives_path_query_and_host(void **state)
{
    (void)state;
#define S STR_INIT
    static const struct good_case cases[] = {
        {"GET / HTTP/1.1", "a.example", S("/"), S(""), S("a.example"), S("a.example"), 0},
        {"GET //b/c HTTP/1.1", "a.example", S("//b/c"), S(""), S("a.example"), S("a.example"), 0},
        {"GET /p?q=1?2 HTTP/1.1", "A.Example:8443", S("/p"), S("?q=1?2"), S("A.Example:8443"), S("A.Example"), 8443},
        {"GET /? HTTP/1.1", "a.example.", S("/"), S("?"), S("a.example."), S("a.example."), 0},
        {"GET /{a|b}\"<>\\^` HTTP/1.1", "a_b", S("/{a|b}\"<>\\^`"), S(""), S("a_b"), S("a_b"), 0},
        {"GET /x HTTP/1.1", "[2001:db8::1]:80", S("/x"), S(""), S("[2001:db8::1]:80"), S("[2001:db8::1]"), 80},
        {"GET /x HTTP/1.1", "192.0.2.1", S("/x"), S(""), S("192.0.2.1"), S("192.0.2.1"), 0},
        {"GET /x HTTP/1.0", NULL, S("/x"), S(""), S(""), S(""), 0},
        {"OPTIONS * HTTP/1.1", "a.example", S("*"), S(""), S("a.example"), S("a.example"), 0},
        {"GET http://a.example/p?q HTTP/1.1", "A.EXAMPLE", S("/p"), S("?q"), S("a.example"), S("a.example"), 0},
        {"GET HTTP://a.example HTTP/1.1", "a.example:80", S("/"), S(""), S("a.example"), S("a.example"), 0},
        {"GET https://a.example:443?q HTTP/1.1", "a.example", S("/"), S("?q"), S("a.example:443"), S("a.example"), 443},
        {"GET http://a.example/ HTTP/1.0", NULL, S("/"), S(""), S("a.example"), S("a.example"), 0},
        {"OPTIONS http://a.example HTTP/1.1", "a.example", S("*"), S(""), S("a.example"), S("a.example"), 0},
        {"OPTIONS http://a.example/ HTTP/1.1", "a.example", S("/"), S(""), S("a.example"), S("a.example"), 0},
        {"CONNECT a.example:443 HTTP/1.1", "a.example:443", S(""), S(""), S("a.example:443"), S("a.example"), 443},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char in[512];
        const struct good_case *c = &cases[i];
        int size = c->host ? snprintf(in, sizeof in, "%s\r\nHost: %s\r\n\r\n", c->line, c->host)
                           : snprintf(in, sizeof in, "%s\r\n\r\n", c->line);
        struct parsed p;
        parse(&p, str_make(in, (size_t)size), HEAD_SIZE_MAX);
        if (p.result != H1_OK)
            fail_msg("%s: refused for %d", c->line, (int)p.reason);
        assert_int_equal(p.size, size);
        assert_str(p.request.path, c->path);
        assert_str(p.request.query, c->query);
        assert_str(p.request.authority, c->authority);
        assert_str(p.request.host, c->name);
        assert_int_equal(p.request.port, c->port);
        assert_int_equal(p.request.fields_count, 0);
        parsed_free(&p);
    }
}

static const struct str whole = STR_INIT("\r\nPOST /sign-in?next=%2F HTTP/1.1\r\n"
                                         "hOST:a.example:8443\r\n"
                                         "User-Agent: \t Mozilla/5.0 (X11; Linux x86_64)\t \r\n"
                                         "X-Empty:\r\n"
                                         "X-Tab: a\tb\xff\r\n"
                                         "Cookie: a=b; c=\"d e\"\r\n"
                                         "Content-Type: application/x-www-form-urlencoded\r\n"
                                         "Content-Length: 11\r\n"
                                         "Connection: keep-alive\r\n"
                                         "\r\n");

static void check_whole(const struct http_request *r)
{
    static const struct {
        struct str name, value;
        enum http_field_id id;
        bool hop_by_hop;
    } expected[] = {
        {S("User-Agent"), S("Mozilla/5.0 (X11; Linux x86_64)"), HTTP_FIELD_USER_AGENT, false},
        {S("X-Empty"), S(""), HTTP_FIELD_OTHER, false},
        {S("X-Tab"), S("a\tb\xff"), HTTP_FIELD_OTHER, false},
        {S("Cookie"), S("a=b; c=\"d e\""), HTTP_FIELD_COOKIE, false},
        {S("Content-Type"), S("application/x-www-form-urlencoded"), HTTP_FIELD_CONTENT_TYPE, false},
        {S("Content-Length"), S("11"), HTTP_FIELD_CONTENT_LENGTH, false},
        {S("Connection"), S("keep-alive"), HTTP_FIELD_CONNECTION, true},
    };
    assert_int_equal(r->method, HTTP_METHOD_POST);
    assert_str(r->target, STR("/sign-in?next=%2F"));
    assert_int_equal(r->framing, HTTP_FRAMING_LENGTH);
    assert_int_equal(r->content_length, 11);
    assert_true(r->keep_alive);
    assert_int_equal(r->fields_count, sizeof expected / sizeof *expected);
    for (size_t i = 0; i < r->fields_count; i++) {
        assert_str(r->fields[i].name, expected[i].name);
        assert_str(r->fields[i].value, expected[i].value);
        assert_int_equal(r->fields[i].id, expected[i].id);
        assert_int_equal(r->fields[i].hop_by_hop, expected[i].hop_by_hop);
    }
}

static void every_prefix_of_a_head_asks_for_more(void **state)
{
    (void)state;
    struct parsed p;
    for (size_t size = 0; size < whole.size; size++) {
        parse(&p, str_part(whole, 0, size), HEAD_SIZE_MAX);
        if (p.result != H1_MORE)
            fail_msg("%zu bytes: result %d, reason %d", size, (int)p.result, (int)p.reason);
        parsed_free(&p);
    }
    parse(&p, whole, HEAD_SIZE_MAX);
    assert_int_equal(p.result, H1_OK);
    assert_int_equal(p.size, whole.size);
    check_whole(&p.request);
    parsed_free(&p);
}

static void a_head_that_drips_in_is_found_at_its_last_byte(void **state)
{
    (void)state;
    struct http_field fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request request;
    struct h1_scan scan = {0};
    enum h1_reason reason;
    size_t size = 0;
    for (size_t i = 0; i < whole.size; i++)
        assert_int_equal(
            h1_parse_request(str_part(whole, 0, i), HEAD_SIZE_MAX, &scan, fields, &request, &size, &reason), H1_MORE);
    assert_int_equal(h1_parse_request(whole, HEAD_SIZE_MAX, &scan, fields, &request, &size, &reason), H1_OK);
    check_whole(&request);
}

static void what_follows_the_head_is_left_alone(void **state)
{
    (void)state;
    static const char *const rest[] = {"x", "\r\n", "\r\n\r\n", "hello world", LINE HOST "\r\n", "\n", "\r"};
    for (size_t i = 0; i < sizeof rest / sizeof *rest; i++) {
        char in[1024];
        struct parsed p;
        size_t rest_size = strlen(rest[i]);
        memcpy(in, whole.data, whole.size);
        memcpy(in + whole.size, rest[i], rest_size);
        parse(&p, str_make(in, whole.size + rest_size), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        assert_int_equal(p.size, whole.size);
        check_whole(&p.request);
        parsed_free(&p);
    }
}

static void connection_and_version_say_whether_it_stays_open(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool keep_alive;
    } cases[] = {
        {LINE HOST "\r\n", true},
        {LINE HOST "Connection: close\r\n\r\n", false},
        {LINE HOST "Connection: keep-alive, Close\r\n\r\n", false},
        {LINE HOST "Connection: x\r\nConnection: close\r\n\r\n", false},
        {LINE HOST "Connection: closed\r\n\r\n", true},
        {"GET / HTTP/1.0\r\n\r\n", false},
        {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true},
        {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        assert_int_equal(p.request.keep_alive, cases[i].keep_alive);
        parsed_free(&p);
    }
}

static bool is_forwarded(const struct parsed *p, struct str name)
{
    for (size_t i = 0; i < p->request.fields_count; i++)
        if (str_eq_nocase(p->request.fields[i].name, name))
            return !p->request.fields[i].hop_by_hop;
    fail_msg("no field %.*s", STR_ARG(name));
    return false;
}

static void fields_of_this_connection_are_marked(void **state)
{
    (void)state;
    static const struct {
        const char *field;
        bool forwarded;
    } cases[] = {
        {"Connection: x", false},
        {"Keep-Alive: timeout=5", false},
        {"Proxy-Connection: keep-alive", false},
        {"TE: trailers", false},
        {"Transfer-Encoding: chunked", false},
        {"Upgrade: h2c", false},
        {"HTTP2-Settings: AAMAAABkAAQAAP__", false},
        {"Proxy-Authorization: Basic eDp5", false},
        {"Proxy: http://evil.example/", false},
        {"X_Forwarded_For: 127.0.0.1", false},
        {"X-Forwarded_For: 127.0.0.1", false},
        {"Content_Length: 5", false},
        {"Trailer: X-Sum", true},
        {"Authorization: Basic eDp5", true},
        {"X_Own: 1", true},
        {"X-Forwarded-For: 127.0.0.1", true},
        {"Cookie: a=b", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char in[256];
        struct parsed p;
        int size = snprintf(in, sizeof in, LINE HOST "%s\r\n\r\n", cases[i].field);
        parse(&p, str_make(in, (size_t)size), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        struct str rest = str_from(cases[i].field);
        if (is_forwarded(&p, str_cut(&rest, ':')) != cases[i].forwarded)
            fail_msg("%s", cases[i].field);
        parsed_free(&p);
    }
}

static void a_nominated_field_goes_no_further_unless_it_is_protected(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool forwarded;
    } cases[] = {
        {"X-Own", false},          {"Accept", false},         {"Authorization", true},
        {"Cookie", true},          {"X-Forwarded-For", true}, {"X-Forwarded-Proto", true},
        {"X-Forwarded-Ssl", true}, {"X-Real-IP", true},       {"Forwarded", true},
        {"Content-Length", true},  {"Content-Type", true},    {"Sec-Fetch-Site", true},
        {"X-CSRF-Token", true},    {"Origin", true},          {"Range", true},
        {"Cache-Control", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char in[256];
        struct parsed p;
        int size = snprintf(in, sizeof in, LINE HOST "%s: 1\r\nConnection: close, %s,, X-Absent\r\n\r\n", cases[i].name,
                            cases[i].name);
        parse(&p, str_make(in, (size_t)size), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        assert_false(p.request.keep_alive);
        if (is_forwarded(&p, str_from(cases[i].name)) != cases[i].forwarded)
            fail_msg("%s", cases[i].name);
        parsed_free(&p);
    }
}

static void an_expectation_counts_for_content_over_1_1_only(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool expected;
    } cases[] = {
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 1\r\nExpect: 100-Continue\r\n\r\n", true},
        {"POST / HTTP/1.1\r\n" HOST "Transfer-Encoding: Chunked\r\nExpect: 100-continue\r\n\r\n", true},
        {"POST / HTTP/1.1\r\n" HOST "Content-Length: 0\r\nExpect: 100-continue\r\n\r\n", false},
        {"POST / HTTP/1.1\r\n" HOST "Expect: 100-continue\r\n\r\n", false},
        {"POST / HTTP/1.0\r\n" HOST "Content-Length: 1\r\nExpect: 100-continue\r\n\r\n", false},
        {"POST / HTTP/1.0\r\n" HOST "Content-Length: 1\r\nExpect: tea\r\n\r\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        assert_int_equal(p.request.expect_continue, cases[i].expected);
        parsed_free(&p);
    }
}

static void the_framing_follows_from_the_fields(void **state)
{
    (void)state;
    static const struct {
        const char *fields;
        enum http_framing framing;
        uint64_t size;
    } cases[] = {
        {"", HTTP_FRAMING_NONE, 0},
        {"Content-Length: 0\r\n", HTTP_FRAMING_LENGTH, 0},
        {"Content-Length: 007\r\n", HTTP_FRAMING_LENGTH, 7},
        {"Content-Length: 9223372036854775807\r\n", HTTP_FRAMING_LENGTH, INT64_MAX},
        {"Transfer-Encoding: chunked\r\n", HTTP_FRAMING_CHUNKED, 0},
        {"Transfer-Encoding:\tCHUNKED \r\n", HTTP_FRAMING_CHUNKED, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char in[256];
        struct parsed p;
        int size = snprintf(in, sizeof in, LINE HOST "%s\r\n", cases[i].fields);
        parse(&p, str_make(in, (size_t)size), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        assert_int_equal(p.request.framing, cases[i].framing);
        assert_true(p.request.content_length == cases[i].size);
        parsed_free(&p);
    }
}

#define KEY     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION "Sec-WebSocket-Version: 13\r\n"
#define UPGRADE "Upgrade: websocket\r\nConnection: Upgrade\r\n"

static void only_a_full_websocket_handshake_is_one(void **state)
{
    (void)state;
    static const struct {
        const char *head;
        bool websocket;
    } cases[] = {
        {LINE HOST UPGRADE KEY VERSION "\r\n", true},
        {LINE HOST "Upgrade: WebSocket\r\nConnection: keep-alive, upgrade\r\n" KEY VERSION "\r\n", true},
        {LINE HOST "Upgrade: h2c, websocket\r\nConnection: Upgrade\r\n" KEY VERSION "\r\n", true},
        {LINE HOST KEY VERSION "\r\n", false},
        {LINE HOST "Upgrade: websocket\r\n" KEY VERSION "\r\n", false},
        {LINE HOST "Connection: upgrade\r\n" KEY VERSION "\r\n", false},
        {LINE HOST "Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n" KEY VERSION "\r\n", false},
        {LINE HOST UPGRADE VERSION "\r\n", false},
        {LINE HOST UPGRADE KEY KEY VERSION "\r\n", false},
        {LINE HOST UPGRADE KEY "\r\n", false},
        {LINE HOST UPGRADE KEY "Sec-WebSocket-Version: 8\r\n\r\n", false},
        {LINE HOST UPGRADE KEY VERSION "Sec-WebSocket-Version: 8\r\n\r\n", false},
        {LINE HOST UPGRADE "Sec-WebSocket-Key: short\r\n" VERSION "\r\n", false},
        {LINE HOST UPGRADE KEY VERSION "Content-Length: 5\r\n\r\n", false},
        {"POST / HTTP/1.1\r\n" HOST UPGRADE KEY VERSION "\r\n", false},
        {"GET / HTTP/1.0\r\n" HOST UPGRADE KEY VERSION "\r\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct parsed p;
        parse(&p, str_from(cases[i].head), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_OK);
        if (p.request.websocket != cases[i].websocket)
            fail_msg("%s", cases[i].head);
        parsed_free(&p);
    }
}

static void a_refused_request_still_names_its_host(void **state)
{
    (void)state;
    static const char *const heads[] = {
        LINE HOST "X : 1\r\n\r\n",       LINE HOST "Content-Length: x\r\n\r\n",
        LINE HOST "Expect: tea\r\n\r\n", "GET * HTTP/1.1\r\n" HOST "\r\n",
        LINE HOST HOST "\r\n",
    };
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        struct parsed p;
        parse(&p, str_from(heads[i]), HEAD_SIZE_MAX);
        assert_int_equal(p.result, H1_BAD);
        assert_str(p.request.host, STR("a.example"));
        parsed_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_request_line_is_refused),
        cmocka_unit_test(bare_line_ends_are_refused_wherever_they_stand),
        cmocka_unit_test(a_bad_field_line_is_refused),
        cmocka_unit_test(a_zero_byte_is_refused_wherever_it_stands),
        cmocka_unit_test(ambiguous_content_length_is_refused),
        cmocka_unit_test(any_transfer_encoding_but_chunked_is_refused),
        cmocka_unit_test(a_host_that_names_none_or_two_is_refused),
        cmocka_unit_test(a_target_of_the_wrong_form_is_refused),
        cmocka_unit_test(an_unknown_expectation_cannot_be_met),
        cmocka_unit_test(a_head_beyond_the_limit_is_refused_before_it_is_complete),
        cmocka_unit_test(a_target_beyond_its_share_is_told_apart),
        cmocka_unit_test(too_many_fields_are_refused),
        cmocka_unit_test(every_form_of_target_gives_path_query_and_host),
        cmocka_unit_test(every_prefix_of_a_head_asks_for_more),
        cmocka_unit_test(a_head_that_drips_in_is_found_at_its_last_byte),
        cmocka_unit_test(what_follows_the_head_is_left_alone),
        cmocka_unit_test(connection_and_version_say_whether_it_stays_open),
        cmocka_unit_test(fields_of_this_connection_are_marked),
        cmocka_unit_test(a_nominated_field_goes_no_further_unless_it_is_protected),
        cmocka_unit_test(an_expectation_counts_for_content_over_1_1_only),
        cmocka_unit_test(the_framing_follows_from_the_fields),
        cmocka_unit_test(only_a_full_websocket_handshake_is_one),
        cmocka_unit_test(a_refused_request_still_names_its_host),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
