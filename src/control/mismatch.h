/*
 * Certificates that are not the ones served: what a look met at a listener in place of a stored one. Such a state is
 * named (which listener, which certificate instead, since when), told once when it begins and once when it is over, and
 * outlives a restart. A listener that could not be asked proves nothing and is none.
 */
#ifndef CONTROL_MISMATCH_H
#define CONTROL_MISMATCH_H

#include "probe/served.h"
#include "store/store.h"

/* A site whose certificate is not served everywhere is looked at again this often. */
#define MISMATCH_INTERVAL_S 300
/* What is published is taken to be served this much later, should no gateway acknowledge it: then it is a mismatch. */
#define MISMATCH_GRACE_S 60

struct mismatches;

/* Takes in what was known before a restart. */
NODISCARD bool mismatches_new(struct store *store, struct mismatches **ret, struct err *err);
/* NULL is allowed. */
void mismatches_free(struct mismatches *mismatches);
/*
 * What was seen of the site at now_s, all places at once; places that could not be asked stay as they were. Logs what
 * is new and what is over. False when it could not be written down (it is known all the same).
 */
NODISCARD bool mismatches_seen(struct mismatches *mismatches, struct str site, const struct served_report *report,
                               int64_t now_s, struct err *err);
/* Those of the site, in the order of side and place; views until the next mismatches_seen or _forget. */
const struct evidence_mismatch *mismatches_of(const struct mismatches *mismatches, struct str site, size_t *ret_count);
/* Sites that are gone, or have no certificate any more, are forgotten, as the store forgets them. */
void mismatches_keep(struct mismatches *mismatches, const struct state *state);
/* One sentence without the site's name: what is served where, since when. */
#define MISMATCH_TEXT_SIZE 640
const char *mismatch_text(const struct evidence_mismatch *row, char room[static MISMATCH_TEXT_SIZE]);

#endif
