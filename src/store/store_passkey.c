/* Passkeys: public keys and counts, nothing secret. They go with their account. */
#include "store/account_parts.h"

#define SELECT                                                                                                         \
    "SELECT id, account, credential, key, algorithm, sign_count, label, rp_id, created_s, last_used_s, origin "        \
    "FROM passkey "

bool passkey_row_insert(struct store *store, const struct account_passkey *passkey, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO passkey (account, credential, key, algorithm, sign_count, "
                                                "label, rp_id, created_s, last_used_s, origin) "
                                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_str(&query, str_from(passkey->account));
    db_bind_blob(&query, str_make(passkey->credential.id, passkey->credential.id_size));
    db_bind_blob(&query, str_make(passkey->credential.key, passkey->credential.key_size));
    db_bind_i64(&query, passkey->credential.algorithm);
    db_bind_i64(&query, passkey->credential.sign_count);
    db_bind_str(&query, str_from(passkey->label));
    db_bind_str(&query, str_from(passkey->rp_id));
    db_bind_i64(&query, passkey->created_s);
    db_bind_i64(&query, passkey->last_used_s);
    db_bind_str(&query, str_from(passkey->origin));
    return db_run(&query, err);
}

static bool read_bytes(uint8_t *ret, size_t size_max, size_t *ret_size, struct str bytes)
{
    if (bytes.size == 0 || bytes.size > size_max)
        return false;
    memcpy(ret, bytes.data, bytes.size);
    *ret_size = bytes.size;
    return true;
}

static bool read_row(const struct store *store, const struct db_query *row, struct account_passkey *ret,
                     struct err *err)
{
    struct passkey_credential *credential = &ret->credential;
    *ret = (struct account_passkey){
        .id = db_i64(row, 0),
        .credential = {.algorithm = (enum cose_algorithm)db_i64(row, 4), .sign_count = (uint32_t)db_i64(row, 5)},
        .created_s = db_i64(row, 8),
        .last_used_s = db_i64(row, 9)};
    if (account_row_text(ret->account, sizeof ret->account, db_str(row, 1)) &&
        read_bytes(credential->id, sizeof credential->id, &credential->id_size, db_blob(row, 2)) &&
        read_bytes(credential->key, sizeof credential->key, &credential->key_size, db_blob(row, 3)) &&
        account_row_text(ret->label, sizeof ret->label, db_str(row, 6)) &&
        account_row_text(ret->rp_id, sizeof ret->rp_id, db_str(row, 7)) &&
        account_row_text(ret->origin, sizeof ret->origin, db_str(row, 10)))
        return true;
    return err_set(err, ERR_SYSTEM, "a passkey in %s is not as it was written", db_path(store->db));
}

bool store_passkeys(struct store *store, struct str account, store_visit_passkey *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, SELECT "WHERE ?1 = '' OR account = ?1 ORDER BY id");
    bool more = true, fine = true;
    db_bind_str(&query, account);
    while (more && fine && db_next(&query)) {
        struct account_passkey passkey;
        fine = read_row(store, &query, &passkey, err);
        more = fine && visit(context, &passkey);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_passkey(struct store *store, struct str credential_id, struct account_passkey *ret, struct err *err)
{
    struct db_query query = db_query(store->db, SELECT "WHERE credential = ?1");
    struct account_passkey passkey;
    db_bind_blob(&query, credential_id);
    bool found = db_next(&query), fine = !found || read_row(store, &query, &passkey, err);
    if (!db_end(&query, fine ? err : NULL) || !fine)
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "this passkey belongs to no account here");
    *ret = passkey;
    return true;
}

static bool check_new(struct store *store, const struct account_passkey *passkey, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT (SELECT count(*) FROM passkey WHERE account = ?1), "
                                                "(SELECT count(*) FROM passkey WHERE credential = ?2), "
                                                "(SELECT count(*) FROM account WHERE name = ?1)");
    int64_t count = 0, same = 0, account = 0;
    db_bind_str(&query, str_from(passkey->account));
    db_bind_blob(&query, str_make(passkey->credential.id, passkey->credential.id_size));
    if (db_next(&query)) {
        count = db_i64(&query, 0);
        same = db_i64(&query, 1);
        account = db_i64(&query, 2);
    }
    if (!db_end(&query, err))
        return false;
    if (!account)
        return err_set(err, ERR_NOT_FOUND, "there is no account %s", passkey->account);
    if (same)
        return err_set(err, ERR_CONFLICT, "this passkey is known already");
    if (count < ACCOUNT_PASSKEYS_COUNT_MAX)
        return true;
    (void)err_set(err, ERR_CONFLICT, "the account has %d passkeys already, the most that are kept",
                  ACCOUNT_PASSKEYS_COUNT_MAX);
    return err_fix(err, "remove one that is not used any more");
}

bool store_add_passkey(struct store *store, const struct account_passkey *passkey, const struct audit_entry *record,
                       int64_t *ret_id, struct err *err)
{
    int64_t id = 0;
    if (!db_begin(store->db, err) ||
        !account_row_end(store,
                         check_new(store, passkey, err) && passkey_row_insert(store, passkey, err) &&
                             db_number(store->db, "SELECT coalesce(max(id), 0) FROM passkey", &id, err) &&
                             store_audit_put(store, record, err),
                         err))
        return false;
    *ret_id = id;
    return true;
}

static bool note_use(struct store *store, int64_t id, uint32_t sign_count, int64_t now_s, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE passkey SET sign_count = ?2, last_used_s = ?3 WHERE id = ?1 AND "
                            "(sign_count < ?2 OR (sign_count = 0 AND ?2 = 0)) RETURNING 1");
    db_bind_i64(&query, id);
    db_bind_i64(&query, sign_count);
    db_bind_i64(&query, now_s);
    bool noted = db_next(&query);
    return db_end(&query, err) && (noted || err_set(err, ERR_DENIED, "this passkey is of no use any more"));
}

bool store_use_passkey(struct store *store, int64_t id, uint32_t sign_count, int64_t now_s, struct err *err)
{
    return db_begin(store->db, err) && account_row_end(store, note_use(store, id, sign_count, now_s, err), err);
}

static bool remove_row(struct store *store, struct str account, int64_t id, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM passkey WHERE account = ?1 AND id = ?2 RETURNING 1");
    db_bind_str(&query, account);
    db_bind_i64(&query, id);
    bool found = db_next(&query);
    return db_end(&query, err) &&
           (found || err_set(err, ERR_NOT_FOUND, "the account has no passkey %lld", (long long)id));
}

bool store_remove_passkey(struct store *store, struct str account, int64_t id, const uint8_t *spared,
                          const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) && account_row_end(store,
                                                       remove_row(store, account, id, err) &&
                                                           account_row_end_sessions(store, account, spared, err) &&
                                                           store_audit_put(store, record, err),
                                                       err);
}
