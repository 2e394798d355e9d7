#include "check.h"

#include "codec/url.h"

static void an_upstream_url_is_cut_into_its_parts(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum url_scheme scheme;
        const char *host;
        uint16_t port;
        const char *path;
    } cases[] = {
        {"http://127.0.0.1:8080", URL_HTTP, "127.0.0.1", 8080, ""},
        {"http://app", URL_HTTP, "app", 80, ""},
        {"HTTPS://App.Example.org", URL_HTTPS, "App.Example.org", 443, ""},
        {"https://app.example.org./base/", URL_HTTPS, "app.example.org.", 443, "/base/"},
        {"http://[::1]:65535/", URL_HTTP, "::1", 65535, "/"},
        {"http://[2001:db8::1]", URL_HTTP, "2001:db8::1", 80, ""},
        {"http://my_service:3000/a%20b;c=1", URL_HTTP, "my_service", 3000, "/a%20b;c=1"},
        {"http://3com.example", URL_HTTP, "3com.example", 80, ""},
        {"unix:/run/app.sock", URL_UNIX, "", 0, "/run/app.sock"},
        {"unix:/run/my app.sock", URL_UNIX, "", 0, "/run/my app.sock"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url url;
        struct err err = {0};
        if (!url_parse(str_from(cases[i].text), &url, &err))
            fail_msg("%s: %s", cases[i].text, err.text);
        assert_int_equal(url.scheme, cases[i].scheme);
        assert_str(url.host, str_from(cases[i].host));
        assert_int_equal(url.port, cases[i].port);
        assert_str(url.path, str_from(cases[i].path));
    }
}

static void anything_else_is_refused_with_a_reason(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says; /* in the error's text or fix */
    } cases[] = {
        {"", "empty"},
        {"localhost:8080", "write http://localhost:8080"},
        {"/run/app.sock", "write unix:/run/app.sock"},
        {"ftp://host", "scheme"},
        {"http:/host", "does not say"},
        {"http://", "no host"},
        {"http:///path", "no host"},
        {"http://:80", "optional port"},
        {"http://host:", "optional port"},
        {"http://host:0", "port"},
        {"http://host:65536", "port"},
        {"http://host:80a", "port"},
        {"http://host:+80", "port"},
        {"http://user@host", "user name"},
        {"http://user:pw@host:80", "user name"},
        {"http://host?x", "query"},
        {"http://host/#x", "fragment"},
        {"http://ho st", "byte 10"},
        {"http://host/\x01", "character"},
        {"http://h\xc3\xb6st", "character"},
        {"http://host\r\n", "character"},
        {"http://2001:db8::1", "optional port"},
        {"http://[::1", "optional port"},
        {"http://[::1]x", "optional port"},
        {"http://[127.0.0.1]", "neither"},
        {"http://[host]", "neither"},
        {"http://[]", "optional port"},
        {"http://1.2.3", "neither"},
        {"http://1.2.3.256", "neither"},
        {"http://0x7f.1", "neither"},
        {"http://a..b", "neither"},
        {"http://.", "neither"},
        {"http://-a.b", "neither"},
        {"http://a-.b", "neither"},
        {"http://a*b", "neither"},
        {"http://aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffffgggg.example", "neither"},
        {"unix:", "absolute"},
        {"unix:run/app.sock", "absolute"},
        {"unix:///run/app.sock", "absolute"},
        {"unix:/", "absolute"},
        {"unix:/a\nb", "control"},
        {"unix:/"
         "aaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbbaaaaaaaaaabbbbbbbbbb1234567",
         "107"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct url url = {.port = 7};
        struct err err = {0};
        if (url_parse(str_from(cases[i].text), &url, &err))
            fail_msg("accepted: %s", cases[i].text);
        assert_int_equal(err.code, ERR_INPUT);
        assert_int_equal(url.port, 7);
        if (!strstr(err.text, cases[i].says) && !strstr(err.fix, cases[i].says))
            fail_msg("%s: \"%s\" \"%s\" does not say %s", cases[i].text, err.text, err.fix, cases[i].says);
    }
    char longer[1200] = "http://host/";
    memset(longer + 12, 'a', sizeof longer - 13);
    struct url url;
    assert_false(url_parse(str_from(longer), &url, NULL));
}

static void every_truncation_is_read_or_refused_cleanly(void **state)
{
    (void)state;
    static const char text[] = "https://[2001:db8::1]:8443/base/x";
    for (size_t size = 0; size < sizeof text; size++) {
        char *copy = test_malloc(size ? size : 1); /* so that a sanitizer sees a read past the end */
        memcpy(copy, text, size);
        struct url url;
        struct err err = {0};
        bool ok = url_parse(str_make(copy, size), &url, &err);
        assert_int_equal(ok, err.code == ERR_NONE);
        test_free(copy);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_upstream_url_is_cut_into_its_parts),
        cmocka_unit_test(anything_else_is_refused_with_a_reason),
        cmocka_unit_test(every_truncation_is_read_or_refused_cleanly),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
