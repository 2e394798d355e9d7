/*
 * The certificate authorities of the installation and the accounts there: in memory as in the store, each change
 * durable first. An account's key is made here when it is needed first, and never leaves.
 */
#ifndef CONTROL_ACME_CAS_H
#define CONTROL_ACME_CAS_H

#include "control/acme.h"

/* From the store. */
NODISCARD bool acme_cas_load(struct acme *acme, struct err *err);
void acme_cas_free(struct acme *acme);

/* NULL when there is none of this name. */
struct ca *acme_cas_find(const struct acme *acme, struct str name);
/* Adds it, or puts it in the place of the one of the same name; a reference is taken. */
NODISCARD bool acme_cas_put(struct acme *acme, struct ca *ca, const struct audit_entry *record, struct err *err);
NODISCARD bool acme_cas_remove(struct acme *acme, struct str name, const struct audit_entry *record, struct err *err);
/* The same in memory alone: the store has it already, and there is room. */
void acme_cas_take(struct acme *acme, struct ca *ca);
void acme_cas_drop(struct acme *acme, struct str name);
/* A site that wants its certificate from there and would have nobody to turn to; NULL when there is none. */
const struct site *acme_cas_named_by(const struct core *core, struct str name);
/* The account of `ca`, which may have been changed since, has this URL. Does nothing when it is known. */
NODISCARD bool acme_cas_keep_account(struct acme *acme, const struct ca *ca, struct str url, struct err *err);
/* The account has other keys from now on (PKCS#8; empty: none). */
NODISCARD bool acme_cas_keep_keys(struct acme *acme, const struct ca *ca, struct str account_url,
                                  struct str account_key, struct str next_key, struct err *err);
/* The present CA of that name with an account key, made when there is none. NULL with *err. */
struct ca *acme_cas_with_key(struct acme *acme, struct str name, struct err *err);
/* A new key, as PKCS#8: key_wipe. */
NODISCARD bool acme_cas_make_key(enum key_kind kind, struct buf *ret, struct err *err);

#endif
