/* splitmix64: every number of the state gives another throw. */
#include "dice.h"

static uint64_t mix(uint64_t x)
{
    x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
    return x ^ (x >> 31);
}

void dice_init(struct dice *dice, uint64_t seed, uint64_t sequence)
{
    dice->state = mix(seed) ^ mix(~sequence);
}

uint64_t dice_next(struct dice *dice)
{
    dice->state += UINT64_C(0x9e3779b97f4a7c15);
    return mix(dice->state);
}

int64_t dice_below(struct dice *dice, int64_t limit)
{
    return (int64_t)(dice_next(dice) % (uint64_t)limit);
}

bool dice_one_in(struct dice *dice, int n)
{
    return dice_below(dice, n) == 0;
}

int64_t dice_span_s(struct dice *dice)
{
    static const int64_t orders_s[] = {10, 300, 3600, 7200, 86400, 604800, 2592000, 20000000};
    return 1 + dice_below(dice, orders_s[dice_below(dice, sizeof orders_s / sizeof *orders_s)]);
}
