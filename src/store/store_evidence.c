/* Evidence: certificates seen served. */
#include "store/store_parts.h"

static bool put_served(struct store *store, const struct evidence_served *row, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO served (site, source, side, fingerprint, not_before_s, "
                                                "not_after_s, first_s, last_s) "
                                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                                                "ON CONFLICT (site, source, side, fingerprint) DO UPDATE SET "
                                                "first_s = min(first_s, excluded.first_s), "
                                                "last_s = max(last_s, excluded.last_s)");
    db_bind_str(&query, row->site);
    db_bind_str(&query, row->source);
    db_bind_str(&query, row->side);
    db_bind_str(&query, row->fingerprint);
    db_bind_i64(&query, row->not_before_s);
    db_bind_i64(&query, row->not_after_s);
    db_bind_i64(&query, row->first_s);
    db_bind_i64(&query, row->last_s);
    return db_run(&query, err);
}

bool store_put_served(struct store *store, const struct evidence_served *rows, size_t count, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!put_served(store, &rows[i], err)) {
            db_rollback(store->db);
            return false;
        }
    return db_commit(store->db, err);
}

bool store_served(struct store *store, struct str site, uint32_t limit, store_visit_served *visit, void *context,
                  struct err *err)
{
    struct db_query query = db_query(
        store->db, "SELECT * FROM (SELECT source, side, fingerprint, not_before_s, not_after_s, first_s, last_s "
                   "FROM served WHERE site = ?1 ORDER BY last_s DESC LIMIT ?2) ORDER BY last_s, fingerprint");
    bool more = true;
    db_bind_str(&query, site);
    db_bind_i64(&query, limit);
    while (more && db_next(&query)) {
        const struct evidence_served row = {.site = site,
                                            .source = db_str(&query, 0),
                                            .side = db_str(&query, 1),
                                            .fingerprint = db_str(&query, 2),
                                            .not_before_s = db_i64(&query, 3),
                                            .not_after_s = db_i64(&query, 4),
                                            .first_s = db_i64(&query, 5),
                                            .last_s = db_i64(&query, 6)};
        more = visit(context, &row);
    }
    return db_end(&query, err);
}

bool store_served_count(struct store *store, struct str site, struct str source, struct str side, uint32_t *ret,
                        struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT count(*) FROM served WHERE site = ?1 AND source = ?2 AND side = ?3");
    int64_t count = 0;
    db_bind_str(&query, site);
    db_bind_str(&query, source);
    db_bind_str(&query, side);
    if (db_next(&query))
        count = db_i64(&query, 0);
    if (!db_end(&query, err))
        return false;
    *ret = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
    return true;
}

bool store_served_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(
        from->db, "SELECT site, source, side, fingerprint, not_before_s, not_after_s, first_s, last_s FROM served");
    bool fine = true;
    while (fine && db_next(&query)) {
        const struct evidence_served row = {.site = db_str(&query, 0),
                                            .source = db_str(&query, 1),
                                            .side = db_str(&query, 2),
                                            .fingerprint = db_str(&query, 3),
                                            .not_before_s = db_i64(&query, 4),
                                            .not_after_s = db_i64(&query, 5),
                                            .first_s = db_i64(&query, 6),
                                            .last_s = db_i64(&query, 7)};
        fine = put_served(store, &row, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_served_remove(struct store *store, struct str site, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM served WHERE site = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}
