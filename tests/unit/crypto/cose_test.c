/* Keys in COSE: the three kinds in their one form each, nothing else; items of CBOR that are passed over. */
#include "check.h"

#include "crypto/cose.h"
#include "test_passkey.h"

static struct buf key_of(enum cose_algorithm algorithm)
{
    struct test_passkey *passkey = test_passkey_new(algorithm);
    struct buf key;
    buf_init(&key, 4096);
    test_passkey_put_key(passkey, &key);
    test_passkey_free(passkey);
    return key;
}

static bool is_read(struct str bytes)
{
    enum cose_algorithm algorithm;
    size_t size;
    return cose_key_read(bytes, &algorithm, &size, NULL);
}

static void what_follows_a_key_is_left(void **state)
{
    struct buf key = key_of(COSE_ES256);
    enum cose_algorithm algorithm;
    size_t size, key_size = key.size;
    (void)state;
    assert_true(buf_put_str(&key, STR("more")));
    assert_true(cose_key_read(buf_str(&key), &algorithm, &size, NULL));
    assert_int_equal(algorithm, COSE_ES256);
    assert_int_equal(size, key_size);
    buf_fini(&key);
}

/* Each byte of a P-256 key in front of its coordinates: another one is another thing, or not canonical. */
static void every_byte_of_the_frame_is_looked_at(void **state)
{
    static const uint8_t frame[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 42, 43, 44};
    struct buf key = key_of(COSE_ES256);
    (void)state;
    for (size_t i = 0; i < sizeof frame; i++) {
        char *at = key.data + frame[i], before = *at;
        for (int value = 0; value < 256; value++) {
            *at = (char)value;
            assert_int_equal(is_read(buf_str(&key)), *at == before);
        }
        *at = before;
    }
    buf_fini(&key);
}

static void points_that_are_not_on_the_curve_are_no_key(void **state)
{
    struct buf key = key_of(COSE_ES256);
    struct err err = {0};
    enum cose_algorithm algorithm;
    size_t size;
    (void)state;
    key.data[20] ^= 1;
    assert_false(cose_key_read(buf_str(&key), &algorithm, &size, &err));
    assert_int_equal(err.code, ERR_INPUT);
    memset(key.data + 10, 0, 32);
    memset(key.data + 45, 0, 32);
    assert_false(is_read(buf_str(&key)));
    memset(key.data + 10, 0xff, 32);
    assert_false(is_read(buf_str(&key)));
    buf_fini(&key);
}

static void numbers_must_have_their_shortest_form(void **state)
{
    struct buf key = key_of(COSE_EDDSA), longer;
    (void)state;
    buf_init(&longer, 4096);
    /* the kind as one byte more than it needs */
    assert_true(buf_put(&longer, key.data, 2) && buf_put(&longer, "\x18\x01", 2) &&
                buf_put(&longer, key.data + 3, key.size - 3));
    assert_true(is_read(buf_str(&key)));
    assert_false(is_read(buf_str(&longer)));
    buf_fini(&longer);
    buf_fini(&key);
}

static void rsa_keys_have_a_sensible_size_and_exponent(void **state)
{
    struct buf key = key_of(COSE_RS256), changed;
    (void)state;
    assert_true(is_read(buf_str(&key)));
    buf_init(&changed, 4096);
    assert_true(buf_put_str(&changed, buf_str(&key)));
    changed.data[11] = 0; /* a modulus with a zero in front */
    assert_false(is_read(buf_str(&changed)));
    changed.data[11] = key.data[11];
    changed.data[changed.size - 1] = 0; /* an even exponent */
    assert_false(is_read(buf_str(&changed)));
    changed.data[changed.size - 1] = 1;
    changed.data[266] &= (char)0xfe; /* an even modulus */
    assert_false(is_read(buf_str(&changed)));
    buf_clear(&changed);
    assert_true(buf_put(&changed, key.data, 267) && buf_put(&changed, "\x21\x41\x01", 3)); /* an exponent of 1 */
    assert_false(is_read(buf_str(&changed)));
    buf_clear(&changed);
    /* 1024 bits */
    assert_true(buf_put(&changed, "\xa4\x01\x03\x03\x39\x01\x00\x20\x58\x80", 10));
    assert_true(buf_put(&changed, key.data + 11, 128));
    assert_true(buf_put(&changed, "\x21\x43\x01\x00\x01", 5));
    assert_false(is_read(buf_str(&changed)));
    buf_fini(&changed);
    buf_fini(&key);
}

