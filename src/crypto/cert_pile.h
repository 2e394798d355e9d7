/*
 * What lies in the files that were given for one certificate, before it is put in order: certificates and private keys,
 * as they came. PEM with blocks in any order, DER, PKCS#7 and PKCS#12. For crypto/ only.
 */
#ifndef CRYPTO_CERT_PILE_H
#define CRYPTO_CERT_PILE_H

#include <openssl/x509.h>

#include "crypto/cert.h"
#include "crypto/unlock.h"

/* One for each certificate of a chain would be strange already. */
#define CERT_PILE_KEYS_COUNT_MAX 8

struct cert_pile {
    X509 *certs[CERT_CHAIN_COUNT_MAX];
    size_t certs_count;
    EVP_PKEY *keys[CERT_PILE_KEYS_COUNT_MAX];
    size_t keys_count;
    struct unlock unlock;       /* with the passphrase */
    enum cert_fault keys_fault; /* of a key that could not be read; counts when no other fits */
};

/*
 * Adds what the file holds; in one that is named as the key's (is_key) what is no certificate is meant to be a key. A
 * fault is what no other file can make good.
 */
enum cert_fault cert_pile_add(struct cert_pile *pile, struct str file, bool is_key);
void cert_pile_fini(struct cert_pile *pile);

/* For the readers of forms. Both take over what they are given. A certificate that is there already counts once. */
enum cert_fault cert_pile_take_cert(struct cert_pile *pile, X509 *take_x509);
enum cert_fault cert_pile_take_key(struct cert_pile *pile, EVP_PKEY *take_pkey);
/* What stands in the way of a key as a fault of the certificate. */
enum cert_fault cert_pile_refusal(enum key_fault fault);
/* Notes that a key could not be read; CERT_FAULT_NONE, but when memory ran out. */
enum cert_fault cert_pile_note_key(struct cert_pile *pile, enum key_fault fault);

/* pkcs12.c: everything in a PKCS#12 file (RFC 7292). */
enum cert_fault cert_pile_add_pkcs12(struct cert_pile *pile, PKCS12 *pkcs12);

#endif
