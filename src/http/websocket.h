/*
 * The WebSocket opening handshake (RFC 6455 section 4) and its translation between HTTP/2 and HTTP/1.1 (RFC 8441):
 * keys, accept values, and which fields cross. Frames are not looked at: after the handshake the gateway moves bytes.
 */
#ifndef HTTP_WEBSOCKET_H
#define HTTP_WEBSOCKET_H

#include "base/err.h"
#include "http/message.h"

/* Sec-WebSocket-Key: 16 bytes in base64 (RFC 6455 section 4.1). */
#define WEBSOCKET_KEY_SIZE   24
#define WEBSOCKET_NONCE_SIZE 16
/* Sec-WebSocket-Accept: a SHA-1 digest in base64 (section 4.2.2). */
#define WEBSOCKET_ACCEPT_SIZE 28
#define WEBSOCKET_SHA1_SIZE   20

/* 22 characters of base64 and "==". */
bool websocket_key_is_valid(struct str key);
/*
 * The key made of 16 random bytes: what the gateway sends when its client, over HTTP/2, has none. False when memory ran
 * out.
 */
NODISCARD bool websocket_key_make(const uint8_t nonce[WEBSOCKET_NONCE_SIZE], char ret[WEBSOCKET_KEY_SIZE]);
/*
 * The accept value of a valid key. `sha1` (crypto/digest.h's digest_sha1, which this module may not know) is
 * called without a place for its error; false when it, or memory, fails or the key is not valid.
 */
NODISCARD bool websocket_accept(struct str key, bool (*sha1)(struct str data, uint8_t *ret, struct err *err),
                                char ret[WEBSOCKET_ACCEPT_SIZE]);

/*
 * Turns an extended CONNECT with :protocol websocket (RFC 8441 section 4), its fields all in place, into the GET of
 * HTTP/1.1: method, no content, `websocket` set; the handshake's own fields of the other version are marked hop_by_hop
 * and Sec-WebSocket-Key is left to the caller to add (websocket_key_make). False, nothing changed, when
 * Sec-WebSocket-Version is not 13 exactly once.
 */
NODISCARD bool websocket_request_from_h2(struct http_request *request);
/*
 * Turns an upstream's 101 to such a request into the 200 of RFC 8441 section 5: status, framing, and
 * Sec-WebSocket-Accept marked hop_by_hop. False, nothing changed, when the response opens no WebSocket or its accept
 * value is not `accept`.
 */
NODISCARD bool websocket_response_to_h2(struct http_response *response, struct str accept);

#endif
