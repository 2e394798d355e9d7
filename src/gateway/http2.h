/*
 * HTTP/2 towards a client (RFC 9113), framed by nghttp2: many requests at once on a connection. What all of them have
 * to send is gathered and leaves at the end of the loop turn in as few records and sends as possible.
 */
#ifndef GATEWAY_HTTP2_H
#define GATEWAY_HTTP2_H

#include "gateway/exchange.h"

struct client;
struct http2;

/* NULL when memory ran out. */
struct http2 *http2_new(struct client *client);
/* Cancels what is under way. NULL is allowed. */
void http2_free(struct http2 *h);
/* Bytes from the client (decrypted). */
void http2_input(struct http2 *h, struct piece input);
/* The client took everything that waited in the transport. */
void http2_drained(struct http2 *h);
/* Sends what is gathered; at the end of the turn. */
void http2_flush(struct http2 *h);
/* The client's deadline has come. */
void http2_timeout(struct http2 *h);
/* No further streams: GOAWAY, in two steps so that none under way is lost (RFC 9113 section 6.8). */
void http2_drain(struct http2 *h);

/* Frees the streams a worker has kept for the next requests. */
void http2_free_streams(struct worker *w);

#endif
