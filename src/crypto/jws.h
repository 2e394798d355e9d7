/*
 * JSON Web Signatures (RFC 7515) in the one form that ACME has: the flattened JSON serialisation with everything in the
 * protected header (RFC 8555 section 6.2). ES256 and RS256 by a private key, HS256 by a shared secret (external account
 * binding). Writing only: nothing that is signed so ever comes back to us.
 */
#ifndef CRYPTO_JWS_H
#define CRYPTO_JWS_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"

/* The protected header: "alg" is the key's, the rest stands here. Exactly one of `kid` and `jwk`. */
struct jws_header {
    struct str kid;        /* account URL, or the identifier of an external account; or empty */
    const struct key *jwk; /* the public key is put in whole; or NULL */
    struct str nonce;      /* or empty: an inner JWS has none */
    struct str url;
};

/* Appends the JWS of the payload by ECDSA P-256 (ES256) or RSA (RS256). ERR_INPUT for other keys. */
NODISCARD bool jws_sign(const struct key *key, const struct jws_header *header, struct str payload, struct buf *out,
                        struct err *err);
/* The same by HMAC with SHA-256 (HS256). */
NODISCARD bool jws_mac(struct str secret, const struct jws_header *header, struct str payload, struct buf *out,
                       struct err *err);

/* The signature alone, over the bytes of "HEADER.PAYLOAD" (RFC 7515 section 5.1): ES256 as raw r and s, 64 bytes. */
NODISCARD bool jws_signature(const struct key *key, struct str input, struct buf *out, struct err *err);
NODISCARD bool jws_signature_mac(struct str secret, struct str input, struct buf *out, struct err *err);

#endif
