/* The table of codes is whole, findings stand in their order, and whatever was seen has the same ones each time. */
#include "check.h"

#include <stdio.h>

#include "hsts/finding.h"
#include "random_test.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void every_code_has_a_text_of_its_own_and_words(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FINDING_CODES_COUNT; i++) {
        const char *text = finding_code_text((enum finding_code)i);
        assert_non_null(text);
        assert_non_null(strchr(text, '.'));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(text, finding_code_text((enum finding_code)j));
        assert_true(finding_code_severity((enum finding_code)i) < FINDING_SEVERITIES_COUNT);
        assert_true(finding_code_mend((enum finding_code)i) < MENDS_COUNT);
    }
}

static void check_sentence(struct str text)
{
    assert_true(text.size > 10);
    assert_int_equal(text.data[text.size - 1], '.');
    assert_null(strstr(text.data, "  "));
}

static void words_and_fixes_are_whole_sentences(void **state)
{
    (void)state;
    for (unsigned i = 0; i < FINDING_CODES_COUNT; i++) {
        enum finding_code code = (enum finding_code)i;
        check_sentence(str_from(finding_code_words(code)));
        if (finding_code_severity(code) == FINDING_GOOD)
            assert_string_equal(finding_code_fix(code), "");
        else
            check_sentence(str_from(finding_code_fix(code)));
    }
}

static void the_list_is_bounded_and_counts_what_it_leaves_out(void **state)
{
    (void)state;
    struct findings findings = {0};
    for (size_t i = 0; i < FINDINGS_COUNT_MAX + 3; i++)
        finding_add(&findings, FINDING_FIELD_VARIES, "%zu", i);
    assert_int_equal(findings.count, FINDINGS_COUNT_MAX);
    assert_int_equal(findings.omitted_count, 3);
    assert_string_equal(findings.items[0].detail, "0");
    assert_int_equal(findings_count(&findings, FINDING_WARNING), FINDINGS_COUNT_MAX);
    assert_int_equal(findings_count(&findings, FINDING_ERROR), 0);
}

static void what_strangers_sent_is_cut_and_cleaned(void **state)
{
    (void)state;
    struct findings findings = {0};
    char text[2 * FINDING_DETAIL_SIZE];
    memset(text, 'x', sizeof text);
    finding_add(&findings, FINDING_FIELD_VARIES, "%.*s", (int)sizeof text, text);
    assert_int_equal(strlen(findings.items[0].detail), FINDING_DETAIL_SIZE - 1);
    finding_add(&findings, FINDING_FIELD_VARIES, "%s", "a\x1b[2Jb\xc3\xa9\x7f");
    assert_string_equal(findings.items[1].detail, "a?[2Jb???");
}

/* splitmix64: any numbers will do, as long as they are the same each time. */
static uint64_t below(uint64_t *at, uint64_t bound)
{
    uint64_t z = *at += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % bound;
}

static const struct str texts[] = {
    STR_INIT(""),
    STR_INIT("max-age=1"),
    STR_INIT("max-age=31536000; includeSubDomains; preload"),
    STR_INIT("max-age=\"1\""),
    STR_INIT("max-age=1, max-age=2"),
    STR_INIT("\0\xff\n"),
    STR_INIT("max-age = 300;;preload=1"),
    {NULL, 0},
};

static const struct str names[] = {STR_INIT("sid"),  STR_INIT("login"), STR_INIT("csrf"),
                                   STR_INIT("lang"), STR_INIT("\xff"),  {NULL, 0}};

static struct str any_text(uint64_t *random)
{
    return texts[below(random, COUNT(texts))];
}

static void any_fields(uint64_t *random, struct preload_fields *ret)
{
    ret->count = below(random, 4) ? below(random, 3) : below(random, PRELOAD_FIELDS_COUNT_MAX + 5);
    for (size_t i = 0; i < ret->count && i < PRELOAD_FIELDS_COUNT_MAX; i++)
        ret->values[i] = any_text(random);
}

static int64_t any_moment(uint64_t *random)
{
    static const int64_t ends[] = {INT64_MIN, -1, 0, 1, INT64_MAX};
    if (below(random, 3) == 0)
        return ends[below(random, COUNT(ends))];
    return below(random, 2) ? (int64_t)below(random, UINT64_C(4000000000)) : (int64_t)below(random, 120) * 86400;
}

