/* Accounts as rows: read, added, brought from a backup. Passwords as hashes, the secrets of one-time codes sealed. */
#include <stdlib.h>

#include "base/log.h"
#include "crypto/wipe.h"
#include "store/account_parts.h"

#define SECRET_PURPOSE "one-time codes"
#define COLUMNS        "name, role, password, totp, totp_step, totp_next, language, created_s"

bool account_row_seal(const struct store *store, const uint8_t *secret, void **ret, size_t *ret_size, struct err *err)
{
    *ret = NULL;
    *ret_size = 0;
    return !secret ||
           seal_make(store->seal_key, STR(SECRET_PURPOSE), str_make(secret, TOTP_SECRET_SIZE), ret, ret_size, err);
}

void account_row_bind(struct db_query *query, const void *sealed, size_t size)
{
    if (sealed)
        db_bind_blob(query, str_make(sealed, size));
    else
        db_bind_null(query);
}

bool account_row_text(char *ret, size_t ret_size, struct str text)
{
    if (text.size >= ret_size)
        return false;
    if (text.size)
        memcpy(ret, text.data, text.size);
    ret[text.size] = '\0';
    return true;
}

enum account_role account_row_role(struct str text)
{
    for (size_t i = 0; account_role_names[i]; i++)
        if (str_eq(text, str_from(account_role_names[i])))
            return (enum account_role)(i + 1);
    return ACCOUNT_NONE; /* who may do nothing: a row that somebody else wrote */
}

/* A sealed secret of the row, if there is one. */
static bool read_secret(const struct store *store, const struct db_query *row, int column, bool *ret_has,
                        uint8_t ret[static TOTP_SECRET_SIZE], struct err *err)
{
    struct err why = {0};
    void *secret;
    size_t size;
    *ret_has = false;
    if (db_is_null(row, column))
        return true;
    if (!seal_open(store->seal_key, STR(SECRET_PURPOSE), db_blob(row, column), &secret, &size, &why)) {
        if (why.code == ERR_MEMORY)
            return err_memory(err);
        (void)err_set(err, ERR_SYSTEM, "the one-time codes of %.*s in %s cannot be opened: %s", STR_ARG(db_str(row, 0)),
                      db_path(store->db), why.text);
        return err_fix(err, "\"strictgate admin reset %.*s\" takes them off the account", STR_ARG(db_str(row, 0)));
    }
    *ret_has = size == TOTP_SECRET_SIZE;
    if (*ret_has)
        memcpy(ret, secret, TOTP_SECRET_SIZE);
    wipe_free(secret, size);
    return true;
}

static bool read_row(const struct store *store, const struct db_query *row, struct account *ret, struct err *err)
{
    *ret = (struct account){.role = account_row_role(db_str(row, 1)),
                            .totp_step = db_i64(row, 4),
                            .created_s = db_i64(row, 7),
                            .passkeys_count = (uint32_t)db_i64(row, 8)};
    if (!account_row_text(ret->name, sizeof ret->name, db_str(row, 0)) ||
        !account_row_text(ret->password, sizeof ret->password, db_str(row, 2)) ||
        !account_row_text(ret->language, sizeof ret->language, db_str(row, 6)))
        return err_set(err, ERR_SYSTEM, "an account in %s is not as it was written", db_path(store->db));
    return read_secret(store, row, 3, &ret->has_totp, ret->totp_secret, err) &&
           read_secret(store, row, 5, &ret->has_totp_next, ret->totp_next, err);
}

