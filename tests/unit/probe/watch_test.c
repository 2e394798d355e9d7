#include "check.h"

#include "probe/watch.h"

static void a_watch_ends_by_time_or_by_its_flag(void **state)
{
    (void)state;
    struct watch watch;
    atomic_bool flag = false;
    watch_start(&watch, 60000, &flag);
    assert_false(watch_is_over(&watch));
    assert_int_equal(watch_left_ms(&watch, 100), 100);
    assert_true(watch_left_ms(&watch, INT64_MAX) <= 60000);
    assert_int_equal(watch_left_ms(&watch, -1), -1);
    atomic_store(&flag, true);
    assert_true(watch_is_over(&watch));
    assert_int_equal(watch_left_ms(&watch, 100), 0);
    assert_string_equal(watch_words(&watch), "the look was called off");
    watch_start(&watch, 0, NULL);
    assert_true(watch_is_over(&watch));
    assert_string_equal(watch_words(&watch), "the time for this look ran out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_ends_by_time_or_by_its_flag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
