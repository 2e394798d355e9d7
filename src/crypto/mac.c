/* Thin over HMAC and EVP_MAC. */
#include "crypto/mac.h"

#include <stdio.h>
#include <stdlib.h>

#include <openssl/core_names.h>
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

struct mac_run {
    EVP_MAC_CTX *context;
    bool failed;
};

static const char *digest_name(enum mac_algorithm algorithm)
{
    switch (algorithm) {
    case MAC_SHA1: return "SHA1";
    case MAC_SHA256: return "SHA256";
    case MAC_SHA512: break;
    }
    return "SHA512";
}

static bool run_begin(struct mac_run *run, enum mac_algorithm algorithm, struct str key)
{
    char name[8];
    (void)snprintf(name, sizeof name, "%s", digest_name(algorithm));
    const OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name, 0),
                                 OSSL_PARAM_construct_end()};
    EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    run->context = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
    EVP_MAC_free(hmac);
    return run->context &&
           EVP_MAC_init(run->context, (const unsigned char *)(key.data ? key.data : ""), key.size, params) == 1;
}

bool mac_run_new(enum mac_algorithm algorithm, struct str key, struct mac_run **ret, struct err *err)
{
    struct mac_run *run = calloc(1, sizeof *run);
    if (!run)
        return err_memory(err);
    if (!run_begin(run, algorithm, key)) {
        mac_run_free(run);
        return err_set(err, ERR_SYSTEM, "libcrypto could not begin an HMAC");
    }
    *ret = run;
    return true;
}

void mac_run_free(struct mac_run *run)
{
    if (!run)
        return;
    EVP_MAC_CTX_free(run->context);
    free(run);
}

void mac_run_add(struct mac_run *run, struct str data)
{
    if (data.size && EVP_MAC_update(run->context, (const unsigned char *)data.data, data.size) != 1)
        run->failed = true;
}

bool mac_run_end(struct mac_run *run, uint8_t ret[static MAC_SIZE_MAX], struct err *err)
{
    size_t size;
    if (run->failed || EVP_MAC_final(run->context, ret, &size, MAC_SIZE_MAX) != 1)
        return err_set(err, ERR_SYSTEM, "libcrypto could not compute an HMAC");
    return true;
}

bool mac_equal(const uint8_t *a, const uint8_t *b, size_t size)
{
    return CRYPTO_memcmp(a, b, size) == 0;
}
