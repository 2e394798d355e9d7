/*
 * HTTP/1.1 towards a client (RFC 9112): one request after the other on a connection, pipelined ones wait their turn.
 * Heads are parsed in place in the worker's buffer; only what is incomplete or early is kept.
 */
#ifndef GATEWAY_HTTP1_H
#define GATEWAY_HTTP1_H

#include "gateway/exchange.h"

struct client;
struct http1;

/* NULL when memory ran out. */
struct http1 *http1_new(struct client *client);
/* Cancels what is under way. NULL is allowed. */
void http1_free(struct http1 *h);
/* Bytes from the client (decrypted). */
void http1_input(struct http1 *h, struct piece input);
/* The client ended its side. */
void http1_input_end(struct http1 *h);
/* The client took everything that waited. */
void http1_drained(struct http1 *h);
/* The client's deadline has come. */
void http1_timeout(struct http1 *h);
/* No further request after the present one. */
void http1_drain(struct http1 *h);

#endif
