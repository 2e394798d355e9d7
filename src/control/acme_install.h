/*
 * From a chain that an authority handed out to a certificate in service: judged once more, kept, put in the site's
 * place under the conserving guards, published, written into the audit log. What is no better than what is there is
 * not put in its place.
 */
#ifndef CONTROL_ACME_INSTALL_H
#define CONTROL_ACME_INSTALL_H

#include "acme/failure.h"
#include "control/acme.h"

enum acme_installed {
    ACME_INSTALLED,      /* or it is in service already */
    ACME_INSTALL_BARRED, /* something stands in its way here, which may go: it can be had again from the same order */
    ACME_INSTALL_BAD,    /* this one will never do */
};

/* `key` is PKCS#8. When it is not installed *ret_failure is filled, and nothing has changed. */
NODISCARD enum acme_installed acme_install(struct acme *acme, const struct site *site, const struct ca *ca,
                                           struct str chain_pem, struct str key, struct acme_failure *ret_failure);

#endif
