/*
 * The conserving guard for what control does not own: listeners and ports are in the boot file. What the supervisor has
 * to know for it (who is bound until when, and on which port) is written to DATA/bound (store/bound), and a port that
 * changed all the same is written to the audit log. The guard itself is app/listener_guard.
 */
#ifndef CONTROL_LISTENERS_H
#define CONTROL_LISTENERS_H

#include "control/core.h"

/*
 * Brings the file up to date with the ledger and the sites of `state` (what is served from now on); called after
 * everything that is saved, before it is published, and once a minute. When the file tells of another HTTPS port than
 * this process has while somebody is bound, the audit log gets its entry first. Logs what fails; the next call tries
 * again.
 */
void listeners_keep(struct core *core, const struct state *state);

#endif
