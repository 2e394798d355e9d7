/* Passkeys: each belongs to one account, and its count only rises. */
#include "account_fixture.h"

static const struct audit_entry record = {.at_s = 7, .act = STR_INIT("passkey.change")};

static bool note(void *context, const struct account_passkey *passkey)
{
    return buf_printf(context, "%lld %s %.*s %d %u %s %s %lld|", (long long)passkey->id, passkey->account,
                      (int)passkey->credential.id_size, (const char *)passkey->credential.id,
                      (int)passkey->credential.algorithm, passkey->credential.sign_count, passkey->label,
                      passkey->rp_id, (long long)passkey->last_used_s);
}

static void check(struct fixture *f, const char *account, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_passkeys(f->store, str_from(account), note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void passkeys_are_kept_with_their_accounts(void **state)
{
    struct fixture f;
    struct account_passkey passkey;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    assert_int_equal(add_passkey(&f, "anna", "one", 4), 1);
    assert_int_equal(add_passkey(&f, "bert", "two", 0), 2);
    fixture_close(&f);
    fixture_open(&f);
    check(&f, "Anna", "1 anna one -7 4 phone localhost 0|");
    check(&f, "", "1 anna one -7 4 phone localhost 0|2 bert two -7 0 phone localhost 0|");
    assert_true(store_passkey(f.store, STR("two"), &passkey, NULL));
    assert_string_equal(passkey.account, "bert");
    assert_memory_equal(passkey.credential.key, "key", 3);
    assert_string_equal(passkey.origin, "http://localhost:8460");
    assert_false(store_passkey(f.store, STR("three"), &passkey, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    fixture_fini(&f);
}

static void one_is_added_once_and_to_an_account(void **state)
{
    struct fixture f;
    struct account_passkey again = passkey_of("bert", "one", 0), nobodys = passkey_of("carla", "two", 0);
    struct err err = {0};
    int64_t id = 99;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    (void)add_passkey(&f, "anna", "one", 4);
    assert_false(store_add_passkey(f.store, &again, &record, &id, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(store_add_passkey(f.store, &nobodys, &record, &id, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(id, 99);
    fixture_fini(&f);
}

static void an_account_has_no_more_than_the_most(void **state)
{
    struct fixture f;
    char id[16];
    struct err err = {0};
    int64_t number;
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    for (int i = 0; i < ACCOUNT_PASSKEYS_COUNT_MAX; i++) {
        (void)snprintf(id, sizeof id, "key %d", i);
        (void)add_passkey(&f, "anna", id, 0);
    }
    struct account_passkey more = passkey_of("anna", "more", 0);
    assert_false(store_add_passkey(f.store, &more, &record, &number, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    (void)add_passkey(&f, "bert", "more", 0);
    fixture_fini(&f);
}

static void a_count_only_rises(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    int64_t one = add_passkey(&f, "anna", "one", 4), two = add_passkey(&f, "anna", "two", 0);
    assert_false(store_use_passkey(f.store, one, 4, 100, &err));
    assert_int_equal(err.code, ERR_DENIED);
    assert_true(store_use_passkey(f.store, one, 5, 100, &err));
    assert_false(store_use_passkey(f.store, one, 5, 101, &err));
    assert_false(store_use_passkey(f.store, one, 0, 101, &err));
    assert_true(store_use_passkey(f.store, two, 0, 102, &err)); /* it keeps no count */
    assert_true(store_use_passkey(f.store, two, 0, 103, &err));
    assert_true(store_use_passkey(f.store, two, 1, 104, &err));
    assert_false(store_use_passkey(f.store, two, 0, 105, &err));
    assert_false(store_use_passkey(f.store, 77, 1, 105, &err));
    check(&f, "anna", "1 anna one -7 5 phone localhost 100|2 anna two -7 1 phone localhost 104|");
    fixture_fini(&f);
}

static void only_its_own_account_removes_it(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    add_account(&f, "anna", ACCOUNT_OWNER);
    add_account(&f, "bert", ACCOUNT_OWNER);
    int64_t one = add_passkey(&f, "anna", "one", 4);
    assert_false(store_remove_passkey(f.store, STR("bert"), one, NULL, &record, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_true(store_remove_passkey(f.store, STR("ANNA"), one, NULL, &record, &err));
    assert_false(store_remove_passkey(f.store, STR("anna"), one, NULL, &record, &err));
    check(&f, "", "");
    assert_int_equal(add_passkey(&f, "anna", "one", 4), 2); /* numbers are not given twice */
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passkeys_are_kept_with_their_accounts), cmocka_unit_test(one_is_added_once_and_to_an_account),
        cmocka_unit_test(an_account_has_no_more_than_the_most),  cmocka_unit_test(a_count_only_rises),
        cmocka_unit_test(only_its_own_account_removes_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
