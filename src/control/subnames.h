/*
 * Looking at the names below sites: those that are new at once, all of a site when somebody wants to know, and by
 * themselves after so many days (settings: subdomains.every_days). Rounds wait in a queue; of the first one a few names
 * at a time are looked at on a thread (control/subnames_job.h), and what was found is written down before the next few.
 * A round goes on where it was when control comes back, for the store knows which names are still to be looked at.
 *
 *     want ──▶ store: due ──▶ take some ──▶ errand: subnames_job ──▶ loop: store, events ──▶ more?
 */
#ifndef CONTROL_SUBNAMES_H
#define CONTROL_SUBNAMES_H

#include "control/core.h"
#include "store/jsonout.h"

struct subnames;

/* NULL-safe: a core without it (tests) looks at nothing. */
NODISCARD bool subnames_new(struct core *core, struct subnames **ret, struct err *err);
/* After the errands are gone. NULL is allowed. */
void subnames_free(struct subnames *subnames);

/* Names have come, gone, or somebody has said something of one: new ones are looked at, pages are told. */
void subnames_changed(struct core *core, struct str site);
/* All names of the site are looked at soon, once however often it is asked for. */
NODISCARD bool subnames_look(struct core *core, struct str site, struct err *err);
/* The same when what was seen is older than guards like it; nobody waits for it. Logs what fails. */
void subnames_freshen(struct core *core, struct str site);
/* Once a minute: names that this gateway knows by itself are added, and inventories are looked at that are due. */
void subnames_turn(struct core *core);

/* When all names are looked at by themselves again, having been looked at then. */
int64_t subnames_next_s(const struct core *core, int64_t looked_s);
/* What was seen longer ago than this is old: a look by itself is late by then. */
int64_t subnames_age_s_max(const struct core *core);
/* How far a round is, as the member "look" of an object; null where there is none. */
void subnames_write_look(const struct core *core, struct str site, struct jsonout *out);
/* Whether names of the site are being looked at, or wait for it. */
bool subnames_are_looked_at(const struct core *core, struct str site);

#endif
