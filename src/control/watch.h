/*
 * What is known of each site from watching it: how often its renewed certificates were seen served, what was observed
 * last. Kept in memory for guards and status; what must outlive a restart goes to the store (store/evidence.h) from
 * here. A site that nobody has watched yet is simply not known.
 */
#ifndef CONTROL_WATCH_H
#define CONTROL_WATCH_H

#include "hsts/observation.h"
#include "store/state.h"
#include "store/store.h"

struct watch;

NODISCARD bool watch_new(struct store *store, struct watch **ret, struct err *err);
/* NULL is allowed. */
void watch_free(struct watch *watch);

/*
 * Renewals that were seen served: certificates seen less the first, of those that came from where the site's come from
 * now. That the local CA renews by itself says nothing about files that somebody has to replace. Of a pair, the side
 * that was renewed less often counts.
 */
uint32_t watch_renewals_seen(const struct watch *watch, const struct site *site);
/* Whether the last certificate that was looked for on this side was this one. */
bool watch_has_looked_for(const struct watch *watch, struct str site, enum cert_side side, struct str fingerprint);
/*
 * What a look at the site is about: a hash of all that a browser would meet there (names, routes, redirect,
 * certificates) and of when it was made. What was seen of another form says nothing about this one.
 */
uint64_t watch_form(const struct site *site);
/* The last observation of the site as it is now, or NULL. */
const struct hsts_observation *watch_observation(const struct watch *watch, const struct site *site);
/* Whether the last look, in whatever form, found what is stored served everywhere. */
bool watch_saw_served(const struct watch *watch, struct str site);
/* When the site was looked at last, in whatever form; 0: never. */
int64_t watch_looked_s(const struct watch *watch, struct str site);
/*
 * What an observer saw of the site in its present form. What it looked for on each side is told by fingerprint and
 * dates (fingerprint empty: nothing; site, source and side are filled in here); what was seen `served` on every
 * listener is written down. *ret_renewals_changed: that has changed how many renewals are known. False when it could
 * not be written.
 */
struct watch_leaf {
    struct evidence_served leaf;
    bool served;
};
NODISCARD bool watch_observed(struct watch *watch, const struct site *site, const struct hsts_observation *observation,
                              const struct watch_leaf leaves[static CERT_SIDES_COUNT], bool *ret_renewals_changed,
                              struct err *err);
/* What was observed so far was judged by other roots: every site is to be looked at anew. */
void watch_doubt(struct watch *watch);
/* Sites that are gone are forgotten, the store keeps its rows. */
void watch_forget(struct watch *watch, const struct state *state);
/* What holds an automatic climb back: the guard (empty: something else), why, and what to do. */
struct watch_hold {
    struct str guard, why, fix;
};
/* A site whose automatic climb is held back; NULL: it is not, or is not due. True when it is for a new reason; other
 * numbers in the same words are none. */
bool watch_held_back(struct watch *watch, struct str site, const struct watch_hold *hold);
/* What was said last. Nobody has looked since control began: not known. */
enum watch_climb { WATCH_CLIMB_UNKNOWN, WATCH_CLIMB_FREE, WATCH_CLIMB_HELD };
/* The views live until the next is said of the site; empty unless it is held. */
enum watch_climb watch_hold(const struct watch *watch, struct str site, struct watch_hold *ret);

#endif
