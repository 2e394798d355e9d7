/* Orders under way: one row a site, and one for its rehearsal; the certificate's key sealed. */
#include <stdlib.h>

#include "crypto/wipe.h"
#include "store/store_parts.h"

#define KEY_PURPOSE "acme certificate key"
/* Names, words and one leaf. */
#define CONTENT_SIZE_MAX 65536
/* PKCS#8 of an RSA key with 4096 bits is 2.4 KB. */
#define KEY_SIZE_MAX 8192

bool store_put_acme_order(struct store *store, const struct acme_order *order, struct err *err)
{
    struct buf content;
    struct jsonout out = {.out = &content};
    buf_init(&content, CONTENT_SIZE_MAX);
    acme_order_write(order, &out);
    bool fine = buf_ok(&content) || err_memory(err);
    if (fine) {
        struct db_query query =
            db_query(store->db, "INSERT INTO acme_order (site, rehearsal, content, key) VALUES (?1, ?2, ?3, NULL) "
                                "ON CONFLICT (site, rehearsal) DO UPDATE SET content = excluded.content, "
                                "key = iif(?4, acme_order.key, NULL)");
        db_bind_str(&query, str_from(order->site));
        db_bind_i64(&query, order->rehearsal);
        db_bind_str(&query, buf_str(&content));
        db_bind_i64(&query, order->has_key);
        fine = db_run(&query, err);
    }
    buf_fini(&content);
    return fine;
}

static bool put_key(struct store *store, struct str site, bool rehearsal, struct str key, struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(store->seal_key, STR(KEY_PURPOSE), key, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, "UPDATE acme_order SET key = ?1 WHERE site = ?2 AND rehearsal = ?3");
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_str(&query, site);
    db_bind_i64(&query, rehearsal);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

bool store_begin_acme_order(struct store *store, const struct acme_order *order, struct str key, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (store_put_acme_order(store, order, err) && put_key(store, str_from(order->site), order->rehearsal, key, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

static bool open_key(const struct store *store, struct str sealed, struct buf *ret, struct err *err)
{
    void *key;
    size_t size;
    if (!seal_open(store->seal_key, STR(KEY_PURPOSE), sealed, &key, &size, err))
        return false;
    buf_init(ret, KEY_SIZE_MAX);
    bool fine = buf_put(ret, key, size) || err_memory(err);
    wipe_free(key, size);
    if (!fine)
        key_wipe(ret);
    return fine;
}

bool store_acme_key(struct store *store, struct str site, bool rehearsal, struct buf *ret, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT key FROM acme_order WHERE site = ?1 AND rehearsal = ?2 AND key IS NOT NULL");
    bool found = false, fine = true;
    db_bind_str(&query, site);
    db_bind_i64(&query, rehearsal);
    if (db_next(&query)) {
        found = true;
        fine = open_key(store, db_blob(&query, 0), ret, err);
    }
    if (!db_end(&query, fine ? err : NULL) || !fine)
        return false;
    return found || err_set(err, ERR_NOT_FOUND, "there is no key on order for %.*s", STR_ARG(site));
}

static bool visit_row(const struct db_query *row, store_visit_acme_order *visit, void *context, struct err *err)
{
    struct acme_order *order = acme_order_new(db_str(row, 0), db_i64(row, 1) != 0);
    if (!order)
        return err_memory(err);
    order->has_key = db_i64(row, 3) != 0;
    if (!acme_order_read(db_str(row, 2), order, err)) {
        acme_order_free(order);
        return err_context(err, "the certificate on order for %.*s", STR_ARG(db_str(row, 0)));
    }
    return visit(context, order) || err_memory(err);
}

bool store_acme_orders(struct store *store, store_visit_acme_order *visit, void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT site, rehearsal, content, key IS NOT NULL FROM acme_order ORDER BY site");
    bool fine = true;
    while (fine && db_next(&query))
        fine = visit_row(&query, visit, context, err);
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_remove_acme_order(struct store *store, struct str site, bool rehearsal, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM acme_order WHERE site = ?1 AND rehearsal = ?2");
    db_bind_str(&query, site);
    db_bind_i64(&query, rehearsal);
    return db_run(&query, err);
}

bool store_acme_order_drop(struct store *store, struct str site, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM acme_order WHERE site = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_acme_order_sweep(struct store *store, struct err *err)
{
    return db_script(store->db, "DELETE FROM acme_order WHERE site NOT IN (SELECT name FROM site);", err);
}

/* An order of another machine is not gone on with: both would. What is known of certificates is asked anew. */
bool store_acme_order_reseal(struct store *store, struct err *err)
{
    return db_script(store->db, "DELETE FROM acme_order;", err);
}
