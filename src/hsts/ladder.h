/*
 * The rungs of a site: the max-age values it climbs. What is done with them is the wish's (hsts/wish.h).
 */
#ifndef HSTS_LADDER_H
#define HSTS_LADDER_H

#include "base/err.h"
#include "hsts/field.h"

#define LADDER_TRIAL_S     300
#define LADDER_YEAR_S      31536000
#define LADDER_TWO_YEARS_S 63072000
/* More steps than anybody has the patience for. */
#define LADDER_RUNGS_COUNT_MAX 12

/* The max-age values in ascending order; 300 s, a day, a week, 30 days, a year unless the site says otherwise. */
struct ladder {
    uint32_t rungs[LADDER_RUNGS_COUNT_MAX];
    size_t count;
};

/* 300 s, a day, a week, 30 days, a year. */
void ladder_init(struct ladder *ladder);
/* Ascending, none 0, at most HSTS_MAX_AGE_S_MAX, at least one, the first at most a day. ERR_INPUT about `field`. */
NODISCARD bool ladder_check(const struct ladder *ladder, const char *field, struct err *err);
/* The lowest rung above `max_age_s`, 0 when there is none. */
uint32_t ladder_next(const struct ladder *ladder, uint32_t max_age_s);
/* What "permanent" aims at: the highest rung that is not above a year. */
uint32_t ladder_permanent(const struct ladder *ladder);
/* "5 minutes", "1 day", "30 days", "1 year", "777 seconds": for people. */
#define LADDER_TEXT_SIZE 32
struct str ladder_text(uint32_t max_age_s, char room[static LADDER_TEXT_SIZE]);

#endif
