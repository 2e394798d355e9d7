/*
 * The key that signs evidence bundles: an installation's own, for this alone, made when a bundle is first wanted, kept
 * sealed in the store and in backups. What it signed stays verifiable when another one takes its place.
 */
#ifndef CONTROL_EVIDENCE_KEY_H
#define CONTROL_EVIDENCE_KEY_H

#include "control/core.h"
#include "crypto/key.h"

/* The key that signs, made now when there is none yet, which the audit log says; key_free. */
NODISCARD bool evidence_key_open(struct core *core, struct str actor, struct key **ret, struct err *err);
/* Another one from now on. */
NODISCARD bool evidence_key_rotate(struct core *core, struct str actor, struct err *err);

#endif
