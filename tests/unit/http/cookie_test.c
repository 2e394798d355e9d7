/* The Secure attribute, as browsers see it. */
#include "http/cookie.h"

#include "check.h"

static void secure_is_added_only_where_a_browser_would_miss_it(void **state)
{
    (void)state;
    static const struct {
        const char *value, *expected; /* NULL: stays */
    } cases[] = {
        {"a=b", "a=b; Secure"},
        {"a=b; Path=/; HttpOnly", "a=b; Path=/; HttpOnly; Secure"},
        {"a=b; Secure", NULL},
        {"a=b;secure", NULL},
        {"a=b; \tSECURE \t", NULL},
        {"a=b; Secure=false; Path=/", NULL},
        {"a=b; Path=/; Secure ; HttpOnly", NULL},
        {"secure=1", "secure=1; Secure"},
        {"secure", "secure; Secure"},
        {"a=secure", "a=secure; Secure"},
        {"a=\"x; secure\"", "a=\"x; secure\"; Secure"},
        {"a=\"x; secure; y\"", NULL},
        {"a=b; Path=/secure", "a=b; Path=/secure; Secure"},
        {"a=b; Insecure", "a=b; Insecure; Secure"},
        {"a=b; Secured", "a=b; Secured; Secure"},
        {"a=b; Path=; SameSite=None", "a=b; Path=; SameSite=None; Secure"},
        {"__Host-a=b; Path=/", "__Host-a=b; Path=/; Secure"},
        {"__Secure-a=b; Secure; Domain=a.example", NULL},
        {"", "; Secure"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena arena;
        struct str value = str_from(cases[i].value), ret = STR("untouched");
        arena_init(&arena, 4096);
        if (cookie_add_secure(value, &arena, &ret) != (cases[i].expected != NULL))
            fail_msg("%s", cases[i].value);
        assert_str(ret, str_from(cases[i].expected ? cases[i].expected : "untouched"));
        assert_int_equal(cookie_is_secure(value), !cases[i].expected);
        arena_fini(&arena);
    }
}

static void a_full_arena_changes_nothing(void **state)
{
    (void)state;
    struct arena arena;
    struct str ret = STR("untouched");
    arena_init(&arena, 4);
    assert_false(cookie_add_secure(STR("a=b"), &arena, &ret));
    assert_str(ret, STR("untouched"));
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secure_is_added_only_where_a_browser_would_miss_it),
        cmocka_unit_test(a_full_arena_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
