/*
 * Questions to the resolvers of this machine (or others that were configured): one after the other until one answers,
 * with aliases (CNAME) followed. The answer is data; it is not validated by DNSSEC. It waits: for a thread of its own.
 */
#ifndef DNS_RESOLVER_H
#define DNS_RESOLVER_H

#include "dns/exchange.h"

/* What the C library takes of resolv.conf, and one more. */
#define DNS_SERVERS_COUNT_MAX 4
/* Aliases one behind the other; resolvers give up at 8 to 16. */
#define DNS_ALIASES_COUNT_MAX 8
#define DNS_PORT              53

struct dns_resolver {
    union os_address servers[DNS_SERVERS_COUNT_MAX];
    size_t servers_count;
    uint16_t authority_port; /* where name servers of zones are asked: 53 */
};

/* The "nameserver" lines of a resolv.conf (resolv.conf(5)); lines that do not parse are left out as the C library does.
 * Without any: the machine itself, 127.0.0.1. */
void dns_resolver_parse(struct str resolv_conf, struct dns_resolver *ret);
/* From /etc/resolv.conf, read anew at every call. A file that is missing counts as an empty one. */
NODISCARD bool dns_resolver_system(struct dns_resolver *ret, struct err *err);

/*
 * Asks for `type` at `name`. *ret is the answer of the last name of a chain of aliases, and *ret_name that name; its
 * rcode is NOERROR (with or without records of the type: dns_find) or NXDOMAIN. Everything else is a failure, whose
 * text is a sentence that names what was asked.
 */
NODISCARD bool dns_ask(const struct dns_resolver *resolver, const struct dns_name *name, enum dns_type type,
                       const struct deadline *deadline, struct dns_answer *ret, struct dns_name *ret_name,
                       struct err *err);
/* The next record of `type` at `name` in the answer section; begin with a zeroed cursor. */
bool dns_find(const struct dns_message *message, const struct dns_name *name, enum dns_type type,
              struct dns_cursor *cursor, struct dns_record *ret);
/*
 * Follows the aliases of *name within one answer, *hops of them so far. True when *name then leads out of it: another
 * question is needed, or there are more than DNS_ALIASES_COUNT_MAX.
 */
bool dns_follow(const struct dns_message *message, enum dns_type type, struct dns_name *name, size_t *hops);
/* The addresses of a name, A before AAAA, at most `room` of them, with `port`. ERR_NOT_FOUND when there are none. */
NODISCARD bool dns_addresses(const struct dns_resolver *resolver, const struct dns_name *name, uint16_t port,
                             const struct deadline *deadline, union os_address *ret, size_t room, size_t *ret_count,
                             struct err *err);
/* The address in an A or AAAA record; false when it has no such size. */
NODISCARD bool dns_record_address(const struct dns_record *record, uint16_t port, union os_address *ret);

#endif
