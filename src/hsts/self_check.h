/*
 * A look at a site of our own with the eyes of hstspreload.org: what it came to, which of it sending `preload` would
 * mend by itself, and the short form that guards, warnings and notifications go by. Pure; who looks, and when, is
 * control's matter. That nobody could look says nothing about the site: a machine behind a router often cannot reach
 * its own public address.
 */
#ifndef HSTS_SELF_CHECK_H
#define HSTS_SELF_CHECK_H

#include "hsts/preload_rules.h"

/* How the look went. */
enum self_check_sight {
    SELF_CHECK_SEEN,
    SELF_CHECK_NO_ADDRESS,  /* the name leads nowhere, as this machine sees the DNS */
    SELF_CHECK_INSIDE,      /* it leads to an address that only this network has: split DNS */
    SELF_CHECK_UNREACHABLE, /* no connection: nothing listens, a firewall, a router that leads nobody back in */
    SELF_CHECK_ANOTHER,     /* who answers, with a certificate that is not valid, is not this gateway */
    SELF_CHECK_FAILED,      /* the look itself came to nothing */
    SELF_CHECK_SIGHTS_COUNT,
};

/* "seen", "no-address", "inside", "unreachable", "another", "failed" */
const char *self_check_sight_name(enum self_check_sight sight);
/* False when it is none of them. */
NODISCARD bool self_check_sight_from(struct str name, enum self_check_sight *ret);
/* Why it could not be looked at, a sentence's beginning without a full stop; what was met is the detail behind it. */
const char *self_check_sight_words(enum self_check_sight sight);
/* One sentence or two: what to do. */
const char *self_check_sight_fix(enum self_check_sight sight);

/* What was found, in the checker's order. */
struct self_check_found {
    struct preload_findings findings;
    bool mended[PRELOAD_FINDINGS_COUNT_MAX]; /* an error that is gone as soon as `preload` is sent as well */
};

/* Total and deterministic, as the rules are. */
void self_check_judge(const struct preload_seen *seen, enum preload_policy policy, struct self_check_found *ret);

#define SELF_CHECK_WHY_SIZE 200

/* The short form. */
struct self_check {
    int64_t at_s; /* wall clock; 0: nobody has looked yet, and nothing below means anything */
    enum self_check_sight sight;
    char why[SELF_CHECK_WHY_SIZE]; /* not seen: what was met, without a full stop; may be empty */
    size_t errors_count, warnings_count;
    size_t unmended_count;                        /* errors that sending `preload` does not mend */
    struct preload_finding first, first_unmended; /* where there are any */
};

/* Of what was seen. */
void self_check_sum(const struct self_check_found *found, int64_t at_s, struct self_check *ret);

#endif
