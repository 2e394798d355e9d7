/* From backups: read without touching anything, put beside what has come since, or in the place of what was lost. */
#include "backup_fixture.h"
#include "base/log.h"
#include "crypto/key.h"

static void check_local_ca(struct fixture *f, const char *expected_root, const char *expected_key)
{
    struct buf root, key;
    assert_true(store_local_ca(f->store, &root, &key, NULL));
    assert_str(buf_str(&root), str_from(expected_root));
    assert_str(buf_str(&key), str_from(expected_key));
    buf_fini(&root);
    key_wipe(&key);
}

static void what_is_in_a_backup_is_read_without_touching_the_store(void **state)
{
    struct fixture f;
    struct cert *cert = make_cert("a.example");
    struct store_backup_content content;
    char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1];
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    fill(&f, cert, id);
    backup(&f, path);
    act(&f, "later");
    struct buf before = fixture_read(&f, "backup");
    if (!store_read_backup(path, &content, &err))
        fail_msg("%s", err.text);
    assert_int_equal(content.state.sites_count, 2);
    assert_int_equal(content.state.generation, 41);
    assert_str(content.state.sites[0]->ecdsa, str_from(id));
    assert_int_equal(content.clock.over_s, 1000);
    assert_int_equal(content.clock.sure_s, 900);
    assert_true(content.made_s > 1700000000);
    assert_int_equal(book_ledger(&content.book, STR("a.example"))->count, 1);
    state_fini(&content.state);
    book_fini(&content.book);
    struct buf after = fixture_read(&f, "backup");
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    buf_fini(&before);
    buf_fini(&after);
    act(&f, "and the store goes on");
    cert_free(cert);
    fixture_fini(&f);
}

static bool take_day(void *context, const struct clients_day *day)
{
    *(struct clients_day *)context = *day;
    return false;
}

static void check_imported(struct fixture *f, const char *id, const struct cert *cert)
{
    struct evidence_counts traffic;
    int64_t known_s = 0;
    uint32_t served;
    assert_true(has_cert(f, id, cert));
    assert_true(store_served_count(f->store, STR("a.example"), STR("file"), STR("ecdsa"), &served, NULL));
    assert_int_equal(served, 1);
    assert_true(store_traffic(f->store, STR("a.example"), 0, &traffic, NULL));
    assert_int_equal(traffic.https_requests, 5);
    assert_true(store_counts_since(f->store, STR("a.example"), &known_s, NULL));
    assert_int_equal(known_s, 3600);
    assert_true(db_number(f->store->db, "SELECT sum(count) FROM evidence_failure", &known_s, NULL));
    assert_int_equal(known_s, 3 * 2);
    struct clients_day day = {0};
    assert_true(store_clients_days(f->store, STR("a.example"), 0, UINT64_MAX, take_day, &day, NULL));
    assert_int_equal(day.day, 20000);
    assert_int_equal(day.sum.https, 7);
}

/* On another machine, with another key; twice, since somebody will. */
static void another_machine_takes_in_what_it_lacks(void **state)
{
    struct fixture f, other;
    struct cert *cert = make_cert("a.example"), *own = make_cert("own.example");
    char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1], own_id[CERTIFICATE_ID_SIZE + 1];
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    fill(&f, cert, id);
    backup(&f, path);
    fixture_make_directory(&other);
    other.key[5] = 77;
    fixture_open(&other);
    add_cert(&other, own, own_id);
    act(&other, "own");
    for (int i = 0; i < 2; i++) {
        if (!store_import_backup(other.store, path, &err))
            fail_msg("%s", err.text);
        check_imported(&other, id, cert);
        fixture_check_audit(&other, "3 0  root.declare   |2 5  first   |1 5  own   |");
    }
    assert_true(has_cert(&other, own_id, own));
    check_local_ca(&other, "the root", "its key");
    fixture_close(&other);
    fixture_open(&other);
    check_imported(&other, id, cert);
    cert_free(cert);
    cert_free(own);
    fixture_fini(&other);
    fixture_fini(&f);
}

static void a_local_ca_that_is_there_stays(void **state)
{
    struct fixture f, other;
    struct cert *cert = make_cert("a.example");
    char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1];
    (void)state;
    fixture_init(&f);
    fill(&f, cert, id);
    backup(&f, path);
    fixture_init(&other);
    assert_true(store_put_local_ca(other.store, STR("another root"), STR("another key"), NULL));
    log_init("test", LOG_LEVEL_ERROR, LOG_FORMAT_TEXT);
    assert_true(store_import_backup(other.store, path, NULL));
    check_local_ca(&other, "another root", "another key");
    cert_free(cert);
    fixture_fini(&other);
    fixture_fini(&f);
}

