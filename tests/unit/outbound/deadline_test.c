#include "check.h"

#include "outbound/deadline.h"

static void a_deadline_ends_by_time_or_by_its_flag(void **state)
{
    (void)state;
    struct deadline deadline;
    atomic_bool flag = false;
    deadline_start(&deadline, 60000, &flag);
    assert_false(deadline_is_over(&deadline));
    assert_int_equal(deadline_left_ms(&deadline, 100), 100);
    assert_true(deadline_left_ms(&deadline, INT64_MAX) <= 60000);
    assert_int_equal(deadline_left_ms(&deadline, -1), -1);
    atomic_store(&flag, true);
    assert_true(deadline_is_over(&deadline));
    assert_int_equal(deadline_left_ms(&deadline, 100), 0);
    assert_string_equal(deadline_words(&deadline), "it was called off");
    deadline_start(&deadline, 0, NULL);
    assert_true(deadline_is_over(&deadline));
    assert_string_equal(deadline_words(&deadline), "the time for it ran out");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deadline_ends_by_time_or_by_its_flag),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