bool store_accounts(struct store *store, store_visit_account *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " COLUMNS ", (SELECT count(*) FROM passkey WHERE "
                                                "passkey.account = account.name) FROM account ORDER BY name");
    bool more = true, fine = true;
    while (more && fine && db_next(&query)) {
        struct account account;
        fine = read_row(store, &query, &account, err);
        more = fine && visit(context, &account);
        account_wipe(&account);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_account_count(struct store *store, size_t *ret, struct err *err)
{
    int64_t count;
    if (!db_number(store->db, "SELECT count(*) FROM account", &count, err))
        return false;
    *ret = (size_t)count;
    return true;
}

bool store_account(struct store *store, struct str name, struct account *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " COLUMNS ", (SELECT count(*) FROM passkey WHERE "
                                                "passkey.account = account.name) FROM account WHERE name = ?1");
    struct account account = {.role = ACCOUNT_NONE};
    db_bind_str(&query, name);
    bool found = db_next(&query), fine = !found || read_row(store, &query, &account, err);
    fine = db_end(&query, fine ? err : NULL) && fine;
    if (fine && found)
        *ret = account;
    account_wipe(&account);
    return fine && (found || err_set(err, ERR_NOT_FOUND, "there is no account %.*s", STR_ARG(str_part(name, 0, 200))));
}

static bool insert(struct store *store, const struct account *account, struct err *err)
{
    void *totp = NULL, *next = NULL;
    size_t totp_size, next_size;
    bool fine = account_row_seal(store, account->has_totp ? account->totp_secret : NULL, &totp, &totp_size, err) &&
                account_row_seal(store, account->has_totp_next ? account->totp_next : NULL, &next, &next_size, err);
    if (fine) {
        struct db_query query = db_query(store->db, "INSERT INTO account (" COLUMNS ") "
                                                    "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        db_bind_str(&query, str_from(account->name));
        db_bind_str(&query, str_from(account_role_name(account->role)));
        db_bind_str(&query, str_from(account->password));
        account_row_bind(&query, totp, totp_size);
        db_bind_i64(&query, account->totp_step);
        account_row_bind(&query, next, next_size);
        db_bind_str(&query, str_from(account->language));
        db_bind_i64(&query, account->created_s);
        fine = db_run(&query, err);
    }
    free(totp);
    free(next);
    return fine;
}

/* Whether there is room for one of this name. */
static bool check_new(struct store *store, struct str name, bool only_first, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT count(*), coalesce(sum(name = ?1), 0) FROM account");
    int64_t count = 0, same = 0;
    db_bind_str(&query, name);
    if (db_next(&query)) {
        count = db_i64(&query, 0);
        same = db_i64(&query, 1);
    }
    if (!db_end(&query, err))
        return false;
    if (only_first && count)
        return err_set(err, ERR_CONFLICT, "there is an account already");
    if (same)
        return err_set(err, ERR_CONFLICT, "there is an account %.*s already", STR_ARG(name));
    if (count < ACCOUNT_COUNT_MAX)
        return true;
    (void)err_set(err, ERR_CONFLICT, "there are %d accounts already, the most that are kept", ACCOUNT_COUNT_MAX);
    return err_fix(err, "remove one that is not used any more");
}

bool store_add_account(struct store *store, const struct account *account, bool only_first,
                       const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) &&
           account_row_end(store,
                           check_new(store, str_from(account->name), only_first, err) && insert(store, account, err) &&
                               store_audit_put(store, record, err),
                           err);
}

bool account_row_end(struct store *store, bool fine, struct err *err)
{
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

/* ---- backups ---- */

struct passage {
    struct store *to;
    bool fine;
    struct err *err;
};

static bool pass(void *context, const struct account *account)
{
    struct passage *passage = context;
    passage->fine = insert(passage->to, account, passage->err);
    return passage->fine;
}

static bool pass_passkey(void *context, const struct account_passkey *passkey)
{
    struct passage *passage = context;
    passage->fine = passkey_row_insert(passage->to, passkey, passage->err);
    return passage->fine;
}

bool store_account_import(struct store *store, struct store *from, struct err *err)
{
    struct passage passage = {.to = store, .fine = true, .err = err};
    size_t here, there;
    if (!store_account_count(store, &here, err) || !store_account_count(from, &there, err))
        return false;
    if (here && there)
        log_notice("the accounts of the backup are left out: those that are here stay as they are");
    return here > 0 || (store_accounts(from, pass, &passage, err) && passage.fine &&
                        store_passkeys(from, STR(""), pass_passkey, &passage, err) && passage.fine);
}

static bool seal_anew(void *context, const struct account *account)
{
    struct passage *passage = context;
    void *totp = NULL, *next = NULL;
    size_t totp_size, next_size;
    passage->fine = account_row_seal(passage->to, account->has_totp ? account->totp_secret : NULL, &totp, &totp_size,
                                     passage->err) &&
                    account_row_seal(passage->to, account->has_totp_next ? account->totp_next : NULL, &next, &next_size,
                                     passage->err);
    if (passage->fine) {
        struct db_query query =
            db_query(passage->to->db, "UPDATE account SET totp = ?2, totp_next = ?3 WHERE name = ?1");
        db_bind_str(&query, str_from(account->name));
        account_row_bind(&query, totp, totp_size);
        account_row_bind(&query, next, next_size);
        passage->fine = db_run(&query, passage->err);
    }
    free(totp);
    free(next);
    return passage->fine;
}

bool store_account_reseal(struct store *store, struct store *before, struct err *err)
{
    struct passage passage = {.to = store, .fine = true, .err = err};
    return store_accounts(before, seal_anew, &passage, err) && passage.fine;
}
