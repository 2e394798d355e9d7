#include "check.h"

#include <stdlib.h>

#include "crypto/key.h"
#include "test_ca.h"

#define PEM_SIZE_MAX 65536

static struct buf pem_of(const struct key *key)
{
    struct buf pem;
    buf_init(&pem, PEM_SIZE_MAX);
    assert_true(key_to_pem(key, &pem, NULL));
    return pem;
}

static void made_keys_say_what_they_are_and_read_back(void **state)
{
    (void)state;
    static const struct {
        enum key_kind kind;
        unsigned bits;
        const char *name;
    } cases[] = {{KEY_ECDSA, 256, "ECDSA"}, {KEY_RSA, 2048, "RSA"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        struct key *key = key_generate(cases[i].kind, &err);
        assert_non_null(key);
        assert_int_equal(key_kind(key), cases[i].kind);
        assert_int_equal(key_bits(key), cases[i].bits);
        assert_string_equal(key_kind_name(key_kind(key)), cases[i].name);

        struct buf pem = pem_of(key), der, again;
        buf_init(&der, PEM_SIZE_MAX);
        buf_init(&again, PEM_SIZE_MAX);
        assert_true(str_starts(buf_str(&pem), STR("-----BEGIN PRIVATE KEY-----\n")));
        assert_true(key_to_der(key, &der, &err));
        struct key *from_der = key_load(buf_str(&der), NULL, &err);
        assert_non_null(from_der);
        assert_true(key_to_pem(from_der, &again, &err));
        assert_str(buf_str(&again), buf_str(&pem));
        key_free(from_der);
        key_free(key);
        key_wipe(&pem);
        key_wipe(&der);
        key_wipe(&again);
        assert_null(pem.data);
    }
}

static void kinds_that_cannot_be_made_are_refused(void **state)
{
    (void)state;
    struct err err = {0};
    assert_null(key_generate(KEY_ED25519, &err));
    assert_int_equal(err.code, ERR_SYSTEM);
}

static void every_kind_is_told_apart(void **state)
{
    (void)state;
    static const struct {
        enum test_ca_kind made;
        enum key_kind kind;
        unsigned bits;
    } cases[] = {{TEST_CA_P384, KEY_ECDSA, 384},
                 {TEST_CA_P521, KEY_ECDSA, 521},
                 {TEST_CA_RSA1024, KEY_RSA, 1024},
                 {TEST_CA_ED25519, KEY_ED25519, 256}};
    struct test_ca *ca = test_ca_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct test_ca_made made = test_ca_make_for(ca, "a.test", cases[i].made);
        struct key *key = key_load(buf_str(&made.key), NULL, NULL);
        assert_non_null(key);
        assert_int_equal(key_kind(key), cases[i].kind);
        if (cases[i].kind != KEY_ED25519)
            assert_int_equal(key_bits(key), cases[i].bits);
        key_free(key);
        test_ca_made_free(&made);
    }
    test_ca_free(ca);
}

/* The old forms as OpenSSL's command line writes them, and a key with a passphrase in both of its forms. */
static const char sec1[] = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n"
                           "-----BEGIN EC PRIVATE KEY-----\n"
                           "MHcCAQEEIKycWiysXHkIggKYeC6h8I3rOfDa7nRCB/xy+IcBqufLoAoGCCqGSM49\n"
                           "AwEHoUQDQgAE1xuhG8xHd24BlJE2l7jkOXvNsHjCUx+84NT+c2goA/0Bg0BSbftg\n"
                           "APOLXBYB7/pNj0VT7Tff0LJDYf8kcTEIww==\n"
                           "-----END EC PRIVATE KEY-----\n";
