/*
 * Evidence that outlives a restart: which certificates were seen served and when first, which others were met in their
 * place, and how much traffic each site had hour by hour. What was observed a moment ago (hsts/observation.h) is not
 * stored: it is looked at anew.
 */
#ifndef STORE_EVIDENCE_H
#define STORE_EVIDENCE_H

#include "base/err.h"

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

/* Requests of a site within one hour. */
struct evidence_traffic {
    struct str site;
    int64_t hour_s; /* ledger clock, a whole hour */
    uint64_t https_requests, http_requests;
};

#endif
