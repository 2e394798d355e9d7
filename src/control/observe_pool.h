/*
 * Threads that look at sites, with a pace: looks that somebody waits for begin at once, on threads that are kept for
 * them; all others share what is there, and after each of them its thread rests three times as long as the look took.
 * So quick looks, which cost the gateway its processors, take a quarter of what they could, and slow ones, which cost
 * nothing but time, hold up no others.
 *
 *     put ──▶ queue ──thread: work, rest──▶ done ──eventfd──▶ loop: on_done
 *
 * A look at a site takes some tenths of a second, or its whole limit of 25 seconds when nothing answers: about five a
 * second are looked at, sixteen thousand sites in an hour; and in fifteen hours when every one of them hangs, which is
 * less than the day after which they are due again.
 */
#ifndef CONTROL_OBSERVE_POOL_H
#define CONTROL_OBSERVE_POOL_H

#include "base/err.h"
#include "base/list.h"
#include "os/loop.h"
#include "outbound/deadline.h"

/* At most so many looks that nobody waits for are under way … */
#define OBSERVE_POOL_PATIENT_COUNT 8
/* … and so many threads more are there for those that somebody waits for. */
#define OBSERVE_POOL_URGENT_COUNT 2
/* Of how long the look took; no longer than the second. */
#define OBSERVE_POOL_REST_FACTOR 3
#define OBSERVE_POOL_REST_MS_MAX 1000

/* In the struct around it is what the look is about; that belongs to the thread from its beginning to on_done. */
struct observe_task {
    struct list node;
    bool is_urgent;
    bool is_queued; /* under the lock: nobody has begun with it */
};

struct observe_pool_work {
    void (*work)(struct observe_task *task);                   /* on a thread; heeds the pool's cancel */
    void (*on_done)(struct observe_task *task, void *context); /* on the loop */
    void (*drop)(struct observe_task *task);                   /* the pool ends: frees it */
    void *context;
};

struct observe_pool;

NODISCARD bool observe_pool_new(struct loop *loop, const struct observe_pool_work *work, struct observe_pool **ret,
                                struct err *err);
/* Calls off and waits for what is under way; drops all there is. NULL is allowed. */
void observe_pool_free(struct observe_pool *pool);
/* True from observe_pool_free on: whoever looks gives up. */
const atomic_bool *observe_pool_cancel(const struct observe_pool *pool);
/* Takes the task until on_done. */
void observe_pool_put(struct observe_pool *pool, struct observe_task *task);
/* Somebody waits for it now: it comes before all that nobody has begun with. */
void observe_pool_hurry(struct observe_pool *pool, struct observe_task *task);
/* Whether a thread has begun with it. */
bool observe_pool_has_begun(struct observe_pool *pool, struct observe_task *task);

#endif
