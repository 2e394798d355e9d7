/* The layer over SQLite: queries, transactions, and errors that say what to do. */
#include "store/db.h"

#include <sys/wait.h>

#include "disk.h"
#include "store_fixture.h"

#define TABLE "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT, c BLOB) STRICT;"

static struct db *open_at(const struct fixture *f)
{
    char path[FIXTURE_PATH_SIZE];
    struct db *db;
    struct err err = {0};
    fixture_path(f, "x.db", path);
    if (!db_open(path, &db, &err))
        fail_msg("%s", err.text);
    return db;
}

static bool insert(struct db *db, int64_t a, struct str b, struct str c, struct err *err)
{
    struct db_query query = db_query(db, "INSERT INTO t VALUES (?1, ?2, ?3)");
    db_bind_i64(&query, a);
    db_bind_str(&query, b);
    if (c.data)
        db_bind_blob(&query, c);
    else
        db_bind_null(&query);
    return db_run(&query, err);
}

static int64_t count(struct db *db)
{
    int64_t number = -1;
    assert_true(db_number(db, "SELECT count(*) FROM t", &number, NULL));
    return number;
}

static void values_of_every_kind_come_back(void **state)
{
    struct fixture f;
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    assert_true(insert(db, INT64_MIN, STR("text \xc3\xa9"), STR("bytes \0 more"), NULL));
    assert_true(insert(db, INT64_MAX, STR(""), STR(""), NULL));
    assert_true(insert(db, 0, (struct str){NULL, 0}, (struct str){NULL, 0}, NULL));
    db_close(db);
    db = open_at(&f);
    struct db_query query = db_query(db, "SELECT a, b, c FROM t ORDER BY a");
    assert_true(db_next(&query));
    assert_true(db_i64(&query, 0) == INT64_MIN);
    assert_str(db_str(&query, 1), STR("text \xc3\xa9"));
    assert_str(db_blob(&query, 2), STR("bytes \0 more"));
    assert_true(db_next(&query));
    assert_str(db_str(&query, 1), STR(""));
    assert_true(db_is_null(&query, 2));
    assert_true(db_next(&query));
    assert_true(db_i64(&query, 0) == INT64_MAX);
    assert_false(db_is_null(&query, 2));
    assert_int_equal(db_blob(&query, 2).size, 0);
    assert_false(db_next(&query));
    assert_true(db_end(&query, NULL));
    db_close(db);
    fixture_fini(&f);
}

static void a_query_may_run_within_itself(void **state)
{
    struct fixture f;
    int64_t sum = 0;
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE "INSERT INTO t (a) VALUES (1), (2), (3);", NULL));
    static const char sql[] = "SELECT a FROM t";
    struct db_query outer = db_query(db, sql);
    while (db_next(&outer)) {
        struct db_query inner = db_query(db, sql);
        while (db_next(&inner))
            sum += db_i64(&outer, 0) * db_i64(&inner, 0);
        assert_true(db_end(&inner, NULL));
    }
    assert_true(db_end(&outer, NULL));
    assert_int_equal(sum, 36);
    db_close(db);
    fixture_fini(&f);
}

static void a_fault_anywhere_is_told_at_the_end(void **state)
{
    struct fixture f;
    struct err err = {0};
    int64_t number;
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    assert_false(db_number(db, "SELECT nonsense", &number, &err));
    assert_non_null(strstr(err.text, "nonsense"));
    struct db_query query = db_query(db, "SELECT a FROM t WHERE a = ?1");
    db_bind_i64(&query, 1);
    db_bind_i64(&query, 2); /* one too many */
    assert_false(db_next(&query));
    assert_false(db_end(&query, &err));
    assert_true(insert(db, 1, STR("x"), STR(""), NULL));
    assert_false(insert(db, 1, STR("x"), STR(""), &err)); /* there already */
    assert_non_null(strstr(err.text, "UNIQUE"));
    assert_true(insert(db, 2, STR("x"), STR(""), NULL)); /* the same statement works on */
    assert_int_equal(count(db), 2);
    db_close(db);
    fixture_fini(&f);
}

