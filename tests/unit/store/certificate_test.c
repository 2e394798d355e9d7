/* Certificates: stored once with the key sealed, read back the same, removed only when nothing refers to them. */
#include "crypto/localca.h"
#include "store/certificate.h"
#include "store_fixture.h"
#include "test_ca.h"

#define NOW 1700000000

static struct cert *make(const char *name)
{
    struct buf root, root_key, pem, key;
    struct str names[] = {str_from(name)};
    struct err err = {0};
    buf_init(&root, 65536);
    buf_init(&root_key, 65536);
    buf_init(&pem, 65536);
    buf_init(&key, 65536);
    assert_true(localca_make_root(STR("test"), NOW, &root, &root_key, &err));
    assert_true(localca_issue(buf_str(&root), buf_str(&root_key), names, 1, NOW, &pem, &key, &err));
    struct cert *cert = cert_load(buf_str(&pem), buf_str(&key), NULL, &err);
    assert_non_null(cert);
    buf_fini(&root);
    key_wipe(&root_key);
    buf_fini(&pem);
    key_wipe(&key);
    return cert;
}

static struct certificates *open_certificates(struct fixture *f)
{
    struct certificates *certificates;
    struct err err = {0};
    if (!certificates_new(f->store, &certificates, &err))
        fail_msg("%s", err.text);
    return certificates;
}

static void equal_certificates_are_one(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    struct certificates *certificates = open_certificates(&f);
    struct cert *cert = make("a.example"), *other = make("a.example");
    const struct certificate *first = certificates_add(certificates, cert, &err);
    assert_non_null(first);
    assert_ptr_equal(certificates_add(certificates, cert, &err), first);
    const struct certificate *second = certificates_add(certificates, other, &err);
    assert_ptr_not_equal(second, first);
    assert_true(first->identity != second->identity);
    assert_string_not_equal(first->id, second->id);
    cert_free(cert);
    cert_free(other);
    certificates_free(certificates);
    fixture_fini(&f);
}

static bool same_der(struct str a, struct str b)
{
    return str_eq(a, b);
}

/* Chains of several, keys of both kinds. */
static void what_was_stored_reads_back_the_same_after_a_restart(void **state)
{
    static const enum test_ca_kind kinds[] = {TEST_CA_P256, TEST_CA_P384, TEST_CA_RSA2048};
    struct test_ca *ca = test_ca_new();
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct test_ca_made made = test_ca_make_for(ca, "a.example", kinds[i]);
        struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, &err), *again;
        struct certificates *certificates = open_certificates(&f);
        char id[CERTIFICATE_ID_SIZE + 1];
        uint64_t identity;
        const struct certificate *written = certificates_add(certificates, cert, &err);
        memcpy(id, written->id, sizeof id);
        identity = written->identity;
        certificates_free(certificates);
        fixture_close(&f);
        fixture_open(&f);
        certificates = open_certificates(&f);
        const struct certificate *read = certificates_get(certificates, str_from(id), &err);
        if (!read)
            fail_msg("%s", err.text);
        assert_true(read->identity == identity);
        assert_int_equal(read->chain_count, 2);
        for (size_t k = 0; k < 2; k++)
            assert_true(same_der(read->chain[k], cert_chain_der(cert, k)));
        const struct certificate_facts *facts = certificates_facts(certificates, read, &err);
        assert_non_null(facts);
        assert_int_equal(facts->names_count, 1);
        assert_str(facts->names[0], STR("a.example"));
        assert_str(facts->fingerprint_sha256, cert_fingerprint_sha256(cert));
        assert_true(certificates_open(certificates, str_from(id), &again, &err));
        assert_int_equal(key_kind(cert_key(again)), key_kind(cert_key(cert)));
        cert_free(again);
        cert_free(cert);
        certificates_free(certificates);
        test_ca_made_free(&made);
    }
    test_ca_free(ca);
    fixture_fini(&f);
}

