/*
 * Domain names as the wire has them (RFC 1035 section 3.1): labels with their size in front, an empty one at the end,
 * here always in lower case, so that equal bytes are equal names. They are read out of messages (with compression) and
 * from text. They know nothing of IDN: whoever has Unicode makes A-labels of it first.
 */
#ifndef DNS_NAME_H
#define DNS_NAME_H

#include "base/buf.h"

#define DNS_NAME_SIZE_MAX  255 /* with the empty label; RFC 1035 section 2.3.4 */
#define DNS_LABEL_SIZE_MAX 63
#define DNS_NAME_TEXT_SIZE 1024 /* four characters a byte, "\ddd", and the zero byte */

struct dns_name {
    uint8_t size; /* at least 1: the root is one zero byte */
    unsigned char wire[DNS_NAME_SIZE_MAX];
};

/* "_acme-challenge.example.org", with or without the final dot; "." is the root. Any printable character but '.' may be
 * in a label. False when that is no name. */
NODISCARD bool dns_name_from(struct str text, struct dns_name *ret);
/* As text without a final dot (the root is "."), what is not printable as \ddd: safe to show and to log. */
struct str dns_name_text(const struct dns_name *name, char room[static DNS_NAME_TEXT_SIZE]);
bool dns_name_equal(const struct dns_name *a, const struct dns_name *b);
/* The name without its first label; false for the root. */
NODISCARD bool dns_name_parent(const struct dns_name *name, struct dns_name *ret);
/* `name` is `zone` or below it. */
bool dns_name_is_within(const struct dns_name *name, const struct dns_name *zone);
/*
 * The name at *at of a message, with the pointers of compression (RFC 1035 section 4.1.4) followed; *at then stands
 * behind it. False when the message is wrong there, *at and *ret untouched.
 */
NODISCARD bool dns_name_read(struct str message, size_t *at, struct dns_name *ret);
/* Appends it, uncompressed. */
void dns_name_write(const struct dns_name *name, struct buf *out);

#endif
