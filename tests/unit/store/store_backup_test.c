/* Making backups: readable by nobody else, over nothing, and with all there is. */
#include <sys/stat.h>

#include "backup_fixture.h"

static void a_backup_is_for_us_alone_and_never_overwrites(void **state)
{
    struct fixture f;
    char path[FIXTURE_PATH_SIZE], journal[FIXTURE_PATH_SIZE];
    struct stat status;
    struct err err = {0};
    (void)state;
    mode_t old = umask(0);
    fixture_init(&f);
    backup(&f, path);
    (void)umask(old);
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    fixture_path(&f, "backup-journal", journal);
    assert_int_not_equal(access(journal, F_OK), 0);
    assert_false(store_backup(f.store, path, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(store_backup(f.store, "/nowhere/at/all", &err));
    fixture_fini(&f);
}

/* Each table has its rows, and the secrets are beside them. */
static void everything_is_in_it(void **state)
{
    static const char *const counts[] = {
        "SELECT count(*) FROM installation", "SELECT count(*) FROM site",     "SELECT count(*) FROM certificate",
        "SELECT count(*) FROM ledger",       "SELECT count(*) FROM root",     "SELECT count(*) FROM served",
        "SELECT count(*) FROM local_ca",     "SELECT count(*) FROM evidence", "SELECT count(*) FROM audit",
        "SELECT count(*) FROM backup",
    };
    struct fixture f;
    struct cert *cert = make_cert("a.example");
    struct db *db;
    char path[FIXTURE_PATH_SIZE], id[CERTIFICATE_ID_SIZE + 1];
    (void)state;
    fixture_init(&f);
    fill(&f, cert, id);
    backup(&f, path);
    fixture_close(&f);
    assert_true(db_open_copy(path, &db, NULL));
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        int64_t count = 0;
        assert_true(db_number(db, counts[i], &count, NULL));
        if (count == 0)
            fail_msg("%s: none", counts[i]);
    }
    db_close(db);
    struct buf content = fixture_read(&f, "backup");
    assert_non_null(memmem(content.data, content.size, f.key, SEAL_KEY_SIZE));
    assert_null(memmem(content.data, content.size, "its key", 7)); /* sealed */
    buf_fini(&content);
    cert_free(cert);
    fixture_fini(&f);
}

static void check_rows(struct db *db, int64_t minutes, int64_t hours, int64_t days)
{
    static const char *const counts[] = {"SELECT count(*) FROM evidence WHERE step_s = 60",
                                         "SELECT count(*) FROM evidence WHERE step_s = 3600",
                                         "SELECT count(*) FROM evidence WHERE step_s = 86400"};
    const int64_t expected[] = {minutes, hours, days};
    for (size_t i = 0; i < 3; i++) {
        int64_t count = -1;
        assert_true(db_number(db, counts[i], &count, NULL));
        assert_int_equal(count, expected[i]);
    }
}

/* Thousands of busy sites have more evidence than a restore could take. Two sites, and failures in each row. */
static void of_more_evidence_than_fits_the_newest_is_in_it(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    struct db *db = f.store->db;
    assert_true(db_script(db,
                          "WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 199) "
                          "INSERT INTO evidence SELECT step, i * step, site, 1, 1, 1, 1, NULL FROM n, "
                          "(SELECT 60 AS step UNION SELECT 3600 UNION SELECT 86400), (SELECT 1 AS site UNION SELECT 2);"
                          "INSERT INTO evidence_failure SELECT step_s, at_s, site, 'version', 1 FROM evidence;",
                          NULL));
    assert_true(store_backup_cut(db, 2400, NULL));
    check_rows(db, 400, 400, 400);
    assert_true(store_backup_cut(db, 2399, NULL));
    check_rows(db, 0, 400, 400);
    assert_true(store_backup_cut(db, 1599, NULL));
    check_rows(db, 0, 2 * 49, 400);
    assert_true(store_backup_cut(db, 100, NULL));
    check_rows(db, 0, 2 * 49, 2 * 101); /* no more may go */
    int64_t count = -1;
    assert_true(db_number(db, "SELECT count(*) FROM evidence_failure", &count, NULL));
    assert_int_equal(count, 2 * (49 + 101));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_backup_is_for_us_alone_and_never_overwrites),
        cmocka_unit_test(everything_is_in_it),
        cmocka_unit_test(of_more_evidence_than_fits_the_newest_is_in_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
