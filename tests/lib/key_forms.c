/* Straight on the library, as test_ca.c is. */
#include "key_forms.h"

#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/provider.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FORM_SIZE_MAX (1024 * 1024)

#define must(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "key_forms.c:%d: %s\n", __LINE__, #condition);                                             \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

/* The library with the old ciphers, for what is made in between. */
struct legacy {
    OSSL_LIB_CTX *library, *before;
    OSSL_PROVIDER *normal, *old;
};

static bool legacy_enter(struct legacy *legacy)
{
    legacy->library = OSSL_LIB_CTX_new();
    legacy->normal = OSSL_PROVIDER_load(legacy->library, "default");
    legacy->old = OSSL_PROVIDER_load(legacy->library, "legacy");
    legacy->before = OSSL_LIB_CTX_set0_default(legacy->library);
    return legacy->old != NULL;
}

static void legacy_leave(struct legacy *legacy)
{
    (void)OSSL_LIB_CTX_set0_default(legacy->before);
    if (legacy->old)
        (void)OSSL_PROVIDER_unload(legacy->old);
    (void)OSSL_PROVIDER_unload(legacy->normal);
    OSSL_LIB_CTX_free(legacy->library);
}

bool key_form_has_legacy(void)
{
    struct legacy legacy;
    bool has = legacy_enter(&legacy);
    legacy_leave(&legacy);
    return has;
}

static struct buf taken(BIO *take_bio)
{
    struct buf out;
    char *data = NULL;
    long size = BIO_get_mem_data(take_bio, &data);
    buf_init(&out, FORM_SIZE_MAX);
    must(size > 0 && buf_put(&out, data, (size_t)size));
    BIO_free(take_bio);
    return out;
}

static EVP_PKEY *read_key(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    must(key);
    return key;
}

static STACK_OF(X509) * read_chain(struct str pem)
{
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    STACK_OF(X509) *chain = sk_X509_new_null();
    X509 *one;
    while ((one = PEM_read_bio_X509(bio, NULL, NULL, NULL)) != NULL)
        must(sk_X509_push(chain, one) > 0);
    BIO_free(bio);
    return chain;
}

static int cipher_nid(enum key_form_cipher cipher, bool for_key)
{
    switch (cipher) {
    case KEY_FORM_3DES: return NID_pbe_WithSHA1And3_Key_TripleDES_CBC;
    case KEY_FORM_RC2: return for_key ? NID_pbe_WithSHA1And3_Key_TripleDES_CBC : NID_pbe_WithSHA1And40BitRC2_CBC;
    case KEY_FORM_PLAIN: return -1;
    default: return NID_aes_256_cbc;
    }
}

struct buf key_form_pkcs12(struct str chain_pem, struct str key_pem, const char *passphrase,
                           enum key_form_cipher cipher, int rounds)
{
    struct legacy legacy = {0};
    bool old = cipher == KEY_FORM_RC2, plain = cipher == KEY_FORM_PLAIN;
    if (old)
        must(legacy_enter(&legacy));
    EVP_PKEY *key = read_key(key_pem);
    STACK_OF(X509) *chain = read_chain(chain_pem);
    X509 *leaf = sk_X509_shift(chain);
    PKCS12 *pkcs12 = PKCS12_create(passphrase, "form", key, leaf, chain, cipher_nid(cipher, true),
                                   cipher_nid(cipher, false), rounds, plain ? -1 : rounds, 0);
    must(pkcs12);
    BIO *bio = BIO_new(BIO_s_mem());
    must(i2d_PKCS12_bio(bio, pkcs12) == 1);
    PKCS12_free(pkcs12);
    X509_free(leaf);
    sk_X509_pop_free(chain, X509_free);
    EVP_PKEY_free(key);
    if (old)
        legacy_leave(&legacy);
    return taken(bio);
}

struct buf key_form_pkcs8(struct str key_pem, const char *passphrase, int rounds, bool as_pem)
{
    EVP_PKEY *key = read_key(key_pem);
    PKCS8_PRIV_KEY_INFO *plain = EVP_PKEY2PKCS8(key);
    unsigned char salt[] = "saltsalt";
    X509_SIG *sealed =
        PKCS8_encrypt(-1, EVP_aes_256_cbc(), passphrase, (int)strlen(passphrase), salt, 8, rounds, plain);
    BIO *bio = BIO_new(BIO_s_mem());
    must(sealed && (as_pem ? PEM_write_bio_PKCS8(bio, sealed) : i2d_PKCS8_bio(bio, sealed)) == 1);
    X509_SIG_free(sealed);
    PKCS8_PRIV_KEY_INFO_free(plain);
    EVP_PKEY_free(key);
    return taken(bio);
}

struct buf key_form_rfc1421(struct str key_pem, const char *passphrase, enum key_form_cipher cipher)
{
    struct legacy legacy = {0};
    bool old = cipher == KEY_FORM_DES;
    if (old)
        must(legacy_enter(&legacy));
    EVP_PKEY *key = read_key(key_pem);
    BIO *bio = BIO_new(BIO_s_mem());
    must(PEM_write_bio_PrivateKey_traditional(bio, key, old ? EVP_des_cbc() : EVP_aes_128_cbc(),
                                              (const unsigned char *)passphrase, (int)strlen(passphrase), NULL,
                                              NULL) == 1);
    EVP_PKEY_free(key);
    if (old)
        legacy_leave(&legacy);
    return taken(bio);
}

struct buf key_form_der(struct str pem)
{
    struct buf out;
    char *label, *header;
    unsigned char *data;
    long size;
    BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.size);
    buf_init(&out, FORM_SIZE_MAX);
    must(PEM_read_bio(bio, &label, &header, &data, &size) == 1 && buf_put(&out, data, (size_t)size));
    OPENSSL_free(label);
    OPENSSL_free(header);
    OPENSSL_free(data);
    BIO_free(bio);
    return out;
}

struct buf key_form_pkcs7(struct str chain_pem)
{
    STACK_OF(X509) *chain = read_chain(chain_pem);
    PKCS7 *pkcs7 = PKCS7_new();
    BIO *bio = BIO_new(BIO_s_mem());
    must(PKCS7_set_type(pkcs7, NID_pkcs7_signed) == 1 && PKCS7_content_new(pkcs7, NID_pkcs7_data) == 1);
    for (int i = 0; i < sk_X509_num(chain); i++)
        must(PKCS7_add_certificate(pkcs7, sk_X509_value(chain, i)) == 1);
    must(PEM_write_bio_PKCS7(bio, pkcs7) == 1);
    PKCS7_free(pkcs7);
    sk_X509_pop_free(chain, X509_free);
    return taken(bio);
}
