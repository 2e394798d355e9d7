/*
 * The drawer: certificates that are kept ready beside a site's own, best from another authority, so that one command
 * puts them in its place. One that has ended unnoticed is worth nothing, so they are looked at every day.
 */
#ifndef CONTROL_DRAWER_H
#define CONTROL_DRAWER_H

#include "control/core.h"
#include "store/jsonout.h"

#define DRAWER_INTERVAL_MS (24 * 3600 * 1000)

/* Logs which of them would not do now, and why. */
void drawer_look(struct core *core);
/* Appends the same of one site to an open array of warnings. */
void drawer_warn(struct core *core, const struct site *site, struct jsonout *out);

#endif
