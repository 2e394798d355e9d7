/*
 * How long a look may take, and whether somebody wants it to end: one deadline for everything that is done on the way,
 * and a flag that another thread may raise. Whoever waits asks here for how long.
 */
#ifndef PROBE_WATCH_H
#define PROBE_WATCH_H

#include <stdatomic.h>

#include "base/str.h"

/* A raised flag is noticed after this at the latest: nobody waits longer in one go. */
#define WATCH_NAP_MS 100

struct watch {
    int64_t until_ms;          /* monotonic clock */
    const atomic_bool *cancel; /* or NULL */
};

/* Starts now. */
void watch_start(struct watch *watch, uint32_t length_ms, const atomic_bool *cancel);
/* What is left, at most `at_most_ms`; 0 when the time ran out or the flag is up. */
int64_t watch_left_ms(const struct watch *watch, int64_t at_most_ms);
bool watch_is_over(const struct watch *watch);
/* Why it is over, for a detail: "the look was called off", "the time for this look ran out". */
const char *watch_words(const struct watch *watch);
/* The monotonic clock. */
int64_t watch_now_ms(void);

#endif
