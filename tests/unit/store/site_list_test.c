/* Sites on their way into a state: all of them or none, and a name that is there twice is told. */
#include <stdio.h>

#include "check.h"
#include "store/site_list.h"

#define STORED(name) "{\"name\":\"" name "\",\"routes\":[{\"prefix\":\"/\",\"upstreams\":[{\"url\":\"http://a:1\"}]}]}"

static void many_are_moved_into_the_state(void **unused)
{
    struct site_list list;
    struct state state;
    (void)unused;
    site_list_init(&list);
    state_init(&state);
    for (int i = 0; i < 200; i++) { /* beyond the first room */
        char text[200];
        (void)snprintf(text, sizeof text, STORED("s%d.example"), i);
        assert_true(site_list_read(&list, str_from(text), "", NULL));
    }
    assert_true(site_list_move(&list, &state, NULL));
    assert_int_equal(list.count, 0);
    assert_int_equal(state.sites_count, 200);
    assert_non_null(state_find(&state, STR("s199.example")));
    state_fini(&state);
    site_list_fini(&list);
}

static void a_name_that_is_there_twice_leaves_the_state_empty(void **unused)
{
    struct site_list list;
    struct state state;
    struct err err = {0};
    (void)unused;
    site_list_init(&list);
    state_init(&state);
    assert_true(site_list_read(&list, STR(STORED("a.example")), "", NULL));
    assert_true(site_list_read(&list, STR(STORED("a.example")), "", NULL));
    assert_false(site_list_move(&list, &state, &err));
    assert_string_equal(err.field, "[1].name");
    assert_int_equal(state.sites_count, 0);
    assert_int_equal(list.count, 2);
    site_list_fini(&list);
    state_fini(&state);
}

static void what_is_no_site_is_refused(void **unused)
{
    struct site_list list;
    struct err err = {0};
    (void)unused;
    site_list_init(&list);
    assert_false(site_list_read(&list, STR("{"), "", &err));
    assert_non_null(strstr(err.text, "no valid JSON"));
    assert_false(site_list_read(&list, STR("{\"name\":1}"), "sites[0].", &err));
    assert_string_equal(err.field, "sites[0].name");
    assert_int_equal(list.count, 0);
    site_list_fini(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(many_are_moved_into_the_state),
        cmocka_unit_test(a_name_that_is_there_twice_leaves_the_state_empty),
        cmocka_unit_test(what_is_no_site_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
