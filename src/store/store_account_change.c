/*
 * What becomes of accounts that are there, each time in one transaction with what it ends: whoever changes a password
 * or a role ends sessions, and nobody takes the last owner away.
 */
#include <stdlib.h>

#include "store/account_parts.h"

static bool has(struct store *store, struct str name, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT 1 FROM account WHERE name = ?1");
    db_bind_str(&query, name);
    bool found = db_next(&query);
    return db_end(&query, err) &&
           (found || err_set(err, ERR_NOT_FOUND, "there is no account %.*s", STR_ARG(str_part(name, 0, 200))));
}

/* Asked after the change, inside its transaction. */
static bool has_owner(struct store *store, struct err *err)
{
    int64_t count;
    if (!db_number(store->db, "SELECT count(*) FROM account WHERE role = 'owner'", &count, err))
        return false;
    if (count)
        return true;
    (void)err_set(err, ERR_CONFLICT, "this is the last owner: nobody could administer accounts any more");
    return err_fix(err, "make another account an owner first");
}

static bool set_text(struct store *store, struct str name, const char *sql, struct str value, struct err *err)
{
    struct db_query query = db_query(store->db, sql);
    db_bind_str(&query, name);
    db_bind_str(&query, value);
    return db_run(&query, err);
}

static bool run_for(struct store *store, struct str name, const char *sql, struct err *err)
{
    struct db_query query = db_query(store->db, sql);
    db_bind_str(&query, name);
    return db_run(&query, err);
}

static bool set_role(struct store *store, struct str name, enum account_role role, struct err *err)
{
    return set_text(store, name, "UPDATE account SET role = ?2 WHERE name = ?1", str_from(account_role_name(role)),
                    err) &&
           has_owner(store, err);
}

/* With the one that was to be confirmed gone: it is this one, or nobody waits for it. */
static bool set_totp(struct store *store, struct str name, const uint8_t *secret, int64_t step, struct err *err)
{
    void *sealed;
    size_t size;
    if (!account_row_seal(store, secret, &sealed, &size, err))
        return false;
    struct db_query query =
        db_query(store->db, "UPDATE account SET totp = ?2, totp_step = ?3, totp_next = NULL WHERE name = ?1");
    db_bind_str(&query, name);
    account_row_bind(&query, sealed, size);
    db_bind_i64(&query, step);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

static bool set_totp_next(struct store *store, struct str name, const uint8_t *secret, struct err *err)
{
    void *sealed;
    size_t size;
    if (!account_row_seal(store, secret, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, "UPDATE account SET totp_next = ?2 WHERE name = ?1");
    db_bind_str(&query, name);
    account_row_bind(&query, sealed, size);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

bool account_row_end_sessions(struct store *store, struct str name, const uint8_t *spared, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM session WHERE account = ?1 AND id IS NOT ?2");
    db_bind_str(&query, name);
    account_row_bind(&query, spared, SESSION_ID_SIZE);
    return db_run(&query, err);
}

static bool apply(struct store *store, struct str name, const struct store_account_change *change, struct err *err)
{
    return has(store, name, err) &&
           (!change->password || set_text(store, name, "UPDATE account SET password = ?2 WHERE name = ?1",
                                          str_from(change->password), err)) &&
           (change->role == ACCOUNT_NONE || set_role(store, name, change->role, err)) &&
           (!change->language.data ||
            set_text(store, name, "UPDATE account SET language = ?2 WHERE name = ?1", change->language, err)) &&
           (!(change->ends_totp || change->totp_secret) ||
            set_totp(store, name, change->ends_totp ? NULL : change->totp_secret, change->totp_step, err)) &&
           (!change->totp_next || set_totp_next(store, name, change->totp_next, err)) &&
           (!change->ends_passkeys || run_for(store, name, "DELETE FROM passkey WHERE account = ?1", err)) &&
           (!change->ends_sessions || account_row_end_sessions(store, name, change->spared, err));
}

bool store_change_account(struct store *store, struct str name, const struct store_account_change *change,
                          const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) &&
           account_row_end(store, apply(store, name, change, err) && (!record || store_audit_put(store, record, err)),
                           err);
}

bool store_remove_account(struct store *store, struct str name, const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) &&
           account_row_end(store,
                           has(store, name, err) && run_for(store, name, "DELETE FROM account WHERE name = ?1", err) &&
                               has_owner(store, err) && store_audit_put(store, record, err),
                           err);
}

static bool note_step(struct store *store, struct str name, int64_t step, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE account SET totp_step = ?2 WHERE name = ?1 AND totp IS NOT NULL AND totp_step < ?2 "
                            "RETURNING 1");
    db_bind_str(&query, name);
    db_bind_i64(&query, step);
    bool noted = db_next(&query);
    return db_end(&query, err) && (noted || err_set(err, ERR_DENIED, "this code was used already"));
}

bool store_use_totp(struct store *store, struct str name, int64_t step, struct err *err)
{
    return db_begin(store->db, err) && account_row_end(store, note_step(store, name, step, err), err);
}
