#include "check.h"

#include "app/respawn.h"

static void four_quick_deaths_are_answered_at_once(void **state)
{
    (void)state;
    struct respawn respawn;
    respawn_init(&respawn);
    for (int64_t at = 1; at <= 4; at++)
        assert_int_equal(respawn_death(&respawn, at * 10, at * 10 + 5), 0);
}

static void the_fifth_death_within_ten_seconds_starts_a_back_off_that_doubles_up_to_five_seconds(void **state)
{
    (void)state;
    struct respawn respawn;
    respawn_init(&respawn);
    const uint32_t expected[] = {0, 0, 0, 0, 100, 200, 400, 800, 1600, 3200, 5000, 5000, 5000};
    int64_t now_ms = 1000;
    for (size_t i = 0; i < sizeof expected / sizeof *expected; i++) {
        int64_t started_ms = now_ms;
        now_ms += 1;
        uint32_t delay_ms = respawn_death(&respawn, started_ms, now_ms);
        assert_int_equal(delay_ms, expected[i]);
        now_ms += delay_ms;
    }
}

static void deaths_spread_over_more_than_ten_seconds_are_answered_at_once(void **state)
{
    (void)state;
    struct respawn respawn;
    respawn_init(&respawn);
    for (int64_t i = 0; i < 50; i++)
        assert_int_equal(respawn_death(&respawn, i * 3000, (i + 1) * 3000), 0);
}

static void a_life_of_ten_seconds_ends_the_back_off(void **state)
{
    (void)state;
    struct respawn respawn;
    respawn_init(&respawn);
    for (int64_t at = 0; at < 8; at++)
        (void)respawn_death(&respawn, at, at + 1);
    assert_int_equal(respawn_death(&respawn, 100, 100 + RESPAWN_WINDOW_MS - 1), 1600);
    assert_int_equal(respawn_death(&respawn, 20000, 20000 + RESPAWN_WINDOW_MS), 0);
    assert_int_equal(respawn_death(&respawn, 40000, 40001), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_quick_deaths_are_answered_at_once),
        cmocka_unit_test(the_fifth_death_within_ten_seconds_starts_a_back_off_that_doubles_up_to_five_seconds),
        cmocka_unit_test(deaths_spread_over_more_than_ten_seconds_are_answered_at_once),
        cmocka_unit_test(a_life_of_ten_seconds_ends_the_back_off),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
