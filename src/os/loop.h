/*
 * The event loop: level-triggered epoll, one per thread. A source is registered once and its interest changed only when
 * it really changes, so that a request costs no epoll_ctl. Sources may be removed while events are being handed out.
 */
#ifndef OS_LOOP_H
#define OS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define LOOP_READ      1u  /* EPOLLIN and, always, hang-up and errors */
#define LOOP_WRITE     4u  /* EPOLLOUT */
#define LOOP_HANGUP    16u /* reported only, with both others: the connection is gone, or both its sides are shut */
#define LOOP_EXCLUSIVE (1u << 28) /* wake one of the threads that share a listening socket */

struct loop_source {
    int fd;
    uint32_t interest; /* what is registered now */
    /* `ready` is LOOP_READ and/or LOOP_WRITE; a hang-up or error is reported as both and LOOP_HANGUP. */
    void (*on_ready)(struct loop_source *source, uint32_t ready);
};

struct loop;

NODISCARD bool loop_new(struct loop **ret, struct err *err);
void loop_free(struct loop *loop);
/* Registers source->fd. The source must stay at its address until loop_remove. */
NODISCARD bool loop_add(struct loop *loop, struct loop_source *source, uint32_t interest);
/*
 * Changes what is waited for; no system call when nothing changes. With nothing to wait for a hang-up is reported once,
 * so that whoever leaves it for later does not spin.
 */
void loop_set_interest(struct loop *loop, struct loop_source *source, uint32_t interest);
/* Unregisters; pending events of the source in this turn are dropped, so that it may be freed at once. Does not close.
 */
void loop_remove(struct loop *loop, struct loop_source *source);
/* The same for a descriptor that is closed next and has no duplicate: the kernel unregisters it then, without a call.
 */
void loop_forget(struct loop *loop, struct loop_source *source);
/* Waits at most timeout_ms (-1: for ever) for something to be ready; a turn's first half, so that its clock can be read
 * between. */
void loop_wait(struct loop *loop, int timeout_ms);
/* Whether the last wait found anything ready. */
bool loop_found(const struct loop *loop);
/* Hands out what the last wait found ready. */
void loop_dispatch(struct loop *loop);
/* Both. */
void loop_turn(struct loop *loop, int timeout_ms);

#endif
