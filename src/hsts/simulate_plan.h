/*
 * What a site promises over time, for the simulator: steps, each in force from its moment until the next one's. Day 0
 * is when the simulation begins; before the first step nothing is sent.
 */
#ifndef HSTS_SIMULATE_PLAN_H
#define HSTS_SIMULATE_PLAN_H

#include "hsts/field.h"
#include "hsts/ladder.h"

/* A ladder has five; this is for plans by hand. */
#define SIMULATE_STEPS_COUNT_MAX 64

struct simulate_step {
    int64_t from_s; /* from the beginning of day 0 */
    bool sends;     /* false: no field */
    struct hsts_policy policy;
};

struct simulate_plan {
    struct simulate_step steps[SIMULATE_STEPS_COUNT_MAX]; /* in ascending order */
    size_t count;
};

/*
 * "300@0,86400@1,604800+subdomains@8,off@400": max-age in seconds (0 releases) or "off" for no field, then the day it
 * begins, or the second as in "86400@300s". ERR_INPUT about `field`.
 */
NODISCARD bool simulate_plan_read(struct str text, const char *field, struct simulate_plan *ret, struct err *err);
/* The ladder from day 0 on, each rung held for its own max-age. */
void simulate_plan_climb(struct simulate_plan *plan, const struct ladder *ladder, bool include_subdomains);
/* max-age=0 from this moment on, whatever the plan had behind it. False when there are too many steps. */
NODISCARD bool simulate_plan_release(struct simulate_plan *plan, int64_t at_s);
/* The longest max-age of all steps. */
uint64_t simulate_plan_longest_s(const struct simulate_plan *plan);

#endif
