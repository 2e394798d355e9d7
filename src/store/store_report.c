/* Reports of browsers: a row for each site, span and type. */
#include "store/report.h"

#include "store/store_parts.h"

#define DAY_S 86400

static void bind_row(struct db_query *query, struct str site, const struct report_row *row)
{
    db_bind_str(query, site);
    db_bind_i64(query, row->from_s);
    db_bind_str(query, row->type);
    db_bind_i64(query, (int64_t)row->count);
    db_bind_i64(query, (int64_t)row->reporters);
    db_bind_i64(query, (int64_t)row->error);
}

#define INSERT                                                                                                         \
    "INSERT INTO report (site, from_s, type, count, reporters, error) VALUES (?1, ?2, ?3, ?4, ?5, ?6) "                \
    "ON CONFLICT (site, from_s, type) DO UPDATE SET "                                                                  \
    "error = iif(excluded.reporters >= reporters, excluded.error, error), "                                            \
    "reporters = max(reporters, excluded.reporters), "

static bool add_row(struct store *store, struct str site, const struct report_row *row, struct err *err)
{
    struct db_query query = db_query(store->db, INSERT "count = count + excluded.count");
    bind_row(&query, site, row);
    return db_run(&query, err);
}

/* Of two counts of the same reports the larger one knows more. */
static bool import_row(struct store *store, struct str site, const struct report_row *row, struct err *err)
{
    struct db_query query = db_query(store->db, INSERT "count = max(count, excluded.count)");
    bind_row(&query, site, row);
    return db_run(&query, err);
}

static bool forget(struct store *store, struct str site, int64_t now_s, struct err *err)
{
    struct db_query query = db_query(
        store->db, "DELETE FROM report WHERE site = ?1 AND (from_s < ?2 OR from_s <= (SELECT from_s FROM (SELECT "
                   "DISTINCT from_s FROM report WHERE site = ?1) ORDER BY from_s DESC LIMIT 1 OFFSET ?3))");
    db_bind_str(&query, site);
    db_bind_i64(&query, now_s - (int64_t)REPORT_DAYS_KEPT * DAY_S);
    db_bind_i64(&query, REPORT_SPANS_COUNT_MAX);
    return db_run(&query, err);
}

bool store_add_reports(struct store *store, struct str site, const struct report_row *rows, size_t count, int64_t now_s,
                       struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++)
        fine = add_row(store, site, &rows[i], err);
    if (fine && forget(store, site, now_s, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

static struct report_row read_row(const struct db_query *query)
{
    return (struct report_row){.from_s = db_i64(query, 0),
                               .type = db_str(query, 1),
                               .count = (uint64_t)db_i64(query, 2),
                               .reporters = (uint64_t)db_i64(query, 3),
                               .error = (uint64_t)db_i64(query, 4)};
}

bool store_reports(struct store *store, struct str site, int64_t since_s, int64_t until_s,
                   void (*on_row)(void *context, const struct report_row *row), void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT from_s, type, count, reporters, error FROM report WHERE site = ?1 AND from_s >= ?2 "
                            "AND from_s < ?3 ORDER BY from_s, type");
    db_bind_str(&query, site);
    db_bind_i64(&query, since_s);
    db_bind_i64(&query, until_s);
    while (db_next(&query)) {
        const struct report_row row = read_row(&query);
        on_row(context, &row);
    }
    return db_end(&query, err);
}

bool store_report_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(from->db, "SELECT from_s, type, count, reporters, error, site FROM report");
    bool fine = true;
    while (fine && db_next(&query)) {
        const struct report_row row = read_row(&query);
        fine = import_row(store, db_str(&query, 5), &row, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}
