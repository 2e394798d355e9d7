#include "check.h"

#include "crypto/cert_report.h"

#define DAY_S 86400

static void the_longest_term_goes_by_the_first_day_and_the_root(void **state)
{
    (void)state;
    static const struct {
        int64_t begins_s;
        int public_days;
    } cases[] = {
        {1598918399, 825},                    /* 2020-08-31 */
        {1598918400, 398},                    /* 2020-09-01 */
        {1773532799, 398}, {1773532800, 200}, /* 2026-03-15 */
        {1805068799, 200}, {1805068800, 100}, /* 2027-03-15 */
        {1868227199, 100}, {1868227200, 47},  /* 2029-03-15 */
        {4102444800, 47},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(cert_days_max(cases[i].begins_s, true), cases[i].public_days);
        assert_int_equal(cert_days_max(cases[i].begins_s, false), 825);
    }
}

static void both_ends_of_a_term_count(void **state)
{
    (void)state;
    const int64_t from_s = 1773532800, to_s = from_s + (int64_t)200 * DAY_S;
    assert_false(cert_is_too_long(from_s, to_s - 1, true));
    assert_true(cert_is_too_long(from_s, to_s, true));
    assert_false(cert_is_too_long(from_s, to_s, false));
    assert_true(cert_is_too_long(from_s, from_s + (int64_t)825 * DAY_S, false));
    assert_false(cert_is_too_long(from_s, from_s - 1, true));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_longest_term_goes_by_the_first_day_and_the_root),
        cmocka_unit_test(both_ends_of_a_term_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
