/* Fresh proof: what needs it is refused without, what gives it, for how long, and that a copy of the cookie dies by it.
 */
#include "control/api_table.h"
#include "control/panel_proof.h"
#include "panel_ask.h"

/* ---- the table ---- */

static void id_of(unsigned number, uint8_t ret[static SESSION_ID_SIZE])
{
    memset(ret, 0, SESSION_ID_SIZE);
    memcpy(ret, &number, sizeof number);
}

static void a_proof_is_good_for_five_minutes_and_not_a_second_longer(void **state)
{
    static struct panel_proofs proofs;
    uint8_t one[SESSION_ID_SIZE], other[SESSION_ID_SIZE];
    (void)state;
    id_of(1, one);
    id_of(2, other);
    assert_int_equal(panel_proof_left_s(&proofs, one, 0), 0);
    panel_proof_give(&proofs, one, 1000);
    assert_int_equal(panel_proof_left_s(&proofs, one, 1000), PANEL_PROOF_LIFE_S);
    assert_int_equal(panel_proof_left_s(&proofs, one, 1000 + PANEL_PROOF_LIFE_S - 1), 1);
    assert_int_equal(panel_proof_left_s(&proofs, one, 1000 + PANEL_PROOF_LIFE_S), 0);
    assert_int_equal(panel_proof_left_s(&proofs, one, 999), 0);
    assert_int_equal(panel_proof_left_s(&proofs, other, 1000), 0);
    panel_proof_move(&proofs, one, other);
    assert_int_equal(panel_proof_left_s(&proofs, one, 1000), 0);
    assert_int_equal(panel_proof_left_s(&proofs, other, 1010), PANEL_PROOF_LIFE_S - 10);
    panel_proof_give(&proofs, other, 1100);
    assert_int_equal(panel_proof_left_s(&proofs, other, 1100), PANEL_PROOF_LIFE_S);
    panel_proof_move(&proofs, one, other); /* there is none to be moved */
    assert_int_equal(panel_proof_left_s(&proofs, other, 1100), PANEL_PROOF_LIFE_S);
}

static void of_more_proofs_than_there_is_room_for_the_oldest_goes(void **state)
{
    static struct panel_proofs proofs;
    uint8_t id[SESSION_ID_SIZE];
    (void)state;
    for (unsigned i = 0; i < PANEL_PROOF_COUNT_MAX + 10; i++) {
        id_of(i, id);
        panel_proof_give(&proofs, id, 1000 + (int64_t)(i / 4));
    }
    for (unsigned i = 0; i < PANEL_PROOF_COUNT_MAX + 10; i++) {
        id_of(i, id);
        bool stays = panel_proof_left_s(&proofs, id, 1000 + PANEL_PROOF_COUNT_MAX / 4 + 3) > 0;
        if (i < 8 ? stays : i >= 12 && !stays)
            fail_msg("%u", i);
    }
}

/* ---- at the door ---- */

/* As if it had been given long ago. */
static void grow_stale(struct panel_test *t)
{
    for (size_t i = 0; i < PANEL_PROOF_COUNT_MAX; i++)
        t->f->core.panel->proofs.rows[i].at_s -= PANEL_PROOF_LIFE_S;
}

static void assert_proof_needed(struct panel_test *t, const char *method, const char *path, const char *content)
{
    if (ask_panel(t, method, path, content) != 403 || !strstr(t->reply, "\"code\":\"proof_needed\""))
        fail_msg("%s %s: %s", method, path, t->reply);
}

static void prove(struct panel_test *t, const char *content)
{
    if (ask_panel(t, "POST", "/v1/session/proof", content) != 200)
        fail_msg("%s", t->reply);
    take(t, "Set-Cookie: strictgate_session=", ';', t->cookie);
}

#define PROOF "{\"password\":\"" PASSWORD "\"}"

static const char *const method_names[] = {[HTTP_METHOD_GET] = "GET",
                                           [HTTP_METHOD_POST] = "POST",
                                           [HTTP_METHOD_PUT] = "PUT",
                                           [HTTP_METHOD_DELETE] = "DELETE",
                                           [HTTP_METHOD_PATCH] = "PATCH"};

