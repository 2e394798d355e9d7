/* Counting, ranking, and how it is told. */
#include "check.h"

#include "app/scan_summary.h"

static struct preload_findings found(const char *field)
{
    struct preload_findings findings;
    preload_rules_field(str_from(field), PRELOAD_POLICY_BULK_1_YEAR, &findings);
    return findings;
}

static struct scan_summary three(void)
{
    struct scan_summary summary = {.took_s = 5};
    const char *const fields[] = {"max-age=31536000; includeSubDomains; preload",
                                  "max-age=31536000; includeSubDomains; preload;;", "max-age=5;; preload; x; y"};
    for (size_t i = 0; i < 3; i++) {
        struct preload_findings findings = found(fields[i]);
        scan_summary_add(&summary, &findings);
    }
    return summary;
}

static void a_code_counts_once_a_domain(void **state)
{
    (void)state;
    struct scan_summary summary = three();
    assert_int_equal(scan_summary_domains(&summary), 3);
    assert_int_equal(summary.good, 1);
    assert_int_equal(summary.warned, 1);
    assert_int_equal(summary.refused, 1);
    assert_int_equal(summary.codes[PRELOAD_FIELD_EMPTY_DIRECTIVE], 2);
    assert_int_equal(summary.codes[PRELOAD_FIELD_UNKNOWN_DIRECTIVE], 1);
}

static void what_was_judged_before_counts_alike(void **state)
{
    (void)state;
    struct scan_summary summary = {0};
    const struct str warning = STR("header.parse.empty_directive"), both[] = {STR("response.no_header"), warning},
                     unknown = STR("header.parse.nonsense");
    assert_true(scan_summary_add_codes(&summary, NULL, 0));
    assert_true(scan_summary_add_codes(&summary, &warning, 1));
    assert_true(scan_summary_add_codes(&summary, both, 2));
    assert_false(scan_summary_add_codes(&summary, &unknown, 1));
    assert_int_equal(summary.good, 1);
    assert_int_equal(summary.warned, 1);
    assert_int_equal(summary.refused, 1);
    assert_int_equal(summary.codes[PRELOAD_FIELD_EMPTY_DIRECTIVE], 2);
}

static void it_is_told_in_a_line_a_report_and_a_picture(void **state)
{
    (void)state;
    struct scan_summary summary = three();
    struct buf out;
    buf_init(&out, SCAN_REPORT_SIZE_MAX);
    assert_true(scan_summary_line(&summary, &out));
    assert_str(buf_str(&out), STR("3 domains: 2 would be taken into the list (66.7 %), 1 of them with warnings; 1 "
                                  "would not."));
    buf_fini(&out);
    buf_init(&out, SCAN_REPORT_SIZE_MAX);
    assert_true(scan_summary_markdown(&summary, "list.txt", "list.svg", 0, &out) && buf_put_char(&out, '\0'));
    const char *first = strstr(buf_str(&out).data, "header.parse.empty_directive"),
               *second = strstr(buf_str(&out).data, "header.parse.unknown_directive");
    assert_true(first && second && first < second); /* the most frequent first */
    assert_non_null(strstr(buf_str(&out).data, "| errors | 1 | 33.3 % |"));
    buf_fini(&out);
    buf_init(&out, SCAN_REPORT_SIZE_MAX);
    assert_true(scan_summary_svg(&summary, &out) && buf_put_char(&out, '\0'));
    assert_non_null(strstr(buf_str(&out).data, "header.preloadable.max_age.below_1_year"));
    buf_fini(&out);
}

static void nothing_at_all_can_be_told_too(void **state)
{
    (void)state;
    struct scan_summary summary = {.removal = true};
    struct buf out;
    buf_init(&out, SCAN_REPORT_SIZE_MAX);
    assert_true(scan_summary_line(&summary, &out));
    assert_str(buf_str(&out), STR("0 domains: 0 would be taken off the list (0.0 %), 0 of them with warnings; 0 would "
                                  "not."));
    assert_true(scan_summary_markdown(&summary, "-", NULL, 0, &out));
    assert_true(scan_summary_svg(&summary, &out));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_counts_once_a_domain),
        cmocka_unit_test(what_was_judged_before_counts_alike),
        cmocka_unit_test(it_is_told_in_a_line_a_report_and_a_picture),
        cmocka_unit_test(nothing_at_all_can_be_told_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
