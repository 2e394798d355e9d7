/* Keys, accept values and the translation from HTTP/2. */
#include "http/websocket.h"

#include "check.h"

/* The digest of RFC 6455 section 1.3's example: what a SHA-1 would give for exactly that text. */
static bool example_sha1(struct str data, uint8_t *ret, struct err *err)
{
    static const uint8_t digest[] = {0xb3, 0x7a, 0x4f, 0x2c, 0xc0, 0x62, 0x4f, 0x16, 0x90, 0xf6,
                                     0x46, 0x06, 0xcf, 0x38, 0x59, 0x45, 0xb2, 0xbe, 0xc4, 0xea};
    (void)err;
    assert_str(data, STR("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"));
    memcpy(ret, digest, sizeof digest);
    return true;
}

static bool failing_sha1(struct str data, uint8_t *ret, struct err *err)
{
    (void)data;
    (void)ret;
    (void)err;
    return false;
}

static void the_example_of_the_standard_holds(void **state)
{
    (void)state;
    char accept[WEBSOCKET_ACCEPT_SIZE], key[WEBSOCKET_KEY_SIZE];
    assert_true(websocket_accept(STR("dGhlIHNhbXBsZSBub25jZQ=="), example_sha1, accept));
    assert_str(str_make(accept, sizeof accept), STR("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_true(websocket_key_make((const uint8_t *)"the sample nonce", key));
    assert_str(str_make(key, sizeof key), STR("dGhlIHNhbXBsZSBub25jZQ=="));
}

static void a_failing_digest_or_a_bad_key_gives_no_accept_value(void **state)
{
    (void)state;
    char accept[WEBSOCKET_ACCEPT_SIZE];
    assert_false(websocket_accept(STR("dGhlIHNhbXBsZSBub25jZQ=="), failing_sha1, accept));
    assert_false(websocket_accept(STR("dGhlIHNhbXBsZSBub25jZQ"), example_sha1, accept));
}

static void a_key_is_22_characters_and_two_equal_signs(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        bool valid;
    } cases[] = {
        {"dGhlIHNhbXBsZSBub25jZQ==", true},  {"++++//////////////////==", true},   {"", false},
        {"dGhlIHNhbXBsZSBub25jZQ=", false},  {"dGhlIHNhbXBsZSBub25jZQ===", false}, {"dGhlIHNhbXBsZSBub25jZQAA", false},
        {"dGhlIHNhbXBsZSBub25jZ===", false}, {"dGhlIHNhbXBsZSBub25j-_==", false},  {"dGhlIHNhbXBs SBub25jZQ==", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (websocket_key_is_valid(str_from(cases[i].key)) != cases[i].valid)
            fail_msg("%s", cases[i].key);
}

#define F(name_, value_, id_)                                                                                          \
    {                                                                                                                  \
        .name = STR_INIT(name_), .value = STR_INIT(value_), .id = id_                                                  \
    }

static void an_extended_connect_becomes_a_get(void **state)
{
    (void)state;
    struct http_field fields[] = {
        F("sec-websocket-version", "13", HTTP_FIELD_SEC_WEBSOCKET_VERSION),
        F("sec-websocket-key", "x", HTTP_FIELD_SEC_WEBSOCKET_KEY),
        F("sec-websocket-protocol", "chat", HTTP_FIELD_OTHER),
        F("sec-websocket-version", "8", HTTP_FIELD_SEC_WEBSOCKET_VERSION),
    };
    struct http_request r = {.method = HTTP_METHOD_CONNECT,
                             .method_text = STR("CONNECT"),
                             .http2 = true,
                             .framing = HTTP_FRAMING_STREAM,
                             .fields = fields,
                             .fields_count = 4};
    assert_false(websocket_request_from_h2(&r));
    assert_int_equal(r.method, HTTP_METHOD_CONNECT);
    r.fields_count = 3;
    assert_true(websocket_request_from_h2(&r));
    assert_int_equal(r.method, HTTP_METHOD_GET);
    assert_str(r.method_text, STR("GET"));
    assert_int_equal(r.framing, HTTP_FRAMING_NONE);
    assert_true(r.websocket);
    assert_false(fields[0].hop_by_hop);
    assert_true(fields[1].hop_by_hop);
    assert_false(fields[2].hop_by_hop);
    assert_false(websocket_request_from_h2(&r)); /* a GET is none any more */
    r = (struct http_request){.method = HTTP_METHOD_CONNECT};
    assert_false(websocket_request_from_h2(&r));
}

static void a_101_becomes_a_200_when_it_answers_our_key(void **state)
{
    (void)state;
    struct http_field fields[] = {
        F("Sec-WebSocket-Accept", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", HTTP_FIELD_SEC_WEBSOCKET_ACCEPT),
        F("Sec-WebSocket-Protocol", "chat", HTTP_FIELD_OTHER),
    };
    struct http_response r = {
        .status = 101, .reason = STR("Switching Protocols"), .websocket = true, .fields = fields, .fields_count = 2};
    assert_false(websocket_response_to_h2(&r, STR("another")));
    assert_int_equal(r.status, 101);
    assert_true(websocket_response_to_h2(&r, STR("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
    assert_int_equal(r.status, 200);
    assert_int_equal(r.framing, HTTP_FRAMING_STREAM);
    assert_true(fields[0].hop_by_hop);
    assert_false(fields[1].hop_by_hop);
    r.websocket = false;
    assert_false(websocket_response_to_h2(&r, STR("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_standard_holds),
        cmocka_unit_test(a_failing_digest_or_a_bad_key_gives_no_accept_value),
        cmocka_unit_test(a_key_is_22_characters_and_two_equal_signs),
        cmocka_unit_test(an_extended_connect_becomes_a_get),
        cmocka_unit_test(a_101_becomes_a_200_when_it_answers_our_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
