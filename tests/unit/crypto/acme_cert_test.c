#include "check.h"

#include <openssl/x509v3.h>

#include "crypto/acme_cert.h"
#include "crypto/key.h"
#include "test_ca.h"

#define SIZE_MAX_OF_TEST 65536

struct made {
    struct buf cert, key;
    X509 *x509;
};

static struct made make(struct str name, const uint8_t *digest)
{
    struct made made;
    struct err err = {0};
    buf_init(&made.cert, SIZE_MAX_OF_TEST);
    buf_init(&made.key, SIZE_MAX_OF_TEST);
    assert_true(acme_cert_make(name, digest, TEST_CA_NOW_S, &made.cert, &made.key, &err));
    const unsigned char *at = (const unsigned char *)made.cert.data;
    made.x509 = d2i_X509(NULL, &at, (long)made.cert.size);
    assert_non_null(made.x509);
    return made;
}

static void made_free(struct made *made)
{
    X509_free(made->x509);
    buf_fini(&made->cert);
    key_wipe(&made->key);
}

static void the_extension_is_critical_and_holds_the_digest(void **state)
{
    (void)state;
    uint8_t digest[ACME_CERT_DIGEST_SIZE];
    for (size_t i = 0; i < sizeof digest; i++)
        digest[i] = (uint8_t)(i * 7);
    struct made made = make(STR("app.test"), digest);
    ASN1_OBJECT *kind = OBJ_txt2obj("1.3.6.1.5.5.7.1.31", 1);
    int index = X509_get_ext_by_OBJ(made.x509, kind, -1);
    assert_true(index >= 0);
    X509_EXTENSION *extension = X509_get_ext(made.x509, index);
    assert_int_equal(X509_EXTENSION_get_critical(extension), 1);
    const ASN1_OCTET_STRING *value = X509_EXTENSION_get_data(extension);
    assert_int_equal(ASN1_STRING_length(value), 34);
    const unsigned char *bytes = ASN1_STRING_get0_data(value);
    assert_int_equal(bytes[0], 4);
    assert_int_equal(bytes[1], 32);
    assert_memory_equal(bytes + 2, digest, sizeof digest);
    assert_int_equal(X509_get_ext_by_OBJ(made.x509, kind, index), -1);
    ASN1_OBJECT_free(kind);
    made_free(&made);
}

static void it_has_the_one_name_and_its_own_fresh_key(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        int kind;
    } cases[] = {{"app.test", GEN_DNS}, {"192.0.2.1", GEN_IPADD}, {"2001:db8::5", GEN_IPADD}};
    const uint8_t digest[ACME_CERT_DIGEST_SIZE] = {0};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct made made = make(str_from(cases[i].name), digest), other = make(str_from(cases[i].name), digest);
        GENERAL_NAMES *names = X509_get_ext_d2i(made.x509, NID_subject_alt_name, NULL, NULL);
        assert_int_equal(sk_GENERAL_NAME_num(names), 1);
        assert_int_equal(sk_GENERAL_NAME_value(names, 0)->type, cases[i].kind);
        GENERAL_NAMES_free(names);
        if (cases[i].kind == GEN_DNS)
            assert_int_equal(X509_check_host(made.x509, cases[i].name, 0, 0, NULL), 1);
        else
            assert_int_equal(X509_check_ip_asc(made.x509, cases[i].name, 0), 1);
        struct key *key = key_load(buf_str(&made.key), NULL, NULL);
        assert_non_null(key);
        assert_int_equal(key_kind(key), KEY_ECDSA);
        assert_int_equal(X509_check_private_key(made.x509, key_handle(key)), 1);
        assert_int_equal(X509_check_private_key(other.x509, key_handle(key)), 0);
        assert_int_equal(X509_verify(made.x509, key_handle(key)), 1);
        time_t now = TEST_CA_NOW_S;
        assert_true(X509_cmp_time(X509_get0_notBefore(made.x509), &now) < 0);
        assert_true(X509_cmp_time(X509_get0_notAfter(made.x509), &now) > 0);
        key_free(key);
        made_free(&made);
        made_free(&other);
    }
}

static void a_name_that_is_none_and_full_buffers_are_refused(void **state)
{
    (void)state;
    const uint8_t digest[ACME_CERT_DIGEST_SIZE] = {0};
    struct buf cert, key;
    struct err err = {0};
    buf_init(&cert, SIZE_MAX_OF_TEST);
    buf_init(&key, SIZE_MAX_OF_TEST);
    assert_false(acme_cert_make(STR("no name"), digest, TEST_CA_NOW_S, &cert, &key, &err));
    assert_string_equal(err.field, "name");
    cert.cap = 100;
    assert_false(acme_cert_make(STR("app.test"), digest, TEST_CA_NOW_S, &cert, &key, &err));
    assert_int_equal(err.code, ERR_MEMORY);
    buf_fini(&cert);
    buf_fini(&key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_extension_is_critical_and_holds_the_digest),
        cmocka_unit_test(it_has_the_one_name_and_its_own_fresh_key),
        cmocka_unit_test(a_name_that_is_none_and_full_buffers_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
