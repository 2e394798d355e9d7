#include "check.h"

#include "base/buf.h"
#include "hsts/simulate_plan.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DAY_S        86400

static void plans_are_read_step_by_step(void **state)
{
    (void)state;
    struct simulate_plan plan;
    struct err err = {0};
    assert_true(simulate_plan_read(STR("300@0,86400@300s,604800+subdomains@8,off@9,0@3650"), "--plan", &plan, &err));
    const struct simulate_step expected[] = {
        {0, true, {300, false, false}},
        {300, true, {86400, false, false}},
        {8 * DAY_S, true, {604800, true, false}},
        {9 * DAY_S, false, {0, false, false}},
        {INT64_C(3650) * DAY_S, true, {0, false, false}},
    };
    assert_int_equal(plan.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_true(plan.steps[i].from_s == expected[i].from_s);
        assert_int_equal(plan.steps[i].sends, expected[i].sends);
        assert_true(plan.steps[i].policy.max_age_s == expected[i].policy.max_age_s);
        assert_int_equal(plan.steps[i].policy.include_subdomains, expected[i].policy.include_subdomains);
        assert_false(plan.steps[i].policy.preload);
    }
    assert_true(simulate_plan_longest_s(&plan) == 604800);
}

static void mistakes_in_a_plan_are_named_with_a_way_to_write_it(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "\"\" does not say from which day on"},
        {"300", "\"300\" does not say from which day on"},
        {"300@0,", "\"\" does not say from which day on"},
        {"@0", "\"\" is no max-age, a number of seconds up to 315360000"},
        {"1d@0", "\"1d\" is no max-age, a number of seconds up to 315360000"},
        {"315360001@0", "\"315360001\" is no max-age, a number of seconds up to 315360000"},
        {"300+preload@0", "\"300+preload\" is no max-age, a number of seconds up to 315360000"},
        {"+subdomains@0", "\"\" is no max-age, a number of seconds up to 315360000"},
        {"300@", "\"\" is no day from 0 to 3650"},
        {"300@s", "\"s\" is no day from 0 to 3650"},
        {"300@3651", "\"3651\" is no day from 0 to 3650"},
        {"300@315360001s", "\"315360001s\" is no day from 0 to 3650"},
        {"300@1.5", "\"1.5\" is no day from 0 to 3650"},
        {"300@1,86400@1", "\"86400@1\" does not begin behind the step before it"},
        {"300@1,86400@0", "\"86400@0\" does not begin behind the step before it"},
        {"300@1,86400@86400s", "\"86400@86400s\" does not begin behind the step before it"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct simulate_plan plan = {.count = 99};
        struct err err = {0};
        if (simulate_plan_read(str_from(cases[i].text), "--plan", &plan, &err))
            fail_msg("taken: %s", cases[i].text);
        assert_string_equal(err.text, cases[i].error);
        assert_string_equal(err.field, "--plan");
        assert_true(err.fix[0] != '\0');
        assert_int_equal(plan.count, 99);
    }
}

static void a_ladder_holds_each_rung_for_its_own_max_age(void **state)
{
    (void)state;
    const struct ladder ladder = {.rungs = {300, 86400, 604800}, .count = 3};
    struct simulate_plan plan;
    simulate_plan_climb(&plan, &ladder, true);
    const int64_t from_s[] = {0, 300, 86700};
    assert_int_equal(plan.count, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_true(plan.steps[i].from_s == from_s[i] && plan.steps[i].sends);
        assert_true(plan.steps[i].policy.max_age_s == ladder.rungs[i] && plan.steps[i].policy.include_subdomains);
    }
}

static void a_release_takes_the_place_of_what_was_planned_behind_it(void **state)
{
    (void)state;
    struct simulate_plan plan;
    assert_true(simulate_plan_read(STR("300@0,86400@5,604800@8"), "", &plan, NULL));
    assert_true(simulate_plan_release(&plan, 8 * DAY_S));
    assert_int_equal(plan.count, 3);
    assert_true(plan.steps[2].sends && plan.steps[2].policy.max_age_s == 0 && plan.steps[2].from_s == 8 * DAY_S);
    assert_true(simulate_plan_release(&plan, 6 * DAY_S));
    assert_int_equal(plan.count, 3);
    assert_true(simulate_plan_longest_s(&plan) == 86400);
    assert_true(simulate_plan_release(&plan, 0));
    assert_int_equal(plan.count, 1);
}

static void a_plan_has_so_many_steps_and_no_more(void **state)
{
    (void)state;
    struct simulate_plan plan;
    struct err err = {0};
    struct buf text;
    buf_init(&text, 4096);
    for (int i = 0; i < SIMULATE_STEPS_COUNT_MAX; i++)
        assert_true(buf_printf(&text, "%s300@%d", i ? "," : "", i));
    assert_true(simulate_plan_read(buf_str(&text), "", &plan, &err));
    assert_false(simulate_plan_release(&plan, 100 * DAY_S));
    assert_true(simulate_plan_release(&plan, 10 * DAY_S));
    assert_true(buf_printf(&text, ",300@100"));
    assert_false(simulate_plan_read(buf_str(&text), "", &plan, &err));
    assert_string_equal(err.text, "more than 64 steps");
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_are_read_step_by_step),
        cmocka_unit_test(mistakes_in_a_plan_are_named_with_a_way_to_write_it),
        cmocka_unit_test(a_ladder_holds_each_rung_for_its_own_max_age),
        cmocka_unit_test(a_release_takes_the_place_of_what_was_planned_behind_it),
        cmocka_unit_test(a_plan_has_so_many_steps_and_no_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
