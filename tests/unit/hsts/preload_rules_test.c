/* One domain that the list would take, and what the checker says when one thing about it is otherwise. */
#include "check.h"

#include <stdio.h>

#include "hsts/preload_rules.h"
#include "random_test.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define GOOD_FIELD STR("max-age=31536000; includeSubDomains; preload")

static struct preload_hop hop(bool is_https, struct str host, struct str url)
{
    return (struct preload_hop){is_https, host, url};
}

static struct preload_fields one(struct str value)
{
    return (struct preload_fields){{value}, 1};
}

/* http://example.org/ leads to https://example.org/, which leads to www. */
static struct preload_seen good(void)
{
    struct preload_seen seen = {.domain = STR("example.org"),
                                .public_suffix = STR("org"),
                                .registrable = STR("example.org"),
                                .https = PRELOAD_REACH_GOOD,
                                .cipher_modern = true,
                                .cipher = STR("TLSv1.3 TLS_AES_128_GCM_SHA256"),
                                .https_fields = one(GOOD_FIELD),
                                .http_answers = true,
                                .first_answers = true,
                                .first_fields = one(GOOD_FIELD),
                                .www = PRELOAD_WWW_GOOD};
    seen.http_way.hops[0] = hop(true, STR("example.org"), STR("https://example.org/"));
    seen.http_way.hops[1] = hop(true, STR("www.example.org"), STR("https://www.example.org/"));
    seen.http_way.hops_count = 2;
    seen.https_way.hops[0] = seen.http_way.hops[1];
    seen.https_way.hops_count = 1;
    return seen;
}

/* Each code on a line of its own, as the checker orders them. */
static struct str listed(const struct preload_findings *findings, char *room, size_t size)
{
    size_t used = 0;
    room[0] = '\0';
    for (size_t i = 0; i < findings->count && used < size; i++)
        used += (size_t)snprintf(room + used, size - used, "%s%s", i ? "\n" : "",
                                 preload_code_text(findings->items[i].code));
    return str_from(room);
}

static bool shown[PRELOAD_CODES_COUNT]; /* that some test saw */

static void note(const struct preload_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        shown[findings->items[i].code] = true;
}

static void expect(const struct preload_seen *seen, enum preload_policy policy, const char *codes)
{
    struct preload_findings findings;
    char room[2048];
    preload_rules_domain(seen, policy, &findings);
    note(&findings);
    assert_str(listed(&findings, room, sizeof room), str_from(codes));
}

#define EXPECT(seen, codes) expect(seen, PRELOAD_POLICY_BULK_1_YEAR, codes)

static void a_good_domain_has_no_findings(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    EXPECT(&seen, "");
    seen.www = PRELOAD_WWW_CLOSED;
    EXPECT(&seen, "");
}

