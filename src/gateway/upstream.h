/*
 * The addresses of applications and the connections to them, of one worker: pool, health, balance. An endpoint outlives
 * snapshot generations (it is found again by its identity), so that a reload costs no pooled connection and forgets no
 * failure.
 *
 *     endpoint ─ idle ⇄ link ⇄ link          (pooled, watched for the peer's close)
 *              ─ active: links owned by relays
 */
#ifndef GATEWAY_UPSTREAM_H
#define GATEWAY_UPSTREAM_H

#include "base/list.h"
#include "gateway/piece.h"
#include "gateway/transport.h"
#include "gateway/worker.h"

struct health;
struct link;

/* After a failed connect an endpoint is left alone this long, doubling up to the second value. */
#define ENDPOINT_DOWN_MS_MIN 1000
#define ENDPOINT_DOWN_MS_MAX 30000
/* An endpoint that no generation and no link needs is let go after this. */
#define ENDPOINT_SWEEP_MS 60000

struct endpoint {
    struct list node;             /* in the worker's endpoints */
    struct endpoint *bucket_next; /* in the worker's table by identity */
    struct worker *worker;
    uint64_t identity;
    char *label;
    char *tls_name;
    union os_address address;
    bool resolved;
    bool tls;
    struct tls_client *tls_client; /* made when first needed */
    struct str tls_roots;          /* own copy */
    bool tls_unverified;
    uint32_t slot;
    uint32_t weight;
    int64_t balance;  /* smooth weighted round robin: credit */
    struct list idle; /* struct link, most recently used first */
    uint32_t idle_count;
    uint32_t active_count;
    uint32_t failures; /* connects failed in a row */
    int64_t down_until_ms;
    bool unhealthy;             /* says the active check */
    struct health *health;      /* active check, or NULL */
    uint64_t health_generation; /* of the snapshot it was last compared with */
    uint64_t generation;        /* of the newest snapshot that has it */
};

/* What a link tells its owner. */
struct link_events {
    void (*connected)(struct link *link); /* usable: TCP and, where asked for, TLS */
    void (*failed)(struct link *link,
                   const char *why); /* before connected: nothing was sent; the link is freed after it */
    void (*input)(struct link *link, struct piece input);
    void (*closed)(struct link *link, bool orderly); /* the peer's end; the link is still the owner's to close */
    void (*drained)(struct link *link);              /* what waited is sent */
    void (*timed_out)(struct link *link);
};

/* One connection to an endpoint. */
struct link {
    struct transport transport;
    struct list node; /* in the endpoint's idle list, or the worker's dead links */
    struct timer timer;
    struct endpoint *endpoint;
    const struct link_events *events; /* NULL while idle */
    void *owner;
    uint64_t taken_turn; /* of the worker, in which it left the pool */
    bool reused;
    bool dead;
};

/* Which connection a request may have. */
enum link_wish {
    LINK_POOLED, /* any: the request can be sent again should a pooled one turn out dead */
    LINK_QUIET,  /* pooled only after a look that nothing has come on it, its end above all */
    LINK_FRESH,  /* a new one */
};

/* The endpoint of upstream `index` of the epoch's snapshot; NULL when memory ran out. */
struct endpoint *endpoint_get(struct worker *w, struct epoch *epoch, uint32_t index);
/*
 * Chooses one for a request: among those that are up and not in `tried` (a bit mask by position, at most 64), by the
 * group's rule; when none is up, the one that may be tried again first. NULL when all are tried or none has an address.
 * *ret_position is its position in the group.
 */
struct endpoint *upstream_choose(struct worker *w, struct epoch *epoch, const struct snap_group *group, uint64_t tried,
                                 uint32_t *ret_position);
/*
 * A connection for `owner`: a pooled one (usable at once, link->reused) or a new one (events->connected follows). NULL
 * when none could be started; the reason is in *ret_why, and the endpoint has been told if it is its fault.
 */
struct link *link_take(struct endpoint *endpoint, enum link_wish wish, uint32_t connect_timeout_ms,
                       const struct link_events *events, void *owner, const char **ret_why);
/* Back to the pool, or closed when the pool is full or the worker drains. */
void link_release(struct link *link);
/* Closes. Freed at the end of the turn, so that it may be called from its own events. */
void link_close(struct link *link);
void link_set_timeout(struct link *link, uint32_t timeout_ms);
/* Frees the dead links of this turn. For the worker. */
void upstream_bury(struct worker *w);
/* Marks the endpoints that the worker's new generation has too, so that the sweep keeps them. */
void upstream_mark(struct worker *w);
/* Closes idle links and lets go of endpoints nobody needs; all of them with `all`. */
void upstream_sweep(struct worker *w, bool all);
/* A request or connect failed, or went well: what passive health goes by. */
void endpoint_failed(struct endpoint *endpoint);
void endpoint_succeeded(struct endpoint *endpoint);
struct counters_upstream *endpoint_counters(struct endpoint *endpoint);

#endif