static const char pkcs1[] = "-----BEGIN RSA PRIVATE KEY-----\n"
                            "MIIEowIBAAKCAQEAw06ds/tiwHkcmDipbCoa7Dvd/I3R5ctD2V5LQUNBDdJCr0Pt\n"
                            "iLtpLwR+lMCHaYStYflDgFfVx6SVglAGiQUDuWB0pekYYKDQrNE+khi9W8lE72A+\n"
                            "8X8s7u2AU+DwZ7NUX3REpnCYU73pKzJhL94+jSqpVGNFcjHcRVodP18d3p6m+dt8\n"
                            "xxvcZbfjtuGbG8KsWWBVVaQFwvKCR3r6Z+yW6YqXR0XQnLWrCyu58JkAqK/JV24J\n"
                            "uF662NDOVyj4bvnQa2J/5Q+nRW12Sgm7leIBuXd8B84gfjrAw7yBtNjQVYR1/eB7\n"
                            "K+4qmNOw+t6i4RZekp7LxXKh6j1W+gahXepzcQIDAQABAoIBAD/xsF5qEtXzkTIh\n"
                            "cw7v5iqsGy0B/dPfrhIv9jGi5FyzF5QsiEu5GGIFdbAcLPmWL/Ig20HdAChCMZUd\n"
                            "wFYCJ0r9UpOzcoDIhinexD6vDOhNSF2bRGBrA/oiFl7gCbXaF+i8t3FK8gSQ7BNx\n"
                            "hjJW8GHlstTnP6h4vKaUL3k9Ghl1goPZtyR8dt/EoDRjClQRG7hW6yoiHTXZdDTL\n"
                            "cV8IHJU+3vksJgyV5Ko69T3709KiJjXgCZ10Jwbq7C+kcxl1lYIxxdlLvhKL4N9M\n"
                            "Rn45tHy0Mfg5s4frU9lD4PuZLYMJ6WG66oRvG2FA70CtGzIUq4qdp8AKcR5TS2He\n"
                            "D2dGDiUCgYEA/wiXR5oVxr6Qcu/61zMQOWzb0F3mDS5FGXEE9qZrcEBoUnRR1TjY\n"
                            "6St1R3lPvoNSm4RqM9tWKbwz5MyDf8maC+CXzki1YwwCjjIVbXKh/qZu/BxmYeqQ\n"
                            "hwZE1VISHoFx7iLRS7WV9vm2fO0xi6aJvMSMB9/JAEyOigq+qtK7G28CgYEAxAwV\n"
                            "jufCDPbq7XpZqaLQHI0cbcL7B2lG6Tj3V82PkWzs6VmLG3aeSNJ2RwbHDCpT2dfC\n"
                            "r+rgQjx0+oAgsjCD6ycqeVskvYiaaQQfnd2SU4fygMwjcXv41CRWokliqkkY0C9J\n"
                            "mIhyttUlJKrTKd/XPXaVBZFtuYQlWUyQJDLzbx8CgYEA63Gr779xsSyGwIWKRxfu\n"
                            "N4WnHSNC2hJIWqd7VJXpBBWB+fVHAxjbL9AeEqENHK2yGr7RKRSp5BfKtMSV9ehR\n"
                            "nft3SkrXohwZU9sq6wL0SNqwBXHWlzjsuqrv6xw8fAs2+gkMvd9jFkIM1iJIJkvW\n"
                            "Rv4Q5MgVkYAb65bl1WB8umMCgYASC0qwrIQfzVoyIWC/TEz7U8GaGKgiNn5gWO3r\n"
                            "FvBv4iasE6HKFVDcQwK/5s/LPtoY4tL4fhXGAuqBY+mefPinXCN8p/bpuvj7UXXX\n"
                            "gd1F8u1PDXr1pwNwAyg2J6r9IV03TCLp9yUXzuZsSYzF/eRBs/hjWs9Ok+scHP/n\n"
                            "VQky4QKBgE5x8ag9ShEs6mxjUOPU7duDWMk1OfbCpaUmivThZXGa3MVrcPZm5K8T\n"
                            "i0Wm0ahuRNssD5Nhwn8eXCODIMlac9lL675EWtzKXck4s8ONguOf3OQtk5iZ+HVG\n"
                            "47bZOw+9jO83ocfOQdPMipofx8iuErG5jBeFF64ZJ54UKpBS8cFZ\n"
                            "-----END RSA PRIVATE KEY-----\n";
static const char encrypted_pkcs8[] = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"
                                      "MIHsMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAjwFr9Ux/WVKwICCAAw\n"
                                      "DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEJrNMzcsG6RwWEYKEVY4tbMEgZBy\n"
                                      "2cp84fzKhA1L5kdorxJJSHj+JWtX1eU3ycPQkp1kpSg1tOFhUw8SEhYW84RVzhhc\n"
                                      "v+PWc2k/QSJ4/zvtRzBZLC1QZD44txhWHq9+tdSKwZQpSrR7Dgn4r/aqp8HPXLaU\n"
                                      "GGxQfgAIv33XniI5g821mCcXKeKpq6QScGy7cW8nRJCs5y6/yvl5PV9GjfAtnwE=\n"
                                      "-----END ENCRYPTED PRIVATE KEY-----\n";
