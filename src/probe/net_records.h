/*
 * Answers of the DNS about a name, as values for the findings (hsts/net_seen.h): HTTPS records, and the CAA records of
 * the name and those above it. Pure; the answers are anybody's, so what is no answer is told as none.
 */
#ifndef PROBE_NET_RECORDS_H
#define PROBE_NET_RECORDS_H

#include <sys/socket.h>

#include "base/arena.h"
#include "dns/caa.h"
#include "hsts/net_seen.h"

/* Names that may hold CAA records: the name itself and those above it. Who has more labels is not judged. */
#define NET_LEVELS_COUNT_MAX 10
/* Of a text that is kept; longer ones are cut. */
#define NET_TEXT_SIZE_MAX 1024

/* An answer: its whole message, or empty, which is that there is no such record; or why there is none. */
struct net_message {
    bool is_answered;
    struct str why; /* the end of a sentence */
    struct str bytes;
};

/* Addresses as the network has them, beside the service of the same index. */
struct net_hints {
    struct str ipv4, ipv6;
};

/* A copy with anything but visible ASCII and blanks as "?", cut to NET_TEXT_SIZE_MAX; empty when memory ran out. */
struct str net_text(struct arena *room, struct str text);

/* Fills what the records say; what is true of it is found later. */
void net_records_https(struct str domain, const struct net_message *message, struct arena *room, struct net_https *ret,
                       struct net_hints hints[static NET_SERVICES_COUNT_MAX]);
/* The first hint that is none of the addresses, as text; empty: all are. */
struct str net_records_stray(const struct net_hints *hints, const struct sockaddr_storage *addresses, size_t count,
                             struct arena *room);

/* Who issued the served certificate; an empty issuer: there was none. */
struct net_certificate {
    struct str issuer; /* RFC 2253 text */
    bool is_wildcard;  /* it covers the domain by a wildcard alone */
};

/* messages[i] is the answer about the domain without its first i labels, up to the top-level domain. */
void net_records_caa(struct str domain, const struct net_message *messages, size_t count,
                     const struct net_certificate *certificate, struct arena *room, struct net_caa *ret);

#endif
