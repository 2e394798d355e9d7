/* Names, methods, phrases and authorities. */
#include "http/message.h"

#include "check.h"

static const struct {
    const char *name;
    enum http_field_id id;
} known[] = {
    {"Accept-Encoding", HTTP_FIELD_ACCEPT_ENCODING},
    {"Alt-Svc", HTTP_FIELD_ALT_SVC},
    {"Connection", HTTP_FIELD_CONNECTION},
    {"Content-Length", HTTP_FIELD_CONTENT_LENGTH},
    {"Content-Type", HTTP_FIELD_CONTENT_TYPE},
    {"Cookie", HTTP_FIELD_COOKIE},
    {"Date", HTTP_FIELD_DATE},
    {"Expect", HTTP_FIELD_EXPECT},
    {"Forwarded", HTTP_FIELD_FORWARDED},
    {"Host", HTTP_FIELD_HOST},
    {"HTTP2-Settings", HTTP_FIELD_HTTP2_SETTINGS},
    {"If-Modified-Since", HTTP_FIELD_IF_MODIFIED_SINCE},
    {"If-None-Match", HTTP_FIELD_IF_NONE_MATCH},
    {"If-Range", HTTP_FIELD_IF_RANGE},
    {"Keep-Alive", HTTP_FIELD_KEEP_ALIVE},
    {"Location", HTTP_FIELD_LOCATION},
    {"Proxy", HTTP_FIELD_PROXY},
    {"Proxy-Authenticate", HTTP_FIELD_PROXY_AUTHENTICATE},
    {"Proxy-Authentication-Info", HTTP_FIELD_PROXY_AUTHENTICATION_INFO},
    {"Proxy-Authorization", HTTP_FIELD_PROXY_AUTHORIZATION},
    {"Proxy-Connection", HTTP_FIELD_PROXY_CONNECTION},
    {"Range", HTTP_FIELD_RANGE},
    {"Referer", HTTP_FIELD_REFERER},
    {"Sec-WebSocket-Accept", HTTP_FIELD_SEC_WEBSOCKET_ACCEPT},
    {"Sec-WebSocket-Key", HTTP_FIELD_SEC_WEBSOCKET_KEY},
    {"Sec-WebSocket-Version", HTTP_FIELD_SEC_WEBSOCKET_VERSION},
    {"Server", HTTP_FIELD_SERVER},
    {"Set-Cookie", HTTP_FIELD_SET_COOKIE},
    {"Strict-Transport-Security", HTTP_FIELD_STRICT_TRANSPORT_SECURITY},
    {"TE", HTTP_FIELD_TE},
    {"Trailer", HTTP_FIELD_TRAILER},
    {"Transfer-Encoding", HTTP_FIELD_TRANSFER_ENCODING},
    {"Upgrade", HTTP_FIELD_UPGRADE},
    {"User-Agent", HTTP_FIELD_USER_AGENT},
    {"Authorization", HTTP_FIELD_AUTHORIZATION},
    {"Upgrade-Insecure-Requests", HTTP_FIELD_UPGRADE_INSECURE_REQUESTS},
    {"X-Forwarded-For", HTTP_FIELD_X_FORWARDED_FOR},
    {"X-Forwarded-Host", HTTP_FIELD_X_FORWARDED_HOST},
    {"X-Forwarded-Port", HTTP_FIELD_X_FORWARDED_PORT},
    {"X-Forwarded-Proto", HTTP_FIELD_X_FORWARDED_PROTO},
};

static void every_field_with_an_id_is_known_in_any_case(void **state)
{
    (void)state;
    assert_int_equal(sizeof known / sizeof *known, HTTP_FIELD_COUNT - 1);
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        char name[32];
        size_t size = strlen(known[i].name);
        assert_int_equal(http_field_id(str_make(known[i].name, size)), known[i].id);
        for (size_t j = 0; j < size; j++)
            name[j] = str_lower_char(known[i].name[j]);
        assert_int_equal(http_field_id(str_make(name, size)), known[i].id);
        for (size_t j = 0; j < size; j++)
            name[j] = (char)(name[j] >= 'a' && name[j] <= 'z' ? name[j] - 32 : name[j]);
        assert_int_equal(http_field_id(str_make(name, size)), known[i].id);
    }
}

static void a_name_that_differs_in_any_byte_is_unknown(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t size = strlen(known[i].name);
        for (size_t j = 0; j < size; j++) {
            for (int c = 0; c < 256; c++) {
                char name[32];
                memcpy(name, known[i].name, size);
                if (str_lower_char((char)c) == str_lower_char(name[j]))
                    continue;
                name[j] = (char)c;
                assert_int_equal(http_field_id(str_make(name, size)), HTTP_FIELD_OTHER);
            }
        }
        assert_int_equal(http_field_id(str_make(known[i].name, size - 1)), HTTP_FIELD_OTHER);
    }
    assert_int_equal(http_field_id(STR("")), HTTP_FIELD_OTHER);
}

