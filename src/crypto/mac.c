/* Thin over HMAC. */
#include "crypto/mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

size_t mac_size(enum mac_algorithm algorithm)
{
    switch (algorithm) {
    case MAC_SHA1: return 20;
    case MAC_SHA256: return 32;
    case MAC_SHA512: break;
    }
    return 64;
}

static const EVP_MD *digest_of(enum mac_algorithm algorithm)
{
    switch (algorithm) {
    case MAC_SHA1: return EVP_sha1();
    case MAC_SHA256: return EVP_sha256();
    case MAC_SHA512: break;
    }
    return EVP_sha512();
}

bool mac_make(enum mac_algorithm algorithm, struct str key, struct str data, uint8_t ret[static MAC_SIZE_MAX],
              struct err *err)
{
    unsigned size = 0;
    if (key.size > INT32_MAX || !HMAC(digest_of(algorithm), key.data ? key.data : "", (int)key.size,
                                      (const unsigned char *)(data.data ? data.data : ""), data.size, ret, &size))
        return err_set(err, ERR_SYSTEM, "libcrypto could not compute an HMAC");
    return true;
}

bool mac_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
