/*
 * What a look is at: one site of the gateway, with all that must be known beforehand to tell right from wrong. Views
 * only; whoever fills it keeps the bytes until the look is over, also while it runs on another thread.
 */
#ifndef PROBE_TARGET_H
#define PROBE_TARGET_H

#include <stdatomic.h>

#include "crypto/cert_side.h"
#include "probe/endpoint.h"

/* Enough for a hundred names on a few listeners, and for a slow front page; a job, not something a person waits for. */
#define PROBE_LENGTH_MS_DEFAULT 60000
/* Of one machine: containers and virtual networks included. */
#define PROBE_ADDRESSES_COUNT_MAX 32

struct probe_target {
    /* The site's name, then its aliases, as A-labels in lower case, wildcards as "*.example.org". IP literals are left
     * out of every look: no promise binds them. */
    const struct str *names;
    size_t names_count;
    /* SHA-256 of the stored leaf on each side as 64 lower-case hexadecimal digits; empty: the site has none there. */
    struct str leaves[CERT_SIDES_COUNT];
    /* Every listening socket of the gateway, those of other sites' listeners included: a site is served by all. */
    const struct probe_endpoint *endpoints;
    size_t endpoints_count;
    uint16_t http_port, https_port; /* as browsers see them; 0: none */
    struct str declared_roots;      /* PEM: roots that the operator declared as installed on all clients */
    struct str private_roots; /* PEM: roots nobody declared: the local CA's, and what is in the system's store only
                                 because somebody put it there (/usr/local/share/ca-certificates) */
    /* IP literals of this machine by which others can reach it, for OBSERVED_PORTS; at most
     * PROBE_ADDRESSES_COUNT_MAX, the rest is left out and said. */
    const struct str *addresses;
    size_t addresses_count;
    int64_t now_s;             /* wall clock: of the facts, and for the validity of certificates */
    uint32_t length_ms;        /* of the whole look; 0: PROBE_LENGTH_MS_DEFAULT */
    const atomic_bool *cancel; /* raised by another thread to end the look early; or NULL */
};

/* Room for a name to ask and a zero byte: 253 bytes and the label put in front of a wildcard's parent. */
#define TARGET_NAME_SIZE 288
/* What is asked below a wildcard: nobody will have made it, so that only the wildcard can answer. */
#define TARGET_WILDCARD_LABEL "strictgate-probe"

/*
 * The name to ask for: itself, or for "*.example.org" a made one below it. False when it is not to be asked (an IP
 * literal, empty, or longer than names are). `room` holds the result.
 */
NODISCARD bool target_name(struct str name, char room[static TARGET_NAME_SIZE], struct str *ret);
/* How many names can be asked. */
size_t target_names_count(const struct probe_target *target);
/* Whether the host is one of the site's names, an alias or below a wildcard; in any case, a trailing dot ignored. */
bool target_has_name(const struct probe_target *target, struct str host);

#endif
