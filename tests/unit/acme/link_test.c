#include "check.h"

#include "acme/link.h"

static void links_are_cut_off_one_by_one(void **state)
{
    (void)state;
    struct str rest =
        STR(" <https://ca.test/a>;rel=\"index\" , ,<https://ca.test/b> ; title=\"a, b; \\\" <c>\"; rel=alternate"
            "; rel=up,<>;x; ;REL=\"Up  ALTERNATE\"");
    struct link link;
    assert_true(link_next(&rest, &link));
    assert_str(link.target, STR("https://ca.test/a"));
    assert_true(link_has_rel(&link, STR("index")));
    assert_false(link_has_rel(&link, STR("alternate")));
    assert_true(link_next(&rest, &link));
    assert_str(link.target, STR("https://ca.test/b"));
    assert_true(link_has_rel(&link, STR("alternate")));
    assert_false(link_has_rel(&link, STR("up"))); /* of several rel the first counts */
    assert_true(link_next(&rest, &link));
    assert_str(link.target, STR(""));
    assert_true(link_has_rel(&link, STR("up")) && link_has_rel(&link, STR("alternate")));
    assert_false(link_next(&rest, &link));
    assert_int_equal(rest.size, 0);
}

static void what_is_no_link_ends_the_reading(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        " ",
        ",",
        "https://ca.test/",
        "<https://ca.test/",
        "<a>b",
        "<a> rel=up",
        "<a>;rel=\"up",
        "<a>;=up",
        "<a>;rel=up <b>",
        "<a>;rel=\"up\\",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct str rest = str_from(cases[i]);
        struct link link = {.target = STR("untouched")};
        if (link_next(&rest, &link) || !str_eq(link.target, STR("untouched")))
            fail_msg("%s", cases[i]);
    }
}

static void a_field_that_is_cut_gives_nothing_else(void **state)
{
    (void)state;
    struct str whole = STR("<https://ca.test/b>; title=\"x\\\"y\"; rel=\"alternate\"");
    for (size_t size = 0; size < whole.size; size++) {
        struct str rest = str_part(whole, 0, size);
        struct link link;
        if (link_next(&rest, &link)) {
            assert_str(link.target, STR("https://ca.test/b"));
            assert_false(link_has_rel(&link, STR("alternate")));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_cut_off_one_by_one),
        cmocka_unit_test(what_is_no_link_ends_the_reading),
        cmocka_unit_test(a_field_that_is_cut_gives_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
