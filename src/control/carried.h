/*
 * What one snapshot carries: the promise of every site in it, worked out once when the snapshot is made. It is kept for
 * as long as the snapshot is the present one, since all that a promise follows from (proof of renewals, certificates
 * that can be read, who is bound) may change without another snapshot: what is sent is what was carried then, not what
 * would be carried now.
 */
#ifndef CONTROL_CARRIED_H
#define CONTROL_CARRIED_H

#include "control/core.h"

struct carried_site {
    struct site *site; /* a reference */
    bool sends;
    struct ledger_promise promise; /* when it sends */
};

/* What a snapshot of `state` is to carry now (promises_of). */
NODISCARD bool carried_make(const struct core *core, const struct state *state, struct carried *ret, struct err *err);
/* Also for an empty one; leaves it empty. */
void carried_fini(struct carried *carried);
/* The promise of one of its sites; false: none. `context` is the carried (see assemble.h). */
bool carried_promise(const void *context, const struct site *site, struct ledger_promise *ret);

#endif
