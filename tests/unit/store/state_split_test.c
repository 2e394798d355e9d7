/* The pieces of a large list, cut without parsing. */
#include "check.h"
#include "store/state_split.h"

static void lists_are_found_by_name_at_the_top_level(void **state)
{
    static const struct {
        const char *text, *inside; /* NULL: none */
    } cases[] = {
        {"{\"a\":[1,2]}", "1,2"},
        {" { \"x\" : { \"a\" : [ 9 ] } , \"a\" : [ \"]\\\"\" ] } ", " \"]\\\"\" "},
        {"{\"a\":[]}", ""},
        {"{\"a\":[[1],{\"b\":[2]}],\"c\":1}", "[1],{\"b\":[2]}"},
        {"{\"a\":1}", NULL},
        {"{\"b\":[1]}", NULL},
        {"[1]", NULL},
        {"{\"a\":[1", NULL},
        {"{\"a\":[1]", NULL},
        {"{\"a\"", NULL},
        {"{\"a\\", NULL},
        {"{\"a\":", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str inside = state_split_list(str_from(cases[i].text), STR("a"));
        assert_int_equal(inside.data != NULL, cases[i].inside != NULL);
        if (cases[i].inside)
            assert_str(inside, str_from(cases[i].inside));
    }
}

static void elements_come_one_by_one(void **state)
{
    static const struct {
        const char *text;
        size_t count;
        bool whole; /* the end was reached */
    } cases[] = {
        {"", 0, true},    {" \n ", 0, true},  {"1", 1, true},   {"1, {\"a\":[1,2]} ,\"x,y\"", 3, true},
        {"1,", 0, false}, {"1,2,", 1, false}, {"1]", 0, false}, {"{", 1, true},
        {"\"a", 1, true}, {"\"a\\", 1, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str rest = str_from(cases[i].text), element;
        size_t count = 0;
        while (state_split_next(&rest, &element))
            count++;
        if (count != cases[i].count || (rest.size == 0) != cases[i].whole)
            fail_msg("\"%s\": %zu elements, %zu bytes left", cases[i].text, count, rest.size);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_are_found_by_name_at_the_top_level),
        cmocka_unit_test(elements_come_one_by_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
