/*
 * A detached signature that the tools of any machine check: ECDSA by P-256 over SHA-256, as DER, with the public key as
 * PEM (SubjectPublicKeyInfo) and known by the SHA-256 of its DER. What `openssl dgst -sha256 -verify` takes. What is
 * signed, and what a good signature proves, is the caller's business.
 */
#ifndef CRYPTO_SIGNING_H
#define CRYPTO_SIGNING_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/digest.h"
#include "crypto/key.h"

/* 178 bytes, and whatever a hand adds around it. */
#define SIGNING_PUBLIC_SIZE_MAX 4096
/* Two numbers of 33 bytes in DER are 72. */
#define SIGNING_SIGNATURE_SIZE_MAX 128

/* Appends the public half as PEM. ERR_INPUT for a key that is no ECDSA P-256. */
NODISCARD bool signing_public(const struct key *key, struct buf *out, struct err *err);
/* By what people compare public keys: SHA-256 of the DER, in lower-case hexadecimal. ERR_INPUT for no such key. */
NODISCARD bool signing_fingerprint(struct str public_pem, char ret[static DIGEST_FINGERPRINT_SIZE], struct err *err);
/* Appends the signature of `bytes`. */
NODISCARD bool signing_sign(const struct key *key, struct str bytes, struct buf *out, struct err *err);
/* ERR_INPUT when the public key is none, ERR_CONFLICT when this is not its signature of these bytes. */
NODISCARD bool signing_verify(struct str public_pem, struct str bytes, struct str signature, struct err *err);

#endif
