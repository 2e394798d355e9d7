/*
 * Unpredictable bytes, from libcrypto's generator: keys, nonces, tokens, serial numbers.
 */
#ifndef CRYPTO_RANDOM_H
#define CRYPTO_RANDOM_H

#include "base/err.h"

/* Fills `size` bytes, good enough for private keys. On failure (ERR_SYSTEM) nothing of them may be used. */
NODISCARD bool random_bytes(void *ret, size_t size, struct err *err);

#endif
