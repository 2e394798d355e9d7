/*
 * When a problem that goes on is told: at once, when it gets worse, then at growing intervals, and once when it is
 * over. Pure: from what was told and what is found now to what is to be done.
 *
 *     nothing ──found──▶ waiting ──lasted──▶ told ──worse, or the interval──▶ told again
 *        ▲                  │ gone: forgotten    │ gone, or eased: "resolved"
 *        └──────────────────┴────────────────────┘
 */
#ifndef CONTROL_NOTIFY_STANDING_H
#define CONTROL_NOTIFY_STANDING_H

#include "control/notify_judge.h"

enum notify_step_kind {
    NOTIFY_STEP_NOTHING,
    NOTIFY_STEP_KEEP,   /* `standing` is to be stored, nothing is told */
    NOTIFY_STEP_TELL,   /* and the phase is told */
    NOTIFY_STEP_FORGET, /* it went before it was told */
    NOTIFY_STEP_END,    /* it is over, which is told */
};

struct notify_step {
    enum notify_step_kind kind;
    enum notify_phase phase;         /* TELL, END */
    enum notify_severity severity;   /* with which: what is over is told to those who were told of it */
    struct notify_standing standing; /* KEEP, TELL: from now on */
};

/* `before` NULL: nothing went on. `finding` NULL: nothing is found. */
void notify_standing_step(const struct notify_standing *before, const struct notify_finding *finding, int64_t now_s,
                          struct notify_step *ret);
/* How long nothing is said after it was told `told_count` times; 0: it is not said again. */
int64_t notify_standing_quiet_s(enum notify_severity severity, uint32_t told_count);

#endif
