#include "check.h"

#include "snapshot/limits.h"

static void presets_are_within_their_own_ranges(void **state)
{
    (void)state;
    struct snap_limits limits;
    struct err err;
    snapshot_limits_default(&limits);
    assert_true(snapshot_limits_check(&limits, &err));
}

static void every_member_has_exactly_one_row(void **state)
{
    (void)state;
    size_t count, covered = 0;
    const struct snap_limit *rows = snapshot_limits(&count);
    for (size_t i = 0; i < count; i++) {
        assert_ptr_equal(snapshot_limit_find(str_from(rows[i].name)), &rows[i]);
        assert_int_equal(rows[i].offset, covered); /* in the struct's order, without a gap */
        covered += rows[i].size;
        size_t reason_size = strlen(rows[i].reason);
        assert_true(reason_size > 20 && rows[i].reason[reason_size - 1] == '.');
        assert_true(rows[i].what[0] && rows[i].unit[0]);
        assert_true(rows[i].size == 8 || rows[i].max <= UINT32_MAX);
    }
    assert_int_equal(covered, sizeof(struct snap_limits));
    assert_null(snapshot_limit_find(STR("no_such_limit")));
}

static void setting_takes_the_range_and_nothing_else(void **state)
{
    (void)state;
    size_t count;
    const struct snap_limit *rows = snapshot_limits(&count);
    for (size_t i = 0; i < count; i++) {
        struct snap_limits limits, before;
        struct err err = {0};
        snapshot_limits_default(&limits);
        before = limits;
        assert_true(snapshot_limit_get(&limits, &rows[i]) == rows[i].preset);
        assert_false(snapshot_limit_set(&limits, &rows[i], rows[i].max + 1, &err));
        assert_string_equal(err.field, rows[i].name);
        assert_true(snapshot_limit_set(&limits, &rows[i], 0, NULL) == rows[i].zero_allowed);
        assert_true(snapshot_limit_set(&limits, &rows[i], UINT64_MAX, NULL) == false);
        if (!rows[i].zero_allowed)
            assert_memory_equal(&limits, &before, sizeof limits);
        assert_true(snapshot_limit_set(&limits, &rows[i], rows[i].max, NULL));
        assert_true(snapshot_limit_get(&limits, &rows[i]) == rows[i].max);
        assert_true(snapshot_limit_set(&limits, &rows[i], rows[i].min, NULL));
        assert_true(snapshot_limit_get(&limits, &rows[i]) == rows[i].min);
    }
}

static void a_target_must_fit_into_its_head(void **state)
{
    (void)state;
    struct snap_limits limits;
    struct err err;
    snapshot_limits_default(&limits);
    limits.target_size_max = limits.head_size_max + 1;
    assert_false(snapshot_limits_check(&limits, &err));
    assert_string_equal(err.field, "target_size_max");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(presets_are_within_their_own_ranges),
        cmocka_unit_test(every_member_has_exactly_one_row),
        cmocka_unit_test(setting_takes_the_range_and_nothing_else),
        cmocka_unit_test(a_target_must_fit_into_its_head),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
