/* Whether a site's wish for an automatic certificate can be fulfilled at all, before it is taken for one. */
#ifndef CONTROL_ACME_WISH_H
#define CONTROL_ACME_WISH_H

#include "control/core.h"

/* The authorities it names are there, its names can be proven as it says. Else an error about `path`. */
NODISCARD bool acme_wish_check(const struct core *core, const struct site *site, const char *path, struct err *err);

#endif
