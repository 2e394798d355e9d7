/* Slots are stable and reused as late as possible. */
#include "check.h"
#include "store/slots.h"

static void a_freed_slot_comes_last(void **state)
{
    struct slots slots;
    uint32_t slot;
    (void)state;
    assert_true(slots_init(&slots, 4, 2));
    assert_true(slots_mark(&slots, 2)); /* 0, 1 and 3 are free; the cursor stands at 2 */
    assert_true(slots_take(&slots, &slot));
    assert_int_equal(slot, 3);
    assert_true(slots_take(&slots, &slot));
    assert_int_equal(slot, 0);
    assert_true(slots_take(&slots, &slot));
    assert_int_equal(slot, 1);
    assert_false(slots_take(&slots, &slot));
    slots_fini(&slots);
}

static void a_slot_has_one_owner(void **state)
{
    struct slots slots;
    (void)state;
    assert_true(slots_init(&slots, 100, 1000));
    assert_true(slots_mark(&slots, 99));
    assert_false(slots_mark(&slots, 99));
    assert_false(slots_mark(&slots, 100));
    slots_fini(&slots);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_freed_slot_comes_last),
        cmocka_unit_test(a_slot_has_one_owner),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
