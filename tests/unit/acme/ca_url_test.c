#include "check.h"

#include "acme/ca_url.h"

static void urls_that_can_be_used_are_taken(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "https://ca.test",         "https://ca.test/",    "HTTPS://ca.test/a?b=c&d=%20", "https://ca.test?x",
        "https://ca.test:14000/a", "https://192.0.2.1/a", "https://[2001:db8::5]/a",     "https://[2001:db8::5]:443",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (!ca_url_check(str_from(cases[i]), NULL))
            fail_msg("%s", cases[i]);
}

static void others_are_refused_with_the_reason(void **state)
{
    (void)state;
    static const struct {
        const char *url, *text;
    } cases[] = {
        {"", "is empty"},
        {"http://ca.test/", "is not https"},
        {"ftp://ca.test/", "is not https"},
        {"/relative", "is not https"},
        {"https:/ca.test/", "is not https"},
        {"https://", "names no host by a host name or IP address with an optional port"},
        {"https:///a", "names no host by a host name or IP address with an optional port"},
        {"https://u@ca.test/", "names no host by a host name or IP address with an optional port"},
        {"https://ca.test:0/", "names no host by a host name or IP address with an optional port"},
        {"https://ca.test:65536/", "names no host by a host name or IP address with an optional port"},
        {"https://ca.test:/", "names no host by a host name or IP address with an optional port"},
        {"https://[ca.test]/", "names no host by a host name or IP address with an optional port"},
        {"https://2001:db8::5/", "names no host by a host name or IP address with an optional port"},
        {"https://ca.test/ a", "has a character that may not stand in one (byte 17)"},
        {"https://ca.test/\r\nHost: x", "has a character that may not stand in one (byte 17)"},
        {"https://ca.test/#a", "has a character that may not stand in one (byte 17)"},
        {"https://ca.test/\"", "has a character that may not stand in one (byte 17)"},
        {"https://ca.t\xc3\xa9st/", "has a character that may not stand in one (byte 13)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        assert_false(ca_url_check(str_from(cases[i].url), &err));
        assert_string_equal(err.text, cases[i].text);
    }
    char many[ACME_URL_SIZE_MAX + 1];
    memset(many, 'a', sizeof many);
    memcpy(many, "https://ca.test/", 16);
    struct err err = {0};
    assert_true(ca_url_check(str_make(many, ACME_URL_SIZE_MAX), &err));
    assert_false(ca_url_check(str_make(many, ACME_URL_SIZE_MAX + 1), &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(urls_that_can_be_used_are_taken),
        cmocka_unit_test(others_are_refused_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
