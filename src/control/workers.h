/*
 * Which of the gateway's workers hang: they were given a generation long ago and still serve by an older one, while the
 * others go on. A look from outside cannot tell, for the kernel gives connections to those that take them; each
 * worker's own word does, its counter in the memory it shares with control. Nothing is changed here; what follows from
 * it is told by status, metrics, certificates and notifications.
 */
#ifndef CONTROL_WORKERS_H
#define CONTROL_WORKERS_H

#include "control/core.h"

struct worker_behind {
    uint32_t index;      /* of the worker, as in the gateway's log */
    uint64_t generation; /* it serves by; 0: none yet */
};

struct workers_behind {
    uint64_t wanted; /* the generation that each of them should serve by at least */
    int64_t since_s; /* when the gateway was given it, wall clock */
    size_t count;    /* 0: none is behind, or it is not late yet */
    struct worker_behind workers[COUNTERS_WORKERS_MAX];
};

void workers_look(const struct core *core, struct workers_behind *ret);
/* Whether the answer of workers_look is final: the gateway has acknowledged all it was given, or is late with it. */
bool workers_are_known(const struct core *core);
/* "worker 1 of the gateway hangs: it serves by generation 41, 43 was given to it on …": no full stop. */
#define WORKERS_TEXT_SIZE 320
const char *workers_text(const struct workers_behind *behind, char room[static WORKERS_TEXT_SIZE]);
/* The publisher's lateness has begun or is over: says so in the log. */
void workers_log(const struct core *core);

#endif
