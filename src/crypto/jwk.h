/*
 * A public key as JSON (JWK: RFC 7517, RFC 7518 section 6) and its thumbprint (RFC 7638), by which an ACME authority
 * knows an account.
 */
#ifndef CRYPTO_JWK_H
#define CRYPTO_JWK_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/digest.h"
#include "crypto/key.h"

/* The largest RSA key in use, 16384 bits, is 2731 characters. */
#define JWK_SIZE_MAX 4096

/*
 * Appends the public half: the required members only, in the order and without the blanks of RFC 7638, so that a digest
 * of it is the thumbprint. ERR_INPUT for anything but ECDSA P-256 and RSA.
 */
NODISCARD bool jwk_write(const struct key *key, struct buf *out, struct err *err);
/* The SHA-256 thumbprint. */
NODISCARD bool jwk_thumbprint(const struct key *key, uint8_t ret[static DIGEST_SHA256_SIZE], struct err *err);

#endif
