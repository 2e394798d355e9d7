/* Certificates in the forms operators have them; each gives the same chain and key, or its reason. */
#include "check.h"

#include "codec/pem.h"
#include "crypto/cert.h"
#include "key_forms.h"
#include "test_ca.h"

#define FILE_SIZE_MAX (4 * 1024 * 1024)
#define FILES_COUNT   4
#define SECRET        "correct horse"

static struct test_ca *ca;
static struct test_ca_made made; /* a P-256 leaf below an intermediate */

static int make_ca(void **state)
{
    (void)state;
    ca = test_ca_new();
    made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    return 0;
}

static int drop_ca(void **state)
{
    (void)state;
    test_ca_made_free(&made);
    test_ca_free(ca);
    return 0;
}

static struct str chain_pem(void)
{
    return buf_str(&made.chain);
}

static struct str key_pem(void)
{
    return buf_str(&made.key);
}

static struct cert *open_files(const struct str *files, size_t count, struct str key, const char *passphrase,
                               enum cert_fault *fault)
{
    const struct cert_input input = {
        .files = files, .files_count = count, .key = key, .passphrase = str_from(passphrase)};
    return cert_open(&input, fault, NULL);
}

/* Ends the test unless it opens, with the leaf and `chain_count` certificates. */
static void expect_open(const char *what, const struct str *files, size_t count, struct str key, const char *passphrase,
                        size_t chain_count)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    struct cert *cert = open_files(files, count, key, passphrase, &fault);
    if (!cert)
        fail_msg("%s: %s", what, cert_fault_id(fault));
    assert_str(cert_name(cert, 0), STR("a.test"));
    assert_int_equal(cert_chain_count(cert), chain_count);
    assert_int_equal(key_kind(cert_key(cert)), KEY_ECDSA);
    assert_int_equal(cert_check(cert, NULL, 0, TEST_CA_NOW_S), 0);
    cert_free(cert);
}

static void expect_fault(const char *what, struct str file, struct str key, const char *passphrase,
                         enum cert_fault expected)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    if (open_files(&file, 1, key, passphrase, &fault))
        fail_msg("%s: was opened", what);
    if (fault != expected)
        fail_msg("%s: %s instead of %s", what, cert_fault_id(fault), cert_fault_id(expected));
}

static void pieces_may_come_in_several_files_and_forms(void **state)
{
    (void)state;
    struct buf leaf_der = key_form_der(buf_str(&made.leaf)), key_der = key_form_der(key_pem());
    struct buf between_der = key_form_der(test_ca_intermediate_pem(ca)), bundle = key_form_pkcs7(chain_pem());
    struct buf bundle_der = key_form_der(buf_str(&bundle)), marked, misnamed;
    buf_init(&marked, FILE_SIZE_MAX);
    buf_init(&misnamed, FILE_SIZE_MAX);
    assert_true(pem_write(STR("CERTIFICATE"), buf_str(&bundle_der), &misnamed));
    assert_true(buf_put_str(&marked, STR("\xef\xbb\xbf")) && buf_put_str(&marked, chain_pem()));
    const struct str none = {NULL, 0}, between = test_ca_intermediate_pem(ca), root = test_ca_root_pem(ca);
    const struct {
        const char *what;
        struct str files[FILES_COUNT];
        size_t count;
        struct str key;
    } cases[] = {
        {"leaf, intermediate, key", {buf_str(&made.leaf), between, key_pem()}, 3, none},
        {"key, root, intermediate, leaf", {key_pem(), root, between, buf_str(&made.leaf)}, 4, none},
        {"DER apart", {buf_str(&leaf_der), buf_str(&between_der)}, 2, buf_str(&key_der)},
        {"DER together", {buf_str(&key_der), buf_str(&leaf_der), buf_str(&between_der)}, 3, none},
        {"PKCS#7 in PEM", {buf_str(&bundle)}, 1, key_pem()},
        {"PKCS#7 in DER", {buf_str(&bundle_der)}, 1, key_pem()},
        {"PKCS#7 under the label of a certificate", {buf_str(&misnamed)}, 1, key_pem()},
        {"with the mark of UTF-8", {buf_str(&marked)}, 1, key_pem()},
        {"the chain in the key's file", {buf_str(&made.leaf), key_pem()}, 2, between},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect_open(cases[i].what, cases[i].files, cases[i].count, cases[i].key, NULL, 2);
    buf_fini(&leaf_der);
    buf_fini(&key_der);
    buf_fini(&between_der);
    buf_fini(&bundle);
    buf_fini(&bundle_der);
    buf_fini(&marked);
    buf_fini(&misnamed);
}

static void pkcs12_is_opened_by_its_passphrase(void **state)
{
    (void)state;
    static const struct {
        const char *what, *passphrase;
        enum key_form_cipher cipher;
        bool needs_passphrase;
    } cases[] = {
        {"AES", SECRET, KEY_FORM_AES, true},
        {"triple DES", SECRET, KEY_FORM_3DES, true},
        {"RC2", SECRET, KEY_FORM_RC2, true},
        {"a passphrase with umlauts",
         "gr\xc3\xbc\xc3\x9f"
         "e",
         KEY_FORM_AES, true},
        {"an empty passphrase", "", KEY_FORM_AES, false},
        {"no passphrase", NULL, KEY_FORM_AES, false},
        {"nothing encrypted", NULL, KEY_FORM_PLAIN, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].cipher == KEY_FORM_RC2 && !key_form_has_legacy())
            continue;
        struct buf file = key_form_pkcs12(chain_pem(), key_pem(), cases[i].passphrase, cases[i].cipher, 0);
        const struct str view = buf_str(&file), none = {NULL, 0};
        if (cases[i].needs_passphrase) {
            expect_open(cases[i].what, &view, 1, none, cases[i].passphrase, 2);
            expect_fault(cases[i].what, view, none, NULL, CERT_FAULT_KEY_ENCRYPTED);
            expect_fault(cases[i].what, view, none, "wrong", CERT_FAULT_PASSPHRASE);
        } else {
            expect_open(cases[i].what, &view, 1, none, NULL, 2);
        }
        buf_fini(&file);
    }
}

