/*
 * Words of a zone file taken apart (RFC 1035 section 5.1): types, classes, times, names with escapes. For inventory/
 * only.
 */
#ifndef INVENTORY_ZONE_WORD_H
#define INVENTORY_ZONE_WORD_H

#include "base/buf.h"

/* What the data of a record say of its owner. */
enum zone_data {
    ZONE_NONE,    /* nothing a browser follows */
    ZONE_ADDRESS, /* A, AAAA */
    ZONE_NAME,    /* CNAME, DNAME, NS, and what providers have made up: ALIAS, ANAME */
    ZONE_SERVICE, /* HTTPS, SVCB: a priority, then a name */
};

struct zone_type {
    struct str word; /* in upper case */
    enum zone_data data;
};

/* In any case; "TYPE65" too (RFC 3597). NULL: there is no such type. */
const struct zone_type *zone_type_of(struct str word);
/* *ret_is_internet: it is IN. */
bool zone_is_class(struct str word, bool *ret_is_internet);
/* "3600", "1h30m". */
bool zone_is_ttl(struct str word);
/* "[AGE:3541234]": what the DNS server of Windows puts behind names that machines gave themselves. */
bool zone_is_age(struct str word);

/* As text: one with more is no name, whatever its escapes stand for. */
#define ZONE_NAME_SIZE_MAX 1024
/*
 * Appends the absolute name without its final dot: "@" is the origin, and what has no final dot is below it. An escape
 * that stands for a letter, digit, hyphen, underscore or asterisk is undone; another stays, so that no host has the
 * name. False: it does not fit.
 */
NODISCARD bool zone_absolute(struct str word, struct str origin, struct buf *out);

#endif
