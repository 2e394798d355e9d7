/*
 * What one certificate (DER) says of itself, for showing: any of a chain, stored or served by a stranger. It judges
 * nothing and needs no key. Texts are the certificate's own, so they are input.
 */
#ifndef CRYPTO_CERT_DESCRIBE_H
#define CRYPTO_CERT_DESCRIBE_H

#include "base/arena.h"
#include "base/err.h"

struct cert_description {
    struct str subject, issuer; /* RFC 2253 text, UTF-8 */
    struct str serial;          /* hexadecimal */
    struct str fingerprint;     /* SHA-256, lower-case hexadecimal */
    struct str key;             /* "ECDSA P-256", "RSA 2048", "Ed25519" */
    int64_t not_before_s, not_after_s;
    struct str *names; /* of the subject alternative name: DNS names in lower case, IP addresses as text */
    size_t names_count;
    bool is_authority; /* it may sign others */
};

/* Views live in the arena. ERR_INPUT when the bytes are no certificate. */
NODISCARD bool cert_describe(struct str der, struct arena *arena, struct cert_description *ret, struct err *err);

#endif
