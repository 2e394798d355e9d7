/*
 * Network addresses as values: what a PROXY protocol header, a Forwarded field or an IPv6 host name says. Text to bytes
 * and back; no sockets (os/ has those, and this module may not know it).
 */
#ifndef HTTP_ADDRESS_H
#define HTTP_ADDRESS_H

#include "base/str.h"

enum address_family { ADDRESS_NONE, ADDRESS_IP4, ADDRESS_IP6 };

struct address {
    enum address_family family;
    uint8_t bytes[16]; /* network order; the first 4 for IPv4 */
    uint16_t port;     /* 0 when not known */
};

/* Room for address_write with port and zero byte: "[…]:65535". */
#define ADDRESS_TEXT_SIZE 64

/* "192.0.2.1": four decimal numbers without leading zeros; sets port 0. False otherwise, *ret untouched. */
NODISCARD bool address_parse_ip4(struct str text, struct address *ret);
/* "2001:db8::1", without brackets and without a zone; sets port 0. */
NODISCARD bool address_parse_ip6(struct str text, struct address *ret);
/* Either of them. */
NODISCARD bool address_parse(struct str text, struct address *ret);
/* The canonical text (RFC 5952), without port and brackets, into `text`; empty for ADDRESS_NONE. */
struct str address_write(const struct address *a, char text[ADDRESS_TEXT_SIZE]);
/* The addresses are the same, whatever the ports. An IPv4 address mapped into IPv6 is not its IPv4 address. */
bool address_eq(const struct address *a, const struct address *b);

#endif
