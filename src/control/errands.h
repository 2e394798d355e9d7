/*
 * Work that waits for the network, done on a few threads so that the loop never does: errands go in, and come back to
 * the loop when they are done. What an errand is about is in the struct around it, which belongs to the thread in
 * between.
 *
 *     put ──▶ todo ──thread: work──▶ done ──eventfd──▶ loop: on_done
 */
#ifndef CONTROL_ERRANDS_H
#define CONTROL_ERRANDS_H

#include "base/list.h"
#include "os/loop.h"
#include "outbound/deadline.h"

/* They mostly wait: for name servers, for hooks, for somebody to answer on port 80. */
#define ERRANDS_THREADS_COUNT 8
/* So many slow ones at a time, so that the quick ones (a message that has to get out) have threads left. */
#define ERRANDS_SLOW_COUNT_MAX 5
/* For all that is still owed at the end; the supervisor gives control ten seconds to stop. */
#define ERRANDS_END_MS 4000

struct errand {
    struct list node;
    uint32_t limit_ms; /* from when a thread takes it */
    bool is_slow;      /* it may take minutes */
    bool is_owed;      /* at the end of everything it is not dropped but done, as far as ERRANDS_END_MS go */
    bool at_end; /* for `work`, which is on the loop's thread then: nothing that needs the loop can be waited for */
    /* On a thread; heeds the deadline, which is also how it is called off. */
    void (*work)(struct errand *errand, const struct deadline *deadline);
    /* On the loop; `dropped`: it is the end of everything, and the work may not have been done. Frees what is to be
     * freed; may put one that is owed. */
    void (*on_done)(struct errand *errand, bool dropped);
};

struct errands;

NODISCARD bool errands_new(struct loop *loop, struct errands **ret, struct err *err);
/* Calls off what is under way, waits for it, does what is owed, and gives all back as dropped. NULL is allowed. */
void errands_free(struct errands *errands);
/* The errand must stay where it is until its on_done. */
void errands_put(struct errands *errands, struct errand *errand);

#endif
