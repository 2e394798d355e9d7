/* The Observatory's three tests: each result by what brings it about, and its score. */
#include "finding_list.h"

#define DOMAIN STR("example.org")
#define GOOD   STR("max-age=31536000")

/* Of the section alone: the code behind "observatory.". */
static const char *result_of(const struct finding_seen *seen, const char *test)
{
    static struct findings findings;
    finding_judge(seen, &findings);
    for (size_t i = 0; i < findings.count; i++) {
        struct str code = str_from(finding_code_text(findings.items[i].code)), section = STR("observatory.");
        if (str_starts(code, section) && str_starts(str_after(code, section.size), str_from(test)))
            return code.data + section.size;
    }
    return "";
}

static struct preload_fields one(struct str value)
{
    return (struct preload_fields){.values = {value}, .count = 1};
}

/* https:// answers with this field, http:// leads to it. */
static struct preload_seen site_of(struct str field)
{
    return (struct preload_seen){.domain = DOMAIN,
                                 .https = PRELOAD_REACH_GOOD,
                                 .https_fields = one(field),
                                 .https_way = {.end_fields = one(field)},
                                 .http_answers = true,
                                 .http_way = {.hops = {{true, DOMAIN, STR("https://example.org/")}}, .hops_count = 1}};
}

static void expect_hsts(const struct preload_seen *preload, const char *result)
{
    assert_string_equal(result_of(&(struct finding_seen){.preload = preload}, "hsts"), result);
}

static void the_field_of_the_last_page_is_graded(void **state)
{
    (void)state;
    struct preload_seen seen = site_of(GOOD);
    expect_hsts(&seen, "hsts-implemented-max-age-at-least-six-months");
    seen = site_of(STR("max-age=15552000"));
    expect_hsts(&seen, "hsts-implemented-max-age-at-least-six-months");
    seen = site_of(STR("max-age=15551999"));
    expect_hsts(&seen, "hsts-implemented-max-age-less-than-six-months");
    seen = site_of(STR("max-age=\"1\"")); /* no number, which it takes for enough */
    expect_hsts(&seen, "hsts-implemented-max-age-at-least-six-months");
    seen = site_of(STR("max-age = 1"));
    expect_hsts(&seen, "hsts-header-invalid");
    seen = site_of(GOOD);
    seen.https_way.end_fields = (struct preload_fields){0};
    expect_hsts(&seen, "hsts-not-implemented");
    seen.https_way.end_fields = (struct preload_fields){.values = {GOOD, GOOD}, .count = 2};
    expect_hsts(&seen, "hsts-header-invalid");
    seen = site_of(GOOD); /* with too many redirects nobody knows the last page: it is the first answer's */
    seen.https_way.end = PRELOAD_END_TOO_MANY;
    seen.https_way.end_fields = (struct preload_fields){0};
    expect_hsts(&seen, "hsts-implemented-max-age-at-least-six-months");
}

static void without_a_valid_connection_nothing_else_is_graded(void **state)
{
    (void)state;
    struct preload_seen seen = site_of(GOOD);
    seen.https = PRELOAD_REACH_NONE;
    expect_hsts(&seen, "hsts-not-implemented-no-https");
    assert_string_equal(result_of(&(struct finding_seen){.preload = &seen}, "redirection"), "");
    seen.https = PRELOAD_REACH_UNTRUSTED;
    expect_hsts(&seen, "hsts-invalid-cert");
    seen = site_of(GOOD);
    seen.https_way.end = PRELOAD_END_FAILED;
    expect_hsts(&seen, "hsts-not-implemented-no-https");
    seen.https_way.untrusted = true;
    expect_hsts(&seen, "hsts-invalid-cert");
}

static void the_browsers_list_comes_before_the_field(void **state)
{
    (void)state;
    struct preload_seen preload = site_of(STR("max-age=1"));
    struct finding_seen seen = {.preload = &preload, .list = {.is_known = true}};
    assert_string_equal(result_of(&seen, "hsts"), "hsts-implemented-max-age-less-than-six-months");
    assert_string_equal(result_of(&seen, "redirection"), "redirection-to-https");
    seen.list = (struct finding_list){.is_known = true, .is_bound = true, .entry = DOMAIN};
    assert_string_equal(result_of(&seen, "hsts"), "hsts-preloaded");
    assert_string_equal(result_of(&seen, "redirection"), "redirection-all-redirects-preloaded");
    preload.http_way.hops[1] = (struct preload_hop){true, STR("www.example.org"), STR("https://www.example.org/")};
    preload.http_way.hops_count = 2;
    assert_string_equal(result_of(&seen, "redirection"), "redirection-to-https");
    seen.list.includes_subdomains = true;
    assert_string_equal(result_of(&seen, "redirection"), "redirection-all-redirects-preloaded");
    preload.http_way.hops[1].host = STR("anotherexample.org");
    assert_string_equal(result_of(&seen, "redirection"), "redirection-to-https");
}

static void expect_redirection(struct preload_way way, const char *result)
{
    struct preload_seen preload = site_of(GOOD);
    preload.http_way = way;
    assert_string_equal(result_of(&(struct finding_seen){.preload = &preload}, "redirection"), result);
}