static void any_site(uint64_t *random, struct site_seen *ret)
{
    *ret = (struct site_seen){0};
    for (size_t i = 0; i < SITE_ASKS_COUNT; i++) {
        struct site_answer *answer = &ret->answers[i];
        answer->status = (unsigned)below(random, 1000) * (unsigned)below(random, 2);
        answer->is_redirect = below(random, 2);
        answer->why = any_text(random);
        any_fields(random, &answer->fields);
    }
    ret->cookies_count = below(random, SITE_COOKIES_COUNT_MAX + 1);
    for (size_t i = 0; i < ret->cookies_count; i++)
        ret->cookies[i] = (struct site_cookie){.name = names[below(random, COUNT(names))],
                                               .is_secure = below(random, 2),
                                               .is_http_only = below(random, 2),
                                               .same_site = (enum site_same_site)below(random, 5),
                                               .has_bad_same_site = below(random, 2),
                                               .has_domain = below(random, 2),
                                               .is_for_root = below(random, 2)};
    ret->page = (struct site_page){.is_known = below(random, 2),
                                   .active_count = below(random, 3),
                                   .passive_count = below(random, 3),
                                   .active = any_text(random),
                                   .passive = any_text(random),
                                   .upgrades = below(random, 2)};
    ret->has_key_pins = below(random, 2);
    ret->has_expect_ct = below(random, 2);
    ret->certificate = (struct site_certificate){.is_known = below(random, 2),
                                                 .not_before_s = any_moment(random),
                                                 .not_after_s = any_moment(random),
                                                 .issuer = any_text(random),
                                                 .is_too_long = below(random, 2),
                                                 .sends_root = below(random, 2),
                                                 .strays_count = below(random, 3)};
}

static void any_preload(uint64_t *random, struct preload_seen *ret)
{
    *ret = (struct preload_seen){.domain = any_text(random),
                                 .registrable = any_text(random),
                                 .https = (enum preload_reach)below(random, 3),
                                 .http_answers = below(random, 2),
                                 .first_answers = below(random, 2)};
    any_fields(random, &ret->https_fields);
    any_fields(random, &ret->http_fields);
    struct preload_way *ways[] = {&ret->http_way, &ret->https_way};
    for (size_t i = 0; i < COUNT(ways); i++) {
        ways[i]->end = (enum preload_end)below(random, 3);
        ways[i]->untrusted = below(random, 2);
        any_fields(random, &ways[i]->end_fields);
        ways[i]->hops_count = below(random, PRELOAD_HOPS_COUNT_MAX + 1);
        for (size_t j = 0; j < ways[i]->hops_count; j++)
            ways[i]->hops[j] = (struct preload_hop){below(random, 2), any_text(random), any_text(random)};
    }
}

static void any_service(uint64_t *random, struct net_service *ret)
{
    *ret = (struct net_service){.is_alias = below(random, 2),
                                .priority = (uint16_t)below(random, 65536),
                                .target = any_text(random),
                                .alpn = any_text(random),
                                .has_h2 = below(random, 2),
                                .has_port = below(random, 2),
                                .ech = below(random, 2),
                                .is_foreign = below(random, 2),
                                .hints = any_text(random),
                                .stray_hint = any_text(random),
                                .target_missing = below(random, 2),
                                .port_silent = any_text(random)};
}

