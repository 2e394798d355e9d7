/*
 * Everything that answers browsers: gateways with their workers, of which one serves and others drain; the snapshot
 * that the supervisor keeps; the one that is sealed on disk. It lives on when control is dead.
 */
#ifndef PROMISE_SERVING_H
#define PROMISE_SERVING_H

#include "dice.h"
#include "hsts/wish.h"
#include "names.h"

#define WORKERS_COUNT  3
#define DRAINING_COUNT 2
/* A gateway drains for an hour at most (gateway's own limit). */
#define SERVING_DRAIN_S 3600

/* What a gateway serves by. Generation 0: no snapshot yet, nothing is sent. */
struct snapshot {
    uint64_t generation;
    bool has_alias;
    struct {
        bool sends;
        enum hsts_mode mode; /* of the wish it was made from */
        struct ledger_promise promise;
    } sites[SITES_COUNT];
};

struct gateway {
    bool alive;
    int64_t drains_until_s; /* true time; 0: it serves */
    struct {
        bool alive;
        struct snapshot snapshot;
    } workers[WORKERS_COUNT];
};

struct serving {
    struct gateway current, draining[DRAINING_COUNT];
    struct snapshot sent; /* the last that control sent to the present gateway */
    struct snapshot kept, sealed;
};

void serving_init(struct serving *serving);
/* Control sends a snapshot: workers take it one by one (serving_acknowledge). */
void serving_publish(struct serving *serving, const struct snapshot *snapshot);
/* One worker switches to what was sent. */
void serving_acknowledge(struct serving *serving, size_t worker);
/* Whether every living worker of the present gateway has switched to this generation. */
bool serving_all_acknowledged(const struct serving *serving, uint64_t generation);
/* The supervisor keeps what was sent, once it is acknowledged. */
void serving_keep(struct serving *serving);
void serving_worker_dies(struct serving *serving, size_t worker);
/* The gateway dies and another starts from the kept snapshot. */
void serving_gateway_dies(struct serving *serving);
/* Another starts from the kept snapshot, and the old one drains. */
void serving_upgrade(struct serving *serving, int64_t true_s);
/* Machine or supervisor start anew: all there is, is sealed on disk. */
void serving_boot(struct serving *serving);
/* Drained gateways go. */
void serving_pass(struct serving *serving, int64_t true_s);
/* How long the gateway that drains longest still does; 0 when none drains. */
int64_t serving_drains_for_s(const struct serving *serving, int64_t true_s);
/* The snapshot that answers the next request; NULL when nobody does. */
const struct snapshot *serving_pick(const struct serving *serving, struct dice *dice);

#endif
