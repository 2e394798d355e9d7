/* Promise arithmetic. Moments only ever move to later ones; the one exception, closing, needs proof from outside. */
#include "store/promise.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* When the last browser is free, if the field were emitted for the last time now. */
static int64_t end_of_open(const struct promise *promise, int64_t now_s)
{
    return now_s + promise->open_max_age_s + PROMISE_SLACK_S;
}

static void note(struct promise *promise, int64_t now_s)
{
    promise->until_s = later(promise->until_s, end_of_open(promise, now_s));
}

void promise_open(struct promise *promise, int64_t now_s, int64_t max_age_s, bool include_subdomains)
{
    if (max_age_s <= 0)
        return;
    promise->open_max_age_s = later(promise->open_max_age_s, max_age_s);
    promise->include_subdomains |= include_subdomains;
    note(promise, now_s);
}

bool promise_refresh(struct promise *promise, int64_t now_s)
{
    if (promise->open_max_age_s == 0 || end_of_open(promise, now_s) - promise->until_s < PROMISE_REFRESH_S)
        return false;
    note(promise, now_s);
    return true;
}

bool promise_close(struct promise *promise, int64_t now_s, int64_t max_age_s)
{
    if (promise->open_max_age_s <= max_age_s)
        return false;
    note(promise, now_s);
    promise->open_max_age_s = max_age_s > 0 ? max_age_s : 0;
    return true;
}

void promise_merge(struct promise *promise, const struct promise *other)
{
    promise->until_s = later(promise->until_s, other->until_s);
    promise->open_max_age_s = later(promise->open_max_age_s, other->open_max_age_s);
    promise->include_subdomains |= other->include_subdomains;
}

int64_t promise_bound_until(const struct promise *promise, int64_t now_s)
{
    if (promise->open_max_age_s > 0)
        return later(promise->until_s, end_of_open(promise, now_s));
    return promise->until_s;
}

bool promise_binds(const struct promise *promise, int64_t now_s)
{
    return promise_bound_until(promise, now_s) > now_s;
}

void promise_clock_start(struct promise_clock *clock, int64_t last_s, int64_t wall_s, int64_t elapsed_s)
{
    clock->started_s = later(last_s, wall_s);
    clock->started_elapsed_s = elapsed_s;
}

int64_t promise_clock_now(const struct promise_clock *clock, int64_t elapsed_s)
{
    return clock->started_s + (elapsed_s - clock->started_elapsed_s);
}

int64_t promise_clock_latest(const struct promise_clock *clock, int64_t wall_s, int64_t elapsed_s)
{
    return later(wall_s, promise_clock_now(clock, elapsed_s));
}
