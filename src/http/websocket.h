/*
 * The WebSocket opening handshake (RFC 6455 section 4) and its translation from HTTP/2 (RFC 8441): keys, accept values,
 * and which fields cross. Frames are not looked at: after the handshake the gateway moves bytes.
 */
#ifndef HTTP_WEBSOCKET_H
#define HTTP_WEBSOCKET_H

#include "base/str.h"

/* Sec-WebSocket-Key: 16 bytes in base64 (RFC 6455 section 4.1). */
#define WEBSOCKET_KEY_SIZE 24

/* 22 characters of base64 and "==". */
bool websocket_key_is_valid(struct str key);

#endif
