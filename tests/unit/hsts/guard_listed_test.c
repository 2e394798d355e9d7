/* What a site's own entry on the browsers' list asks of its field, and what is said where the list is not there. */
#include "guard_world.h"

#include "hsts/preload_judge.h"

static struct hsts_wish wish(uint32_t max_age_s, bool include_subdomains, bool preload)
{
    struct hsts_wish w;
    hsts_wish_init(&w);
    w.mode = max_age_s ? HSTS_HOLD : HSTS_RELEASE;
    w.max_age_s = max_age_s;
    w.include_subdomains = include_subdomains;
    w.preload = preload;
    return w;
}

static void list(struct world *w, const char *policy)
{
    w->facts.list = GUARD_LIST_GOOD;
    w->facts.list_confirmed_s = WORLD_NOW_S - DAY_S;
    w->facts.listed = (struct preload_binding){.is_bound = true,
                                               .is_own = true,
                                               .include_subdomains = true,
                                               .entry = STR("example.org"),
                                               .policy = str_from(policy)};
}

#define YEAR  PRELOAD_1_YEAR_S
#define WEEKS PRELOAD_18_WEEKS_S

static void a_site_that_is_listed_keeps_what_keeps_it_there(void **state)
{
    static const struct {
        const char *policy;
        struct {
            uint32_t max_age_s;
            bool include_subdomains, preload;
        } before, after;
        enum guard_verdict verdict;
        const char *words;
    } cases[] = {
        {"bulk-1-year", {YEAR, true, true}, {0, false, false}, GUARD_BLOCK, "The field would be gone."},
        {"bulk-1-year", {YEAR, true, true}, {YEAR, true, false}, GUARD_BLOCK, "would not say preload."},
        {"bulk-1-year", {YEAR, true, true}, {YEAR, false, true}, GUARD_BLOCK, "would not say includeSubDomains."},
        {"bulk-1-year", {YEAR, true, true}, {YEAR - 1, true, true}, GUARD_BLOCK, "promise less than a year"},
        {"bulk-1-year", {YEAR, true, true}, {YEAR, true, true}, GUARD_PASS, "The field keeps it there."},
        {"bulk-1-year", {2 * YEAR, true, true}, {YEAR, true, true}, GUARD_PASS, "The field keeps it there."},
        {"bulk-1-year", {300, false, false}, {0, false, false}, GUARD_WARN, "neither before nor after"},
        {"bulk-18-weeks", {YEAR, true, true}, {WEEKS, true, true}, GUARD_PASS, "keeps it there"},
        {"bulk-18-weeks", {YEAR, true, true}, {WEEKS - 1, true, true}, GUARD_BLOCK, "less than 18 weeks"},
        {"bulk-legacy", {YEAR, true, true}, {300, true, true}, GUARD_PASS, "keeps it there"},
        {"bulk-legacy", {YEAR, true, true}, {YEAR, true, false}, GUARD_BLOCK, "Anybody may have it taken off"},
        {"google", {YEAR, true, true}, {0, false, false}, GUARD_WARN, "kept there by hand"},
        {"custom", {YEAR, true, true}, {YEAR, true, true}, GUARD_WARN, "Keep HTTPS on all names"},
        {"public-suffix-requested", {YEAR, true, true}, {0, false, false}, GUARD_WARN, "kept there by hand"},
        {"something-new", {YEAR, true, true}, {0, false, false}, GUARD_WARN, "kept there by hand"},
    };
    static const enum hsts_move moves[] = {HSTS_MOVE_RELEASE, HSTS_MOVE_SUBDOMAINS_OFF, HSTS_MOVE_PRELOAD_OFF};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        for (size_t k = 0; k < sizeof moves / sizeof *moves; k++) {
            struct world w;
            world_init(&w);
            list(&w, cases[i].policy);
            w.facts.before =
                wish(cases[i].before.max_age_s, cases[i].before.include_subdomains, cases[i].before.preload);
            w.facts.after = wish(cases[i].after.max_age_s, cases[i].after.include_subdomains, cases[i].after.preload);
            struct guard_result result = world_expect(&w, moves[k], "preload-listed", cases[i].verdict, cases[i].words);
            assert_true(result.overridable);
        }
}

