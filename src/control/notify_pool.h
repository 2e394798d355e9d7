/*
 * The threads that send notifications, so that the loop never waits for a mail server: jobs go in, and come back to the
 * loop when they are done.
 *
 *     put ──▶ todo ──thread: notify_send──▶ done ──eventfd──▶ loop: on_done
 */
#ifndef CONTROL_NOTIFY_POOL_H
#define CONTROL_NOTIFY_POOL_H

#include "control/notify_send.h"
#include "os/loop.h"

/* A mail server that does not answer must not keep the webhook waiting. */
#define NOTIFY_THREADS_COUNT 3

struct notify_pool;

/* `on_done` is called on the loop's thread and takes the job. */
NODISCARD bool notify_pool_new(struct loop *loop, void (*on_done)(void *context, struct notify_job *take_job),
                               void *context, struct notify_pool **ret, struct err *err);
/* Cancels what is under way and waits for it; jobs that were not done are dropped. NULL is allowed. */
void notify_pool_free(struct notify_pool *pool);
void notify_pool_put(struct notify_pool *pool, struct notify_job *take_job);

#endif