static void a_name_that_is_none_ends_the_check(void **state)
{
    (void)state;
    static const struct {
        struct str name, suffix;
        const char *codes;
    } rows[] = {
        {STR_INIT(".example.org"), STR_INIT("org"), "domain.format.begins_with_dot"},
        {STR_INIT("example.org."), STR_INIT(""), "domain.format.ends_with_dot"},
        {STR_INIT("example..org"), STR_INIT("org"), "domain.format.contains_double_dot"},
        {STR_INIT("co.uk"), STR_INIT("co.uk"), "domain.format.public_suffix"},
        {STR_INIT("b\xc3\xbc"
                  "cher.de"),
         STR_INIT("de"), "domain.format.invalid_characters"},
        {STR_INIT("exam ple.org"), STR_INIT("org"), "domain.format.invalid_characters"},
        {STR_INIT("192.0.2.7"), STR_INIT("7"), "domain.format.is_ip_address"},
        {STR_INIT("2001:db8::7"), STR_INIT("2001:db8::7x"), "domain.format.invalid_characters"},
        {STR_INIT(""), STR_INIT(""), "domain.format.public_suffix"},
        {STR_INIT("."), STR_INIT(""), "domain.format.begins_with_dot"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preload_seen seen = {.domain = rows[i].name, .public_suffix = rows[i].suffix}; /* and nothing else */
        EXPECT(&seen, rows[i].codes);
    }
}

static void a_subdomain_is_told_and_looked_at_all_the_same(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.domain = STR("app.example.org");
    seen.http_way.hops[0].host = seen.domain;
    seen.https_fields = one(STR("max-age=31536000; preload"));
    seen.www = PRELOAD_WWW_NO_TLS; /* nobody types www.app.example.org */
    EXPECT(&seen, "domain.is_subdomain\nheader.preloadable.include_sub_domains.missing");
    seen.registrable = STR("");
    EXPECT(&seen, "internal.domain.name.cannot_compute_etld1\nheader.preloadable.include_sub_domains.missing");
}

static void without_a_connection_nothing_else_is_told(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.https_fields.count = 0;
    seen.https = PRELOAD_REACH_NONE;
    seen.https_why = STR("refuses the connection.");
    EXPECT(&seen, "domain.tls.cannot_connect");
    struct preload_findings findings;
    preload_rules_domain(&seen, PRELOAD_POLICY_BULK_1_YEAR, &findings);
    assert_string_equal(findings.items[0].detail, "it refuses the connection");
    seen.https = PRELOAD_REACH_UNTRUSTED;
    EXPECT(&seen, "domain.tls.invalid_cert_chain");
}

static void tls_is_looked_at(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.sha1 = true;
    seen.cipher_modern = false;
    seen.www = PRELOAD_WWW_NO_TLS;
    EXPECT(&seen, "domain.tls.sha1\ntls.obsolete_cipher_suite\ndomain.www.no_tls");
    seen = good();
    seen.www = PRELOAD_WWW_NO_TLS;
    seen.public_suffix = STR("appspot.com");
    EXPECT(&seen, "");
}

static void fields_are_judged_by_the_policy(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        const char *year, *weeks;
    } rows[] = {
        {STR_INIT("max-age=31535999; includeSubDomains; preload"), "header.preloadable.max_age.below_1_year", ""},
        {STR_INIT("max-age=10886400; includeSubDomains; preload"), "header.preloadable.max_age.below_1_year", ""},
        {STR_INIT("max-age=10886399; includeSubDomains; preload"), "header.preloadable.max_age.below_1_year",
         "header.preloadable.max_age.below_18_weeks"},
        {STR_INIT("max-age=315360000; preload; INCLUDESUBDOMAINS"), "", ""},
        {STR_INIT("max-age=315360001; preload; includeSubDomains"), "header.preloadable.max_age.over_10_years",
         "header.preloadable.max_age.over_10_years"},
        {STR_INIT("max-age=0; includeSubDomains; preload"), "header.preloadable.max_age.zero",
         "header.preloadable.max_age.zero"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preload_seen seen = good();
        seen.https_fields = one(rows[i].value);
        expect(&seen, PRELOAD_POLICY_BULK_1_YEAR, rows[i].year);
        expect(&seen, PRELOAD_POLICY_BULK_18_WEEKS, rows[i].weeks);
    }
}

static void how_a_field_is_written_is_told(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        const char *codes;
    } rows[] = {
        {STR_INIT(" \t"), "header.parse.empty\nheader.preloadable.include_sub_domains.missing\n"
                          "header.preloadable.preload.missing\nheader.preloadable.max_age.missing"},
        {STR_INIT("max-age=31536000; includeSubDomains; preload;"), "header.parse.empty_directive"},
        {STR_INIT("max-age=031536000;includeSubDomains;preload"), "header.parse.max_age.leading_zero"},
        {STR_INIT("max-age=31536000; max-age=5; includeSubDomains; preload; preload; includesubdomains"),
         "header.parse.repeated.preload\nheader.parse.repeated.include_sub_domains\nheader.parse.repeated.max_age"},
        {STR_INIT("max-age=31536000; includeSubDomains=1; preload-me"),
         "header.parse.invalid.preload\nheader.parse.invalid.include_sub_domains\n"
         "header.preloadable.include_sub_domains.missing\nheader.preloadable.preload.missing"},
        {STR_INIT("max-age =31536000; includeSubDomains; preload"),
         "header.parse.invalid.max_age.no_value\nheader.preloadable.max_age.missing"},
        {STR_INIT("max-age=\"31536000\"; includeSubDomains; preload"),
         "header.parse.max_age.non_digit_characters\nheader.preloadable.max_age.missing"},
        {STR_INIT("max-age=; includeSubDomains; preload"),
         "header.parse.max_age.parse_int_error\nheader.preloadable.max_age.missing"},
        {STR_INIT("a; max-age=31536000; b=1; includeSubDomains; preload"),
         "header.parse.unknown_directive\nheader.parse.unknown_directive"},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preload_seen seen = good();
        seen.https_fields = one(rows[i].value);
        EXPECT(&seen, rows[i].codes);
        struct preload_findings alone;
        char room[2048];
        preload_rules_field(rows[i].value, PRELOAD_POLICY_BULK_1_YEAR, &alone);
        assert_str(listed(&alone, room, sizeof room), str_from(rows[i].codes));
    }
}

