/* The signature as receivers compute it, and the URLs that are taken. */
#include "outbound/webhook.h"

#include "check.h"

/* printf '1700000000.{"a":1}' | openssl dgst -sha256 -hmac secret-of-a-test */
static void the_signature_is_over_timestamp_and_body(void **state)
{
    char text[WEBHOOK_SIGNATURE_SIZE];
    (void)state;
    assert_true(webhook_sign(STR("secret-of-a-test"), 1700000000, STR("{\"a\":1}"), text, NULL));
    assert_string_equal(text, "v1=d0e21bc65c6c2891923d79b68524bd5634e9c63e95f2ddde8dfaae2ab68c1fd7");
}

static void another_moment_body_or_key_is_another_signature(void **state)
{
    char first[WEBHOOK_SIGNATURE_SIZE], other[WEBHOOK_SIGNATURE_SIZE];
    const struct {
        const char *key;
        int64_t at_s;
        const char *body;
    } cases[] = {{"k", 2, "b"}, {"k", 1, "c"}, {"l", 1, "b"}, {"k", 1, ""}};
    (void)state;
    assert_true(webhook_sign(STR("k"), 1, STR("b"), first, NULL));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_true(webhook_sign(str_from(cases[i].key), cases[i].at_s, str_from(cases[i].body), other, NULL));
        assert_string_not_equal(first, other);
    }
}

static void urls_of_webhooks_are_https_with_a_host_and_nothing_hidden(void **state)
{
    static const struct {
        const char *url, *host; /* NULL: refused */
    } cases[] = {
        {"https://hooks.example.org/a/b?c=d", "hooks.example.org"},
        {"HTTPS://hooks.example.org", "hooks.example.org"},
        {"https://hooks.example.org:8443?x", "hooks.example.org"},
        {"https://[::1]:8443/x", "[::1]"},
        {"https://[::1]/x", "[::1]"},
        {"https://192.0.2.1/x", "192.0.2.1"},
        {"http://hooks.example.org/", NULL},
        {"ftp://hooks.example.org/", NULL},
        {"file:///etc/passwd", NULL},
        {"https:///x", NULL},
        {"https://", NULL},
        {"https://:443/", NULL},
        {"https://host:0/", NULL},
        {"https://host:65536/", NULL},
        {"https://host:/", NULL},
        {"https://user:password@hooks.example.org/", NULL},
        {"https://hooks.example.org/#part", NULL},
        {"https://hooks.example.org/a b", NULL},
        {"https://hooks.example.org/\r\nX: y", NULL},
        {"https://hooks.example.org/\xc3\xa4", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str host = STR("untouched");
        struct err err = {0};
        bool good = webhook_url_check(str_from(cases[i].url), &host, &err);
        if (good != (cases[i].host != NULL))
            fail_msg("%s: %s", cases[i].url, err.text);
        assert_str(host, str_from(good ? cases[i].host : "untouched"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_signature_is_over_timestamp_and_body),
        cmocka_unit_test(another_moment_body_or_key_is_another_signature),
        cmocka_unit_test(urls_of_webhooks_are_https_with_a_host_and_nothing_hidden),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
