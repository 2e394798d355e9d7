/* /v1/account: one's own password, language and one-time codes. */
#include "account_ask.h"

static void a_new_password_needs_the_old_one_and_ends_the_other_sessions(void **state)
{
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_VIEWER);
    asker_sign_in(&p, "anna");
    const struct session other = p.session;
    asker_sign_in(&p, "anna");
    asker_check(&p, "PATCH", "/v1/account", "{\"old_password\":\"not the password\",\"password\":\"" NEW_PASSWORD "\"}",
                403, "wrong_password");
    assert_true(asker_password_is(&p, "anna", PASSWORD));
    assert_true(asker_session_lives(&p, &other));
    asker_check(&p, "PATCH", "/v1/account", "{\"old_password\":\"" PASSWORD "\",\"password\":\"" NEW_PASSWORD "\"}",
                200, "\"name\":\"anna\"");
    assert_true(asker_password_is(&p, "anna", NEW_PASSWORD));
    assert_false(asker_session_lives(&p, &other));
    asker_check_audit(&p, "account anna account.change anna >{\"password\":true}|");
    asker_fini(&p);
}

/* Wherever it is asked for, and however right it is then. */
static void a_password_is_guessed_at_a_few_times_only(void **state)
{
    struct asker p;
    unsigned tries = 0;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_VIEWER);
    asker_sign_in(&p, "anna");
    for (int i = 0; i < 3 * PANEL_THROTTLE_ACCOUNT_FREE; i++) /* what is right is forgotten again */
        asker_check(&p, "POST", "/v1/account/totp", "{\"password\":\"" PASSWORD "\"}", 200, NULL);
    while (asker_ask(&p, "POST", "/v1/account/totp", "{\"password\":\"a guess at it\"}") == 403)
        assert_true(++tries <= PANEL_THROTTLE_ACCOUNT_FREE + 1);
    assert_int_equal(p.status, 429);
    asker_check(&p, "PATCH", "/v1/account", "{\"old_password\":\"" PASSWORD "\",\"password\":\"" NEW_PASSWORD "\"}",
                429, "throttled");
    asker_check(&p, "POST", "/v1/account/passkeys", "{\"password\":\"" PASSWORD "\"}", 429, "throttled");
    asker_check(&p, "DELETE", "/v1/account/totp", "{\"password\":\"" PASSWORD "\"}", 429, "throttled");
    assert_true(asker_password_is(&p, "anna", PASSWORD));
    asker_fini(&p);
}

static void what_is_wrong_is_named(void **state)
{
    static const struct asker_step steps[] = {
        {"PATCH", "/v1/account", "{\"password\":\"" NEW_PASSWORD "\"}", 400, "\"field\":\"old_password\""},
        {"PATCH", "/v1/account", "{\"old_password\":\"" PASSWORD "\"}", 400, "\"field\":\"password\""},
        {"PATCH", "/v1/account", "{\"old_password\":\"" PASSWORD "\",\"password\":\"short\"}", 400, "shorter"},
        {"PATCH", "/v1/account", "{\"role\":\"owner\"}", 400, "\"field\":\"role\""},
        {"PATCH", "/v1/account", "{\"language\":\"?\"}", 400, "\"field\":\"language\""},
        {"PATCH", "/v1/account", "{\"language\":\"fr\"}", 200, "\"language\":\"fr\""},
        {"PATCH", "/v1/account", "{\"language\":\"\"}", 200, "\"language\":\"\""},
        {"PATCH", "/v1/account", "{}", 200, "\"name\":\"anna\""},
        {"POST", "/v1/account/totp", "{}", 400, "\"field\":\"password\""},
        {"POST", "/v1/account/totp", "{\"password\":\"x\",\"code\":\"1\"}", 400, "\"field\":\"password\""},
        {"POST", "/v1/account/totp", "{\"code\":\"123456\"}", 409, "no new one-time codes"},
        {"POST", "/v1/account/totp", "{\"password\":\"wrong\"}", 403, "wrong_password"},
        {"DELETE", "/v1/account/totp", "{}", 400, "\"field\":\"password\""},
        {"DELETE", "/v1/account/totp", "{\"password\":\"wrong\"}", 403, "wrong_password"},
    };
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_VIEWER);
    asker_sign_in(&p, "anna");
    ASKER_RUN(&p, steps);
    asker_fini(&p);
}

static void where_nobody_is_signed_in_there_is_no_own_account(void **state)
{
    static const struct asker_step steps[] = {
        {"PATCH", "/v1/account", "{\"language\":\"fr\"}", 409, "/v1/accounts/NAME"},
        {"POST", "/v1/account/totp", "{\"password\":\"x\"}", 409, "/v1/accounts/NAME"},
        {"DELETE", "/v1/account/totp", "{\"password\":\"x\"}", 409, "/v1/accounts/NAME"},
        {"GET", "/v1/account/passkeys", "", 409, "/v1/accounts/NAME"},
        {"POST", "/v1/account/passkeys", "{\"password\":\"x\"}", 409, "/v1/accounts/NAME"},
        {"DELETE", "/v1/account/passkeys/1", "", 409, "/v1/accounts/NAME"},
    };
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_OWNER);
    ASKER_RUN(&p, steps);
    asker_fini(&p);
}

static struct account load(struct asker *p)
{
    struct account account;
    assert_true(store_account(p->f->core.store, STR("anna"), &account, NULL));
    return account;
}

static void one_time_codes_count_when_one_was_seen(void **state)
{
    struct asker p;
    char code[TOTP_DIGITS + 1], content[64];
    struct account account;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_VIEWER);
    asker_sign_in(&p, "anna");
    const struct session other = p.session;
    asker_sign_in(&p, "anna");
    asker_check(&p, "POST", "/v1/account/totp", "{\"password\":\"" PASSWORD "\"}", 200,
                "\"uri\":\"otpauth://totp/Strictgate:anna?secret=");
    account = load(&p);
    assert_true(account.has_totp_next);
    assert_false(account.has_totp);
    int64_t step = clock_wall_s() / TOTP_STEP_S;
    assert_true(totp_code(account.totp_next, step + 5000, code, NULL));
    (void)snprintf(content, sizeof content, "{\"code\":\"%s\"}", code);
    asker_check(&p, "POST", "/v1/account/totp", content, 400, "\"field\":\"code\"");
    assert_true(asker_session_lives(&p, &other));
    assert_true(totp_code(account.totp_next, step, code, NULL));
    (void)snprintf(content, sizeof content, "{\"code\":\"%.3s %s\"}", code, code + 3);
    asker_check(&p, "POST", "/v1/account/totp", content, 200, "\"totp\":true");
    account = load(&p);
    assert_true(account.has_totp);
    assert_false(account.has_totp_next);
    assert_int_equal(account.totp_step, step); /* used up */
    assert_false(asker_session_lives(&p, &other));
    assert_true(asker_session_lives(&p, &p.session));
    asker_check(&p, "DELETE", "/v1/account/totp", "{\"password\":\"" PASSWORD "\"}", 200, "\"totp\":false");
    asker_check_audit(&p, "account anna account.change anna >{\"totp\":false}|"
                          "account anna account.change anna >{\"totp\":true}| account.add anna");
    asker_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_password_needs_the_old_one_and_ends_the_other_sessions),
        cmocka_unit_test(a_password_is_guessed_at_a_few_times_only),
        cmocka_unit_test(what_is_wrong_is_named),
        cmocka_unit_test(where_nobody_is_signed_in_there_is_no_own_account),
        cmocka_unit_test(one_time_codes_count_when_one_was_seen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
