/*
 * Message authentication codes: HMAC (RFC 2104) with SHA-256 or SHA-512, for what is signed with a shared secret; with
 * SHA-1 for one-time codes alone (crypto/totp.h), whose apps know no other.
 */
#ifndef CRYPTO_MAC_H
#define CRYPTO_MAC_H

#include "base/err.h"
#include "base/str.h"

enum mac_algorithm { MAC_SHA256, MAC_SHA512, MAC_SHA1 };

#define MAC_SIZE_MAX 64

/* 32, 64 or 20 bytes. */
size_t mac_size(enum mac_algorithm algorithm);
/* The code of `data` under `key` into the first mac_size bytes of `ret`. Fails only when libcrypto cannot
 * (ERR_SYSTEM). */
NODISCARD bool mac_make(enum mac_algorithm algorithm, struct str key, struct str data, uint8_t ret[static MAC_SIZE_MAX],
                        struct err *err);

/* The same over data that come in parts. */
struct mac_run;
NODISCARD bool mac_run_new(enum mac_algorithm algorithm, struct str key, struct mac_run **ret, struct err *err);
/* NULL is allowed; what it knows of the key is wiped. */
void mac_run_free(struct mac_run *run);
/* A failure is kept and told by mac_run_end. */
void mac_run_add(struct mac_run *run, struct str data);
/* The code of all that was added; nothing may be added behind it. */
NODISCARD bool mac_run_end(struct mac_run *run, uint8_t ret[static MAC_SIZE_MAX], struct err *err);

/* Whether two codes are equal, in a time that tells nothing of where they differ. */
bool mac_equal(const uint8_t *a, const uint8_t *b, size_t size);

#endif
