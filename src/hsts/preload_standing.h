/*
 * What hstspreload.org would answer to a submission, or to a wish to be removed, by how a domain stands with the list.
 * The conditions on the domain itself are in hsts/preload_rules.h; this is the other half. Pure.
 */
#ifndef HSTS_PRELOAD_STANDING_H
#define HSTS_PRELOAD_STANDING_H

#include "hsts/preload_list.h"
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

/*
 * How a name stands by a list alone: on it, bound by a name above, or neither. What is pending only hstspreload.org
 * knows. A view of the binding.
 */
void preload_standing_from(const struct preload_binding *binding, struct preload_standing *ret);

/* What whoever thinks of listing a domain, or finds it listed, should know. */
enum preload_advice {
    PRELOAD_ADVICE_SUBDOMAIN,  /* it cannot be listed alone */
    PRELOAD_ADVICE_BINDS_ALL,  /* what being listed would bind */
    PRELOAD_ADVICE_AGAINST,    /* hstspreload.org's own */
    PRELOAD_ADVICE_CONSENT,    /* sending the word is all that it takes */
    PRELOAD_ADVICE_PENDING,    /* what the list here cannot tell */
    PRELOAD_ADVICE_KEEP,       /* listed by its field, which is scanned */
    PRELOAD_ADVICE_BY_HAND,    /* listed, and no field takes it off */
    PRELOAD_ADVICE_NO_WAY_OUT, /* bound by a public suffix */
    PRELOAD_ADVICE_OTHERS,     /* bound by a name above */
    PRELOAD_ADVICE_MONTHS,     /* how long leaving takes */
    PRELOAD_ADVICES_COUNT,
};
/* One sentence or two. */
const char *preload_advice_words(enum preload_advice advice);
/* Which of them apply, in their order; returns how many. `is_subdomain`: it is no whole registered domain. */
size_t preload_standing_advise(const struct preload_standing *standing, bool is_subdomain,
                               enum preload_advice ret[static PRELOAD_ADVICES_COUNT]);

/* "pending-automated-removal" */
const char *preload_state_name(enum preload_state state);
/* False when it is none of them. */
NODISCARD bool preload_state_from(struct str name, enum preload_state *ret);

#endif
