/* Different clients over a span: within the stated error, and nobody counted twice. */
#include "check.h"
#include "snapshot/distinct.h"
#include "snapshot/hash.h"

static void put(struct distinct *distinct, uint64_t first, uint64_t count)
{
    for (uint64_t i = first; i < first + count; i++)
        distinct_put(distinct, snapshot_hash(&i, sizeof i, 9));
}

static void the_count_is_within_its_error(void **state)
{
    static const uint64_t counts[] = {0, 1, 2, 10, 100, 1000, 2500, 5000, 20000, 100000, 3000000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct distinct distinct = {{0}};
        uint64_t error, got;
        put(&distinct, 0, counts[i]);
        put(&distinct, 0, counts[i] / 2); /* again */
        got = distinct_count(&distinct, &error);
        if (got + 2 * error < counts[i] || got > counts[i] + 2 * error)
            fail_msg("%llu ± %llu, not %llu", (unsigned long long)got, (unsigned long long)error,
                     (unsigned long long)counts[i]);
        assert_true(error <= counts[i] / 10 + 2);
    }
}

static void the_stated_error_holds_in_nineteen_of_twenty(void **state)
{
    static const uint64_t counts[] = {800, 10000};
    (void)state;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int within = 0;
        for (uint64_t day = 0; day < 200; day++) {
            struct distinct distinct = {{0}};
            uint64_t error, got;
            put(&distinct, day << 32, counts[i]);
            got = distinct_count(&distinct, &error);
            within += got + error >= counts[i] && got <= counts[i] + error;
        }
        assert_in_range(within, 180, 199);
    }
}

static void put_together_nobody_counts_twice(void **state)
{
    struct distinct monday = {{0}}, tuesday = {{0}}, both = {{0}};
    uint64_t error, got;
    (void)state;
    put(&monday, 0, 10000);
    put(&tuesday, 5000, 10000);
    put(&both, 0, 15000);
    distinct_add(&monday, &tuesday);
    assert_memory_equal(&monday, &both, sizeof both);
    got = distinct_count(&monday, &error);
    assert_in_range(got, 15000 - 2 * error, 15000 + 2 * error);
}

static void full_registers_have_a_count(void **state)
{
    struct distinct distinct;
    uint64_t error;
    (void)state;
    for (size_t i = 0; i < DISTINCT_REGISTERS_COUNT; i++)
        distinct.registers[i] = UINT8_MAX;
    (void)distinct_count(&distinct, &error); /* damage; UBSan looks */
    distinct_put(&distinct, 0);
    distinct_put(&distinct, UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_count_is_within_its_error),
        cmocka_unit_test(the_stated_error_holds_in_nineteen_of_twenty),
        cmocka_unit_test(put_together_nobody_counts_twice),
        cmocka_unit_test(full_registers_have_a_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
