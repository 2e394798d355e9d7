#include "snapshot/distinct.h"

#include <math.h>
#include <stdbool.h>
#include <stddef.h>

#define INDEX_BITS 10
/* 0.7213 / (1 + 1.079 / m), of the paper. */
#define ALPHA (0.7213 / (1 + 1.079 / DISTINCT_REGISTERS_COUNT))
/* Up to here counting the registers that stayed empty is more exact (linear counting). */
#define LINEAR_COUNT_MAX (2.5 * DISTINCT_REGISTERS_COUNT)
/* 1.04 / √m is the standard deviation. */
#define DEVIATIONS 1.96

_Static_assert(DISTINCT_REGISTERS_COUNT == 1 << INDEX_BITS, "an index for each");

static uint8_t load(const uint8_t *cell)
{
    return __atomic_load_n(cell, __ATOMIC_RELAXED);
}

static void raise_to(uint8_t *cell, uint8_t rank)
{
    uint8_t there = load(cell);
    while (there < rank && !__atomic_compare_exchange_n(cell, &there, rank, false, __ATOMIC_RELAXED, __ATOMIC_RELAXED))
        ;
}

void distinct_put(struct distinct *distinct, uint64_t hash)
{
    /* the bits that are no index, and one behind them so that there is one in any case */
    uint64_t rest = hash >> INDEX_BITS | (uint64_t)1 << (64 - INDEX_BITS);
    raise_to(&distinct->registers[hash % DISTINCT_REGISTERS_COUNT], (uint8_t)(__builtin_ctzll(rest) + 1));
}

void distinct_add(struct distinct *sum, const struct distinct *more)
{
    for (size_t i = 0; i < DISTINCT_REGISTERS_COUNT; i++)
        raise_to(&sum->registers[i], load(&more->registers[i]));
}

uint64_t distinct_count(const struct distinct *distinct, uint64_t *ret_error)
{
    const double m = DISTINCT_REGISTERS_COUNT;
    double sum = 0, empty = 0;
    for (size_t i = 0; i < DISTINCT_REGISTERS_COUNT; i++) {
        uint8_t rank = load(&distinct->registers[i]);
        sum += ldexp(1, -rank);
        empty += rank == 0;
    }
    double count = ALPHA * m * m / sum, deviation = 1.04 / sqrt(m) * count;
    if (count <= LINEAR_COUNT_MAX && empty > 0) {
        count = m * log(m / empty);
        double load_factor = count / m;
        deviation = sqrt(m * (exp(load_factor) - load_factor - 1)); /* Whang et al. 1990 */
    }
    *ret_error = (uint64_t)ceil(DEVIATIONS * deviation);
    return (uint64_t)llround(count);
}
