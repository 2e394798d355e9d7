/*
 * The way of a certificate: when it was stored, in which snapshot it went out, when every worker had that; and what is
 * served in its place where it is not. A site that takes a certificate back (from the drawer) publishes it anew.
 */
#include "os/clock.h"
#include "store/store_parts.h"

static bool publish_one(struct store *store, struct str site, struct str id, uint64_t generation, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO publication (site, certificate, generation, published_s) "
                                                "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (site, certificate) DO NOTHING");
    db_bind_str(&query, site);
    db_bind_str(&query, id);
    db_bind_i64(&query, (int64_t)generation);
    db_bind_i64(&query, clock_wall_s());
    return db_run(&query, err);
}

static bool remove_of(struct db_query query, struct str site, struct err *err)
{
    db_bind_str(&query, site);
    return db_run(&query, err);
}

static bool keep_one(struct store *store, struct str site, struct str id, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT OR IGNORE INTO drawer (site, certificate) VALUES (?1, ?2)");
    db_bind_str(&query, site);
    db_bind_str(&query, id);
    return id.size == 0 || db_run(&query, err);
}

/* What is in the drawer is not to be removed as long as it lies there. */
static bool keep_ready(struct store *store, const struct site *site, struct err *err)
{
    return remove_of(db_query(store->db, "DELETE FROM drawer WHERE site = ?1"), site->name, err) &&
           keep_one(store, site->name, site->drawer.ecdsa, err) && keep_one(store, site->name, site->drawer.rsa, err);
}

static bool publish(struct store *store, const struct site *site, uint64_t generation, struct err *err)
{
    struct db_query query =
        db_query(store->db, "DELETE FROM publication WHERE site = ?1 AND certificate NOT IN (?2, ?3)");
    db_bind_str(&query, site->name);
    db_bind_str(&query, site->ecdsa);
    db_bind_str(&query, site->rsa);
    return db_run(&query, err) && keep_ready(store, site, err) &&
           (site_has_certificate(site) ||
            remove_of(db_query(store->db, "DELETE FROM mismatch WHERE site = ?1"), site->name, err)) &&
           (site->ecdsa.size == 0 || publish_one(store, site->name, site->ecdsa, generation, err)) &&
           (site->rsa.size == 0 || publish_one(store, site->name, site->rsa, generation, err));
}

static bool drop(struct store *store, struct str site, struct err *err)
{
    return remove_of(db_query(store->db, "DELETE FROM publication WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, "DELETE FROM mismatch WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, "DELETE FROM drawer WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, "DELETE FROM self_check WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, "DELETE FROM coverage_week WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, "DELETE FROM report WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, "DELETE FROM request WHERE site = ?1"), site, err);
}

/* Both lists are in the order of names; a site that is the same by pointer has the same certificates. */
static bool save_difference(struct store *store, const struct state *before, const struct state *after, struct err *err)
{
    size_t i = 0, k = 0;
    while (i < before->sites_count || k < after->sites_count) {
        const struct site *old = i < before->sites_count ? before->sites[i] : NULL;
        const struct site *fresh = k < after->sites_count ? after->sites[k] : NULL;
        int order = !old ? 1 : !fresh ? -1 : old == fresh ? 0 : state_compare_names(old->name, fresh->name);
        i += order <= 0;
        k += order >= 0;
        if (order < 0 ? !drop(store, old->name, err) : old != fresh && !publish(store, fresh, after->generation, err))
            return false;
    }
    return true;
}

bool store_life_save(struct store *store, const struct state *before, const struct state *after, struct err *err)
{
    if (before)
        return save_difference(store, before, after, err);
    for (size_t i = 0; i < after->sites_count; i++)
        if (!publish(store, after->sites[i], after->generation, err))
            return false;
    return db_script(store->db,
                     "DELETE FROM publication WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM mismatch WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM drawer WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM self_check WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM coverage_week WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM report WHERE site NOT IN (SELECT name FROM site);"
                     "DELETE FROM request WHERE site NOT IN (SELECT name FROM site);",
                     err);
}

