/* The field over all answers: missing on some, several of them, and who sends which. */
#include "finding_list.h"

#define ONE   STR("max-age=31536000")
#define OTHER STR("max-age=300")

static struct preload_fields one(struct str value)
{
    return (struct preload_fields){.values = {value}, .count = 1};
}

static struct preload_fields two(struct str first, struct str second)
{
    return (struct preload_fields){.values = {first, second}, .count = 2};
}

static const struct preload_fields none = {0};

/* A site whose page, 404, 405 and HEAD have these fields; nothing redirects. */
static struct site_seen site_of(struct preload_fields root, struct preload_fields not_found,
                                struct preload_fields method, struct preload_fields head)
{
    return (struct site_seen){.answers = {[SITE_ASK_ROOT] = {.status = 200, .fields = root},
                                          [SITE_ASK_NOT_FOUND] = {.status = 404, .fields = not_found},
                                          [SITE_ASK_METHOD] = {.status = 405, .fields = method},
                                          [SITE_ASK_HEAD] = {.status = 200, .fields = head}}};
}

static void expect(struct site_seen site, const char *codes)
{
    assert_findings(&(struct finding_seen){.site = &site}, codes);
}

static void a_field_on_every_answer_is_good(void **state)
{
    (void)state;
    expect(site_of(one(ONE), one(ONE), one(ONE), one(ONE)), "field.everywhere");
    struct site_seen few = site_of(one(ONE), none, none, one(ONE));
    few.answers[SITE_ASK_NOT_FOUND].status = few.answers[SITE_ASK_METHOD].status = 0;
    expect(few, ""); /* two answers are not every kind */
}

static void where_it_is_missing_is_told_by_kind(void **state)
{
    (void)state;
    expect(site_of(one(ONE), none, one(ONE), one(ONE)), "field.missing_on_not_found");
    expect(site_of(one(ONE), one(ONE), none, none), "field.missing_on_refusal\nfield.missing_on_head");
    expect(site_of(none, one(ONE), one(ONE), one(ONE)), "field.missing_on_page");
    struct site_seen moved = site_of(none, one(ONE), one(ONE), one(ONE));
    moved.answers[SITE_ASK_ROOT].is_redirect = true;
    moved.answers[SITE_ASK_PAGE] = (struct site_answer){.status = 200, .fields = one(ONE)};
    expect(moved, "field.missing_on_redirect");
    const struct finding_seen seen = {.site = &moved};
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_MISSING_REDIRECT),
                        "GET / is answered with 200 and without it");
}

static void a_site_without_any_is_the_rules_business(void **state)
{
    (void)state;
    expect(site_of(none, none, none, none), "");
}

static void an_answer_that_did_not_come_lacks_nothing(void **state)
{
    (void)state;
    struct site_seen site = site_of(one(ONE), one(ONE), none, one(ONE));
    site.answers[SITE_ASK_METHOD] = (struct site_answer){.why = STR("closes the connection")};
    expect(site, "field.everywhere");
}

static void different_values_on_different_answers_are_told(void **state)
{
    (void)state;
    struct site_seen site = site_of(one(ONE), one(OTHER), one(ONE), one(ONE));
    const struct finding_seen seen = {.site = &site};
    assert_findings(&seen, "field.varies\nfield.everywhere");
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_VARIES),
                        "GET / has \"max-age=31536000\", GET /strictgate-check/nothing-is-here has \"max-age=300\"");
}

static void of_two_alike_the_answers_with_one_tell_who_sends_them(void **state)
{
    (void)state;
    struct site_seen both = site_of(two(ONE, ONE), two(ONE, ONE), two(ONE, ONE), two(ONE, ONE)),
                     some = site_of(two(ONE, ONE), one(ONE), one(ONE), two(ONE, ONE));
    expect(both, "field.duplicate\nfield.everywhere");
    const struct finding_seen seen = {.site = &some}, seen_both = {.site = &both},
                              ours = {.site = &both, .our_field = ONE};
    assert_string_equal(finding_detail(&ours, FINDING_FIELD_DUPLICATE),
                        "2 on GET /: this gateway sends it once, and something in front of it adds it again");
    assert_string_equal(finding_detail(&seen_both, FINDING_FIELD_DUPLICATE), "2 on GET /, and on every other answer");
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_DUPLICATE),
                        "2 on GET /, but one on TRACE /: a server in front and the application send it");
}

static void of_two_that_differ_the_one_on_every_answer_is_a_servers(void **state)
{
    (void)state;
    struct site_seen site = site_of(two(OTHER, ONE), one(ONE), one(ONE), two(OTHER, ONE));
    struct finding_seen seen = {.site = &site};
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_DUPLICATE_DIFFERENT),
                        "GET /: \"max-age=31536000\" is on every answer, so that a server in front sends it; "
                        "\"max-age=300\" is not, so that the application does");
    struct site_seen all = site_of(two(OTHER, ONE), two(OTHER, ONE), two(OTHER, ONE), two(OTHER, ONE));
    seen.site = &all;
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_DUPLICATE_DIFFERENT),
                        "GET /: \"max-age=300\" and \"max-age=31536000\"");
    seen.our_field = ONE;
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_DUPLICATE_DIFFERENT),
                        "GET /: this gateway sends \"max-age=31536000\", and something in front of it adds "
                        "\"max-age=300\"");
}

static void more_fields_than_are_kept_are_counted(void **state)
{
    (void)state;
    struct preload_fields many = {.count = 20};
    for (size_t i = 0; i < PRELOAD_FIELDS_COUNT_MAX; i++)
        many.values[i] = ONE;
    struct site_seen site = site_of(many, many, many, many);
    const struct finding_seen seen = {.site = &site};
    assert_string_equal(finding_detail(&seen, FINDING_FIELD_DUPLICATE), "20 on GET /, and on every other answer");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_field_on_every_answer_is_good),
        cmocka_unit_test(where_it_is_missing_is_told_by_kind),
        cmocka_unit_test(a_site_without_any_is_the_rules_business),
        cmocka_unit_test(an_answer_that_did_not_come_lacks_nothing),
        cmocka_unit_test(different_values_on_different_answers_are_told),
        cmocka_unit_test(of_two_alike_the_answers_with_one_tell_who_sends_them),
        cmocka_unit_test(of_two_that_differ_the_one_on_every_answer_is_a_servers),
        cmocka_unit_test(more_fields_than_are_kept_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
