#include "check.h"

#include "acme/renewal.h"

#define FROM_S 1768478400
#define DAY_S  ((int64_t)86400)

static void a_third_is_left_or_half_of_a_short_life(void **state)
{
    (void)state;
    static const struct {
        int64_t lifetime_s, left_s;
    } cases[] = {
        {90 * DAY_S, 30 * DAY_S},
        {10 * DAY_S, 10 * DAY_S / 3},
        {10 * DAY_S - 1, (10 * DAY_S - 1) / 2},
        {6 * DAY_S, 3 * DAY_S},
        {3600, 1800},
        {60, 30},
        {398 * DAY_S, 398 * DAY_S / 3},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t end_s = FROM_S + cases[i].lifetime_s, latest_s = end_s - cases[i].left_s;
        int64_t least_s = INT64_MAX, most_s = INT64_MIN;
        assert_int_equal(renewal_due_s(FROM_S, end_s, 0), latest_s);
        for (uint64_t random = 0; random < 5000; random++) {
            int64_t due_s = renewal_due_s(FROM_S, end_s, random * 0x9e3779b97f4a7c15u);
            least_s = due_s < least_s ? due_s : least_s;
            most_s = due_s > most_s ? due_s : most_s;
        }
        /* Spread over a twentieth of what is left, earlier and never later. */
        assert_true(most_s <= latest_s && least_s >= latest_s - cases[i].left_s / 20);
        assert_true(most_s - least_s >= cases[i].left_s / 20 * 9 / 10);
    }
}

static void the_same_number_gives_the_same_moment(void **state)
{
    (void)state;
    int64_t end_s = FROM_S + 90 * DAY_S;
    assert_int_equal(renewal_due_s(FROM_S, end_s, UINT64_MAX), renewal_due_s(FROM_S, end_s, UINT64_MAX));
    assert_true(renewal_due_s(FROM_S, end_s, 1) != renewal_due_s(FROM_S, end_s, 2));
}

static void a_life_that_is_none_is_due_at_once(void **state)
{
    (void)state;
    assert_int_equal(renewal_due_s(FROM_S, FROM_S, 77), FROM_S);
    assert_int_equal(renewal_due_s(FROM_S, FROM_S - 5, 77), FROM_S);
}

static void a_window_is_met_uniformly(void **state)
{
    (void)state;
    const struct acme_window window = {.start_s = FROM_S + 50 * DAY_S, .end_s = FROM_S + 52 * DAY_S};
    int64_t end_s = FROM_S + 90 * DAY_S;
    unsigned parts[4] = {0};
    for (uint64_t random = 0; random < 4000; random++) {
        int64_t due_s = renewal_due_in_window_s(&window, FROM_S, end_s, FROM_S, random * 0x9e3779b97f4a7c15u);
        assert_true(due_s >= window.start_s && due_s <= window.end_s);
        parts[(due_s - window.start_s) * 4 / (window.end_s - window.start_s + 1)]++;
    }
    for (size_t i = 0; i < 4; i++)
        assert_true(parts[i] > 850 && parts[i] < 1150);
}

static void a_window_may_be_past_and_never_after_the_end(void **state)
{
    (void)state;
    const struct acme_window past = {.start_s = FROM_S - 10 * DAY_S, .end_s = FROM_S - 9 * DAY_S};
    const struct acme_window late = {.start_s = FROM_S + 200 * DAY_S, .end_s = FROM_S + 300 * DAY_S};
    int64_t end_s = FROM_S + 90 * DAY_S;
    assert_true(renewal_due_in_window_s(&past, FROM_S, end_s, FROM_S - 20 * DAY_S, 7) < FROM_S);
    assert_int_equal(renewal_due_in_window_s(&late, FROM_S, end_s, FROM_S, 7), end_s - 9 * DAY_S);
}

static void windows_that_are_always_past_do_not_renew_without_end(void **state)
{
    (void)state;
    static const struct {
        int64_t lifetime_s, obtained_s, due_s;
    } cases[] = {
        {90 * DAY_S, FROM_S, FROM_S + 3600},
        {90 * DAY_S, FROM_S + 3600, FROM_S + 7200}, /* CAs date certificates back */
        {60, FROM_S + 1, FROM_S + 7},
        {60, FROM_S + 1000, FROM_S + 54}, /* a clock that was set back: not past the reserve */
        {0, FROM_S, FROM_S},
        {-5, FROM_S, FROM_S},
    };
    const struct acme_window past = {.start_s = FROM_S - 2, .end_s = FROM_S - 1};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(renewal_due_in_window_s(&past, FROM_S, FROM_S + cases[i].lifetime_s, cases[i].obtained_s, 7),
                         cases[i].due_s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_third_is_left_or_half_of_a_short_life),
        cmocka_unit_test(the_same_number_gives_the_same_moment),
        cmocka_unit_test(a_life_that_is_none_is_due_at_once),
        cmocka_unit_test(a_window_is_met_uniformly),
        cmocka_unit_test(a_window_may_be_past_and_never_after_the_end),
        cmocka_unit_test(windows_that_are_always_past_do_not_renew_without_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