static void keys_of_other_kinds_are_named_as_such(void **state)
{
    static const struct str keys[] = {
        STR_INIT(""),
        STR_INIT("\xa0"),
        STR_INIT("\xa1\x01\x02"),
        STR_INIT("\xa2\x01\x04\x20\x41x"), /* symmetric */
        STR_INIT("\xbf\x01\x02\xff"),      /* of no definite length */
        STR_INIT("\x80"),
        STR_INIT("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"),
    };
    (void)state;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        struct err err = {0};
        enum cose_algorithm algorithm;
        size_t size;
        assert_false(cose_key_read(keys[i], &algorithm, &size, &err));
        assert_non_null(strstr(err.text, "ES256, EdDSA and RS256"));
    }
}

static void items_are_passed_over_whole(void **state)
{
    static const struct {
        struct str bytes;
        size_t size; /* 0: not well-formed */
    } cases[] = {
        {STR_INIT("\x00"), 1},
        {STR_INIT("\x17more"), 1},
        {STR_INIT("\x18\x18"), 2},
        {STR_INIT("\x18\x17"), 0},
        {STR_INIT("\x19\x01\x00"), 3},
        {STR_INIT("\x19\x00\xff"), 0},
        {STR_INIT("\x43"
                  "abcd"),
         4},
        {STR_INIT("\x43"
                  "ab"),
         0},
        {STR_INIT("\xa1\x61"
                  "a\xf5"),
         4},
        {STR_INIT("\xa1\x61"
                  "a"),
         0},
        {STR_INIT("\x82\x01\x82\x02\x03"), 5},
        {STR_INIT("\xc1\x01"), 2},
        {STR_INIT("\xf9\x00\x00"), 3},
        {STR_INIT("\xf4"), 1},
        {STR_INIT("\x9f\xff"), 0},
        {STR_INIT("\x1c"), 0},
        {STR_INIT("\xbb\x80\x00\x00\x00\x00\x00\x00\x00"), 0},
        {STR_INIT("\x9b\xff\xff\xff\xff\xff\xff\xff\xff"), 0},
        {STR_INIT("\x5b\xff\xff\xff\xff\xff\xff\xff\xff"), 0},
        {STR_INIT("\x81\x81\x81\x81\x81\x81\x81\x01"), 8},
        {STR_INIT("\x81\x81\x81\x81\x81\x81\x81\x81\x01"), 0}, /* too deep */
        {STR_INIT(""), 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cose_item_size(cases[i].bytes) != cases[i].size)
            fail_msg("case %zu gives %zu", i, cose_item_size(cases[i].bytes));
}

static void a_signature_is_that_of_all_bytes(void **state)
{
    struct test_passkey *passkey = test_passkey_new(COSE_EDDSA);
    struct buf key, signature;
    struct err err = {0};
    (void)state;
    buf_init(&key, 4096);
    buf_init(&signature, 4096);
    test_passkey_put_key(passkey, &key);
    test_passkey_sign(passkey, STR("data"), STR("client"), &signature);
    assert_false(cose_verify(buf_str(&key), STR("data"), buf_str(&signature), &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_false(cose_verify(STR("no key"), STR("data"), buf_str(&signature), &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_false(cose_verify(buf_str(&key), STR("data"), STR(""), &err));
    buf_fini(&key);
    buf_fini(&signature);
    test_passkey_free(passkey);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_follows_a_key_is_left),
        cmocka_unit_test(every_byte_of_the_frame_is_looked_at),
        cmocka_unit_test(points_that_are_not_on_the_curve_are_no_key),
        cmocka_unit_test(numbers_must_have_their_shortest_form),
        cmocka_unit_test(rsa_keys_have_a_sensible_size_and_exponent),
        cmocka_unit_test(keys_of_other_kinds_are_named_as_such),
        cmocka_unit_test(items_are_passed_over_whole),
        cmocka_unit_test(a_signature_is_that_of_all_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
