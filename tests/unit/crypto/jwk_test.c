#include "check.h"

#include "codec/base64.h"
#include "crypto/jwk.h"
#include "jose_keys.h"

static struct key *load(const char *pem)
{
    struct key *key = key_load(str_from(pem), NULL, NULL);
    assert_non_null(key);
    return key;
}

static void assert_jwk(const struct key *key, const char *expected)
{
    struct buf out;
    struct err err = {0};
    buf_init(&out, JWK_SIZE_MAX);
    assert_true(jwk_write(key, &out, &err));
    assert_str(buf_str(&out), str_from(expected));
    buf_fini(&out);
}

static void an_rsa_key_is_written_as_rfc_7638_orders_it(void **state)
{
    (void)state;
    struct key *key = load(RFC7638_KEY);
    assert_jwk(key,
               "{\"e\":\"AQAB\",\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAA"
               "tVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf"
               "0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-"
               "bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\"}");
    key_free(key);
}

static void a_p256_key_is_written_with_its_coordinates(void **state)
{
    (void)state;
    struct key *key = load(RFC7515_A3_KEY);
    assert_jwk(key, "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU\",\"y\":\"x_"
                    "FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"}");
    key_free(key);
}

static void the_thumbprint_is_that_of_rfc_7638(void **state)
{
    (void)state;
    struct key *key = load(RFC7638_KEY);
    uint8_t thumbprint[DIGEST_SHA256_SIZE];
    struct buf out;
    buf_init(&out, 64);
    assert_true(jwk_thumbprint(key, thumbprint, NULL));
    assert_true(base64_encode(BASE64_URL, str_make(thumbprint, sizeof thumbprint), &out));
    assert_str(buf_str(&out), STR("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"));
    buf_fini(&out);
    key_free(key);
}

/* Two keys of which a coordinate begins with two bytes of zeroes: it keeps its 32 bytes, 43 characters. */
static const char short_x[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbvfi1p6kPGPFhNDf\n"
                              "J19vZuKD/wHLGKhnDtl+1Uq83muhRANCAAQAAF7uBST8E89AQbvzzPxtkfnRZEEi\n"
                              "N2iB26hxrgBzflNyRxlygW+Vzlmo7o6gRdll3kiP5eKAvcSYfQNJ/T8Q\n"
                              "-----END PRIVATE KEY-----\n";
static const char short_y[] = "-----BEGIN PRIVATE KEY-----\n"
                              "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgBqg2HWdTHIqTrvfb\n"
                              "cOf82/bECSNFB74TXyasiLVwLRShRANCAAT20aZpDs5aphQDMxpjfg9wFX//UthC\n"
                              "dRQ+176fiNUdKwAA1RtBnjTq2d3Rj5M1ZBoCRnjDGWZHZdyRPDR6NN2W\n"
                              "-----END PRIVATE KEY-----\n";

static void coordinates_keep_their_zeroes(void **state)
{
    (void)state;
    struct key *x = load(short_x), *y = load(short_y);
    assert_jwk(x,
               "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"AABe7gUk_BPPQEG788z8bZH50WRBIjdogduoca4Ac34\",\"y\":\"U3JHGXK"
               "Bb5XOWajujqBF2WXeSI_l4oC9xJh9A0n9PxA\"}");
    assert_jwk(y,
               "{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":\"9tGmaQ7OWqYUAzMaY34PcBV__1LYQnUUPte-n4jVHSs\",\"y\":\"AADVG0G"
               "eNOrZ3dGPkzVkGgJGeMMZZkdl3JE8NHo03ZY\"}");
    key_free(x);
    key_free(y);
}

static void other_keys_and_a_full_buffer_are_refused(void **state)
{
    (void)state;
    static const char ed25519[] = "-----BEGIN PRIVATE KEY-----\n"
                                  "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n"
                                  "-----END PRIVATE KEY-----\n";
    struct key *other = load(ed25519), *key = load(RFC7515_A3_KEY);
    struct err err = {0};
    struct buf out;
    buf_init(&out, JWK_SIZE_MAX);
    assert_false(jwk_write(other, &out, &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.text, "A key of kind Ed25519, 256 bits, cannot sign for an ACME account.");
    buf_fini(&out);
    for (size_t cap = 0; cap < 126; cap++) {
        buf_init(&out, cap);
        assert_false(jwk_write(key, &out, &err));
        assert_int_equal(err.code, ERR_MEMORY);
        buf_fini(&out);
    }
    key_free(key);
    key_free(other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_rsa_key_is_written_as_rfc_7638_orders_it),
        cmocka_unit_test(a_p256_key_is_written_with_its_coordinates),
        cmocka_unit_test(the_thumbprint_is_that_of_rfc_7638),
        cmocka_unit_test(coordinates_keep_their_zeroes),
        cmocka_unit_test(other_keys_and_a_full_buffer_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