static void none_or_several_fields_hide_what_the_first_redirect_has(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.https_fields = seen.first_fields = (struct preload_fields){.count = 0};
    EXPECT(&seen, "response.no_header");
    seen.https_fields.count = 90000;
    EXPECT(&seen, "response.multiple_headers");
}

static void plain_http_is_walked(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.http_answers = false;
    EXPECT(&seen, "redirects.http.does_not_exist");
    seen = good();
    seen.http_fields = one(GOOD_FIELD);
    seen.http_way.hops_count = 0;
    EXPECT(&seen, "redirects.http.useless_header\nredirects.http.no_redirect");
    seen = good();
    seen.http_way.hops_count = 0;
    seen.http_way.end = PRELOAD_END_FAILED;
    seen.http_way.why = STR("gives no answer within 10 s");
    EXPECT(&seen, "redirects.follow_error\nredirects.http.no_redirect");

    static const struct {
        bool is_https;
        struct str host;
        const char *codes;
    } firsts[] = {
        {false, STR_INIT("www.example.org"), "redirects.http.www_first"},
        {true, STR_INIT("www.example.org"), "redirects.http.www_first"},
        {false, STR_INIT("example.org"), "redirects.http.first_redirect.insecure"},
        {true, STR_INIT("other.example"), "redirects.http.first_redirect.insecure"},
        {true, STR_INIT("Example.org"), "redirects.http.first_redirect.insecure"}, /* it compares bytes */
        {true, STR_INIT("www."), "redirects.http.first_redirect.insecure"},
    };
    for (size_t i = 0; i < COUNT(firsts); i++) {
        seen = good();
        seen.http_way.hops[0] = hop(firsts[i].is_https, firsts[i].host, STR("…"));
        seen.first_answers = false; /* it is not asked */
        EXPECT(&seen, firsts[i].codes);
    }
}

static void where_the_first_redirect_leads_is_asked_by_itself(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.first_answers = false;
    seen.http_way.hops[1].is_https = false; /* told only when somebody answers at the first */
    EXPECT(&seen, "redirects.http.first_redirect.invalid");
    seen.first_answers = true;
    EXPECT(&seen, "redirects.insecure.subsequent");
    seen = good();
    seen.first_fields = one(STR("max-age=10886400; includeSubDomains; preload"));
    expect(&seen, PRELOAD_POLICY_BULK_18_WEEKS, "redirects.http.first_redirect.no_hsts"); /* by the rule of today */
    struct preload_findings findings;
    preload_rules_domain(&seen, PRELOAD_POLICY_BULK_18_WEEKS, &findings);
    assert_string_equal(findings.items[0].detail, "https://example.org/: header.preloadable.max_age.below_1_year");
    seen.first_fields = one(STR("max-age=31536000; includeSubDomains; preload;;")); /* warnings do not matter */
    EXPECT(&seen, "");
}

static void redirects_end_soon_and_stay_secure(void **state)
{
    (void)state;
    struct preload_seen seen = good();
    seen.https_way.hops[0].is_https = false;
    EXPECT(&seen, "redirects.insecure.initial");
    seen = good();
    for (size_t i = 0; i < PRELOAD_HOPS_COUNT_MAX; i++)
        seen.http_way.hops[i] = seen.https_way.hops[i] = hop(i != 2, STR("example.org"), STR("x://example.org/"));
    seen.http_way.hops_count = seen.https_way.hops_count = PRELOAD_HOPS_COUNT_MAX;
    seen.http_way.end = seen.https_way.end = PRELOAD_END_TOO_MANY;
    EXPECT(&seen, "redirects.too_many\nredirects.insecure.subsequent\n"
                  "redirects.too_many\nredirects.insecure.subsequent");
}