static const char encrypted_traditional[] = "-----BEGIN EC PRIVATE KEY-----\n"
                                            "Proc-Type: 4,ENCRYPTED\n"
                                            "DEK-Info: AES-128-CBC,D72F7372859E290166E6C4014E362086\n"
                                            "\n"
                                            "YxqnK0BU8igqV1DhteUsa2l2zljt84KwHva+EPSUmvg8cW8GWVnbxmZiz9Nrkp96\n"
                                            "cxBNtDsAEOmEo26YPNGOf+Ep087R67Ua5u7CHo1G+Pi1WhTwrLKB5itf23XDTCIj\n"
                                            "qXsZICiqWcraxmNBP0BGMpPUYOno/kT7YGmVqBRhHCE=\n"
                                            "-----END EC PRIVATE KEY-----\n";

static void the_forms_operators_have_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *pem;
        enum key_fault fault;
        enum key_kind kind;
    } cases[] = {
        {sec1, KEY_FAULT_NONE, KEY_ECDSA},
        {pkcs1, KEY_FAULT_NONE, KEY_RSA},
        {encrypted_pkcs8, KEY_FAULT_ENCRYPTED, KEY_OTHER},
        {encrypted_traditional, KEY_FAULT_ENCRYPTED, KEY_OTHER},
        {"", KEY_FAULT_MISSING, KEY_OTHER},
        {"-----BEGIN PUBLIC KEY-----\nMAA=\n-----END PUBLIC KEY-----\n", KEY_FAULT_MISSING, KEY_OTHER},
        {"-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n", KEY_FAULT_UNREADABLE, KEY_OTHER},
        {"-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----\n", KEY_FAULT_UNREADABLE, KEY_OTHER},
        {"-----BEGIN PRIVATE KEY-----\nMAA=\n", KEY_FAULT_UNREADABLE, KEY_OTHER},
        {"not a key", KEY_FAULT_UNREADABLE, KEY_OTHER},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum key_fault fault = KEY_FAULT_MEMORY;
        struct err err = {0};
        struct key *key = key_load(str_from(cases[i].pem), &fault, &err);
        assert_int_equal(fault, cases[i].fault);
        assert_int_equal(key != NULL, fault == KEY_FAULT_NONE);
        if (key)
            assert_int_equal(key_kind(key), cases[i].kind);
        else
            assert_true(err.code == ERR_INPUT && err.text[0]);
        key_free(key);
    }
}

static void a_key_cut_short_at_any_byte_is_refused(void **state)
{
    (void)state;
    struct key *key = key_generate(KEY_ECDSA, NULL);
    struct buf pem = pem_of(key), der;
    buf_init(&der, PEM_SIZE_MAX);
    assert_true(key_to_der(key, &der, NULL));
    for (size_t size = 0; size < der.size; size++)
        assert_null(key_load(str_part(buf_str(&der), 0, size), NULL, NULL));
    for (size_t size = 0; size + sizeof "-----\n" <= pem.size; size++)
        assert_null(key_load(str_part(buf_str(&pem), 0, size), NULL, NULL));
    key_free(key);
    key_wipe(&pem);
    key_wipe(&der);
}

static void a_full_buffer_is_told(void **state)
{
    (void)state;
    struct key *key = key_generate(KEY_ECDSA, NULL);
    struct buf small;
    struct err err = {0};
    buf_init(&small, 10);
    assert_false(key_to_pem(key, &small, &err));
    assert_int_equal(err.code, ERR_MEMORY);
    buf_fini(&small);
    key_free(key);
    key_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_keys_say_what_they_are_and_read_back),
        cmocka_unit_test(kinds_that_cannot_be_made_are_refused),
        cmocka_unit_test(every_kind_is_told_apart),
        cmocka_unit_test(the_forms_operators_have_are_read),
        cmocka_unit_test(a_key_cut_short_at_any_byte_is_refused),
        cmocka_unit_test(a_full_buffer_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
