/*
 * From backups: what is in one (for a restore that compares and merges), taking in what goes beside what is there, and
 * going on with one that was put in the place of a lost database.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/store_parts.h"

static bool no_backup(const char *path, struct err *err)
{
    (void)err_set(err, ERR_INPUT, "%s is no backup of Strictgate", path);
    return err_fix(err, "name a file that `strictgate backup` has made");
}

static bool has_table(struct db *db, bool *ret, struct err *err)
{
    int64_t found = 0;
    bool fine =
        db_number(db, "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name = 'backup'", &found, err);
    *ret = found == 1;
    return fine;
}

static bool check_table(struct db *db, const char *path, struct err *err)
{
    bool found;
    return has_table(db, &found, err) && (found || no_backup(path, err));
}

static bool read_seal_key(struct store *backup, int64_t *ret_made_s, struct err *err)
{
    struct db_query query = db_query(backup->db, "SELECT seal_key, made_s FROM backup");
    bool found = false;
    if (db_next(&query)) {
        struct str key = db_blob(&query, 0);
        found = key.size == SEAL_KEY_SIZE;
        if (found)
            memcpy(backup->seal_key, key.data, SEAL_KEY_SIZE);
        *ret_made_s = db_i64(&query, 1);
    }
    return db_end(&query, err) && (found || no_backup(db_path(backup->db), err));
}

/* The backup as a store of its own, in memory and brought to the present version; store_close ends it. */
static bool open_backup(const char *path, struct store **ret, int64_t *ret_made_s, struct err *err)
{
    if (access(path, F_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "there is no file %s", path);
    struct store *backup = calloc(1, sizeof *backup);
    if (!backup)
        return err_memory(err);
    if (db_open_copy(path, &backup->db, err) && db_check(backup->db, err) && check_table(backup->db, path, err) &&
        read_seal_key(backup, ret_made_s, err) && store_migrate(backup, err)) {
        *ret = backup;
        return true;
    }
    store_close(backup);
    return false;
}

bool store_read_backup(const char *path, struct store_backup_content *ret, struct err *err)
{
    struct store *backup;
    struct store_backup_content content;
    if (!open_backup(path, &backup, &content.made_s, err))
        return false;
    bool fine = store_load(backup, &content.state, &content.book, err);
    store_close(backup);
    if (!fine)
        return false;
    content.clock = content.state.clock;
    *ret = content;
    return true;
}

static bool import_rows(struct store *store, struct store *backup, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (store_certificate_import(store, backup, err) && store_audit_import(store, backup, err) &&
        store_root_import(store, backup, err) && store_served_import(store, backup, err) &&
        store_counts_import(store, backup, err) && store_coverage_import(store, backup, err) &&
        store_report_import(store, backup, err) && store_clients_import(store, backup, err) &&
        store_inventory_import(store, backup, err) && store_local_ca_import(store, backup, err) &&
        store_dns_import(store, backup, err) && store_channel_import(store, backup, err) &&
        store_request_import(store, backup, err) && store_ca_import(store, backup, err) &&
        store_account_import(store, backup, err) && store_evidence_key_import(store, backup, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_import_backup(struct store *store, const char *path, struct err *err)
{
    struct store *backup;
    int64_t made_s;
    if (!open_backup(path, &backup, &made_s, err))
        return false;
    bool fine = import_rows(store, backup, err);
    store_close(backup);
    return fine;
}

/* Keys that were sealed with the key of the backup are sealed with ours. */
static bool reseal(struct store *store, struct err *err)
{
    struct store before = {.db = store->db};
    int64_t made_s;
    bool fine = read_seal_key(&before, &made_s, err) &&
                (memcmp(before.seal_key, store->seal_key, SEAL_KEY_SIZE) == 0 ||
                 (store_certificate_reseal(store, &before, err) && store_local_ca_reseal(store, &before, err) &&
                  store_dns_reseal(store, &before, err) && store_channel_reseal(store, &before, err) &&
                  store_request_reseal(store, &before, err) && store_ca_reseal(store, &before, err) &&
                  store_account_reseal(store, &before, err) && store_evidence_key_reseal(store, &before, err) &&
                  store_acme_order_reseal(store, err) &&
                  db_script(store->db, "UPDATE installation SET seal_check = NULL;", err)));
    wipe_bytes(&before, sizeof before);
    return fine;
}

static bool adopt(struct store *store, struct err *err)
{
    const struct audit_entry entry = {.at_s = clock_wall_s(),
                                      .actor = STR("gateway"),
                                      .act = STR("store.adopt"),
                                      .outcome = STR("done"),
                                      .reason = STR("a backup was put in the place of the database")};
    return reseal(store, err) && store_audit_put(store, &entry, err) && db_script(store->db, "DROP TABLE backup;", err);
}

/* What is dropped is overwritten: the backup's secrets were in clear. */
bool store_restore_adopt(struct store *store, struct err *err)
{
    bool is_backup;
    if (!has_table(store->db, &is_backup, err) || !is_backup)
        return !is_backup;
    if (!db_script(store->db, "PRAGMA secure_delete = ON;", err) || !db_begin(store->db, err))
        return false;
    if (!adopt(store, err)) {
        db_rollback(store->db);
        return false;
    }
    if (!db_commit(store->db, err))
        return false;
    (void)snprintf(
        store->news, sizeof store->news,
        "%.200s is a backup that was put in its place: what browsers were promised since it was made is known "
        "only as far as the last snapshot tells",
        db_path(store->db));
    return true;
}
