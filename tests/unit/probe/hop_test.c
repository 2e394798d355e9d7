#include "check.h"

#include <stdlib.h>

#include "probe/hop.h"

static struct hop start(void)
{
    struct hop hop;
    assert_true(hop_start(true, STR("Example.test"), 8443, STR("/a/b?c=d"), &hop));
    return hop;
}

static void locations_are_resolved(void **state)
{
    (void)state;
    static const struct {
        const char *location, *text;
    } cases[] = {
        {"http://other.test/x", "http://other.test/x"},
        {"HTTP://Other.TEST", "http://other.test/"},
        {"https://other.test:443/", "https://other.test/"},
        {"https://other.test:8443/", "https://other.test:8443/"},
        {"http://other.test:443/", "http://other.test:443/"},
        {"//other.test/x", "https://other.test/x"},
        {"/x", "https://example.test:8443/x"},
        {"x", "https://example.test:8443/a/x"},
        {"../x", "https://example.test:8443/x"},
        {"?e=f", "https://example.test:8443/a/b?e=f"},
        {"/x#part", "https://example.test:8443/x"},
        {"/with space", "https://example.test:8443/with%20space"},
        {"https://[::1]:8443/", "https://[::1]:8443/"},
        {"https://user:secret@other.test/", "https://other.test/"},
    };
    const struct hop from = start();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct hop to;
        char text[HOP_TEXT_SIZE];
        if (!hop_follow(&from, str_from(cases[i].location), &to))
            fail_msg("%s", cases[i].location);
        assert_string_equal(hop_text(&to, text), cases[i].text);
        assert_true(to.is_http != to.is_https);
    }
}

static void other_schemes_are_neither(void **state)
{
    (void)state;
    const struct hop from = start();
    struct hop to;
    assert_true(hop_follow(&from, STR("ftp://other.test/x"), &to));
    assert_false(to.is_http || to.is_https);
    assert_string_equal(hop_text(&to, (char[HOP_TEXT_SIZE]){""}), "ftp://other.test:21/x");
    assert_true(hop_follow(&from, STR("MyApp://other.test/x"), &to));
    assert_false(to.is_http || to.is_https);
    assert_string_equal(hop_text(&to, (char[HOP_TEXT_SIZE]){""}), "myapp://other.test/x");
}

static void what_is_no_url_is_refused_and_leaves_the_output_alone(void **state)
{
    (void)state;
    static const char *const locations[] = {"https://", "https://:80/", "https://a:99999/", "https://a b/",
                                            "https://[::1/"};
    const struct hop from = start();
    for (size_t i = 0; i < sizeof locations / sizeof *locations; i++) {
        struct hop to = {.port = 7};
        if (hop_follow(&from, str_from(locations[i]), &to))
            fail_msg("%s is a URL: %s", locations[i], to.host);
        assert_int_equal(to.port, 7);
    }
    struct hop to = {.port = 7};
    char *longest = malloc(HOP_PATH_SIZE + 1);
    assert_non_null(longest);
    memset(longest, '/', HOP_PATH_SIZE + 1);
    assert_false(hop_follow(&from, str_make(longest, HOP_PATH_SIZE), &to));
    assert_false(hop_follow(&from, str_make("/a\0b", 4), &to));
    assert_int_equal(to.port, 7);
    assert_false(hop_start(true, STR("a"), 1, str_make(longest, HOP_PATH_SIZE), &to));
    assert_false(hop_start(true, str_make(longest, HOP_HOST_SIZE), 1, STR("/"), &to));
    free(longest);
}

static void hops_are_equal_when_all_of_them_is(void **state)
{
    (void)state;
    const struct hop from = start();
    struct hop to;
    assert_true(hop_follow(&from, STR("https://EXAMPLE.test:8443/a/b?c=d"), &to));
    assert_true(hop_eq(&from, &to));
    static const char *const others[] = {"/a/b", "https://example.test/a/b?c=d", "http://example.test:8443/a/b?c=d",
                                         "https://www.example.test:8443/a/b?c=d"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        assert_true(hop_follow(&from, str_from(others[i]), &to));
        assert_false(hop_eq(&from, &to));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(locations_are_resolved),
        cmocka_unit_test(other_schemes_are_neither),
        cmocka_unit_test(what_is_no_url_is_refused_and_leaves_the_output_alone),
        cmocka_unit_test(hops_are_equal_when_all_of_them_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
