/* The table against a plain array that is searched from end to end. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/map.h"

#define KEYS_COUNT  400
#define STEPS_COUNT 40000

static void agrees_with_an_array(void **state)
{
    (void)state;
    static char names[KEYS_COUNT][16];
    static void *oracle[KEYS_COUNT]; /* NULL: not there */
    size_t oracle_count = 0;
    struct map map;
    map_init(&map);
    srandom(11);
    for (int i = 0; i < KEYS_COUNT; i++)
        (void)snprintf(names[i], sizeof names[i], "key%d", i);
    names[0][0] = '\0'; /* the empty key is one like others */
    for (int step = 0; step < STEPS_COUNT; step++) {
        /* Growing and shrinking by turns. */
        int i = (int)(random() % KEYS_COUNT), bias = step / 5000 % 2 ? 3 : 7;
        struct str key = str_from(names[i]);
        if (random() % 10 < bias) {
            void *value = &names[random() % KEYS_COUNT];
            assert_true(map_put(&map, key, value));
            oracle_count += oracle[i] == NULL;
            oracle[i] = value;
        } else {
            assert_ptr_equal(map_remove(&map, key), oracle[i]);
            oracle_count -= oracle[i] != NULL;
            oracle[i] = NULL;
        }
        assert_int_equal(map.count, oracle_count);
        int k = (int)(random() % KEYS_COUNT);
        assert_ptr_equal(map_get(&map, str_from(names[k])), oracle[k]);
        assert_int_equal(map_has(&map, str_from(names[k])), oracle[k] != NULL);
        if (step % 1000 != 0)
            continue;
        size_t seen = 0;
        for (struct map_entry *e = NULL; (e = map_next(&map, e)); seen++)
            assert_ptr_equal(map_get(&map, e->key), e->value);
        assert_int_equal(seen, oracle_count);
        for (k = 0; k < KEYS_COUNT; k++)
            assert_ptr_equal(map_get(&map, str_from(names[k])), oracle[k]);
    }
    map_fini(&map);
}

static void an_empty_map_has_nothing(void **state)
{
    (void)state;
    struct map map;
    map_init(&map);
    assert_null(map_get(&map, STR("a")));
    assert_null(map_remove(&map, STR("a")));
    assert_null(map_next(&map, NULL));
    assert_true(map_put(&map, (struct str){0}, &map));
    assert_ptr_equal(map_get(&map, STR("")), &map);
    assert_true(map_put(&map, STR("n"), NULL));
    assert_true(map_has(&map, STR("n")));
    assert_null(map_get(&map, STR("n")));
    map_fini(&map);
    map_fini(&map);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_an_array),
        cmocka_unit_test(an_empty_map_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
