/*
 * The zones of the DNS that may be changed from here, as the store has them: checked when they come in, and made into
 * what src/dns works with. Their secrets are wiped with the list.
 */
#ifndef CONTROL_DNS_ZONES_H
#define CONTROL_DNS_ZONES_H

#include "dns/update.h"
#include "store/store.h"

/* Somebody with more has one key for many zones: the zone above them, or a hook. */
#define DNS_ZONES_COUNT_MAX 1000
/* A secret has 32 to 64 bytes; more than a block of SHA-512 gains nothing. */
#define DNS_SECRET_SIZE_MAX 512
#define DNS_SECRET_SIZE_MIN 16

struct dns_zones {
    struct dns_credentials *list; /* their secrets are the list's */
    size_t count;
};

/* All of the store's. The caller ends them. */
NODISCARD bool dns_zones_load(struct store *store, struct dns_zones *ret, struct err *err);
void dns_zones_fini(struct dns_zones *zones);
/* "192.0.2.53", "192.0.2.53:5353", "2001:db8::53", "[2001:db8::53]:5353". */
NODISCARD bool dns_server_parse(struct str text, union os_address *ret);
/*
 * One row as it was given, checked field by field; *ret_zone is the zone in the form it is kept in, in `room`. Errors
 * name the member of the API.
 */
NODISCARD bool dns_zone_check(const struct store_dns_zone *given, char room[static DNS_NAME_TEXT_SIZE],
                              struct str *ret_zone, struct err *err);

#endif
