#include "check.h"

#include <stdlib.h>

#include "app/cli_output.h"

static void columns_are_as_wide_as_their_widest_cell_and_lines_end_without_spaces(void **state)
{
    (void)state;
    static const char *const titles[] = {"A", "LONG TITLE", "C"};
    struct cli_table table;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    cli_table_init(&table, titles, 3);
    cli_table_add(&table, "%s", "wide cell");
    cli_table_add(&table, "%d", 7);
    cli_table_add(&table, "x");
    cli_table_add(&table, "%s", "m\xc3\xbcller"); /* counted in letters, not in bytes */
    cli_table_add(&table, "%s", "");
    cli_table_add(&table, "%s", "");
    cli_table_print(&table, out);
    cli_table_fini(&table);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "A          LONG TITLE  C\nwide cell  7           x\nm\xc3\xbcller                 \n");
    free(text);
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
    (void)state;
    static const char *const titles[] = {"A"};
    struct cli_table table;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    cli_table_init(&table, titles, 1);
    cli_table_add(&table, "%s", "a\x1b[2Jb\nc\x7f");
    cli_table_print(&table, out);
    cli_table_fini(&table);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "A\na?[2Jb?c?\n");
    free(text);
}

static void members_that_are_absent_or_of_another_type_give_what_stands_for_them(void **state)
{
    (void)state;
    json_t *object = json_pack("{s:s, s:i, s:b, s:s}", "text", "t", "number", 7, "yes", 1, "empty", "");
    assert_string_equal(cli_json_text(object, "text", "-"), "t");
    assert_string_equal(cli_json_text(object, "empty", "-"), "-");
    assert_string_equal(cli_json_text(object, "number", "-"), "-");
    assert_string_equal(cli_json_text(NULL, "text", "-"), "-");
    assert_int_equal(cli_json_number(object, "number", -1), 7);
    assert_int_equal(cli_json_number(object, "text", -1), -1);
    assert_true(cli_json_bool(object, "yes"));
    assert_false(cli_json_bool(object, "number"));
    json_decref(object);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(columns_are_as_wide_as_their_widest_cell_and_lines_end_without_spaces),
        cmocka_unit_test(control_characters_do_not_reach_the_terminal),
        cmocka_unit_test(members_that_are_absent_or_of_another_type_give_what_stands_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
