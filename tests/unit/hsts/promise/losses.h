/* What machines and disks do to a sequence: reboots, backups, disks that are lost. */
#ifndef PROMISE_LOSSES_H
#define PROMISE_LOSSES_H

#include "sequence.h"

/* The machine was off; everything starts from what is sealed. */
void losses_boot(struct sequence *sequence);
/* One of the backups, 0 … BACKUPS_COUNT − 1, is made. */
void losses_backup(struct sequence *sequence, size_t place);
/* A backup is merged into what is on the disk. What it knows is known again. */
void losses_restore(struct sequence *sequence, size_t place);
/* The disk is lost, the machine set up anew with a backup, or with nothing when there is none. What nobody can know of
 * then, is claimed of nobody. */
void losses_lose_disk(struct sequence *sequence, size_t place);

#endif
