/* The audit log's rows. Triggers in the schema refuse to change or delete one. */
#include "store/store_parts.h"

static void bind(struct db_query *query, const struct audit_entry *entry)
{
    db_bind_i64(query, entry->at_s);
    db_bind_str(query, entry->actor);
    db_bind_str(query, entry->act);
    db_bind_str(query, entry->site);
    db_bind_str(query, entry->outcome);
    db_bind_str(query, entry->before);
    db_bind_str(query, entry->after);
    db_bind_str(query, entry->guards);
    db_bind_str(query, entry->override);
    db_bind_str(query, entry->reason);
}

bool store_audit_put(struct store *store, const struct audit_entry *entry, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO audit (at_s, actor, act, site, outcome, before, after, "
                                                "guards, override, reason) "
                                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    bind(&query, entry);
    return db_run(&query, err);
}

#define COLUMNS "id, at_s, actor, act, site, outcome, before, after, guards, override, reason"

static struct audit_entry entry_of(const struct db_query *row)
{
    return (struct audit_entry){.id = (uint64_t)db_i64(row, 0),
                                .at_s = db_i64(row, 1),
                                .actor = db_str(row, 2),
                                .act = db_str(row, 3),
                                .site = db_str(row, 4),
                                .outcome = db_str(row, 5),
                                .before = db_str(row, 6),
                                .after = db_str(row, 7),
                                .guards = db_str(row, 8),
                                .override = db_str(row, 9),
                                .reason = db_str(row, 10)};
}

bool store_audit(struct store *store, struct str site, uint64_t before_id, uint32_t limit, store_visit_audit *visit,
                 void *context, struct err *err)
{
    struct db_query query =
        site.size
            ? db_query(store->db, "SELECT " COLUMNS " FROM audit WHERE id < ?1 AND site = ?3 ORDER BY id DESC LIMIT ?2")
            : db_query(store->db, "SELECT " COLUMNS " FROM audit WHERE id < ?1 ORDER BY id DESC LIMIT ?2");
    bool more = true;
    db_bind_i64(&query, before_id && before_id < INT64_MAX ? (int64_t)before_id : INT64_MAX);
    db_bind_i64(&query, limit);
    if (site.size)
        db_bind_str(&query, site);
    while (more && db_next(&query)) {
        struct audit_entry entry = entry_of(&query);
        more = visit(context, &entry);
    }
    return db_end(&query, err);
}

/* Of those that are about no site: settings, listeners, authorities, roots, the clock, restores. */
#define OF_PEOPLE "act GLOB 'account.*' OR act GLOB 'passkey.*' OR act GLOB 'session.*' OR act GLOB 'notify.*'"
#define IN_SPAN                                                                                                        \
    " FROM audit WHERE site IN (?3, '') AND at_s >= ?1 AND at_s < ?2 AND (site <> '' OR NOT (" OF_PEOPLE "))"

static void bind_range(struct db_query *query, const struct store_audit_range *range)
{
    db_bind_i64(query, range->from_s);
    db_bind_i64(query, range->until_s);
    db_bind_str(query, range->site);
}

static bool count_span(struct store *store, const struct store_audit_range *range, uint64_t *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT count(*)" IN_SPAN);
    bind_range(&query, range);
    *ret = db_next(&query) ? (uint64_t)db_i64(&query, 0) : 0;
    return db_end(&query, err);
}

bool store_audit_span(struct store *store, const struct store_audit_range *range, uint64_t *ret_count,
                      store_visit_audit *visit, void *context, struct err *err)
{
    if (!count_span(store, range, ret_count, err))
        return false;
    struct db_query query = db_query(store->db, "SELECT " COLUMNS IN_SPAN " ORDER BY id DESC LIMIT ?4");
    bool more = true;
    bind_range(&query, range);
    db_bind_i64(&query, range->limit);
    while (more && db_next(&query)) {
        struct audit_entry entry = entry_of(&query);
        more = visit(context, &entry);
    }
    return db_end(&query, err);
}

/* Rows have no name that two databases share: equal in everything is the same row. */
static bool put_missing(struct store *store, const struct audit_entry *entry, struct err *err)
{
    struct db_query query = db_query(
        store->db,
        "INSERT INTO audit (at_s, actor, act, site, outcome, before, after, guards, override, "
        "reason) SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10 WHERE NOT EXISTS (SELECT 1 FROM "
        "audit INDEXED BY audit_at WHERE at_s = ?1 AND actor = ?2 AND act = ?3 AND site = ?4 AND outcome = ?5 AND "
        "before = ?6 AND after = ?7 AND guards = ?8 AND override = ?9 AND reason = ?10)");
    bind(&query, entry);
    return db_run(&query, err);
}

bool store_audit_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(from->db, "SELECT " COLUMNS " FROM audit ORDER BY id");
    bool fine = true;
    while (fine && db_next(&query)) {
        struct audit_entry entry = entry_of(&query);
        fine = put_missing(store, &entry, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}
