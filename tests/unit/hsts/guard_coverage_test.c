/* Kinds of program that stay away since a rung began. */
#include "guard_world.h"

static void who_stays_away_is_named(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "coverage", GUARD_PASS, "No kind of program");
    w.facts.coverage.missing_count = 1;
    w.facts.coverage.missing = (struct guard_missing){
        .who = "ODK Collect", .last_s = WORLD_NOW_S - 10 * DAY_S, .days = 12, .of_days = 14, .since = 9};
    struct guard_result result =
        world_expect(&w, HSTS_MOVE_CLIMB, "coverage", GUARD_WARN,
                     "Since this rung began nobody came with ODK Collect, and others did on 9 days; before, they came "
                     "on 12 of 14 days, last on 2027-01-05.");
    assert_null(strstr(result.why, "more"));
    assert_non_null(strstr(result.fix, "strictgate evidence www.example.org"));
    assert_int_equal(result.evidence_s, WORLD_NOW_S);
    w.facts.coverage.missing_count = 2;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "coverage", GUARD_WARN, "1 more kind of program stays away.");
    w.facts.coverage.missing_count = 4;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "coverage", GUARD_WARN, "3 more kinds of program stay away.");
}

static void where_nobody_is_noted_nothing_is_claimed(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.coverage = (struct guard_coverage){.is_noted = false, .missing_count = 3};
    struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "coverage", GUARD_PASS, "not noted");
    assert_int_equal(result.evidence_s, 0);
    w.facts.before.since_s = 0;
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "coverage", GUARD_PASS, "No rung has begun yet");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_stays_away_is_named),
        cmocka_unit_test(where_nobody_is_noted_nothing_is_claimed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
