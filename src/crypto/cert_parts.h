/* The insides of a certificate, which cert.c fills and cert_check.c judges. */
#ifndef CRYPTO_CERT_PARTS_H
#define CRYPTO_CERT_PARTS_H

#include <openssl/x509.h>

#include "base/arena.h"
#include "crypto/cert.h"

struct cert_san {
    struct str text;
    bool is_address;
};

struct cert {
    struct arena arena;                    /* all views below */
    X509 *chain[CERT_CHAIN_COUNT_MAX];     /* leaf first */
    struct str ders[CERT_CHAIN_COUNT_MAX]; /* the same as bytes */
    size_t chain_count;
    struct key *key;
    struct cert_san *names;
    size_t names_count;
    struct str subject, issuer, serial, fingerprint;
    int64_t not_before_s, not_after_s;
    bool chain_is_broken; /* certificates were left over */
};

/* Signed by its own key, whatever it says of itself. */
bool cert_is_self_signed(X509 *x509);

#endif
