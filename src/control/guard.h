/*
 * A site whose promise (or that of a site above it, with includeSubDomains) may still bind a browser cannot lose what
 * keeps it: its name, its certificate, a certificate
 * that covers its names and is valid. Such a change is refused, with the date, unless it is forced by typing the site's
 * name and giving a reason.
 */
#ifndef CONTROL_GUARD_H
#define CONTROL_GUARD_H

#include <jansson.h>

#include "control/core.h"

/*
 * `after` is the site as it would become, NULL when it would be removed; `override` is what the request said about
 * force, or NULL. True when the change may go on; what was promised under names that leave is then buried in `changed`.
 */
NODISCARD bool guard_change(struct core *core, const struct site *before, const struct site *after,
                            const json_t *override, struct state *changed, struct err *err);
/*
 * Until when browsers may insist on HTTPS for the site's names: by its own promise, or by one that was made under a
 * name above, for all below it; 0: they do not.
 */
int64_t guard_bound_until(const struct core *core, const struct site *site);
/*
 * What the site would bind with includeSubDomains: all names below its own that are served here, its own aliases among
 * them, pass guard_certificate.
 */
NODISCARD bool guard_subdomains(struct core *core, const struct site *site, struct err *err);
/* Every certificate of the site covers the name and is valid now. Else ERR_CONFLICT, with the fix. */
NODISCARD bool guard_certificate(struct core *core, const struct site *site, struct str name, struct err *err);

#endif
