/*
 * The local CA: its root, made on first need and kept in the store, and the leaves of sites that use it, made anew when
 * they are due (acme/renewal.h, as with certificates from other authorities: control/acme.h).
 */
#ifndef CONTROL_RENEW_H
#define CONTROL_RENEW_H

#include "control/core.h"

/* Often enough that a leaf of 90 days is renewed in time even after many failures. */
#define RENEW_INTERVAL_MS (3600 * 1000)

/* The root certificate as PEM, made when there is none. *ret is the caller's to buf_fini. */
NODISCARD bool renew_root(const struct core *core, struct buf *ret, struct err *err);
/* A new leaf for all names of the site, into its ecdsa place. */
NODISCARD bool renew_issue(struct core *core, struct site *site, struct err *err);
/* When a leaf is due. */
int64_t renew_due_s(const struct certificate_facts *facts);
/* A new leaf for the site at once, published. `actor` is who asked for it. */
NODISCARD bool renew_now(struct core *core, const struct site *site, struct str actor, struct err *err);
/* Renews what is due and publishes; logs what fails, to be tried again an hour later. */
void renew_all(struct core *core);

#endif
