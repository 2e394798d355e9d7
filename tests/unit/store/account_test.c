/* Names, languages, labels; when a session is over. */
#include "check.h"

#include "store/account.h"

static void names_are_plain_ascii(void **state)
{
    static char long_name[ACCOUNT_NAME_SIZE_MAX + 1];
    (void)state;
    memset(long_name, 'a', sizeof long_name);
    const struct {
        struct str name;
        bool fine;
    } cases[] = {
        {STR("anna"), true},
        {STR("Anna.B-1_2"), true},
        {STR("anna+test@example.org"), true},
        {STR("7"), true},
        {str_make(long_name, ACCOUNT_NAME_SIZE_MAX), true},
        {str_make(long_name, ACCOUNT_NAME_SIZE_MAX + 1), false},
        {STR(""), false},
        {(struct str){NULL, 0}, false},
        {STR(".anna"), false},
        {STR("-anna"), false},
        {STR("anna b"), false},
        {STR("anna/b"), false},
        {STR("anna\n"), false},
        {str_make("an\0na", 5), false},
        {STR("\xc3\xa9mile"), false},
        {STR("ann\xd0\xb0"), false}, /* a Cyrillic a */
        {STR("anna\xe2\x80\xae"), false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        if (account_name_check(cases[i].name, "name", &err) != cases[i].fine)
            fail_msg("%.*s", STR_ARG(cases[i].name));
        if (!cases[i].fine)
            assert_string_equal(err.field, "name");
    }
}

static void labels_are_text_and_languages_are_tags(void **state)
{
    static const struct {
        struct str text;
        bool label, language;
    } cases[] = {
        {STR_INIT("Anna's phone"), true, false},
        {STR_INIT("T\xc3\xa9l\xc3\xa9phone"), true, false},
        {STR_INIT("en"), true, true},
        {STR_INIT("zh-Hant"), true, true},
        {STR_INIT(""), false, true},
        {STR_INIT("-en"), true, false},
        {STR_INIT("tab\there"), false, false},
        {STR_INIT("\x7f"), false, false},
        {STR_INIT("\xff"), false, false},
        {STR_INIT("\xc3"), false, false},
        {STR_INIT("12345678901234567890"), true, false},
        {STR_INIT("12345678901234567890123456789012345678901234567890123456789012345"), false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(account_label_check(cases[i].text, "label", NULL), cases[i].label);
        assert_int_equal(account_language_check(cases[i].text, "language", NULL), cases[i].language);
    }
}

static void a_session_ends_by_age_by_rest_and_under_a_wrong_clock(void **state)
{
    static const struct {
        int64_t created_s, last_seen_s, now_s;
        bool over;
    } cases[] = {
        {1000000, 1000000, 1000000, false},
        {1000000, 1000000, 1000000 + SESSION_IDLE_S - 1, false},
        {1000000, 1000000, 1000000 + SESSION_IDLE_S, true},
        {1000000, 1000000 + SESSION_LIFE_S - 5, 1000000 + SESSION_LIFE_S - 1, false},
        {1000000, 1000000 + SESSION_LIFE_S - 5, 1000000 + SESSION_LIFE_S, true},
        {1000000, 1000000, 1000000 - SESSION_AHEAD_S_MAX, false},
        {1000000, 1000000, 1000000 - SESSION_AHEAD_S_MAX - 1, true},
        {1000000, 9000000, 1000001, true},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct session session = {.created_s = cases[i].created_s,
                                        .last_seen_s = cases[i].last_seen_s,
                                        .expires_s = cases[i].created_s + SESSION_LIFE_S};
        if (session_is_over(&session, cases[i].now_s) != cases[i].over)
            fail_msg("case %zu", i);
    }
}

static void texts_of_clients_are_cut_and_can_be_shown(void **state)
{
    char room[8];
    (void)state;
    session_set_text(room, sizeof room, STR("Mozilla/5.0"));
    assert_string_equal(room, "Mozilla");
    session_set_text(room, sizeof room, STR("a\n\x1b\xc3"));
    assert_string_equal(room, "a???");
    session_set_text(room, sizeof room, (struct str){NULL, 0});
    assert_string_equal(room, "");
}

static void roles_have_names_and_nobody_has_none(void **state)
{
    (void)state;
    assert_string_equal(account_role_name(ACCOUNT_NONE), "none");
    assert_string_equal(account_role_name(ACCOUNT_VIEWER), "viewer");
    assert_string_equal(account_role_name(ACCOUNT_OPERATOR), "operator");
    assert_string_equal(account_role_name(ACCOUNT_OWNER), "owner");
    assert_true(ACCOUNT_NONE < ACCOUNT_VIEWER && ACCOUNT_VIEWER < ACCOUNT_OPERATOR && ACCOUNT_OPERATOR < ACCOUNT_OWNER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_plain_ascii),
        cmocka_unit_test(labels_are_text_and_languages_are_tags),
        cmocka_unit_test(a_session_ends_by_age_by_rest_and_under_a_wrong_clock),
        cmocka_unit_test(texts_of_clients_are_cut_and_can_be_shown),
        cmocka_unit_test(roles_have_names_and_nobody_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
