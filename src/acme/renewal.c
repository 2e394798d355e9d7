/* Moments are counted from the end, since that is what must not be missed. */
#include "acme/renewal.h"

/* Part of what is left that the moment may come earlier. */
#define JITTER_PART 20
/* Part of the lifetime that is always left, whatever a CA's window says. */
#define RESERVE_PART 10
/* Part of the lifetime that a certificate is left in peace after it was obtained, whatever a CA's window says. */
#define REST_PART 10
/* No urgent window is missed by it: CAs are asked for news of one every few hours only. */
#define REST_S_MAX 3600

/* 0 to `range`, uniformly enough: ranges are far below 2^64. */
static int64_t pick(uint64_t random, int64_t range)
{
    return range > 0 ? (int64_t)(random % ((uint64_t)range + 1)) : 0;
}

int64_t renewal_due_s(int64_t not_before_s, int64_t not_after_s, uint64_t random)
{
    int64_t lifetime_s = not_after_s - not_before_s;
    if (lifetime_s <= 0)
        return not_before_s;
    int64_t left_s = lifetime_s < RENEWAL_SHORT_LIFETIME_S ? lifetime_s / 2 : lifetime_s / 3;
    return not_after_s - left_s - pick(random, left_s / JITTER_PART);
}

int64_t renewal_due_in_window_s(const struct acme_window *window, int64_t not_before_s, int64_t not_after_s,
                                int64_t obtained_s, uint64_t random)
{
    int64_t due_s = window->start_s + pick(random, window->end_s - window->start_s);
    int64_t lifetime_s = not_after_s > not_before_s ? not_after_s - not_before_s : 0;
    int64_t rest_s = lifetime_s / REST_PART < REST_S_MAX ? lifetime_s / REST_PART : REST_S_MAX;
    int64_t last_s = lifetime_s > 0 ? not_after_s - lifetime_s / RESERVE_PART : not_before_s;
    if (due_s < obtained_s + rest_s)
        due_s = obtained_s + rest_s;
    return due_s < last_s ? due_s : last_s;
}
