/*
 * Bounded promises: until its certificate's renewal is proven, a site's max-age may not reach past a moment that its
 * snapshot names (RFC 6797 section 11.2), so it shrinks as that moment comes closer. That is worked out here, response
 * by response, and not by publishing again, so that it holds however long control is down. How much is left is
 * hsts/wish's arithmetic; here are the clock it goes by and the field's text. Pure: times are arguments.
 */
#ifndef GATEWAY_BOUNDED_H
#define GATEWAY_BOUNDED_H

#include "base/arena.h"

/*
 * The present as bounded promises have it: the wall clock, but never less than what has certainly passed since the
 * snapshot was taken. A wall clock set back makes no promise longer.
 */
struct bounded_clock {
    int64_t from_s;         /* it was no earlier than this … */
    int64_t from_elapsed_s; /* … when elapsed time was this */
};

/* A snapshot made at `made_s` is taken. `elapsed_s`: see os/clock. */
void bounded_clock_start(struct bounded_clock *clock, int64_t made_s, int64_t wall_s, int64_t elapsed_s);
int64_t bounded_clock_now(const struct bounded_clock *clock, int64_t wall_s, int64_t elapsed_s);

/*
 * The field for a site whose snapshot has this value and this cap (not 0), at `now_s`: the value with a max-age that
 * does not reach past the cap, in the arena. Empty, so that no field is sent, when nothing is left to promise or
 * memory ran out: browsers then keep what they were told, which ends before the cap.
 */
struct str bounded_value(struct str value, int64_t cap_s, int64_t now_s, struct arena *arena);

#endif
