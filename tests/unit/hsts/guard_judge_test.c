#include "guard_world.h"

#include "hsts/guard_judge.h"

static void text_from_elsewhere_is_cut_at_whole_characters(void **state)
{
    static const struct {
        struct str text;
        size_t size_max;
        struct str clipped;
    } cases[] = {
        {STR_INIT("short"), 10, STR_INIT("short")},
        {STR_INIT("exactly"), 7, STR_INIT("exactly")},
        {STR_INIT("too long"), 5, STR_INIT("too l")},
        {STR_INIT("gr\xc3\xbc\xc3\x9f"), 5, STR_INIT("gr\xc3\xbc")},
        {STR_INIT("gr\xc3\xbc\xc3\x9f"), 6, STR_INIT("gr\xc3\xbc\xc3\x9f")},
        {STR_INIT("\xe2\x82\xac"), 2, STR_INIT("")},
        {STR_INIT("\x80\x80\x80"), 2, STR_INIT("")},
        {STR_INIT("It ends. \n"), 20, STR_INIT("It ends")},
        {STR_INIT("..."), 20, STR_INIT("")},
        {STR_INIT("a\0b"), 20, STR_INIT("a")},
        {STR_INIT(""), 0, STR_INIT("")},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_str(guard_clip(cases[i].text, cases[i].size_max), cases[i].clipped);
}

static void dates_read_alike_and_stay_within_four_digits(void **state)
{
    char room[GUARD_DATE_SIZE];
    (void)state;
    assert_str(guard_date(0, room), STR("1970-01-01 00:00 UTC"));
    assert_str(guard_date(WORLD_NOW_S + 59, room), STR("2027-01-15 08:00 UTC"));
    assert_str(guard_date(INT64_MAX, room), STR("9999-12-31 23:59 UTC"));
    assert_str(guard_date(INT64_MIN, room), STR("0000-01-01 00:00 UTC"));
}

static void sums_of_times_stay_within_the_numbers(void **state)
{
    (void)state;
    assert_int_equal(guard_sum_s(2, 3), 5);
    assert_true(guard_sum_s(INT64_MAX, 1) == INT64_MAX);
    assert_true(guard_sum_s(INT64_MIN, -1) == INT64_MIN);
    assert_int_equal(guard_span_s(2, 5), 3);
    assert_true(guard_span_s(-1, INT64_MAX) == INT64_MAX);
    assert_true(guard_span_s(1, INT64_MIN) == INT64_MIN);
}

static bool is_wanted(const struct guard_name *name)
{
    return name->covered;
}

static void a_list_shows_whole_names_and_counts_the_rest(void **state)
{
    char longest[253], room[GUARD_LIST_SIZE];
    struct guard_name names[] = {{.name = STR("a.example"), .covered = true},
                                 {.name = STR("left.out")},
                                 {.name = {longest, sizeof longest}, .covered = true},
                                 {.name = {longest, sizeof longest}, .covered = true},
                                 {.name = STR("b.example"), .covered = true}};
    struct guard_facts facts = {.names = names, .names_count = 5};
    (void)state;
    memset(longest, 'w', sizeof longest);
    assert_int_equal(guard_list(&facts, is_wanted, room), 4);
    assert_int_equal(strlen(room), strlen("a.example, ") + sizeof longest + strlen(" and 2 more"));
    assert_string_equal(room + strlen(room) - strlen(" and 2 more"), " and 2 more");
    facts.names_count = 2;
    assert_int_equal(guard_list(&facts, is_wanted, room), 1);
    assert_string_equal(room, "a.example");
    facts.names_count = 0;
    assert_int_equal(guard_list(&facts, is_wanted, room), 0);
    assert_string_equal(room, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_from_elsewhere_is_cut_at_whole_characters),
        cmocka_unit_test(dates_read_alike_and_stay_within_four_digits),
        cmocka_unit_test(sums_of_times_stay_within_the_numbers),
        cmocka_unit_test(a_list_shows_whole_names_and_counts_the_rest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
