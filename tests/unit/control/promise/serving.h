/*
 * Gateways as the promises see them: workers that take a snapshot one after the other and acknowledge it together, one
 * that was replaced and drains by what it has, and what is there to start from: the supervisor's, and the sealed one.
 */
#ifndef CONTROL_PROMISE_SERVING_H
#define CONTROL_PROMISE_SERVING_H

#include "gateway/bounded.h"
#include "told.h"

#define SERVING_WORKERS_COUNT 2
#define SERVING_DRAINS_COUNT  3
/* A replaced gateway is ended after an hour (snapshot/limits.h). */
#define SERVING_DRAIN_S 3600

/* Somebody who sends fields. */
struct server {
    struct told told; /* generation 0: nothing */
    struct bounded_clock clock;
    int64_t until_s; /* true time when it ends; workers: INT64_MAX */
};

struct serving {
    struct server workers[SERVING_WORKERS_COUNT];
    struct server drains[SERVING_DRAINS_COUNT];
    size_t drains_next;
    struct told offered;
    bool acknowledged; /* what was offered */
    struct told kept, sealed;
};

/* The times of a gateway: the wall clock, elapsed time, and the truth. */
struct serving_now {
    int64_t wall_s, elapsed_s, true_s;
};

void serving_offer(struct serving *serving, const struct told *told);
/* One more worker takes what was offered; true when that was the last and it is to be acknowledged. */
bool serving_switch(struct serving *serving, const struct serving_now *now);
/* The workers are gone; others start from what the supervisor has. `drains`: the old ones send on for an hour. */
void serving_replace(struct serving *serving, const struct serving_now *now, bool drains);
/* The machine starts: all is gone but what is sealed. */
void serving_boot(struct serving *serving, const struct serving_now *now);
/* One of those who send, or NULL when that one does not any more. */
struct server *serving_pick(struct serving *serving, size_t index, int64_t true_s);
/* The field as the server sends it now, in the arena; empty: none. */
struct str serving_field(const struct server *server, const struct told_name *name, const struct serving_now *now,
                         struct arena *arena);

#endif
