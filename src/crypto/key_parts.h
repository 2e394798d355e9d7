/* The insides of a private key, for the other files of crypto/ that find keys: blocks of PEM, parts of PKCS#12. */
#ifndef CRYPTO_KEY_PARTS_H
#define CRYPTO_KEY_PARTS_H

#include <openssl/evp.h>

#include "crypto/key.h"
#include "crypto/unlock.h"

/* Takes `pkey` over, also when it fails. NULL when memory ran out. */
struct key *key_wrap(EVP_PKEY *take_pkey);
/* PKCS#8 (also encrypted), PKCS#1 or SEC 1, by what the bytes say. */
enum key_fault key_from_der(struct str der, struct unlock *unlock, EVP_PKEY **ret);
/*
 * A block as PEM_read_bio gives it. KEY_FAULT_MISSING when it is none of a private key. `data` is overwritten where it
 * was encrypted.
 */
enum key_fault key_from_block(const char *label, char *header, unsigned char *data, long size, struct unlock *unlock,
                              EVP_PKEY **ret);

#endif
