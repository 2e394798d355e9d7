/* A census as it stands in a row: what was counted, in few bytes, and nothing of a row that is damaged. */
#include "check.h"
#include "store/census_pack.h"

static struct str pack(const struct census_counts *census, char room[static CENSUS_PACKED_SIZE_MAX])
{
    struct str packed = census_pack(census, room);
    assert_true(packed.size <= CENSUS_PACKED_SIZE_MAX);
    return packed;
}

static void check_round(const struct census_counts *census)
{
    char room[CENSUS_PACKED_SIZE_MAX];
    struct census_counts back = {{77}};
    assert_true(census_unpack(pack(census, room), &back));
    assert_memory_equal(&back, census, sizeof back);
}

static void every_count_comes_back(void **state)
{
    static const uint64_t counts[] = {1, 127, 128, 16383, 16384, UINT32_MAX, UINT64_MAX / 2, UINT64_MAX};
    struct census_counts all = {{0}};
    (void)state;
    check_round(&all);
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        struct census_counts one = {{0}};
        one.counts[CENSUS_SENDER + i] = counts[i];
        check_round(&one);
    }
    for (size_t i = 0; i < CENSUS_FIELDS_COUNT; i++)
        all.counts[i] = UINT64_MAX - i;
    check_round(&all);
}

static void what_did_not_come_costs_nothing(void **state)
{
    char room[CENSUS_PACKED_SIZE_MAX];
    struct census_counts census = {{0}};
    (void)state;
    assert_int_equal(pack(&census, room).size, 0);
    census.counts[CENSUS_POST] = 100;
    census.counts[CENSUS_CONTENT] = 1000;
    assert_int_equal(pack(&census, room).size, 5);
}

/* It is all there or none of it: a count in two halves would be another one. */
static void a_row_that_was_cut_is_not_taken(void **state)
{
    char room[CENSUS_PACKED_SIZE_MAX];
    struct census_counts census = {{0}};
    (void)state;
    census.counts[CENSUS_GET] = 1000;
    census.counts[CENSUS_SENDER] = UINT64_MAX;
    struct str whole = pack(&census, room);
    for (size_t size = 0; size < whole.size; size++) {
        struct census_counts back = {{77}};
        bool fine = census_unpack(str_part(whole, 0, size), &back);
        assert_int_equal(fine, size == 0 || size == 3); /* between two fields */
        assert_int_equal(back.counts[CENSUS_GET], !fine ? 77 : size ? 1000 : 0);
    }
}

static void what_no_count_can_be_is_not_taken(void **state)
{
    const struct str rows[] = {STR("\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x02"),
                               STR("\x01\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01")};
    struct census_counts back = {{77}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_false(census_unpack(rows[i], &back));
    assert_int_equal(back.counts[0], 77);
}

static void fields_of_a_newer_version_are_passed_over(void **state)
{
    struct census_counts back = {{0}};
    (void)state;
    assert_true(census_unpack(STR("\xff\x85\x01\x02\x07"), &back));
    assert_int_equal(back.counts[CENSUS_POST], 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_count_comes_back),
        cmocka_unit_test(what_did_not_come_costs_nothing),
        cmocka_unit_test(a_row_that_was_cut_is_not_taken),
        cmocka_unit_test(what_no_count_can_be_is_not_taken),
        cmocka_unit_test(fields_of_a_newer_version_are_passed_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
