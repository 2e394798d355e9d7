/*
 * Which authority a site turns to, and when again after a failure. Pure: orders and lists in, decisions out.
 *
 * A round is one visit to each authority of the site, the preferred first. One that cannot help, or has failed a few
 * times, is left for the next; when all have been tried, the next round waits: a minute after the first failure, twice
 * as long after each further one, a day at most, never less than an authority asked for. What cannot work before
 * somebody changes something waits a day at once: what has to change may be out of our sight (a record in the DNS).
 */
#ifndef CONTROL_ACME_PLAN_H
#define CONTROL_ACME_PLAN_H

#include "acme/failure.h"
#include "store/acme_order.h"
#include "store/site_auto.h"

#define ACME_PLAN_FIRST_S   60
#define ACME_PLAN_LONGEST_S 86400
/* So many attempts may fail at one CA while there is another. */
#define ACME_PLAN_PATIENCE 3

/*
 * The authorities for a wish out of `cas` (in order of preference): those it names, else all. For a rehearsal those
 * that are for rehearsing, else the others. *ret has room for CA_COUNT_MAX.
 */
size_t acme_plan_cas(struct ca *const *cas, size_t cas_count, const struct site_auto *wish, bool rehearsal,
                     struct ca *ret[static CA_COUNT_MAX]);
/* Which of them the order's next attempt goes to; NULL when there is none. */
struct ca *acme_plan_choose(struct ca *const *cas, size_t cas_count, const struct acme_order *order);
/* An attempt failed at `ca`, one of them: notes it in the order, and where and when to try next. */
void acme_plan_failed(struct acme_order *order, struct ca *const *cas, size_t cas_count, const struct ca *ca,
                      const struct acme_failure *failure, int64_t now_s, uint64_t random);
/*
 * When the next attempt is due after a failure; 0: nothing stands against one now. What failed in the future failed by
 * a clock that was wrong, and the wait was counted by it: then there is none.
 */
int64_t acme_plan_next_s(const struct acme_order *order, int64_t now_s);
/* The order came to a certificate of `ca`. */
void acme_plan_done(struct acme_order *order, const struct ca *ca, int64_t now_s);
/* An attempt begins anew: another order with another key. */
void acme_plan_afresh(struct acme_order *order);
/* Nothing of what failed before stands against an attempt now. */
void acme_plan_forgive(struct acme_order *order);
/* The same, but for what an authority asked for. */
void acme_plan_reconsider(struct acme_order *order);

#endif
