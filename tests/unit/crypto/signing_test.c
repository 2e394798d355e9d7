/* Detached signatures: what was signed verifies, and nothing else does. */
#include <stdio.h>

#include "check.h"
#include "crypto/signing.h"

#define SIZE_MAX_OF_TEST 8192

struct signed_text {
    struct buf public_pem, signature;
};

static struct signed_text sign(struct str text)
{
    struct signed_text made;
    struct key *key = key_generate(KEY_ECDSA, NULL);
    assert_non_null(key);
    buf_init(&made.public_pem, SIGNING_PUBLIC_SIZE_MAX);
    buf_init(&made.signature, SIGNING_SIGNATURE_SIZE_MAX);
    assert_true(signing_public(key, &made.public_pem, NULL));
    assert_true(signing_sign(key, text, &made.signature, NULL));
    key_free(key);
    return made;
}

static void end(struct signed_text *made)
{
    buf_fini(&made->public_pem);
    buf_fini(&made->signature);
}

static void what_was_signed_verifies(void **state)
{
    static const char *const texts[] = {"", "a", "one\ntwo\n"};
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        struct signed_text made = sign(str_from(texts[i]));
        assert_true(signing_verify(buf_str(&made.public_pem), str_from(texts[i]), buf_str(&made.signature), NULL));
        end(&made);
    }
}

static void a_change_of_any_byte_is_found(void **state)
{
    char text[] = "evidence";
    struct err err = {0};
    (void)state;
    struct signed_text made = sign(str_from(text));
    for (size_t i = 0; i < sizeof text - 1; i++) {
        text[i] ^= 1;
        assert_false(signing_verify(buf_str(&made.public_pem), str_from(text), buf_str(&made.signature), &err));
        assert_int_equal(err.code, ERR_CONFLICT);
        text[i] ^= 1;
    }
    for (size_t i = 0; i < made.signature.size; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            made.signature.data[i] = (char)(made.signature.data[i] ^ 1 << bit);
            assert_false(signing_verify(buf_str(&made.public_pem), str_from(text), buf_str(&made.signature), NULL));
            made.signature.data[i] = (char)(made.signature.data[i] ^ 1 << bit);
        }
    for (size_t size = 0; size < made.signature.size; size++)
        assert_false(signing_verify(buf_str(&made.public_pem), str_from(text),
                                    str_part(buf_str(&made.signature), 0, size), NULL));
    assert_true(buf_put_char(&made.signature, '\0'));
    assert_false(signing_verify(buf_str(&made.public_pem), str_from(text), buf_str(&made.signature), NULL));
    end(&made);
}

static void another_key_has_not_signed_it(void **state)
{
    (void)state;
    struct signed_text made = sign(STR("a")), other = sign(STR("a"));
    assert_false(signing_verify(buf_str(&other.public_pem), STR("a"), buf_str(&made.signature), NULL));
    end(&made);
    end(&other);
}

/* As `openssl pkey -pubin -outform DER | sha256sum` gives it. */
static void the_fingerprint_is_that_of_the_key_and_not_of_its_text(void **state)
{
    static const char pem[] = "-----BEGIN PUBLIC KEY-----\n"
                              "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEVTcktoufOnw/loWOl7NNj+sgH6fB\n"
                              "KLhRXaJJQLK/Ej12RgMbwj1LDkcE5f+5ailK9+ksqq02cDaX/JZMrISRfw==\n"
                              "-----END PUBLIC KEY-----\n";
    static const char expected[] = "654dfb71c9742d8cac4e0fc2b2bdccf3baedfda20536309a50cc0e5402c296d4";
    char found[DIGEST_FINGERPRINT_SIZE], text[512];
    (void)state;
    assert_true(signing_fingerprint(str_from(pem), found, NULL));
    assert_string_equal(found, expected);
    (void)snprintf(text, sizeof text, "the key of\nexample.org\n%s\n\n", pem);
    assert_true(signing_fingerprint(str_from(text), found, NULL));
    assert_string_equal(found, expected);
}

#define ED25519                                                                                                        \
    "-----BEGIN PUBLIC KEY-----\n"                                                                                     \
    "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n"                                                   \
    "-----END PUBLIC KEY-----\n"

static void what_is_no_key_of_ours_is_refused(void **state)
{
    static const char *const texts[] = {"", "hello", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
                                        ED25519};
    char found[DIGEST_FINGERPRINT_SIZE];
    struct err err;
    struct buf out;
    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        err = (struct err){0};
        assert_false(signing_fingerprint(str_from(texts[i]), found, &err));
        assert_int_equal(err.code, ERR_INPUT);
        assert_false(signing_verify(str_from(texts[i]), STR("a"), STR("b"), &err));
        assert_int_equal(err.code, ERR_INPUT);
    }
    struct key *key = key_generate(KEY_RSA, NULL);
    buf_init(&out, SIZE_MAX_OF_TEST);
    assert_false(signing_public(key, &out, NULL));
    assert_false(signing_sign(key, STR("a"), &out, NULL));
    assert_int_equal(out.size, 0);
    buf_fini(&out);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_signed_verifies),
        cmocka_unit_test(a_change_of_any_byte_is_found),
        cmocka_unit_test(another_key_has_not_signed_it),
        cmocka_unit_test(the_fingerprint_is_that_of_the_key_and_not_of_its_text),
        cmocka_unit_test(what_is_no_key_of_ours_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
