/* /v1/accounts: what owners and the machine's administrator do with accounts. */
#include "account_ask.h"

static void accounts_are_added_listed_changed_and_removed(void **state)
{
    static const struct asker_step steps[] = {
        {"GET", "/v1/accounts", "", 200, "{\"accounts\":[]}"},
        {"POST", "/v1/accounts", "{\"name\":\"Anna\",\"role\":\"owner\",\"password\":\"" PASSWORD "\"}", 201,
         "{\"name\":\"Anna\",\"role\":\"owner\",\"totp\":false,\"passkeys\":0,\"language\":\"\",\"created\":\"2"},
        {"POST", "/v1/accounts",
         "{\"name\":\"bert@example.org\",\"role\":\"viewer\",\"password\":\"" PASSWORD "\",\"language\":\"fr\"}", 201,
         "\"language\":\"fr\""},
        {"GET", "/v1/accounts", "", 200, "\"name\":\"bert@example.org\",\"role\":\"viewer\""},
        {"GET", "/v1/accounts/ANNA", "", 200, "\"passkey_list\":[]}"},
        {"GET", "/v1/accounts/bert%40example.org", "", 200, "\"role\":\"viewer\""},
        {"PATCH", "/v1/accounts/bert@example.org", "{\"role\":\"operator\",\"language\":\"\"}", 200,
         "\"role\":\"operator\",\"totp\":false,\"passkeys\":0,\"language\":\"\""},
        {"DELETE", "/v1/accounts/bert@example.org", "", 200, "{}"},
        {"GET", "/v1/accounts/bert@example.org", "", 404, "there is no account bert@example.org"},
    };
    struct asker p;
    (void)state;
    asker_init(&p);
    ASKER_RUN(&p, steps);
    asker_check_audit(&p, "uid 0 (root) account.remove bert@example.org {\"role\":\"operator\"}>|"
                          "uid 0 (root) account.change bert@example.org {\"role\":\"viewer\"}>"
                          "{\"role\":\"operator\",\"language\":\"\"}|"
                          "uid 0 (root) account.add bert@example.org >{\"role\":\"viewer\"}|"
                          "uid 0 (root) account.add Anna >{\"role\":\"owner\"}|");
    assert_true(asker_password_is(&p, "anna", PASSWORD));
    asker_fini(&p);
}

static void what_is_wrong_is_named_and_changes_nothing(void **state)
{
    static const struct asker_step steps[] = {
        {"POST", "/v1/accounts", "{\"role\":\"owner\",\"password\":\"" PASSWORD "\"}", 400, "\"field\":\"name\""},
        {"POST", "/v1/accounts", "{\"name\":\"a b\",\"role\":\"owner\",\"password\":\"" PASSWORD "\"}", 400,
         "\"field\":\"name\""},
        {"POST", "/v1/accounts", "{\"name\":\"b\",\"password\":\"" PASSWORD "\"}", 400, "\"field\":\"role\""},
        {"POST", "/v1/accounts", "{\"name\":\"b\",\"role\":\"none\",\"password\":\"" PASSWORD "\"}", 400,
         "\"field\":\"role\""},
        {"POST", "/v1/accounts", "{\"name\":\"b\",\"role\":\"owner\"}", 400, "\"field\":\"password\""},
        {"POST", "/v1/accounts", "{\"name\":\"b\",\"role\":\"owner\",\"password\":\"short\"}", 400,
         "\"field\":\"password\""},
        {"POST", "/v1/accounts", "{\"name\":\"twelve.bytes\",\"role\":\"owner\",\"password\":\"twelve.bytes\"}", 400,
         "the account's name"},
        {"POST", "/v1/accounts",
         "{\"name\":\"b\",\"role\":\"owner\",\"password\":\"" PASSWORD "\",\"language\":\"e n\"}", 400,
         "\"field\":\"language\""},
        {"POST", "/v1/accounts", "{\"name\":\"b\",\"role\":\"owner\",\"password\":\"" PASSWORD "\",\"x\":1}", 400,
         "\"field\":\"x\""},
        {"POST", "/v1/accounts", "{\"name\":\"ANNA\",\"role\":\"owner\",\"password\":\"" PASSWORD "\"}", 409,
         "there is an account ANNA already"},
        {"PATCH", "/v1/accounts/carla", "{}", 404, "there is no account carla"},
        {"PATCH", "/v1/accounts/anna", "{\"totp\":true}", 400, "only false"},
        {"PATCH", "/v1/accounts/anna", "{\"passkeys\":true}", 400, "only false"},
        {"PATCH", "/v1/accounts/anna", "{\"name\":\"b\"}", 400, "\"field\":\"name\""},
        {"PATCH", "/v1/accounts/anna", "{\"password\":\"short\"}", 400, "\"field\":\"password\""},
        {"PATCH", "/v1/accounts/anna", "{\"role\":\"viewer\"}", 409, "last owner"},
        {"PATCH", "/v1/accounts/anna", "{\"role\":\"viewer\",\"password\":\"" NEW_PASSWORD "\"}", 409, "last owner"},
        {"DELETE", "/v1/accounts/anna", "", 409, "last owner"},
        {"DELETE", "/v1/accounts/carla", "", 404, "there is no account carla"},
    };
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_OWNER);
    ASKER_RUN(&p, steps);
    assert_true(asker_password_is(&p, "anna", PASSWORD));
    asker_check_audit(&p, " account.add anna >|");
    asker_fini(&p);
}