static void redirection_goes_by_the_first_and_the_last_hop(void **state)
{
    (void)state;
    const struct preload_hop good = {true, DOMAIN, STR("https://example.org/")},
                             plain = {false, DOMAIN, STR("http://example.org/in")},
                             www = {true, STR("www.example.org"), STR("https://www.example.org/")};
    expect_redirection((struct preload_way){.hops = {good}, .hops_count = 1}, "redirection-to-https");
    expect_redirection((struct preload_way){.hops = {good, www}, .hops_count = 2}, "redirection-to-https");
    expect_redirection((struct preload_way){.hops = {www}, .hops_count = 1}, "redirection-off-host-from-http");
    expect_redirection((struct preload_way){.hops = {plain, good}, .hops_count = 2},
                       "redirection-not-to-https-on-initial-redirection");
    expect_redirection((struct preload_way){.hops = {good, plain}, .hops_count = 2}, "redirection-not-to-https");
    expect_redirection((struct preload_way){0}, "redirection-missing");
    expect_redirection((struct preload_way){.hops = {good}, .hops_count = 1, .end = PRELOAD_END_FAILED},
                       "redirection-not-needed-no-http");
    expect_redirection(
        (struct preload_way){.hops = {good}, .hops_count = 1, .end = PRELOAD_END_FAILED, .untrusted = true},
        "redirection-invalid-cert");
    struct preload_seen shut = site_of(GOOD);
    shut.http_answers = false;
    assert_string_equal(result_of(&(struct finding_seen){.preload = &shut}, "redirection"),
                        "redirection-not-needed-no-http");
}

static void expect_cookies(struct str field, const char *const *cookies, const char *result)
{
    struct preload_seen preload = site_of(field);
    struct site_seen site = {0};
    for (; *cookies; cookies++)
        assert_true(site_cookie_read(str_from(*cookies), 0, &site.cookies[site.cookies_count++]));
    assert_string_equal(result_of(&(struct finding_seen){.preload = &preload, .site = &site}, "cookies"), result);
}

#define COOKIES(...) ((const char *const[]){__VA_ARGS__ NULL})

static void the_worst_cookie_decides(void **state)
{
    (void)state;
    const struct str none = STR("max-age=1"); /* too short to protect anything */
    expect_cookies(GOOD, COOKIES(), "cookies-not-found");
    expect_cookies(GOOD, COOKIES("heroku-session-affinity=1", ), "cookies-not-found");
    expect_cookies(GOOD, COOKIES("a=1; Secure; SameSite=Lax", ), "cookies-secure-with-httponly-sessions-and-samesite");
    expect_cookies(GOOD, COOKIES("a=1; Secure; SameSite=Lax", "b=1; Secure", ),
                   "cookies-secure-with-httponly-sessions");
    expect_cookies(GOOD, COOKIES("a=1", ), "cookies-without-secure-flag-but-protected-by-hsts");
    expect_cookies(none, COOKIES("a=1", ), "cookies-without-secure-flag");
    expect_cookies(GOOD, COOKIES("sess=1; HttpOnly", ), "cookies-session-without-secure-flag-but-protected-by-hsts");
    expect_cookies(none, COOKIES("sess=1; HttpOnly", ), "cookies-session-without-secure-flag");
    expect_cookies(GOOD, COOKIES("a=1; Secure; SameSite=x", ), "cookies-samesite-flag-invalid");
    expect_cookies(GOOD, COOKIES("a=1; SameSite=None", ), "cookies-samesite-flag-invalid");
    expect_cookies(GOOD, COOKIES("csrf=1; Secure", ), "cookies-anticsrf-without-samesite-flag");
    expect_cookies(GOOD, COOKIES("login=1; Secure; SameSite=Lax", ), "cookies-session-without-httponly-flag");
    expect_cookies(none, COOKIES("a=1; Secure", "csrf=1", "login=1", ), "cookies-session-without-secure-flag");
}

static void each_result_has_its_score(void **state)
{
    (void)state;
    static const struct {
        enum finding_code code;
        int score;
    } rows[] = {
        {FINDING_OBSERVATORY_HSTS_PRELOADED, 5},
        {FINDING_OBSERVATORY_HSTS_LONG, 0},
        {FINDING_OBSERVATORY_HSTS_SHORT, -10},
        {FINDING_OBSERVATORY_HSTS_NONE, -20},
        {FINDING_OBSERVATORY_REDIRECTION_OFF_HOST, -5},
        {FINDING_OBSERVATORY_REDIRECTION_LATE, -10},
        {FINDING_OBSERVATORY_COOKIES_BEST, 5},
        {FINDING_OBSERVATORY_COOKIES_NOT_SECURE_BUT_HSTS, -5},
        {FINDING_OBSERVATORY_COOKIES_SESSION_NOT_HTTP_ONLY, -30},
        {FINDING_OBSERVATORY_COOKIES_SESSION_NOT_SECURE, -40},
    };
    int score = 1;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_true(finding_code_score(rows[i].code, &score));
        assert_int_equal(score, rows[i].score);
    }
    for (unsigned i = 0; i < FINDING_CODES_COUNT; i++) {
        enum finding_code code = (enum finding_code)i;
        bool theirs = str_starts(str_from(finding_code_text(code)), STR("observatory."));
        assert_int_equal(finding_code_score(code, &score), theirs);
        if (theirs && score < 0)
            assert_true(finding_code_severity(code) != FINDING_GOOD);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_field_of_the_last_page_is_graded),
        cmocka_unit_test(without_a_valid_connection_nothing_else_is_graded),
        cmocka_unit_test(the_browsers_list_comes_before_the_field),
        cmocka_unit_test(redirection_goes_by_the_first_and_the_last_hop),
        cmocka_unit_test(the_worst_cookie_decides),
        cmocka_unit_test(each_result_has_its_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