static void what_is_no_backup_is_refused(void **state)
{
    struct fixture f;
    char path[FIXTURE_PATH_SIZE], copy[FIXTURE_PATH_SIZE];
    struct store_backup_content content;
    (void)state;
    fixture_init(&f);
    backup(&f, path);
    struct buf whole = fixture_read(&f, "backup");
    struct buf live = fixture_read(&f, "strictgate.db");
    struct buf damaged = fixture_read(&f, "backup");
    memset(damaged.data + 4096, 0x55, 8192);
    const struct {
        const char *what;
        struct str content;
        const char *text;
    } cases[] = {
        {"nothing", STR(""), "is no backup"},
        {"text", STR("This is text, and no database of any kind, however long one makes it."), "is damaged"},
        {"cut off", str_part(buf_str(&whole), 0, whole.size / 2), "is damaged"},
        {"overwritten", buf_str(&damaged), "is damaged"},
        {"a plain copy of the database", buf_str(&live), ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct err err = {0};
        fixture_write(&f, "copy", cases[i].content);
        fixture_path(&f, "copy", copy);
        if (store_read_backup(copy, &content, &err))
            fail_msg("%s was taken", cases[i].what);
        if (!strstr(err.text, cases[i].text))
            fail_msg("%s: %s", cases[i].what, err.text);
        assert_false(store_import_backup(f.store, copy, NULL));
    }
    struct err err = {0};
    assert_false(store_read_backup("/nowhere/at/all", &content, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    buf_fini(&whole);
    buf_fini(&live);
    buf_fini(&damaged);
    fixture_fini(&f);
}

/* A key that does not open ends the import, and nothing of it has happened. */
static void an_import_happens_as_a_whole_or_not_at_all(void **state)
{
    struct fixture f, other;
    struct cert *cert = make_cert("a.example");
    struct db *db;
    char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1];
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    fill(&f, cert, id);
    backup(&f, path);
    assert_true(db_open_fresh(path, &db, NULL));
    assert_true(db_script(db, "INSERT INTO certificate VALUES ('zz', x'3000', x'00', 1);", NULL));
    db_close(db);
    fixture_init(&other);
    assert_false(store_import_backup(other.store, path, &err));
    assert_false(has_cert(&other, id, cert));
    fixture_check_audit(&other, "");
    cert_free(cert);
    fixture_fini(&other);
    fixture_fini(&f);
}

/* The way back when the database is lost: the backup takes its place, on this machine or another. */
static void a_backup_put_in_the_databases_place_is_adopted(void **state)
{
    struct cert *cert = make_cert("a.example");
    (void)state;
    for (uint8_t other_key = 0; other_key < 2; other_key++) {
        struct fixture f, other;
        char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1];
        fixture_init(&f);
        fill(&f, cert, id);
        backup(&f, path);
        struct buf content = fixture_read(&f, "backup");
        fixture_make_directory(&other);
        other.key[5] = other_key;
        fixture_write(&other, "strictgate.db", buf_str(&content));
        buf_fini(&content);
        fixture_open(&other);
        assert_non_null(strstr(store_news(other.store), "is a backup that was put in its place"));
        assert_true(has_cert(&other, id, cert));
        assert_false(store_is_new(other.store));
        fixture_check_ledger(&other, "", "1 a.example 300 cap 0, 10 to -1|");
        check_local_ca(&other, "the root", "its key");
        fixture_close(&other);
        struct buf file = fixture_read(&other, "strictgate.db");
        assert_null(memmem(file.data, file.size, f.key, SEAL_KEY_SIZE));
        buf_fini(&file);
        fixture_open(&other);
        assert_string_equal(store_news(other.store), "");
        assert_true(has_cert(&other, id, cert));
        fixture_fini(&other);
        fixture_fini(&f);
    }
    cert_free(cert);
}

/* What the lost database had in its log must not be written into the backup. */
static void the_log_of_a_lost_database_is_put_aside(void **state)
{
    struct fixture f, other;
    struct cert *cert = make_cert("a.example");
    char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1];
    (void)state;
    fixture_init(&f);
    fill(&f, cert, id);
    backup(&f, path);
    act(&f, "in the log only");
    struct buf content = fixture_read(&f, "backup"), log = fixture_read(&f, "strictgate.db-wal");
    fixture_make_directory(&other);
    fixture_write(&other, "strictgate.db", buf_str(&content));
    fixture_write(&other, "strictgate.db-wal", buf_str(&log));
    buf_fini(&content);
    buf_fini(&log);
    fixture_open(&other);
    assert_true(db_check(other.store->db, NULL));
    assert_true(has_cert(&other, id, cert));
    assert_true(fixture_has(&other, "strictgate.db-wal.stale"));
    cert_free(cert);
    fixture_fini(&other);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_in_a_backup_is_read_without_touching_the_store),
        cmocka_unit_test(another_machine_takes_in_what_it_lacks),
        cmocka_unit_test(a_local_ca_that_is_there_stays),
        cmocka_unit_test(what_is_no_backup_is_refused),
        cmocka_unit_test(an_import_happens_as_a_whole_or_not_at_all),
        cmocka_unit_test(a_backup_put_in_the_databases_place_is_adopted),
        cmocka_unit_test(the_log_of_a_lost_database_is_put_aside),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
