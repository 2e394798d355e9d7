/*
 * Where a request came from: the connection's peer, or, when that is a trusted proxy, the client it speaks for. For the
 * access log and for the scheme; what the application is told is in forward.h.
 */
#ifndef GATEWAY_ORIGIN_H
#define GATEWAY_ORIGIN_H

#include "gateway/exchange.h"
#include "http/address.h"

/* The peer of the connection as an address; ADDRESS_NONE for a Unix socket. */
struct address origin_peer(const union os_address *peer);
/*
 * Sets ex->client_text and ex->scheme_https by what a trusted proxy in front says: Forwarded (RFC 7239) first, else the
 * X-Forwarded fields. Only for exchanges whose client is trusted.
 */
void origin_apply(struct exchange *ex);
/* Who asks: the peer, or the client that a trusted proxy names. False: nobody knows (a Unix socket's peer has none). */
NODISCARD bool origin_client(const struct exchange *ex, struct address *ret);
/* All values of a field as one list, in the arena; empty without. */
struct str origin_list(struct exchange *ex, enum http_field_id id);

#endif
