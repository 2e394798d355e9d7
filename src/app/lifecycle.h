/*
 * The life of one child process as the supervisor sees it: which event in which state leads where, and what is to be
 * done then. Pure data; app/process acts on it.
 *
 *             SPAWNED             READY
 *     ABSENT ─────────▶ STARTING ───────▶ SERVING ──┐
 *       ▲                  │  │              │  │   │ TOLD (drain, stop)
 *       │   DIED: restart  │  │ LATE, LOST   │  │   ▼
 *       ├──────────────────┘  └──▶ KILLED ◀──┘  └─▶ LEAVING ──LATE──▶ DISMISSED
 *       │                            │ │ TOLD          │                 ▲ │
 *       ├── DIED: restart ───────────┘ └───────────────┼─────────────────┘ │
 *       └── DIED: forget ──────────────────────────────┴───────────────────┘
 */
#ifndef APP_LIFECYCLE_H
#define APP_LIFECYCLE_H

#include "base/sm.h"

enum lifecycle_state {
    LIFECYCLE_ABSENT,    /* no process */
    LIFECYCLE_STARTING,  /* runs, has not said READY yet */
    LIFECYCLE_SERVING,   /* has said READY */
    LIFECYCLE_LEAVING,   /* was told to drain or stop, and will not be missed */
    LIFECYCLE_KILLED,    /* hung or broken, SIGKILL sent; another is to take its place */
    LIFECYCLE_DISMISSED, /* SIGKILL sent, no other is wanted */
    LIFECYCLE_STATES_COUNT,
};

enum lifecycle_event {
    LIFECYCLE_SPAWNED,
    LIFECYCLE_READY, /* it said READY */
    LIFECYCLE_TOLD,  /* it is to go */
    LIFECYCLE_LATE,  /* its deadline passed: not ready, not drained, or it no longer reads its channel */
    LIFECYCLE_LOST,  /* its channel closed or broke */
    LIFECYCLE_DIED,  /* the process is gone */
    LIFECYCLE_EVENTS_COUNT,
};

enum lifecycle_action {
    LIFECYCLE_DO_NOTHING,
    LIFECYCLE_DO_WELCOME, /* it serves now */
    LIFECYCLE_DO_TELL,    /* send DRAIN or STOP */
    LIFECYCLE_DO_KILL,    /* send SIGKILL */
    LIFECYCLE_DO_RESTART, /* another must take its place */
    LIFECYCLE_DO_FORGET,  /* it was told to go, and went */
};

extern const struct sm_model lifecycle_model;

/* Makes the move that `event` means in the present state and returns what is to be done. */
enum lifecycle_action lifecycle_on(struct sm *sm, enum lifecycle_event event);

#endif
