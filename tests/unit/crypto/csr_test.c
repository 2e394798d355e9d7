#include "check.h"

#include <openssl/x509.h>

#include "codec/pem.h"
#include "crypto/csr.h"
#include "test_ca.h"

static struct buf made(const struct key *key, struct str common_name, const struct str *names, size_t names_count)
{
    struct buf der;
    struct err err = {0};
    buf_init(&der, CSR_SIZE_MAX);
    if (!csr_make(key, common_name, names, names_count, &der, &err))
        fail_msg("%s", err.text);
    return der;
}

static void what_was_asked_for_is_read_back(void **state)
{
    (void)state;
    const struct str names[] = {STR("app.test"), STR("*.App.test"), STR("xn--bcher-kva.test"), STR("192.0.2.1"),
                                STR("2001:db8::5")};
    static const enum key_kind kinds[] = {KEY_ECDSA, KEY_RSA};
    for (size_t i = 0; i < 2; i++) {
        struct key *key = key_generate(kinds[i], NULL), *other = key_generate(KEY_ECDSA, NULL);
        struct buf der = made(key, STR("app.test"), names, 5), pem;
        struct csr *csr = NULL;
        struct err err = {0};
        assert_true(csr_read(buf_str(&der), &csr, &err));
        assert_int_equal(csr_names_count(csr), 5);
        assert_str(csr_name(csr, 0), STR("app.test"));
        assert_str(csr_name(csr, 1), STR("*.app.test"));
        assert_str(csr_name(csr, 2), STR("xn--bcher-kva.test"));
        assert_str(csr_name(csr, 3), STR("192.0.2.1"));
        assert_str(csr_name(csr, 4), STR("2001:db8::5"));
        assert_int_equal(csr_name(csr, 5).size, 0);
        assert_str(csr_common_name(csr), STR("app.test"));
        assert_true(csr_is_of_key(csr, key));
        assert_false(csr_is_of_key(csr, other));
        csr_free(csr);
        buf_init(&pem, 2 * CSR_SIZE_MAX);
        assert_true(buf_put_str(&pem, STR("a line before\n")) && csr_to_pem(buf_str(&der), &pem));
        assert_true(csr_read(buf_str(&pem), &csr, &err));
        assert_true(csr_is_of_key(csr, key));
        csr_free(csr);
        buf_fini(&pem);
        buf_fini(&der);
        key_free(key);
        key_free(other);
    }
}

static void the_certificate_that_comes_back_is_matched(void **state)
{
    (void)state;
    struct test_ca *ca = test_ca_new();
    struct test_ca_made mine = test_ca_make_for(ca, "app.test", TEST_CA_P256);
    struct test_ca_made theirs = test_ca_make_for(ca, "app.test", TEST_CA_P256);
    struct key *key = key_load(buf_str(&mine.key), NULL, NULL);
    const struct str name = STR("app.test");
    struct buf der = made(key, (struct str){0}, &name, 1), leaf;
    struct csr *csr = NULL;
    assert_true(csr_read(buf_str(&der), &csr, NULL));
    assert_int_equal(csr_common_name(csr).size, 0);
    buf_init(&leaf, 65536);
    const struct test_ca_made *all[] = {&mine, &theirs};
    for (size_t i = 0; i < 2; i++) {
        struct pem_cursor cursor = {.rest = buf_str(&all[i]->leaf)};
        struct pem_block block;
        assert_int_equal(pem_next(&cursor, &block, &leaf, NULL), PEM_BLOCK);
        assert_int_equal(csr_is_of_certificate(csr, buf_str(&leaf)), i == 0);
    }
    assert_false(csr_is_of_certificate(csr, STR("no certificate")));
    assert_false(csr_is_of_certificate(csr, (struct str){0}));
    buf_fini(&leaf);
    buf_fini(&der);
    csr_free(csr);
    key_free(key);
    test_ca_made_free(&mine);
    test_ca_made_free(&theirs);
    test_ca_free(ca);
}

static void what_cannot_be_asked_for_is_named(void **state)
{
    (void)state;
    struct key *key = key_generate(KEY_ECDSA, NULL);
    const struct {
        struct str common_name, name;
        const char *field;
    } cases[] = {
        {{0}, STR(""), "names"},
        {{0}, STR("with blank.test"), "names"},
        {{0}, STR("*.*.test"), "names"},
        {{0}, STR("a..test"), "names"},
        {{0}, STR("1.2.3.4/8"), "names"},
        {STR("a-name-of-sixty-five-bytes-that-does-not-fit-into-a-common-name.t"), STR("a.test"), "common_name"},
    };
    struct err err;
    struct buf der;
    buf_init(&der, CSR_SIZE_MAX);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        err = (struct err){0};
        assert_false(csr_make(key, cases[i].common_name, &cases[i].name, 1, &der, &err));
        assert_string_equal(err.field, cases[i].field);
    }
    assert_false(csr_make(key, (struct str){0}, NULL, 0, &der, &err));
    struct str many[CSR_NAMES_COUNT_MAX + 1];
    for (size_t i = 0; i <= CSR_NAMES_COUNT_MAX; i++)
        many[i] = STR("a.test");
    assert_false(csr_make(key, (struct str){0}, many, CSR_NAMES_COUNT_MAX + 1, &der, &err));
    assert_int_equal(der.size, 0);
    buf_fini(&der);
    key_free(key);
}

static void a_request_that_is_cut_or_changed_is_refused(void **state)
{
    (void)state;
    struct key *key = key_generate(KEY_ECDSA, NULL);
    const struct str names[] = {STR("app.test"), STR("192.0.2.1")};
    struct buf der = made(key, STR("app.test"), names, 2);
    struct str whole = buf_str(&der);
    struct csr *csr = NULL;
    struct err err;
    for (size_t size = 0; size < whole.size; size++) {
        err = (struct err){0};
        assert_false(csr_read(str_part(whole, 0, size), &csr, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_null(csr);
    }
    for (size_t i = 0; i < whole.size; i++) {
        der.data[i] = (char)(der.data[i] ^ 0x20);
        if (csr_read(buf_str(&der), &csr, &err)) /* nothing that the signature covers, or says otherwise */
            fail_msg("byte %zu", i);
        der.data[i] = (char)(der.data[i] ^ 0x20);
    }
    assert_true(buf_put_char(&der, 'x'));
    assert_false(csr_read(buf_str(&der), &csr, &err));
    buf_fini(&der);
    key_free(key);
}

static void other_texts_are_refused_in_words(void **state)
{
    (void)state;
    struct test_ca *ca = test_ca_new();
    struct csr *csr = NULL;
    struct err err = {0};
    assert_false(csr_read(test_ca_root_pem(ca), &csr, &err));
    assert_string_equal(err.text, "There is no certificate request in this text.");
    assert_false(
        csr_read(STR("-----BEGIN CERTIFICATE REQUEST-----\n!!\n-----END CERTIFICATE REQUEST-----\n"), &csr, &err));
    assert_false(csr_read(STR("hello"), &csr, &err));
    assert_string_equal(err.text, "This is not a certificate request (PKCS#10), or it is damaged.");
    csr_free(NULL);
    test_ca_free(ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_asked_for_is_read_back),
        cmocka_unit_test(the_certificate_that_comes_back_is_matched),
        cmocka_unit_test(what_cannot_be_asked_for_is_named),
        cmocka_unit_test(a_request_that_is_cut_or_changed_is_refused),
        cmocka_unit_test(other_texts_are_refused_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
