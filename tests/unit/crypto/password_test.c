/* Passwords: hashed, told apart, never stored; the rules for new ones. */
#include "check.h"

#include "base/err.h"
#include "crypto/password.h"

static void a_hash_is_this_passwords_and_no_others(void **state)
{
    char hash[PASSWORD_HASH_SIZE], again[PASSWORD_HASH_SIZE];
    struct err err = {0};
    (void)state;
    assert_true(password_hash(STR("correct horse battery"), hash, &err));
    assert_true(password_hash(STR("correct horse battery"), again, &err));
    assert_string_not_equal(hash, again); /* each has its own salt */
    assert_int_equal(strncmp(hash, "$argon2id$v=19$m=65536,t=2,p=1$", 31), 0);
    assert_null(strstr(hash, "horse"));
    assert_true(password_verify(hash, STR("correct horse battery"), &err));
    assert_true(password_verify(again, STR("correct horse battery"), &err));
    assert_false(password_verify(hash, STR("correct horse batterz"), &err));
    assert_false(password_verify(hash, STR("correct horse battery "), &err));
    assert_false(password_verify(hash, STR(""), &err));
    assert_int_equal(err.code, ERR_NONE);
    assert_false(password_is_outdated(hash));
}

static void without_an_account_nothing_is_right(void **state)
{
    struct err err = {0};
    (void)state;
    assert_false(password_verify(NULL, STR("correct horse battery"), &err));
    assert_false(password_verify(NULL, (struct str){NULL, 0}, &err));
    assert_int_equal(err.code, ERR_NONE);
}

static void what_is_no_hash_lets_nobody_in(void **state)
{
    static const char *const hashes[] = {"", "x", "$argon2id$", "$argon2id$v=19$m=65536,t=2,p=1$$", "correct horse"};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof hashes / sizeof *hashes; i++)
        assert_false(password_verify(hashes[i], STR("correct horse"), &err));
}

/* A zero byte within it counts like any other byte. */
static void every_byte_counts(void **state)
{
    char hash[PASSWORD_HASH_SIZE];
    (void)state;
    assert_true(password_hash(str_make("before\0behind", 13), hash, NULL));
    assert_true(password_verify(hash, str_make("before\0behind", 13), NULL));
    assert_false(password_verify(hash, STR("before"), NULL));
    assert_false(password_verify(hash, str_make("before\0behinD", 13), NULL));
}

static void the_longest_is_hashed_whole_and_a_longer_one_is_nobodys(void **state)
{
    static char text[PASSWORD_SIZE_MAX + 1];
    char hash[PASSWORD_HASH_SIZE];
    (void)state;
    memset(text, 'x', sizeof text);
    assert_true(password_hash(str_make(text, PASSWORD_SIZE_MAX), hash, NULL));
    assert_true(password_verify(hash, str_make(text, PASSWORD_SIZE_MAX), NULL));
    assert_false(password_verify(hash, str_make(text, PASSWORD_SIZE_MAX + 1), NULL));
    assert_false(password_verify(hash, str_make(text, PASSWORD_SIZE_MAX - 1), NULL));
}

static void hashes_of_less_effort_are_outdated(void **state)
{
    (void)state;
    assert_true(password_is_outdated("$argon2id$v=19$m=8,t=1,p=1$VGhlcmUgaXMgbm9ib2R5IQ$"
                                     "yNn6LDqSk2Rdk4Sfe2VZhdyBQb2SOKmf3JKbKQPJ8eg"));
    assert_true(password_is_outdated("nonsense"));
}

static void a_new_password_is_long_enough_and_not_the_name(void **state)
{
    static char long_one[PASSWORD_SIZE_MAX + 1];
    (void)state;
    memset(long_one, 'x', sizeof long_one);
    const struct {
        struct str password;
        const char *says; /* NULL: it is fine */
    } cases[] = {
        {STR("correct horse"), NULL},
        {STR("twelve bytes"), NULL},
        {STR("eleven byte"), "shorter than 12"},
        {STR(""), "shorter than 12"},
        {STR("anna@example.org"), "the account's name"},
        {STR("ANNA@example.org"), "the account's name"},
        {str_make(long_one, PASSWORD_SIZE_MAX), NULL},
        {str_make(long_one, PASSWORD_SIZE_MAX + 1), "longer than 1024"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        assert_int_equal(password_check(cases[i].password, STR("anna@example.org"), "password", &err),
                         cases[i].says == NULL);
        if (!cases[i].says)
            continue;
        assert_string_equal(err.field, "password");
        assert_non_null(strstr(err.text, cases[i].says));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hash_is_this_passwords_and_no_others),
        cmocka_unit_test(without_an_account_nothing_is_right),
        cmocka_unit_test(what_is_no_hash_lets_nobody_in),
        cmocka_unit_test(every_byte_counts),
        cmocka_unit_test(the_longest_is_hashed_whole_and_a_longer_one_is_nobodys),
        cmocka_unit_test(hashes_of_less_effort_are_outdated),
        cmocka_unit_test(a_new_password_is_long_enough_and_not_the_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