/* Every operation of the table, so that none is forgotten: before its content is looked at, by the head alone. */
static void what_takes_over_the_installation_is_refused_to_a_session_that_was_not_proved_lately(void **state)
{
    struct panel_test *t = *state;
    size_t count = 0;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    grow_stale(t);
    for (size_t i = 0; i < api_routes_count; i++) {
        const struct api_route *row = &api_routes[i];
        for (size_t k = 0; k < API_METHODS_COUNT_MAX && row->methods[k].handler; k++) {
            char path[100];
            if (row->methods[k].fresh != API_FRESH_ALWAYS)
                continue;
            (void)snprintf(path, sizeof path, "%.*s%s%.*s", STR_ARG(row->before),
                           row->named == API_NAMED_NOT ? "" : "a.example", STR_ARG(row->after));
            assert_proof_needed(t, method_names[row->methods[k].method], path, NULL);
            count++;
        }
    }
    assert_int_equal(count, 8);
    assert_int_equal(ask_panel(t, "HEAD", "/v1/backup", NULL), 403);
    assert_int_equal(ask_panel(t, "GET", "/v1/session", NULL), 200);
    assert_has(t, "\"fresh_s\":0");
    assert_int_equal(ask_panel(t, "GET", "/v1/accounts", NULL), 200); /* looking is no taking over */
}

static void a_sign_in_and_a_password_are_proofs_and_a_wrong_one_is_none(void **state)
{
    struct panel_test *t = *state;
    char fresh[PANEL_TOKEN_SIZE];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    assert_int_equal(ask_panel(t, "GET", "/v1/backup", NULL), 200);
    grow_stale(t);
    assert_proof_needed(t, "GET", "/v1/backup", NULL);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", "{\"password\":\"a guess at it\"}"), 401);
    assert_has(t, "\"code\":\"wrong_credentials\"");
    assert_null(strstr(t->reply, "Set-Cookie"));
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", "{\"name\":\"Anna\",\"password\":\"" PASSWORD "\"}"),
                     400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", "[]"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", "{\"password\":\"\"}"), 400);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", "{\"totp\":\"123456\"}"), 400);
    assert_proof_needed(t, "GET", "/v1/backup", NULL);
    int64_t before_s = clock_elapsed_s();
    prove(t, PROOF);
    assert_has(t, "\"state\":\"signed_in\"");
    take(t, "\"fresh_s\":", ',', fresh);
    assert_in_range(strtoul(fresh, NULL, 10), PANEL_PROOF_LIFE_S - (clock_elapsed_s() - before_s), PANEL_PROOF_LIFE_S);
    assert_int_equal(ask_panel(t, "GET", "/v1/backup", NULL), 200);
    RUN_ONE(t->f, "GET", "/v1/audit", "", 200, "\"actor\":\"account Anna\",\"act\":\"session.prove\"");
    RUN_ONE(t->f, "GET", "/v1/audit", "", 200, "\"actor\":\"account Anna\",\"act\":\"backup\"");
    RUN_ONE(t->f, "POST", "/v1/session/proof", PROOF, 409, NULL); /* over control.sock there is nothing to prove */
}

static void a_copy_of_the_cookie_is_worth_nothing_after_the_proof(void **state)
{
    struct panel_test *t = *state;
    char copy[PANEL_TOKEN_SIZE];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    grow_stale(t);
    memcpy(copy, t->cookie, sizeof copy);
    prove(t, PROOF);
    assert_string_not_equal(t->cookie, copy);
    memcpy(t->cookie, copy, sizeof copy);
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 401);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", PROOF), 401);
    assert_has(t, "\"code\":\"signed_out\"");
}

/* The proof is of one session: another one of the same account, on another machine, has to give its own. */
static void a_proof_is_good_for_its_own_session_alone(void **state)
{
    struct panel_test *t = *state;
    char first[PANEL_TOKEN_SIZE], first_csrf[PANEL_TOKEN_SIZE];
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    memcpy(first, t->cookie, sizeof first);
    memcpy(first_csrf, t->csrf, sizeof first_csrf);
    t->cookie[0] = '\0';
    sign_in(t, SIGN_IN);
    grow_stale(t);
    prove(t, PROOF);
    memcpy(t->cookie, first, sizeof first);
    memcpy(t->csrf, first_csrf, sizeof first_csrf);
    assert_proof_needed(t, "GET", "/v1/backup", NULL);
}

/* Long after its session began, which is when its row was written first. */
static void a_proof_ends_nobody_elses_session(void **state)
{
    struct panel_test *t = *state;
    struct session old, found;
    struct err err = {0};
    const uint8_t *no_one = NULL;
    int64_t now_s = clock_wall_s(), number;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    assert_true(digest_sha256(str_from(t->cookie), old.id, &err));
    assert_true(store_session(t->f->core.store, old.id, now_s, &old, &err));
    old.created_s -= 3600;
    assert_true(store_add_session(t->f->core.store, &old, old.id, NULL, &number, &err));
    struct session other = old;
    memset(other.id, 7, sizeof other.id);
    other.created_s = other.last_seen_s = now_s;
    assert_true(store_add_session(t->f->core.store, &other, no_one, NULL, &number, &err));
    prove(t, PROOF);
    assert_true(store_session(t->f->core.store, other.id, now_s, &found, &err));
    assert_int_equal(ask_panel(t, "GET", "/v1/status", NULL), 200);
}

