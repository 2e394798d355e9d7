/*
 * Names below a site's that this gateway knows by itself: those of its other sites, and those that clients asked for
 * (control/seen.h). They are brought into the inventories of sites that bind names below, or have an inventory anyway.
 */
#ifndef CONTROL_SUBNAME_KNOWN_H
#define CONTROL_SUBNAME_KNOWN_H

#include "control/core.h"

/* Adds what is new, and forgets what was only seen and is nothing; *ret_added says whether anything was added. */
NODISCARD bool subname_known_add(struct core *core, const struct site *site, bool *ret_added, struct err *err);

#endif
