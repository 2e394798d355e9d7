/* A site's certificate with its key, for another program: the one way by which a key leaves, encrypted and written
 * down. */
#ifndef CONTROL_CERTIFICATE_EXPORT_H
#define CONTROL_CERTIFICATE_EXPORT_H

#include "control/core.h"

/*
 * Appends the PKCS#12 file of the certificate that the site has on this side, made with the password; `actor` and what
 * was given out are in the audit log before it returns true. `out` holds a secret.
 */
NODISCARD bool certificate_export(struct core *core, const struct site *site, enum cert_side side, struct str password,
                                  struct str actor, struct buf *out, struct err *err);

#endif
