/*
 * Opening what a passphrase protects: PKCS#8 (RFC 5958) and blocks with the headers of RFC 1421. Whoever gives the file
 * also says how often its passphrase is to be hashed; so the work is counted, and what would take minutes is refused.
 * Ciphers that the library only has for old files (RC2, single DES) are tried with its legacy provider, where that is
 * installed. For crypto/ only.
 */
#ifndef CRYPTO_UNLOCK_H
#define CRYPTO_UNLOCK_H

#include <openssl/pkcs12.h>

#include "crypto/key.h"

/*
 * Rounds of hashing for all that one opening tries: about a second. Tools use 2,048 to 600,000, and a PKCS#12 file asks
 * three times (integrity, certificates, key).
 */
#define UNLOCK_ROUNDS_MAX 2500000u

struct unlock {
    struct str passphrase; /* data NULL: none is given */
    uint64_t rounds;       /* spent so far */
};

/* Counts the work that this key derivation asks for; false when it is too much. NULL is no work. */
bool unlock_can_afford(struct unlock *unlock, const X509_ALGOR *algorithm);
/* The same for a count that stands for itself. */
bool unlock_can_afford_rounds(struct unlock *unlock, const ASN1_INTEGER *rounds);
/* What the library's queue of errors says of an opening that failed; empties the queue. */
enum key_fault unlock_why(void);

/* *ret is the caller's; untouched on failure. */
enum key_fault unlock_pkcs8(struct unlock *unlock, const X509_SIG *sealed, EVP_PKEY **ret);
/* A block with "DEK-Info", in place; *size becomes that of the plain bytes. */
enum key_fault unlock_block(struct unlock *unlock, char *header, unsigned char *data, long *size);

/* The library with what it keeps for old files, for this thread, until it is left again. */
struct unlock_old {
    OSSL_LIB_CTX *library, *before;
    OSSL_PROVIDER *normal, *legacy;
};

/* False when there is no such provider on this machine. What the library makes meanwhile must not outlive the leaving,
 * but for plain data. */
bool unlock_old_enter(struct unlock_old *old);
void unlock_old_leave(struct unlock_old *old);

#endif
