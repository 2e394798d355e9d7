/* What a certificate says of itself; what is none is refused, cut at any byte. */
#include "check.h"

#include "codec/pem.h"
#include "crypto/cert_describe.h"
#include "test_ca.h"

static void to_der(const struct test_ca_made *made, struct buf *ret)
{
    struct pem_cursor cursor = {.rest = buf_str(&made->leaf)};
    struct pem_block block;
    buf_init(ret, 65536);
    assert_int_equal(pem_next(&cursor, &block, ret, NULL), PEM_BLOCK);
}

static void kinds_of_keys_have_the_names_that_people_know(void **state)
{
    static const struct {
        enum test_ca_kind kind;
        const char *key;
    } cases[] = {
        {TEST_CA_P256, "ECDSA P-256"}, {TEST_CA_P384, "ECDSA P-384"}, {TEST_CA_P521, "ECDSA P-521"},
        {TEST_CA_RSA2048, "RSA 2048"}, {TEST_CA_RSA1024, "RSA 1024"}, {TEST_CA_ED25519, "Ed25519"},
    };
    struct test_ca *ca = test_ca_new();
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct test_ca_made made = test_ca_make_for(ca, "a.test", cases[i].kind);
        struct cert_description seen;
        struct arena arena;
        struct buf der;
        struct err err = {0};
        to_der(&made, &der);
        arena_init(&arena, 65536);
        if (!cert_describe(buf_str(&der), &arena, &seen, &err))
            fail_msg("%s: %s", cases[i].key, err.text);
        assert_str(seen.key, str_from(cases[i].key));
        assert_false(seen.is_authority);
        arena_fini(&arena);
        buf_fini(&der);
        test_ca_made_free(&made);
    }
    test_ca_free(ca);
}

static void names_and_dates_are_as_they_stand(void **state)
{
    static const char *const names[] = {"A.example.test", "*.b.test", "192.0.2.7", "2001:db8::1", NULL};
    const struct test_ca_leaf leaf = {.names = names, .not_before_s = TEST_CA_NOW_S, .not_after_s = TEST_CA_NOW_S + 60};
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made = test_ca_make(ca, &leaf);
    struct cert_description seen;
    struct arena arena;
    struct buf der;
    (void)state;
    to_der(&made, &der);
    arena_init(&arena, 65536);
    assert_true(cert_describe(buf_str(&der), &arena, &seen, NULL));
    assert_int_equal(seen.not_before_s, TEST_CA_NOW_S);
    assert_int_equal(seen.not_after_s, TEST_CA_NOW_S + 60);
    assert_int_equal(seen.names_count, 4);
    assert_str(seen.names[0], STR("a.example.test"));
    assert_str(seen.names[1], STR("*.b.test"));
    assert_str(seen.names[2], STR("192.0.2.7"));
    assert_str(seen.names[3], STR("2001:db8::1"));
    assert_int_equal(seen.fingerprint.size, 64);
    assert_str(seen.issuer, STR("CN=Test intermediate"));
    assert_true(seen.serial.size > 0);
    arena_fini(&arena);
    buf_fini(&der);
    test_ca_made_free(&made);
    test_ca_free(ca);
}

static void what_is_cut_anywhere_is_refused(void **state)
{
    struct test_ca *ca = test_ca_new();
    struct test_ca_made made = test_ca_make_for(ca, "a.test", TEST_CA_P256);
    struct buf der;
    (void)state;
    to_der(&made, &der);
    for (size_t size = 0; size < der.size; size++) {
        struct cert_description seen = {.names_count = 99};
        struct arena arena;
        struct err err = {0};
        arena_init(&arena, 65536);
        assert_false(cert_describe(str_part(buf_str(&der), 0, size), &arena, &seen, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_int_equal(seen.names_count, 99);
        arena_fini(&arena);
    }
    for (size_t cap = 0; cap < 600; cap += 40) { /* an arena that is too small is no fault of the certificate */
        struct cert_description seen;
        struct arena arena;
        struct err err = {0};
        arena_init(&arena, cap);
        assert_true(cert_describe(buf_str(&der), &arena, &seen, &err) || err.code == ERR_MEMORY);
        arena_fini(&arena);
    }
    buf_fini(&der);
    test_ca_made_free(&made);
    test_ca_free(ca);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(kinds_of_keys_have_the_names_that_people_know),
        cmocka_unit_test(names_and_dates_are_as_they_stand),
        cmocka_unit_test(what_is_cut_anywhere_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
