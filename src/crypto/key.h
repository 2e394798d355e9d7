/*
 * A private key: read from what operators have (PEM or DER; PKCS#8, PKCS#1 or SEC 1), made anew, written as PKCS#8. The
 * bytes of a written key are a secret: whoever holds them wipes them (OPENSSL_cleanse is behind key_wipe). Keys that a
 * passphrase protects come in with their certificate (cert_open).
 */
#ifndef CRYPTO_KEY_H
#define CRYPTO_KEY_H

#include "base/buf.h"
#include "base/err.h"

struct key;

/* What libcrypto takes for one in a PEM file (PEM_BUFSIZE). */
#define KEY_PASSPHRASE_SIZE_MAX 1024

enum key_kind {
    KEY_ECDSA,
    KEY_RSA,
    KEY_ED25519, /* read, so that it can be refused by name */
    KEY_OTHER,
};

/* What key_load found, for those who must tell the cases apart. */
enum key_fault {
    KEY_FAULT_NONE,
    KEY_FAULT_MISSING,    /* no private key in these bytes */
    KEY_FAULT_ENCRYPTED,  /* a passphrase is needed and was not given */
    KEY_FAULT_PASSPHRASE, /* the passphrase that was given is not the one, or the file is damaged */
    KEY_FAULT_OLD_CIPHER, /* protected in a way that the library of this machine does not know (any more) */
    KEY_FAULT_COSTLY,     /* protected so that one try with a passphrase would take very long */
    KEY_FAULT_UNREADABLE, /* looks like a key, but does not parse or is of no kind known here */
    KEY_FAULT_MEMORY,
};

/*
 * The first private key in `bytes`: PEM with anything around it, or DER. NULL on failure with *ret_fault (NULL is
 * allowed) and *err filled. The caller frees.
 */
struct key *key_load(struct str bytes, enum key_fault *ret_fault, struct err *err);
/* KEY_ECDSA makes P-256, KEY_RSA 2048 bits. NULL for other kinds or when the library fails. The caller frees. */
struct key *key_generate(enum key_kind kind, struct err *err);
/* NULL is allowed. */
void key_free(struct key *key);

enum key_kind key_kind(const struct key *key);
/* Size of the modulus or of the curve's field, in bits. */
unsigned key_bits(const struct key *key);
/* "ECDSA", "RSA", … */
const char *key_kind_name(enum key_kind kind);

/* Appends PKCS#8, not encrypted, as DER or PEM. A secret. */
NODISCARD bool key_to_der(const struct key *key, struct buf *out, struct err *err);
NODISCARD bool key_to_pem(const struct key *key, struct buf *out, struct err *err);
/* Overwrites a buffer's whole memory and empties it (as buf_fini does). */
void key_wipe(struct buf *secret);

/* For crypto/ and tls/ only, which may know OpenSSL: the EVP_PKEY, still owned by `key`. */
struct evp_pkey_st *key_handle(const struct key *key);

#endif
