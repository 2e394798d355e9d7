/*
 * Putting a backup back. What browsers were told is merged by the maximum: nothing that either side knows is forgotten.
 * Sites and settings become those of the backup, but a site whose browsers are bound is not taken away or made worse by
 * it, and no site promises more than it did.
 */
#ifndef CONTROL_RESTORE_H
#define CONTROL_RESTORE_H

#include "control/core.h"
#include "store/jsonout.h"

struct restore_report {
    size_t sites_added, sites_replaced, sites_removed;
    size_t sites_kept; /* as they are, since browsers are bound and the backup's would not do */
    size_t entries_merged;
    int64_t made_s; /* the backup */
};

/*
 * `path` is a backup file in the data directory. With `dry_run` nothing changes and the report says what would, as far
 * as the present ledger knows who is bound. On success core->state.generation is on its way.
 */
NODISCARD bool restore_backup(struct core *core, const char *path, bool dry_run, struct str actor,
                              struct restore_report *ret, struct err *err);

#endif