static void a_transaction_is_all_or_nothing(void **state)
{
    struct fixture f;
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    assert_true(db_begin(db, NULL));
    assert_true(insert(db, 1, STR("x"), STR(""), NULL));
    db_rollback(db);
    assert_int_equal(count(db), 0);
    assert_true(db_begin(db, NULL));
    assert_true(insert(db, 1, STR("x"), STR(""), NULL));
    assert_true(db_commit(db, NULL));
    db_rollback(db); /* of nothing */
    assert_int_equal(count(db), 1);
    db_close(db);
    fixture_fini(&f);
}

static bool insert_in_transaction(struct db *db, int64_t a, bool commits)
{
    assert_true(db_begin(db, NULL));
    assert_true(insert(db, a, STR("x"), STR(""), NULL));
    if (commits)
        return db_commit(db, NULL);
    db_rollback(db);
    return false;
}

static void what_joins_a_transaction_is_a_part_of_it(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    assert_true(db_begin(db, NULL));
    db_join(db, true);
    assert_true(insert_in_transaction(db, 1, true));
    db_join(db, false);
    db_rollback(db);
    assert_int_equal(count(db), 0); /* its commit was none yet */
    assert_true(db_begin(db, NULL));
    db_join(db, true);
    assert_true(insert_in_transaction(db, 1, true));
    assert_false(insert_in_transaction(db, 2, false));
    db_join(db, false);
    assert_false(db_commit(db, &err)); /* whoever does not look at it */
    assert_non_null(strstr(err.text, "a part of the change"));
    assert_int_equal(count(db), 0);
    assert_true(db_begin(db, NULL));
    db_join(db, true);
    assert_true(insert_in_transaction(db, 1, true));
    assert_true(insert_in_transaction(db, 2, true));
    db_join(db, false);
    assert_true(db_commit(db, NULL));
    assert_int_equal(count(db), 2);
    assert_true(insert_in_transaction(db, 3, true)); /* one of its own again */
    db_rollback(db);
    assert_int_equal(count(db), 3);
    db_close(db);
    fixture_fini(&f);
}

static void a_copy_is_independent_of_its_file(void **state)
{
    struct fixture f;
    char path[FIXTURE_PATH_SIZE];
    struct db *copy;
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    assert_true(insert(db, 1, STR("x"), STR(""), NULL));
    fixture_write(&f, "copy", STR(""));
    fixture_path(&f, "copy", path);
    assert_true(db_copy(db, path, NULL));
    db_close(db);
    struct buf before = fixture_read(&f, "copy");
    assert_true(db_open_copy(path, &copy, NULL));
    assert_true(insert(copy, 2, STR("y"), STR(""), NULL));
    assert_int_equal(count(copy), 2);
    db_close(copy);
    struct buf after = fixture_read(&f, "copy");
    assert_true(str_eq(buf_str(&before), buf_str(&after)));
    buf_fini(&before);
    buf_fini(&after);
    fixture_fini(&f);
}

static void a_file_that_is_damaged_is_left_as_it_is(void **state)
{
    struct fixture f;
    char path[FIXTURE_PATH_SIZE];
    struct db *db;
    struct err err = {0};
    (void)state;
    fixture_make_directory(&f);
    fixture_write(&f, "x.db", STR("This is no database, though it lies where one should be."));
    fixture_path(&f, "x.db", path);
    assert_false(db_open(path, &db, &err));
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_non_null(strstr(err.text, "is damaged"));
    assert_non_null(strstr(err.fix, "backup"));
    struct buf content = fixture_read(&f, "x.db");
    assert_str(buf_str(&content), STR("This is no database, though it lies where one should be."));
    buf_fini(&content);
    fixture_fini(&f);
}

