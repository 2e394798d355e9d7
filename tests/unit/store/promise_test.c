/* Promises never end too early, whatever the order of events. */
#include "check.h"
#include "store/promise.h"

#define NOW  INT64_C(1700000000)
#define YEAR INT64_C(31536000)
#define DAY  INT64_C(86400)

static void a_promise_binds_from_before_it_is_emitted(void **state)
{
    struct promise promise = {0, 0, false};
    (void)state;
    assert_false(promise_binds(&promise, NOW));
    assert_int_equal(promise_bound_until(&promise, NOW), 0);
    promise_open(&promise, NOW, 300, false);
    assert_true(promise.until_s >= NOW + 300);
    assert_true(promise_binds(&promise, NOW));
}

static void an_open_promise_grows_with_time_even_if_nobody_notes_it(void **state)
{
    struct promise promise = {0, 0, false};
    (void)state;
    promise_open(&promise, NOW, YEAR, false);
    assert_true(promise_bound_until(&promise, NOW + 100 * DAY) >= NOW + 100 * DAY + YEAR);
    assert_true(promise_refresh(&promise, NOW + DAY));
    assert_true(promise.until_s >= NOW + DAY + YEAR);
    assert_false(promise_refresh(&promise, NOW));
}

static void closing_keeps_what_was_promised(void **state)
{
    struct promise promise = {0, 0, false};
    (void)state;
    promise_open(&promise, NOW, YEAR, true);
    assert_true(promise_close(&promise, NOW + 10 * DAY, 0));
    int64_t until_s = promise_bound_until(&promise, NOW + 10 * DAY);
    assert_true(until_s >= NOW + 10 * DAY + YEAR);
    assert_int_equal(promise_bound_until(&promise, NOW + 400 * DAY), until_s);
    assert_true(promise_binds(&promise, NOW + 10 * DAY + YEAR));
    assert_false(promise_binds(&promise, until_s));
    assert_true(promise.include_subdomains);
    assert_false(promise_close(&promise, NOW + 500 * DAY, 0));
}

static void lowering_max_age_leaves_the_smaller_one_open(void **state)
{
    struct promise promise = {0, 0, false};
    (void)state;
    promise_open(&promise, NOW, YEAR, false);
    promise_open(&promise, NOW, 300, false); /* the new snapshot; the old one may still be served */
    assert_int_equal(promise.open_max_age_s, YEAR);
    assert_true(promise_close(&promise, NOW, 300));
    assert_int_equal(promise.open_max_age_s, 300);
    assert_true(promise_bound_until(&promise, NOW) >= NOW + YEAR);
    assert_true(promise_bound_until(&promise, NOW + 3 * YEAR) >= NOW + 3 * YEAR + 300);
}

static void max_age_0_promises_nothing_and_takes_nothing_back(void **state)
{
    struct promise promise = {0, 0, false};
    (void)state;
    promise_open(&promise, NOW, 0, true);
    assert_false(promise_binds(&promise, NOW));
    promise_open(&promise, NOW, YEAR, false);
    promise_open(&promise, NOW, 0, false);
    assert_true(promise_bound_until(&promise, NOW) >= NOW + YEAR);
}

static void records_are_merged_by_the_later(void **state)
{
    struct promise promise = {NOW, 300, false}, other = {NOW + YEAR, 0, true};
    (void)state;
    promise_merge(&promise, &other);
    assert_int_equal(promise.until_s, NOW + YEAR);
    assert_int_equal(promise.open_max_age_s, 300);
    assert_true(promise.include_subdomains);
}

/* Against an oracle that writes down every single emission. */
static void no_history_ends_before_the_last_emission_does(void **state)
{
    unsigned seed = 1;
    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct promise promise = {0, 0, false};
        int64_t now_s = NOW, served = 0, wanted = 0, truth = 0;
        for (int step = 0; step < 30; step++) {
            seed = seed * 1103515245u + 12345u;
            switch (seed >> 16 & 3) {
            case 0:
                wanted = (int64_t)(seed >> 8 & 0xffffff);
                promise_open(&promise, now_s, wanted, false);
                break;
            case 1:
                served = wanted;
                (void)promise_close(&promise, now_s, served);
                break;
            case 2: (void)promise_refresh(&promise, now_s); break;
            default: now_s += (int64_t)(seed >> 4 & 0xfffff); break;
            }
            /* Until it is closed, both what was served and what is wanted may be emitted. */
            int64_t emitted = served > wanted ? served : wanted;
            if (emitted > 0 && now_s + emitted > truth)
                truth = now_s + emitted;
            assert_true(promise_bound_until(&promise, now_s) >= truth);
        }
    }
}

static void the_clock_never_goes_back_and_is_not_set_forward(void **state)
{
    struct promise_clock clock;
    (void)state;
    promise_clock_start(&clock, NOW + 1000, NOW, 50); /* the wall clock is behind what was stored */
    assert_int_equal(promise_clock_now(&clock, 50), NOW + 1000);
    assert_int_equal(promise_clock_now(&clock, 60), NOW + 1010);
    assert_int_equal(promise_clock_latest(&clock, NOW, 60), NOW + 1010);
    assert_int_equal(promise_clock_latest(&clock, NOW + 20 * YEAR, 60), NOW + 20 * YEAR);
    assert_int_equal(promise_clock_now(&clock, 61), NOW + 1011);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_promise_binds_from_before_it_is_emitted),
        cmocka_unit_test(an_open_promise_grows_with_time_even_if_nobody_notes_it),
        cmocka_unit_test(closing_keeps_what_was_promised),
        cmocka_unit_test(lowering_max_age_leaves_the_smaller_one_open),
        cmocka_unit_test(max_age_0_promises_nothing_and_takes_nothing_back),
        cmocka_unit_test(records_are_merged_by_the_later),
        cmocka_unit_test(no_history_ends_before_the_last_emission_does),
        cmocka_unit_test(the_clock_never_goes_back_and_is_not_set_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
