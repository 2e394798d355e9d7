/*
 * Visitors made up by shares: so many come daily, weekly, monthly, once; so many use this browser or that. Visitor i is
 * a function of the seed and i alone, so a population needs no memory and the same seed gives the same one everywhere.
 */
#ifndef HSTS_POPULATION_H
#define HSTS_POPULATION_H

#include "base/err.h"
#include "hsts/visitor.h"

#define POPULATION_DAY_S 86400
/* A hundred million is more than the model is needed for, and takes minutes. */
#define POPULATION_VISITORS_COUNT_MAX 100000000u
/* Ten years, as long as the longest promise. */
#define POPULATION_DAYS_MAX 3650u
/* Shares in one mix: more than anybody tells apart. */
#define POPULATION_SHARES_COUNT_MAX 16
#define POPULATION_WEIGHT_MAX       1000000u
#define POPULATION_HABITS_DEFAULT   "daily=30,weekly=30,monthly=25,once=15"
#define POPULATION_BROWSERS_DEFAULT "chromium=75,safari=15,firefox=10"

/* Parts of a whole: `weight` out of the sum of all weights. */
struct population_share {
    uint32_t weight;
    uint32_t interval_days;     /* of a habit; 0: comes once */
    enum reading_client client; /* of a browser, or VISITOR_NO_HSTS */
};

struct population_mix {
    struct population_share shares[POPULATION_SHARES_COUNT_MAX];
    size_t count;
    uint64_t weight; /* the sum */
};

struct population {
    uint64_t seed;
    uint32_t days; /* visits are from 0 up to the end of the last day */
    struct population_mix habits, browsers;
};

/*
 * "daily=40,weekly=30,monthly=20,once=10": names or mean intervals in days ("90=5"), each with its weight. ERR_INPUT
 * about `field`.
 */
NODISCARD bool population_read_habits(struct str text, const char *field, struct population_mix *ret, struct err *err);
/* "chromium=75,safari=15,firefox=8,none=2": names as population_find_browser knows them. */
NODISCARD bool population_read_browsers(struct str text, const char *field, struct population_mix *ret,
                                        struct err *err);
/*
 * "chromium", "firefox", "curl"; "safari", which reads fields as the RFC says as far as we know; "none" for a client
 * that knows no Strict-Transport-Security.
 */
NODISCARD bool population_find_browser(struct str name, enum reading_client *ret);
/* Visitor `i`, from 0. Both mixes must have a share. */
struct visitor population_visitor(const struct population *population, uint64_t i);

#endif
