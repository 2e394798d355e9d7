/*
 * A thin layer over SQLite, for store/ only: opening with the settings the ledger needs, statements that are prepared
 * once and kept, transactions, and errors in plain words with what to do about them. It knows no table.
 *
 *     struct db_query query = db_query(db, "SELECT content FROM site WHERE name = ?1");
 *     db_bind_str(&query, name);                 parameters in their order
 *     while (db_next(&query))
 *         use(db_str(&query, 0));                views that live until the next db_next
 *     return db_end(&query, err);                whatever went wrong above is told here
 *
 * A database of our own belongs to one process at a time: another one that opens it is told so at once.
 */
#ifndef STORE_DB_H
#define STORE_DB_H

#include "base/err.h"

struct db;
struct sqlite3_stmt;

/* Opens (makes, with mode 0600) a database of our own: WAL, every commit synced, locked until it is closed. */
NODISCARD bool db_open(const char *path, struct db **ret, struct err *err);
/* A copy of the file in memory, for reading (or changing) without touching it. The file is not locked afterwards. */
NODISCARD bool db_open_copy(const char *path, struct db **ret, struct err *err);
/* Writes a compact copy into `path`, an empty file, and syncs it. */
NODISCARD bool db_copy(struct db *db, const char *path, struct err *err);
/* Opens an existing file of ours that nobody else knows yet (a fresh copy), without WAL. */
NODISCARD bool db_open_fresh(const char *path, struct db **ret, struct err *err);
/* NULL is allowed. */
void db_close(struct db *db);
/* The path it was opened by. */
const char *db_path(const struct db *db);
/* Whether whoever had it open last did not close it: a crash, a power cut. */
bool db_was_left(const struct db *db);

/* Makes changes until db_commit one, on disk when that returns true. */
NODISCARD bool db_begin(struct db *db, struct err *err);
/* Rolls back when it fails. */
NODISCARD bool db_commit(struct db *db, struct err *err);
void db_rollback(struct db *db);
/*
 * Within a transaction: those that are begun from now on are parts of it, until it is said to be over. A part's commit
 * leaves all to the whole; after a part's rollback the whole cannot be committed any more.
 */
void db_join(struct db *db, bool joins);
/* Statements without parameters and results, each ending in a semicolon. */
NODISCARD bool db_script(struct db *db, const char *sql, struct err *err);
/* Looks for damage: the structure of the whole file. */
NODISCARD bool db_check(struct db *db, struct err *err);

/* A statement under way. After a fault the functions below do nothing, and db_end tells it. */
struct db_query {
    struct db *db;
    struct sqlite3_stmt *statement;
    int status; /* of the last call of SQLite */
    int bound;  /* parameters */
    bool kept;  /* by the database, for the next time */
};

/* `sql` lives as long as the database: a literal. */
struct db_query db_query(struct db *db, const char *sql);
/* Bind the next parameter. The bytes must live until the statement has ended. */
void db_bind_str(struct db_query *query, struct str value);
void db_bind_blob(struct db_query *query, struct str value);
void db_bind_i64(struct db_query *query, int64_t value);
void db_bind_null(struct db_query *query);
/* The next row; false at the end and at a fault. */
NODISCARD bool db_next(struct db_query *query);
/* Columns of the present row, counted from 0. */
int64_t db_i64(const struct db_query *query, int column);
struct str db_str(const struct db_query *query, int column);
struct str db_blob(const struct db_query *query, int column);
bool db_is_null(const struct db_query *query, int column);
/* Ends the query, wherever it is; false when anything went wrong. */
NODISCARD bool db_end(struct db_query *query, struct err *err);
/* Runs a statement without rows to its end. */
NODISCARD bool db_run(struct db_query *query, struct err *err);
/* The one number that the query (without parameters) gives; 0 when it gives no row. */
NODISCARD bool db_number(struct db *db, const char *sql, int64_t *ret, struct err *err);

#endif