/* Every answer there is, with everything secret that an account has. */
static void nothing_secret_is_in_an_answer(void **state)
{
    static const uint8_t secret[TOTP_SECRET_SIZE] = "\x12\x34\x56\x78\x90";
    const struct store_account_change change = {.totp_secret = secret};
    static const char *const paths[] = {"/v1/accounts", "/v1/accounts/anna"};
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_OWNER);
    assert_true(store_change_account(p.f->core.store, STR("anna"), &change, NULL, NULL));
    for (size_t i = 0; i < 2; i++) {
        asker_check(&p, "GET", paths[i], "", 200, "\"totp\":true");
        assert_null(strstr(p.body.data, "argon2"));
        assert_null(strstr(p.body.data, "CI2FM6")); /* Base32 of the secret */
        assert_null(strstr(p.body.data, "12345678"));
    }
    asker_fini(&p);
}

static void a_change_of_what_opens_the_account_ends_its_sessions(void **state)
{
    static const char *const changes[] = {"{\"role\":\"operator\"}", "{\"password\":\"" NEW_PASSWORD "\"}",
                                          "{\"totp\":false}", "{\"passkeys\":false}"};
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_OWNER);
    asker_add(&p, "bert", ACCOUNT_VIEWER);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        asker_sign_in(&p, "bert");
        const struct session berts = p.session;
        asker_sign_in(&p, "anna");
        asker_check(&p, "PATCH", "/v1/accounts/bert", "{\"language\":\"fr\"}", 200, NULL);
        assert_true(asker_session_lives(&p, &berts));
        asker_check(&p, "PATCH", "/v1/accounts/bert", changes[i], 200, NULL);
        assert_false(asker_session_lives(&p, &berts));
        assert_true(asker_session_lives(&p, &p.session));
    }
    assert_true(asker_password_is(&p, "bert", NEW_PASSWORD));
    asker_check_audit(&p, "account anna account.change bert {\"role\":\"operator\"}>{\"passkeys\":false}|"
                          "account anna account.change bert {\"role\":\"operator\"}>{\"language\":\"fr\"}|"
                          "account anna account.change bert {\"role\":\"operator\"}>{\"totp\":false}|");
    asker_fini(&p);
}

/* A session that somebody got hold of must not become theirs for good. */
static void ones_own_keys_are_not_changed_here(void **state)
{
    static const struct asker_step steps[] = {
        {"PATCH", "/v1/accounts/Anna", "{\"password\":\"" NEW_PASSWORD "\"}", 403, "with your password"},
        {"PATCH", "/v1/accounts/anna", "{\"totp\":false}", 403, "with your password"},
        {"PATCH", "/v1/accounts/anna", "{\"passkeys\":false}", 403, "with your password"},
        {"PATCH", "/v1/accounts/anna", "{\"language\":\"fr\"}", 200, NULL},
    };
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "anna", ACCOUNT_OWNER);
    asker_sign_in(&p, "anna");
    ASKER_RUN(&p, steps);
    assert_true(asker_password_is(&p, "anna", PASSWORD));
    assert_true(asker_session_lives(&p, &p.session));
    asker_fini(&p);
}

static void whoever_stops_being_allowed_meanwhile_is_not(void **state)
{
    static const struct store_account_change demoted = {.role = ACCOUNT_OPERATOR};
    static const struct store_account_change ended = {.ends_sessions = true};
    const struct store_account_change *const changes[] = {&demoted, &ended};
    struct asker p;
    (void)state;
    asker_init(&p);
    asker_add(&p, "carla", ACCOUNT_OWNER);
    for (size_t i = 0; i < 2; i++) {
        struct api_reply reply;
        struct asker_waiter waiter;
        size_t count;
        char name[8];
        (void)snprintf(name, sizeof name, "anna%zu", i);
        asker_add(&p, name, ACCOUNT_OWNER);
        asker_sign_in(&p, name);
        asker_begin(&p, "POST", "/v1/accounts", "{\"name\":\"mole\",\"role\":\"owner\",\"password\":\"" PASSWORD "\"}",
                    &reply);
        assert_non_null(reply.later);
        assert_true(store_change_account(p.f->core.store, str_from(name), changes[i], NULL, NULL));
        asker_put(&p, &reply, &waiter);
        while (!waiter.done)
            loop_turn(p.f->core.loop, 1000);
        assert_int_equal(reply.status, i == 0 ? 403 : 404);
        assert_true(store_account_count(p.f->core.store, &count, NULL));
        assert_int_equal(count, 2 + i);
        buf_fini(&reply.body);
    }
    asker_fini(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accounts_are_added_listed_changed_and_removed),
        cmocka_unit_test(what_is_wrong_is_named_and_changes_nothing),
        cmocka_unit_test(nothing_secret_is_in_an_answer),
        cmocka_unit_test(a_change_of_what_opens_the_account_ends_its_sessions),
        cmocka_unit_test(ones_own_keys_are_not_changed_here),
        cmocka_unit_test(whoever_stops_being_allowed_meanwhile_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
