/* SQLite with our settings, and its errors in our words. */
#include "store/db.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "os/file.h"

struct db {
    sqlite3 *handle;
    char *path;
    struct map statements; /* SQL → sqlite3_stmt */
    bool was_left;
    bool joins;   /* what begins is a part of the transaction that is under way, */
    bool spoiled; /* and one of these parts was rolled back */
};

/*
 * Exclusive: one process, and no shared memory for the index of the log, which is therefore never stale. Extra: a
 * commit is on disk when it is reported (as with FULL), and so is the removal of the journal that the change to WAL
 * leaves behind: come back after a power cut, it would undo the change, and the log would go with it. The log is cut
 * back after a large change.
 */
static const char own_settings[] = "PRAGMA locking_mode = EXCLUSIVE;"
                                   "PRAGMA synchronous = EXTRA;"
                                   "PRAGMA journal_mode = WAL;"
                                   "PRAGMA journal_size_limit = 4194304;"
                                   "BEGIN EXCLUSIVE; COMMIT;";
/* Of whatever file: a replaced row counts as a deleted one, which the tables that forget nothing refuse; what the
 * schema says is not trusted to be ours; no temporary file is written. */
static const char common_settings[] = "PRAGMA foreign_keys = ON;"
                                      "PRAGMA recursive_triggers = ON;"
                                      "PRAGMA trusted_schema = OFF;"
                                      "PRAGMA cell_size_check = ON;"
                                      "PRAGMA temp_store = MEMORY;";

static bool full(const char *path, struct err *err)
{
    (void)err_set(err, ERR_SYSTEM, "%s cannot be written to: the disk, or a quota on it, is full", path);
    return err_fix(err, "make room and try again; nothing of this change was stored");
}

static bool read_only(const char *path, int number, struct err *err)
{
    if (number)
        (void)err_set(err, ERR_SYSTEM, "%s cannot be written to: %s", path, strerror(number));
    else
        (void)err_set(err, ERR_SYSTEM, "%s cannot be written to (read-only)", path);
    return err_fix(err, "see that the disk is mounted for writing and that the file and its folder belong to the user "
                        "this runs as; nothing of this change was stored");
}

static bool busy(const char *path, struct err *err)
{
    (void)err_set(err, ERR_CONFLICT, "%s is in use by another process", path);
    return err_fix(err, "end the other one (fuser -v %.100s names it): only one may have it open", path);
}

static bool damaged(const char *path, const char *what, struct err *err)
{
    (void)err_set(err, ERR_SYSTEM, "%s is damaged (%.200s)", path, what);
    return err_fix(err, "it was left as it is: put a backup in its place (see the guide to operations); traffic goes "
                        "on by the last good snapshot meanwhile");
}

static bool disk_failed(const char *path, int number, const char *what, struct err *err)
{
    if (number == ENOSPC || number == EDQUOT)
        return full(path, err);
    if (number == EROFS || number == EACCES || number == EPERM)
        return read_only(path, number, err);
    if (number)
        (void)err_set(err, ERR_SYSTEM, "%s: the disk failed (%.200s, %s)", path, what, strerror(number));
    else
        (void)err_set(err, ERR_SYSTEM, "%s: the disk failed (%.200s)", path, what);
    return err_fix(err, "look at the system's log for the disk; nothing of this change was stored");
}

/* `handle` may be NULL when there was no memory for it. */
static bool explain(sqlite3 *handle, const char *path, int status, struct err *err)
{
    const char *what = handle ? sqlite3_errmsg(handle) : sqlite3_errstr(status);
    int number = handle ? sqlite3_system_errno(handle) : 0;
    switch (status & 0xff) {
    case SQLITE_NOMEM: return err_memory(err);
    case SQLITE_FULL: return full(path, err);
    case SQLITE_PERM:
    case SQLITE_READONLY: return read_only(path, 0, err);
    case SQLITE_CANTOPEN: return disk_failed(path, number, "it cannot be opened", err);
    case SQLITE_IOERR: return disk_failed(path, number, sqlite3_errstr(status), err);
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return busy(path, err);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB: return damaged(path, what, err);
    default: return err_set(err, ERR_SYSTEM, "%s: %.300s", path, what);
    }
}

