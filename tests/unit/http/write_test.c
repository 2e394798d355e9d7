/* Serialised heads, and what is never serialised. */
#include "http/write.h"

#include "check.h"
#include "http/h1.h"

#define F(name_, value_, id_, hop)                                                                                     \
    {                                                                                                                  \
        .name = STR_INIT(name_), .value = STR_INIT(value_), .id = id_, .hop_by_hop = hop                               \
    }

static void a_request_is_written_anew(void **state)
{
    (void)state;
    struct http_field fields[] = {
        F("Accept", "*/*", HTTP_FIELD_OTHER, false),
        F("Content-Length", "7", HTTP_FIELD_CONTENT_LENGTH, false),
        F("Connection", "close", HTTP_FIELD_CONNECTION, true),
        F("X-Empty", "", HTTP_FIELD_OTHER, false),
    };
    struct http_field extra[] = {F("X-Forwarded-Proto", "https", HTTP_FIELD_X_FORWARDED_PROTO, false)};
    struct http_request r = {.method = HTTP_METHOD_POST,
                             .method_text = STR("POST"),
                             .path = STR("/a"),
                             .query = STR("?b"),
                             .authority = STR("a.example:8443"),
                             .framing = HTTP_FRAMING_LENGTH,
                             .content_length = 5,
                             .fields = fields,
                             .fields_count = 4};
    struct buf out;
    buf_init(&out, 1024);
    assert_true(h1_write_request(&out, &r, extra, 1));
    assert_str(buf_str(&out), STR("POST /a?b HTTP/1.1\r\nHost: a.example:8443\r\nAccept: */*\r\nX-Empty: \r\n"
                                  "X-Forwarded-Proto: https\r\nContent-Length: 5\r\n\r\n"));
    buf_clear(&out);
    r.framing = HTTP_FRAMING_STREAM;
    r.fields_count = 0;
    assert_true(h1_write_request(&out, &r, NULL, 0));
    assert_str(buf_str(&out), STR("POST /a?b HTTP/1.1\r\nHost: a.example:8443\r\nTransfer-Encoding: chunked\r\n\r\n"));
    buf_clear(&out);
    r.framing = HTTP_FRAMING_NONE;
    r.websocket = true;
    assert_true(h1_write_request(&out, &r, NULL, 0));
    assert_str(buf_str(&out), STR("POST /a?b HTTP/1.1\r\nHost: a.example:8443\r\nConnection: Upgrade\r\n"
                                  "Upgrade: websocket\r\n\r\n"));
    buf_fini(&out);
}

static void a_response_is_written_anew(void **state)
{
    (void)state;
    struct http_field fields[] = {
        F("Server", "x", HTTP_FIELD_SERVER, false),
        F("Keep-Alive", "timeout=5", HTTP_FIELD_KEEP_ALIVE, true),
    };
    struct http_response r = {.status = 404, .framing = HTTP_FRAMING_LENGTH, .fields = fields, .fields_count = 2};
    struct buf out;
    buf_init(&out, 1024);
    assert_true(h1_write_response(&out, &r, NULL, 0));
    assert_str(buf_str(&out), STR("HTTP/1.1 404 Not Found\r\nServer: x\r\nContent-Length: 0\r\n\r\n"));
    buf_clear(&out);
    r = (struct http_response){.status = 599, .reason = STR("Own words"), .framing = HTTP_FRAMING_CHUNKED};
    assert_true(h1_write_response(&out, &r, NULL, 0));
    assert_str(buf_str(&out), STR("HTTP/1.1 599 Own words\r\nTransfer-Encoding: chunked\r\n\r\n"));
    buf_clear(&out);
    r = (struct http_response){.status = 101, .websocket = true};
    assert_true(h1_write_response(&out, &r, NULL, 0));
    assert_str(buf_str(&out),
               STR("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"));
    buf_fini(&out);
}

static void chunks_frame_content(void **state)
{
    (void)state;
    struct http_field trailers[] = {F("X-Sum", "1", HTTP_FIELD_OTHER, false), F("Host", "a", HTTP_FIELD_HOST, true)};
    struct buf out;
    buf_init(&out, 1024);
    assert_true(h1_write_chunk_head(&out, 26));
    assert_true(h1_write_chunk_tail(&out));
    assert_true(h1_write_chunks_end(&out, trailers, 2));
    assert_str(buf_str(&out), STR("1a\r\n\r\n0\r\nX-Sum: 1\r\n\r\n"));
    assert_false(h1_write_chunk_head(&out, 0));
    assert_false(buf_ok(&out));
    buf_fini(&out);
}

