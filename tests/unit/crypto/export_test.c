/* A file that other programs open with the password alone: what is in it, and how it is protected. */
#include "check.h"

#include <openssl/pkcs12.h>

#include "crypto/export.h"
#include "test_ca.h"

#define PASSWORD "correct horse \xc3\xbc"

static struct cert *load(struct test_ca *ca, enum test_ca_kind kind)
{
    struct test_ca_made made = test_ca_make_for(ca, "a.test", kind);
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    assert_non_null(cert);
    test_ca_made_free(&made);
    return cert;
}

static PKCS12 *read(const struct buf *file)
{
    const unsigned char *at = (const unsigned char *)file->data;
    PKCS12 *pkcs12 = d2i_PKCS12(NULL, &at, (long)file->size);
    assert_non_null(pkcs12);
    return pkcs12;
}

static void key_and_chain_come_back_with_the_password(void **state)
{
    static const enum test_ca_kind kinds[] = {TEST_CA_P256, TEST_CA_RSA2048};
    struct test_ca *ca = test_ca_new();
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct cert *cert = load(ca, kinds[i]);
        struct buf file, key;
        EVP_PKEY *pkey = NULL;
        X509 *leaf = NULL;
        STACK_OF(X509) *chain = NULL;
        struct err err = {0};
        buf_init(&file, 65536);
        buf_init(&key, 65536);
        if (!export_pkcs12(cert, STR("a.test"), STR(PASSWORD), &file, &err))
            fail_msg("%s", err.text);
        PKCS12 *pkcs12 = read(&file);
        assert_int_equal(PKCS12_parse(pkcs12, "another one", &pkey, &leaf, &chain), 0);
        assert_int_equal(PKCS12_parse(pkcs12, PASSWORD, &pkey, &leaf, &chain), 1);
        assert_int_equal(X509_check_private_key(leaf, pkey), 1);
        assert_int_equal(sk_X509_num(chain), 1);
        assert_true(key_to_der(cert_key(cert), &key, NULL));
        assert_null(memmem(file.data, file.size, key.data + key.size / 2, 24));
        EVP_PKEY_free(pkey);
        X509_free(leaf);
        sk_X509_pop_free(chain, X509_free);
        PKCS12_free(pkcs12);
        key_wipe(&key);
        buf_fini(&file);
        cert_free(cert);
    }
    test_ca_free(ca);
}

/* The object identifiers of what protects it stand in the file: hmacWithSHA256 and AES-256-CBC, and nothing older. */
static void it_is_protected_as_of_today(void **state)
{
    static const char hmac_sha256[] = "\x2a\x86\x48\x86\xf7\x0d\x02\x09";
    static const char aes_256_cbc[] = "\x60\x86\x48\x01\x65\x03\x04\x01\x2a";
    static const char pbe_of_pkcs12[] = "\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01";
    struct test_ca *ca = test_ca_new();
    struct cert *cert = load(ca, TEST_CA_P256);
    struct buf file;
    const X509_ALGOR *algorithm;
    const ASN1_OBJECT *digest;
    const ASN1_INTEGER *rounds;
    (void)state;
    buf_init(&file, 65536);
    assert_true(export_pkcs12(cert, STR("a.test"), STR(PASSWORD), &file, NULL));
    assert_non_null(memmem(file.data, file.size, hmac_sha256, sizeof hmac_sha256 - 1));
    assert_non_null(memmem(file.data, file.size, aes_256_cbc, sizeof aes_256_cbc - 1));
    assert_null(memmem(file.data, file.size, pbe_of_pkcs12, sizeof pbe_of_pkcs12 - 1));
    PKCS12 *pkcs12 = read(&file);
    PKCS12_get0_mac(NULL, &algorithm, NULL, &rounds, pkcs12);
    X509_ALGOR_get0(&digest, NULL, NULL, algorithm);
    assert_int_equal(OBJ_obj2nid(digest), NID_sha256);
    assert_int_equal(ASN1_INTEGER_get(rounds), EXPORT_ROUNDS);
    PKCS12_free(pkcs12);
    buf_fini(&file);
    cert_free(cert);
    test_ca_free(ca);
}

static void a_password_that_protects_nothing_is_refused(void **state)
{
    char longest[EXPORT_PASSWORD_SIZE_MAX + 1];
    memset(longest, 'p', sizeof longest);
    const struct {
        struct str password;
        const char *text;
    } cases[] = {
        {STR_INIT(""), "8 to 256"},
        {STR_INIT("seven77"), "8 to 256"},
        {{longest, sizeof longest}, "8 to 256"},
        {STR_INIT("with a \0 in it"), "zero byte"},
    };
    struct test_ca *ca = test_ca_new();
    struct cert *cert = load(ca, TEST_CA_P256);
    struct buf file;
    (void)state;
    buf_init(&file, 65536);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        assert_false(export_pkcs12(cert, STR("a.test"), cases[i].password, &file, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.field, "password");
        assert_non_null(strstr(err.text, cases[i].text));
    }
    assert_int_equal(file.size, 0);
    assert_true(export_pkcs12(cert, STR("a.test"), str_make(longest, EXPORT_PASSWORD_SIZE_MAX), &file, NULL));
    buf_fini(&file);
    cert_free(cert);
    test_ca_free(ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(key_and_chain_come_back_with_the_password),
        cmocka_unit_test(it_is_protected_as_of_today),
        cmocka_unit_test(a_password_that_protects_nothing_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
