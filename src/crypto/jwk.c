/* Public numbers out of libcrypto's keys, as Base64url. */
#include "crypto/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <stdlib.h>

#include "codec/base64.h"

/* A coordinate of P-256 has all its 32 bytes, zeroes in front included (RFC 7518 section 6.2.1.2). */
#define P256_COORDINATE_SIZE 32
/* An RSA modulus of 16384 bits. */
#define NUMBER_SIZE_MAX 2048

/* Appends one number, with zeroes in front up to `size_min` bytes. */
static bool number_put(EVP_PKEY *pkey, const char *name, size_t size_min, struct buf *out)
{
    BIGNUM *number = NULL;
    unsigned char bytes[NUMBER_SIZE_MAX];
    bool ok = EVP_PKEY_get_bn_param(pkey, name, &number) == 1 && BN_num_bytes(number) <= NUMBER_SIZE_MAX;
    if (ok) {
        size_t size = (size_t)BN_num_bytes(number) > size_min ? (size_t)BN_num_bytes(number) : size_min;
        ok = BN_bn2binpad(number, bytes, (int)size) == (int)size &&
             base64_encode(BASE64_URL, str_make(bytes, size), out);
    }
    BN_free(number);
    return ok;
}

static bool ec_put(EVP_PKEY *pkey, struct buf *out)
{
    return buf_put_str(out, STR("{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"")) &&
           number_put(pkey, OSSL_PKEY_PARAM_EC_PUB_X, P256_COORDINATE_SIZE, out) &&
           buf_put_str(out, STR("\",\"y\":\"")) &&
           number_put(pkey, OSSL_PKEY_PARAM_EC_PUB_Y, P256_COORDINATE_SIZE, out) && buf_put_str(out, STR("\"}"));
}

static bool rsa_put(EVP_PKEY *pkey, struct buf *out)
{
    return buf_put_str(out, STR("{\"e\":\"")) && number_put(pkey, OSSL_PKEY_PARAM_RSA_E, 1, out) &&
           buf_put_str(out, STR("\",\"kty\":\"RSA\",\"n\":\"")) && number_put(pkey, OSSL_PKEY_PARAM_RSA_N, 1, out) &&
           buf_put_str(out, STR("\"}"));
}

static bool is_p256(const struct key *key)
{
    char name[32];
    size_t size = 0;
    return key_kind(key) == KEY_ECDSA && EVP_PKEY_get_group_name(key_handle(key), name, sizeof name, &size) == 1 &&
           str_eq(str_make(name, size), STR("prime256v1"));
}

bool jwk_write(const struct key *key, struct buf *out, struct err *err)
{
    if (key_kind(key) != KEY_RSA && !is_p256(key)) {
        (void)err_set(err, ERR_INPUT, "A key of kind %s, %u bits, cannot sign for an ACME account.",
                      key_kind_name(key_kind(key)), key_bits(key));
        return err_fix(err, "Use an ECDSA P-256 or RSA key.");
    }
    bool ok = key_kind(key) == KEY_RSA ? rsa_put(key_handle(key), out) : ec_put(key_handle(key), out);
    ERR_clear_error();
    return ok || err_memory(err);
}

bool jwk_thumbprint(const struct key *key, uint8_t ret[static DIGEST_SHA256_SIZE], struct err *err)
{
    struct buf text;
    buf_init(&text, JWK_SIZE_MAX);
    bool ok = jwk_write(key, &text, err) && digest_sha256(buf_str(&text), ret, err);
    buf_fini(&text);
    return ok;
}
