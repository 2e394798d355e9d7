#include "check.h"

#include <stdio.h>

#include "hsts/browser.h"

#define DAY_S 86400

/* A secure response of the host with this one field. */
static enum browser_noted note(struct browser *browser, const char *host, const char *field, int64_t now_s)
{
    struct str value = str_from(field);
    return browser_note(browser, str_from(host), BROWSER_SECURE, &value, 1, now_s);
}

static bool is_bound(const struct browser *browser, const char *host, int64_t now_s)
{
    return browser_is_bound(browser, str_from(host), now_s);
}

static void a_name_is_bound_from_the_field_until_max_age_has_passed(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_false(is_bound(&browser, "example.org", 1000));
    assert_int_equal(note(&browser, "example.org", "max-age=300", 1000), BROWSER_NOTED);
    assert_true(is_bound(&browser, "example.org", 1000));
    assert_true(is_bound(&browser, "example.org", 1299));
    assert_false(is_bound(&browser, "example.org", 1300));
    assert_int_equal(note(&browser, "example.org", "max-age=10", 1290), BROWSER_NOTED); /* a new one replaces it */
    assert_int_equal(browser_binding(&browser, STR("example.org"), 1290).until_s, 1300);
    assert_int_equal(note(&browser, "example.org", "max-age=5", 1290), BROWSER_NOTED);
    assert_int_equal(browser_binding(&browser, STR("example.org"), 1290).until_s, 1295);
    browser_fini(&browser);
}

static void max_age_0_forgets_the_name_and_its_subdomains_but_no_name_above(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "www.example.org", "max-age=0", 1), BROWSER_REMOVED);
    assert_int_equal(note(&browser, "www.example.org", "max-age=300; includeSubDomains", 1), BROWSER_NOTED);
    assert_int_equal(note(&browser, "www.example.org", "max-age=0; includeSubDomains", 2), BROWSER_REMOVED);
    assert_false(is_bound(&browser, "www.example.org", 2));
    assert_false(is_bound(&browser, "a.www.example.org", 2));
    assert_int_equal(browser.entries.count, 0);
    assert_int_equal(note(&browser, "example.org", "max-age=300; includeSubDomains", 2), BROWSER_NOTED);
    assert_int_equal(note(&browser, "www.example.org", "max-age=300", 2), BROWSER_NOTED);
    assert_int_equal(note(&browser, "www.example.org", "max-age=0", 3), BROWSER_REMOVED);
    assert_true(is_bound(&browser, "www.example.org", 3)); /* still by the name above it (section 8.2) */
    browser_fini(&browser);
}

static void only_an_error_free_secure_response_teaches_anything(void **state)
{
    (void)state;
    struct browser browser;
    struct str long_field = STR("max-age=31536000"), zero = STR("max-age=0");
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_PLAIN, &long_field, 1, 1), BROWSER_IGNORED);
    assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_FAULTY, &long_field, 1, 1), BROWSER_IGNORED);
    assert_false(is_bound(&browser, "a.test", 1));
    assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_SECURE, &long_field, 1, 1), BROWSER_NOTED);
    assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_FAULTY, &zero, 1, 2), BROWSER_IGNORED);
    assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_PLAIN, &zero, 1, 2), BROWSER_IGNORED);
    assert_true(is_bound(&browser, "a.test", 2));
    browser_fini(&browser);
}

static void a_missing_or_malformed_field_ends_nothing(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "a.test", "max-age=300", 1), BROWSER_NOTED);
    assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_SECURE, NULL, 0, 2), BROWSER_IGNORED);
    assert_int_equal(note(&browser, "a.test", "max-age=0; max-age=0", 2), BROWSER_IGNORED);
    assert_int_equal(note(&browser, "a.test", "includeSubDomains", 2), BROWSER_IGNORED);
    assert_true(is_bound(&browser, "a.test", 300));
    browser_fini(&browser);
}

