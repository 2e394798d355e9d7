/*
 * What weeks of clients say of the present rung: how many different clients tried it, and which kinds of program that
 * came before it began were never seen since. Pure.
 *
 * Clients of two weeks cannot be told to be the same (each week has a salt of its own), so that a rung of several weeks
 * is told by its busiest week: so many came at least.
 */
#ifndef CONTROL_COVERAGE_RUNG_H
#define CONTROL_COVERAGE_RUNG_H

#include "store/coverage.h"

/* How far back of the rung's beginning it is looked who came: long enough for what comes once a week. */
#define COVERAGE_DAYS_BEFORE 28
/*
 * A kind that came on d of n days is missing after k days without it when that has a chance of less than one in twenty
 * if it still came as it used to: the usual threshold, of which a warning may be wrong once.
 */
#define COVERAGE_CHANCE 0.05

/* A kind of program that is missing since the rung began. */
struct coverage_missing {
    uint8_t class;
    uint64_t last_day; /* clients_day_of */
    unsigned days;     /* on which it came, */
    unsigned of_days;  /* of those before on which anybody did */
    unsigned since;    /* days since the rung began that are over, on which others came */
};

struct coverage_rung {
    int64_t since_s;
    uint64_t clients, clients_error;                        /* in the busiest week of it */
    uint64_t machines;                                      /* of them: crawlers and monitoring, which try nothing */
    bool is_several_weeks;                                  /* so that these are fewer than all of the rung */
    uint32_t returning, counted;                            /* of that week, in the sample */
    struct coverage_missing missing[CLIENTS_CLASSES_COUNT]; /* the one that came most often first */
    size_t missing_count;
};

/* Weeks in their order, the present one last; `today` is the present day (clients_day_of). */
void coverage_rung_judge(const struct coverage_week *weeks, size_t count, int64_t since_s, uint64_t today,
                         struct coverage_rung *ret);

#endif
