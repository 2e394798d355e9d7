/*
 * The day's clients as numbers on disk (store/clients_day.h): once an hour what there is of the day, once more when it
 * is over and nobody is waited for any more, and when control stops. The memory holds today and yesterday, so a control
 * that was down over midnight still finds the day before whole.
 *
 * Written in slices, as what the counters gained (control/gains.h): a commit of the ledger never waits for ten thousand
 * sites. Days are those of the wall clock, as the memory's are; what is forgotten goes by the ledger's clock, so that a
 * jump forgets nothing.
 */
#ifndef CONTROL_CAME_KEPT_H
#define CONTROL_CAME_KEPT_H

#include "control/core.h"

/* So much of a day is missing at most when the whole service is killed, with the memory. */
#define CAME_KEPT_INTERVAL_S 3600

/*
 * One slice, when its time has come; *ret_more: another one follows soon. After an error the round is over, and a day
 * that is over is tried again at the next turn.
 */
NODISCARD bool came_kept_turn(struct core *core, bool *ret_more, struct err *err);
/* The same without waiting for the hour: control stops. */
NODISCARD bool came_kept_end(struct core *core, bool *ret_more, struct err *err);
/*
 * The days of a site from `from_day` until before `until_day`, the newest first; those that there is memory of with all
 * that came up to now. What the store cannot tell is missing, with *err.
 */
NODISCARD bool came_kept_days(const struct core *core, const struct site *site, uint64_t from_day, uint64_t until_day,
                              store_visit_clients_day *visit, void *context, struct err *err);

#endif