static void guesses_at_the_proof_wait_with_those_at_the_door(void **state)
{
    struct panel_test *t = *state;
    unsigned tries = 0;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    while (ask_panel(t, "POST", "/v1/session/proof", "{\"password\":\"a guess at it\"}") == 401)
        assert_true(++tries < 2 * PANEL_THROTTLE_ACCOUNT_FREE);
    assert_true(tries >= PANEL_THROTTLE_ACCOUNT_FREE);
    assert_has(t, "\"code\":\"throttled\"");
    assert_has(t, "\r\nRetry-After: ");
    /* A slow machine has waited already; each wait is twice the one before. */
    unsigned status = 401;
    for (int i = 0; i < 4 && status == 401; i++)
        status = ask_panel(t, "POST", "/v1/session", "{\"name\":\"anna\",\"password\":\"a guess at it\"}");
    assert_int_equal(status, 429);
}

/* ---- with one-time codes ---- */

static void add_codes(struct panel_test *t, const char *name, uint8_t secret[static TOTP_SECRET_SIZE])
{
    struct err err = {0};
    const struct store_account_change change = {.totp_secret = secret, .totp_step = 0};
    assert_true(totp_secret_make(secret, &err));
    assert_true(store_change_account(t->f->core.store, str_from(name), &change, NULL, &err));
}

static void with_codes_the_password_alone_proves_nothing_and_changes_nothing(void **state)
{
    static const struct {
        const char *method, *path, *content;
    } cases[] = {
        {"POST", "/v1/account/totp", PROOF},
        {"DELETE", "/v1/account/totp", PROOF},
        {"POST", "/v1/account/passkeys", PROOF},
        {"PATCH", "/v1/account", "{\"old_password\":\"" PASSWORD "\",\"password\":\"another horse, please\"}"},
    };
    struct panel_test *t = *state;
    uint8_t secret[TOTP_SECRET_SIZE];
    char code[TOTP_DIGITS + 1], content[200];
    struct err err = {0};
    t->host = "localhost:8460";
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    add_codes(t, "Anna", secret);
    grow_stale(t);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_proof_needed(t, cases[i].method, cases[i].path, cases[i].content);
    assert_int_equal(ask_panel(t, "PATCH", "/v1/account", "{\"language\":\"fr\"}"), 200); /* that is no way in */
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", PROOF), 401);
    assert_has(t, "\"code\":\"totp_needed\"");
    assert_proof_needed(t, cases[0].method, cases[0].path, cases[0].content);
    assert_true(totp_code(secret, clock_wall_s() / TOTP_STEP_S, code, &err));
    (void)snprintf(content, sizeof content, "{\"password\":\"" PASSWORD "\",\"totp\":\"%s\"}", code);
    prove(t, content);
    assert_int_equal(ask_panel(t, "POST", "/v1/session/proof", content), 401); /* a code is good once */
    assert_int_equal(ask_panel(t, cases[0].method, cases[0].path, cases[0].content), 200);
}

/* Whoever knows the password could else guess codes for ever, five at a time. */
static void half_of_what_opens_an_account_makes_no_wrong_code_forgotten(void **state)
{
    struct panel_test *t = *state;
    uint8_t secret[TOTP_SECRET_SIZE];
    unsigned wrong = 0;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    add_codes(t, "Anna", secret);
    unsigned status = 401;
    for (; wrong < 2 * PANEL_THROTTLE_ACCOUNT_FREE && status != 429; wrong++) {
        status = ask_panel(t, "POST", "/v1/session/proof", "{\"password\":\"" PASSWORD "\",\"totp\":\"000000\"}");
        (void)ask_panel(t, "POST", "/v1/account/totp", PROOF);
    }
    assert_int_equal(status, 429);
}

/* ---- by passkey ---- */

