/* What the list answers, for every way a domain can stand with it. */
#include "check.h"

#include "hsts/preload_standing.h"

#define NOTHING (-1)

static int only_code(const struct preload_findings *findings)
{
    assert_true(findings->count <= 1);
    return findings->count ? (int)findings->items[0].code : NOTHING;
}

static void a_submission_is_taken_but_from_what_is_there_or_on_its_way(void **state)
{
    (void)state;
    static const int expected[PRELOAD_STATES_COUNT] = {
        [PRELOAD_STATE_UNKNOWN] = NOTHING,
        [PRELOAD_STATE_PENDING] = PRELOAD_LIST_PENDING,
        [PRELOAD_STATE_PRELOADED] = PRELOAD_LIST_PRELOADED,
        [PRELOAD_STATE_REJECTED] = NOTHING,
        [PRELOAD_STATE_REMOVED] = NOTHING,
        [PRELOAD_STATE_PENDING_REMOVAL] = NOTHING,
        [PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL] = NOTHING,
    };
    for (unsigned i = 0; i < PRELOAD_STATES_COUNT; i++) {
        struct preload_standing standing = {.state = (enum preload_state)i, .is_bulk = true};
        struct preload_findings findings;
        preload_standing_submission(&standing, &findings);
        assert_int_equal(only_code(&findings), expected[i]);
    }
}

static void a_removal_depends_on_whose_entry_it_is(void **state)
{
    (void)state;
    static const int expected[PRELOAD_STATES_COUNT][2] = {
        /* made by hand, by the form */
        [PRELOAD_STATE_UNKNOWN] = {PRELOAD_LIST_NOT_PRELOADED, PRELOAD_LIST_NOT_PRELOADED},
        [PRELOAD_STATE_PENDING] = {NOTHING, NOTHING},
        [PRELOAD_STATE_PRELOADED] = {PRELOAD_LIST_PROTECTED, NOTHING},
        [PRELOAD_STATE_REJECTED] = {PRELOAD_LIST_NOT_PRELOADED, PRELOAD_LIST_NOT_PRELOADED},
        [PRELOAD_STATE_REMOVED] = {PRELOAD_LIST_REMOVED, PRELOAD_LIST_REMOVED},
        [PRELOAD_STATE_PENDING_REMOVAL] = {PRELOAD_LIST_REMOVAL_PENDING, PRELOAD_LIST_REMOVAL_PENDING},
        [PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL] = {PRELOAD_LIST_REMOVAL_PENDING, PRELOAD_LIST_REMOVAL_PENDING},
    };
    for (unsigned i = 0; i < PRELOAD_STATES_COUNT; i++)
        for (unsigned bulk = 0; bulk < 2; bulk++) {
            struct preload_standing standing = {.state = (enum preload_state)i, .is_bulk = bulk};
            struct preload_findings findings;
            preload_standing_removal(&standing, &findings);
            assert_int_equal(only_code(&findings), expected[i][bulk]);
            standing.covered_by = STR("example.org");
            preload_standing_removal(&standing, &findings);
            assert_int_equal(only_code(&findings), PRELOAD_LIST_BELOW_LISTED);
            assert_string_equal(findings.items[0].detail, "the entry is example.org");
            standing.covered_by_suffix = true;
            preload_standing_removal(&standing, &findings);
            assert_int_equal(only_code(&findings), PRELOAD_LIST_BELOW_SUFFIX);
        }
}

static void a_state_is_found_by_its_name(void **state)
{
    (void)state;
    for (unsigned i = 0; i < PRELOAD_STATES_COUNT; i++) {
        enum preload_state found = PRELOAD_STATES_COUNT;
        assert_true(preload_state_from(str_from(preload_state_name((enum preload_state)i)), &found));
        assert_int_equal(found, i);
    }
    enum preload_state untouched = PRELOAD_STATE_REMOVED;
    assert_false(preload_state_from(STR("listed"), &untouched));
    assert_int_equal(untouched, PRELOAD_STATE_REMOVED);
}

