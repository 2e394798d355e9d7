/*
 * Sealing: what lies on disk can be read and changed only by whoever has the key (AES-256-GCM). Keys and files are the
 * caller's business: bytes in, bytes out.
 *
 *     "SGSEAL" │ 0 │ version (1) │ nonce (12, random) │ ciphertext │ tag (16)
 *     └───── authenticated, with the purpose ──────┘
 */
#ifndef CRYPTO_SEAL_H
#define CRYPTO_SEAL_H

#include "base/err.h"
#include "base/str.h"

#define SEAL_KEY_SIZE      32
#define SEAL_OVERHEAD_SIZE 36                /* sealed is this much longer than plain */
#define SEAL_SIZE_MAX      ((size_t)1 << 30) /* of the plain bytes: the largest snapshot, and below libcrypto's int */

/* A purpose is a word of ours, never input. */
#define SEAL_PURPOSE_SIZE_MAX 255

/* A new random key. */
NODISCARD bool seal_key_make(uint8_t ret_key[static SEAL_KEY_SIZE], struct err *err);
/*
 * Seals `plain` for a purpose ("snapshot"): what was sealed for one cannot be passed off as another's. *ret_sealed is
 * on the heap, the caller frees it. A random nonce each time: safe for 2^32 seals with one key, far beyond one a second
 * for a century.
 */
NODISCARD bool seal_make(const uint8_t key[static SEAL_KEY_SIZE], struct str purpose, struct str plain,
                         void **ret_sealed, size_t *ret_size, struct err *err);
/*
 * The plain bytes, on the heap (aligned for any type; the caller frees them, with wipe_free where they are secret).
 * ERR_INPUT when this is no sealed data, of a later version, damaged, for another purpose or sealed with another key;
 * outputs are untouched then.
 */
NODISCARD bool seal_open(const uint8_t key[static SEAL_KEY_SIZE], struct str purpose, struct str sealed,
                         void **ret_plain, size_t *ret_size, struct err *err);

#endif
