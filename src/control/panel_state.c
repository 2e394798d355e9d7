/* Begin and end. */
#include "control/panel_state.h"

#include <stdlib.h>

#include "crypto/random.h"

bool panel_new(struct core *core, struct panel **ret, struct err *err)
{
    struct panel *panel = calloc(1, sizeof *panel);
    if (!panel)
        return err_memory(err);
    if (!random_bytes(panel->throttle.key, sizeof panel->throttle.key, err)) {
        free(panel);
        return false;
    }
    panel_refusals_init(&panel->refusals, core);
    panel_events_init(&panel->events, core);
    *ret = panel;
    return true;
}

void panel_free(struct core *core, struct panel *panel)
{
    if (!panel)
        return;
    panel_refusals_fini(&panel->refusals);
    panel_events_fini(&panel->events);
    core->panel = NULL;
    free(panel);
}
