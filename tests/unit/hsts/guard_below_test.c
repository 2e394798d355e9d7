#include "guard_world.h"

static void names_below_that_are_served_here_need_a_certificate(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.after.include_subdomains = true;
    world_expect_all(&w, "subdomains-served", "PPPPP", "2 names below are served here");
    w.below[1].good = false;
    w.below[1].why = STR("its certificate expired on 2026-12-01");
    world_expect_all(&w, "subdomains-served", "BBBBB",
                     "HTTPS for git.www.example.org, too, which has no valid certificate (its certificate expired on "
                     "2026-12-01).");
    w.below[0].good = false;
    world_expect_all(&w, "subdomains-served", "BBBBB",
                     "wiki.www.example.org, too, which has no valid certificate. So "
                     "they would for 1 more.");
    assert_false(world_expect(&w, HSTS_MOVE_CLIMB, "subdomains-served", GUARD_BLOCK, "").overridable);
    w.facts.below_count = 0;
    world_expect_all(&w, "subdomains-served", "PPPPP", "0 names below are served here");
}

static void names_below_are_nobodys_concern_unless_they_are_bound(void **state)
{
    static const struct {
        enum hsts_move move;
        bool include_subdomains, asked;
    } cases[] = {
        {HSTS_MOVE_START, false, false},         {HSTS_MOVE_START, true, true},       {HSTS_MOVE_CLIMB, false, false},
        {HSTS_MOVE_CLIMB, true, true},           {HSTS_MOVE_PERMANENT, false, false}, {HSTS_MOVE_PERMANENT, true, true},
        {HSTS_MOVE_SUBDOMAINS_ON, false, true},  {HSTS_MOVE_PRELOAD_ON, false, true}, {HSTS_MOVE_RELEASE, true, false},
        {HSTS_MOVE_SUBDOMAINS_OFF, true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct guard_result results[GUARD_COUNT_MAX];
        struct world w;
        world_init(&w);
        w.facts.after.include_subdomains = cases[i].include_subdomains;
        size_t count = guard_evaluate(&w.facts, cases[i].move, results);
        assert_int_equal(world_find(results, count, "subdomains-served") != NULL, cases[i].asked);
        assert_int_equal(world_find(results, count, "subdomains") != NULL, cases[i].asked);
    }
}

static void preload_is_never_switched_on_unwarned(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    (void)world_expect(&w, HSTS_MOVE_PRELOAD_ON, "preload-terms", GUARD_WARN, "the domain as it was registered");
}

static void whoever_sent_preload_is_told_how_to_get_off_the_list(void **state)
{
    static const enum hsts_move moves[] = {HSTS_MOVE_RELEASE, HSTS_MOVE_SUBDOMAINS_OFF, HSTS_MOVE_PRELOAD_OFF};
    (void)state;
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++) {
        struct guard_result results[GUARD_COUNT_MAX];
        struct world w;
        world_init(&w);
        size_t count = guard_evaluate(&w.facts, moves[i], results);
        assert_null(world_find(results, count, "preload-removal"));
        w.facts.before.preload = true;
        (void)world_expect(&w, moves[i], "preload-removal", GUARD_WARN, "https://hstspreload.org/");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_below_that_are_served_here_need_a_certificate),
        cmocka_unit_test(names_below_are_nobodys_concern_unless_they_are_bound),
        cmocka_unit_test(preload_is_never_switched_on_unwarned),
        cmocka_unit_test(whoever_sent_preload_is_told_how_to_get_off_the_list),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
