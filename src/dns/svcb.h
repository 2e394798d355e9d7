/*
 * What a name says of how it is to be reached, in its HTTPS records (RFC 9460): which protocols, at which port, at
 * which addresses, or by another name. Strict: a record that the RFC calls malformed is none, and says why. Pure; what
 * of it is true is not known here.
 */
#ifndef DNS_SVCB_H
#define DNS_SVCB_H

#include "dns/name.h"

/* The views are of the record's data. */
struct svcb {
    uint16_t priority;      /* 0: AliasMode, the name is an alias of `target`; else ServiceMode, the smallest first */
    struct dns_name target; /* the root: ServiceMode, the name itself; AliasMode, there is nothing */
    /* All below in ServiceMode alone (section 2.4.2: AliasMode has no parameters that count). */
    bool has_port;
    uint16_t port;
    struct str alpn; /* svcb_alpn_next walks it; empty without one */
    bool no_default_alpn;
    bool ech;        /* keys for Encrypted ClientHello come along */
    struct str ipv4; /* four bytes an address; empty without any */
    struct str ipv6; /* sixteen */
    bool is_foreign; /* it demands what is not known here: nobody of this knowledge may use it (section 8) */
};

/* Of one record's data, taken out of its message. False: *ret_why says what is wrong with it, the end of a sentence. */
NODISCARD bool svcb_read(struct str rdata, struct svcb *ret, const char **ret_why);
/* The next protocol ("h2", any bytes) of `*rest`, which begins as svcb.alpn; data NULL when there is none left. */
struct str svcb_alpn_next(struct str *rest);

#endif
