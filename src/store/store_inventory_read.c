/* What is known of the names below a site, and what looks found. */
#include "store/store_parts.h"

static enum subname_verdict verdict_of(struct str word)
{
    for (unsigned i = 0; i < SUBNAME_VERDICTS_COUNT; i++)
        if (str_eq(word, str_from(subname_verdicts[i])))
            return (enum subname_verdict)i;
    return SUBNAME_UNLOOKED;
}

struct subname_entry store_subname_row(const struct db_query *row)
{
    return (struct subname_entry){
        .name = db_str(row, 0),
        .sources = (unsigned)db_i64(row, 1),
        .flags = (unsigned)db_i64(row, 2),
        .added_s = db_i64(row, 3),
        .last_s = db_i64(row, 4),
        .cname = db_str(row, 5),
        .verdict = verdict_of(db_str(row, 6)),
        .detail = db_str(row, 7),
        .addresses = db_str(row, 8),
        .looked_s = db_i64(row, 9),
        .sign_off = {db_str(row, 10), db_i64(row, 11), db_str(row, 12)},
        .signed_verdict = verdict_of(db_str(row, 13)),
        .exception = {db_str(row, 14), db_i64(row, 15), db_str(row, 16)},
        .exception_until_s = db_i64(row, 17),
    };
}

static bool visit_all(struct db_query *query, store_visit_subname *visit, void *context, struct err *err)
{
    bool more = true;
    while (more && db_next(query)) {
        const struct subname_entry name = store_subname_row(query);
        more = visit(context, &name);
    }
    return db_end(query, err);
}

bool store_subnames(struct store *store, struct str site, struct str after, store_visit_subname *visit, void *context,
                    struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " STORE_SUBNAME_COLUMNS
                                                " FROM inventory_name WHERE site = ?1 AND name > ?2 ORDER BY name");
    db_bind_str(&query, site);
    db_bind_str(&query, after);
    return visit_all(&query, visit, context, err);
}

bool store_subname(struct store *store, struct str site, struct str name, store_visit_subname *visit, void *context,
                   struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT " STORE_SUBNAME_COLUMNS " FROM inventory_name WHERE site = ?1 AND name = ?2");
    db_bind_str(&query, site);
    db_bind_str(&query, name);
    return visit_all(&query, visit, context, err);
}

static bool read_number(struct db_query query, struct str site, int64_t *ret, struct err *err)
{
    int64_t number = 0;
    db_bind_str(&query, site);
    if (db_next(&query))
        number = db_i64(&query, 0);
    if (!db_end(&query, err))
        return false;
    *ret = number;
    return true;
}

bool store_want_subnames(struct store *store, struct str site, struct err *err)
{
    struct db_query query = db_query(store->db, "UPDATE inventory_name SET due = 1 WHERE site = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_wanted_subnames(struct store *store, struct str site, size_t *ret, struct err *err)
{
    int64_t count;
    if (!read_number(db_query(store->db, "SELECT count(*) FROM inventory_name WHERE site = ?1 AND due > 0"), site,
                     &count, err))
        return false;
    *ret = (size_t)count;
    return true;
}

bool store_take_subnames(struct store *store, struct str site, size_t limit, store_visit_subname *visit, void *context,
                         struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE inventory_name SET due = 2 WHERE site = ?1 AND name IN (SELECT name FROM "
                            "inventory_name WHERE site = ?1 AND due > 0 LIMIT ?2) RETURNING " STORE_SUBNAME_COLUMNS);
    db_bind_str(&query, site);
    db_bind_i64(&query, (int64_t)limit);
    return visit_all(&query, visit, context, err);
}

bool store_has_inventory(struct store *store, struct str site, bool *ret, struct err *err)
{
    int64_t count;
    if (!read_number(db_query(store->db, "SELECT count(*) FROM inventory WHERE site = ?1"), site, &count, err))
        return false;
    *ret = count > 0;
    return true;
}

bool store_subnames_looked(struct store *store, struct str site, int64_t *ret_s, struct err *err)
{
    return read_number(db_query(store->db, "SELECT coalesce(min(looked_s), 0) FROM inventory_name WHERE site = ?1"),
                       site, ret_s, err);
}

bool store_inventories_due(struct store *store, int64_t looked_s, store_visit_inventory *visit, void *context,
                           struct err *err)
{
    struct db_query query =
        db_query(store->db,
                 "SELECT site, is_wanted FROM (SELECT site, EXISTS (SELECT 1 FROM inventory_name AS n WHERE n.site = "
                 "inventory.site AND due > 0) AS is_wanted, (SELECT min(looked_s) FROM inventory_name AS n WHERE "
                 "n.site = inventory.site) AS oldest_s FROM inventory) WHERE is_wanted OR oldest_s < ?1 ORDER BY site");
    bool more = true;
    db_bind_i64(&query, looked_s);
    while (more && db_next(&query))
        more = visit(context, db_str(&query, 0), db_i64(&query, 1) != 0);
    return db_end(&query, err);
}

/*
 * Who wanted another look meanwhile gets it. Where no address came, neither did the names on the way to one: what a
 * list says of where the name leads holds on.
 */
static bool put_found(struct store *store, struct str site, const struct subname_found *found, int64_t at_s,
                      struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE inventory_name SET verdict = ?3, flags = ?4, detail = ?5, addresses = ?6, "
                            "cname = CASE WHEN ?7 = '' AND ?3 IN ('dead', 'unlooked') THEN cname ELSE ?7 END, "
                            "looked_s = ?8, due = CASE due WHEN 2 THEN 0 ELSE due END "
                            "WHERE site = ?1 AND name = ?2");
    db_bind_str(&query, site);
    db_bind_str(&query, found->name);
    db_bind_str(&query, str_from(subname_verdicts[found->verdict]));
    db_bind_i64(&query, found->flags);
    db_bind_str(&query, found->detail);
    db_bind_str(&query, found->addresses);
    db_bind_str(&query, found->cname);
    db_bind_i64(&query, at_s);
    return db_run(&query, err);
}

/* A name that would shut its visitors out does not cease to because a name server was silent. */
static bool keep_blocking(struct store *store, struct str site, const struct subname_found *found, int64_t at_s,
                          bool *ret_kept, struct err *err)
{
    struct db_query query = db_query(
        store->db, "UPDATE inventory_name SET looked_s = ?3, due = CASE due WHEN 2 THEN 0 ELSE due END WHERE site = ?1 "
                   "AND name = ?2 AND verdict IN ('http_only', 'broken_https') RETURNING 1");
    db_bind_str(&query, site);
    db_bind_str(&query, found->name);
    db_bind_i64(&query, at_s);
    *ret_kept = db_next(&query);
    return db_end(&query, err);
}

static bool put_one(struct store *store, struct str site, const struct subname_found *found, int64_t at_s,
                    struct err *err)
{
    bool is_kept = false;
    if (found->verdict == SUBNAME_UNLOOKED && !keep_blocking(store, site, found, at_s, &is_kept, err))
        return false;
    return is_kept || put_found(store, site, found, at_s, err);
}

bool store_put_subnames_found(struct store *store, struct str site, const struct subname_found *found, size_t count,
                              int64_t at_s, struct err *err)
{
    bool fine = true;
    if (!db_begin(store->db, err))
        return false;
    for (size_t i = 0; fine && i < count; i++)
        fine = put_one(store, site, &found[i], at_s, err);
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}
