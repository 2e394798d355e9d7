/* Chance that can be repeated: a small generator, seeded by a number. */
#ifndef PROMISE_DICE_H
#define PROMISE_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t state;
};

/* Equal seeds and sequence numbers give equal throws; neighbours have nothing in common. */
void dice_init(struct dice *dice, uint64_t seed, uint64_t sequence);
uint64_t dice_next(struct dice *dice);
/* 0 … limit − 1 */
int64_t dice_below(struct dice *dice, int64_t limit);
/* True once in `n`. */
bool dice_one_in(struct dice *dice, int n);
/* A span of seconds of any order of magnitude, from a second to months. */
int64_t dice_span_s(struct dice *dice);

#endif
