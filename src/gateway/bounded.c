/* The clock is two additions; the field is the snapshot's text with another number in it. */
#include "gateway/bounded.h"

#include <inttypes.h>

#include "hsts/wish.h"
#include "snapshot/rules.h"

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

void bounded_clock_start(struct bounded_clock *clock, int64_t made_s, int64_t wall_s, int64_t elapsed_s)
{
    *clock = (struct bounded_clock){.from_s = later(made_s, wall_s), .from_elapsed_s = elapsed_s};
}

int64_t bounded_clock_now(const struct bounded_clock *clock, int64_t wall_s, int64_t elapsed_s)
{
    return later(wall_s, clock->from_s + (elapsed_s - clock->from_elapsed_s));
}

struct str bounded_value(struct str value, int64_t cap_s, int64_t now_s, struct arena *arena)
{
    uint32_t largest_s;
    int64_t max_age_s;
    struct str rest;
    if (!snapshot_hsts_split(value, &largest_s, &rest))
        return STR("");
    const struct ledger_promise promise = {.max_age_s = largest_s, .cap_s = cap_s};
    if (!hsts_promise_max_age(&promise, now_s, &max_age_s))
        return STR("");
    return arena_printf(arena, "max-age=%" PRId64 "%.*s", max_age_s, STR_ARG(rest));
}
