#include "check.h"

#include <stdlib.h>

#include "crypto/random.h"
#include "crypto/wipe.h"

static void every_byte_is_filled_and_no_two_draws_are_alike(void **state)
{
    (void)state;
    uint8_t first[64], second[64], seen[64] = {0};
    for (int round = 0; round < 32; round++) { /* a byte that is 0 in all 32 rounds was not written */
        assert_true(random_bytes(first, sizeof first, NULL));
        for (size_t i = 0; i < sizeof first; i++)
            seen[i] |= first[i];
    }
    for (size_t i = 0; i < sizeof seen; i++)
        assert_int_not_equal(seen[i], 0);
    assert_true(random_bytes(second, sizeof second, NULL));
    assert_memory_not_equal(first, second, sizeof first);
    assert_true(random_bytes(NULL, 0, NULL));
}

static void wiped_bytes_are_gone(void **state)
{
    (void)state;
    const char zeros[8] = {0};
    char secret[] = "hunter2";
    wipe_bytes(secret, sizeof secret);
    assert_memory_equal(secret, zeros, sizeof zeros);
    wipe_bytes(NULL, 0);
    wipe_free(NULL, 0);
    char *heap = malloc(8);
    assert_non_null(heap);
    wipe_free(heap, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_is_filled_and_no_two_draws_are_alike),
        cmocka_unit_test(wiped_bytes_are_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
