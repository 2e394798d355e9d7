#include "check.h"

#include "crypto/digest.h"

/* Published test vectors: FIPS 180 "abc", and the handshake of RFC 6455 section 1.3. */
static void digests_are_those_of_the_standards(void **state)
{
    (void)state;
    uint8_t sha256[DIGEST_SHA256_SIZE], sha1[DIGEST_SHA1_SIZE];
    char hex[2 * DIGEST_SHA256_SIZE + 1];
    assert_true(digest_sha256(STR("abc"), sha256, NULL));
    digest_hex(sha256, sizeof sha256, hex);
    assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_true(digest_sha1(STR("dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), sha1, NULL));
    digest_hex(sha1, sizeof sha1, hex);
    assert_string_equal(hex, "b37a4f2cc0624f1690f64606cf385945b2bec4ea");
}

static void nothing_has_a_digest_too(void **state)
{
    (void)state;
    char hex[DIGEST_FINGERPRINT_SIZE];
    assert_true(digest_fingerprint((struct str){NULL, 0}, hex, NULL));
    assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

static void identity_knows_where_a_part_ends(void **state)
{
    (void)state;
    const struct str whole[] = {STR_INIT("ab"), STR_INIT("c")}, moved[] = {STR_INIT("a"), STR_INIT("bc")};
    uint64_t first, again, other, fewer, none;
    assert_true(digest_identity(whole, 2, &first, NULL));
    assert_true(digest_identity(whole, 2, &again, NULL));
    assert_true(digest_identity(moved, 2, &other, NULL));
    assert_true(digest_identity(whole, 1, &fewer, NULL));
    assert_true(digest_identity(NULL, 0, &none, NULL));
    assert_true(first == again);
    assert_true(first != other && first != fewer && first != none && none != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digests_are_those_of_the_standards),
        cmocka_unit_test(nothing_has_a_digest_too),
        cmocka_unit_test(identity_knows_where_a_part_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
