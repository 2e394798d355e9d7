/* What the inventory of names below says of a promise that binds them. */
#include "guard_world.h"

static void begin(struct world *w)
{
    world_init(w);
    w->facts.after.include_subdomains = true;
}

static void all_is_well_when_each_name_has_https_or_somebody_answers_for_it(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    world_expect_all(
        &w, "subdomains", "PPPPP",
        "Each of the names below that are known (5) has HTTPS, or somebody answers for it. Some were signed off");
    w.facts.subnames.accepted = 0;
    world_expect_all(&w, "subdomains", "PPPPP", "somebody answers for it.");
    assert_int_equal(world_expect(&w, HSTS_MOVE_CLIMB, "subdomains", GUARD_PASS, "").evidence_s,
                     w.facts.subnames.looked_s);
}

static void a_name_whose_visitors_would_be_shut_out_blocks_until_somebody_overrides_it(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    w.facts.subnames.blocking = 1;
    w.facts.subnames.first = STR("old.www.example.org");
    w.facts.subnames.first_why = STR("It answers over plain HTTP only.");
    world_expect_all(&w, "subdomains", "BBBBB",
                     "insist on HTTPS for old.www.example.org, too, where their users would be shut out (It answers "
                     "over plain HTTP only).");
    w.facts.subnames.blocking = 3;
    world_expect_all(&w, "subdomains", "BBBBB", "So they would for 2 more.");
    assert_true(world_expect(&w, HSTS_MOVE_SUBDOMAINS_ON, "subdomains", GUARD_BLOCK, "").overridable);
    w.facts.subnames.looked_s = 0; /* another one was not looked at */
    world_expect_all(&w, "subdomains", "BBBBB", "So they would for 2 more.");
}

static void what_is_not_known_is_warned_of(void **state)
{
    static const struct {
        struct guard_subnames names;
        const char *why, *fix;
    } cases[] = {
        {{.total = 0},
         "Every name below www.example.org is bound",
         "strictgate subdomains import www.example.org FILE"},
        {{.total = 2, .looked_s = 0}, "Not every name below has been looked at yet", "subdomains look"},
        {{.total = 2, .looked_s = 0, .is_looking = true}, "Not every name below", "shows how far it is"},
        {{.total = 2, .looked_s = WORLD_NOW_S - 9 * DAY_S},
         "last looked at on 2027-01-06 08:00 UTC",
         "subdomains look"},
        {{.total = 2, .looked_s = WORLD_NOW_S + 90 * DAY_S}, "It is not known any more", "subdomains look"},
        {{.total = 4,
          .unknown = 2,
          .looked_s = WORLD_NOW_S,
          .first = STR_INIT("gone.www.example.org"),
          .first_why = STR_INIT("It leads to no address.")},
         "2 of the names below could not be seen to have HTTPS, such as gone.www.example.org (It leads to no address).",
         "--state unknown"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        begin(&w);
        w.facts.subnames = cases[i].names;
        w.facts.subnames.age_s_max = 8 * DAY_S;
        world_expect_all(&w, "subdomains", "WWWWW", cases[i].why);
        const struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "subdomains", GUARD_WARN, "");
        if (!strstr(result.fix, cases[i].fix))
            fail_msg("case %zu: %s", i, result.fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_is_well_when_each_name_has_https_or_somebody_answers_for_it),
        cmocka_unit_test(a_name_whose_visitors_would_be_shut_out_blocks_until_somebody_overrides_it),
        cmocka_unit_test(what_is_not_known_is_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
