/*
 * Digests: SHA-256 for identities and fingerprints, SHA-1 for nothing but the WebSocket handshake, which asks for it
 * (RFC 6455 section 4.2.2).
 */
#ifndef CRYPTO_DIGEST_H
#define CRYPTO_DIGEST_H

#include "base/err.h"
#include "base/str.h"

#define DIGEST_SHA256_SIZE      32
#define DIGEST_SHA1_SIZE        20
#define DIGEST_FINGERPRINT_SIZE (2 * DIGEST_SHA256_SIZE + 1)

/* These fail only when libcrypto cannot (out of memory, or the algorithm is barred on this machine): ERR_SYSTEM. */
NODISCARD bool digest_sha256(struct str data, uint8_t ret[static DIGEST_SHA256_SIZE], struct err *err);
NODISCARD bool digest_sha1(struct str data, uint8_t ret[static DIGEST_SHA1_SIZE], struct err *err);
/* SHA-256 as 64 lower-case hexadecimal digits and a zero byte: what browsers show of a certificate (its DER). */
NODISCARD bool digest_fingerprint(struct str data, char ret[static DIGEST_FINGERPRINT_SIZE], struct err *err);
/*
 * A number for a list of byte strings (a chain and its key): the first 64 bits of a SHA-256 over the parts, each with
 * its size in front, so that moving a byte from one part to the next makes another number. Never 0.
 */
NODISCARD bool digest_identity(const struct str *parts, size_t parts_count, uint64_t *ret, struct err *err);
/* 2 × size lower-case hexadecimal digits and a zero byte. */
void digest_hex(const uint8_t *bytes, size_t size, char *ret);

#endif
