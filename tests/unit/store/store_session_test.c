/* Sessions: begun, used, over; a bounded number of them; ended by what changes of their account. */
#include "account_fixture.h"

#define NOW ((int64_t)1750000000)

static bool note(void *context, const struct session *session)
{
    return buf_printf(context, "%lld %s %s %d|", (long long)session->number, session->account,
                      account_role_name(session->role), session->id[0]);
}

static void check(struct fixture *f, const char *account, int64_t now_s, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_sessions(f->store, str_from(account), now_s, note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void a_session_is_found_by_its_id_until_it_is_over(void **state)
{
    struct fixture f;
    struct session session, kept = session_of("ANNA", 7, NOW);
    struct err err = {0};
    int64_t number;
    (void)state;
    kept.door = SESSION_PANEL_SOCKET;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OPERATOR);
    assert_true(store_add_session(f.store, &kept, NULL, NULL, &number, NULL));
    fixture_close(&f);
    fixture_open(&f);
    assert_true(store_session(f.store, kept.id, NOW + 60, &session, NULL));
    assert_int_equal(session.number, number);
    assert_int_equal(session.role, ACCOUNT_OPERATOR);
    assert_int_equal(session.door, SESSION_PANEL_SOCKET);
    assert_string_equal(session.csrf, "csrf");
    assert_string_equal(session.address, "127.0.0.1");
    assert_string_equal(session.user_agent, "Mozilla/5.0");
    assert_int_equal(session.created_s, NOW);
    assert_int_equal(session.expires_s, NOW + SESSION_LIFE_S);
    assert_false(store_session(f.store, kept.id, NOW + SESSION_IDLE_S, &session, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    kept.id[31] ^= 1;
    assert_false(store_session(f.store, kept.id, NOW, &session, &err));
    fixture_fini(&f);
}

static void use_keeps_it_alive_but_not_for_ever(void **state)
{
    struct fixture f;
    const struct session session = session_of("anna", 7, NOW);
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OPERATOR);
    (void)add_session(&f, "anna", 7, NOW);
    for (int64_t at_s = NOW; at_s < NOW + SESSION_LIFE_S; at_s += SESSION_IDLE_S - 1) {
        assert_true(has_session(&f, 7, at_s));
        assert_true(store_touch_session(f.store, session.id, at_s, NULL));
    }
    assert_false(has_session(&f, 7, NOW + SESSION_LIFE_S));
    fixture_fini(&f);
}

static void those_that_are_over_go_when_another_begins(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OPERATOR);
    add_account(&f, "bert", ACCOUNT_OPERATOR);
    (void)add_session(&f, "bert", 1, NOW);
    (void)add_session(&f, "anna", 2, NOW + 7000000); /* the clock was wrong */
    check(&f, "", NOW + 7000000, "2 anna operator 2|");
    (void)add_session(&f, "bert", 4, NOW);
    (void)add_session(&f, "anna", 3, NOW + SESSION_IDLE_S);
    check(&f, "", NOW, "");
    check(&f, "", NOW + SESSION_IDLE_S, "4 anna operator 3|");
    assert_false(has_session(&f, 2, NOW + 7000000));
    fixture_fini(&f);
}

static void the_one_used_least_lately_makes_room(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OPERATOR);
    add_account(&f, "bert", ACCOUNT_OPERATOR);
    (void)add_session(&f, "bert", 200, NOW - 5);
    for (int i = 0; i < ACCOUNT_SESSIONS_COUNT_MAX; i++)
        (void)add_session(&f, "anna", (uint8_t)(i + 1), NOW + i);
    assert_true(has_session(&f, 1, NOW));
    const struct session first = session_of("anna", 1, NOW);
    assert_true(store_touch_session(f.store, first.id, NOW + 100, NULL));
    (void)add_session(&f, "anna", 100, NOW + 101);
    assert_true(has_session(&f, 1, NOW));
    assert_false(has_session(&f, 2, NOW));
    assert_true(has_session(&f, 3, NOW));
    assert_true(has_session(&f, 100, NOW));
    assert_true(has_session(&f, 200, NOW));
    fixture_fini(&f);
}

