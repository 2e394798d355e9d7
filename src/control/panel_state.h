/*
 * What the panel's doors know beyond the store, for as long as this process lives: how often who has tried to sign in,
 * what of it was not written down yet, who has proved their session lately, and who listens for events.
 */
#ifndef CONTROL_PANEL_STATE_H
#define CONTROL_PANEL_STATE_H

#include "control/panel_events.h"
#include "control/panel_proof.h"
#include "control/panel_refusals.h"
#include "control/panel_throttle.h"

struct panel {
    struct panel_throttle throttle;
    struct panel_refusals refusals;
    struct panel_proofs proofs;
    struct panel_events events;
};

NODISCARD bool panel_new(struct core *core, struct panel **ret, struct err *err);
/* Before the loop's end and after the connections'. NULL is allowed. */
void panel_free(struct core *core, struct panel *panel);

#endif
