/* What is worth telling: tables from facts to findings. */
#include "control/notify_judge.h"

#include "check.h"

#define DAY ((int64_t)86400)
#define NOW ((int64_t)1800000000)

static void stages_get_severe_as_the_end_comes_nearer_and_by_a_step_with_a_lock_out(void **state)
{
    static const struct {
        int64_t left_s, lifetime_s;
        bool renews_itself;
        int64_t bound_s;   /* from now; 0: nobody */
        const char *stage; /* NULL: nothing is worth telling */
        enum notify_severity severity;
    } cases[] = {
        {31 * DAY, 90 * DAY, false, 0, NULL, NOTIFY_INFO},
        {31 * DAY, 90 * DAY, false, 365 * DAY, NULL, NOTIFY_INFO},
        {30 * DAY, 90 * DAY, false, 0, "30d", NOTIFY_INFO},
        {14 * DAY + 1, 90 * DAY, false, 0, "30d", NOTIFY_INFO},
        {30 * DAY, 90 * DAY, false, 365 * DAY, "30d", NOTIFY_WARNING},
        {30 * DAY, 90 * DAY, false, 30 * DAY, "30d", NOTIFY_INFO}, /* free when it ends */
        {30 * DAY, 90 * DAY, false, 30 * DAY + 1, "30d", NOTIFY_WARNING},
        {14 * DAY, 90 * DAY, false, 0, "14d", NOTIFY_WARNING},
        {14 * DAY, 90 * DAY, false, 365 * DAY, "14d", NOTIFY_CRITICAL},
        {7 * DAY, 90 * DAY, false, 0, "7d", NOTIFY_WARNING},
        {7 * DAY, 90 * DAY, false, 365 * DAY, "7d", NOTIFY_CRITICAL},
        {3 * DAY, 90 * DAY, false, 0, "3d", NOTIFY_CRITICAL},
        {1 * DAY, 90 * DAY, false, 365 * DAY, "1d", NOTIFY_CRITICAL},
        {1, 90 * DAY, false, 0, "1d", NOTIFY_CRITICAL},
        {0, 90 * DAY, false, 0, "expired", NOTIFY_CRITICAL},
        {-100 * DAY, 90 * DAY, false, 0, "expired", NOTIFY_CRITICAL},
        /* What renews itself is told of when it is late: with a quarter of its time left. */
        {30 * DAY, 90 * DAY, true, 0, NULL, NOTIFY_INFO},
        {23 * DAY, 90 * DAY, true, 365 * DAY, NULL, NOTIFY_INFO},
        {22 * DAY, 90 * DAY, true, 0, "30d", NOTIFY_INFO},
        {13 * DAY, 90 * DAY, true, 0, "14d", NOTIFY_WARNING},
        {3 * DAY, 6 * DAY, true, 0, NULL, NOTIFY_INFO},
        {1 * DAY, 6 * DAY, true, 0, "1d", NOTIFY_CRITICAL},
        {-1, 6 * DAY, true, 0, "expired", NOTIFY_CRITICAL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct notify_facts facts = {.now_s = NOW,
                                           .has_certificate = true,
                                           .not_after_s = NOW + cases[i].left_s,
                                           .not_before_s = NOW + cases[i].left_s - cases[i].lifetime_s,
                                           .renews_itself = cases[i].renews_itself,
                                           .bound_until_s = cases[i].bound_s ? NOW + cases[i].bound_s : 0};
        struct notify_finding finding = {.stage = STR("none")};
        bool found = notify_judge_expiring(&facts, &finding);
        if (found != (cases[i].stage != NULL) ||
            (found && (!str_eq(finding.stage, str_from(cases[i].stage)) || finding.severity != cases[i].severity)))
            fail_msg("case %zu: %d %.*s %d", i, found, STR_ARG(finding.stage), finding.severity);
    }
}

static void a_site_without_a_certificate_has_none_that_could_end(void **state)
{
    const struct notify_facts facts = {.now_s = NOW, .bound_until_s = NOW + DAY, .mismatches_count = 1};
    struct notify_finding finding;
    (void)state;
    assert_false(notify_judge_expiring(&facts, &finding));
    assert_false(notify_judge_mismatch(&facts, &finding));
    assert_false(notify_locks_out(&facts));
}

static void a_listener_that_serves_something_else_is_worse_while_browsers_are_bound(void **state)
{
    static const struct {
        size_t mismatches_count;
        int64_t bound_s;
        bool found;
        enum notify_severity severity;
    } cases[] = {{0, DAY, false, NOTIFY_INFO},
                 {1, 0, true, NOTIFY_WARNING},
                 {2, DAY, true, NOTIFY_CRITICAL},
                 {1, -DAY, true, NOTIFY_WARNING}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct notify_facts facts = {.now_s = NOW,
                                           .has_certificate = true,
                                           .not_after_s = NOW + 50 * DAY,
                                           .mismatches_count = cases[i].mismatches_count,
                                           .bound_until_s = NOW + cases[i].bound_s};
        struct notify_finding finding = {.severity = NOTIFY_INFO};
        assert_int_equal(notify_judge_mismatch(&facts, &finding), cases[i].found);
        assert_int_equal(finding.severity, cases[i].severity);
        assert_int_equal(finding.patience_s, cases[i].found ? NOTIFY_MISMATCH_PATIENCE_S : 0);
    }
}

static void failing_is_urgent_when_little_is_left(void **state)
{
    static const struct {
        int64_t left_s, bound_s;
        enum notify_severity severity;
    } cases[] = {{30 * DAY, 365 * DAY, NOTIFY_WARNING}, {7 * DAY, 0, NOTIFY_WARNING},  {7 * DAY, DAY, NOTIFY_WARNING},
                 {7 * DAY, 8 * DAY, NOTIFY_CRITICAL},   {3 * DAY, 0, NOTIFY_CRITICAL}, {-DAY, 0, NOTIFY_CRITICAL}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct notify_facts facts = {.now_s = NOW,
                                           .has_certificate = true,
                                           .not_after_s = NOW + cases[i].left_s,
                                           .bound_until_s = cases[i].bound_s ? NOW + cases[i].bound_s : 0};
        struct notify_finding finding;
        notify_judge_failing(&facts, STR("rateLimited"), &finding);
        assert_int_equal(finding.severity, cases[i].severity);
        assert_str(finding.stage, STR("rateLimited"));
    }
    struct notify_finding finding;
    notify_judge_failing(&(const struct notify_facts){.now_s = NOW}, STR("x"), &finding);
    assert_int_equal(finding.severity, NOTIFY_WARNING); /* nothing that could end */
}

static void what_is_kept_ready_is_urgent_when_little_is_left_of_what_is_served(void **state)
{
    static const struct {
        const char *problem;
        int64_t left_s, bound_s;
        int32_t rank; /* 0: there is nothing to tell */
        enum notify_severity severity;
    } cases[] = {
        {"", 1, 365 * DAY, 0, NOTIFY_INFO},
        {"expiring", 30 * DAY, 365 * DAY, 1, NOTIFY_WARNING},
        {"expired", 30 * DAY, 0, 2, NOTIFY_WARNING},
        {"expired", 7 * DAY, 8 * DAY, 2, NOTIFY_CRITICAL},
        {"wrong_name", 3 * DAY, 0, 2, NOTIFY_CRITICAL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct notify_facts facts = {.now_s = NOW,
                                           .has_certificate = true,
                                           .not_after_s = NOW + cases[i].left_s,
                                           .bound_until_s = cases[i].bound_s ? NOW + cases[i].bound_s : 0};
        struct notify_finding finding = {.severity = NOTIFY_INFO};
        assert_int_equal(notify_judge_drawer(&facts, str_from(cases[i].problem), &finding), cases[i].rank > 0);
        assert_int_equal(finding.rank, cases[i].rank);
        assert_int_equal(finding.severity, cases[i].severity);
    }
}

static void each_name_more_that_shuts_somebody_out_is_worse(void **state)
{
    struct notify_finding one, two, many;
    (void)state;
    assert_false(notify_judge_subdomains(0, &one));
    assert_true(notify_judge_subdomains(1, &one));
    assert_int_equal(one.severity, NOTIFY_WARNING);
    assert_true(notify_judge_subdomains(2, &two));
    assert_true(two.rank > one.rank);
    assert_true(notify_judge_subdomains(SIZE_MAX, &many));
    assert_int_equal(many.rank, 1000);
}

static void a_self_check_matters_more_to_a_site_that_is_listed(void **state)
{
    struct notify_facts facts = {.now_s = NOW};
    struct notify_finding finding;
    (void)state;
    assert_false(notify_judge_check(&facts, STR(""), &finding));
    assert_true(notify_judge_check(&facts, STR("response.no_header"), &finding));
    assert_str(finding.stage, STR("response.no_header"));
    assert_int_equal(finding.severity, NOTIFY_WARNING);
    int32_t rank = finding.rank;
    facts.is_listed = true;
    assert_true(notify_judge_check(&facts, STR("response.no_header"), &finding));
    assert_true(finding.rank > rank);
}

static void a_clock_is_told_of_when_it_is_not_trusted(void **state)
{
    struct notify_finding finding;
    (void)state;
    assert_false(notify_judge_clock(STR(""), &finding));
    assert_true(notify_judge_clock(STR("jumped"), &finding));
    assert_int_equal(finding.patience_s, NOTIFY_CLOCK_PATIENCE_S);
    assert_int_equal(finding.severity, NOTIFY_WARNING);
}

static void a_climb_that_is_held_back_is_waited_with_for_as_long_as_its_rung(void **state)
{
    static const struct {
        const char *guard, *stage;
        uint32_t rung_s;
        int64_t patience_s;
        int32_t rank;
    } cases[] = {{"traffic", "traffic", 300, 300, 1},
                 {"stranded", "stranded", 86400, NOTIFY_HELD_PATIENCE_S_MAX, 2},
                 {"", "failed", 31536000, NOTIFY_HELD_PATIENCE_S_MAX, 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct notify_finding finding;
        notify_judge_held(str_from(cases[i].guard), cases[i].rung_s, &finding);
        assert_str(finding.stage, str_from(cases[i].stage));
        assert_int_equal(finding.patience_s, cases[i].patience_s);
        assert_int_equal(finding.rank, cases[i].rank);
        assert_int_equal(finding.severity, NOTIFY_WARNING);
    }
}

static void of_what_is_sent_in_clear_the_worst_is_told(void **state)
{
    static const struct {
        enum census_field field;
        const char *stage;
        enum notify_severity severity;
    } cases[] = {{CENSUS_CONTENT, "content", NOTIFY_INFO},
                 {CENSUS_COOKIES, "cookie", NOTIFY_INFO},
                 {CENSUS_FORMS, "form", NOTIFY_WARNING},
                 {CENSUS_AUTHORIZATION, "token", NOTIFY_WARNING},
                 {CENSUS_BASIC, "password", NOTIFY_WARNING}};
    struct census_counts census = {{0}};
    struct notify_finding finding = {.rank = 0};
    (void)state;
    census.counts[CENSUS_GET] = census.counts[CENSUS_BROWSERS] = census.counts[CENSUS_REDIRECTED] = 1000;
    assert_false(notify_judge_in_clear(&census, &finding));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int32_t before = finding.rank;
        census.counts[cases[i].field] = 1;
        assert_true(notify_judge_in_clear(&census, &finding));
        assert_str(finding.stage, str_from(cases[i].stage));
        assert_int_equal(finding.severity, cases[i].severity);
        assert_true(finding.rank > before);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_get_severe_as_the_end_comes_nearer_and_by_a_step_with_a_lock_out),
        cmocka_unit_test(a_site_without_a_certificate_has_none_that_could_end),
        cmocka_unit_test(a_listener_that_serves_something_else_is_worse_while_browsers_are_bound),
        cmocka_unit_test(failing_is_urgent_when_little_is_left),
        cmocka_unit_test(what_is_kept_ready_is_urgent_when_little_is_left_of_what_is_served),
        cmocka_unit_test(each_name_more_that_shuts_somebody_out_is_worse),
        cmocka_unit_test(a_self_check_matters_more_to_a_site_that_is_listed),
        cmocka_unit_test(a_clock_is_told_of_when_it_is_not_trusted),
        cmocka_unit_test(a_climb_that_is_held_back_is_waited_with_for_as_long_as_its_rung),
        cmocka_unit_test(of_what_is_sent_in_clear_the_worst_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
