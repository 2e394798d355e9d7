/*
 * Where a name is kept: the zone it belongs to, and the servers that answer for it (not the resolvers on the way, which
 * remember). It waits: for a thread of its own.
 */
#ifndef DNS_ZONE_H
#define DNS_ZONE_H

#include "dns/resolver.h"

/* Name servers of one zone, and their addresses; zones have two to six. */
#define DNS_AUTHORITIES_COUNT_MAX 16

/*
 * The zone of `name` (the owner of the SOA record above it) in *ret_zone, and in *ret_name where `name` leads after its
 * aliases (CNAME), which is what the zone holds; the name need not exist. ERR_NOT_FOUND when no server tells of a zone.
 */
NODISCARD bool dns_zone_find(const struct dns_resolver *resolver, const struct dns_name *name,
                             const struct deadline *deadline, struct dns_name *ret_zone, struct dns_name *ret_name,
                             struct err *err);

/* An address of one of the zone's name servers. */
struct dns_authority {
    struct dns_name name;
    union os_address address;
};

/* All of them that have an address, at most DNS_AUTHORITIES_COUNT_MAX. ERR_NOT_FOUND when there are none. */
NODISCARD bool dns_zone_authorities(const struct dns_resolver *resolver, const struct dns_name *zone,
                                    const struct deadline *deadline,
                                    struct dns_authority ret[static DNS_AUTHORITIES_COUNT_MAX], size_t *ret_count,
                                    struct err *err);

#endif
