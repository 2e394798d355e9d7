#include "check.h"

#include "crypto/cert.h"
#include "test_ca.h"

#define FILE_SIZE_MAX (4 * 1024 * 1024)
#define BIT(fault)    (1u << (fault))

static struct test_ca *ca;

static int make_ca(void **state)
{
    (void)state;
    ca = test_ca_new();
    return 0;
}

static int drop_ca(void **state)
{
    (void)state;
    test_ca_free(ca);
    return 0;
}

/* The parts one after another; the caller frees. */
static struct buf joined(const struct str *parts, size_t count)
{
    struct buf file;
    buf_init(&file, FILE_SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        assert_true(buf_put_str(&file, parts[i]));
    return file;
}

static void a_chain_in_any_order_becomes_leaf_first_without_the_root(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct str leaf = buf_str(&made.leaf), key = buf_str(&made.key), between = test_ca_intermediate_pem(ca),
               root = test_ca_root_pem(ca);
    const struct {
        struct str parts[6];
        size_t count;
        bool key_apart;
        size_t chain_count;
    } cases[] = {
        {{leaf, between}, 2, true, 2},
        {{between, leaf}, 2, true, 2},
        {{root, between, leaf}, 3, true, 2},
        {{leaf, between, root, key}, 4, false, 2},
        {{key, root, leaf, between}, 4, false, 2},
        {{leaf, leaf, between, between}, 4, true, 2},
        {{leaf}, 1, true, 1},
        {{STR("Some words an issuer puts before.\n"), leaf, STR("\n\n"), between}, 4, true, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf file = joined(cases[i].parts, cases[i].count);
        enum cert_fault fault = CERT_FAULT_MEMORY;
        struct err err = {0};
        struct cert *cert = cert_load(buf_str(&file), cases[i].key_apart ? key : STR(""), &fault, &err);
        assert_non_null(cert);
        assert_int_equal(fault, CERT_FAULT_NONE);
        assert_int_equal(cert_chain_count(cert), cases[i].chain_count);
        assert_int_equal(cert_check(cert, NULL, 0, TEST_CA_NOW_S), 0);
        struct buf pem;
        buf_init(&pem, FILE_SIZE_MAX);
        assert_true(cert_chain_to_pem(cert, &pem));
        assert_str(buf_str(&pem), cases[i].chain_count == 2 ? buf_str(&made.chain) : leaf);
        buf_fini(&pem);
        cert_free(cert);
        buf_fini(&file);
    }
    test_ca_made_free(&made);
}

static void its_facts_are_told(void **state)
{
    (void)state;
    const char *names[] = {"A.Example.test", "*.b.test", "192.0.2.7", "2001:db8::1", NULL};
    struct test_ca_made made =
        test_ca_make(ca, &(struct test_ca_leaf){.names = names, .not_before_s = 1000000000, .not_after_s = 2000000000});
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    assert_non_null(cert);
    assert_int_equal(cert_names_count(cert), 4);
    assert_str(cert_name(cert, 0), STR("a.example.test"));
    assert_str(cert_name(cert, 1), STR("*.b.test"));
    assert_str(cert_name(cert, 2), STR("192.0.2.7"));
    assert_str(cert_name(cert, 3), STR("2001:db8::1"));
    assert_str(cert_name(cert, 4), STR(""));
    assert_str(cert_subject(cert), STR("CN=A.Example.test"));
    assert_str(cert_issuer(cert), STR("CN=Test intermediate"));
    assert_true(cert_serial(cert).size > 0);
    assert_int_equal(cert_not_before_s(cert), 1000000000);
    assert_int_equal(cert_not_after_s(cert), 2000000000);
    assert_int_equal(cert_fingerprint_sha256(cert).size, CERT_FINGERPRINT_SIZE);
    assert_int_equal(key_kind(cert_key(cert)), KEY_ECDSA);
    assert_int_equal((unsigned char)cert_chain_der(cert, 0).data[0], 0x30);
    assert_int_equal(cert_chain_der(cert, 2).size, 0);
    cert_free(cert);
    test_ca_made_free(&made);
}

static void assert_same_facts(const struct cert *a, const struct cert *b)
{
    assert_str(cert_subject(a), cert_subject(b));
    assert_str(cert_issuer(a), cert_issuer(b));
    assert_str(cert_last_issuer(a), cert_last_issuer(b));
    assert_str(cert_serial(a), cert_serial(b));
    assert_str(cert_fingerprint_sha256(a), cert_fingerprint_sha256(b));
    assert_true(cert_not_before_s(a) == cert_not_before_s(b) && cert_not_after_s(a) == cert_not_after_s(b));
    assert_int_equal(cert_names_count(a), cert_names_count(b));
    for (size_t i = 0; i < cert_names_count(a); i++)
        assert_str(cert_name(a, i), cert_name(b, i));
    assert_int_equal(cert_chain_count(a), cert_chain_count(b));
    assert_int_equal(key_kind(cert_key(a)), key_kind(cert_key(b)));
    assert_int_equal(key_bits(cert_key(a)), key_bits(cert_key(b)));
    assert_int_equal(cert_check(a, NULL, 0, TEST_CA_NOW_S), cert_check(b, NULL, 0, TEST_CA_NOW_S));
}

static void a_chain_without_its_key_says_the_same(void **state)
{
    static const enum test_ca_kind kinds[] = {TEST_CA_P256, TEST_CA_P384, TEST_CA_RSA2048};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct test_ca_made made = test_ca_make_for(ca, "a.test", kinds[i]);
        struct cert *whole = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, &err);
        assert_non_null(whole);
        struct str ders[] = {cert_chain_der(whole, 0), cert_chain_der(whole, 1)};
        struct cert *chain = cert_open_chain(ders, 2, &err);
        if (!chain)
            fail_msg("%s", err.text);
        assert_same_facts(chain, whole);
        cert_free(chain);
        cert_free(whole);
        test_ca_made_free(&made);
    }
}

