#include "check.h"

#include <stdlib.h>

#include "app/chart.h"

static char *print(const struct chart *chart, bool unicode)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    chart_print(chart, unicode, out);
    assert_int_equal(fclose(out), 0);
    return text;
}

/* Code points, not bytes. */
static size_t width_of(struct str line)
{
    size_t count = 0;
    for (size_t i = 0; i < line.size; i++)
        count += ((unsigned char)line.data[i] & 0xc0) != 0x80;
    return count;
}

static void a_chart_in_ascii_shows_scale_marks_and_days(void **state)
{
    (void)state;
    const uint64_t values[] = {0, 1, 600, 1200};
    const struct chart_mark marks[] = {{0, 'a'}, {2, 'b'}, {3, 'R'}, {4, 'x'}};
    const struct chart chart = {.title = "Title", .values = values, .days_count = 4, .marks = marks, .marks_count = 4};
    char *text = print(&chart, false);
    assert_string_equal(text, "Title\n"
                              "\n"
                              "  1.2k +                                                      ##################\n"
                              "       |                                                      ##################\n"
                              "       |                                                      ##################\n"
                              "   900 +                                                      ##################\n"
                              "       |                                                      ##################\n"
                              "       |                                                      ##################\n"
                              "   600 +                                    ####################################\n"
                              "       |                                    ####################################\n"
                              "       |                                    ####################################\n"
                              "   300 +                                    ####################################\n"
                              "       |                                    ####################################\n"
                              "       |                  ..................####################################\n"
                              "     0 +------------------------------------------------------------------------\n"
                              "        a                                   b                 R\n"
                              "   day  0                0                 1                 2                 3\n");
    free(text);
}

static void no_line_is_wider_than_80_columns_or_ends_in_a_blank(void **state)
{
    (void)state;
    static uint64_t values[3650];
    const size_t counts[] = {1, 2, 71, 72, 73, 365, 3650};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        values[i] = i * 7919 % 100000001;
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        for (int unicode = 0; unicode < 2; unicode++) {
            const struct chart chart = {.title = "T", .values = values, .days_count = counts[i]};
            char *text = print(&chart, unicode);
            struct str rest = str_from(text);
            while (rest.size) {
                struct str line = str_cut(&rest, '\n');
                assert_true(width_of(line) <= CHART_WIDTH);
                assert_true(!line.size || line.data[line.size - 1] != ' ');
                for (size_t c = 0; !unicode && c < line.size; c++)
                    assert_in_range(line.data[c], ' ', '~');
            }
            free(text);
        }
}

static void a_single_browser_among_many_days_is_seen(void **state)
{
    (void)state;
    static uint64_t values[730];
    values[0] = 1000000;
    values[400] = 1;
    const struct chart chart = {.title = "T", .values = values, .days_count = 730};
    char *text = print(&chart, true);
    assert_non_null(strstr(text, "  1.2M ┤\n")); /* the highest interval of four that is round */
    assert_non_null(strstr(text, "       │█                                      ▁\n"));
    free(text);
}

static void nothing_at_all_is_a_flat_chart(void **state)
{
    (void)state;
    const uint64_t values[] = {0};
    const struct chart chart = {.title = "T", .values = values, .days_count = 1};
    char *text = print(&chart, true);
    assert_non_null(strstr(text, "     4 ┤\n"));
    assert_null(strstr(text, "▁"));
    free(text);
}

static void svg_has_both_lines_and_no_markup_from_titles(void **state)
{
    (void)state;
    const uint64_t values[] = {0, 60, 120}, second[] = {0, 0, 72};
    const struct chart_mark marks[] = {{0, 'a'}, {0, 'b'}, {1, 'c'}};
    struct chart chart = {.title = "a < b & c",
                          .values = values,
                          .value_name = "one",
                          .second = second,
                          .second_name = "two",
                          .days_count = 3,
                          .marks = marks,
                          .marks_count = 3};
    struct buf svg;
    buf_init(&svg, CHART_SVG_SIZE_MAX);
    assert_true(chart_svg(&chart, &svg));
    assert_true(buf_put(&svg, "", 1));
    const char *text = buf_str(&svg).data;
    assert_non_null(strstr(text, "<title>a &lt; b &amp; c</title>"));
    assert_non_null(strstr(text, "points=\"80.0,360.0 510.0,205.0 940.0,50.0\""));
    assert_non_null(strstr(text, "points=\"80.0,360.0 510.0,360.0 940.0,174.0\""));
    assert_null(strstr(text, ">a</text>")); /* the next letter would cover it */
    assert_non_null(strstr(text, ">b</text>"));
    assert_non_null(strstr(text, ">c</text>"));
    buf_clear(&svg);
    chart.second = NULL;
    assert_true(chart_svg(&chart, &svg) && buf_put(&svg, "", 1));
    assert_null(strstr(buf_str(&svg).data, "two"));
    buf_fini(&svg);
    buf_init(&svg, 1000);
    assert_false(chart_svg(&chart, &svg));
    buf_fini(&svg);
}

static void unicode_is_used_where_the_locale_has_it(void **state)
{
    (void)state;
    static const struct {
        const char *all, *ctype, *lang;
        bool unicode;
    } cases[] = {
        {NULL, NULL, NULL, false},          {NULL, NULL, "C.UTF-8", true}, {NULL, NULL, "de_DE.utf8", true},
        {"C", "C.UTF-8", "C.UTF-8", false}, {"", "C", "C.UTF-8", false},   {"", "", "C.UTF-8", true},
        {"en_US.UTF-8", "C", "C", true},    {NULL, NULL, "POSIX", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *const values[] = {cases[i].all, cases[i].ctype, cases[i].lang};
        const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
        for (size_t n = 0; n < 3; n++)
            assert_int_equal(values[n] ? setenv(names[n], values[n], 1) : unsetenv(names[n]), 0);
        assert_int_equal(chart_locale_is_unicode(), cases[i].unicode);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chart_in_ascii_shows_scale_marks_and_days),
        cmocka_unit_test(no_line_is_wider_than_80_columns_or_ends_in_a_blank),
        cmocka_unit_test(a_single_browser_among_many_days_is_seen),
        cmocka_unit_test(nothing_at_all_is_a_flat_chart),
        cmocka_unit_test(svg_has_both_lines_and_no_markup_from_titles),
        cmocka_unit_test(unicode_is_used_where_the_locale_has_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
