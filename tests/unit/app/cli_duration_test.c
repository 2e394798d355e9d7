#include "check.h"

#include <stdlib.h>

#include "app/cli_duration.h"
#include "hsts/field.h"

static void durations_are_numbers_with_or_without_a_unit(void **state)
{
    (void)state;
    const struct {
        const char *text;
        uint64_t expected_s;
    } cases[] = {
        {"0", 0},       {"300", 300},     {"300s", 300},    {"5m", 300},      {"12h", 43200},     {"1d", 86400},
        {"1w", 604800}, {"30d", 2592000}, {"1y", 31536000}, {"2y", 63072000}, {"10y", 315360000}, {"007d", 604800},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t duration_s = 7;
        if (!cli_duration_read(str_from(cases[i].text), HSTS_MAX_AGE_S_MAX, &duration_s))
            fail_msg("%s was not taken", cases[i].text);
        assert_int_equal(duration_s, cases[i].expected_s);
    }
}

static void anything_else_is_no_duration(void **state)
{
    (void)state;
    static const char *const cases[] = {"",
                                        "d",
                                        "1D",
                                        "1 d",
                                        " 1d",
                                        "1d ",
                                        "-1d",
                                        "+1",
                                        "1.5",
                                        "1d2h",
                                        "1mo",
                                        "1min",
                                        "315360001",
                                        "11y",
                                        "3651d",
                                        "1e3",
                                        "0x1",
                                        "month",
                                        "99999999999999999999",
                                        "99999999999999999999y"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t duration_s = 7;
        if (cli_duration_read(str_from(cases[i]), HSTS_MAX_AGE_S_MAX, &duration_s))
            fail_msg("%s was taken", cases[i]);
        assert_int_equal(duration_s, 7);
    }
}

static void a_ladder_is_a_list_of_them(void **state)
{
    (void)state;
    struct err err = {0};
    json_t *list = cli_duration_list("--ladder", "300, 1d,1w ,30d,1y", &err);
    char *text = json_dumps(list, JSON_COMPACT);
    assert_string_equal(text, "[300,86400,604800,2592000,31536000]");
    free(text);
    json_decref(list);
    static const struct {
        const char *text, *wrong;
    } bad[] = {{"", "\"\" is no duration"},
               {"300,", "\"\" is no duration"},
               {"300,,1d", "\"\" is no duration"},
               {"5m,one day", "\"one day\" is no duration"}};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        err = (struct err){0};
        assert_null(cli_duration_list("--ladder", bad[i].text, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.field, "--ladder");
        assert_string_equal(err.text, bad[i].wrong);
        assert_string_equal(err.fix, "give seconds, or a number with m, h, d, w or y behind it: 5m,1d,1w,30d,1y");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(durations_are_numbers_with_or_without_a_unit),
        cmocka_unit_test(anything_else_is_no_duration),
        cmocka_unit_test(a_ladder_is_a_list_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
