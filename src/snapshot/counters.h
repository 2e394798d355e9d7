/*
 * The counters: one shared mapping that each worker writes its own part of and control only reads. No locks: a counter
 * has one writer, is 64 bits wide, never goes back (but for those named gauge) and is read whenever. The mapping is
 * sparse: pages nobody touched cost nothing. The one thing in it that is no counter, the names that were asked for,
 * has rules of its own (snapshot/seen.h).
 *
 *     struct counters │ worker 0: worker, sites[], upstreams[], failures[], census[], seen │ worker 1: … │ …
 */
#ifndef SNAPSHOT_COUNTERS_H
#define SNAPSHOT_COUNTERS_H

#include <stddef.h>
#include <stdint.h>

#include "snapshot/census.h"
#include "snapshot/hello_class.h"
#include "snapshot/seen.h"

/* Another one whenever the layout changes: two programs that do not agree on it must not share the memory. */
#define COUNTERS_MAGIC         0x53474356u
#define COUNTERS_WORKERS_MAX   64
#define COUNTERS_BLOCKS_MAX    (2 * COUNTERS_WORKERS_MAX) /* two gateways overlap at a reload, each writes its own */
#define COUNTERS_SITES_MAX     16384 /* slots; a site's slot is given by control and kept over generations */
#define COUNTERS_UPSTREAMS_MAX 16384
#define COUNTERS_FAILURES_MAX  32 /* indexed by enum tls_failure */
#define COUNTERS_CLASSES_MAX   16 /* indexed by enum hello_class */
#define COUNTERS_FAILURES_PAGE 16 /* sites whose failures are one page of memory */
#define COUNTERS_CENSUS_PAGE   4  /* sites whose census is one page of memory */
#define COUNTERS_DURATIONS     12

/* Upper bounds of the request duration histogram, in milliseconds; the last bucket is unbounded. */
static const uint32_t counters_duration_bounds_ms[COUNTERS_DURATIONS - 1] = {1,   5,   10,   25,   50,   100,
                                                                             250, 500, 1000, 2500, 10000};

/* Why handshakes fail, by enum tls_failure: the words for metrics, evidence and log. NULL where there is no cause. */
static const char *const counters_causes[COUNTERS_FAILURES_MAX] = {NULL,
                                                                   "unknown_name",
                                                                   "no_name",
                                                                   "no_certificate",
                                                                   "version",
                                                                   "cipher",
                                                                   "bad_certificate",
                                                                   "unsupported_certificate",
                                                                   "certificate_revoked",
                                                                   "certificate_expired",
                                                                   "certificate_unknown",
                                                                   "unknown_ca",
                                                                   "client_alert",
                                                                   "verify",
                                                                   "plain_http",
                                                                   "protocol",
                                                                   "memory",
                                                                   "no_application_protocol",
                                                                   "closed",
                                                                   "timeout"};

struct counters_site {
    uint64_t requests_http; /* over plain HTTP */
    uint64_t requests_https;
    uint64_t responses[6];    /* by class: [2] counts 2xx; [0] those never answered */
    uint64_t bytes_received;  /* content */
    uint64_t bytes_sent;      /* content */
    uint64_t redirects;       /* to HTTPS or to the canonical name */
    uint64_t hsts_sent;       /* responses that carried Strict-Transport-Security */
    uint64_t hsts_removed;    /* Strict-Transport-Security fields of the application taken away */
    uint64_t tunnels;         /* WebSockets opened */
    uint64_t upstream_errors; /* 502, 503, 504 made by the gateway */
    uint64_t handshakes;      /* completed, for the name that the client asked for */
};

/* Handshakes that failed, by cause: apart from the rest, since most sites have none and shall cost no memory for it. */
struct counters_failures {
    uint64_t by_cause[COUNTERS_FAILURES_MAX];
};
_Static_assert(HELLO_CLASSES_COUNT <= COUNTERS_CLASSES_MAX, "each kind of client has its counters");

/* What came over plain HTTP; apart as well. */
struct counters_census {
    struct census_counts census;
} __attribute__((aligned(4096 / COUNTERS_CENSUS_PAGE)));

struct counters_upstream {
    uint64_t identity; /* of the endpoint that has the slot now */
    uint64_t requests;
    uint64_t failures; /* connect failures, early closes, timeouts */
    uint64_t down;     /* gauge: 1 while this worker takes it for dead */
    uint64_t active;   /* gauge: requests on it now */
    uint64_t idle;     /* gauge: pooled connections */
    uint64_t connects; /* connections opened */
    uint64_t retries;  /* requests sent again on another connection */
};