static void what_is_scanned_no_more_is_not_said_to_be(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    list(&w, "bulk-1-year");
    w.facts.before = wish(YEAR, true, true);
    w.facts.after = wish(300, true, true); /* preload is still said: nobody may have it taken off */
    struct guard_result result = world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_BLOCK,
                                              "take a domain off for that after a month. Until");
    assert_null(strstr(result.why, "Anybody"));
    list(&w, "bulk-legacy");
    w.facts.after = wish(300, true, false);
    result = world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_BLOCK, "Anybody");
    assert_null(strstr(result.why, "scans"));
}

static void a_listed_site_is_told_what_the_scans_would_find(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    list(&w, "bulk-1-year");
    w.facts.before = w.facts.after = wish(YEAR, true, true);
    w.self_check.errors_count = 1;
    w.self_check.first.code = PRELOAD_HTTP_NO_REDIRECT;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_WARN,
                       "take a domain off for what the self-check found, when it lasts a month. Plain HTTP does not "
                       "redirect to HTTPS.");
    list(&w, "bulk-legacy"); /* which nobody scans */
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS, "keeps it there");
    list(&w, "bulk-1-year");
    w.facts.self_check_is_present = false;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS, "keeps it there");
    w.facts.self_check_is_present = true;
    w.self_check.sight = SELF_CHECK_UNREACHABLE;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS, "keeps it there");
    w.facts.self_check = NULL;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS, "keeps it there");
}

static void without_a_list_nothing_stands_against_the_way_back(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.before = wish(YEAR, true, true);
    w.facts.after = wish(0, false, false);
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS, "is not known: none was fetched");
    list(&w, "bulk-1-year");
    w.facts.listed.is_bound = false;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS,
                       "list of 2027-01-14 has no name of the site");
    w.facts.list = GUARD_LIST_OLD;
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_PASS,
                       "2027-01-14, too old to be sure, has no name");
    list(&w, "bulk-1-year");
    w.facts.list = GUARD_LIST_OLD; /* who was on it then is most likely still */
    (void)world_expect(&w, HSTS_MOVE_RELEASE, "preload-listed", GUARD_BLOCK, "too old to be sure, has example.org.");
}

static void a_list_takes_the_place_of_one_that_is_not_much_larger(void **state)
{
    static const struct {
        uint32_t present, next;
        bool may;
    } cases[] = {{0, 10000, true},       {0, 9999, false},     {100000, 90000, true}, {100000, 89999, false},
                 {100000, 200000, true}, {10000, 9500, false}, {0, 0, false},         {1048576, 1048576, true}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct preload_list present = {.entries_count = cases[i].present};
        struct err err = {0};
        if (preload_may_replace(cases[i].present ? &present : NULL, cases[i].next, &err) != cases[i].may)
            fail_msg("%u after %u", cases[i].next, cases[i].present);
        if (!cases[i].may)
            assert_true(err.code == ERR_CONFLICT && strstr(err.fix, "--force"));
    }
}

static void a_list_is_old_when_browsers_would_not_go_by_it(void **state)
{
    struct preload_list list_of = {.origin = {.confirmed_s = WORLD_NOW_S}};
    (void)state;
    assert_false(preload_is_old(&list_of, WORLD_NOW_S + 70 * DAY_S));
    assert_true(preload_is_old(&list_of, WORLD_NOW_S + 70 * DAY_S + 1));
    assert_false(preload_is_old(&list_of, WORLD_NOW_S - DAY_S));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_that_is_listed_keeps_what_keeps_it_there),
        cmocka_unit_test(what_is_scanned_no_more_is_not_said_to_be),
        cmocka_unit_test(a_listed_site_is_told_what_the_scans_would_find),
        cmocka_unit_test(without_a_list_nothing_stands_against_the_way_back),
        cmocka_unit_test(a_list_takes_the_place_of_one_that_is_not_much_larger),
        cmocka_unit_test(a_list_is_old_when_browsers_would_not_go_by_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
