/* Certificate authorities: what the operator said in clear, the keys sealed. */
#include <stdlib.h>

#include "base/log.h"
#include "crypto/wipe.h"
#include "store/store_parts.h"

#define SECRETS_PURPOSE "acme account"
/* Roots and texts; three keys. */
#define CONTENT_SIZE_MAX ((size_t)1 << 20)
#define SECRETS_SIZE_MAX 65536

static bool seal_secrets(const struct store *store, const struct ca *ca, void **ret, size_t *ret_size, struct err *err)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, SECRETS_SIZE_MAX);
    ca_write_secrets(ca, &out);
    bool fine = (buf_ok(&text) || err_memory(err)) &&
                seal_make(store->seal_key, STR(SECRETS_PURPOSE), buf_str(&text), ret, ret_size, err);
    key_wipe(&text);
    return fine;
}

static bool put(struct store *store, const struct ca *ca, struct err *err)
{
    struct buf content;
    struct jsonout out = {.out = &content};
    void *secrets = NULL;
    size_t size = 0;
    buf_init(&content, CONTENT_SIZE_MAX);
    ca_write_stored(ca, &out);
    bool fine = (buf_ok(&content) || err_memory(err)) && seal_secrets(store, ca, &secrets, &size, err);
    if (fine) {
        struct db_query query = db_query(store->db, "INSERT INTO acme_ca (name, content, secrets) VALUES (?1, ?2, ?3) "
                                                    "ON CONFLICT (name) DO UPDATE SET content = excluded.content, "
                                                    "secrets = excluded.secrets");
        db_bind_str(&query, ca->name);
        db_bind_str(&query, buf_str(&content));
        db_bind_blob(&query, str_make(secrets, size));
        fine = db_run(&query, err);
    }
    free(secrets);
    buf_fini(&content);
    return fine;
}

static bool drop(struct store *store, struct str name, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM acme_ca WHERE name = ?1");
    db_bind_str(&query, name);
    return db_run(&query, err);
}

static bool end(struct store *store, bool fine, const struct audit_entry *record, struct err *err)
{
    if (fine && (!record || store_audit_put(store, record, err)))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_put_ca(struct store *store, const struct ca *ca, const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) && end(store, put(store, ca, err), record, err);
}

bool store_remove_ca(struct store *store, struct str name, const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) && end(store, drop(store, name, err), record, err);
}

static bool read_row(const struct store *store, const struct db_query *row, struct ca **ret, struct err *err)
{
    struct err why = {0};
    void *secrets;
    size_t size;
    if (!seal_open(store->seal_key, STR(SECRETS_PURPOSE), db_blob(row, 2), &secrets, &size, &why)) {
        if (why.code == ERR_MEMORY)
            return err_memory(err);
        (void)err_set(err, ERR_SYSTEM, "the keys of the account at %.*s in %s cannot be opened: %s",
                      STR_ARG(db_str(row, 0)), db_path(store->db), why.text);
        return err_fix(err, "put a backup in place of the database");
    }
    bool fine = ca_read_stored(db_str(row, 1), str_make(secrets, size), ret, err) ||
                err_context(err, "%s cannot be used, at the certificate authority %.*s", db_path(store->db),
                            STR_ARG(db_str(row, 0)));
    wipe_free(secrets, size);
    return fine;
}

bool store_cas(struct store *store, struct ca *ret[static CA_COUNT_MAX], size_t *ret_count, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT name, content, secrets FROM acme_ca ORDER BY name");
    size_t count = 0;
    bool fine = true;
    while (fine && count < CA_COUNT_MAX && db_next(&query)) {
        fine = read_row(store, &query, &ret[count], err);
        count += fine;
    }
    fine = db_end(&query, fine ? err : NULL) && fine;
    if (fine)
        *ret_count = count;
    for (size_t i = 0; !fine && i < count; i++)
        ca_unref(ret[i]);
    return fine;
}

/* One after the other out of one store into another. */
static bool pass(struct store *to, struct store *from, bool (*take)(struct store *, struct ca *, struct err *),
                 struct err *err)
{
    struct ca *cas[CA_COUNT_MAX];
    size_t count;
    bool fine = store_cas(from, cas, &count, err);
    if (!fine)
        return false;
    for (size_t i = 0; i < count; i++) {
        fine = fine && take(to, cas[i], err);
        ca_unref(cas[i]);
    }
    return fine;
}

/* What is here is what is in use. */
static bool import(struct store *store, struct ca *ca, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT 1 FROM acme_ca WHERE name = ?1");
    db_bind_str(&query, ca->name);
    bool known = db_next(&query);
    if (!db_end(&query, err))
        return false;
    if (known)
        log_notice("the backup's certificate authority %.*s is not taken over: there is one of that name",
                   STR_ARG(ca->name));
    return known || put(store, ca, err);
}

bool store_ca_import(struct store *store, struct store *from, struct err *err)
{
    return pass(store, from, import, err);
}

static bool reseal(struct store *store, struct ca *ca, struct err *err)
{
    return put(store, ca, err);
}

bool store_ca_reseal(struct store *store, struct store *before, struct err *err)
{
    return pass(store, before, reseal, err);
}
