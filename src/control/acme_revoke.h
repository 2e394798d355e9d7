/*
 * Telling an authority that a certificate is not to be trusted any more (RFC 8555 section 7.6). The one in service is
 * replaced first: browsers that hold to HTTPS are never left with one that is revoked.
 */
#ifndef CONTROL_ACME_REVOKE_H
#define CONTROL_ACME_REVOKE_H

#include "control/acme.h"

/* After a failure it is tried again this much later. */
#define ACME_REVOKE_AGAIN_S 300

/*
 * A new certificate is ordered at once, and the present one revoked when that is in its place. ERR_CONFLICT when the
 * site's certificate is none that it got by itself, or another one waits to be revoked.
 */
NODISCARD bool acme_revoke_ask(struct acme *acme, const struct site *site, unsigned reason, struct err *err);
/* Goes on with a revocation whose certificate has been replaced; the moment of the next attempt, or INT64_MAX. */
int64_t acme_revoke_turn(struct acme *acme, const struct site *site);

#endif
