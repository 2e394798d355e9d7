/*
 * The simulator: visitors come to a site that promises by a plan, their browsers remember, and the answer is who is
 * bound when, who is locked out when the certificate fails, and how long a release takes to reach them.
 *
 *     visits      x    x         x                    x          each notes max-age, or is released by 0
 *     bound       ├────┼─────────┼──────────┤         ├──────
 *                                   max-age ▶
 *
 * Between two visits nothing happens, and a visit in the middle of many changes nothing either: as long as the next one
 * comes before max-age has passed, the browser stays bound. So a visitor is not walked through visit by visit. From one
 * visit the last one within max-age is asked for (hsts/visitor.h), from that the last within max-age again, until there
 * is a gap or the plan goes on. Memory is a few numbers a day, however many visitors there are.
 *
 * A day is counted at its end, so that day 0 has something to show, and what a release or a failure that begins with
 * day N meets is the count of day N - 1.
 */
#ifndef HSTS_SIMULATE_H
#define HSTS_SIMULATE_H

#include "base/err.h"
#include "hsts/simulate_plan.h"
#include "hsts/visitor.h"

/* What happens on no day. */
#define SIMULATE_NO_DAY UINT32_MAX

struct simulate_input {
    uint32_t days; /* 1 to POPULATION_DAYS_MAX; nobody comes behind them */
    struct simulate_plan plan;
    uint32_t fail_day; /* from its beginning on the certificate is no good; or SIMULATE_NO_DAY */
    uint64_t visitors_count;
    struct visitor (*visitor)(const void *source, uint64_t i); /* whose visits end with the last day */
    const void *source;
};

struct simulate_result {
    uint32_t days; /* the first so many days are simulated; behind them promises only run out */
    size_t count;  /* up to and with the first day that ends with nobody bound, at least `days` */
    uint64_t *bound;
    uint64_t *bound_below;  /* for the names below the site's, by includeSubDomains */
    uint64_t come_by_count; /* of those locked out: come to a closed door before they are free */
};

/*
 * Takes seconds for a million visitors. *ret is the caller's to simulate_result_fini. ERR_MEMORY when memory ran out.
 * The same input gives the same result everywhere.
 */
NODISCARD bool simulate(const struct simulate_input *input, struct simulate_result *ret, struct err *err);
void simulate_result_fini(struct simulate_result *result);
/* Of `series` (one of a result's two): how many are bound when the day begins. */
uint64_t simulate_at_begin(const struct simulate_result *result, const uint64_t *series, uint32_t day);
/* The day with the most bound at its end, the first of several. */
uint32_t simulate_peak(const struct simulate_result *result);
/*
 * The first day, from `day` on, that ends with at least `percent` % of those free who were bound when `day` began. For
 * days from which on nobody is bound anew: those of a release or a failure.
 */
uint32_t simulate_free_day(const struct simulate_result *result, uint32_t day, uint32_t percent);

#endif
