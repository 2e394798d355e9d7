#include "check.h"

#include "snapshot/hash.h"

static void every_bit_of_every_length_matters(void **state)
{
    (void)state;
    unsigned char data[100];
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)(i * 37);
    for (size_t size = 0; size <= sizeof data; size++) {
        uint64_t hash = snapshot_hash(data, size, 5);
        assert_true(hash == snapshot_hash(data, size, 5));
        assert_true(hash != snapshot_hash(data, size, 6));
        for (size_t bit = 0; bit < size * 8; bit++) {
            data[bit / 8] ^= (unsigned char)(1u << bit % 8);
            assert_true(hash != snapshot_hash(data, size, 5));
            data[bit / 8] ^= (unsigned char)(1u << bit % 8);
        }
    }
}

static void runs_of_zeros_are_told_apart_by_length(void **state)
{
    (void)state;
    static const unsigned char zeros[200];
    for (size_t a = 0; a < sizeof zeros; a++)
        for (size_t b = a + 1; b < sizeof zeros; b++)
            assert_true(snapshot_hash(zeros, a, 0) != snapshot_hash(zeros, b, 0));
}

static void alignment_does_not_matter(void **state)
{
    (void)state;
    char room[80];
    uint64_t first = 0;
    for (size_t at = 0; at < 8; at++) {
        memset(room, (int)at, sizeof room);
        memcpy(room + at, "the same forty bytes at another address!", 40);
        uint64_t hash = snapshot_hash(room + at, 40, 0);
        assert_true(at == 0 || hash == first);
        first = hash;
    }
}

/* A changed bit should change each bit of the result about every second time. */
static void changes_spread_over_the_whole_result(void **state)
{
    (void)state;
    unsigned flips[64] = {0};
    const unsigned rounds = 2000;
    for (uint64_t i = 0; i < rounds; i++) {
        uint64_t pair[2] = {i, i ^ 1};
        uint64_t changed = snapshot_hash(&pair[0], 8, 0) ^ snapshot_hash(&pair[1], 8, 0);
        for (unsigned bit = 0; bit < 64; bit++)
            flips[bit] += (unsigned)(changed >> bit & 1);
    }
    for (unsigned bit = 0; bit < 64; bit++)
        assert_in_range(flips[bit], rounds * 2 / 5, rounds * 3 / 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_bit_of_every_length_matters),
        cmocka_unit_test(runs_of_zeros_are_told_apart_by_length),
        cmocka_unit_test(alignment_does_not_matter),
        cmocka_unit_test(changes_spread_over_the_whole_result),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
