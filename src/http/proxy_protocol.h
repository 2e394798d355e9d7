/*
 * The PROXY protocol, versions 1 and 2 (haproxy.org, "The PROXY protocol", 2020): what a trusted proxy in front says
 * about its client before the first byte of TLS or HTTP. Bytes in, addresses out. Whether the sender may be believed is
 * the caller's to know.
 */
#ifndef HTTP_PROXY_PROTOCOL_H
#define HTTP_PROXY_PROTOCOL_H

#include "base/str.h"

/*
 * No longer header is read: addresses, a few TLVs and the client certificate some senders add fit; the protocol itself
 * would allow 64 KiB from somebody who has not proved anything yet.
 */
#define PROXY_PROTOCOL_SIZE_MAX 3072

enum proxy_protocol_result {
    PROXY_PROTOCOL_OK,
    PROXY_PROTOCOL_MORE, /* so far it is the beginning of a header */
    PROXY_PROTOCOL_BAD,  /* it is none, or none that is allowed: the connection must be closed */
};

struct proxy_header {
    /* Nothing is said about a client: the proxy's own connection (LOCAL), UNKNOWN, or a family that is not IP. The
     * addresses of the connection itself count. */
    bool local;
    uint8_t ip_version;         /* 4 or 6; 0 when local */
    uint8_t source_address[16]; /* network order, the first 4 bytes for IPv4 */
    uint8_t destination_address[16];
    uint16_t source_port, destination_port;
};

/* Parses the header at the front of `in`. On OK *ret_taken is its size; what follows is the connection's own. */
enum proxy_protocol_result proxy_protocol_parse(struct str in, struct proxy_header *ret, size_t *ret_taken);

#endif
