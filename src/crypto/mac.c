/* Thin over HMAC. */
#include "crypto/mac.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

size_t mac_size(enum mac_algorithm algorithm)
{
    return algorithm == MAC_SHA512 ? 64 : 32;
}

bool mac_make(enum mac_algorithm algorithm, struct str key, struct str data, uint8_t ret[static MAC_SIZE_MAX],
              struct err *err)
{
    unsigned size = 0;
    const EVP_MD *digest = algorithm == MAC_SHA512 ? EVP_sha512() : EVP_sha256();
    if (key.size > INT32_MAX || !HMAC(digest, key.data ? key.data : "", (int)key.size,
                                      (const unsigned char *)(data.data ? data.data : ""), data.size, ret, &size))
        return err_set(err, ERR_SYSTEM, "libcrypto could not compute an HMAC");
    return true;
}

bool mac_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
