/* Thin over libsodium's crypto_shorthash, which needs no sodium_init. */
#include "crypto/short_hash.h"

#include <sodium.h>
#include <string.h>

_Static_assert(SHORT_HASH_KEY_SIZE == crypto_shorthash_KEYBYTES, "a key has its room");
_Static_assert(sizeof(uint64_t) == crypto_shorthash_BYTES, "a hash has its room");

uint64_t short_hash(const uint8_t key[static SHORT_HASH_KEY_SIZE], const void *data, size_t size)
{
    uint8_t bytes[crypto_shorthash_BYTES];
    uint64_t hash;
    (void)crypto_shorthash(bytes, data, size, key); /* cannot fail */
    memcpy(&hash, bytes, sizeof hash);
    return hash;
}
