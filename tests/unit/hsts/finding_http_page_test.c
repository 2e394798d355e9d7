/* Cookies, mixed content, dead fields, the certificate and the reading of the field, each with what is told of it. */
#include "finding_list.h"

#define DAY_S INT64_C(86400)

static struct site_seen with_cookies(const char *const *cookies, struct str field)
{
    struct site_seen site = {.answers = {[SITE_ASK_ROOT] = {.status = 200}}};
    for (; *cookies; cookies++)
        assert_true(site_cookie_read(str_from(*cookies), 0, &site.cookies[site.cookies_count++]));
    if (field.size)
        site.answers[SITE_ASK_ROOT].fields = (struct preload_fields){.values = {field}, .count = 1};
    return site;
}

#define COOKIES(...) ((const char *const[]){__VA_ARGS__, NULL})

static void expect_cookies(const char *const *cookies, struct str field, const char *codes)
{
    struct site_seen site = with_cookies(cookies, field);
    assert_findings(&(struct finding_seen){.site = &site}, codes);
}

static void cookies_are_kept_from_plain_http(void **state)
{
    (void)state;
    const struct str none = STR(""), promise = STR("max-age=300"), undone = STR("max-age=0");
    expect_cookies(COOKIES("a=b; Secure; SameSite=Lax"), none, "cookie.good");
    expect_cookies(COOKIES("a=b; Secure"), none, "cookie.no_same_site\ncookie.good");
    expect_cookies(COOKIES("a=b; SameSite=Lax"), none, "cookie.not_secure");
    expect_cookies(COOKIES("sid=b; HttpOnly; SameSite=Lax"), none, "cookie.session_not_secure");
    expect_cookies(COOKIES("sid=b; HttpOnly; SameSite=Lax"), undone, "cookie.session_not_secure");
    expect_cookies(COOKIES("sid=b; HttpOnly; SameSite=Lax"), promise, "cookie.not_secure");
    expect_cookies(COOKIES("sid=b; Secure; SameSite=Strict"), promise, "cookie.session_open_to_scripts");
    expect_cookies(COOKIES("a=b; Secure; SameSite=Sometimes"), none, "cookie.same_site_unknown");
    expect_cookies(COOKIES("a=b; SameSite=None"), none, "cookie.refused");
    expect_cookies(COOKIES("a=b; SameSite=None", "sid=x", "lang=en; Secure"), none,
                   "cookie.refused\ncookie.session_not_secure\ncookie.session_open_to_scripts\ncookie.no_same_site");
}

static void cookies_are_named_as_far_as_there_is_room(void **state)
{
    (void)state;
    struct site_seen site = with_cookies(COOKIES("one=1", "two=2", "thr\"ee=3"), STR("max-age=1"));
    const struct finding_seen seen = {.site = &site};
    assert_string_equal(finding_detail(&seen, FINDING_COOKIE_NOT_SECURE), "one, two, thr\"ee");
    for (size_t i = 0; i < SITE_COOKIES_COUNT_MAX; i++)
        site.cookies[i] = (struct site_cookie){.name = STR("a name of some thirty characters…")};
    site.cookies_count = SITE_COOKIES_COUNT_MAX;
    const char *detail = finding_detail(&seen, FINDING_COOKIE_NOT_SECURE);
    assert_non_null(strstr(detail, ", +30"));
}

static void expect_page(struct site_page page, const char *codes)
{
    struct site_seen site = {.page = page};
    site.page.is_known = true;
    assert_findings(&(struct finding_seen){.site = &site}, codes);
}

static void mixed_content_is_told_by_kind(void **state)
{
    (void)state;
    expect_page((struct site_page){0}, "content.good");
    expect_page((struct site_page){.active_count = 1, .active = STR("script src http://a/")}, "content.active");
    expect_page((struct site_page){.passive_count = 2, .passive = STR("img src http://a/")}, "content.passive");
    expect_page((struct site_page){.active_count = 1, .passive_count = 2}, "content.active\ncontent.passive");
    expect_page((struct site_page){.active_count = 1, .passive_count = 2, .upgrades = true}, "content.upgraded");
    struct site_seen unknown = {.page = {.active_count = 1}};
    assert_findings(&(struct finding_seen){.site = &unknown}, "");
}

static void dead_fields_and_answers_that_did_not_come(void **state)
{
    (void)state;
    struct site_seen site = {.has_key_pins = true,
                             .has_expect_ct = true,
                             .answers = {[SITE_ASK_METHOD] = {.why = STR("closes the connection")}}};
    const struct finding_seen seen = {.site = &site};
    assert_findings(&seen, "dead.public_key_pins\ndead.expect_ct");
    site.answers[SITE_ASK_HEAD].why = STR("gives no answer within 10 s");
    assert_findings(&seen, "dead.public_key_pins\ndead.expect_ct\nlook.no_answer");
    assert_string_equal(finding_detail(&seen, FINDING_LOOK_NO_ANSWER), "HEAD /: it gives no answer within 10 s");
}

