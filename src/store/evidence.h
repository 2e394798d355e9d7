/*
 * Evidence that outlives a restart: which certificates were seen served and when first, which others were met in their
 * place, and how many requests, handshakes and failed handshakes each site and the gateway had, and what came over
 * plain HTTP, by minute, hour and day. What was observed a moment ago (hsts/observation.h) is not stored: it is looked
 * at anew.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "base/err.h"
#include "snapshot/counters.h"

/* A leaf of a site that was seen served on every listener. */
struct evidence_served {
    struct str site;
    struct str source;      /* where certificates come from (site_source_name): what proves one proves no other */
    struct str side;        /* "ecdsa" or "rsa" (cert_side_name): each is renewed, and proven, by itself */
    struct str fingerprint; /* SHA-256 of the leaf, hexadecimal */
    int64_t not_before_s, not_after_s;
    int64_t first_s, last_s; /* wall clock */
};

/* What is known of the way of a certificate to where it is served; 0: not yet, or from before it was written down. */
struct evidence_life {
    int64_t stored_s;    /* wall clock, as all here */
    uint64_t generation; /* of the first snapshot with it, since the site took it last */
    int64_t published_s;
    int64_t acknowledged_s; /* every worker serves from that snapshot or a later one */
    int64_t seen_first_s, seen_last_s;
};

/* Another certificate than the stored one is served at one place, or none at all. */
struct evidence_mismatch {
    struct str site;
    struct str side;        /* of the stored one */
    struct str place;       /* the listener with its address */
    struct str name;        /* the first name that was asked for in vain */
    struct str fingerprint; /* of what is served instead; empty: the handshake fails */
    struct str serial, subject, issuer;
    struct str why;        /* without a certificate: the end of a sentence */
    int64_t not_after_s;   /* of what is served instead; 0: not known */
    int64_t since_s, at_s; /* wall clock: seen first, and last */
};

/* How finely counts are kept: each step in rows of its own, and each only for so long that a site's are bounded. */
enum evidence_step { EVIDENCE_MINUTE, EVIDENCE_HOUR, EVIDENCE_DAY, EVIDENCE_STEPS_COUNT };
#define EVIDENCE_MINUTES_KEPT 180       /* what is looked at while it happens */
#define EVIDENCE_HOURS_KEPT   (92 * 24) /* the weeks of a rollout, and three months to compare */
#define EVIDENCE_DAYS_KEPT    (3 * 366) /* longer than the longest promise that is usual (two years) */

int64_t evidence_step_s(enum evidence_step step);
/* "minute", "hour", "day". */
const char *evidence_step_name(enum evidence_step step);
/* How long rows of this step are kept. */
int64_t evidence_kept_s(enum evidence_step step);

struct evidence_counts {
    uint64_t https_requests, http_requests;
    uint64_t redirects;                     /* to HTTPS or to the canonical name */
    uint64_t handshakes;                    /* completed */
    uint64_t failed[COUNTERS_FAILURES_MAX]; /* handshakes, by cause (counters_causes) */
    struct census_counts census;            /* what of it came over plain HTTP */
};

void evidence_counts_add(struct evidence_counts *sum, const struct evidence_counts *more);
bool evidence_census_is_empty(const struct census_counts *census);
uint64_t evidence_counts_failed(const struct evidence_counts *counts);
/* Whether nothing was counted. */
bool evidence_counts_is_empty(const struct evidence_counts *counts);

/* What was counted for a site since the last time. */
struct evidence_row {
    struct str site; /* empty: the gateway as a whole */
    int64_t known_s; /* ledger clock: counting began then, should nothing be known of it yet */
    struct evidence_counts counts;
};

#endif
