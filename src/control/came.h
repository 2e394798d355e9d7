/*
 * The day's clients (snapshot/clients.h) as control has them: each day and each week begin with an empty memory and a
 * salt of their own, which is made here, stands in the shared memory alone and is gone with it. Without that memory, or
 * without random bytes, nobody is noted and everything else works.
 */
#ifndef CONTROL_CAME_H
#define CONTROL_CAME_H

#include "control/core.h"
#include "snapshot/clients_sum.h"
#include "snapshot/weeks.h"

/* Begins the day and the week when they are new. At the start, and every minute. */
void came_turn(struct core *core);
/*
 * After a commit: the place of a site that is gone may be another's now, who must not have its clients; and a rung may
 * have begun, since which nobody came yet.
 */
void came_keep(struct core *core);

/*
 * Whether anybody came, or tried to, since the memory began. Where nobody did it is better not read: memory that was
 * never written to is given room by being read, which all sites at once should not be.
 */
bool came_is_touched(const struct core *core, const struct site *site);
/* The days that there is a sample of: the present one, and the one before it. False: nothing is known of it. */
NODISCARD bool came_sum(const struct core *core, const struct site *site, uint64_t day, struct clients_sum *ret);
/* The present day; 0: nobody is noted. */
uint64_t came_day(const struct core *core);
/* Whether anybody came over HTTPS since then, for the samples of weeks. */
bool came_anybody(const struct core *core, const struct site *site);
/* The present week; 0: nobody is noted. */
uint64_t came_week(const struct core *core);
/* When the memory of a week began (wall clock): who came before it is not in there. INT64_MAX: there is none. */
int64_t came_week_known_s(const struct core *core, uint64_t week);
/* Who came over HTTPS in the present week, or in the one before it; NULL: nothing is known of it. */
const struct clients_sample *came_sample(const struct core *core, const struct site *site, uint64_t week);

/* A network as people write it: "10.20.0.0/16", "2001:db8::/32". */
#define CAME_NETWORK_SIZE 64
struct str came_network_text(uint64_t network, char room[static CAME_NETWORK_SIZE]);

#endif
