/*
 * Evidence that outlives a restart: which certificates were seen served and when first, and how much traffic each site
 * had hour by hour. What was observed a moment ago (hsts/observation.h) is not stored: it is looked at anew.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "base/err.h"

/* A leaf of a site that was seen served on every listener. */
struct evidence_served {
    struct str site;
    struct str source;      /* where certificates come from (site_source_name): what proves one proves no other */
    struct str fingerprint; /* SHA-256 of the leaf, hexadecimal */
    int64_t not_before_s, not_after_s;
    int64_t first_s, last_s; /* wall clock */
};

/* Requests of a site within one hour. */
struct evidence_traffic {
    struct str site;
    int64_t hour_s; /* ledger clock, a whole hour */
    uint64_t https_requests, http_requests;
};

#endif
