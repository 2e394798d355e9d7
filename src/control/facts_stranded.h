/* For the guard `stranded`: the days of clients (control/came_kept.h) since the site's rung began, added up. */
#ifndef CONTROL_FACTS_STRANDED_H
#define CONTROL_FACTS_STRANDED_H

#include "control/core.h"
#include "hsts/guard.h"

/* Words live in `arena`. False when memory ran out or the store cannot be read. */
NODISCARD bool facts_stranded(struct core *core, const struct site *site, struct arena *arena,
                              struct guard_stranded *ret, struct err *err);

#endif
