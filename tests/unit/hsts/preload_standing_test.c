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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_submission_is_taken_but_from_what_is_there_or_on_its_way),
        cmocka_unit_test(a_removal_depends_on_whose_entry_it_is),
        cmocka_unit_test(a_state_is_found_by_its_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