static void keys_are_opened_by_their_passphrase(void **state)
{
    (void)state;
    struct test_ca_made rsa = test_ca_make_for(ca, "a.test", TEST_CA_RSA2048);
    struct buf forms[] = {key_form_pkcs8(key_pem(), SECRET, 0, true), key_form_pkcs8(key_pem(), SECRET, 0, false),
                          key_form_rfc1421(key_pem(), SECRET, KEY_FORM_AES),
                          key_form_has_legacy() ? key_form_rfc1421(key_pem(), SECRET, KEY_FORM_DES)
                                                : key_form_rfc1421(key_pem(), SECRET, KEY_FORM_AES)};
    const struct str chain = chain_pem();
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct str key = buf_str(&forms[i]);
        const struct str together[] = {chain, key};
        expect_open("apart", &chain, 1, key, SECRET, 2);
        expect_open("together", together, 2, (struct str){NULL, 0}, SECRET, 2);
        expect_fault("none given", chain, key, NULL, CERT_FAULT_KEY_ENCRYPTED);
        expect_fault("a wrong one", chain, key, "wrong", CERT_FAULT_PASSPHRASE);
        expect_fault("an empty one", chain, key, "", CERT_FAULT_PASSPHRASE);
        buf_fini(&forms[i]);
    }
    struct buf of_rsa = key_form_rfc1421(buf_str(&rsa.key), SECRET, KEY_FORM_AES);
    expect_fault("of another certificate", chain, buf_str(&of_rsa), SECRET, CERT_FAULT_KEY_MISMATCH);
    buf_fini(&of_rsa);
    test_ca_made_free(&rsa);
}

/* The padding of a wrong passphrase looks right once in 256 times: that must not become another fault. */
static void no_wrong_passphrase_passes_for_a_damaged_key(void **state)
{
    (void)state;
    struct buf key = key_form_rfc1421(key_pem(), SECRET, KEY_FORM_AES);
    char wrong[] = "wrong000";
    for (int i = 0; i < 1000; i++) {
        wrong[5] = (char)('0' + i / 100);
        wrong[6] = (char)('0' + i / 10 % 10);
        wrong[7] = (char)('0' + i % 10);
        expect_fault(wrong, chain_pem(), buf_str(&key), wrong, CERT_FAULT_PASSPHRASE);
    }
    buf_fini(&key);
}

/* Raises the 70,000 rounds in a finished file: to make it so would itself take minutes. Returns how many there were. */
static int raise_rounds(struct buf *file)
{
    static const char rounds[] = {0x02, 0x03, 0x01, 0x11, 0x70};
    int count = 0;
    for (char *at = file->data; (at = memmem(at, (size_t)(file->data + file->size - at), rounds, sizeof rounds));
         at++) {
        at[2] = 0x7f; /* 8 million */
        count++;
    }
    return count;
}

static void what_would_take_minutes_is_refused_at_once(void **state)
{
    (void)state;
    const struct str none = {NULL, 0};
    struct buf key = key_form_pkcs8(key_pem(), SECRET, 70000, false),
               file = key_form_pkcs12(chain_pem(), key_pem(), SECRET, KEY_FORM_AES, 70000),
               old = key_form_pkcs12(chain_pem(), key_pem(), SECRET, KEY_FORM_3DES, 70000);
    assert_int_equal(raise_rounds(&key), 1);
    expect_fault("a key", chain_pem(), buf_str(&key), SECRET, CERT_FAULT_COSTLY);
    expect_fault("a key, nobody asked", chain_pem(), buf_str(&key), NULL, CERT_FAULT_KEY_ENCRYPTED);
    assert_true(raise_rounds(&file) > 0);
    expect_fault("PKCS#12", buf_str(&file), none, SECRET, CERT_FAULT_COSTLY);
    assert_true(raise_rounds(&old) > 0);
    expect_fault("old PKCS#12", buf_str(&old), none, SECRET, CERT_FAULT_COSTLY);
    buf_fini(&key);
    buf_fini(&file);
    buf_fini(&old);
}