static void removal_wants_a_valid_field_without_the_word(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        const char *codes;
    } rows[] = {
        {STR_INIT("max-age=0"), ""},
        {STR_INIT("max-age=31536000; includeSubDomains;; other"), ""}, /* warnings do not matter */
        {STR_INIT("max-age=0; preload"), "header.removable.contains.preload"},
        {STR_INIT("includeSubDomains"), "header.removable.missing.max_age"},
        {STR_INIT("max-age=x; preload"), "header.parse.max_age.non_digit_characters\nheader.removable.contains."
                                         "preload\nheader.removable.missing.max_age"},
    };
    struct preload_findings findings;
    char room[1024];
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct preload_seen seen = {.https = PRELOAD_REACH_GOOD, .https_fields = one(rows[i].value)};
        preload_rules_removal(&seen, &findings);
        note(&findings);
        assert_str(listed(&findings, room, sizeof room), str_from(rows[i].codes));
        preload_rules_removal_field(rows[i].value, &findings);
        assert_str(listed(&findings, room, sizeof room), str_from(rows[i].codes));
    }
    struct preload_seen seen = {.https = PRELOAD_REACH_NONE};
    preload_rules_removal(&seen, &findings);
    assert_str(listed(&findings, room, sizeof room), STR("domain.tls.cannot_connect"));
    seen.https = PRELOAD_REACH_GOOD;
    preload_rules_removal(&seen, &findings);
    assert_str(listed(&findings, room, sizeof room), STR("response.no_header"));
}

static void a_field_full_of_unknown_directives_leaves_room_for_what_is_worse(void **state)
{
    (void)state;
    char text[1024];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = i % 2 ? ';' : 'x';
    struct preload_findings findings;
    preload_rules_field(str_make(text, sizeof text), PRELOAD_POLICY_BULK_1_YEAR, &findings);
    assert_int_equal(findings.count, 1 + 8 + 3); /* an empty one at the end, some of the unknown, and what lacks */
    assert_int_equal(findings.omitted_count, 512 - 8);
    assert_int_equal(preload_rules_exit_status(&findings), 1);
}

static void the_exit_status_is_the_originals(void **state)
{
    (void)state;
    struct preload_findings findings = {0};
    assert_int_equal(preload_rules_exit_status(&findings), 0);
    findings.count = 1;
    findings.items[0].code = PRELOAD_HTTP_NONE;
    assert_int_equal(preload_rules_exit_status(&findings), 2);
    findings.count = 2;
    findings.items[1].code = PRELOAD_WWW;
    assert_int_equal(preload_rules_exit_status(&findings), 1);
}

/* splitmix64: any numbers will do, as long as they are the same each time. */
static uint64_t below(uint64_t *at, uint64_t bound)
{
    uint64_t z = *at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % bound;
}

static struct str any_text(uint64_t *random, const struct str *from, size_t count)
{
    return from[below(random, count)];
}

/* UTF-8 and nothing that a terminal obeys. */
static void assert_readable(const char *text)
{
    for (struct str rest = str_from(text); rest.size; rest = str_after(rest, str_utf8_size(rest))) {
        assert_true(str_utf8_size(rest) > 0);
        assert_true((unsigned char)rest.data[0] >= ' ' && rest.data[0] != 0x7f);
    }
}

