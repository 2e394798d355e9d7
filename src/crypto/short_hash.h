/*
 * A fast keyed hash of short input (SipHash-2-4, by libsodium): whoever does not have the key can neither tell the
 * input from it nor choose inputs that fall together. 64 bits are too few to prove anything; for that there is
 * crypto/mac.h.
 */
#ifndef CRYPTO_SHORT_HASH_H
#define CRYPTO_SHORT_HASH_H

#include <stddef.h>
#include <stdint.h>

#define SHORT_HASH_KEY_SIZE 16

uint64_t short_hash(const uint8_t key[static SHORT_HASH_KEY_SIZE], const void *data, size_t size);

#endif
