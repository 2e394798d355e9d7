/*
 * The forms in which operators have certificates and keys, made from PEM: DER, PKCS#12 of today and of old, keys that a
 * passphrase protects. Any failure inside ends the test. Built with the OpenSSL library; link key_forms_dep.
 */
#ifndef TESTS_LIB_KEY_FORMS_H
#define TESTS_LIB_KEY_FORMS_H

#include "base/buf.h"

enum key_form_cipher {
    KEY_FORM_AES,   /* PBES2 with AES-256 */
    KEY_FORM_3DES,  /* PKCS#12's own scheme with triple DES, of some years ago */
    KEY_FORM_RC2,   /* the same with 40-bit RC2, of Windows until 2018; the legacy provider is needed */
    KEY_FORM_DES,   /* for key_form_rfc1421: single DES; the legacy provider is needed */
    KEY_FORM_PLAIN, /* for key_form_pkcs12: nothing is encrypted, and there is no MAC */
};

/* Whether this machine has the legacy provider. */
bool key_form_has_legacy(void);

/* All of these are the caller's to buf_fini. `passphrase` NULL: none at all; rounds 0: the library's number. */
struct buf key_form_pkcs12(struct str chain_pem, struct str key_pem, const char *passphrase,
                           enum key_form_cipher cipher, int rounds);
/* "ENCRYPTED PRIVATE KEY", as PEM or DER. */
struct buf key_form_pkcs8(struct str key_pem, const char *passphrase, int rounds, bool as_pem);
/* "EC PRIVATE KEY" or "RSA PRIVATE KEY" with a DEK-Info header. */
struct buf key_form_rfc1421(struct str key_pem, const char *passphrase, enum key_form_cipher cipher);
/* The bytes of the first block. */
struct buf key_form_der(struct str pem);
/* The certificates alone, as PKCS#7 in PEM. */
struct buf key_form_pkcs7(struct str chain_pem);

#endif
