/* HMAC by the vectors of RFC 4231, with SHA-1 by those of RFC 2202. */
#include "check.h"

#include "crypto/digest.h"
#include "crypto/mac.h"

static void codes_are_those_of_the_rfc(void **state)
{
    (void)state;
    char long_key[131];
    memset(long_key, 0xaa, sizeof long_key);
    const struct {
        enum mac_algorithm algorithm;
        struct str key, data;
        const char *code;
    } cases[] = {
        {MAC_SHA256, STR("Jefe"), STR("what do ya want for nothing?"),
         "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
        {MAC_SHA512, STR("Jefe"), STR("what do ya want for nothing?"),
         "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea2505549758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6"
         "b4b"
         "636e070a38bce737"},
        {MAC_SHA1, STR("Jefe"), STR("what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"},
        {MAC_SHA256, str_make(long_key, sizeof long_key), STR("Test Using Larger Than Block-Size Key - Hash Key First"),
         "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint8_t code[MAC_SIZE_MAX];
        char hex[2 * MAC_SIZE_MAX + 1];
        assert_true(mac_make(cases[i].algorithm, cases[i].key, cases[i].data, code, NULL));
        digest_hex(code, mac_size(cases[i].algorithm), hex);
        assert_string_equal(hex, cases[i].code);
    }
}

static void an_empty_key_and_no_data_have_a_code_too(void **state)
{
    (void)state;
    uint8_t a[MAC_SIZE_MAX], b[MAC_SIZE_MAX];
    assert_true(mac_make(MAC_SHA256, (struct str){NULL, 0}, (struct str){NULL, 0}, a, NULL));
    assert_true(mac_make(MAC_SHA256, STR(""), STR(""), b, NULL));
    assert_true(mac_equal(a, b, mac_size(MAC_SHA256)));
    b[31] ^= 1;
    assert_false(mac_equal(a, b, mac_size(MAC_SHA256)));
}

static void data_in_parts_have_the_code_of_the_whole(void **state)
{
    (void)state;
    static const enum mac_algorithm algorithms[] = {MAC_SHA1, MAC_SHA256, MAC_SHA512};
    const struct str data = STR("what do ya want for nothing?");
    for (size_t i = 0; i < sizeof algorithms / sizeof *algorithms; i++)
        for (size_t piece = 1; piece <= data.size; piece++) {
            uint8_t whole[MAC_SIZE_MAX], parts[MAC_SIZE_MAX];
            struct mac_run *run = NULL;
            assert_true(mac_make(algorithms[i], STR("Jefe"), data, whole, NULL));
            assert_true(mac_run_new(algorithms[i], STR("Jefe"), &run, NULL));
            mac_run_add(run, (struct str){NULL, 0});
            for (size_t at = 0; at < data.size; at += piece)
                mac_run_add(run, str_part(data, at, piece));
            assert_true(mac_run_end(run, parts, NULL));
            mac_run_free(run);
            assert_true(mac_equal(whole, parts, mac_size(algorithms[i])));
        }
    mac_run_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_rfc),
        cmocka_unit_test(data_in_parts_have_the_code_of_the_whole),
        cmocka_unit_test(an_empty_key_and_no_data_have_a_code_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
