/* libcrypto's keys, and CBOR by hand. */
#include "test_passkey.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <stdlib.h>

#include "codec/base64.h"
#include "crypto/digest.h"

struct test_passkey {
    enum cose_algorithm algorithm;
    EVP_PKEY *pkey;
};

static void must(bool holds)
{
    if (!holds)
        abort();
}

struct test_passkey *test_passkey_new(enum cose_algorithm algorithm)
{
    struct test_passkey *passkey = calloc(1, sizeof *passkey);
    must(passkey);
    passkey->algorithm = algorithm;
    switch (algorithm) {
    case COSE_ES256: passkey->pkey = EVP_EC_gen("P-256"); break;
    case COSE_EDDSA: passkey->pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519"); break;
    case COSE_RS256: passkey->pkey = EVP_RSA_gen(2048); break;
    }
    must(passkey->pkey);
    return passkey;
}

void test_passkey_free(struct test_passkey *passkey)
{
    EVP_PKEY_free(passkey->pkey);
    free(passkey);
}

static void put_bytes(struct str bytes, struct buf *out)
{
    if (bytes.size < 24) {
        buf_put_char(out, (char)(0x40 | bytes.size));
    } else if (bytes.size < 256) {
        buf_put_char(out, 0x58);
        buf_put_char(out, (char)bytes.size);
    } else {
        buf_put_char(out, 0x59);
        buf_put_char(out, (char)(bytes.size >> 8));
        buf_put_char(out, (char)bytes.size);
    }
    buf_put_str(out, bytes);
}

static void put_number(EVP_PKEY *pkey, const char *name, int size, struct buf *out)
{
    BIGNUM *number = NULL;
    unsigned char bytes[512];
    must(EVP_PKEY_get_bn_param(pkey, name, &number) == 1);
    size = size ? size : BN_num_bytes(number);
    must(BN_bn2binpad(number, bytes, size) == size);
    put_bytes(str_make(bytes, (size_t)size), out);
    BN_free(number);
}

void test_passkey_put_key(const struct test_passkey *passkey, struct buf *out)
{
    unsigned char raw[32];
    size_t size = sizeof raw;
    switch (passkey->algorithm) {
    case COSE_ES256:
        buf_put(out, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
        put_number(passkey->pkey, OSSL_PKEY_PARAM_EC_PUB_X, 32, out);
        buf_put_char(out, 0x22);
        put_number(passkey->pkey, OSSL_PKEY_PARAM_EC_PUB_Y, 32, out);
        break;
    case COSE_EDDSA:
        buf_put(out, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
        must(EVP_PKEY_get_raw_public_key(passkey->pkey, raw, &size) == 1);
        put_bytes(str_make(raw, size), out);
        break;
    case COSE_RS256:
        buf_put(out, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
        put_number(passkey->pkey, OSSL_PKEY_PARAM_RSA_N, 0, out);
        buf_put_char(out, 0x21);
        put_number(passkey->pkey, OSSL_PKEY_PARAM_RSA_E, 0, out);
        break;
    }
}

void test_passkey_put_head(struct str rp_id, uint8_t flags, uint32_t sign_count, struct buf *out)
{
    uint8_t digest[DIGEST_SHA256_SIZE];
    must(digest_sha256(rp_id, digest, NULL));
    buf_put(out, digest, sizeof digest);
    buf_put_char(out, (char)flags);
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_put_char(out, (char)(sign_count >> shift));
}

void test_passkey_put_new(const struct test_passkey *passkey, struct str rp_id, uint8_t flags, uint32_t sign_count,
                          struct str id, struct buf *out)
{
    static const char aaguid[16] = {0};
    test_passkey_put_head(rp_id, flags, sign_count, out);
    buf_put(out, aaguid, sizeof aaguid);
    buf_put_char(out, (char)(id.size >> 8));
    buf_put_char(out, (char)id.size);
    buf_put_str(out, id);
    test_passkey_put_key(passkey, out);
}

void test_passkey_put_client(const char *type, struct str challenge, const char *origin, struct buf *out)
{
    buf_printf(out, "{\"type\":\"%s\",\"challenge\":\"", type);
    base64_encode(BASE64_URL, challenge, out);
    buf_printf(out, "\",\"origin\":\"%s\",\"crossOrigin\":false,\"other_keys_can_be_added_here\":\"see\"}", origin);
}

void test_passkey_sign(const struct test_passkey *passkey, struct str authenticator_data, struct str client_data,
                       struct buf *out)
{
    uint8_t digest[DIGEST_SHA256_SIZE], signature[512];
    struct buf text;
    size_t size = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    const EVP_MD *hash = passkey->algorithm == COSE_EDDSA ? NULL : EVP_sha256();
    buf_init(&text, 65536);
    must(digest_sha256(client_data, digest, NULL));
    must(buf_put_str(&text, authenticator_data) && buf_put(&text, digest, sizeof digest));
    must(EVP_DigestSignInit(context, NULL, hash, NULL, passkey->pkey) == 1);
    must(EVP_DigestSign(context, signature, &size, (const unsigned char *)text.data, text.size) == 1);
    must(buf_put(out, signature, size));
    EVP_MD_CTX_free(context);
    buf_fini(&text);
}
