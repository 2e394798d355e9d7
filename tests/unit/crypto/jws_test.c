/* The examples of RFC 7515 appendix A, and the documents made with them. */
#include "check.h"

#include <openssl/ecdsa.h>
#include <openssl/evp.h>

#include "codec/base64.h"
#include "codec/json.h"
#include "crypto/jws.h"
#include "jose_keys.h"

#define PAYLOAD_BEGIN    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9l"
#define PAYLOAD_END      "eGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
#define PAYLOAD          PAYLOAD_BEGIN PAYLOAD_END
#define SIZE_MAX_OF_TEST 65536

static struct key *load(const char *pem)
{
    struct key *key = key_load(str_from(pem), NULL, NULL);
    assert_non_null(key);
    return key;
}

static struct buf decoded(struct str text)
{
    struct buf out;
    buf_init(&out, SIZE_MAX_OF_TEST);
    assert_true(base64_decode(BASE64_URL, text, &out));
    return out;
}

static void hs256_is_that_of_appendix_a1(void **state)
{
    (void)state;
    struct buf secret =
        decoded(STR("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow"));
    struct buf signature, text;
    buf_init(&signature, 64);
    buf_init(&text, 64);
    assert_true(jws_signature_mac(buf_str(&secret), STR("eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9." PAYLOAD),
                                  &signature, NULL));
    assert_true(base64_encode(BASE64_URL, buf_str(&signature), &text));
    assert_str(buf_str(&text), STR("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
    buf_fini(&secret);
    buf_fini(&signature);
    buf_fini(&text);
}

static void rs256_is_that_of_appendix_a2(void **state)
{
    (void)state;
    struct key *key = load(RFC7515_A2_KEY);
    struct buf signature, text;
    buf_init(&signature, SIZE_MAX_OF_TEST);
    buf_init(&text, SIZE_MAX_OF_TEST);
    assert_true(jws_signature(key, STR("eyJhbGciOiJSUzI1NiJ9." PAYLOAD), &signature, NULL));
    assert_true(base64_encode(BASE64_URL, buf_str(&signature), &text));
    assert_str(
        buf_str(&text),
        STR("cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds"
            "9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRm"
            "B_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98r"
            "qVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw"));
    buf_fini(&signature);
    buf_fini(&text);
    key_free(key);
}

/* Verifies raw r and s with the library. */
static bool es256_verifies(const struct key *key, struct str input, struct str raw)
{
    if (raw.size != 64)
        return false;
    const unsigned char *bytes = (const unsigned char *)raw.data;
    ECDSA_SIG *numbers = ECDSA_SIG_new();
    assert_int_equal(ECDSA_SIG_set0(numbers, BN_bin2bn(bytes, 32, NULL), BN_bin2bn(bytes + 32, 32, NULL)), 1);
    unsigned char *der = NULL;
    int der_size = i2d_ECDSA_SIG(numbers, &der);
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    bool ok = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL, key_handle(key)) == 1 &&
              EVP_DigestVerify(context, der, (size_t)der_size, (const unsigned char *)input.data, input.size) == 1;
    EVP_MD_CTX_free(context);
    OPENSSL_free(der);
    ECDSA_SIG_free(numbers);
    return ok;
}

static void es256_is_raw_r_and_s_as_in_appendix_a3(void **state)
{
    (void)state;
    static const struct str input = STR_INIT("eyJhbGciOiJFUzI1NiJ9." PAYLOAD);
    struct key *key = load(RFC7515_A3_KEY);
    struct buf theirs =
        decoded(STR("DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"));
    assert_true(es256_verifies(key, input, buf_str(&theirs)));
    theirs.data[40] ^= 1;
    assert_false(es256_verifies(key, input, buf_str(&theirs)));
    for (int i = 0; i < 300; i++) { /* numbers with zeroes in front are among them */
        struct buf ours;
        buf_init(&ours, 64);
        assert_true(jws_signature(key, input, &ours, NULL));
        assert_true(es256_verifies(key, input, buf_str(&ours)));
        buf_fini(&ours);
    }
    buf_fini(&theirs);
    key_free(key);
}

static struct str member(const json_t *document, const char *name)
{
    const json_t *value = json_object_get(document, name);
    assert_true(json_is_string(value));
    return str_make(json_string_value(value), json_string_length(value));
}

/* Takes a document apart, verifies it, and compares header and payload. */
static void assert_document(const struct key *key, struct str document, const char *header, const char *payload)
{
    json_t *json = NULL;
    assert_true(json_parse(document, &json, NULL));
    assert_int_equal(json_object_size(json), 3);
    struct buf protected = decoded(member(json, "protected")), content = decoded(member(json, "payload"));
    struct buf signature = decoded(member(json, "signature")), input;
    buf_init(&input, SIZE_MAX_OF_TEST);
    assert_true(buf_put_str(&input, member(json, "protected")) && buf_put_char(&input, '.') &&
                buf_put_str(&input, member(json, "payload")));
    assert_str(buf_str(&protected), str_from(header));
    assert_str(buf_str(&content), str_from(payload));
    assert_true(es256_verifies(key, buf_str(&input), buf_str(&signature)));
    buf_fini(&protected);
    buf_fini(&content);
    buf_fini(&signature);
    buf_fini(&input);
    json_decref(json);
}

static void a_document_carries_header_and_payload(void **state)
{
    (void)state;
    struct key *key = load(RFC7515_A3_KEY);
    const struct {
        struct jws_header header;
        const char *payload, *expected;
    } cases[] = {
        {{.jwk = key, .nonce = STR("abc-_9"), .url = STR("https://ca.test/new")},
         "{\"a\":1}",
         "{\"alg\":\"ES256\",\"jwk\":{\"crv\":\"P-256\",\"kty\":\"EC\",\"x\":"
         "\"f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRV"
         "EU\",\"y\":\"x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0\"},\"nonce\":\"abc-_9\",\"url\":\"https://ca.test/"
         "new\"}"},
        {{.kid = STR("https://ca.test/acct/1"), .nonce = STR("n"), .url = STR("https://ca.test/o")},
         "",
         "{\"alg\":\"ES256\",\"kid\":\"https://ca.test/acct/1\",\"nonce\":\"n\",\"url\":\"https://ca.test/o\"}"},
        {{.kid = STR("\"quoted\\\" and\nbroken"), .url = STR("https://ca.test/o")},
         "x",
         "{\"alg\":\"ES256\",\"kid\":\"\\\"quoted\\\\\\\" and\\nbroken\",\"url\":\"https://ca.test/o\"}"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        struct err err = {0};
        buf_init(&out, SIZE_MAX_OF_TEST);
        assert_true(jws_sign(key, &cases[i].header, str_from(cases[i].payload), &out, &err));
        assert_document(key, buf_str(&out), cases[i].expected, cases[i].payload);
        buf_fini(&out);
    }
    key_free(key);
}

static void what_cannot_be_signed_is_an_error(void **state)
{
    (void)state;
    struct key *key = load(RFC7515_A3_KEY);
    struct buf out;
    struct err err = {0};
    const struct jws_header bad = {.kid = STR("\xff\xfe"), .url = STR("https://ca.test/o")};
    const struct jws_header good = {.kid = STR("kid"), .url = STR("https://ca.test/o")};
    buf_init(&out, SIZE_MAX_OF_TEST);
    assert_false(jws_mac(STR("secret"), &bad, STR("{}"), &out, &err));
    assert_int_equal(err.code, ERR_INPUT);
    buf_clear(&out);
    assert_true(jws_mac(STR("secret"), &good, STR("{}"), &out, &err));
    size_t whole = out.size;
    buf_fini(&out);
    for (size_t cap = 0; cap < whole; cap++) {
        buf_init(&out, cap);
        err = (struct err){0};
        assert_false(jws_mac(STR("secret"), &good, STR("{}"), &out, &err));
        assert_int_equal(err.code, ERR_MEMORY);
        buf_fini(&out);
    }
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hs256_is_that_of_appendix_a1),
        cmocka_unit_test(rs256_is_that_of_appendix_a2),
        cmocka_unit_test(es256_is_raw_r_and_s_as_in_appendix_a3),
        cmocka_unit_test(a_document_carries_header_and_payload),
        cmocka_unit_test(what_cannot_be_signed_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