static void underscores_do_not_disguise_a_field(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        bool disguised;
    } cases[] = {
        {"X_Forwarded_For", true},
        {"x-forwarded_proto", true},
        {"Content_Length", true},
        {"Content-Length", false},
        {"X_Own", false},
        {"_", false},
        {"", false},
        {"User_Agent", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(http_field_name_is_disguised(str_from(cases[i].name)), cases[i].disguised);
}

static void methods_are_case_sensitive(void **state)
{
    (void)state;
    static const char *const names[] = {"GET",     "HEAD",  "POST",  "PUT",     "DELETE",
                                        "OPTIONS", "PATCH", "TRACE", "CONNECT", "PROPFIND"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        assert_int_equal(http_method(str_from(names[i])), i);
    assert_int_equal(http_method(STR("get")), HTTP_METHOD_OTHER);
    assert_int_equal(http_method(STR("")), HTTP_METHOD_OTHER);
    assert_true(http_method_is_safe(HTTP_METHOD_GET) && http_method_is_safe(HTTP_METHOD_OPTIONS));
    assert_false(http_method_is_safe(HTTP_METHOD_PUT) || http_method_is_safe(HTTP_METHOD_OTHER));
    assert_true(http_method_is_idempotent(HTTP_METHOD_PUT) && http_method_is_idempotent(HTTP_METHOD_DELETE));
    assert_false(http_method_is_idempotent(HTTP_METHOD_POST) || http_method_is_idempotent(HTTP_METHOD_PATCH));
}

static void statuses_have_their_phrase(void **state)
{
    (void)state;
    static const struct {
        uint16_t status;
        const char *phrase;
    } cases[] = {
        {100, "Continue"},
        {101, "Switching Protocols"},
        {200, "OK"},
        {404, "Not Found"},
        {421, "Misdirected Request"},
        {431, "Request Header Fields Too Large"},
        {502, "Bad Gateway"},
        {505, "HTTP Version Not Supported"},
        {511, "Network Authentication Required"},
        {0, ""},
        {99, ""},
        {299, ""},
        {999, ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(http_reason(cases[i].status), str_from(cases[i].phrase));
}

static void an_authority_is_a_host_and_perhaps_a_port(void **state)
{
    (void)state;
    char label[65], name[256];
    memset(label, 'a', sizeof label);
    for (size_t i = 0; i < sizeof name; i++)
        name[i] = i % 2 ? '.' : 'a';
    struct str host = STR("untouched");
    uint16_t port = 7;
    assert_true(http_authority_split(str_make(label, 63), &host, &port));
    assert_false(http_authority_split(str_make(label, 64), &host, &port));
    assert_true(http_authority_split(str_make(name, 254), &host, &port));
    assert_false(http_authority_split(str_make(name, 255), &host, &port));
    assert_int_equal(port, 0);

    host = STR("untouched");
    port = 7;
    static const char *const bad[] = {"",      ":",   ":1",  "a:",  "a:0",  "a:65536",
                                      "a:1:2", "a b", "a/b", "a@b", "[::1", "::1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(http_authority_split(str_from(bad[i]), &host, &port));
    assert_str(host, STR("untouched"));
    assert_int_equal(port, 7);
    assert_true(http_authority_split(STR("[::1]:65535"), &host, &port));
    assert_str(host, STR("[::1]"));
    assert_int_equal(port, 65535);
}

static void addresses_are_told_from_names(void **state)
{
    (void)state;
    static const struct {
        const char *host;
        bool ip;
    } cases[] = {
        {"192.0.2.1", true},    {"[2001:db8::1]", true},
        {"[::]", true},         {"a.example", false},
        {"192.0.2", false},     {"192.0.2.256", false},
        {"192.0.2.01", false},  {"192.0.2.1.", false},
        {"2001:db8::1", false}, {"", false},
        {"[", false},           {"[]", false},
        {"[192.0.2.1]", false}, {"1.2.3.4.5", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(http_host_is_ip(str_from(cases[i].host)), cases[i].ip);
}

static void values_are_checked_in_every_place(void **state)
{
    (void)state;
    char value[40];
    assert_true(http_field_value_is_valid(STR("")));
    assert_true(http_field_name_is_valid(STR("X-1!#$%&'*+.^_`|~")));
    assert_false(http_field_name_is_valid(STR("")));
    for (size_t i = 0; i < sizeof value; i++) {
        for (int c = 0; c < 256; c++) {
            memset(value, 'v', sizeof value);
            value[i] = (char)c;
            bool allowed = c == '\t' || (c >= ' ' && c != 0x7f);
            assert_int_equal(http_field_value_is_valid(str_make(value, sizeof value)), allowed);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_with_an_id_is_known_in_any_case),
        cmocka_unit_test(a_name_that_differs_in_any_byte_is_unknown),
        cmocka_unit_test(underscores_do_not_disguise_a_field),
        cmocka_unit_test(methods_are_case_sensitive),
        cmocka_unit_test(statuses_have_their_phrase),
        cmocka_unit_test(an_authority_is_a_host_and_perhaps_a_port),
        cmocka_unit_test(addresses_are_told_from_names),
        cmocka_unit_test(values_are_checked_in_every_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
