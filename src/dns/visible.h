/*
 * Whether a TXT record has reached the world: asked of every name server of its zone, not of resolvers. A CA asks any
 * of them, so all that answer must have it. It waits: for a thread of its own.
 */
#ifndef DNS_VISIBLE_H
#define DNS_VISIBLE_H

#include "dns/zone.h"

/* A server that stays silent so often is left out, as long as others answer: whoever validates meets the same silence.
 */
#define DNS_SILENT_TRIES_MAX 3
/* Between two rounds. */
#define DNS_VISIBLE_INTERVAL_MS 500

/*
 * Waits until all servers of the zone of `name` (without aliases) answer with this TXT value among theirs. The error
 * says which server does not have it, or does not answer. Where the zone's servers cannot be found out (a network of
 * its own), `primary` alone is asked.
 */
NODISCARD bool dns_wait_visible(const struct dns_resolver *resolver, const struct dns_name *name, struct str value,
                                const union os_address *primary, const struct deadline *deadline, struct err *err);

#endif