static bool fail(const struct db *db, int status, struct err *err)
{
    return explain(db->handle, db->path, status, err);
}

const char *db_path(const struct db *db)
{
    return db->path;
}

bool db_was_left(const struct db *db)
{
    return db->was_left;
}

/* Our own file, whose name is new: nobody but us may read it from its first byte on. */
static bool make_file(const char *path, struct err *err)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0)
        return errno == EEXIST || disk_failed(path, errno, "it cannot be made", err);
    (void)close(fd);
    return file_sync_folder(path, err);
}

/* Bytes 18 and 19 of a database are its journal's kind: 2 is WAL, which ours are from their first write on. */
static bool uses_log(const char *path)
{
    unsigned char header[20] = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool uses = fd >= 0 && pread(fd, header, sizeof header, 0) == (ssize_t)sizeof header && header[19] == 2;
    if (fd >= 0)
        (void)close(fd);
    return uses;
}

/*
 * A backup that was put in the place of the database does not use a log; one that lies beside it is the old database's,
 * and SQLite would write it into the new one.
 */
static bool put_stale_log_aside(const char *path, struct err *err)
{
    char log[PATH_MAX], aside[PATH_MAX];
    int size = snprintf(log, sizeof log, "%s-wal", path);
    int aside_size = snprintf(aside, sizeof aside, "%s-wal.stale", path);
    if (size < 0 || (size_t)size >= sizeof log || aside_size < 0 || (size_t)aside_size >= sizeof aside)
        return err_set(err, ERR_INPUT, "the path %.100s… is too long", path);
    if (access(log, F_OK) != 0 || uses_log(path))
        return true;
    return (rename(log, aside) == 0 || disk_failed(log, errno, "it cannot be renamed", err)) &&
           file_sync_folder(path, err);
}

static bool harden(sqlite3 *handle)
{
    return sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL) == SQLITE_OK &&
           sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DML, 0, NULL) == SQLITE_OK &&
           sqlite3_db_config(handle, SQLITE_DBCONFIG_DQS_DDL, 0, NULL) == SQLITE_OK;
}