static struct preload_standing of_binding(bool is_bound, bool is_own, const char *policy)
{
    const struct preload_binding binding = {
        .is_bound = is_bound, .is_own = is_own, .entry = STR("example.org"), .policy = str_from(policy)};
    struct preload_standing standing;
    preload_standing_from(&binding, &standing);
    return standing;
}

static void a_list_says_who_is_on_it_and_who_is_bound_from_above(void **state)
{
    (void)state;
    struct preload_standing own = of_binding(true, true, "bulk-1-year"), hand = of_binding(true, true, "custom"),
                            above = of_binding(true, false, "bulk-1-year"),
                            suffix = of_binding(true, false, "public-suffix-requested"),
                            none = of_binding(false, true, "bulk-1-year");
    assert_true(own.state == PRELOAD_STATE_PRELOADED && own.is_bulk && own.covered_by.size == 0);
    assert_true(hand.state == PRELOAD_STATE_PRELOADED && !hand.is_bulk);
    assert_true(above.state == PRELOAD_STATE_UNKNOWN && !above.is_bulk && !above.covered_by_suffix);
    assert_str(above.covered_by, STR("example.org"));
    assert_true(suffix.covered_by_suffix);
    assert_true(none.state == PRELOAD_STATE_UNKNOWN && none.covered_by.size == 0 && !none.is_bulk);
}

static bool advises(const struct preload_standing *standing, bool is_subdomain, enum preload_advice wanted)
{
    enum preload_advice advice[PRELOAD_ADVICES_COUNT];
    size_t count = preload_standing_advise(standing, is_subdomain, advice);
    bool found = false;
    for (size_t i = 0; i < count; i++) {
        found = found || advice[i] == wanted;
        assert_true(i == 0 || advice[i - 1] < advice[i]); /* each once, in their order */
        assert_true(str_ends(str_from(preload_advice_words(advice[i])), STR(".")));
    }
    return found;
}

static void whoever_thinks_of_it_is_told_what_it_means(void **state)
{
    static const struct {
        const char *policy; /* NULL: not bound */
        bool is_own, is_subdomain;
        enum preload_advice said, unsaid;
    } cases[] = {
        {NULL, false, false, PRELOAD_ADVICE_AGAINST, PRELOAD_ADVICE_SUBDOMAIN},
        {NULL, false, true, PRELOAD_ADVICE_SUBDOMAIN, PRELOAD_ADVICE_CONSENT},
        {NULL, false, false, PRELOAD_ADVICE_PENDING, PRELOAD_ADVICE_KEEP},
        {NULL, false, true, PRELOAD_ADVICE_MONTHS, PRELOAD_ADVICE_OTHERS},
        {"bulk-1-year", true, false, PRELOAD_ADVICE_KEEP, PRELOAD_ADVICE_AGAINST},
        {"bulk-1-year", true, false, PRELOAD_ADVICE_MONTHS, PRELOAD_ADVICE_BY_HAND},
        {"google", true, false, PRELOAD_ADVICE_BY_HAND, PRELOAD_ADVICE_PENDING},
        {"bulk-1-year", false, true, PRELOAD_ADVICE_OTHERS, PRELOAD_ADVICE_BINDS_ALL},
        {"public-suffix", false, false, PRELOAD_ADVICE_NO_WAY_OUT, PRELOAD_ADVICE_MONTHS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct preload_standing standing =
            of_binding(cases[i].policy != NULL, cases[i].is_own, cases[i].policy ? cases[i].policy : "");
        if (!advises(&standing, cases[i].is_subdomain, cases[i].said) ||
            advises(&standing, cases[i].is_subdomain, cases[i].unsaid))
            fail_msg("case %zu", i);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_says_who_is_on_it_and_who_is_bound_from_above),
        cmocka_unit_test(whoever_thinks_of_it_is_told_what_it_means),
        cmocka_unit_test(a_submission_is_taken_but_from_what_is_there_or_on_its_way),
        cmocka_unit_test(a_removal_depends_on_whose_entry_it_is),
        cmocka_unit_test(a_state_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