static void a_passkey_of_the_account_is_a_proof_for_the_session_that_asked(void **state)
{
    static const char path[] = "/v1/session/proof", origin[] = "http://localhost:8460";
    struct panel_test *t = *state;
    struct test_passkey *passkey = test_passkey_new(COSE_ES256);
    char cookie[PANEL_TOKEN_SIZE], csrf[PANEL_TOKEN_SIZE];
    t->host = "localhost:8460";
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    add_account(t->f, "Ben", ACCOUNT_OWNER);
    add_passkey(t->f, "Anna", passkey);
    sign_in(t, SIGN_IN);
    grow_stale(t);
    /* One that was made for signing in is none. */
    struct buf for_door = answer_challenge(t, "/v1/session/passkey", passkey, origin, 1);
    assert_int_equal(ask_panel(t, "POST", path, for_door.data), 401);
    struct buf right = answer_challenge(t, path, passkey, origin, 2);
    struct buf second = answer_challenge(t, path, passkey, origin, 3);
    memcpy(cookie, t->cookie, sizeof cookie);
    memcpy(csrf, t->csrf, sizeof csrf);
    /* Nor for another account's session, nor another one of the same account. */
    t->cookie[0] = '\0';
    sign_in(t, "{\"name\":\"Ben\",\"password\":\"" PASSWORD "\"}");
    assert_int_equal(ask_panel(t, "POST", path, right.data), 401);
    struct buf of_another = answer_challenge(t, path, passkey, origin, 2);
    assert_int_equal(ask_panel(t, "POST", path, of_another.data), 401);
    t->cookie[0] = '\0';
    sign_in(t, SIGN_IN);
    assert_int_equal(ask_panel(t, "POST", path, right.data), 401);
    grow_stale(t);
    memcpy(t->cookie, cookie, sizeof cookie);
    memcpy(t->csrf, csrf, sizeof csrf);
    assert_int_equal(ask_panel(t, "POST", path, "{}"), 200);
    assert_has(t, "\"passkeys\":[\"b25l\"]");
    assert_proof_needed(t, "GET", "/v1/backup", NULL);
    prove(t, second.data);
    assert_int_equal(ask_panel(t, "GET", "/v1/backup", NULL), 200);
    assert_int_equal(ask_panel(t, "POST", path, right.data), 401); /* asked before the proof: for what is over */
    buf_fini(&for_door);
    buf_fini(&right);
    buf_fini(&second);
    buf_fini(&of_another);
    test_passkey_free(passkey);
}

/* ---- the panel's names ---- */

#define PANEL_SITE "{\"name\":\"admin.example\",\"routes\":[{\"kind\":\"panel\"}]}"

static void the_panels_names_change_with_a_fresh_proof_alone_and_other_sites_without(void **state)
{
    struct panel_test *t = *state;
    add_account(t->f, "Anna", ACCOUNT_OWNER);
    sign_in(t, SIGN_IN);
    RUN_ONE(t->f, "POST", "/v1/sites", "{\"name\":\"a.example\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    grow_stale(t);
    assert_proof_needed(t, "POST", "/v1/sites", PANEL_SITE);
    assert_proof_needed(t, "PATCH", "/v1/sites/a.example", "{\"routes\":[{\"kind\":\"panel\"}]}");
    assert_proof_needed(t, "POST", "/v1/apply", "{\"sites\":[" PANEL_SITE "]}");
    assert_int_equal(ask_panel(t, "POST", "/v1/apply?dry_run=true", "{\"sites\":[" PANEL_SITE "]}"), 200);
    assert_int_equal(t->f->core.state.sites_count, 1);
    RUN_ONE(t->f, "POST", "/v1/sites", PANEL_SITE, 201, NULL);
    assert_proof_needed(t, "PATCH", "/v1/sites/admin.example", "{\"aliases\":[\"b.example\"]}");
    assert_proof_needed(t, "DELETE", "/v1/sites/admin.example", NULL);
    assert_proof_needed(t, "POST", "/v1/apply", "{\"remove_others\":true,\"sites\":[]}");
    assert_int_equal(t->f->core.state.sites_count, 2);
    prove(t, PROOF);
    assert_int_equal(ask_panel(t, "POST", "/v1/apply", "{\"remove_others\":true,\"sites\":[]}"), 200);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_proof_is_good_for_five_minutes_and_not_a_second_longer),
        cmocka_unit_test(of_more_proofs_than_there_is_room_for_the_oldest_goes),
        TEST(what_takes_over_the_installation_is_refused_to_a_session_that_was_not_proved_lately),
        TEST(a_sign_in_and_a_password_are_proofs_and_a_wrong_one_is_none),
        TEST(a_copy_of_the_cookie_is_worth_nothing_after_the_proof),
        TEST(a_proof_is_good_for_its_own_session_alone),
        TEST(a_proof_ends_nobody_elses_session),
        TEST(guesses_at_the_proof_wait_with_those_at_the_door),
        TEST(with_codes_the_password_alone_proves_nothing_and_changes_nothing),
        TEST(half_of_what_opens_an_account_makes_no_wrong_code_forgotten),
        TEST(a_passkey_of_the_account_is_a_proof_for_the_session_that_asked),
        TEST(the_panels_names_change_with_a_fresh_proof_alone_and_other_sites_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
