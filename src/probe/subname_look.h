/*
 * One name looked at as includeSubDomains would have it: does it lead anywhere, and would a browser that insists on
 * HTTPS get in. Many looks may be under way in one crowd. As little as can be is asked: a handshake on port 443, and
 * only where that says nothing, HEAD of the front page on port 80.
 */
#ifndef PROBE_SUBNAME_LOOK_H
#define PROBE_SUBNAME_LOOK_H

#include "hsts/subname.h"
#include "probe/crowd.h"
#include "probe/target.h"

/* A sentence with what a name server or a server said, each in FETCH_WHY_SIZE. */
#define SUBNAME_DETAIL_SIZE 400
/* FETCH_ADDRESSES_COUNT_MAX addresses of 45 bytes, separated by spaces. */
#define SUBNAME_ADDRESSES_SIZE 400

struct subname_seen {
    enum subname_verdict verdict;
    unsigned flags;                         /* bits of hsts/subname.h */
    char detail[SUBNAME_DETAIL_SIZE];       /* a sentence */
    char addresses[SUBNAME_ADDRESSES_SIZE]; /* separated by spaces */
    char cnames[CROWD_CNAMES_SIZE];         /* where CNAMEs lead, separated by spaces, the first one first */
};

struct subname_look;

struct subname_look_request {
    struct str name;                /* as names of the inventory are; copied; a wildcard is asked for by a made label */
    struct str roots_pem;           /* roots that are trusted besides the system's; outlive the look */
    uint16_t http_port, https_port; /* 0: 80 and 443 */
    bool doubts;                    /* the name may be made up: see whether its neighbours exist as well */
    /* Addresses that this machine's hosts file has for the name; used where the DNS has none. Outlive the look. */
    const struct sockaddr_storage *own_addresses;
    size_t own_addresses_count;
    const atomic_bool *cancel;                                 /* ends it early; or NULL */
    void (*on_done)(struct subname_look *look, void *context); /* from crowd_turn, once */
    void *context;
};

/* NULL: memory ran out. The caller frees it, at the earliest in on_done. */
struct subname_look *subname_look_begin(struct crowd *crowd, const struct subname_look_request *request);
/* Valid once it is done, and as long as the look. */
const struct subname_seen *subname_look_seen(const struct subname_look *look);
/* NULL is allowed. What is under way ends with crowd_free only: before that, only looks that are done are freed. */
void subname_look_free(struct subname_look *look);

/* Whether the address is of a network that the Internet does not lead to (RFC 1918, 6598, 3927, 4193, loopback). */
bool subname_is_private(const struct sockaddr_storage *address);

#endif