static void what_is_no_id_is_refused_and_what_is_not_there_is_told(void **state)
{
    static const struct {
        const char *id;
        enum err_code code;
    } cases[] = {
        {"", ERR_INPUT},
        {"../../etc/passwd", ERR_INPUT},
        {"0123", ERR_INPUT},
        {"00112233445566778899AABBCCDDEEFF", ERR_INPUT},
        {"00112233445566778899aabbccddeeff", ERR_NOT_FOUND},
    };
    struct fixture f;
    (void)state;
    fixture_init(&f);
    struct certificates *certificates = open_certificates(&f);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        assert_null(certificates_get(certificates, str_from(cases[i].id), &err));
        assert_int_equal(err.code, cases[i].code);
    }
    certificates_free(certificates);
    fixture_fini(&f);
}

static bool is_stored(struct fixture *f, const char *id)
{
    struct certificates *certificates = open_certificates(f);
    bool found = certificates_get(certificates, str_from(id), NULL) != NULL;
    certificates_free(certificates);
    return found;
}

static void what_nobody_marks_goes_also_what_an_earlier_run_left(void **state)
{
    struct fixture f;
    struct err err = {0};
    char used[CERTIFICATE_ID_SIZE + 1], unused[CERTIFICATE_ID_SIZE + 1];
    (void)state;
    fixture_init(&f);
    struct certificates *certificates = open_certificates(&f);
    struct cert *a = make("a.example"), *b = make("b.example");
    memcpy(used, certificates_add(certificates, a, &err)->id, sizeof used);
    memcpy(unused, certificates_add(certificates, b, &err)->id, sizeof unused);
    certificates_free(certificates);
    certificates = open_certificates(&f); /* nobody has asked for either yet */
    certificates_unmark_all(certificates);
    certificates_mark(certificates, str_from(used));
    certificates_mark(certificates, STR(""));
    certificates_remove_unmarked(certificates);
    assert_non_null(certificates_get(certificates, str_from(used), &err));
    assert_null(certificates_get(certificates, str_from(unused), &err));
    certificates_free(certificates);
    assert_true(is_stored(&f, used));
    assert_false(is_stored(&f, unused));
    cert_free(a);
    cert_free(b);
    fixture_fini(&f);
}

/* A change that failed has marked what it would have used, not what is. */
static void what_a_stored_site_refers_to_stays_whatever_the_marks_say(void **state)
{
    static const char *const names[] = {"a.example", NULL};
    struct fixture f;
    struct state after;
    struct err err = {0};
    char ids[2][CERTIFICATE_ID_SIZE + 1];
    (void)state;
    fixture_init(&f);
    struct certificates *certificates = open_certificates(&f);
    struct cert *ecdsa = make("a.example"), *rsa = make("a.example");
    memcpy(ids[0], certificates_add(certificates, ecdsa, &err)->id, sizeof ids[0]);
    memcpy(ids[1], certificates_add(certificates, rsa, &err)->id, sizeof ids[1]);
    fixture_state(&after, names, 300, 1);
    assert_true(site_set_certificates(after.sites[0], SITE_SOURCE_FILE, str_from(ids[0]), str_from(ids[1])));
    fixture_save(&f, &(struct store_change){.after = &after});
    certificates_unmark_all(certificates);
    certificates_remove_unmarked(certificates);
    for (size_t i = 0; i < 2; i++) {
        assert_non_null(certificates_get(certificates, str_from(ids[i]), &err));
        assert_true(is_stored(&f, ids[i]));
    }
    certificates_free(certificates);
    state_fini(&after);
    cert_free(ecdsa);
    cert_free(rsa);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_certificates_are_one),
        cmocka_unit_test(what_was_stored_reads_back_the_same_after_a_restart),
        cmocka_unit_test(what_is_no_id_is_refused_and_what_is_not_there_is_told),
        cmocka_unit_test(what_nobody_marks_goes_also_what_an_earlier_run_left),
        cmocka_unit_test(what_a_stored_site_refers_to_stays_whatever_the_marks_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
