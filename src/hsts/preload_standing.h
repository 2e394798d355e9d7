/*
 * What hstspreload.org would answer to a submission, or to a wish to be removed, by how a domain stands with the list.
 * The conditions on the domain itself are in hsts/preload_rules.h; this is the other half. Pure.
 */
#ifndef HSTS_PRELOAD_STANDING_H
#define HSTS_PRELOAD_STANDING_H

#include "hsts/preload_rules.h"

enum preload_state {
    PRELOAD_STATE_UNKNOWN, /* never heard of */
    PRELOAD_STATE_PENDING,
    PRELOAD_STATE_PRELOADED,
    PRELOAD_STATE_REJECTED, /* no longer in use there */
    PRELOAD_STATE_REMOVED,
    PRELOAD_STATE_PENDING_REMOVAL,
    PRELOAD_STATE_PENDING_AUTOMATED_REMOVAL, /* its scans fail */
    PRELOAD_STATES_COUNT,
};

struct preload_standing {
    enum preload_state state;
    struct str covered_by;  /* the listed name above that binds this one; empty: none */
    bool covered_by_suffix; /* and it is a public suffix */
    bool is_bulk;           /* the entry came by the form, not by hand */
};

/* A domain whose removal is pending is taken back by a submission: nothing stands against it. */
void preload_standing_submission(const struct preload_standing *standing, struct preload_findings *ret);
void preload_standing_removal(const struct preload_standing *standing, struct preload_findings *ret);

/* "pending-automated-removal" */
const char *preload_state_name(enum preload_state state);
/* False when it is none of them. */
NODISCARD bool preload_state_from(struct str name, enum preload_state *ret);

#endif