static void a_chain_that_does_not_parse_whole_is_refused(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct cert *whole = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    assert_non_null(whole);
    struct str leaf = cert_chain_der(whole, 0), between = cert_chain_der(whole, 1);
    struct str many[CERT_CHAIN_COUNT_MAX + 1];
    struct buf longer;
    for (size_t size = 0; size < between.size; size++) {
        struct err err = {0};
        assert_null(cert_open_chain((struct str[]){leaf, str_part(between, 0, size)}, 2, &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    buf_init(&longer, FILE_SIZE_MAX);
    assert_true(buf_put_str(&longer, leaf) && buf_put_char(&longer, 0));
    assert_null(cert_open_chain((struct str[]){buf_str(&longer)}, 1, NULL));
    buf_fini(&longer);
    for (size_t i = 0; i < sizeof many / sizeof *many; i++)
        many[i] = leaf;
    assert_null(cert_open_chain(many, sizeof many / sizeof *many, NULL));
    assert_null(cert_open_chain(many, 0, NULL));
    cert_free(whole);
    test_ca_made_free(&made);
}

static void what_cannot_be_loaded_has_its_reason(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        other = test_ca_make_for(ca, "b.test", TEST_CA_P256);
    struct str damaged_parts[] = {STR("-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n"),
                                  buf_str(&made.leaf)};
    struct buf damaged = joined(damaged_parts, 2);
    const struct {
        struct str bytes, key;
        enum cert_fault fault;
    } cases[] = {
        {STR(""), STR(""), CERT_FAULT_NO_CERTIFICATE},
        {STR("hello"), STR(""), CERT_FAULT_NO_CERTIFICATE},
        {buf_str(&made.key), STR(""), CERT_FAULT_NO_CERTIFICATE},
        {buf_str(&damaged), buf_str(&made.key), CERT_FAULT_UNREADABLE},
        {STR("-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n"), STR(""), CERT_FAULT_UNREADABLE},
        {buf_str(&made.chain), STR(""), CERT_FAULT_NO_KEY},
        {buf_str(&made.chain), STR("nonsense"), CERT_FAULT_KEY_UNREADABLE},
        {buf_str(&made.chain), buf_str(&other.key), CERT_FAULT_KEY_MISMATCH},
        {buf_str(&made.chain),
         STR("-----BEGIN ENCRYPTED PRIVATE KEY-----\nMAA=\n-----END ENCRYPTED PRIVATE KEY-----\n"),
         CERT_FAULT_KEY_ENCRYPTED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum cert_fault fault = CERT_FAULT_NONE;
        struct err err = {0};
        assert_null(cert_load(cases[i].bytes, cases[i].key, &fault, &err));
        assert_string_equal(cert_fault_id(fault), cert_fault_id(cases[i].fault));
        assert_int_equal(err.code, ERR_INPUT);
        assert_string_equal(err.text, cert_fault_text(fault));
        assert_string_equal(err.fix, cert_fault_fix(fault));
        assert_int_equal(cert_fault_weight(fault), CERT_REFUSAL);
    }
    buf_fini(&damaged);
    test_ca_made_free(&made);
    test_ca_made_free(&other);
}

static void a_trust_store_given_by_mistake_is_refused(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct buf file;
    buf_init(&file, FILE_SIZE_MAX);
    for (size_t i = 0; i <= CERT_CHAIN_COUNT_MAX; i++) {
        struct test_ca_made one = test_ca_make_for(ca, "x.test", TEST_CA_P256);
        assert_true(buf_put_str(&file, buf_str(&one.leaf)));
        test_ca_made_free(&one);
    }
    enum cert_fault fault = CERT_FAULT_NONE;
    assert_null(cert_load(buf_str(&file), buf_str(&made.key), &fault, NULL));
    assert_int_equal(fault, CERT_FAULT_TOO_MANY);
    buf_fini(&file);
    test_ca_made_free(&made);
}

static void what_is_wrong_is_found(void **state)
{
    (void)state;
    static const char *const a[] = {"a.test", NULL}, *const b[] = {"b.test", NULL};
    const int64_t hour = 3600, now = TEST_CA_NOW_S;
    const struct {
        struct test_ca_leaf leaf;
        uint32_t faults;
    } cases[] = {
        {{.names = a}, 0},
        {{.names = a, .kind = TEST_CA_P384}, 0},
        {{.names = a, .kind = TEST_CA_RSA2048}, 0},
        {{.names = a, .from_root = true}, 0},
        {{.names = a, .kind = TEST_CA_P521}, BIT(CERT_FAULT_KEY_KIND)},
        {{.names = a, .kind = TEST_CA_ED25519}, BIT(CERT_FAULT_KEY_KIND)},
        {{.names = a, .kind = TEST_CA_RSA1024}, BIT(CERT_FAULT_WEAK_KEY)},
        {{.names = a, .sha1 = true}, BIT(CERT_FAULT_WEAK_SIGNATURE)},
        {{.names = a, .not_after_s = now - 1}, BIT(CERT_FAULT_EXPIRED)},
        {{.names = a, .not_after_s = now}, 0},
        {{.names = a, .not_before_s = now + hour}, BIT(CERT_FAULT_NOT_YET_VALID)},
        {{.names = a, .not_before_s = now}, 0},
        {{.names = a, .self_signed = true}, BIT(CERT_FAULT_SELF_SIGNED)},
        {{.names = a, .usage = ""}, 0},
        {{.names = a, .usage = "clientAuth"}, BIT(CERT_FAULT_NOT_FOR_SERVERS)},
        {{.names = a, .usage = "clientAuth,serverAuth"}, 0},
        {{.names = a, .is_authority = true}, BIT(CERT_FAULT_AUTHORITY)},
        {{.names = a, .no_names = true}, BIT(CERT_FAULT_NO_NAMES)},
        {{.names = b}, BIT(CERT_FAULT_NAME)},
        {{.names = NULL}, BIT(CERT_FAULT_NO_NAMES)},
        {{.names = NULL, .kind = TEST_CA_RSA1024, .self_signed = true, .not_after_s = now - hour},
         BIT(CERT_FAULT_NO_NAMES) | BIT(CERT_FAULT_WEAK_KEY) | BIT(CERT_FAULT_SELF_SIGNED) | BIT(CERT_FAULT_EXPIRED)},
    };
    const struct str name = STR("a.test");
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct test_ca_made made = test_ca_make(ca, &cases[i].leaf);
        struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
        assert_non_null(cert);
        assert_int_equal(cert_check(cert, &name, 1, now), cases[i].faults);
        cert_free(cert);
        test_ca_made_free(&made);
    }
}

static void what_is_no_part_of_the_chain_is_found_and_named(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256),
                        other = test_ca_make_for(ca, "b.test", TEST_CA_P256);
    struct str gap[] = {buf_str(&made.leaf), test_ca_root_pem(ca)},
               foreign[] = {buf_str(&made.chain), buf_str(&other.leaf)};
    const struct str name = STR("a.test");
    for (size_t i = 0; i < 2; i++) {
        struct buf file = joined(i ? foreign : gap, 2);
        struct cert *cert = cert_load(buf_str(&file), buf_str(&made.key), NULL, NULL);
        assert_non_null(cert);
        assert_int_equal(cert_check(cert, &name, 1, TEST_CA_NOW_S), BIT(CERT_FAULT_UNRELATED));
        assert_int_equal(cert_leftovers_count(cert), 1);
        assert_str(cert_leftover(cert, 0), i ? STR("CN=b.test") : STR("CN=Test root"));
        assert_str(cert_leftover(cert, 1), STR(""));
        cert_free(cert);
        buf_fini(&file);
    }
    test_ca_made_free(&made);
    test_ca_made_free(&other);
}

static void names_match_exactly_or_by_one_label(void **state)
{
    (void)state;
    static const struct {
        const char *pattern, *host;
        bool matches;
    } cases[] = {
        {"example.org", "example.org", true},
        {"example.org", "EXAMPLE.org.", true},
        {"example.org", "www.example.org", false},
        {"*.example.org", "www.example.org", true},
        {"*.example.org", "WWW.EXAMPLE.ORG", true},
        {"*.example.org", "example.org", false},
        {"*.example.org", ".example.org", false},
        {"*.example.org", "a.b.example.org", false},
        {"*.example.org", "*.example.org", true},
        {"*.example.org", "*.b.example.org", false},
        {"*.a.example.org", "*.example.org", false},
        {"*.org", "example.org", false},
        {"*", "example", false},
        {"*.", "a.", false},
        {"w*.example.org", "www.example.org", false},
        {"*.*.example.org", "a.b.example.org", false},
        {"www.*.org", "www.example.org", false},
        {"", "", false},
        {"example.org", "", false},
        {"", "example.org", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cert_name_matches(str_from(cases[i].pattern), str_from(cases[i].host)) != cases[i].matches)
            fail_msg("%s against %s", cases[i].pattern, cases[i].host);
}

static void addresses_are_covered_by_address_names_only(void **state)
{
    (void)state;
    const char *names[] = {"192.0.2.7", "2001:db8::1", "host.test", NULL};
    struct test_ca_made made = test_ca_make(ca, &(struct test_ca_leaf){.names = names});
    struct cert *cert = cert_load(buf_str(&made.chain), buf_str(&made.key), NULL, NULL);
    assert_true(cert_covers(cert, STR("192.0.2.7")));
    assert_true(cert_covers(cert, STR("2001:DB8:0::1")));
    assert_true(cert_covers(cert, STR("[2001:db8::1]")));
    assert_true(cert_covers(cert, STR("Host.test")));
    assert_false(cert_covers(cert, STR("192.0.2.8")));
    assert_false(cert_covers(cert, STR("2001:db8::2")));
    assert_false(cert_covers(cert, STR("")));
    cert_free(cert);
    test_ca_made_free(&made);
}

static void a_file_cut_short_at_any_byte_is_refused_or_whole(void **state)
{
    (void)state;
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct str file = buf_str(&made.leaf);
    for (size_t size = 0; size + sizeof "-----\n" <= file.size; size++)
        assert_null(cert_load(str_part(file, 0, size), buf_str(&made.key), NULL, NULL));
    test_ca_made_free(&made);
}

static void every_fault_has_an_id_and_words(void **state)
{
    (void)state;
    for (int i = 0; i < CERT_FAULT_COUNT; i++) {
        assert_true(cert_fault_id((enum cert_fault)i)[0]);
        assert_true(cert_fault_text((enum cert_fault)i)[0]);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(cert_fault_id((enum cert_fault)i), cert_fault_id((enum cert_fault)k));
    }
    cert_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_chain_in_any_order_becomes_leaf_first_without_the_root),
        cmocka_unit_test(its_facts_are_told),
        cmocka_unit_test(a_chain_without_its_key_says_the_same),
        cmocka_unit_test(a_chain_that_does_not_parse_whole_is_refused),
        cmocka_unit_test(what_cannot_be_loaded_has_its_reason),
        cmocka_unit_test(a_trust_store_given_by_mistake_is_refused),
        cmocka_unit_test(what_is_wrong_is_found),
        cmocka_unit_test(what_is_no_part_of_the_chain_is_found_and_named),
        cmocka_unit_test(names_match_exactly_or_by_one_label),
        cmocka_unit_test(addresses_are_covered_by_address_names_only),
        cmocka_unit_test(a_file_cut_short_at_any_byte_is_refused_or_whole),
        cmocka_unit_test(every_fault_has_an_id_and_words),
    };
    return cmocka_run_group_tests(tests, make_ca, drop_ca);
}
