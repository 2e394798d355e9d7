/*
 * Many domains looked at as the preload list's checker does, with so many in flight on one thread. Domains come one by
 * one and go when they are judged, so that memory depends on how many are in flight and not on how many there are.
 */
#ifndef PROBE_SCAN_H
#define PROBE_SCAN_H

#include "hsts/preload_seen.h"
#include "probe/crowd.h"
#include "probe/suffix.h"

/* Each look holds some 50 KB and up to three connections. */
#define SCAN_IN_FLIGHT_COUNT_MAX     10000
#define SCAN_IN_FLIGHT_COUNT_DEFAULT 500
/* Enough not to be slow, and not to be a nuisance. */
#define SCAN_PER_ADDRESS_COUNT_DEFAULT 2

struct scan_counts {
    uint64_t begun, done;
    size_t in_flight;
};

struct scan {
    struct crowd_options crowd;
    const struct suffixes *suffixes;
    struct str roots_pem;
    uint16_t http_port, https_port; /* 0: 80 and 443 */
    uint32_t request_ms;            /* of each request; 0: FETCH_MS_MAX */
    size_t in_flight_max;           /* fewer while this machine is what they wait for; 1 to SCAN_IN_FLIGHT_COUNT_MAX */
    bool field_only;                /* for removal */
    /* The next domain, valid until the next call, with a number of the caller's; false: there is none left. */
    bool (*next)(void *context, uint64_t *ret_number, struct str *ret_domain);
    /* What was seen of it, valid within the call; NULL: memory ran out. In the order in which they end. */
    void (*done)(void *context, uint64_t number, struct str domain, const struct preload_seen *seen);
    /* Between; false ends it: no domain is begun any more, and those in flight are given up without `done`. */
    bool (*turn)(void *context, const struct scan_counts *counts);
    void *context;
};

/* Returns once all are done or `turn` has ended it. */
NODISCARD bool scan_run(const struct scan *scan, struct err *err);

#endif
