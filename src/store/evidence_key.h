/*
 * The key that evidence bundles are signed with: one at a time, for this alone. Of those before it the public half
 * stays, so that what they signed can still be told to be ours; their private half is gone. Views.
 */
#ifndef STORE_EVIDENCE_KEY_H
#define STORE_EVIDENCE_KEY_H

#include "base/str.h"

struct evidence_key {
    struct str fingerprint; /* crypto/signing.h */
    struct str public_pem;
    int64_t made_s;    /* wall clock */
    int64_t retired_s; /* 0: it is the present one */
};

/* More keys than anybody makes; a new one beyond them is refused, since none may be forgotten. */
#define EVIDENCE_KEYS_COUNT_MAX 1000

#endif