static void expect_certificate(int64_t life_days, int64_t left_s, const char *codes)
{
    struct site_seen site = {.certificate = {.is_known = true, .not_before_s = 0, .not_after_s = life_days * DAY_S}};
    assert_findings(&(struct finding_seen){.site = &site, .now_s = life_days * DAY_S - left_s}, codes);
}

static void renewal_is_late_by_the_life_of_the_certificate(void **state)
{
    (void)state;
    expect_certificate(90, 31 * DAY_S, "certificate.fresh");
    expect_certificate(90, 30 * DAY_S, "certificate.renewal_due");
    expect_certificate(90, 21 * DAY_S, "certificate.renewal_late");
    expect_certificate(90, 7 * DAY_S + 1, "certificate.renewal_late");
    expect_certificate(90, 7 * DAY_S, "certificate.ends_soon");
    expect_certificate(6, 3 * DAY_S, "certificate.fresh");
    expect_certificate(6, 2 * DAY_S, "certificate.renewal_due");
    expect_certificate(6, DAY_S / 2, "certificate.ends_soon");
    expect_certificate(365, 31 * DAY_S, "certificate.fresh");
    expect_certificate(365, 22 * DAY_S, "certificate.renewal_due");
    expect_certificate(365, 20 * DAY_S, "certificate.renewal_late");
    expect_certificate(365, -1, "certificate.ends_soon");
    expect_certificate(-5, 100 * DAY_S, "certificate.fresh");
}

static void the_certificate_is_told_with_its_end_and_its_chain(void **state)
{
    (void)state;
    struct site_seen site = {.certificate = {.is_known = true,
                                             .not_before_s = 1792000000,
                                             .not_after_s = 1792000000 + 400 * DAY_S,
                                             .issuer = STR("CN=R11,O=An authority"),
                                             .is_too_long = true,
                                             .sends_root = true,
                                             .strays_count = 2}};
    struct finding_seen seen = {.site = &site, .now_s = 1792000000 + 390 * DAY_S};
    assert_findings(&seen, "certificate.renewal_late\ncertificate.too_long\nchain.root_sent\nchain.strays");
    assert_string_equal(finding_detail(&seen, FINDING_CERTIFICATE_LATE),
                        "it ends on 2027-11-18 17:46 UTC, in 10 of 400 days; issued by CN=R11,O=An authority");
    assert_string_equal(finding_detail(&seen, FINDING_CERTIFICATE_TOO_LONG), "it is valid for 400 days");
    assert_string_equal(finding_detail(&seen, FINDING_CHAIN_STRAYS), "2");
    seen.now_s = 1792000000 + 399 * DAY_S;
    assert_string_equal(finding_detail(&seen, FINDING_CERTIFICATE_ENDS),
                        "it ends on 2027-11-18 17:46 UTC, in 24 hours; issued by CN=R11,O=An authority");
}

static void expect_field(struct str value, const char *codes)
{
    static struct findings findings;
    char room[256] = "";
    finding_judge_field(value, &findings);
    assert_true(findings.count <= 1);
    if (findings.count)
        (void)snprintf(room, sizeof room, "%s: %s", finding_code_text(findings.items[0].code),
                       findings.items[0].detail);
    assert_str(str_from(room), str_from(codes));
}

static void the_clients_views_of_a_field_are_compared(void **state)
{
    (void)state;
    expect_field(STR("max-age=31536000; includeSubDomains; preload"), "field.read_alike: ");
    expect_field(STR("max-age=63072000"), "field.read_alike: "); /* Chromium's year is no difference */
    expect_field(STR("max-age=0"), "field.read_alike: ");
    expect_field(STR("max-age=\"300\""),
                 "field.read_differently: unlike the others: hstspreload.org, HTTP Observatory");
    expect_field(STR("includeSubDomains"), "field.ignored_by_all: ");
    expect_field(STR("max-age=300; includeSubDomains=1"), "field.ignored_by_some: ignored by RFC 6797, Chromium, "
                                                          "Firefox; taken by curl");
    expect_field(STR(""), "field.ignored_by_all: ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cookies_are_kept_from_plain_http),
        cmocka_unit_test(cookies_are_named_as_far_as_there_is_room),
        cmocka_unit_test(mixed_content_is_told_by_kind),
        cmocka_unit_test(dead_fields_and_answers_that_did_not_come),
        cmocka_unit_test(renewal_is_late_by_the_life_of_the_certificate),
        cmocka_unit_test(the_certificate_is_told_with_its_end_and_its_chain),
        cmocka_unit_test(the_clients_views_of_a_field_are_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
