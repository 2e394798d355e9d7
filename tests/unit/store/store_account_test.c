/* Accounts: kept by names in any case, changed together with what a change ends, never without an owner. */
#include "account_fixture.h"

static const struct audit_entry record = {.at_s = 7, .act = STR_INIT("account.change")};

static void an_account_is_found_by_its_name_in_any_case(void **state)
{
    struct fixture f;
    struct account account;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    add_account(&f, "Anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_VIEWER);
    fixture_close(&f);
    fixture_open(&f);
    assert_true(store_account(f.store, STR("aNNa"), &account, NULL));
    assert_string_equal(account.name, "Anna");
    assert_string_equal(account.password, "hash of Anna");
    assert_int_equal(account.role, ACCOUNT_OWNER);
    assert_false(account.has_totp);
    assert_false(store_account(f.store, STR("carla"), &account, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    check_accounts(&f, "Anna owner hash of Anna  0|bert viewer hash of bert  0|");
    fixture_check_audit(&f, "2 5  account.add   bert|1 5  account.add   Anna|");
    fixture_fini(&f);
}

static void a_name_is_taken_once(void **state)
{
    struct fixture f;
    const struct account again = account_of("ANNA", ACCOUNT_OWNER), first = account_of("carla", ACCOUNT_OWNER);
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_true(store_add_account(f.store, &first, true, &record, &err));
    assert_false(store_add_account(f.store, &again, true, &record, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    add_account(&f, "anna", ACCOUNT_VIEWER);
    assert_false(store_add_account(f.store, &again, false, &record, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.text, "ANNA"));
    check_accounts(&f, "anna viewer hash of anna  0|carla owner hash of carla  0|");
    fixture_check_audit(&f, "2 5  account.add   anna|1 7  account.change   |"); /* nothing of what was refused */
    fixture_fini(&f);
}

static void there_are_no_more_than_the_most(void **state)
{
    struct fixture f;
    char name[ACCOUNT_NAME_SIZE_MAX + 1];
    struct err err = {0};
    size_t count;
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < ACCOUNT_COUNT_MAX; i++) {
        (void)snprintf(name, sizeof name, "a%d", i);
        add_account(&f, name, ACCOUNT_OWNER);
    }
    const struct account more = account_of("more", ACCOUNT_OWNER);
    assert_false(store_add_account(f.store, &more, false, &record, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_true(store_account_count(f.store, &count, NULL));
    assert_int_equal(count, ACCOUNT_COUNT_MAX);
    fixture_fini(&f);
}

static bool change(struct fixture *f, const char *name, const struct store_account_change *what, struct err *err)
{
    return store_change_account(f->store, str_from(name), what, &record, err);
}

static void what_changes_changes_together_and_nothing_else(void **state)
{
    struct fixture f;
    struct account account;
    static const uint8_t secret[TOTP_SECRET_SIZE] = "twenty bytes of it.", next[TOTP_SECRET_SIZE] = "another one";
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    assert_true(change(&f, "Anna", &(struct store_account_change){.password = "new"}, NULL));
    check_accounts(&f, "anna owner new  0|");
    assert_true(change(&f, "anna", &(struct store_account_change){.language = STR("fr")}, NULL));
    check_accounts(&f, "anna owner new fr 0|");
    assert_true(change(&f, "anna", &(struct store_account_change){.totp_next = next}, NULL));
    check_accounts(&f, "anna owner new next fr 0|");
    assert_true(change(&f, "anna", &(struct store_account_change){.totp_secret = secret, .totp_step = 9}, NULL));
    check_accounts(&f, "anna owner new totp fr 0|");
    fixture_close(&f);
    fixture_open(&f);
    assert_true(store_account(f.store, STR("anna"), &account, NULL));
    assert_memory_equal(account.totp_secret, secret, sizeof secret);
    assert_int_equal(account.totp_step, 9);
    (void)add_passkey(&f, "anna", "one", 0);
    assert_true(change(&f, "anna",
                       &(struct store_account_change){.password = "reset", .ends_totp = true, .ends_passkeys = true},
                       NULL));
    check_accounts(&f, "anna owner reset fr 0|");
    fixture_fini(&f);
}

static void the_last_owner_stays_one(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OPERATOR);
    assert_false(change(&f, "anna", &(struct store_account_change){.role = ACCOUNT_VIEWER, .password = "new"}, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_non_null(strstr(err.text, "last owner"));
    assert_false(store_remove_account(f.store, STR("anna"), &record, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    check_accounts(&f, "anna owner hash of anna  0|bert operator hash of bert  0|");
    assert_true(change(&f, "bert", &(struct store_account_change){.role = ACCOUNT_OWNER}, &err));
    assert_true(change(&f, "anna", &(struct store_account_change){.role = ACCOUNT_VIEWER}, &err));
    assert_true(store_remove_account(f.store, STR("ANNA"), &record, &err));
    assert_false(store_remove_account(f.store, STR("anna"), &record, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(change(&f, "anna", &(struct store_account_change){.password = "x"}, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    check_accounts(&f, "bert owner hash of bert  0|");
    fixture_fini(&f);
}

static void passkeys_and_sessions_go_with_their_account(void **state)
{
    struct fixture f;
    struct account_passkey passkey;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    (void)add_passkey(&f, "Bert", "one", 0);
    (void)add_session(&f, "BERT", 1, 1000);
    assert_true(store_remove_account(f.store, STR("bert"), &record, NULL));
    add_account(&f, "bert", ACCOUNT_OWNER); /* another one of this name has nothing of them */
    assert_false(store_passkey(f.store, STR("one"), &passkey, NULL));
    assert_false(has_session(&f, 1, 1000));
    fixture_fini(&f);
}

static void a_code_is_used_once(void **state)
{
    struct fixture f;
    struct err err = {0};
    static const uint8_t secret[TOTP_SECRET_SIZE] = "twenty bytes of it.";
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    assert_false(store_use_totp(f.store, STR("anna"), 5, &err)); /* it has none */
    assert_int_equal(err.code, ERR_DENIED);
    assert_true(change(&f, "anna", &(struct store_account_change){.totp_secret = secret, .totp_step = 9}, NULL));
    assert_false(store_use_totp(f.store, STR("anna"), 9, &err));
    assert_true(store_use_totp(f.store, STR("Anna"), 10, &err));
    assert_false(store_use_totp(f.store, STR("anna"), 10, &err));
    assert_false(store_use_totp(f.store, STR("anna"), 9, &err));
    assert_true(store_use_totp(f.store, STR("anna"), 11, &err));
    fixture_fini(&f);
}

static bool file_has(struct fixture *f, const char *name, const void *bytes, size_t size)
{
    struct buf file = fixture_read(f, name);
    bool found = memmem(file.data, file.size, bytes, size) != NULL;
    buf_fini(&file);
    return found;
}

static void secrets_and_sessions_do_not_lie_where_they_should_not(void **state)
{
    struct fixture f;
    char path[FIXTURE_PATH_SIZE];
    static const uint8_t secret[TOTP_SECRET_SIZE] = "twenty bytes of it.",
                         next[TOTP_SECRET_SIZE] = "still twenty bytes";
    uint8_t id[SESSION_ID_SIZE];
    struct err err = {0};
    (void)state;
    memset(id, 77, sizeof id);
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    assert_true(change(&f, "anna", &(struct store_account_change){.totp_secret = secret}, NULL));
    assert_true(change(&f, "anna", &(struct store_account_change){.totp_next = next}, NULL));
    (void)add_session(&f, "anna", 77, 1000);
    fixture_path(&f, "backup", path);
    if (!store_backup(f.store, path, &err))
        fail_msg("%s", err.text);
    fixture_close(&f);
    assert_false(file_has(&f, "strictgate.db", secret, sizeof secret));
    assert_false(file_has(&f, "strictgate.db", next, sizeof next));
    assert_true(file_has(&f, "strictgate.db", id, sizeof id));
    assert_true(file_has(&f, "backup", "hash of anna", 12));
    assert_false(file_has(&f, "backup", id, sizeof id));
    fixture_open(&f);
    fixture_fini(&f);
}

static void put_in_the_place(struct fixture *to, const char *backup)
{
    char place[FIXTURE_PATH_SIZE];
    struct buf file;
    fixture_path(to, "strictgate.db", place);
    assert_true(file_read(backup, 1 << 24, &file, NULL));
    assert_true(file_replace(place, buf_str(&file), 0600, NULL));
    buf_fini(&file);
    fixture_path(to, "strictgate.db-wal", place);
    (void)unlink(place);
}

static void check_restored(struct fixture *f, const uint8_t *secret)
{
    struct account account;
    struct account_passkey passkey;
    struct err err = {0};
    check_accounts(f, "anna owner hash of anna totp  1|bert viewer hash of bert  0|");
    if (!store_account(f->store, STR("anna"), &account, &err))
        fail_msg("%s", err.text);
    assert_memory_equal(account.totp_secret, secret, TOTP_SECRET_SIZE);
    assert_int_equal(account.totp_step, 3);
    assert_true(store_passkey(f->store, STR("one"), &passkey, NULL));
    assert_string_equal(passkey.account, "anna");
    assert_int_equal(passkey.credential.sign_count, 4);
    assert_false(has_session(f, 1, 1000));
}

static void a_backup_brings_accounts_to_where_there_are_none(void **state)
{
    struct fixture from, to;
    char path[FIXTURE_PATH_SIZE];
    static const uint8_t secret[TOTP_SECRET_SIZE] = "twenty bytes of it.";
    struct err err = {0};
    (void)state;
    fixture_init(&from);
    add_account(&from, "anna", ACCOUNT_OWNER);
    add_account(&from, "bert", ACCOUNT_VIEWER);
    assert_true(change(&from, "anna", &(struct store_account_change){.totp_secret = secret, .totp_step = 3}, NULL));
    (void)add_passkey(&from, "anna", "one", 4);
    (void)add_session(&from, "anna", 1, 1000);
    fixture_path(&from, "backup", path);
    assert_true(store_backup(from.store, path, &err));
    fixture_make_directory(&to);
    to.key[0] = 99;
    fixture_open(&to);
    if (!store_import_backup(to.store, path, &err))
        fail_msg("%s", err.text);
    check_restored(&to, secret);
    /* somebody was removed, somebody has another password: that stays so */
    assert_true(store_remove_account(to.store, STR("bert"), &record, NULL));
    assert_true(change(&to, "anna", &(struct store_account_change){.password = "new"}, NULL));
    assert_true(store_import_backup(to.store, path, &err));
    check_accounts(&to, "anna owner new totp  1|");
    fixture_close(&to);
    put_in_the_place(&to, path);
    fixture_open(&to);
    check_restored(&to, secret);
    fixture_fini(&to);
    fixture_fini(&from);
}

static bool count_one(void *context, const struct account *account)
{
    (void)account;
    ++*(size_t *)context;
    return *(size_t *)context < 2;
}

static void a_visitor_may_have_enough(void **state)
{
    struct fixture f;
    size_t count = 0;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    add_account(&f, "carla", ACCOUNT_OWNER);
    assert_true(store_accounts(f.store, count_one, &count, NULL));
    assert_int_equal(count, 2);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_account_is_found_by_its_name_in_any_case),
        cmocka_unit_test(a_name_is_taken_once),
        cmocka_unit_test(there_are_no_more_than_the_most),
        cmocka_unit_test(what_changes_changes_together_and_nothing_else),
        cmocka_unit_test(the_last_owner_stays_one),
        cmocka_unit_test(passkeys_and_sessions_go_with_their_account),
        cmocka_unit_test(a_code_is_used_once),
        cmocka_unit_test(secrets_and_sessions_do_not_lie_where_they_should_not),
        cmocka_unit_test(a_backup_brings_accounts_to_where_there_are_none),
        cmocka_unit_test(a_visitor_may_have_enough),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
