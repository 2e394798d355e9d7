#include "check.h"

#include "hsts/ladder.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void the_default_ladder_is_sound(void **state)
{
    (void)state;
    struct ladder ladder;
    ladder_init(&ladder);
    assert_true(ladder_check(&ladder, "ladder", NULL));
    assert_int_equal(ladder.count, 5);
    assert_int_equal(ladder_permanent(&ladder), LADDER_YEAR_S);
    uint32_t climbed[] = {300, 86400, 604800, 2592000, 31536000, 0}, at = 0;
    for (size_t i = 0; i < COUNT(climbed); i++)
        assert_int_equal(at = ladder_next(&ladder, at), climbed[i]);
    assert_int_equal(ladder_next(&ladder, 301), 86400);
}

static void a_ladder_that_is_none_is_refused(void **state)
{
    (void)state;
    static const struct {
        struct ladder ladder;
        bool ok;
    } cases[] = {
        {{.rungs = {300}, .count = 1}, true},
        {{.rungs = {86400, LADDER_TWO_YEARS_S}, .count = 2}, true},
        {{.rungs = {1, HSTS_MAX_AGE_S_MAX}, .count = 2}, true},
        {{.rungs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, .count = 12}, true},
        {{.count = 0}, false},
        {{.rungs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}, .count = 13}, false},
        {{.rungs = {0, 300}, .count = 2}, false},
        {{.rungs = {86401}, .count = 1}, false},
        {{.rungs = {300, 300}, .count = 2}, false},
        {{.rungs = {300, 600, 500}, .count = 3}, false},
        {{.rungs = {1, HSTS_MAX_AGE_S_MAX + 1}, .count = 2}, false},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct err err = {0};
        if (ladder_check(&cases[i].ladder, "hsts.ladder", &err) != cases[i].ok)
            fail_msg("case %zu: %s", i, err.text);
        assert_string_equal(err.field, cases[i].ok ? "" : "hsts.ladder");
        assert_int_equal(err.code, cases[i].ok ? ERR_NONE : ERR_INPUT);
    }
}

static void permanent_is_the_highest_rung_up_to_a_year(void **state)
{
    (void)state;
    static const struct {
        struct ladder ladder;
        uint32_t permanent_s;
    } cases[] = {
        {{.rungs = {300}, .count = 1}, 300},
        {{.rungs = {300, 86400}, .count = 2}, 86400},
        {{.rungs = {300, LADDER_YEAR_S, LADDER_TWO_YEARS_S}, .count = 3}, LADDER_YEAR_S},
        {{.rungs = {300, 86400, LADDER_TWO_YEARS_S}, .count = 3}, 86400},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(ladder_permanent(&cases[i].ladder), cases[i].permanent_s);
}

static void a_time_is_told_in_its_largest_unit(void **state)
{
    (void)state;
    static const struct {
        uint32_t max_age_s;
        const char *text;
    } cases[] = {
        {300, "5 minutes"},      {86400, "1 day"},
        {604800, "1 week"},      {2592000, "30 days"},
        {31536000, "1 year"},    {63072000, "2 years"},
        {777, "777 seconds"},    {0, "0 seconds"},
        {1, "1 second"},         {60, "1 minute"},
        {7200, "2 hours"},       {1209600, "2 weeks"},
        {315360000, "10 years"}, {UINT32_MAX, "4294967295 seconds"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[LADDER_TEXT_SIZE];
        assert_str(ladder_text(cases[i].max_age_s, room), str_from(cases[i].text));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_default_ladder_is_sound),
        cmocka_unit_test(a_ladder_that_is_none_is_refused),
        cmocka_unit_test(permanent_is_the_highest_rung_up_to_a_year),
        cmocka_unit_test(a_time_is_told_in_its_largest_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
