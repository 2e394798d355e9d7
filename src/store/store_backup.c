/*
 * Backups: a compact copy of the database with one table more, which holds what else a restore on another machine
 * needs: the key that the private keys are sealed with; without sessions, and without evidence that would make it too
 * large to be put back. Such a file is as secret as all that it opens.
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "os/clock.h"
#include "store/store_parts.h"

/* Some 40 MB. A restore takes 192 MB (API_TRANSFER_SIZE_MAX) and holds them in memory; certificates need most of it. */
#define EVIDENCE_ROWS_MAX 1500000
/* A thousand sites with a year of days; see above. */
#define CLIENTS_SIZE_MAX ((int64_t)32 << 20)

/* Some thousand sites with three years of weeks; see above. */
#define COVERAGE_ROWS_MAX 150000

static const char table[] = "CREATE TABLE backup ("
                            "  made_s INTEGER NOT NULL,"
                            "  seal_key BLOB NOT NULL"
                            ") STRICT;";

/* What is missed least goes first: minutes, hours of more than two days ago, days of more than a hundred. */
static const char *const evidence_cuts[] = {
    "DELETE FROM evidence_failure WHERE step_s = 60; DELETE FROM evidence WHERE step_s = 60;",
    "DELETE FROM evidence_failure WHERE step_s = 3600 AND at_s < (SELECT max(at_s) FROM evidence WHERE step_s = 3600) "
    "- 2 * 86400; DELETE FROM evidence WHERE step_s = 3600 AND at_s < (SELECT max(at_s) FROM evidence WHERE "
    "step_s = 3600) - 2 * 86400;",
    "DELETE FROM evidence_failure WHERE step_s = 86400 AND at_s < (SELECT max(at_s) FROM evidence WHERE "
    "step_s = 86400) - 100 * 86400; DELETE FROM evidence WHERE step_s = 86400 AND at_s < (SELECT max(at_s) FROM "
    "evidence WHERE step_s = 86400) - 100 * 86400;"};

static bool evidence_fits(struct db *db, int64_t rows_max, bool *ret, struct err *err)
{
    int64_t count;
    if (!db_number(db, "SELECT (SELECT count(*) FROM evidence) + (SELECT count(*) FROM evidence_failure)", &count, err))
        return false;
    *ret = count <= rows_max;
    return true;
}

bool store_backup_cut(struct db *db, int64_t rows_max, struct err *err)
{
    bool fits;
    size_t cuts = 0;
    if (!evidence_fits(db, rows_max, &fits, err))
        return false;
    for (; !fits && cuts < sizeof evidence_cuts / sizeof *evidence_cuts; cuts++)
        if (!db_script(db, evidence_cuts[cuts], err) || !evidence_fits(db, rows_max, &fits, err))
            return false;
    return cuts == 0 || db_script(db, "VACUUM;", err);
}

/* Who is signed in here is signed in nowhere else; names that strangers asked for are nothing to be put back. What is
 * deleted is overwritten. */
static bool leave_out(struct db *db, struct err *err)
{
    return db_script(db, "PRAGMA secure_delete = ON;", err) &&
           db_script(db, "DELETE FROM session; DELETE FROM seen_name;", err);
}

static bool put_secrets(struct db *db, const struct store *store, struct err *err)
{
    if (!db_script(db, table, err))
        return false;
    struct db_query query = db_query(db, "INSERT INTO backup (made_s, seal_key) VALUES (?1, ?2)");
    db_bind_i64(&query, clock_wall_s());
    db_bind_blob(&query, str_make(store->seal_key, SEAL_KEY_SIZE));
    return db_run(&query, err);
}

static bool add_secrets(const struct store *store, const char *path, struct err *err)
{
    struct db *db;
    if (!db_open_fresh(path, &db, err))
        return false;
    bool fine = store_backup_cut(db, EVIDENCE_ROWS_MAX, err) && store_clients_cut(db, CLIENTS_SIZE_MAX, err) &&
                store_coverage_cut(db, COVERAGE_ROWS_MAX, err) && leave_out(db, err) && db_begin(db, err) &&
                put_secrets(db, store, err) && db_commit(db, err);
    db_close(db);
    return fine;
}

bool store_backup(struct store *store, const char *path, struct err *err)
{
    int fd = open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
    if (fd < 0 && errno == EEXIST) {
        (void)err_set(err, ERR_CONFLICT, "%s is there already", path);
        return err_fix(err, "name a new file: a backup is never overwritten");
    }
    if (fd < 0)
        return err_errno(err, "cannot make %s", path);
    (void)close(fd);
    if (db_copy(store->db, path, err) && add_secrets(store, path, err))
        return true;
    (void)unlink(path);
    return err_context(err, "the backup %s could not be made", path);
}
