/*
 * The local CA: its root, made on first need and kept in the store, and the leaves of sites that use it, made anew when
 * a third of their life is left.
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
/* When it is time for a new one. */
int64_t renew_due_s(int64_t not_before_s, int64_t not_after_s);
/* Whether it is. */
bool renew_due(int64_t not_before_s, int64_t not_after_s, int64_t now_s);
/* Renews what is due and publishes; logs what fails, to be tried again an hour later. */
void renew_all(struct core *core);

#endif
