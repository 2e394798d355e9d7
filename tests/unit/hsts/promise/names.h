/* The few names that sequences play with: two sites, the second of them a wildcard that covers an alias of the first.
 */
#ifndef PROMISE_NAMES_H
#define PROMISE_NAMES_H

#include "base/str.h"

#define SITES_COUNT 2

/* Names that have ledgers. */
enum ledger_name { LEDGER_APEX, LEDGER_ALIAS, LEDGER_WILDCARD, LEDGER_NAMES_COUNT };

/* Names that browsers visit; the last one they only ask for. */
enum host { HOST_APEX, HOST_ALIAS, HOST_SHOP, HOSTS_SERVED_COUNT, HOST_DEEP = HOSTS_SERVED_COUNT, HOSTS_COUNT };

struct str names_ledger(enum ledger_name name);
struct str names_host(enum host host);
/* Which ledger a response for this host is written under: the alias may have been dropped from its site. */
enum ledger_name names_ledger_of(enum host host, bool has_alias);
/* The site that a ledger's name belongs to. */
size_t names_site_of(enum ledger_name name);
/* Whether the host is below the other. */
bool names_is_below(enum host host, enum host above);

#endif
