/* Built straight on the library, not on src/crypto, so that one cannot hide the other's mistakes. */
#include "test_ca.h"

#include <arpa/inet.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FOREVER_S    4102444800 /* 2100-01-01 */
#define PEM_SIZE_MAX (1024 * 1024)

struct test_ca {
    EVP_PKEY *root_key, *key; /* of the intermediate */
    X509 *root, *intermediate;
    struct buf root_pem, intermediate_pem;
    long serial;
};

#define must(condition)                                                                                                \
    do {                                                                                                               \
        if (!(condition)) {                                                                                            \
            fprintf(stderr, "test_ca.c:%d: %s\n", __LINE__, #condition);                                               \
            abort();                                                                                                   \
        }                                                                                                              \
    } while (0)

static EVP_PKEY *key_new(enum test_ca_kind kind)
{
    switch (kind) {
    case TEST_CA_P384: return EVP_EC_gen("P-384");
    case TEST_CA_P521: return EVP_EC_gen("P-521");
    case TEST_CA_RSA2048: return EVP_RSA_gen(2048);
    case TEST_CA_RSA1024: return EVP_RSA_gen(1024);
    case TEST_CA_ED25519: return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    default: return EVP_EC_gen("P-256");
    }
}

static void bio_take(BIO *bio, struct buf *out)
{
    char *data = NULL;
    long size = BIO_get_mem_data(bio, &data);
    must(size > 0 && buf_put(out, data, (size_t)size));
    BIO_free(bio);
}

static void x509_put(X509 *x509, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    must(bio && PEM_write_bio_X509(bio, x509) == 1);
    bio_take(bio, out);
}

static void key_put(EVP_PKEY *key, struct buf *out)
{
    BIO *bio = BIO_new(BIO_s_mem());
    must(bio && PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1);
    bio_take(bio, out);
}

static void extension_add(X509 *x509, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, x509, NULL, NULL, 0);
    X509_EXTENSION *extension = X509V3_EXT_nconf_nid(NULL, &context, nid, value);
    must(extension && X509_add_ext(x509, extension, -1) == 1);
    X509_EXTENSION_free(extension);
}

static X509 *x509_new(struct test_ca *ca, const char *name, EVP_PKEY *key, int64_t from_s, int64_t to_s)
{
    X509 *x509 = X509_new();
    must(x509 && X509_set_version(x509, 2) == 1);
    must(ASN1_INTEGER_set(X509_get_serialNumber(x509), ++ca->serial) == 1);
    must(ASN1_TIME_set(X509_getm_notBefore(x509), from_s) && ASN1_TIME_set(X509_getm_notAfter(x509), to_s));
    must(X509_set_pubkey(x509, key) == 1);
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_UTF8, (const unsigned char *)name, -1,
                                    -1, 0) == 1);
    return x509;
}

static X509 *authority_new(struct test_ca *ca, const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key)
{
    X509 *x509 = x509_new(ca, name, key, TEST_CA_NOW_S - 365 * 86400, FOREVER_S);
    must(X509_set_issuer_name(x509, X509_get_subject_name(issuer ? issuer : x509)) == 1);
    extension_add(x509, x509, NID_basic_constraints, "critical,CA:TRUE");
    extension_add(x509, x509, NID_key_usage, "critical,keyCertSign,cRLSign");
    extension_add(x509, x509, NID_subject_key_identifier, "hash");
    must(X509_sign(x509, issuer_key, EVP_sha256()) > 0);
    return x509;
}

struct test_ca *test_ca_new(void)
{
    struct test_ca *ca = calloc(1, sizeof *ca);
    must(ca);
    ca->root_key = key_new(TEST_CA_P256);
    ca->key = key_new(TEST_CA_P256);
    must(ca->root_key && ca->key);
    ca->root = authority_new(ca, "Test root", ca->root_key, NULL, ca->root_key);
    ca->intermediate = authority_new(ca, "Test intermediate", ca->key, ca->root, ca->root_key);
    buf_init(&ca->root_pem, PEM_SIZE_MAX);
    buf_init(&ca->intermediate_pem, PEM_SIZE_MAX);
    x509_put(ca->root, &ca->root_pem);
    x509_put(ca->intermediate, &ca->intermediate_pem);
    return ca;
}

