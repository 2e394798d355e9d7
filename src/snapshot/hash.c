/*
 * Four lanes take 32 bytes a round. A lane's step (add the word, rotate, multiply by an odd constant) is a bijection
 * of the lane, so that damage confined to one word can never cancel out; four independent chains keep the multiplier
 * busy, which is where the speed comes from.
 */
#include "snapshot/hash.h"

#include <string.h>

#define LANES      4
#define ROUND_SIZE (LANES * sizeof(uint64_t))

/* Odd, half their bits set, no pattern: first digits of the fractional parts of roots of small primes, made odd. */
static const uint64_t lane_factor[LANES] = {0x6a09e667f3bcc909u, 0xbb67ae8584caa73bu, 0x3c6ef372fe94f82bu,
                                            0xa54ff53a5f1d36f1u};
#define MIX_FACTOR 0x9b05688c2b3e6c1fu

static inline uint64_t rotate(uint64_t value, unsigned bits)
{
    return value << bits | value >> (64 - bits);
}

static inline uint64_t step(uint64_t lane, uint64_t word, uint64_t factor)
{
    return rotate(lane + word, 29) * factor;
}

static inline void take_round(uint64_t lanes[LANES], const unsigned char *data)
{
    uint64_t words[LANES];
    memcpy(words, data, sizeof words);
    for (int i = 0; i < LANES; i++)
        lanes[i] = step(lanes[i], words[i], lane_factor[i]);
}

static inline uint64_t avalanche(uint64_t value)
{
    value = (value ^ value >> 32) * MIX_FACTOR;
    value = (value ^ value >> 29) * lane_factor[0];
    return value ^ value >> 32;
}

uint64_t snapshot_hash(const void *data, size_t size, uint64_t seed)
{
    const unsigned char *at = data;
    uint64_t lanes[LANES];
    for (int i = 0; i < LANES; i++)
        lanes[i] = (seed + (uint64_t)size) ^ lane_factor[LANES - 1 - i];
    size_t left = size;
    for (; left >= ROUND_SIZE; left -= ROUND_SIZE, at += ROUND_SIZE)
        take_round(lanes, at);
    if (left) {
        unsigned char last[ROUND_SIZE] = {0}; /* the size is in the seed, so zeros at the end are told apart */
        memcpy(last, at, left);
        take_round(lanes, last);
    }
    uint64_t hash = size;
    for (int i = 0; i < LANES; i++)
        hash = step(hash, avalanche(lanes[i]), MIX_FACTOR);
    return avalanche(hash);
}
