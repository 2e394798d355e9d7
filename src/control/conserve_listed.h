/*
 * The conserving guard of the browsers' preload list: it binds also whoever was never here, so that what it has keeps
 * HTTPS whatever was promised. For conserve.c.
 */
#ifndef CONTROL_CONSERVE_LISTED_H
#define CONTROL_CONSERVE_LISTED_H

#include "control/core.h"
#include "hsts/guard.h"

#define CONSERVE_KEEP_LISTED "keep-listed"

/* Whether the change (`after` NULL: the site would be removed) hurts a name that is bound by the list; *ret is the
 * block then, about the first such name. */
NODISCARD bool conserve_listed(struct core *core, const struct site *before, const struct site *after,
                               struct guard_result *ret);

#endif