struct counters_worker {
    uint64_t generation;          /* gauge: served from */
    uint64_t connections;         /* accepted */
    uint64_t connections_open;    /* gauge */
    uint64_t connections_refused; /* over connections_max */
    uint64_t handshakes;          /* completed */
    uint64_t handshakes_resumed;
    uint64_t handshakes_failed[COUNTERS_FAILURES_MAX];
    struct counters_failures failures_nameless; /* those of them that no site is known for */
    uint64_t requests_h1;
    uint64_t requests_h2;
    uint64_t requests_bad; /* refused by the parsers */
    uint64_t requests_unknown_host;
    uint64_t timeouts; /* slow heads, bodies and readers cut off */
    uint64_t floods;   /* HTTP/2 connections closed for abuse */
    uint64_t log_lines_dropped;
    uint64_t tunnels_open;                  /* gauge */
    uint64_t durations[COUNTERS_DURATIONS]; /* requests by time to the last byte */
    uint64_t durations_sum_us;
    uint64_t validations; /* handshakes in which a CA saw the proof of a name */
    struct counters_failures failures_of_class[COUNTERS_CLASSES_MAX]; /* handshakes_failed, by kind of client */
    uint64_t reserved[15];
};

struct counters_block {
    struct counters_worker worker;
    struct counters_site sites[COUNTERS_SITES_MAX] __attribute__((aligned(64))); /* none lies across two pages */
    struct counters_upstream upstreams[COUNTERS_UPSTREAMS_MAX];
    /* How often something was counted in a page of failures: who reads looks only into pages where that has moved. */
    uint64_t failures_moved[COUNTERS_SITES_MAX / COUNTERS_FAILURES_PAGE] __attribute__((aligned(4096)));
    struct counters_failures failures[COUNTERS_SITES_MAX] __attribute__((aligned(4096)));
    uint64_t census_moved[COUNTERS_SITES_MAX / COUNTERS_CENSUS_PAGE] __attribute__((aligned(4096))); /* likewise */
    struct counters_census census[COUNTERS_SITES_MAX] __attribute__((aligned(4096)));
    struct counters_seen seen __attribute__((aligned(4096)));
} __attribute__((aligned(4096)));

struct counters {
    uint32_t magic;
    uint32_t workers_count; /* of the gateway started last */
    uint64_t started_s;     /* the same, wall clock */
    uint32_t blocks_count;  /* that were ever used: sums go over all of them, the gauges of unused ones are 0 */
    uint32_t reserved;
    struct counters_block blocks[] __attribute__((aligned(4096)));
};

static inline size_t counters_size(uint32_t blocks_count)
{
    return sizeof(struct counters) + blocks_count * sizeof(struct counters_block);
}

/* One writer a counter, so no atomic addition: only the store must not be torn. */
static inline void counter_add(uint64_t *counter, uint64_t amount)
{
    __atomic_store_n(counter, __atomic_load_n(counter, __ATOMIC_RELAXED) + amount, __ATOMIC_RELAXED);
}

static inline void counter_set(uint64_t *counter, uint64_t value)
{
    __atomic_store_n(counter, value, __ATOMIC_RELAXED);
}

static inline uint64_t counter_get(const uint64_t *counter)
{
    return __atomic_load_n(counter, __ATOMIC_RELAXED);
}

/* A handshake for the site in this slot has failed. Whoever sees the page moved sees the failure as well. */
static inline void counter_add_failure(struct counters_block *block, uint32_t slot, uint32_t cause)
{
    uint64_t *moved = &block->failures_moved[slot / COUNTERS_FAILURES_PAGE];
    counter_add(&block->failures[slot].by_cause[cause], 1);
    __atomic_store_n(moved, __atomic_load_n(moved, __ATOMIC_RELAXED) + 1, __ATOMIC_RELEASE);
}

/* A request over plain HTTP for the site in this slot was all of these (enum census_field). */
static inline void counter_add_census(struct counters_block *block, uint32_t slot, const uint8_t *fields, size_t count)
{
    uint64_t *moved = &block->census_moved[slot / COUNTERS_CENSUS_PAGE];
    for (size_t i = 0; i < count; i++)
        counter_add(&block->census[slot].census.counts[fields[i]], 1);
    __atomic_store_n(moved, __atomic_load_n(moved, __ATOMIC_RELAXED) + 1, __ATOMIC_RELEASE);
}

#endif
