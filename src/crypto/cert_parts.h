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
    struct str last_issuer; /* of the chain's last certificate: who is missing, or the root */
    struct str issuer_url;  /* where that one can be fetched (caIssuers), or empty */
    int64_t not_before_s, not_after_s;
    bool has_root;                              /* a root was given, and left out */
    struct str leftovers[CERT_CHAIN_COUNT_MAX]; /* subjects of certificates that are no part of the chain */
    size_t leftovers_count;
};

/* Where its issuer's certificate lies (RFC 5280 section 4.2.2.1), when that is a URL of HTTP or HTTPS that is fit to be
 * shown and fetched; else empty. False when memory ran out. */
bool cert_issuer_url_read(X509 *x509, struct arena *arena, struct str *ret);

/* Signed by its own key, whatever it says of itself. */
bool cert_is_self_signed(X509 *x509);
/* Whether `issuer` says so and its key made the signature. */
bool cert_has_issued(X509 *issuer, X509 *subject);

#endif
