/* EVP_DigestSign and EVP_DigestVerify; libcrypto takes DER in one form only, so that a signature has no second one. */
#include "crypto/signing.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#define P256_BITS 256

static bool failed(struct err *err)
{
    ERR_clear_error();
    return err_set(err, ERR_SYSTEM, "libcrypto failed to sign");
}

static bool is_ours(const EVP_PKEY *key)
{
    char group[32];
    size_t size;
    return EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &size) == 1 &&
           str_eq(str_make(group, size), STR("prime256v1"));
}

static bool refuse_key(struct err *err)
{
    ERR_clear_error();
    (void)err_set(err, ERR_INPUT, "this is no public key of ECDSA P-256 in PEM");
    return err_fix(err,
                   "give the file public-key.pem of an evidence bundle, or what `strictgate bundle key --pem` prints");
}

/* NULL for anything else. The caller frees. */
static EVP_PKEY *open_public(struct str pem)
{
    char password[] = ""; /* or one that claims to be encrypted would have it asked for at the terminal */
    BIO *bio = pem.size && pem.size <= SIGNING_PUBLIC_SIZE_MAX ? BIO_new_mem_buf(pem.data, (int)pem.size) : NULL;
    EVP_PKEY *key = bio ? PEM_read_bio_PUBKEY(bio, NULL, NULL, password) : NULL;
    BIO_free(bio);
    ERR_clear_error();
    if (key && is_ours(key))
        return key;
    EVP_PKEY_free(key);
    return NULL;
}

bool signing_public(const struct key *key, struct buf *out, struct err *err)
{
    char *data = NULL;
    if (key_kind(key) != KEY_ECDSA || key_bits(key) != P256_BITS)
        return refuse_key(err);
    BIO *bio = BIO_new(BIO_s_mem());
    bool fine = bio && PEM_write_bio_PUBKEY(bio, key_handle(key)) == 1;
    long size = fine ? BIO_get_mem_data(bio, &data) : 0;
    fine = fine ? buf_put(out, data, (size_t)size) || err_memory(err) : failed(err);
    BIO_free(bio);
    return fine;
}

bool signing_fingerprint(struct str public_pem, char ret[static DIGEST_FINGERPRINT_SIZE], struct err *err)
{
    unsigned char *der = NULL;
    EVP_PKEY *key = open_public(public_pem);
    if (!key)
        return refuse_key(err);
    int size = i2d_PUBKEY(key, &der);
    EVP_PKEY_free(key);
    if (size <= 0)
        return failed(err);
    bool fine = digest_fingerprint(str_make(der, (size_t)size), ret, err);
    OPENSSL_free(der);
    return fine;
}

bool signing_sign(const struct key *key, struct str bytes, struct buf *out, struct err *err)
{
    unsigned char signature[SIGNING_SIGNATURE_SIZE_MAX];
    size_t size = sizeof signature;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = key_kind(key) == KEY_ECDSA && key_bits(key) == P256_BITS && context &&
                EVP_DigestSignInit(context, NULL, EVP_sha256(), NULL, key_handle(key)) == 1 &&
                EVP_DigestSign(context, signature, &size, (const unsigned char *)bytes.data, bytes.size) == 1;
    EVP_MD_CTX_free(context);
    if (!fine)
        return failed(err);
    return buf_put(out, signature, size) || err_memory(err);
}

bool signing_verify(struct str public_pem, struct str bytes, struct str signature, struct err *err)
{
    EVP_PKEY *key = open_public(public_pem);
    if (!key)
        return refuse_key(err);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool fine = context && EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key) == 1 &&
                EVP_DigestVerify(context, (const unsigned char *)signature.data, signature.size,
                                 (const unsigned char *)bytes.data, bytes.size) == 1;
    EVP_MD_CTX_free(context);
    EVP_PKEY_free(key);
    ERR_clear_error();
    return fine || err_set(err, ERR_CONFLICT, "the signature is not of these bytes by this key");
}