static void any_net(uint64_t *random, struct net_seen *ret)
{
    *ret = (struct net_seen){.domain = any_text(random),
                             .addresses_count = below(random, NET_ADDRESSES_COUNT_MAX + 1),
                             .more_count = below(random, 2),
                             .above_count = below(random, NET_ABOVE_COUNT_MAX + 1),
                             .listed = {true, below(random, 2), below(random, 2), below(random, 2), any_text(random)}};
    for (size_t i = 0; i < ret->addresses_count; i++)
        ret->addresses[i] = (struct net_address){.text = "192.0.2.1",
                                                 .is_ipv6 = below(random, 2),
                                                 .answer = (enum net_answer)below(random, NET_GOOD + 1),
                                                 .why = any_text(random),
                                                 .status = (unsigned)below(random, 1000),
                                                 .leaf = {(char)('a' + below(random, 2))},
                                                 .field = any_text(random)};
    ret->https.told = (enum net_told)below(random, NET_THERE + 1);
    ret->https.why = any_text(random);
    ret->https.malformed_why = any_text(random);
    ret->https.services_count = below(random, NET_SERVICES_COUNT_MAX + 1);
    for (size_t i = 0; i < ret->https.services_count; i++)
        any_service(random, &ret->https.services[i]);
    ret->caa = (struct net_caa){(enum net_told)below(random, NET_THERE + 1),
                                any_text(random),
                                any_text(random),
                                any_text(random),
                                any_text(random),
                                any_text(random),
                                (enum net_caa_verdict)below(random, NET_CAA_FOREIGN + 1)};
    for (size_t i = 0; i < ret->above_count; i++)
        ret->above[i] = (struct net_above){any_text(random), any_text(random)};
    ret->tls = (struct net_tls){.version = any_text(random),
                                .cipher = any_text(random),
                                .cipher_1_2 = any_text(random),
                                .protocol = any_text(random),
                                .key = any_text(random),
                                .key_bits = (unsigned)below(random, 4096)};
    for (size_t i = 0; i < NET_VERSIONS_COUNT; i++)
        ret->tls.offers[i] = (enum net_offer)below(random, NET_OFFER_TAKEN + 1);
}

static void check_order(const struct findings *findings)
{
    for (size_t i = 1; i < findings->count; i++) {
        enum finding_code a = findings->items[i - 1].code, b = findings->items[i].code;
        assert_true(finding_code_severity(a) <= finding_code_severity(b));
        assert_true(finding_code_severity(a) != finding_code_severity(b) || a <= b);
    }
}

static void whatever_was_seen_has_the_same_findings_each_time(void **state)
{
    (void)state;
    static struct findings first, second;
    static bool shown[FINDING_CODES_COUNT];
    uint64_t random = random_test_number("FINDING_SEED", 7);
    for (size_t round = 0; round < RANDOM_TEST_COUNT(50000, 3000); round++) {
        struct site_seen site;
        struct preload_seen preload;
        static struct net_seen net;
        any_site(&random, &site);
        any_preload(&random, &preload);
        any_net(&random, &net);
        const struct finding_seen seen = {.preload = below(&random, 4) ? &preload : NULL,
                                          .site = below(&random, 4) ? &site : NULL,
                                          .net = below(&random, 4) ? &net : NULL,
                                          .list = {.is_known = below(&random, 2),
                                                   .is_bound = below(&random, 2),
                                                   .includes_subdomains = below(&random, 2),
                                                   .entry = any_text(&random)},
                                          .our_field = any_text(&random),
                                          .now_s = any_moment(&random)};
        memset(&second, 0xa5, sizeof second);
        finding_judge(&seen, &first);
        finding_judge(&seen, &second);
        assert_int_equal(first.count, second.count);
        assert_int_equal(first.omitted_count, 0); /* there is room for all that there can be */
        for (size_t i = 0; i < first.count; i++) {
            assert_int_equal(first.items[i].code, second.items[i].code);
            assert_string_equal(first.items[i].detail, second.items[i].detail);
        }
        check_order(&first);
        for (size_t i = 0; i < first.count; i++)
            shown[first.items[i].code] = true;
    }
    for (unsigned code = 0; code < FINDING_OBSERVATORY_END; code++)
        if (!shown[code] && RANDOM_TEST_COUNT(1, 0)) /* with few rounds some may not come */
            fail_msg("%s was never found", finding_code_text((enum finding_code)code));
}

static void what_nobody_looked_at_has_no_findings(void **state)
{
    (void)state;
    struct findings findings;
    finding_judge(&(struct finding_seen){.now_s = 1}, &findings);
    assert_int_equal(findings.count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_a_text_of_its_own_and_words),
        cmocka_unit_test(words_and_fixes_are_whole_sentences),
        cmocka_unit_test(the_list_is_bounded_and_counts_what_it_leaves_out),
        cmocka_unit_test(what_strangers_sent_is_cut_and_cleaned),
        cmocka_unit_test(whatever_was_seen_has_the_same_findings_each_time),
        cmocka_unit_test(what_nobody_looked_at_has_no_findings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
