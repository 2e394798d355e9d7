/* Keys of evidence bundles: one signs, those before it are remembered, and backups carry them. */
#include "crypto/key.h"
#include "store/store_parts.h"
#include "store_fixture.h"

static bool note(void *context, const struct evidence_key *key)
{
    return buf_printf(context, "%.*s %.*s %lld %lld|", STR_ARG(key->fingerprint), STR_ARG(key->public_pem),
                      (long long)key->made_s, (long long)key->retired_s);
}

static void check_keys(struct fixture *f, const char *expected)
{
    struct buf found;
    buf_init(&found, 4096);
    assert_true(store_evidence_keys(f->store, note, &found, NULL));
    assert_str(buf_str(&found), str_from(expected));
    buf_fini(&found);
}

static void check_secret(struct fixture *f, const char *expected)
{
    struct buf secret;
    struct err err = {0};
    if (!store_evidence_key_open(f->store, &secret, &err))
        fail_msg("%s", err.text);
    assert_str(buf_str(&secret), str_from(expected));
    key_wipe(&secret);
}

static void put(struct fixture *f, const char *name, const char *secret, int64_t at_s)
{
    const struct evidence_key key = {.fingerprint = str_from(name), .public_pem = STR("pem"), .made_s = at_s};
    const struct audit_entry record = {.at_s = at_s, .act = STR("evidence.key"), .reason = str_from(name)};
    struct err err = {0};
    if (!store_put_evidence_key(f->store, &key, str_from(secret), &record, &err))
        fail_msg("%s", err.text);
}

static void the_new_key_signs_and_the_old_one_is_remembered(void **state)
{
    struct fixture f;
    struct buf secret;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    check_keys(&f, "");
    assert_false(store_evidence_key_open(f.store, &secret, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    put(&f, "one", "its private half", 5);
    check_keys(&f, "one pem 5 0|");
    put(&f, "two", "another half", 9);
    check_keys(&f, "two pem 9 0|one pem 5 9|");
    check_secret(&f, "another half");
    fixture_check_audit(&f, "2 9  evidence.key   two|1 5  evidence.key   one|");
    fixture_close(&f);
    struct buf file = fixture_read(&f, "strictgate.db");
    assert_null(memmem(file.data, file.size, "another half", 12));
    assert_null(memmem(file.data, file.size, "its private half", 16));
    buf_fini(&file);
    fixture_open(&f);
    check_secret(&f, "another half");
    assert_false(db_script(f.store->db, "DELETE FROM evidence_key;", NULL));
    check_keys(&f, "two pem 9 0|one pem 5 9|");
    fixture_fini(&f);
}

static void a_key_that_is_there_is_not_made_twice(void **state)
{
    struct fixture f;
    const struct evidence_key key = {.fingerprint = STR("one"), .public_pem = STR("pem"), .made_s = 7};
    const struct audit_entry record = {.act = STR("evidence.key")};
    (void)state;
    fixture_init(&f);
    put(&f, "one", "half", 5);
    assert_false(store_put_evidence_key(f.store, &key, STR("half"), &record, NULL));
    check_keys(&f, "one pem 5 0|"); /* nor retired */
    check_secret(&f, "half");
    fixture_fini(&f);
}

static void a_key_that_does_not_open_is_told(void **state)
{
    struct fixture f;
    struct buf secret;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    put(&f, "one", "half", 5);
    assert_true(db_script(f.store->db, "UPDATE evidence_key SET key = x'00';", NULL));
    assert_false(store_evidence_key_open(f.store, &secret, &err));
    assert_non_null(strstr(err.text, "the key of evidence bundles"));
    assert_non_null(strstr(err.fix, "--rotate"));
    fixture_fini(&f);
}

static void backup(struct fixture *f, char path[static FIXTURE_PATH_SIZE])
{
    struct err err = {0};
    fixture_path(f, "backup", path);
    if (!store_backup(f->store, path, &err))
        fail_msg("%s", err.text);
}

/* Twice, since somebody will. */
static void another_machine_goes_on_signing_where_none_signs(void **state)
{
    struct fixture f, other;
    char path[FIXTURE_PATH_SIZE];
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    put(&f, "one", "first half", 5);
    put(&f, "two", "second half", 9);
    backup(&f, path);
    fixture_make_directory(&other);
    other.key[5] = 77;
    fixture_open(&other);
    for (int i = 0; i < 2; i++) {
        if (!store_import_backup(other.store, path, &err))
            fail_msg("%s", err.text);
        check_keys(&other, "two pem 9 0|one pem 5 9|");
        check_secret(&other, "second half");
    }
    fixture_fini(&other);
    fixture_fini(&f);
}

static void a_key_that_signs_here_goes_on_and_the_backups_is_remembered(void **state)
{
    struct fixture f, other;
    char path[FIXTURE_PATH_SIZE];
    (void)state;
    fixture_init(&f);
    put(&f, "one", "first half", 5);
    backup(&f, path);
    fixture_init(&other);
    put(&other, "own", "own half", 7);
    assert_true(store_import_backup(other.store, path, NULL));
    check_keys(&other, "own pem 7 0|one pem 5 5|");
    check_secret(&other, "own half");
    fixture_fini(&other);
    fixture_fini(&f);
}

static void a_backup_in_the_place_of_the_database_signs_with_its_key(void **state)
{
    struct fixture f, other;
    char path[FIXTURE_PATH_SIZE];
    (void)state;
    fixture_init(&f);
    put(&f, "one", "first half", 5);
    backup(&f, path);
    struct buf file = fixture_read(&f, "backup");
    fixture_make_directory(&other);
    other.key[5] = 77;
    fixture_write(&other, "strictgate.db", buf_str(&file));
    fixture_open(&other);
    check_keys(&other, "one pem 5 0|");
    check_secret(&other, "first half");
    buf_fini(&file);
    fixture_fini(&other);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_new_key_signs_and_the_old_one_is_remembered),
        cmocka_unit_test(a_key_that_is_there_is_not_made_twice),
        cmocka_unit_test(a_key_that_does_not_open_is_told),
        cmocka_unit_test(another_machine_goes_on_signing_where_none_signs),
        cmocka_unit_test(a_key_that_signs_here_goes_on_and_the_backups_is_remembered),
        cmocka_unit_test(a_backup_in_the_place_of_the_database_signs_with_its_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
