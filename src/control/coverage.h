/*
 * Coverage: who came over HTTPS, by week and since the present rung began. The samples of the present week and the one
 * before it are in the gateway's memory (control/came.h); what they say is written down, for three years, since they
 * are gone with their salts.
 */
#ifndef CONTROL_COVERAGE_H
#define CONTROL_COVERAGE_H

#include "control/core.h"
#include "control/coverage_rung.h"

/* Each site is written down once an hour: what is lost when all ends at once is an hour's newcomers. */
#define COVERAGE_ROUND_TURNS 60

/* Writes a part of the sites down. Every minute. */
void coverage_turn(struct core *core);
/* Writes all of them down: at the end. */
void coverage_end(struct core *core);

/* A site's weeks from `from` on, the earliest first, with the present one as it is now. The caller frees *ret. */
NODISCARD bool coverage_weeks(const struct core *core, const struct site *site, uint64_t from,
                              struct coverage_week **ret, size_t *ret_count, struct err *err);
/* Of the present rung; with since_s 0: there is none, or nobody is noted. */
NODISCARD bool coverage_of_rung(const struct core *core, const struct site *site, struct coverage_rung *ret,
                                struct err *err);

#endif
