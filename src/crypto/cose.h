/*
 * Public keys as COSE has them (RFC 9052 section 7, RFC 9053), in the three forms that passkeys come in, and signatures
 * by them. Strict: the canonical CBOR of CTAP2 (definite lengths, shortest forms, keys in order, none twice), the
 * members of the key's kind and no others. Written here rather than taken from a library: it is a page of code over
 * bytes that strangers send, in the process that holds all keys (docs/design/0008-passkeys-without-a-library.md).
 */
#ifndef CRYPTO_COSE_H
#define CRYPTO_COSE_H

#include "base/err.h"
#include "base/str.h"

/* RSA 4096 has 528 bytes; an Ed25519 key has 42. */
#define COSE_KEY_SIZE_MAX 640

/* The numbers of the IANA registry "COSE Algorithms". */
enum cose_algorithm { COSE_ES256 = -7, COSE_EDDSA = -8, COSE_RS256 = -257 };

/*
 * Reads the key at the front of `bytes`; *ret_size is how long it is. ERR_INPUT when it is none, or of another kind:
 * P-256, Ed25519, and RSA of 2048 to 4096 bits are taken.
 */
NODISCARD bool cose_key_read(struct str bytes, enum cose_algorithm *ret_algorithm, size_t *ret_size, struct err *err);
/* Whether the signature over `data` is by this key. ERR_DENIED when it is not, ERR_INPUT when the key cannot be read.
 */
NODISCARD bool cose_verify(struct str key, struct str data, struct str signature, struct err *err);
/* Passes over one CBOR item of any kind (extensions): its size; 0 when it is not well-formed or too deep. */
size_t cose_item_size(struct str bytes);

#endif
