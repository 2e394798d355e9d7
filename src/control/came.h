/*
 * The day's clients (snapshot/clients.h) as control has them: each day and each week begin with an empty memory and a
 * salt of their own, which is made here, stands in the shared memory alone and is gone with it. Without that memory, or
 * without random bytes, nobody is noted and everything else works.
 */
#ifndef CONTROL_CAME_H
#define CONTROL_CAME_H

#include "control/core.h"
#include "snapshot/clients_sum.h"

/* Begins the day and the week when they are new. At the start, and every minute. */
void came_turn(struct core *core);
/* After a commit: the place of a site that is gone may be another's now, who must not have its clients. */
void came_keep(struct core *core);

/* The days that there is a sample of: the present one, and the one before it. False: nothing is known of it. */
NODISCARD bool came_sum(const struct core *core, const struct site *site, uint64_t day, struct clients_sum *ret);
/* The present day; 0: nobody is noted. */
uint64_t came_day(const struct core *core);
/* How many different clients came over HTTPS in this week so far. */
uint64_t came_week_count(const struct core *core, const struct site *site, uint64_t *ret_error);

#endif
