/*
 * The request as the upstream gets it: written anew from what was parsed, with the fields that say where it came from.
 * Those fields are the gateway's word: a client's own are removed, unless it is a trusted proxy, whose are kept and
 * added to.
 */
#ifndef GATEWAY_FORWARD_H
#define GATEWAY_FORWARD_H

#include "gateway/exchange.h"
#include "http/websocket.h"

struct forward {
    struct str head; /* in the exchange's arena */
    bool chunked;    /* the content is sent in chunks */
    bool translated; /* a WebSocket of HTTP/2: the handshake towards the upstream is ours (RFC 8441) */
    char key[WEBSOCKET_KEY_SIZE];
};

/* Writes ex->request. False when it does not fit, or no randomness could be had. */
NODISCARD bool forward_request(struct forward *ret, struct exchange *ex);
/* A 101 answers the handshake that was sent (RFC 6455 section 4.1, client requirements). */
bool forward_accepts(const struct forward *forward, const struct http_response *response);

#endif
