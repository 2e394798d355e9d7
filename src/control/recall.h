/*
 * What the last sealed snapshot knows and the state does not. The state is saved before its snapshot is published, so
 * that only a state that was put back from a backup can be older than the snapshot beside it; what browsers were told
 * since then must not be forgotten with it.
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
 * To be called when the state has been read, before anything is published. When the sealed snapshot is of a later
 * generation, its promises are open in the state (under names that have no site: as tombstones), and counting goes on
 * behind it. A sealed file that is missing or of no use changes nothing; the latter is logged.
 */
void recall_promises(struct core *core);

#endif