static void one_takes_the_place_of_another(void **state)
{
    struct fixture f;
    const struct session before = session_of("anna", 1, NOW), after = session_of("anna", 2, NOW + 5);
    const struct audit_entry record = {.at_s = 5, .act = STR("session.begin")};
    int64_t number;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OPERATOR);
    (void)add_session(&f, "anna", 1, NOW);
    assert_true(store_add_session(f.store, &after, before.id, &record, &number, NULL));
    check(&f, "anna", NOW + 5, "2 anna operator 2|");
    assert_int_equal(number, 2);
    fixture_check_audit(&f, "2 5  session.begin   |1 5  account.add   anna|");
    fixture_fini(&f);
}

static void a_session_needs_its_account(void **state)
{
    struct fixture f;
    const struct session session = session_of("nobody", 1, NOW);
    int64_t number;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_false(store_add_session(f.store, &session, NULL, NULL, &number, &err));
    assert_false(has_session(&f, 1, NOW));
    fixture_fini(&f);
}

static void changes_of_the_account_end_them_but_the_spared_one(void **state)
{
    struct fixture f;
    const struct session spared = session_of("anna", 2, NOW);
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    for (uint8_t i = 1; i < 4; i++)
        (void)add_session(&f, "anna", i, NOW);
    (void)add_session(&f, "bert", 9, NOW);
    assert_true(store_change_account(
        f.store, STR("Anna"),
        &(struct store_account_change){.password = "new", .ends_sessions = true, .spared = spared.id}, NULL, NULL));
    check(&f, "", NOW, "4 bert owner 9|2 anna owner 2|");
    assert_true(store_change_account(f.store, STR("anna"),
                                     &(struct store_account_change){.role = ACCOUNT_VIEWER, .ends_sessions = true},
                                     NULL, NULL));
    check(&f, "", NOW, "4 bert owner 9|");
    fixture_fini(&f);
}

static void those_of_a_name_end_together(void **state)
{
    static const enum session_door doors[] = {SESSION_LOOPBACK, SESSION_PANEL_SOCKET, SESSION_NAME, SESSION_NAME};
    struct fixture f;
    struct session session;
    int64_t number;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OPERATOR);
    for (uint8_t i = 0; i < sizeof doors / sizeof *doors; i++) {
        session = session_of("anna", i, NOW);
        session.door = doors[i];
        assert_true(store_add_session(f.store, &session, NULL, NULL, &number, NULL));
        assert_true(store_session(f.store, session.id, NOW, &session, NULL));
        assert_int_equal(session.door, doors[i]);
    }
    assert_true(store_end_sessions_by_name(f.store, NULL));
    check(&f, "", NOW, "2 anna operator 1|1 anna operator 0|");
    fixture_fini(&f);
}

static void one_is_ended_by_its_number_and_only_ones_own(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    int64_t one = add_session(&f, "anna", 1, NOW), two = add_session(&f, "anna", 2, NOW);
    assert_false(store_end_session(f.store, STR("bert"), one, NULL, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(store_end_session(f.store, STR("Anna"), one, NULL, &err));
    assert_true(store_end_session(f.store, STR(""), two, NULL, &err));
    assert_false(store_end_session(f.store, STR(""), two, NULL, &err));
    check(&f, "", NOW, "");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session_is_found_by_its_id_until_it_is_over),
        cmocka_unit_test(use_keeps_it_alive_but_not_for_ever),
        cmocka_unit_test(those_that_are_over_go_when_another_begins),
        cmocka_unit_test(the_one_used_least_lately_makes_room),
        cmocka_unit_test(one_takes_the_place_of_another),
        cmocka_unit_test(a_session_needs_its_account),
        cmocka_unit_test(changes_of_the_account_end_them_but_the_spared_one),
        cmocka_unit_test(those_of_a_name_end_together),
        cmocka_unit_test(one_is_ended_by_its_number_and_only_ones_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