/* *ret is what db_close takes, also after a failure further on. */
static bool open_handle(const char *path, int flags, struct db **ret, struct err *err)
{
    struct db *db = calloc(1, sizeof *db);
    if (!db || !(db->path = str_dup(str_from(path)))) {
        free(db);
        return err_memory(err);
    }
    map_init(&db->statements);
    int status = sqlite3_open_v2(path, &db->handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (status != SQLITE_OK) {
        (void)fail(db, status, err);
        db_close(db);
        return false;
    }
    if (!harden(db->handle) || !db_script(db, common_settings, err)) {
        db_close(db);
        return err && err->code ? false : err_set(err, ERR_SYSTEM, "%s: this SQLite lacks a setting we need", path);
    }
    *ret = db;
    return true;
}

/* A log that is not empty. */
static bool has_log(const char *path)
{
    char log[PATH_MAX];
    struct stat status;
    int size = snprintf(log, sizeof log, "%s-wal", path);
    return size > 0 && (size_t)size < sizeof log && stat(log, &status) == 0 && status.st_size > 0;
}

bool db_open(const char *path, struct db **ret, struct err *err)
{
    struct db *db;
    bool was_left = has_log(path);
    if (!make_file(path, err) || !put_stale_log_aside(path, err) || !open_handle(path, SQLITE_OPEN_READWRITE, &db, err))
        return false;
    /* SQLite opens what it may not write to for reading; nothing could be saved then. */
    if ((sqlite3_db_readonly(db->handle, "main") && !read_only(path, 0, err)) || !db_script(db, own_settings, err)) {
        db_close(db);
        return false;
    }
    db->was_left = was_left;
    *ret = db;
    return true;
}

bool db_open_fresh(const char *path, struct db **ret, struct err *err)
{
    return open_handle(path, SQLITE_OPEN_READWRITE, ret, err);
}

static bool copy_all(const struct db *from, const struct db *to, struct err *err)
{
    sqlite3_backup *copy = sqlite3_backup_init(to->handle, "main", from->handle, "main");
    if (!copy)
        return fail(to, sqlite3_errcode(to->handle), err);
    int status = sqlite3_backup_step(copy, -1);
    (void)sqlite3_backup_finish(copy);
    return status == SQLITE_DONE || fail(from, status, err);
}

bool db_open_copy(const char *path, struct db **ret, struct err *err)
{
    struct db *file, *memory;
    if (!open_handle(path, SQLITE_OPEN_READONLY, &file, err))
        return false;
    bool fine = open_handle(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_MEMORY, &memory, err);
    if (fine && !copy_all(file, memory, err)) {
        db_close(memory);
        fine = false;
    }
    db_close(file);
    if (!fine)
        return false;
    char *name = str_dup(str_from(path)); /* errors are about the file that it came from */
    if (!name) {
        db_close(memory);
        return err_memory(err);
    }
    free(memory->path);
    memory->path = name;
    *ret = memory;
    return true;
}

static bool sync_file(const char *path, struct err *err)
{
    int fd = open(path, O_RDWR | O_CLOEXEC);
    bool fine = fd >= 0 && fsync(fd) == 0;
    int number = errno;
    if (fd >= 0)
        (void)close(fd);
    return (fine || disk_failed(path, number, "it cannot be synced", err)) && file_sync_folder(path, err);
}

bool db_copy(struct db *db, const char *path, struct err *err)
{
    struct db_query query = db_query(db, "VACUUM INTO ?1");
    db_bind_str(&query, str_from(path));
    return db_run(&query, err) && sync_file(path, err);
}

void db_close(struct db *db)
{
    if (!db)
        return;
    for (struct map_entry *entry = NULL; (entry = map_next(&db->statements, entry));)
        (void)sqlite3_finalize(entry->value);
    map_fini(&db->statements);
    (void)sqlite3_close(db->handle);
    free(db->path);
    free(db);
}

bool db_script(struct db *db, const char *sql, struct err *err)
{
    int status = sqlite3_exec(db->handle, sql, NULL, NULL, NULL);
    return status == SQLITE_OK || fail(db, status, err);
}

bool db_begin(struct db *db, struct err *err)
{
    if (db->joins)
        return true;
    struct db_query query = db_query(db, "BEGIN IMMEDIATE");
    db->spoiled = false;
    return db_run(&query, err);
}

bool db_commit(struct db *db, struct err *err)
{
    if (db->joins)
        return true;
    if (db->spoiled) {
        db_rollback(db);
        return err_set(err, ERR_SYSTEM, "a part of the change could not be written");
    }
    struct db_query query = db_query(db, "COMMIT");
    if (db_run(&query, err))
        return true;
    db_rollback(db);
    return false;
}

/* SQLite has rolled back by itself after some errors; then there is nothing left to do. */
void db_rollback(struct db *db)
{
    db->spoiled = true;
    if (!db->joins && !sqlite3_get_autocommit(db->handle))
        (void)sqlite3_exec(db->handle, "ROLLBACK", NULL, NULL, NULL);
}

void db_join(struct db *db, bool joins)
{
    db->joins = joins;
}

bool db_check(struct db *db, struct err *err)
{
    struct db_query query = db_query(db, "PRAGMA quick_check(1)");
    bool sound = false;
    char what[200] = "";
    if (db_next(&query)) {
        struct str first = db_str(&query, 0);
        sound = str_eq(first, STR("ok"));
        (void)snprintf(what, sizeof what, "%.*s", STR_ARG(first));
    }
    return db_end(&query, err) && (sound || damaged(db->path, what, err));
}

static sqlite3_stmt *take_kept(struct db *db, const char *sql)
{
    sqlite3_stmt *statement = map_get(&db->statements, str_from(sql));
    return statement && !sqlite3_stmt_busy(statement) ? statement : NULL;
}

struct db_query db_query(struct db *db, const char *sql)
{
    struct db_query query = {.db = db, .statement = take_kept(db, sql), .kept = true};
    if (query.statement)
        return query;
    query.status = sqlite3_prepare_v3(db->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &query.statement, NULL);
    /* One that is under way already (a visitor asks while it is visited) gets a second one for the time being. */
    query.kept = query.status == SQLITE_OK && !map_has(&db->statements, str_from(sql)) &&
                 map_put(&db->statements, str_from(sql), query.statement);
    return query;
}

void db_bind_str(struct db_query *query, struct str value)
{
    query->bound++;
    if (query->status == SQLITE_OK)
        query->status = sqlite3_bind_text64(query->statement, query->bound, value.data ? value.data : "", value.size,
                                            SQLITE_STATIC, SQLITE_UTF8);
}

void db_bind_blob(struct db_query *query, struct str value)
{
    query->bound++;
    if (query->status == SQLITE_OK)
        query->status = sqlite3_bind_blob64(query->statement, query->bound, value.data ? value.data : "", value.size,
                                            SQLITE_STATIC);
}

void db_bind_i64(struct db_query *query, int64_t value)
{
    query->bound++;
    if (query->status == SQLITE_OK)
        query->status = sqlite3_bind_int64(query->statement, query->bound, value);
}

void db_bind_null(struct db_query *query)
{
    query->bound++;
    if (query->status == SQLITE_OK)
        query->status = sqlite3_bind_null(query->statement, query->bound);
}

bool db_next(struct db_query *query)
{
    if (query->status != SQLITE_OK && query->status != SQLITE_ROW)
        return false;
    query->status = sqlite3_step(query->statement);
    return query->status == SQLITE_ROW;
}

int64_t db_i64(const struct db_query *query, int column)
{
    return sqlite3_column_int64(query->statement, column);
}

struct str db_str(const struct db_query *query, int column)
{
    const void *text = sqlite3_column_text(query->statement, column);
    return str_make(text, (size_t)sqlite3_column_bytes(query->statement, column));
}

struct str db_blob(const struct db_query *query, int column)
{
    const void *bytes = sqlite3_column_blob(query->statement, column);
    return str_make(bytes, (size_t)sqlite3_column_bytes(query->statement, column));
}

bool db_is_null(const struct db_query *query, int column)
{
    return sqlite3_column_type(query->statement, column) == SQLITE_NULL;
}

bool db_end(struct db_query *query, struct err *err)
{
    int status = query->status;
    bool fine = status == SQLITE_OK || status == SQLITE_ROW || status == SQLITE_DONE;
    if (!fine)
        (void)fail(query->db, status, err);
    if (query->kept) {
        (void)sqlite3_reset(query->statement);
        (void)sqlite3_clear_bindings(query->statement);
    } else {
        (void)sqlite3_finalize(query->statement);
    }
    query->statement = NULL;
    query->status = SQLITE_MISUSE;
    return fine;
}

bool db_run(struct db_query *query, struct err *err)
{
    while (db_next(query)) {
    }
    return db_end(query, err);
}

bool db_number(struct db *db, const char *sql, int64_t *ret, struct err *err)
{
    struct db_query query = db_query(db, sql);
    int64_t number = 0;
    if (db_next(&query))
        number = db_i64(&query, 0);
    if (!db_end(&query, err))
        return false;
    *ret = number;
    return true;
}
