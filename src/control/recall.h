/*
 * What the last sealed snapshot knows and the store does not. The state is saved before its snapshot is published, and
 * what a snapshot carries stays open until a later one is sealed; so the store knows less only when it was put back
 * from a backup, perhaps of another machine. What browsers were told since then must not be forgotten with it.
 */
#ifndef CONTROL_RECALL_H
#define CONTROL_RECALL_H

#include "control/core.h"

/*
 * Snapshots after the sealed one may have reached a gateway without being sealed. Their numbers are not given again: to
 * the gateway equal numbers are equal content.
 */
#define RECALL_GENERATIONS_SKIPPED 1024

/*
 * To be called when the state has been read, before anything is published. Promises of the sealed snapshot that the
 * book does not have open are opened, whatever its generation; behind a later generation counting goes on. A sealed
 * file that is missing or of no use changes nothing; the latter is logged. False when promises could not be written
 * down: nothing may be published then, since the next sealed snapshot would be younger than the store's, and they
 * forgotten.
 */
NODISCARD bool recall_promises(struct core *core, struct err *err);

#endif
