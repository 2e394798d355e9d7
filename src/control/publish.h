/*
 * The link to the gateway: the present snapshot goes out, ACK or REJECT comes back, nothing here waits. One snapshot is
 * under way at a time; when others were made meanwhile only the newest follows, so that a burst of changes costs the
 * gateway few switches. A new link (a gateway or control that was started anew) gets the present snapshot at once.
 *
 * A gateway that does not answer has a worker that hangs: it is *late*, which is told (control/workers), and the newest
 * goes to it all the same, since its other workers can serve by it.
 */
#ifndef CONTROL_PUBLISH_H
#define CONTROL_PUBLISH_H

#include "base/err.h"
#include "base/list.h"
#include "os/loop.h"
#include "os/timer.h"

/* How long an answer to a change waits for the gateway. */
#define PUBLISH_WAIT_MS 5000
/* Ten thousand sites are taken over in a second or two; after this long a worker hangs. */
#define PUBLISH_LATE_MS 10000
/* Sealing the last good snapshot to disk waits until changes have paused this long, so that a burst costs one write. */
#define PUBLISH_KEEP_DELAY_MS 200
/* When it could not be sealed (a full disk): tried again this often. */
#define PUBLISH_KEEP_RETRY_MS 60000

struct publisher {
    struct loop *loop;
    struct timer_wheel *wheel;
    struct loop_source link; /* fd -1: no gateway */
    int present_fd;          /* sealed memfd of the newest snapshot, or -1 */
    uint64_t present;        /* its generation, 0: none */
    uint64_t sent;           /* generation under way on this link, 0: none */
    uint64_t awaited;        /* the oldest that was sent and is not answered, 0: none */
    int64_t awaited_s;       /* wall clock, when it was sent */
    bool is_late;            /* since PUBLISH_LATE_MS at least */
    uint32_t blocks;         /* the counters of this link's gateway, see contract_blocks */
    uint64_t acked;          /* by the gateway of this link, 0: none yet */
    int64_t acked_s;         /* wall clock, when it was */
    uint64_t handed;         /* generation the supervisor was given */
    uint64_t kept;           /* generation that on_keep made durable */
    int64_t linked_s;        /* wall clock; 0: no gateway */
    uint64_t rejected;       /* generation, 0: none */
    char reject_text[256];
    struct list waiters; /* struct publish_waiter */
    struct timer keep_timer, late_timer;
    /*
     * The present snapshot was acknowledged: the supervisor shall have it (KEEP). A while later, and only when it has:
     * make it durable. What returns false is called again.
     */
    bool (*on_acked)(struct publisher *publisher);
    bool (*on_keep)(struct publisher *publisher);
    void (*on_late)(struct publisher *publisher); /* is_late has changed; NULL: nobody asks */
};

/* Whoever wants to know how a generation fared. It is taken out of the list before it is called. */
struct publish_waiter {
    struct list node;
    struct timer timer;
    uint64_t generation;
    /* `problem` is NULL when every worker serves from this generation or a later one. */
    void (*on_done)(struct publish_waiter *waiter, const char *problem);
};

void publisher_init(struct publisher *publisher, struct loop *loop, struct timer_wheel *wheel);
void publisher_fini(struct publisher *publisher);
/* Before an orderly end: what was acknowledged and still waits to be made durable does not wait longer. */
void publisher_settle(struct publisher *publisher);
/* The newest snapshot: takes the descriptor. */
void publisher_put(struct publisher *publisher, uint64_t generation, int take_fd);
/* A new link, taken over; the old one is closed. `blocks`: of the counters, see contract_blocks. */
void publisher_link(struct publisher *publisher, int take_fd, uint32_t blocks, int64_t now_s);
/* on_done comes later, at most PUBLISH_WAIT_MS from now. */
void publisher_wait(struct publisher *publisher, struct publish_waiter *waiter, uint64_t generation, int64_t now_ms);
/* The waiter is not called any more. */
void publisher_forget(struct publish_waiter *waiter, struct timer_wheel *wheel);

#endif
