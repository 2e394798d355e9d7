/*
 * Conserving guards: a site whose browsers may be bound (by a promise of its own, or by one of a name above it with
 * includeSubDomains) cannot lose what keeps the promise: a name, its certificate, one that browsers take, the redirect.
 * Such a change is refused, with the date, unless every guard it hurts is overridden. The same for what the browsers'
 * preload list binds, where there is one here. And one that is no loss but gets
 * round the guards of a move: a name that is added to a site with includeSubDomains binds all names below it at once.
 */
#ifndef CONTROL_CONSERVE_H
#define CONTROL_CONSERVE_H

#include "control/core.h"
#include "hsts/guard.h"

/*
 * The one that stands also where nobody is bound: a certificate that works is not replaced by one that does not. A
 * request says "replace_working": true instead of overriding it.
 */
#define CONSERVE_KEEP_WORKING "keep-working"

/*
 * What the change would break: `after` is the site as it would become, NULL when it would be removed. Only blocks are
 * given, worst first; 0: nothing stands against it.
 */
size_t conserve_evaluate(struct core *core, const struct site *before, const struct site *after,
                         struct guard_result ret[static GUARD_COUNT_MAX]);
/*
 * Whether it would be refused for not working that the site is given this certificate, which is kept nowhere, in place
 * of those that it has: *ret is the block then.
 */
NODISCARD bool conserve_refuses(struct core *core, const struct site *site, const struct cert *cert,
                                struct guard_result *ret);
/*
 * What would keep browsers from trusting the certificates of `after` that does not keep them from those of `before`, as
 * words behind "a certificate"; NULL: nothing.
 */
const char *conserve_issuer_loss(struct core *core, const struct site *before, const struct site *after);
/* Whether there is a conserving guard of this name, and whether it may be overridden. */
NODISCARD bool conserve_find(struct str id, bool *ret_overridable);

#endif