static void of_several_fields_the_first_counts_and_for_curl_the_last(void **state)
{
    (void)state;
    struct browser browser;
    const struct str fields[] = {STR_INIT("max-age=300"), STR_INIT("max-age=900; includeSubDomains")};
    const struct {
        enum reading_client client;
        int64_t until_s;
    } cases[] = {{READING_RFC6797, 300}, {READING_CHROMIUM, 300}, {READING_FIREFOX, 300}, {READING_CURL, 900}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        browser_init(&browser, cases[i].client, 0);
        assert_int_equal(browser_note(&browser, STR("a.test"), BROWSER_SECURE, fields, 2, 0), BROWSER_NOTED);
        assert_int_equal(browser_binding(&browser, STR("a.test"), 0).until_s, cases[i].until_s);
        assert_int_equal(is_bound(&browser, "b.a.test", 0), cases[i].client == READING_CURL);
        browser_fini(&browser);
    }
}

static void names_match_by_label_without_regard_to_case_or_a_final_dot(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "Example.ORG.", "max-age=300; includeSubDomains", 0), BROWSER_NOTED);
    assert_int_equal(note(&browser, "only.example.net", "max-age=300", 0), BROWSER_NOTED);
    const struct {
        const char *host;
        bool bound;
    } cases[] = {
        {"example.org", true},
        {"EXAMPLE.org.", true},
        {"www.example.org", true},
        {"a.b.c.example.org", true},
        {"badexample.org", false},
        {"org", false},
        {"example.org.evil", false},
        {"only.example.net", true},
        {"x.only.example.net", false},
        {"example.net", false},
        {"", false},
        {".", false},
        {".example.org", false},
        {"www..example.org", false},
        {"example.org..", false},
        {"www.example.org..", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (is_bound(&browser, cases[i].host, 0) != cases[i].bound)
            fail_msg("\"%s\"", cases[i].host);
    assert_str(browser_binding(&browser, STR("WWW.example.org"), 0).name, STR("example.org"));
    browser_fini(&browser);
}

static void the_longer_of_own_and_superdomain_promise_is_the_answer(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "example.org", "max-age=300; includeSubDomains", 0), BROWSER_NOTED);
    assert_int_equal(note(&browser, "www.example.org", "max-age=100", 0), BROWSER_NOTED);
    struct browser_binding binding = browser_binding(&browser, STR("www.example.org"), 0);
    assert_int_equal(binding.until_s, 300);
    assert_str(binding.name, STR("example.org"));
    assert_int_equal(note(&browser, "www.example.org", "max-age=900", 0), BROWSER_NOTED);
    assert_str(browser_binding(&browser, STR("www.example.org"), 0).name, STR("www.example.org"));
    /* A field without includeSubDomains takes it back for the names below. */
    assert_int_equal(note(&browser, "example.org", "max-age=9000", 0), BROWSER_NOTED);
    assert_false(is_bound(&browser, "other.example.org", 0));
    browser_fini(&browser);
}

static void addresses_are_never_noted(void **state)
{
    (void)state;
    static const char *const hosts[] = {"192.0.2.1",  "192.0.2.1.", "[2001:db8::1]", "2001:db8::1", "127.1",
                                        "2130706433", "0x7f.1",     "1.2.3.0x",      "a.0X7F",      "example.42"};
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    for (size_t i = 0; i < sizeof hosts / sizeof *hosts; i++) {
        if (note(&browser, hosts[i], "max-age=300", 0) != BROWSER_IGNORED)
            fail_msg("\"%s\" was noted", hosts[i]);
        assert_false(browser_declare(&browser, str_from(hosts[i]), false));
        assert_false(is_bound(&browser, hosts[i], 0));
    }
    assert_int_equal(note(&browser, "42.example", "max-age=300", 0), BROWSER_NOTED);
    assert_int_equal(note(&browser, "a.0xg", "max-age=300", 0), BROWSER_NOTED);
    browser_fini(&browser);
}

