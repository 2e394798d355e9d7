/*
 * Who came over HTTPS in a week, as it is kept when the sample of it is gone: numbers, of one site and week. What they
 * mean snapshot/weeks.h says; they are counted in a sample and made clients of by clients_estimate.
 *
 * The part "of the rung" is of the last rung that began in the week or before: a climb within a week begins it anew.
 */
#ifndef STORE_COVERAGE_H
#define STORE_COVERAGE_H

#include "snapshot/weeks.h"

/* Three years, as days of requests are kept. */
#define COVERAGE_WEEKS_KEPT 157

struct coverage_week {
    uint64_t week; /* clients_week_of */
    uint64_t level;
    uint32_t https, returning;
    int64_t rung_s; /* when the rung began; 0: none */
    uint64_t rung_level;
    uint32_t of_rung, returning_of_rung;
    struct weeks_class classes[CLIENTS_CLASSES_COUNT]; /* counted at `level`, counted_of_rung at `rung_level` */
};

struct coverage_week coverage_week_of(uint64_t week, int64_t rung_s, const struct weeks_sum *sum);
/*
 * The same week as it was written down, and as the sample has it now. A sample that began later, after a restart, knows
 * less: the larger count stays. A rung that has begun since has no count of before.
 */
struct coverage_week coverage_week_merge(const struct coverage_week *before, const struct coverage_week *now);

#endif
