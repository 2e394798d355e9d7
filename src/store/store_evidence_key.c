/* The key of evidence bundles: its private half sealed, and only of the present one. */
#include <stdlib.h>

#include "crypto/signing.h"
#include "crypto/wipe.h"
#include "store/store_parts.h"

#define KEY_PURPOSE "evidence key"
/* PKCS#8 of P-256 is 138 bytes. */
#define KEY_SIZE_MAX 1024

bool store_evidence_keys(struct store *store, store_visit_evidence_key *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT fingerprint, public, made_s, retired_s FROM evidence_key "
                                                "ORDER BY retired_s = 0 DESC, made_s DESC, id DESC");
    bool more = true;
    while (more && db_next(&query)) {
        const struct evidence_key key = {.fingerprint = db_str(&query, 0),
                                         .public_pem = db_str(&query, 1),
                                         .made_s = db_i64(&query, 2),
                                         .retired_s = db_i64(&query, 3)};
        more = visit(context, &key);
    }
    return db_end(&query, err);
}

static bool damaged(const struct store *store, const struct err *why, struct err *err)
{
    if (why->code == ERR_MEMORY)
        return err_memory(err);
    (void)err_set(err, ERR_SYSTEM, "the key of evidence bundles in %s cannot be opened: %s", db_path(store->db),
                  why->text);
    return err_fix(err, "make a new one: strictgate bundle key --rotate");
}

static bool open_sealed(const struct store *store, struct str sealed, struct buf *ret, struct err *err)
{
    struct err why = {0};
    void *key;
    size_t size;
    if (!seal_open(store->seal_key, STR(KEY_PURPOSE), sealed, &key, &size, &why))
        return damaged(store, &why, err);
    struct buf opened;
    buf_init_secret(&opened, KEY_SIZE_MAX);
    bool fine = buf_put(&opened, key, size) || err_memory(err);
    wipe_free(key, size);
    if (fine)
        *ret = opened;
    else
        key_wipe(&opened);
    return fine;
}

bool store_evidence_key_open(struct store *store, struct buf *ret_key, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT key FROM evidence_key WHERE retired_s = 0");
    bool found = db_next(&query), fine = true;
    if (found)
        fine = open_sealed(store, db_blob(&query, 0), ret_key, err);
    if (!db_end(&query, fine ? err : NULL) || !fine)
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "there is no key of evidence bundles yet");
}

static bool insert(struct store *store, const struct evidence_key *key, struct str secret, struct err *err)
{
    void *sealed = NULL;
    size_t size = 0;
    if (secret.size && !seal_make(store->seal_key, STR(KEY_PURPOSE), secret, &sealed, &size, err))
        return false;
    struct db_query query =
        db_query(store->db, "INSERT INTO evidence_key (fingerprint, public, key, made_s, retired_s) "
                            "VALUES (?1, ?2, ?3, ?4, ?5)");
    db_bind_str(&query, key->fingerprint);
    db_bind_str(&query, key->public_pem);
    if (sealed)
        db_bind_blob(&query, str_make(sealed, size));
    else
        db_bind_null(&query);
    db_bind_i64(&query, key->made_s);
    db_bind_i64(&query, key->retired_s);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

static bool retire(struct store *store, int64_t at_s, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE evidence_key SET key = NULL, retired_s = max(?1, 1) WHERE retired_s = 0");
    db_bind_i64(&query, at_s);
    return db_run(&query, err);
}

static bool has_room(struct store *store, struct err *err)
{
    int64_t count;
    if (!db_number(store->db, "SELECT count(*) FROM evidence_key", &count, err))
        return false;
    return count < EVIDENCE_KEYS_COUNT_MAX ||
           err_set(err, ERR_CONFLICT, "there have been %d keys of evidence bundles, and none may be forgotten",
                   EVIDENCE_KEYS_COUNT_MAX);
}

bool store_put_evidence_key(struct store *store, const struct evidence_key *key, struct str secret,
                            const struct audit_entry *record, struct err *err)
{
    if (!has_room(store, err) || !db_begin(store->db, err))
        return false;
    if (retire(store, key->made_s, err) && insert(store, key, secret, err) && store_audit_put(store, record, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

static bool has_present(struct store *store, bool *ret, struct err *err)
{
    int64_t count;
    if (!db_number(store->db, "SELECT count(*) FROM evidence_key WHERE retired_s = 0", &count, err))
        return false;
    *ret = count > 0;
    return true;
}

static bool is_known(struct store *store, struct str fingerprint, bool *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT 1 FROM evidence_key WHERE fingerprint = ?1");
    db_bind_str(&query, fingerprint);
    *ret = db_next(&query);
    return db_end(&query, err);
}

struct import {
    struct store *store, *from;
    bool has_present;
    struct err *err;
    bool fine;
};

/* Where another one signs, a key of the backup has signed and does no more. */
static bool import_one(void *context, const struct evidence_key *given)
{
    struct import *import = context;
    struct evidence_key key = *given;
    struct buf secret;
    bool known;
    buf_init_secret(&secret, KEY_SIZE_MAX);
    import->fine = is_known(import->store, key.fingerprint, &known, import->err);
    if (import->fine && !known) {
        if (key.retired_s == 0 && !import->has_present)
            import->fine = store_evidence_key_open(import->from, &secret, import->err);
        else if (key.retired_s == 0)
            key.retired_s = key.made_s > 0 ? key.made_s : 1;
        import->fine = import->fine && insert(import->store, &key, buf_str(&secret), import->err);
    }
    key_wipe(&secret);
    return import->fine;
}

bool store_evidence_key_import(struct store *store, struct store *from, struct err *err)
{
    struct import import = {.store = store, .from = from, .err = err, .fine = true};
    return has_present(store, &import.has_present, err) && store_evidence_keys(from, import_one, &import, err) &&
           import.fine;
}

bool store_evidence_key_reseal(struct store *store, struct store *before, struct err *err)
{
    struct buf secret;
    void *sealed;
    size_t size;
    bool found = true; /* unless it can be told */
    if (!has_present(before, &found, err) || !found)
        return !found;
    if (!store_evidence_key_open(before, &secret, err))
        return false;
    bool fine = seal_make(store->seal_key, STR(KEY_PURPOSE), buf_str(&secret), &sealed, &size, err);
    key_wipe(&secret);
    if (!fine)
        return false;
    struct db_query query = db_query(store->db, "UPDATE evidence_key SET key = ?1 WHERE retired_s = 0");
    db_bind_blob(&query, str_make(sealed, size));
    fine = db_run(&query, err);
    free(sealed);
    return fine;
}