void test_ca_free(struct test_ca *ca)
{
    if (!ca)
        return;
    X509_free(ca->root);
    X509_free(ca->intermediate);
    EVP_PKEY_free(ca->root_key);
    EVP_PKEY_free(ca->key);
    buf_fini(&ca->root_pem);
    buf_fini(&ca->intermediate_pem);
    free(ca);
}

struct str test_ca_root_pem(const struct test_ca *ca)
{
    return buf_str(&ca->root_pem);
}

struct str test_ca_intermediate_pem(const struct test_ca *ca)
{
    return buf_str(&ca->intermediate_pem);
}

static void names_add(X509 *x509, const char *const *names)
{
    struct buf text;
    unsigned char address[16];
    if (!names || !names[0])
        return;
    buf_init(&text, PEM_SIZE_MAX);
    for (size_t i = 0; names[i]; i++) {
        bool is_address = inet_pton(AF_INET, names[i], address) == 1 || inet_pton(AF_INET6, names[i], address) == 1;
        must(buf_printf(&text, "%s%s:%s", i ? "," : "", is_address ? "IP" : "DNS", names[i]));
    }
    must(buf_put_char(&text, 0));
    extension_add(x509, x509, NID_subject_alt_name, buf_str(&text).data);
    buf_fini(&text);
}

static EVP_PKEY *leaf_key(const struct test_ca_leaf *leaf)
{
    if (!leaf->key_of)
        return key_new(leaf->kind);
    BIO *bio = BIO_new_mem_buf(leaf->key_of, -1);
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL);
    BIO_free(bio);
    return key;
}

struct test_ca_made test_ca_make(struct test_ca *ca, const struct test_ca_leaf *leaf)
{
    EVP_PKEY *key = leaf_key(leaf);
    must(key);
    X509 *x509 = x509_new(ca, leaf->names && leaf->names[0] ? leaf->names[0] : "nobody", key,
                          leaf->not_before_s ? leaf->not_before_s : TEST_CA_NOW_S - 3600,
                          leaf->not_after_s ? leaf->not_after_s : FOREVER_S);
    X509 *issuer = leaf->self_signed ? x509 : leaf->from_root ? ca->root : ca->intermediate;
    EVP_PKEY *issuer_key = leaf->self_signed ? key : leaf->from_root ? ca->root_key : ca->key;
    must(X509_set_issuer_name(x509, X509_get_subject_name(issuer)) == 1);
    if (!leaf->no_names)
        names_add(x509, leaf->names);
    if (!leaf->usage || leaf->usage[0])
        extension_add(x509, issuer, NID_ext_key_usage, leaf->usage ? leaf->usage : "serverAuth");
    if (leaf->is_authority)
        extension_add(x509, issuer, NID_basic_constraints, "critical,CA:TRUE");
    if (leaf->issuer_url) {
        char access[300];
        must(snprintf(access, sizeof access, "caIssuers;URI:%s", leaf->issuer_url) < (int)sizeof access);
        extension_add(x509, issuer, NID_info_access, access);
    }
    const EVP_MD *digest = EVP_PKEY_base_id(issuer_key) == EVP_PKEY_ED25519 ? NULL
                           : leaf->sha1                                     ? EVP_sha1()
                                                                            : EVP_sha256();
    must(X509_sign(x509, issuer_key, digest) > 0);
    struct test_ca_made made;
    buf_init(&made.leaf, PEM_SIZE_MAX);
    buf_init(&made.key, PEM_SIZE_MAX);
    buf_init(&made.chain, PEM_SIZE_MAX);
    x509_put(x509, &made.leaf);
    x509_put(x509, &made.chain);
    if (!leaf->self_signed && !leaf->from_root)
        x509_put(ca->intermediate, &made.chain);
    key_put(key, &made.key);
    X509_free(x509);
    EVP_PKEY_free(key);
    return made;
}

struct test_ca_made test_ca_make_for(struct test_ca *ca, const char *name, enum test_ca_kind kind)
{
    const char *names[] = {name, NULL};
    return test_ca_make(ca, &(struct test_ca_leaf){.names = names, .kind = kind});
}

void test_ca_made_free(struct test_ca_made *made)
{
    buf_fini(&made->leaf);
    buf_fini(&made->key);
    buf_fini(&made->chain);
}