static void a_crash_of_the_last_one_is_known(void **state)
{
    struct fixture f;
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_false(db_was_left(db));
    assert_true(db_script(db, TABLE, NULL));
    struct buf file = fixture_read(&f, "x.db"), log = fixture_read(&f, "x.db-wal");
    db_close(db);
    db = open_at(&f);
    assert_false(db_was_left(db));
    db_close(db);
    fixture_write(&f, "x.db", buf_str(&file));
    fixture_write(&f, "x.db-wal", buf_str(&log));
    db = open_at(&f);
    assert_true(db_was_left(db));
    assert_int_equal(count(db), 0);
    db_close(db);
    buf_fini(&file);
    buf_fini(&log);
    fixture_fini(&f);
}

static void damage_inside_is_found(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_make_directory(&f);
    struct db *db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    for (int64_t a = 0; a < 2000; a++)
        assert_true(insert(db, a, STR("some text to fill the pages with"), STR(""), NULL));
    assert_true(db_check(db, &err));
    db_close(db);
    struct buf content = fixture_read(&f, "x.db");
    memset(content.data + 3 * 4096, 0x5a, 4096);
    fixture_write(&f, "x.db", buf_str(&content));
    buf_fini(&content);
    db = open_at(&f);
    assert_false(db_check(db, &err));
    assert_non_null(strstr(err.text, "is damaged"));
    db_close(db);
    fixture_fini(&f);
}

static void a_folder_that_is_missing_is_told(void **state)
{
    struct db *db;
    struct err err = {0};
    (void)state;
    assert_false(db_open("/nowhere/at/all/x.db", &db, &err));
    assert_non_null(strstr(err.text, "No such file"));
    assert_false(db_open_copy("/nowhere/at/all/x.db", &db, &err));
}

/* What the operator reads when the disk does not take it, and that the database works on afterwards. */
static void a_full_or_read_only_disk_is_told_with_what_to_do(void **state)
{
    struct fixture f;
    char path[FIXTURE_PATH_SIZE];
    struct db *db;
    struct err err = {0};
    (void)state;
    fixture_make_directory(&f);
    disk_install();
    db = open_at(&f);
    assert_true(db_script(db, TABLE, NULL));
    disk_break(DISK_FULL, 1);
    assert_false(insert(db, 1, STR("x"), STR(""), &err));
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_non_null(strstr(err.text, "full"));
    assert_non_null(strstr(err.fix, "make room"));
    assert_int_equal(count(db), 0);
    disk_break(DISK_SOUND, 0);
    assert_true(insert(db, 1, STR("x"), STR(""), NULL));
    disk_break(DISK_FAIL, 1);
    assert_false(insert(db, 2, STR("x"), STR(""), &err));
    assert_non_null(strstr(err.text, "the disk failed"));
    assert_true(insert(db, 3, STR("x"), STR(""), NULL));
    assert_int_equal(count(db), 2);
    db_close(db);
    disk_break(DISK_READ_ONLY, 0);
    fixture_path(&f, "x.db", path);
    assert_false(db_open(path, &db, &err));
    assert_non_null(strstr(err.text, "cannot be written to"));
    assert_non_null(strstr(err.fix, "mounted for writing"));
    disk_remove();
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_of_every_kind_come_back),
        cmocka_unit_test(a_query_may_run_within_itself),
        cmocka_unit_test(a_fault_anywhere_is_told_at_the_end),
        cmocka_unit_test(a_transaction_is_all_or_nothing),
        cmocka_unit_test(what_joins_a_transaction_is_a_part_of_it),
        cmocka_unit_test(a_copy_is_independent_of_its_file),
        cmocka_unit_test(a_file_that_is_damaged_is_left_as_it_is),
        cmocka_unit_test(a_crash_of_the_last_one_is_known),
        cmocka_unit_test(damage_inside_is_found),
        cmocka_unit_test(a_folder_that_is_missing_is_told),
        cmocka_unit_test(a_full_or_read_only_disk_is_told_with_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
