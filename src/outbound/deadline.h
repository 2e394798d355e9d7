/*
 * How long something may take, and whether somebody wants it to end: one deadline for everything that is done on the
 * way, and a flag that another thread may raise. Whoever waits asks here for how long.
 */
#ifndef OUTBOUND_DEADLINE_H
#define OUTBOUND_DEADLINE_H

#include <stdatomic.h>

#include "base/str.h"

/* A raised flag is noticed after this at the latest: nobody waits longer in one go. */
#define DEADLINE_NAP_MS 100

struct deadline {
    int64_t until_ms;          /* monotonic clock */
    const atomic_bool *cancel; /* or NULL */
};

/* Starts now. */
void deadline_start(struct deadline *deadline, uint32_t length_ms, const atomic_bool *cancel);
/* What is left, at most `at_most_ms`; 0 when the time ran out or the flag is up. */
int64_t deadline_left_ms(const struct deadline *deadline, int64_t at_most_ms);
bool deadline_is_over(const struct deadline *deadline);
/* Why it is over, for a detail: "it was called off", "the time for it ran out". */
const char *deadline_words(const struct deadline *deadline);
/* The monotonic clock. */
int64_t deadline_now_ms(void);

#endif
