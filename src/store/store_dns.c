/* How zones may be changed by dynamic update: the secret sealed, all else in clear. */
#include <stdlib.h>

#include "crypto/wipe.h"
#include "store/store_parts.h"

#define SECRET_PURPOSE "dns key"
#define SELECT         "SELECT zone, server, key_name, algorithm, secret, added_s FROM dns_zone ORDER BY zone"

#define INSERT                                                                                                         \
    "INSERT INTO dns_zone (zone, server, key_name, algorithm, secret, added_s) "                                       \
    "VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT (zone) DO "
#define REPLACE                                                                                                        \
    INSERT "UPDATE SET server = excluded.server, key_name = excluded.key_name, algorithm = excluded.algorithm, "       \
           "secret = excluded.secret, added_s = excluded.added_s"

static bool put(struct store *store, const struct store_dns_zone *zone, const char *sql, struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(store->seal_key, STR(SECRET_PURPOSE), zone->secret, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, sql);
    db_bind_str(&query, zone->zone);
    db_bind_str(&query, zone->server);
    db_bind_str(&query, zone->key_name);
    db_bind_str(&query, zone->algorithm);
    db_bind_blob(&query, str_make(sealed, size));
    db_bind_i64(&query, zone->added_s);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

static bool take_out(struct store *store, struct str zone, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM dns_zone WHERE zone = ?1");
    db_bind_str(&query, zone);
    return db_run(&query, err);
}

bool store_put_dns_zone(struct store *store, const struct store_dns_zone *zone, const struct audit_entry *record,
                        struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if ((zone->server.size ? put(store, zone, REPLACE, err) : take_out(store, zone->zone, err)) &&
        store_audit_put(store, record, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

/* The row with its secret opened; *ret_secret goes back with wipe_free. */
static bool read_row(const struct store *store, const struct db_query *row, struct store_dns_zone *ret,
                     void **ret_secret, size_t *ret_size, struct err *err)
{
    struct err why = {0};
    *ret = (struct store_dns_zone){.zone = db_str(row, 0),
                                   .server = db_str(row, 1),
                                   .key_name = db_str(row, 2),
                                   .algorithm = db_str(row, 3),
                                   .added_s = db_i64(row, 5)};
    if (seal_open(store->seal_key, STR(SECRET_PURPOSE), db_blob(row, 4), ret_secret, ret_size, &why)) {
        ret->secret = str_make(*ret_secret, *ret_size);
        return true;
    }
    if (why.code == ERR_MEMORY)
        return err_memory(err);
    (void)err_set(err, ERR_SYSTEM, "the key for the zone %.*s in %s cannot be opened: %s", STR_ARG(ret->zone),
                  db_path(store->db), why.text);
    return err_fix(err, "add the zone again with its key");
}

bool store_dns_zones(struct store *store, store_visit_dns_zone *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, SELECT);
    bool more = true, fine = true;
    while (more && fine && db_next(&query)) {
        struct store_dns_zone zone;
        void *secret;
        size_t size;
        fine = read_row(store, &query, &zone, &secret, &size, err);
        if (!fine)
            break;
        more = visit(context, &zone);
        wipe_free(secret, size);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

/* What a visitor needs to write rows elsewhere. */
struct copy {
    struct store *to;
    const char *sql;
    bool fine;
    struct err *err;
};

static bool copy_zone(void *context, const struct store_dns_zone *zone)
{
    struct copy *copy = context;
    copy->fine = put(copy->to, zone, copy->sql, copy->err);
    return copy->fine;
}

bool store_dns_import(struct store *store, struct store *from, struct err *err)
{
    struct copy copy = {.to = store, .sql = INSERT "NOTHING", .fine = true, .err = err};
    return store_dns_zones(from, copy_zone, &copy, err) && copy.fine;
}

bool store_dns_reseal(struct store *store, struct store *before, struct err *err)
{
    struct copy copy = {.to = store, .sql = REPLACE, .fine = true, .err = err};
    return store_dns_zones(before, copy_zone, &copy, err) && copy.fine;
}