static void of_a_certificate_renewed_with_the_same_key_the_later_is_the_leaf(void **state)
{
    (void)state;
    const char *names[] = {"a.test", NULL};
    struct buf key;
    buf_init(&key, FILE_SIZE_MAX);
    assert_true(buf_put_str(&key, key_pem()) && buf_put_char(&key, '\0'));
    struct test_ca_made later = test_ca_make(
        ca, &(struct test_ca_leaf){.names = names, .key_of = buf_str(&key).data, .not_after_s = 4102444000});
    const struct str files[] = {buf_str(&later.leaf), buf_str(&made.leaf), test_ca_intermediate_pem(ca)};
    struct cert *cert = open_files(files, 3, key_pem(), NULL, NULL);
    assert_non_null(cert);
    assert_int_equal(cert_not_after_s(cert), 4102444800);
    assert_int_equal(cert_leftovers_count(cert), 1);
    cert_free(cert);
    test_ca_made_free(&later);
    buf_fini(&key);
}

static void who_signed_the_last_of_the_chain_is_put_behind_it(void **state)
{
    (void)state;
    struct test_ca *other = test_ca_new();
    struct buf der = key_form_der(test_ca_intermediate_pem(ca)), bundle = key_form_pkcs7(chain_pem());
    const struct {
        struct str fetched;
        enum cert_issuer result;
        size_t chain_count;
    } cases[] = {
        {buf_str(&der), CERT_ISSUER_ADDED, 2},
        {test_ca_intermediate_pem(ca), CERT_ISSUER_ADDED, 2},
        {buf_str(&bundle), CERT_ISSUER_ADDED, 2},
        {test_ca_root_pem(ca), CERT_ISSUER_OTHER, 1},
        {test_ca_intermediate_pem(other), CERT_ISSUER_OTHER, 1}, /* of the same name */
        {STR("<html>404</html>"), CERT_ISSUER_OTHER, 1},
        {STR(""), CERT_ISSUER_OTHER, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cert *cert = cert_load(buf_str(&made.leaf), key_pem(), NULL, NULL);
        assert_int_equal(cert_add_issuer(cert, cases[i].fetched), cases[i].result);
        assert_int_equal(cert_chain_count(cert), cases[i].chain_count);
        if (cases[i].result == CERT_ISSUER_ADDED) {
            struct buf pem;
            buf_init(&pem, FILE_SIZE_MAX);
            assert_true(cert_chain_to_pem(cert, &pem));
            assert_str(buf_str(&pem), chain_pem());
            buf_fini(&pem);
            assert_str(cert_last_issuer(cert), STR("CN=Test root"));
            assert_str(cert_chain_der(cert, 1), buf_str(&der));
            assert_int_equal(cert_add_issuer(cert, test_ca_root_pem(ca)), CERT_ISSUER_ROOT);
            assert_int_equal(cert_chain_count(cert), 2);
        }
        cert_free(cert);
    }
    buf_fini(&der);
    buf_fini(&bundle);
    test_ca_free(other);
}

static void a_pkcs12_file_cut_short_at_any_byte_is_refused(void **state)
{
    (void)state;
    struct buf file = key_form_pkcs12(chain_pem(), key_pem(), SECRET, KEY_FORM_3DES, 1);
    for (size_t size = 0; size < file.size; size++) {
        struct str part = str_part(buf_str(&file), 0, size);
        assert_null(open_files(&part, 1, (struct str){NULL, 0}, SECRET, NULL));
    }
    buf_fini(&file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_may_come_in_several_files_and_forms),
        cmocka_unit_test(pkcs12_is_opened_by_its_passphrase),
        cmocka_unit_test(keys_are_opened_by_their_passphrase),
        cmocka_unit_test(no_wrong_passphrase_passes_for_a_damaged_key),
        cmocka_unit_test(what_would_take_minutes_is_refused_at_once),
        cmocka_unit_test(of_a_certificate_renewed_with_the_same_key_the_later_is_the_leaf),
        cmocka_unit_test(who_signed_the_last_of_the_chain_is_put_behind_it),
        cmocka_unit_test(a_pkcs12_file_cut_short_at_any_byte_is_refused),
    };
    return cmocka_run_group_tests(tests, make_ca, drop_ca);
}
