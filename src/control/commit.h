/*
 * Changing the state, all or nothing: the changed copy is completed, its snapshot built, it is saved durably, and only
 * then does it take the old one's place and go to the gateway. Nothing of it is visible before, nothing remains of it
 * when a step fails.
 */
#ifndef CONTROL_COMMIT_H
#define CONTROL_COMMIT_H

#include "control/core.h"

/*
 * `changed` is a state_copy of the present state with the change in it; it is used up, whatever happens. On success
 * core->state.generation is the new generation, on its way to the gateway.
 */
NODISCARD bool commit_state(struct core *core, struct state *changed, struct err *err);
/* The same sites anew: addresses, certificates or ticket keys have changed. */
NODISCARD bool commit_again(struct core *core, struct err *err);
/* Writes the open promises down again when it is time; logs when that fails. */
void commit_refresh_promises(struct core *core);
/*
 * The present snapshot is the only one that can be served any more (acknowledged and sealed): promises it does not
 * carry are closed.
 */
void commit_close_promises(struct core *core);
/* What RELOAD asks for: state.json and the certificate files are read again. The present state stays on failure. */
NODISCARD bool commit_reload(struct core *core, struct err *err);

#endif
