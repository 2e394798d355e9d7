/*
 * Listening sockets, as one worker sees them. All workers share each socket; the kernel wakes one (EPOLLEXCLUSIVE), so
 * that no connection waits for a worker that died and none is lost when one is added.
 */
#ifndef GATEWAY_LISTENER_H
#define GATEWAY_LISTENER_H

#include "gateway/worker.h"

/* Connections taken per turn and socket: fair to those already open, and to the other workers. */
#define LISTENER_ACCEPT_COUNT_MAX 16
/* Out of descriptors: accepting rests this long instead of spinning. */
#define LISTENER_REST_MS 100

struct worker_listener {
    struct loop_source source;
    struct worker *worker;
    const struct gateway_listener *listener;
    struct timer rest;
    bool short_of; /* descriptors or memory: said once */
};

/* Registers every socket with the worker's loop. */
NODISCARD bool listeners_open(struct worker *w, struct err *err);
/* Takes what is in the queues, then stops accepting; the sockets stay open for whoever else has them. */
void listeners_close(struct worker *w);

#endif
