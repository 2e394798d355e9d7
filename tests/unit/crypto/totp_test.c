/* One-time codes by the vectors of RFC 6238 appendix B (cut to six digits), each good once. */
#include "check.h"

#include "crypto/totp.h"

/* "12345678901234567890" */
static const uint8_t secret[TOTP_SECRET_SIZE] = {0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x30,
                                                 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39, 0x30};

static void codes_are_those_of_the_rfc(void **state)
{
    static const struct {
        int64_t at_s;
        const char *code;
    } cases[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                 {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char code[TOTP_DIGITS + 1];
        int64_t step;
        assert_true(totp_code(secret, cases[i].at_s / TOTP_STEP_S, code, NULL));
        assert_string_equal(code, cases[i].code);
        assert_true(totp_check(secret, str_from(cases[i].code), cases[i].at_s, 0, &step));
        assert_int_equal(step, cases[i].at_s / TOTP_STEP_S);
    }
}

static bool is_good(int64_t step_of_code, int64_t now_s, int64_t last_step, int64_t *ret_step)
{
    char code[TOTP_DIGITS + 1];
    assert_true(totp_code(secret, step_of_code, code, NULL));
    return totp_check(secret, str_from(code), now_s, last_step, ret_step);
}

static void a_code_is_good_in_its_step_and_the_ones_beside_it(void **state)
{
    int64_t step = 0;
    (void)state;
    assert_true(is_good(1000, 30000, 0, &step));
    assert_int_equal(step, 1000);
    assert_true(is_good(1000, 30029, 0, &step));
    assert_true(is_good(1000, 30059, 0, &step));
    assert_int_equal(step, 1000);
    assert_true(is_good(1000, 29970, 0, &step));
    assert_false(is_good(1000, 30060, 0, &step));
    assert_false(is_good(1000, 29969, 0, &step));
}

static void a_code_is_good_once(void **state)
{
    int64_t step = 77;
    (void)state;
    assert_false(is_good(1000, 30000, 1000, &step));
    assert_false(is_good(999, 30000, 1000, &step));
    assert_int_equal(step, 77);
    assert_true(is_good(1001, 30000, 1000, &step));
    assert_int_equal(step, 1001);
}

static void only_six_digits_are_a_code(void **state)
{
    static const struct {
        const char *code;
        bool good;
    } cases[] = {{"287082", true},  {"287 082", true}, {" 287082 ", true}, {"28708", false},   {"2870822", false},
                 {"28708a", false}, {"", false},       {"      ", false},  {"-87082", false},  {"94287082", false},
                 {"287083", false}, {"187082", false}, {"287082x", false}, {"287-082", false}, {"\t287082", false}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t step;
        assert_int_equal(totp_check(secret, str_from(cases[i].code), 59, 0, &step), cases[i].good);
    }
}

static void before_1970_nothing_is_good(void **state)
{
    int64_t step;
    (void)state;
    assert_false(is_good(0, -1, -5, &step));
}

static void the_address_for_apps_has_the_secret_and_the_account(void **state)
{
    struct buf uri;
    (void)state;
    buf_init(&uri, TOTP_URI_SIZE_MAX);
    assert_true(totp_write_uri(secret, STR("Strictgate at gate.example"), STR("anna@example.org"), &uri));
    assert_str(buf_str(&uri),
               STR("otpauth://totp/Strictgate%20at%20gate.example:anna%40example.org?secret="
                   "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Strictgate%20at%20gate.example&algorithm=SHA1&digits=6&"
                   "period=30"));
    buf_fini(&uri);
    buf_init(&uri, 20);
    assert_false(totp_write_uri(secret, STR("S"), STR("a"), &uri));
    buf_fini(&uri);
}

static void every_secret_is_another_one(void **state)
{
    uint8_t a[TOTP_SECRET_SIZE] = {0}, b[TOTP_SECRET_SIZE] = {0};
    (void)state;
    assert_true(totp_secret_make(a, NULL) && totp_secret_make(b, NULL));
    assert_memory_not_equal(a, b, sizeof a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_those_of_the_rfc),
        cmocka_unit_test(a_code_is_good_in_its_step_and_the_ones_beside_it),
        cmocka_unit_test(a_code_is_good_once),
        cmocka_unit_test(only_six_digits_are_a_code),
        cmocka_unit_test(before_1970_nothing_is_good),
        cmocka_unit_test(the_address_for_apps_has_the_secret_and_the_account),
        cmocka_unit_test(every_secret_is_another_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
