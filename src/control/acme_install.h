/*
 * From a chain that an authority handed out to a certificate in service: judged once more, kept, put in the site's
 * place under the conserving guards, published, written into the audit log. What is no better than what is there is
 * not put in its place.
 */
#ifndef CONTROL_ACME_INSTALL_H
#define CONTROL_ACME_INSTALL_H

#include "acme/failure.h"
#include "control/acme.h"

/*
 * `key` is PKCS#8. A certificate that is in service already is no failure. False with *ret_failure filled; nothing has
 * changed then.
 */
NODISCARD bool acme_install(struct acme *acme, const struct site *site, const struct ca *ca, struct str chain_pem,
                            struct str key, struct acme_failure *ret_failure);

#endif