static void no_value_ends_a_line(void **state)
{
    (void)state;
    static const struct str bad[] = {STR_INIT("a\r\nX: y"), STR_INIT("a\n"),  STR_INIT("\r"),
                                     STR_INIT("a\0b"),      STR_INIT("\x1b"), STR_INIT("\x7f")};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct buf out;
        buf_init(&out, 1024);
        assert_false(h1_write_field(&out, STR("X"), bad[i]));
        assert_false(buf_ok(&out));
        buf_clear(&out);
        assert_false(h1_write_field(&out, bad[i], STR("x")));
        assert_false(buf_ok(&out));
        buf_clear(&out);
        assert_false(h1_write_status_line(&out, 200, bad[i]));
        assert_false(buf_ok(&out));
        buf_clear(&out);
        assert_false(h1_write_request_line(&out, STR("GET"), bad[i], STR("")));
        assert_false(h1_write_request_line(&out, STR("GET"), STR("/"), bad[i]));
        assert_false(h1_write_request_line(&out, bad[i], STR("/"), STR("")));
        assert_int_equal(buf_str(&out).size, 0);
        buf_fini(&out);
    }
    struct buf out;
    buf_init(&out, 1024);
    assert_false(h1_write_field(&out, STR("X Y"), STR("")));
    buf_clear(&out);
    assert_false(h1_write_field(&out, STR(""), STR("")));
    buf_clear(&out);
    assert_false(h1_write_request_line(&out, STR("GET"), STR("/ "), STR("")));
    assert_false(h1_write_request_line(&out, STR("GET"), STR(""), STR("")));
    buf_clear(&out);
    assert_false(h1_write_status_line(&out, 99, STR("")));
    assert_false(h1_write_status_line(&out, 1000, STR("")));
    buf_fini(&out);
}

static void a_full_buffer_is_noticed_at_every_size(void **state)
{
    (void)state;
    struct http_field fields[] = {F("Server", "x", HTTP_FIELD_SERVER, false)};
    struct http_request r = {.method_text = STR("GET"),
                             .path = STR("/"),
                             .authority = STR("a"),
                             .framing = HTTP_FRAMING_LENGTH,
                             .fields = fields,
                             .fields_count = 1};
    const size_t whole = sizeof "GET / HTTP/1.1\r\nHost: a\r\nServer: x\r\nContent-Length: 0\r\n\r\n" - 1;
    for (size_t cap = 0; cap <= whole; cap++) {
        struct buf out;
        buf_init(&out, cap);
        assert_int_equal(h1_write_request(&out, &r, NULL, 0), cap == whole);
        assert_int_equal(buf_ok(&out), cap == whole);
        buf_fini(&out);
    }
}

static void what_was_parsed_and_written_parses_the_same(void **state)
{
    (void)state;
    const struct str in = STR("PUT http://a.example/x?y HTTP/1.1\r\nHost: a.example\r\nX-A: 1\r\nX-B:\t2 \r\n"
                              "Connection: close, X-A\r\nTransfer-Encoding: chunked\r\n\r\n");
    struct http_field fields[HTTP_FIELDS_COUNT_MAX], again_fields[HTTP_FIELDS_COUNT_MAX];
    struct http_request r, again;
    struct h1_scan scan = {0}, again_scan = {0};
    enum h1_reason reason;
    size_t size;
    struct buf out;
    buf_init(&out, 1024);
    assert_int_equal(h1_parse_request(in, 1024, &scan, fields, &r, &size, &reason), H1_OK);
    assert_true(h1_write_request(&out, &r, NULL, 0));
    assert_int_equal(h1_parse_request(buf_str(&out), 1024, &again_scan, again_fields, &again, &size, &reason), H1_OK);
    assert_str(again.target, STR("/x?y"));
    assert_str(again.authority, STR("a.example"));
    assert_int_equal(again.framing, HTTP_FRAMING_CHUNKED);
    assert_int_equal(again.fields_count, 2);
    assert_str(again.fields[0].name, STR("X-B"));
    assert_str(again.fields[0].value, STR("2"));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_is_written_anew),
        cmocka_unit_test(a_response_is_written_anew),
        cmocka_unit_test(chunks_frame_content),
        cmocka_unit_test(no_value_ends_a_line),
        cmocka_unit_test(a_full_buffer_is_noticed_at_every_size),
        cmocka_unit_test(what_was_parsed_and_written_parses_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