static void plain_requests_to_bound_names_go_to_https_and_80_becomes_443(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "a.test", "max-age=300", 0), BROWSER_NOTED);
    const struct {
        struct browser_target asked, followed;
    } cases[] = {
        {{false, STR_INIT("a.test"), 0}, {true, STR_INIT("a.test"), 0}}, /* no port is added */
        {{false, STR_INIT("a.test"), 80}, {true, STR_INIT("a.test"), 443}},
        {{false, STR_INIT("a.test"), 8080}, {true, STR_INIT("a.test"), 8080}},
        {{false, STR_INIT("a.test"), 443}, {true, STR_INIT("a.test"), 443}},
        {{true, STR_INIT("a.test"), 80}, {true, STR_INIT("a.test"), 80}}, /* https already: as it is */
        {{false, STR_INIT("b.test"), 80}, {false, STR_INIT("b.test"), 80}},
        {{false, STR_INIT("192.0.2.1"), 80}, {false, STR_INIT("192.0.2.1"), 80}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct browser_target target = browser_follow(&browser, cases[i].asked, 0);
        assert_int_equal(target.secure, cases[i].followed.secure);
        assert_int_equal(target.port, cases[i].followed.port);
        assert_str(target.host, cases[i].followed.host);
    }
    assert_false(browser_follow(&browser, cases[0].asked, 300).secure); /* it ran out */
    browser_fini(&browser);
}

static void chromium_forgets_after_a_year_whatever_it_was_told(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_CHROMIUM, 0);
    assert_int_equal(note(&browser, "a.test", "max-age=63072000", 0), BROWSER_NOTED);
    assert_true(is_bound(&browser, "a.test", INT64_C(365) * DAY_S - 1));
    assert_false(is_bound(&browser, "a.test", INT64_C(365) * DAY_S));
    browser_fini(&browser);
}

static void the_end_of_time_is_not_passed(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "a.test", "max-age=99999999999999999999", 1000), BROWSER_NOTED);
    assert_true(browser_binding(&browser, STR("a.test"), 1000).until_s == BROWSER_FOREVER);
    assert_int_equal(note(&browser, "a.test", "max-age=9223372036854775000", 1000), BROWSER_NOTED);
    assert_true(browser_binding(&browser, STR("a.test"), 1000).until_s == BROWSER_FOREVER);
    browser_fini(&browser);
}

static void what_is_declared_stays_unless_the_site_says_otherwise_to_firefox(void **state)
{
    (void)state;
    const enum reading_client clients[] = {READING_RFC6797, READING_CHROMIUM, READING_FIREFOX, READING_CURL};
    for (size_t i = 0; i < sizeof clients / sizeof *clients; i++) {
        struct browser browser;
        browser_init(&browser, clients[i], 0);
        assert_true(browser_declare(&browser, STR("example.org"), true));
        assert_true(is_bound(&browser, "example.org", 0));
        assert_true(browser_binding(&browser, STR("www.example.org"), 0).until_s == BROWSER_FOREVER);
        assert_int_equal(note(&browser, "example.org", "max-age=300", 0), BROWSER_NOTED);
        browser_forget(&browser, STR("example.org")); /* takes away what was noted only */
        assert_true(is_bound(&browser, "example.org", 300));
        assert_int_equal(note(&browser, "example.org", "max-age=0", 0), BROWSER_REMOVED);
        assert_int_equal(is_bound(&browser, "example.org", 0), clients[i] != READING_FIREFOX);
        browser_fini(&browser);
    }
}

static void the_user_can_delete_a_policy(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_RFC6797, 0);
    assert_int_equal(note(&browser, "a.test", "max-age=300", 0), BROWSER_NOTED);
    browser_forget(&browser, STR("b.test"));
    assert_true(is_bound(&browser, "a.test", 0));
    browser_forget(&browser, STR("A.test."));
    assert_false(is_bound(&browser, "a.test", 0));
    browser_fini(&browser);
}