bool store_life(struct store *store, struct str site, struct str id, struct str fingerprint, struct evidence_life *ret,
                struct err *err)
{
    struct evidence_life life = {.stored_s = 0};
    struct db_query query = db_query(
        store->db, "SELECT c.added_s, p.generation, p.published_s, p.acknowledged_s, "
                   "(SELECT min(first_s) FROM served WHERE site = ?1 AND fingerprint = ?3), "
                   "(SELECT max(last_s) FROM served WHERE site = ?1 AND fingerprint = ?3) FROM certificate AS c "
                   "LEFT JOIN publication AS p ON p.site = ?1 AND p.certificate = c.id WHERE c.id = ?2");
    db_bind_str(&query, site);
    db_bind_str(&query, id);
    db_bind_str(&query, fingerprint);
    if (db_next(&query)) /* a NULL is read as 0 */
        life = (struct evidence_life){.stored_s = db_i64(&query, 0),
                                      .generation = (uint64_t)db_i64(&query, 1),
                                      .published_s = db_i64(&query, 2),
                                      .acknowledged_s = db_i64(&query, 3),
                                      .seen_first_s = db_i64(&query, 4),
                                      .seen_last_s = db_i64(&query, 5)};
    if (!db_end(&query, err))
        return false;
    *ret = life;
    return true;
}

/* Most snapshots carry no new certificate: then nothing is written. */
static bool visit_waiting(struct store *store, uint64_t generation, store_visit_name *visit, void *context,
                          size_t *ret_count, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT site FROM publication WHERE acknowledged_s IS NULL AND generation <= ?1");
    size_t count = 0;
    db_bind_i64(&query, (int64_t)generation);
    while (db_next(&query)) {
        visit(context, db_str(&query, 0));
        count++;
    }
    *ret_count = count;
    return db_end(&query, err);
}

bool store_acknowledge(struct store *store, uint64_t generation, int64_t at_s, store_visit_name *visit, void *context,
                       struct err *err)
{
    size_t count;
    if (!visit_waiting(store, generation, visit, context, &count, err))
        return false;
    if (count == 0)
        return true;
    struct db_query query = db_query(
        store->db, "UPDATE publication SET acknowledged_s = ?2 WHERE acknowledged_s IS NULL AND generation <= ?1");
    db_bind_i64(&query, (int64_t)generation);
    db_bind_i64(&query, at_s);
    return db_run(&query, err);
}

static bool put_mismatch(struct store *store, const struct evidence_mismatch *row, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT OR REPLACE INTO mismatch (site, side, place, name, "
                                                "fingerprint, serial, subject, issuer, why, not_after_s, since_s, "
                                                "at_s) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)");
    const struct str texts[] = {row->site,   row->side,    row->place,  row->name, row->fingerprint,
                                row->serial, row->subject, row->issuer, row->why};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        db_bind_str(&query, texts[i]);
    db_bind_i64(&query, row->not_after_s);
    db_bind_i64(&query, row->since_s);
    db_bind_i64(&query, row->at_s);
    return db_run(&query, err);
}

bool store_put_mismatches(struct store *store, struct str site, const struct evidence_mismatch *rows, size_t count,
                          struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    bool fine = remove_of(db_query(store->db, "DELETE FROM mismatch WHERE site = ?1"), site, err);
    for (size_t i = 0; fine && i < count; i++)
        fine = put_mismatch(store, &rows[i], err);
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_mismatches(struct store *store, store_visit_mismatch *visit, void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT site, side, place, name, fingerprint, serial, subject, issuer, why, not_after_s, "
                            "since_s, at_s FROM mismatch ORDER BY site, side, place");
    bool more = true;
    while (more && db_next(&query)) {
        const struct evidence_mismatch row = {.site = db_str(&query, 0),
                                              .side = db_str(&query, 1),
                                              .place = db_str(&query, 2),
                                              .name = db_str(&query, 3),
                                              .fingerprint = db_str(&query, 4),
                                              .serial = db_str(&query, 5),
                                              .subject = db_str(&query, 6),
                                              .issuer = db_str(&query, 7),
                                              .why = db_str(&query, 8),
                                              .not_after_s = db_i64(&query, 9),
                                              .since_s = db_i64(&query, 10),
                                              .at_s = db_i64(&query, 11)};
        more = visit(context, &row);
    }
    return db_end(&query, err);
}
