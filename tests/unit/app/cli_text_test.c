#include "cli_golden.h"

#include "app/cli_text.h"

static void words_are_wrapped_at_80_columns_and_indented(void **state)
{
    (void)state;
    const struct {
        const char *first, *text, *expected;
        size_t indent;
    } cases[] = {
        {"", "", "\n", 0},
        {"a: ", "b", "a: b\n", 4},
        {"a: ", "  b \n\t c ", "a: b c\n", 4},
        /* 80 columns fit, 81 do not */
        {"", "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123",
         "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123\n", 2},
        {"", "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234",
         "1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890\n  1234\n", 2},
        /* letters are counted, not bytes */
        {"", "123456789\xc3\xbc 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123",
         "123456789\xc3\xbc 1234567890 1234567890 1234567890 1234567890 1234567890 1234567890 123\n", 2},
        /* a word that is too long has a line of its own */
        {"a: ", "b 12345678901234567890123456789012345678901234567890123456789012345678901234567890 c",
         "a: b\n  12345678901234567890123456789012345678901234567890123456789012345678901234567890\n  c\n", 2},
        {"", "a\x1b[2Jb\x7f", "a?[2Jb?\n", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct golden golden;
        golden_open(&golden);
        cli_text_wrap(golden.out, cases[i].first, cases[i].indent, str_from(cases[i].text));
        golden_check(&golden, 0, cases[i].expected);
    }
}

static void a_line_stays_a_line_without_control_characters(void **state)
{
    struct golden golden;
    (void)state;
    golden_open(&golden);
    cli_text_line(golden.out, "x: ", "a\nb\x1b[1mc");
    golden_check(&golden, 0, "x: a?b?[1mc\n");
}

static void moments_are_those_of_the_api(void **state)
{
    (void)state;
    const struct {
        const char *text, *expected;
        int64_t moment_s;
    } good[] = {
        {"1970-01-01T00:00:00Z", "1970-01-01 00:00 UTC", 0},
        {"2026-11-23T17:51:03Z", "2026-11-23 17:51 UTC", 1795456263},
        {"2100-02-28T23:59:59Z", "2100-02-28 23:59 UTC", 4107542399},
    };
    const char *const bad[] = {NULL, "", "2026-11-23", "2026-11-23T17:51:03", "2026-11-23T17:51:03Zx", "now"};
    char room[CLI_MOMENT_SIZE];
    int64_t moment_s;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(cli_moment_read(good[i].text, &moment_s));
        assert_int_equal(moment_s, good[i].moment_s);
        assert_string_equal(cli_moment_text(good[i].text, room), good[i].expected);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        moment_s = 7;
        assert_false(cli_moment_read(bad[i], &moment_s));
        assert_int_equal(moment_s, 7);
        assert_string_equal(cli_moment_text(bad[i], room), "?");
    }
}

static void spans_have_their_two_greatest_units(void **state)
{
    (void)state;
    const struct {
        int64_t span_s;
        const char *expected;
    } cases[] = {
        {-5, "less than a minute"},
        {0, "less than a minute"},
        {59, "less than a minute"},
        {60, "1 minute"},
        {300, "5 minutes"},
        {3600, "1 hour"},
        {3660, "1 hour 1 minute"},
        {86399, "23 hours 59 minutes"},
        {86400, "1 day"},
        {86400 + 59 * 60, "1 day"}, /* rounded down */
        {2 * 86400 + 3 * 3600, "2 days 3 hours"},
        {31536000, "1 year"},
        {31536000 + 20 * 86400, "1 year 20 days"},
        {2 * 31536000, "2 years"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[CLI_SPAN_SIZE];
        assert_string_equal(cli_span_text(cases[i].span_s, room), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_wrapped_at_80_columns_and_indented),
        cmocka_unit_test(a_line_stays_a_line_without_control_characters),
        cmocka_unit_test(moments_are_those_of_the_api),
        cmocka_unit_test(spans_have_their_two_greatest_units),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
