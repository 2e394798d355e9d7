#include "check.h"

#include "base/arena.h"

static void gives_no_more_than_its_cap(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 64);
    assert_non_null(arena_alloc(&a, 48));
    assert_null(arena_alloc(&a, 17));
    assert_non_null(arena_alloc(&a, 16));
    assert_null(arena_alloc(&a, SIZE_MAX - 8));
    arena_fini(&a);
}

static void clearing_forgets_but_stays_usable(void **state)
{
    (void)state;
    struct arena a;
    arena_init(&a, 1 << 20);
    for (int round = 0; round < 3; round++) {
        for (int i = 0; i < 100; i++) {
            char *at = arena_zalloc(&a, 1000);
            assert_non_null(at);
            assert_int_equal((uintptr_t)at % 16, 0);
            memset(at, 0xff, 1000);
        }
        arena_clear(&a);
        assert_int_equal(a.used, 0);
    }
    struct str copy;
    assert_true(arena_str_lower(&a, STR("ExAmple"), &copy));
    assert_str(copy, STR("example"));
    assert_str(arena_printf(&a, "%s-%d", "x", 5), STR("x-5"));
    arena_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gives_no_more_than_its_cap),
        cmocka_unit_test(clearing_forgets_but_stays_usable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
