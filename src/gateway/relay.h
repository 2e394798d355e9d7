/*
 * The source that asks an upstream: writes the request anew, passes content both ways with back-pressure, and knows
 * what may be sent again when a connection dies.
 */
#ifndef GATEWAY_RELAY_H
#define GATEWAY_RELAY_H

#include "gateway/exchange.h"

/* A response head larger than this is an error of the application (502). */
#define RELAY_HEAD_SIZE_MAX (32u * 1024)
/* Chunked trailers of a response. */
#define RELAY_TRAILERS_SIZE_MAX 8192
/* Interim responses to one request: a few Early Hints and 100s. */
#define RELAY_INTERIMS_MAX 32
/* Upstreams asked for one request, at most: beyond it a whole farm is down and the visitor should hear so. */
#define RELAY_ATTEMPTS_MAX 4

/* Starts; the exchange is answered by the upstream, or by an error page that says what is wrong. */
void relay_start(struct exchange *ex, const struct snap_group *group);

#endif
