/*
 * What the network says of one name besides its answer (hsts/net_seen.h): each of its addresses asked alone, its HTTPS
 * and CAA records, the names above it, and which versions of TLS it takes. Many looks may be under way in one crowd. It
 * fills what was seen; the findings judge it (hsts/finding.h).
 *
 * What is asked: at most eight addresses with one request each (a second one where the certificate is not taken), one
 * request to each of at most four names above, four handshakes for the versions of TLS, four at ports of HTTPS records,
 * and a question for each record. A port of an HTTPS record is tried at the name's own addresses only: a record may
 * send this machine nowhere else.
 */
#ifndef PROBE_NET_LOOK_H
#define PROBE_NET_LOOK_H

#include "hsts/net_seen.h"
#include "hsts/preload_list.h"
#include "probe/crowd.h"
#include "probe/suffix.h"

/* Texts of two dozen answers, each cut to NET_TEXT_SIZE_MAX, and CAA records as they came. */
#define NET_LOOK_SIZE_MAX ((size_t)512 * 1024)

struct net_look;

struct net_look_request {
    struct str domain;                     /* copied; any text, which is lower-cased */
    struct str roots_pem;                  /* roots that are trusted besides the system's; outlive the look */
    uint16_t https_port;                   /* 0: 443 */
    uint32_t request_ms;                   /* of each request; 0: FETCH_MS_MAX */
    struct deadline deadline;              /* of all of it; a question of the DNS has the crowd's time */
    const struct preload_binding *binding; /* what the preload list says of the domain, copied; NULL: there is none */
    void (*on_done)(struct net_look *look, void *context); /* from crowd_turn, once */
    void *context;
};

/* NULL: memory ran out. The caller frees it, at the earliest in on_done. */
struct net_look *net_look_begin(struct crowd *crowd, const struct suffixes *suffixes,
                                const struct net_look_request *request);
/* Valid once it is done, and as long as the look. What memory did not suffice for is missing in it. */
const struct net_seen *net_look_seen(const struct net_look *look);
/* NULL is allowed. What is under way ends with crowd_free only: before that, only looks that are done are freed. */
void net_look_free(struct net_look *look);

#endif
