/* Private roots that the operator declared as installed on all clients. */
#include "store/store_parts.h"

static bool declare(struct store *store, const struct store_root *root, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO root (fingerprint, subject, pem, not_after_s, declared_s) "
                                                "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (fingerprint) DO NOTHING");
    db_bind_str(&query, root->fingerprint);
    db_bind_str(&query, root->subject);
    db_bind_str(&query, root->pem);
    db_bind_i64(&query, root->not_after_s);
    db_bind_i64(&query, root->declared_s);
    return db_run(&query, err);
}

static bool take_back(struct store *store, struct str fingerprint, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM root WHERE fingerprint = ?1");
    db_bind_str(&query, fingerprint);
    return db_run(&query, err);
}

bool store_put_root(struct store *store, const struct store_root *root, const struct audit_entry *record,
                    struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if ((root->pem.size ? declare(store, root, err) : take_back(store, root->fingerprint, err)) &&
        store_audit_put(store, record, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

static struct db_query select_all(struct store *store)
{
    return db_query(store->db, "SELECT fingerprint, subject, pem, not_after_s, declared_s FROM root "
                               "ORDER BY declared_s, fingerprint");
}

static struct store_root root_of(const struct db_query *row)
{
    return (struct store_root){.fingerprint = db_str(row, 0),
                               .subject = db_str(row, 1),
                               .pem = db_str(row, 2),
                               .not_after_s = db_i64(row, 3),
                               .declared_s = db_i64(row, 4)};
}

bool store_roots(struct store *store, store_visit_root *visit, void *context, struct err *err)
{
    struct db_query query = select_all(store);
    bool more = true;
    while (more && db_next(&query)) {
        struct store_root root = root_of(&query);
        more = visit(context, &root);
    }
    return db_end(&query, err);
}

bool store_root_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = select_all(from);
    bool fine = true;
    while (fine && db_next(&query)) {
        struct store_root root = root_of(&query);
        fine = declare(store, &root, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}
