#include "check.h"

#include "probe/target.h"

static void names_are_asked_as_they_can_be(void **state)
{
    (void)state;
    static const struct {
        const char *name, *asked; /* NULL: left out */
    } cases[] = {
        {"example.test", "example.test"},
        {"*.example.test", "strictgate-probe.example.test"},
        {"localhost", "localhost"},
        {"127.0.0.1", NULL},
        {"::1", NULL},
        {"", NULL},
        {"*.", NULL},
        {"*", NULL},
        {"a b", NULL},
        {"a/b", NULL},
        {"a:80", NULL},
        {"[::1]", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[TARGET_NAME_SIZE];
        struct str asked = {NULL, 0};
        assert_int_equal(target_name(str_from(cases[i].name), room, &asked), cases[i].asked != NULL);
        if (cases[i].asked)
            assert_str(asked, str_from(cases[i].asked));
    }
}

static void a_long_name_is_left_out(void **state)
{
    (void)state;
    char name[400], room[TARGET_NAME_SIZE];
    struct str asked;
    memset(name, 'a', sizeof name);
    for (size_t i = 0; i < sizeof name; i += 50)
        name[i] = '.';
    assert_false(target_name(str_make(name + 1, 254), room, &asked));
    assert_true(target_name(str_make(name + 1, 248), room, &asked));
    name[0] = '*';
    name[1] = '.';
    assert_false(target_name(str_make(name, 250), room, &asked)); /* too long with the label */
    assert_true(target_name(str_make(name, 200), room, &asked));
}

static void the_sites_names_are_known_again(void **state)
{
    (void)state;
    static const struct str names[] = {STR_INIT("example.test"), STR_INIT("*.wild.test"), STR_INIT("127.0.0.1")};
    const struct probe_target target = {.names = names, .names_count = 3};
    assert_int_equal(target_names_count(&target), 2);
    assert_true(target_has_name(&target, STR("EXAMPLE.test")));
    assert_true(target_has_name(&target, STR("example.test.")));
    assert_true(target_has_name(&target, STR("a.wild.test")));
    assert_false(target_has_name(&target, STR("a.b.wild.test")));
    assert_false(target_has_name(&target, STR("wild.test")));
    assert_false(target_has_name(&target, STR("www.example.test")));
    assert_false(target_has_name(&target, STR("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_asked_as_they_can_be),
        cmocka_unit_test(a_long_name_is_left_out),
        cmocka_unit_test(the_sites_names_are_known_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
