#include "guard_world.h"

static void a_site_of_an_address_alone_can_promise_nothing(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "name-ip", "PPPPP", "host names only");
    world_names(&w, "www.example.org", "192.0.2.1");
    w.names[1].is_ip = true;
    world_expect_all(&w, "name-ip", "WWWWW", "who comes by 192.0.2.1 is not protected");
    w.names[0].is_ip = true;
    world_expect_all(&w, "name-ip", "BBBBB", "browsers ignore HSTS (RFC 6797 section 8.1.1)");
    assert_false(world_expect(&w, HSTS_MOVE_START, "name-ip", GUARD_BLOCK, "").overridable);
    w.facts.names_count = 0;
    world_expect_all(&w, "name-ip", "BBBBB", "no host name");
}

static void names_that_mean_another_machine_elsewhere_are_told(void **state)
{
    static const struct {
        const char *name, *verdicts, *words;
    } cases[] = {
        {"localhost", "WBBBB", "every other program"},
        {"app.localhost", "WBBBB", "every machine app.localhost means that machine itself"},
        {"LocalHost", "WBBBB", "every other program"},
        {"*.localhost", "WBBBB", "every other program"},
        {"localhost.example.org", "PPPPP", "the same host everywhere"},
        {"notlocalhost.example", "PPPPP", "the same host everywhere"},
        {"intranet", "WWWWB", "such as intranet.example.org"},
        {"printer.local", "WWWWB", "printer.local may be another machine"},
        {"local", "WWWWB", "another network"},
        {"my.locale", "PPPPP", "the same host everywhere"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        world_names(&w, "www.example.org", cases[i].name);
        world_expect_all(&w, "name-local", cases[i].verdicts, "");
        world_names(&w, cases[i].name, NULL);
        world_expect_all(&w, "name-local", cases[i].verdicts, cases[i].words);
        w.names[0].is_ip = true;
        world_expect_all(&w, "name-local", "PPPPP", "");
    }
}

static void a_start_on_a_rung_longer_than_a_trial_is_no_trial(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_names(&w, "app.localhost", NULL);
    w.facts.after.max_age_s = LADDER_TRIAL_S;
    (void)world_expect(&w, HSTS_MOVE_START, "name-local", GUARD_WARN, "A trial of five minutes is soon over");
    w.facts.after.max_age_s = LADDER_TRIAL_S + 1;
    (void)world_expect(&w, HSTS_MOVE_START, "name-local", GUARD_BLOCK, "");
}

static void a_wildcard_is_told_and_cannot_answer_for_what_is_below(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "name-wildcard", "PPPPP", "no wildcard");
    world_names(&w, "example.org", "*.example.org");
    w.names[1].is_wildcard = true;
    world_expect_all(&w, "name-wildcard", "WWWWW", "Each name that *.example.org stands for is bound by itself");
    world_names(&w, "*.example.org", NULL);
    w.names[0].is_wildcard = true;
    world_expect_all(&w, "name-wildcard", "WWWBB", "*.example.org");
    w.facts.after.include_subdomains = true;
    world_expect_all(&w, "name-wildcard", "BBBBB", "a wildcard certificate does not cover");
}

static void a_name_above_that_binds_is_told_with_its_date(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "ancestor", "PPPPP", "No name above");
    w.facts.ancestor = STR("example.org");
    w.facts.ancestor_until_s = WORLD_NOW_S + DAY_S;
    world_expect_all(&w, "ancestor", "WWWWW",
                     "example.org promised it for all names below it, and that binds them until "
                     "2027-01-16 08:00 UTC.");
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "ancestor", GUARD_WARN, "strictgate ledger example.org");
    w.facts.ancestor_until_s = 0;
    world_expect_all(&w, "ancestor", "WWWWW", "for all names below it.");
}

static void a_name_above_on_the_browsers_list_is_told(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.list = GUARD_LIST_GOOD;
    w.facts.list_confirmed_s = WORLD_NOW_S - DAY_S;
    world_expect_all(&w, "ancestor", "PPPPP", "No name above");
    w.facts.listed_above = (struct preload_binding){
        .is_bound = true, .include_subdomains = true, .entry = STR("dev"), .policy = STR("public-suffix")};
    world_expect_all(&w, "ancestor", "WWWWW",
                     "The browsers' preload list of 2027-01-14 has dev with all names below it (policy public-suffix)");
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "ancestor", GUARD_WARN, "only whoever owns dev can");
    w.facts.list = GUARD_LIST_OLD;
    world_expect_all(&w, "ancestor", "WWWWW", "2027-01-14, too old to be sure, has dev");
    w.facts.ancestor = STR("example.org"); /* what is known better comes first */
    world_expect_all(&w, "ancestor", "WWWWW", "example.org promised it");
}

static void the_panels_name_is_told_when_it_would_be_bound(void **state)
{
    static const struct {
        const char *panel, *verdicts;
    } cases[] = {
        {"", "PPPPP"},
        {"www.example.org", "WWWWW"},
        {"WWW.example.org", "WWWWW"},
        {"panel.www.example.org", "PPPWW"},
        {"panel.example.org", "PPPPP"},
        {"nowww.example.org", "PPPPP"},
        {"a.example.net", "WWWWW"},
        {"b.a.example.net", "PPPWW"},
        {"example.net", "PPPPP"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        world_names(&w, "www.example.org", "*.example.net");
        w.names[1].is_wildcard = true;
        w.facts.panel_name = str_from(cases[i].panel);
        world_expect_all(&w, "panel", cases[i].verdicts, "");
        w.facts.after.include_subdomains = true;
        bool is_below = cases[i].verdicts[3] == 'W';
        world_expect_all(&w, "panel", is_below ? "WWWWW" : "PPPPP", is_below ? "command line" : "not bound");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_of_an_address_alone_can_promise_nothing),
        cmocka_unit_test(names_that_mean_another_machine_elsewhere_are_told),
        cmocka_unit_test(a_start_on_a_rung_longer_than_a_trial_is_no_trial),
        cmocka_unit_test(a_wildcard_is_told_and_cannot_answer_for_what_is_below),
        cmocka_unit_test(a_name_above_that_binds_is_told_with_its_date),
        cmocka_unit_test(a_name_above_on_the_browsers_list_is_told),
        cmocka_unit_test(the_panels_name_is_told_when_it_would_be_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
