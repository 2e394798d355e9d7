/*
 * Whether a TXT record has reached the world: asked of every name server of its zone, not of resolvers. A CA asks any
 * of them, so all that answer must have it. It waits: for a thread of its own.
 */
#ifndef DNS_VISIBLE_H
#define DNS_VISIBLE_H

#include "dns/zone.h"

/*
 * A server is left out, as long as others answer, that stays silent so often, or does not serve the zone (it refuses,
 * fails, or answers without authority: "lame") so often: whoever validates meets the same there and asks another. The
 * latter are quick with their answer: these are three seconds, in which one that loads the zone anew is done.
 */
#define DNS_SILENT_TRIES_MAX 3
#define DNS_LAME_TRIES_MAX   6
/* Between two rounds. */
#define DNS_VISIBLE_INTERVAL_MS 500
/* "ns2.example.org (192.0.2.2) answers REFUSED, and 2 others" */
#define DNS_LEFT_OUT_SIZE 384

/*
 * Waits until all servers of the zone of `name` (without aliases) answer with this TXT value among theirs. The error
 * says which server does not have it, or does not answer. Where the zone's servers cannot be found out (a network of
 * its own), `primary` alone is asked. ret_left_out: the servers that do not serve the zone, in words, empty without
 * any: somebody should mend that.
 */
NODISCARD bool dns_wait_visible(const struct dns_resolver *resolver, const struct dns_name *name, struct str value,
                                const union os_address *primary, const struct deadline *deadline,
                                char ret_left_out[static DNS_LEFT_OUT_SIZE], struct err *err);

#endif