/* Any bytes, too: what a server sends is its own affair. */
static void whatever_was_seen_has_the_same_findings_each_time(void **state)
{
    (void)state;
    static const struct str texts[] = {
        STR_INIT(""),
        STR_INIT("example.org"),
        STR_INIT("www.example.org"),
        STR_INIT("org"),
        STR_INIT("."),
        STR_INIT("a..b"),
        STR_INIT("\0\xff\n"),
        STR_INIT("\xff\x1b[31m \xc3"),
        STR_INIT("max-age=1"),
        STR_INIT("1.2.3.4"),
        STR_INIT("max-age=31536000; includeSubDomains; preload"),
        STR_INIT("preload;;"),
        STR_INIT("max-age=\"1\""),
        {NULL, 0},
    };
    uint64_t random = random_test_number("PRELOAD_SEED", 7);
    for (size_t round = 0; round < RANDOM_TEST_COUNT(20000, 2000); round++) {
        struct preload_seen seen = {.domain = any_text(&random, texts, COUNT(texts)),
                                    .public_suffix = any_text(&random, texts, COUNT(texts)),
                                    .registrable = any_text(&random, texts, COUNT(texts)),
                                    .https = (enum preload_reach)below(&random, 3),
                                    .https_why = any_text(&random, texts, COUNT(texts)),
                                    .sha1 = below(&random, 2),
                                    .cipher_modern = below(&random, 2),
                                    .http_answers = below(&random, 2),
                                    .first_answers = below(&random, 2),
                                    .www = (enum preload_www)below(&random, 3)};
        struct preload_fields *fields[] = {&seen.https_fields, &seen.http_fields, &seen.first_fields};
        for (size_t i = 0; i < COUNT(fields); i++) {
            fields[i]->count = below(&random, 3);
            for (size_t j = 0; j < fields[i]->count; j++)
                fields[i]->values[j] = any_text(&random, texts, COUNT(texts));
        }
        struct preload_way *ways[] = {&seen.http_way, &seen.https_way};
        for (size_t i = 0; i < COUNT(ways); i++) {
            ways[i]->end = (enum preload_end)below(&random, 3);
            ways[i]->hops_count = below(&random, PRELOAD_HOPS_COUNT_MAX + 1);
            for (size_t j = 0; j < ways[i]->hops_count; j++)
                ways[i]->hops[j] = hop(below(&random, 2), any_text(&random, texts, COUNT(texts)),
                                       any_text(&random, texts, COUNT(texts)));
        }
        struct preload_findings first, second;
        memset(&second, 0xa5, sizeof second);
        preload_rules_domain(&seen, PRELOAD_POLICY_BULK_1_YEAR, &first);
        preload_rules_domain(&seen, PRELOAD_POLICY_BULK_1_YEAR, &second);
        assert_int_equal(first.count, second.count);
        for (size_t i = 0; i < first.count; i++) {
            assert_int_equal(first.items[i].code, second.items[i].code);
            assert_string_equal(first.items[i].detail, second.items[i].detail);
            assert_readable(first.items[i].detail);
        }
        assert_true(first.count + first.omitted_count > 0 || preload_rules_exit_status(&first) == 0);
    }
}

/* Runs last: what the list itself answers is tested beside it. */
static void every_code_of_the_checker_was_seen(void **state)
{
    (void)state;
    for (unsigned code = 0; code < PRELOAD_LIST_PENDING; code++)
        if (!shown[code])
            fail_msg("no test shows %s", preload_code_text((enum preload_code)code));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_domain_has_no_findings),
        cmocka_unit_test(a_name_that_is_none_ends_the_check),
        cmocka_unit_test(a_subdomain_is_told_and_looked_at_all_the_same),
        cmocka_unit_test(without_a_connection_nothing_else_is_told),
        cmocka_unit_test(tls_is_looked_at),
        cmocka_unit_test(fields_are_judged_by_the_policy),
        cmocka_unit_test(how_a_field_is_written_is_told),
        cmocka_unit_test(none_or_several_fields_hide_what_the_first_redirect_has),
        cmocka_unit_test(plain_http_is_walked),
        cmocka_unit_test(where_the_first_redirect_leads_is_asked_by_itself),
        cmocka_unit_test(redirects_end_soon_and_stay_secure),
        cmocka_unit_test(removal_wants_a_valid_field_without_the_word),
        cmocka_unit_test(a_field_full_of_unknown_directives_leaves_room_for_what_is_worse),
        cmocka_unit_test(the_exit_status_is_the_originals),
        cmocka_unit_test(whatever_was_seen_has_the_same_findings_each_time),
        cmocka_unit_test(every_code_of_the_checker_was_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
