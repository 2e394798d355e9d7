#include "check.h"

static void equal_without_case_only_for_ascii(void **state)
{
    (void)state;
    assert_true(str_eq_nocase(STR("Content-Length"), STR("content-lengTH")));
    assert_false(str_eq_nocase(STR("a"), STR("ab")));
    assert_false(str_eq_nocase(STR("\xc4"), STR("\xe4")));
}

static void cut_visits_every_part_and_the_empty_ones(void **state)
{
    (void)state;
    struct str rest = STR("a,,b,");
    const struct str expected[] = {STR_INIT("a"), STR_INIT(""), STR_INIT("b"), STR_INIT("")};
    size_t count = 0;
    while (rest.data) {
        assert_true(count < 4);
        assert_str(str_cut(&rest, ','), expected[count++]);
    }
    assert_int_equal(count, 4);
}

static void numbers_are_digits_only_and_bounded(void **state)
{
    (void)state;
    uint64_t value = 7;
    const char *bad[] = {"", "-1", "+1", " 1", "1 ", "0x1", "18446744073709551616", "1a"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(str_to_u64(str_from(bad[i]), UINT64_MAX, &value));
    assert_int_equal(value, 7);
    assert_true(str_to_u64(STR("18446744073709551615"), UINT64_MAX, &value));
    assert_true(value == UINT64_MAX);
    assert_false(str_to_u64(STR("65536"), 65535, &value));
    assert_true(str_hex_to_u64(STR("fF"), 255, &value));
    assert_int_equal(value, 255);
    assert_false(str_hex_to_u64(STR("fg"), 1000, &value));
    assert_false(str_hex_to_u64(STR("10000000000000000"), UINT64_MAX, &value));
}

static void trim_takes_spaces_and_tabs_only(void **state)
{
    (void)state;
    assert_str(str_trim(STR(" \t a b\t ")), STR("a b"));
    assert_str(str_trim(STR("\r\n")), STR("\r\n"));
    assert_str(str_trim(STR(" \t")), STR(""));
}

static void parts_out_of_range_are_what_is_there(void **state)
{
    (void)state;
    assert_str(str_part(STR("abc"), 1, 100), STR("bc"));
    assert_str(str_part(STR("abc"), 4, 1), STR(""));
    assert_true(str_ends(STR("abc"), STR("bc")));
    assert_false(str_ends(STR("c"), STR("bc")));
    assert_int_equal(str_find_last(STR("a:b:c"), ':'), 3);
    assert_int_equal(str_find(STR("abc"), 'x'), 3);
}

static void sequences_of_utf8_are_measured_and_others_are_none(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        size_t size;
    } cases[] = {
        {"", 0},
        {"a", 1},
        {"\x7f", 1},
        {"\xc3\xa4", 2},
        {"\xe6\xa0\xaa", 3},
        {"\xf0\x9f\x94\x92", 4},
        {"\xf4\x8f\xbf\xbf", 4},
        {"\x80", 0},             /* goes on with nothing */
        {"\xc1\xbf", 0},         /* longer than need be */
        {"\xe0\x9f\xbf", 0},     /* the same */
        {"\xf0\x8f\xbf\xbf", 0}, /* the same */
        {"\xed\xa0\x80", 0},     /* a surrogate */
        {"\xf4\x90\x80\x80", 0}, /* beyond Unicode */
        {"\xf5\x80\x80\x80", 0}, /* the same */
        {"\xe6\xa0(", 0},        /* broken off */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str whole = str_from(cases[i].text);
        assert_int_equal(str_utf8_size(whole), cases[i].size);
        for (size_t size = 0; size < cases[i].size; size++)
            assert_int_equal(str_utf8_size(str_part(whole, 0, size)), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_without_case_only_for_ascii),
        cmocka_unit_test(cut_visits_every_part_and_the_empty_ones),
        cmocka_unit_test(numbers_are_digits_only_and_bounded),
        cmocka_unit_test(trim_takes_spaces_and_tabs_only),
        cmocka_unit_test(parts_out_of_range_are_what_is_there),
        cmocka_unit_test(sequences_of_utf8_are_measured_and_others_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
