/*
 * Changing a zone: one dynamic update (RFC 2136), signed (RFC 8945), sent to the primary server of the zone. Whatever
 * the server answers is put in words that say what to mend. It waits: for a thread of its own.
 */
#ifndef DNS_UPDATE_H
#define DNS_UPDATE_H

#include "dns/exchange.h"
#include "dns/tsig.h"

/* How a zone (and those below it) may be changed. */
struct dns_credentials {
    struct dns_name zone;
    union os_address server; /* the primary, with its port */
    struct tsig_key key;
};

/* Those of the longest zone that `name` is within; NULL: none. */
const struct dns_credentials *dns_credentials_pick(const struct dns_credentials *list, size_t count,
                                                   const struct dns_name *name);
/*
 * Makes the change, in the zone that the server itself says the name belongs to (that of the credentials when it says
 * nothing). Adding what is there and removing what is not succeed. `now_s`: wall clock.
 */
NODISCARD bool dns_update(const struct dns_credentials *credentials, const struct dns_change *change,
                          const struct deadline *deadline, int64_t now_s, struct err *err);

#endif
