/* The local CA's root: the certificate in clear, its key sealed. One at most. */
#include <stdlib.h>

#include "base/log.h"
#include "crypto/wipe.h"
#include "os/clock.h"
#include "store/store_parts.h"

#define KEY_PURPOSE "local ca key"
/* A root and a key are 1 KB each. */
#define PEM_SIZE_MAX 65536

bool store_has_local_ca(struct store *store)
{
    int64_t count = 0;
    return db_number(store->db, "SELECT count(*) FROM local_ca", &count, NULL) && count > 0;
}

static bool damaged(const struct store *store, const struct err *why, struct err *err)
{
    (void)err_set(err, ERR_SYSTEM, "the key of the local CA in %s cannot be opened: %s", db_path(store->db), why->text);
    return err_fix(err, "put a backup in place of the database");
}

static bool open_key(const struct store *store, struct str sealed, struct buf *ret, struct err *err)
{
    struct err why = {0};
    void *key;
    size_t size;
    if (!seal_open(store->seal_key, STR(KEY_PURPOSE), sealed, &key, &size, &why))
        return why.code == ERR_MEMORY ? err_memory(err) : damaged(store, &why, err);
    buf_init(ret, PEM_SIZE_MAX);
    bool fine = buf_put(ret, key, size) || err_memory(err);
    wipe_free(key, size);
    if (!fine)
        key_wipe(ret);
    return fine;
}

static bool take_row(const struct store *store, const struct db_query *row, struct buf *ret_root, struct buf *ret_key,
                     struct err *err)
{
    struct buf root, key;
    if (ret_key && !open_key(store, db_blob(row, 1), &key, err))
        return false;
    buf_init(&root, PEM_SIZE_MAX);
    if (!buf_put_str(&root, db_str(row, 0))) {
        if (ret_key)
            key_wipe(&key);
        return err_memory(err);
    }
    *ret_root = root;
    if (ret_key)
        *ret_key = key;
    return true;
}

bool store_local_ca(struct store *store, struct buf *ret_root, struct buf *ret_key, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT root, key FROM local_ca");
    bool found = false, fine = true;
    if (db_next(&query)) {
        found = true;
        fine = take_row(store, &query, ret_root, ret_key, err);
    }
    if (!db_end(&query, fine ? err : NULL) || !fine)
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "there is no local CA yet");
}

/* `sql` has the root, the sealed key and the moment for its parameters. */
static bool put(struct store *store, const char *sql, struct str root, struct str key, struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(store->seal_key, STR(KEY_PURPOSE), key, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, sql);
    db_bind_str(&query, root);
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_i64(&query, clock_wall_s());
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

bool store_put_local_ca(struct store *store, struct str root, struct str key, struct err *err)
{
    if (store_has_local_ca(store))
        return err_set(err, ERR_CONFLICT, "there is a local CA already");
    return put(store, "INSERT INTO local_ca (id, root, key, made_s) VALUES (1, ?1, ?2, ?3)", root, key, err);
}

bool store_local_ca_holds(struct store *store, struct str root, struct str key)
{
    struct buf kept_root, kept_key;
    if (!store_local_ca(store, &kept_root, &kept_key, NULL))
        return false;
    bool same = str_eq(buf_str(&kept_root), root) && str_eq(buf_str(&kept_key), key);
    buf_fini(&kept_root);
    key_wipe(&kept_key);
    return same;
}

static bool import(struct store *store, struct str root, struct str key, struct err *err)
{
    struct buf present;
    if (!store_has_local_ca(store))
        return store_put_local_ca(store, root, key, err);
    if (!store_local_ca(store, &present, NULL, err))
        return false;
    if (!str_eq(buf_str(&present), root))
        log_warning("the backup's local CA is not taken over, there is another one here: clients must get the root of "
                    "this one before the certificates of its sites are renewed");
    buf_fini(&present);
    return true;
}

bool store_local_ca_import(struct store *store, struct store *from, struct err *err)
{
    struct buf root, key;
    if (!store_has_local_ca(from))
        return true;
    if (!store_local_ca(from, &root, &key, err))
        return false;
    bool fine = import(store, buf_str(&root), buf_str(&key), err);
    buf_fini(&root);
    key_wipe(&key);
    return fine;
}

bool store_local_ca_reseal(struct store *store, struct store *before, struct err *err)
{
    struct buf root, key;
    if (!store_has_local_ca(before))
        return true;
    if (!store_local_ca(before, &root, &key, err))
        return false;
    bool fine = put(store, "UPDATE local_ca SET root = ?1, key = ?2, made_s = min(made_s, ?3)", buf_str(&root),
                    buf_str(&key), err);
    buf_fini(&root);
    key_wipe(&key);
    return fine;
}
