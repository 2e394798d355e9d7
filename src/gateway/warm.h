/*
 * Which TLS connections may keep the library's record buffers between their requests. The library takes and gives back
 * 34 KB for every request otherwise, which is 2 % of a small one. Connections in use are warm, a bounded number of
 * them; what has not been used for a while gives its buffers back, so that idle connections hold none.
 */
#ifndef GATEWAY_WARM_H
#define GATEWAY_WARM_H

#include "base/list.h"
#include "os/timer.h"

struct transport;

/*
 * With 34 KB each 2.2 MB a worker. What is beyond gives back at once. With 256, ten thousand idle connections had 0.6
 * KB more each than with none: large blocks among small ones leave holes that are never given back.
 */
#define WARM_COUNT_MAX 64
/* Connections that are used less often than this are not what warmth is for. */
#define WARM_MS 500

/* A worker's. */
struct warm_set {
    struct list members; /* struct warm */
    uint32_t count;
    struct timer_wheel *timers;
    const int64_t *now_ms; /* the worker's clock */
    struct timer cooling;
};

/* A connection's; zeroes: cold. */
struct warm {
    struct list node;
    int64_t used_ms;
};

void warm_set_init(struct warm_set *set, struct timer_wheel *timers, const int64_t *now_ms);
/* The transport's TLS connection has been used. */
void warm_use(struct warm_set *set, struct transport *t);
/* It goes. */
void warm_leave(struct warm_set *set, struct transport *t);

#endif
