#include "check.h"

#include "acme/identifier.h"
#include "acme/proof.h"
#include "crypto/digest.h"

/* The token of RFC 8555 section 8.3's example, the thumbprint of RFC 7638's. */
#define TOKEN         "LoqXcYV8q5ONbJQxbmR7SCTNo3tiAXDfowyjxAjEuX0"
#define THUMBPRINT    "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
#define AUTHORIZATION TOKEN "." THUMBPRINT

static struct acme_proof made(enum acme_challenge_kind kind, struct arena *arena)
{
    const struct identifier identifier = {.value = STR("a.test")};
    struct acme_proof proof;
    arena_init(arena, 4096);
    assert_true(acme_proof_make(kind, &identifier, STR(TOKEN), STR(THUMBPRINT), arena, &proof, NULL));
    assert_int_equal(proof.kind, kind);
    assert_str(proof.name, STR("a.test"));
    return proof;
}

static void http_01_is_a_file_with_the_key_authorization(void **state)
{
    (void)state;
    struct arena arena;
    struct acme_proof proof = made(ACME_HTTP_01, &arena);
    assert_str(proof.token, STR(TOKEN));
    assert_str(proof.content, STR(AUTHORIZATION));
    assert_int_equal(proof.dns_name.size + proof.sni.size, 0);
    arena_fini(&arena);
}

static void tls_alpn_01_is_the_digest_as_bytes(void **state)
{
    (void)state;
    struct arena arena;
    uint8_t digest[DIGEST_SHA256_SIZE];
    struct acme_proof proof = made(ACME_TLS_ALPN_01, &arena);
    assert_true(digest_sha256(STR(AUTHORIZATION), digest, NULL));
    assert_str(proof.content, str_make(digest, sizeof digest));
    assert_str(proof.sni, STR("a.test"));
    assert_int_equal(proof.token.size + proof.dns_name.size, 0);
    arena_fini(&arena);
}

static void dns_01_is_the_digest_as_base64url(void **state)
{
    (void)state;
    struct arena arena;
    struct acme_proof proof = made(ACME_DNS_01, &arena);
    assert_str(proof.dns_name, STR("_acme-challenge.a.test"));
    assert_int_equal(proof.content.size, 43);
    assert_str(proof.content, STR("_cC5rvB9vM8qzT3MTBcTeVpQwtbNypBXyQnE4fhM9QQ"));
    assert_int_equal(proof.token.size + proof.sni.size, 0);
    arena_fini(&arena);
}

static void an_arena_that_is_full_is_told(void **state)
{
    (void)state;
    const struct identifier identifier = {.value = STR("a.test")};
    for (unsigned kind = 0; kind < ACME_CHALLENGE_KINDS_COUNT; kind++) {
        struct arena arena;
        struct acme_proof proof;
        struct err err = {0};
        arena_init(&arena, 64);
        assert_false(acme_proof_make((enum acme_challenge_kind)kind, &identifier, STR(TOKEN), STR(THUMBPRINT), &arena,
                                     &proof, &err));
        assert_int_equal(err.code, ERR_MEMORY);
        arena_fini(&arena);
    }
}

static void kinds_have_names(void **state)
{
    (void)state;
    enum acme_challenge_kind kind = ACME_HTTP_01;
    for (unsigned i = 0; i < ACME_CHALLENGE_KINDS_COUNT; i++) {
        const char *name = acme_challenge_kind_name((enum acme_challenge_kind)i);
        assert_true(acme_challenge_kind_parse(str_from(name), &kind));
        assert_int_equal(kind, i);
    }
    assert_false(acme_challenge_kind_parse(STR("HTTP-01"), &kind));
    assert_false(acme_challenge_kind_parse(STR(""), &kind));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(http_01_is_a_file_with_the_key_authorization),
        cmocka_unit_test(tls_alpn_01_is_the_digest_as_bytes),
        cmocka_unit_test(dns_01_is_the_digest_as_base64url),
        cmocka_unit_test(an_arena_that_is_full_is_told),
        cmocka_unit_test(kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
