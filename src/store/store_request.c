/*
 * Requests for certificates that were made here: the request in clear, its key sealed, until the certificate comes back
 * or somebody removes it. They go with their site.
 */
#include <stdlib.h>

#include "crypto/wipe.h"
#include "store/store_parts.h"

#define KEY_PURPOSE "request key"

static bool insert(struct store *store, const struct store_request *request, int64_t *ret_id, struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(store->seal_key, STR(KEY_PURPOSE), request->key, &sealed, &size, err))
        return false;
    struct db_query query =
        db_query(store->db, "INSERT INTO request (site, request, key, made_s) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS "
                            "(SELECT 1 FROM request WHERE site = ?1 AND request = ?2)");
    db_bind_str(&query, request->site);
    db_bind_blob(&query, request->der);
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_i64(&query, request->made_s);
    bool fine = db_run(&query, err) && db_number(store->db, "SELECT coalesce(max(id), 0) FROM request", ret_id, err);
    free(sealed);
    return fine;
}

bool store_put_request(struct store *store, const struct store_request *request, const struct audit_entry *record,
                       int64_t *ret_id, struct err *err)
{
    int64_t id;
    if (!db_begin(store->db, err))
        return false;
    if (!insert(store, request, &id, err) || !store_audit_put(store, record, err)) {
        db_rollback(store->db);
        return false;
    }
    if (!db_commit(store->db, err))
        return false;
    *ret_id = id;
    return true;
}

static bool damaged(const struct store *store, int64_t id, const struct err *why, struct err *err)
{
    if (why->code == ERR_MEMORY)
        return err_memory(err);
    (void)err_set(err, ERR_SYSTEM, "the key of the request %lld in %s cannot be opened: %s", (long long)id,
                  db_path(store->db), why->text);
    return err_fix(err, "remove the request and make another one");
}

/* Gives the row with its key opened; false when that cannot be, or the visitor wants no more (*ret_more). */
static bool visit_with_key(struct store *store, struct store_request *request, struct str sealed,
                           store_visit_request *visit, void *context, bool *ret_more, struct err *err)
{
    struct err why = {0};
    void *key;
    size_t size;
    if (!seal_open(store->seal_key, STR(KEY_PURPOSE), sealed, &key, &size, &why))
        return damaged(store, request->id, &why, err);
    request->key = str_make(key, size);
    *ret_more = visit(context, request);
    wipe_free(key, size);
    return true;
}

/* `site` empty: of all. */
static bool each(struct store *store, struct str site, bool with_keys, store_visit_request *visit, void *context,
                 struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT id, site, request, key, made_s FROM request "
                                                "WHERE ?1 = '' OR site = ?1 ORDER BY id");
    bool more = true, fine = true;
    db_bind_str(&query, site);
    while (more && fine && db_next(&query)) {
        struct store_request request = {
            .id = db_i64(&query, 0), .site = db_str(&query, 1), .der = db_blob(&query, 2), .made_s = db_i64(&query, 4)};
        if (with_keys)
            fine = visit_with_key(store, &request, db_blob(&query, 3), visit, context, &more, err);
        else
            more = visit(context, &request);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_requests(struct store *store, struct str site, bool with_keys, store_visit_request *visit, void *context,
                    struct err *err)
{
    return each(store, site, with_keys, visit, context, err);
}

static bool has(struct store *store, struct str site, int64_t id, bool *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT 1 FROM request WHERE site = ?1 AND id = ?2");
    db_bind_str(&query, site);
    db_bind_i64(&query, id);
    *ret = db_next(&query);
    return db_end(&query, err);
}

static bool remove_row(struct store *store, struct str site, int64_t id, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM request WHERE site = ?1 AND id = ?2");
    db_bind_str(&query, site);
    db_bind_i64(&query, id);
    return db_run(&query, err);
}

bool store_remove_request(struct store *store, struct str site, int64_t id, const struct audit_entry *record,
                          struct err *err)
{
    bool found;
    if (!has(store, site, id, &found, err))
        return false;
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "%.*s has no request %lld", STR_ARG(site), (long long)id);
    if (!db_begin(store->db, err))
        return false;
    if (remove_row(store, site, id, err) && store_audit_put(store, record, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

/* Rows of one store on their way into another, or under another key. */
struct passage {
    struct store *to;
    struct err *err;
    bool fine;
};

static bool pass(void *context, const struct store_request *request)
{
    struct passage *passage = context;
    int64_t id;
    passage->fine = insert(passage->to, request, &id, passage->err);
    return passage->fine;
}

bool store_request_import(struct store *store, struct store *from, struct err *err)
{
    struct passage passage = {.to = store, .err = err, .fine = true};
    return each(from, STR(""), true, pass, &passage, err) && passage.fine;
}

static bool seal_anew(void *context, const struct store_request *request)
{
    struct passage *passage = context;
    void *sealed;
    size_t size;
    passage->fine = seal_make(passage->to->seal_key, STR(KEY_PURPOSE), request->key, &sealed, &size, passage->err);
    if (!passage->fine)
        return false;
    struct db_query query = db_query(passage->to->db, "UPDATE request SET key = ?1 WHERE id = ?2");
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_i64(&query, request->id);
    passage->fine = db_run(&query, passage->err);
    free(sealed);
    return passage->fine;
}

bool store_request_reseal(struct store *store, struct store *before, struct err *err)
{
    struct passage passage = {.to = store, .err = err, .fine = true};
    return each(before, STR(""), true, seal_anew, &passage, err) && passage.fine;
}
