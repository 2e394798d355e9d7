/*
 * Forwarded (RFC 7239) and X-Forwarded-For: written for the application behind, read when a trusted proxy stands in
 * front. Whatever cannot be read exactly is not believed: the client is then whoever the last good word named.
 */
#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "base/buf.h"
#include "http/address.h"

/* More proxies in a row than anybody has; a longer list is refused as malformed. */
#define FORWARDED_COUNT_MAX 32

enum forwarded_kind {
    FORWARDED_ABSENT,
    FORWARDED_ADDRESS,
    FORWARDED_UNKNOWN,    /* "unknown" */
    FORWARDED_OBFUSCATED, /* "_hidden" */
};

/* A node identifier (RFC 7239 section 6). */
struct forwarded_node {
    enum forwarded_kind kind;
    struct address address; /* port 0 when absent or obfuscated */
};

/* What one proxy said. */
struct forwarded_element {
    struct forwarded_node client; /* for= */
    struct forwarded_node proxy;  /* by= */
    struct str host;              /* views into the value, without quotes; empty when absent */
    struct str proto;
};

/*
 * The elements of a Forwarded value, left to right (the nearest proxy's is last). False, *ret_count untouched, when
 * anything in it is not by the grammar, a parameter is repeated, or there are more than FORWARDED_COUNT_MAX.
 */
NODISCARD bool forwarded_parse(struct str value, struct forwarded_element elements[FORWARDED_COUNT_MAX],
                               size_t *ret_count);
/*
 * Walks from the nearest proxy outwards: *client comes in as the connection's peer, which is trusted, and becomes the
 * right-most address that `is_trusted` does not know, or the last one before a node without an address. Returns the
 * element that named it (its proto and host are the client's), or NULL when the peer itself remains.
 */
const struct forwarded_element *forwarded_client(const struct forwarded_element *elements, size_t count,
                                                 bool (*is_trusted)(void *context, const struct address *address),
                                                 void *context, struct address *client);
/*
 * The same walk through an X-Forwarded-For value: addresses, with or without port, IPv6 with or without brackets. True
 * when every address of it was trusted: an earlier field of the same name may then be walked too.
 */
bool forwarded_for_client(struct str value, bool (*is_trusted)(void *context, const struct address *address),
                          void *context, struct address *client);
/* "192.0.2.1", "192.0.2.1:80", "2001:db8::1", "[2001:db8::1]", "[2001:db8::1]:80": one element of X-Forwarded-For. */
NODISCARD bool forwarded_for_parse(struct str text, struct address *ret);

/*
 * Appends the value of Forwarded: `before` (a trusted proxy's value, or empty), then this hop: for (with its port, if
 * not 0; "unknown" for ADDRESS_NONE), host (left out when empty) and proto. False when the buffer is full or host or
 * proto cannot be written.
 */
bool forwarded_write(struct buf *out, struct str before, const struct address *client, struct str host,
                     struct str proto);
/* Appends the value of X-Forwarded-For: `before`, then the client's address without port. */
bool forwarded_for_write(struct buf *out, struct str before, const struct address *client);

#endif