/* The n-th of many names, with max-age=1000. */
static enum browser_noted note_number(struct browser *browser, int n, int64_t now_s)
{
    char host[32];
    (void)snprintf(host, sizeof host, "n%d.test", n);
    return note(browser, host, "max-age=1000", now_s);
}

static void a_full_store_takes_no_more_but_curl_drops_the_oldest(void **state)
{
    (void)state;
    struct browser browser;
    browser_init(&browser, READING_FIREFOX, 3);
    for (int n = 0; n < 3; n++)
        assert_int_equal(note_number(&browser, n, n), BROWSER_NOTED);
    assert_int_equal(note_number(&browser, 3, 3), BROWSER_FULL);
    assert_int_equal(note_number(&browser, 1, 3), BROWSER_NOTED); /* one that is there may be renewed */
    assert_true(is_bound(&browser, "n0.test", 3));
    assert_int_equal(note(&browser, "late.test", "max-age=1", 1000), BROWSER_NOTED); /* n0 has run out by then */
    assert_int_equal(browser.entries.count, 3);
    browser_fini(&browser);

    browser_init(&browser, READING_CURL, 3);
    for (int n = 0; n < 4; n++)
        assert_int_equal(note_number(&browser, n, n), BROWSER_NOTED);
    assert_false(is_bound(&browser, "n0.test", 3));
    assert_true(is_bound(&browser, "n1.test", 3) && is_bound(&browser, "n3.test", 3));
    assert_int_equal(browser.entries.count, 3);
    browser_fini(&browser);
}

static void each_client_keeps_as_many_names_as_is_known_of_it(void **state)
{
    (void)state;
    const struct {
        enum reading_client client;
        int count_max;
        bool drops; /* an old one for a new one */
    } cases[] = {{READING_FIREFOX, BROWSER_FIREFOX_ENTRIES_COUNT_MAX, false},
                 {READING_CURL, BROWSER_CURL_ENTRIES_COUNT_MAX, true},
                 {READING_CHROMIUM, BROWSER_ENTRIES_COUNT_MAX, false}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct browser browser;
        browser_init(&browser, cases[i].client, 0);
        for (int n = 0; n < cases[i].count_max; n++)
            assert_int_equal(note_number(&browser, n, 0), BROWSER_NOTED);
        assert_int_equal(note_number(&browser, cases[i].count_max, 0), cases[i].drops ? BROWSER_NOTED : BROWSER_FULL);
        assert_int_equal(browser.entries.count, cases[i].count_max);
        browser_fini(&browser);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_bound_from_the_field_until_max_age_has_passed),
        cmocka_unit_test(max_age_0_forgets_the_name_and_its_subdomains_but_no_name_above),
        cmocka_unit_test(only_an_error_free_secure_response_teaches_anything),
        cmocka_unit_test(a_missing_or_malformed_field_ends_nothing),
        cmocka_unit_test(of_several_fields_the_first_counts_and_for_curl_the_last),
        cmocka_unit_test(names_match_by_label_without_regard_to_case_or_a_final_dot),
        cmocka_unit_test(the_longer_of_own_and_superdomain_promise_is_the_answer),
        cmocka_unit_test(addresses_are_never_noted),
        cmocka_unit_test(plain_requests_to_bound_names_go_to_https_and_80_becomes_443),
        cmocka_unit_test(chromium_forgets_after_a_year_whatever_it_was_told),
        cmocka_unit_test(the_end_of_time_is_not_passed),
        cmocka_unit_test(what_is_declared_stays_unless_the_site_says_otherwise_to_firefox),
        cmocka_unit_test(the_user_can_delete_a_policy),
        cmocka_unit_test(a_full_store_takes_no_more_but_curl_drops_the_oldest),
        cmocka_unit_test(each_client_keeps_as_many_names_as_is_known_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
