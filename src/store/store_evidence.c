/*
 * Evidence: certificates seen served, and traffic. Hours of traffic are kept for two days and then added up to days,
 * which are kept for a hundred: ten thousand busy sites are 1.5 million small rows that way, not ninety million.
 */
#include "store/store_parts.h"

#define DAY_S           86400
#define HOUR_S          3600
#define HOURS_KEPT_DAYS 2
#define DAYS_KEPT       100

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

static bool run_about(struct db_query query, const struct evidence_traffic *row, struct err *err)
{
    db_bind_str(&query, row->site);
    db_bind_i64(&query, row->hour_s);
    db_bind_i64(&query, (int64_t)row->https_requests);
    db_bind_i64(&query, (int64_t)row->http_requests);
    return db_run(&query, err);
}

static bool add_hour(struct store *store, const struct evidence_traffic *row, struct err *err)
{
    return run_about(db_query(store->db, "INSERT INTO traffic (site, hour_s, https_requests, http_requests) "
                                         "VALUES (?1, ?2, ?3, ?4) ON CONFLICT (hour_s, site) DO UPDATE SET "
                                         "https_requests = https_requests + excluded.https_requests, "
                                         "http_requests = http_requests + excluded.http_requests"),
                     row, err);
}

static bool run_before(struct db_query query, int64_t moment_s, struct err *err)
{
    db_bind_i64(&query, moment_s);
    return db_run(&query, err);
}

/* Hours of days that are over for long become days. Costs nothing on the days between. */
static bool roll(struct store *store, int64_t now_s, struct err *err)
{
    int64_t today_s = now_s - now_s % DAY_S, before_s = today_s - (int64_t)HOURS_KEPT_DAYS * DAY_S;
    struct db_query query = db_query(store->db, "SELECT 1 FROM traffic WHERE hour_s < ?1 LIMIT 1");
    db_bind_i64(&query, before_s);
    bool any = db_next(&query);
    if (!db_end(&query, err))
        return false;
    if (!any)
        return true;
    return run_before(db_query(store->db, "INSERT INTO traffic_day (site, day_s, https_requests, http_requests) "
                                          "SELECT site, hour_s - hour_s % 86400, sum(https_requests), "
                                          "sum(http_requests) FROM traffic WHERE hour_s < ?1 GROUP BY 1, 2 "
                                          "ON CONFLICT (day_s, site) DO UPDATE SET "
                                          "https_requests = https_requests + excluded.https_requests, "
                                          "http_requests = http_requests + excluded.http_requests"),
                      before_s, err) &&
           run_before(db_query(store->db, "DELETE FROM traffic WHERE hour_s < ?1"), before_s, err) &&
           run_before(db_query(store->db, "DELETE FROM traffic_day WHERE day_s < ?1"),
                      today_s - (int64_t)DAYS_KEPT * DAY_S, err);
}

static bool add_hours(struct store *store, const struct evidence_traffic *rows, size_t count, struct err *err)
{
    int64_t newest_s = 0;
    for (size_t i = 0; i < count; i++) {
        if (!add_hour(store, &rows[i], err))
            return false;
        newest_s = rows[i].hour_s > newest_s ? rows[i].hour_s : newest_s;
    }
    return roll(store, newest_s, err);
}

bool store_add_traffic(struct store *store, const struct evidence_traffic *rows, size_t count, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (add_hours(store, rows, count, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
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

/* The moments of the table that rows can have: at most 72 hours and a hundred days, one search each. */
#define HOURS_OF_TRAFFIC                                                                                               \
    "WITH RECURSIVE moment (s) AS (SELECT min(hour_s) FROM traffic UNION ALL SELECT s + 3600 FROM moment WHERE "       \
    "s < (SELECT max(hour_s) FROM traffic)) "
#define DAYS_OF_TRAFFIC                                                                                                \
    "WITH RECURSIVE moment (s) AS (SELECT min(day_s) FROM traffic_day UNION ALL SELECT s + 86400 FROM moment WHERE "   \
    "s < (SELECT max(day_s) FROM traffic_day)) "

static bool sum(struct db_query query, struct str site, int64_t from_s, struct evidence_traffic *total, struct err *err)
{
    db_bind_str(&query, site);
    db_bind_i64(&query, from_s);
    if (db_next(&query)) {
        total->https_requests += (uint64_t)db_i64(&query, 0);
        total->http_requests += (uint64_t)db_i64(&query, 1);
    }
    return db_end(&query, err);
}

bool store_traffic(struct store *store, struct str site, int64_t from_s, struct evidence_traffic *ret, struct err *err)
{
    struct evidence_traffic total = {.site = site, .hour_s = from_s};
    if (!sum(db_query(store->db,
                      HOURS_OF_TRAFFIC "SELECT coalesce(sum(https_requests), 0), coalesce(sum(http_requests), 0) "
                                       "FROM moment CROSS JOIN traffic ON hour_s = s AND site = ?1 WHERE s > ?2"),
             site, from_s - HOUR_S, &total, err) ||
        !sum(db_query(store->db,
                      DAYS_OF_TRAFFIC "SELECT coalesce(sum(https_requests), 0), coalesce(sum(http_requests), 0) "
                                      "FROM moment CROSS JOIN traffic_day ON day_s = s AND site = ?1 WHERE s >= ?2"),
             site, from_s, &total, err))
        return false;
    *ret = total;
    return true;
}

static bool remove_of(struct db_query query, struct str site, struct err *err)
{
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_evidence_remove(struct store *store, struct str site, struct err *err)
{
    return remove_of(db_query(store->db, "DELETE FROM served WHERE site = ?1"), site, err) &&
           remove_of(db_query(store->db, HOURS_OF_TRAFFIC
                              "DELETE FROM traffic WHERE hour_s IN (SELECT s FROM moment) AND site = ?1"),
                     site, err) &&
           remove_of(db_query(store->db, DAYS_OF_TRAFFIC
                              "DELETE FROM traffic_day WHERE day_s IN (SELECT s FROM moment) AND site = ?1"),
                     site, err);
}

static bool import_served(struct store *store, struct store *from, struct err *err)
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

/* The larger of two counts of the same time: an import that is repeated must not add up. Hours that are a day here
 * already are left out. */
static const char import_hour[] =
    "INSERT INTO traffic (site, hour_s, https_requests, http_requests) SELECT ?1, ?2, ?3, ?4 WHERE NOT EXISTS "
    "(SELECT 1 FROM traffic_day WHERE site = ?1 AND day_s = ?2 - ?2 % 86400) ON CONFLICT (hour_s, site) DO UPDATE SET "
    "https_requests = max(https_requests, excluded.https_requests), "
    "http_requests = max(http_requests, excluded.http_requests)";
static const char import_day[] =
    "INSERT INTO traffic_day (site, day_s, https_requests, http_requests) VALUES (?1, ?2, ?3, ?4) "
    "ON CONFLICT (day_s, site) DO UPDATE SET https_requests = max(https_requests, excluded.https_requests), "
    "http_requests = max(http_requests, excluded.http_requests)";

static bool import_traffic(struct store *store, struct db_query query, const char *into, struct err *err)
{
    bool fine = true;
    while (fine && db_next(&query)) {
        const struct evidence_traffic row = {.site = db_str(&query, 0),
                                             .hour_s = db_i64(&query, 1),
                                             .https_requests = (uint64_t)db_i64(&query, 2),
                                             .http_requests = (uint64_t)db_i64(&query, 3)};
        fine = run_about(db_query(store->db, into), &row, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_evidence_import(struct store *store, struct store *from, struct err *err)
{
    return import_served(store, from, err) &&
           import_traffic(store,
                          db_query(from->db, "SELECT site, day_s, https_requests, http_requests FROM traffic_day"),
                          import_day, err) &&
           import_traffic(store, db_query(from->db, "SELECT site, hour_s, https_requests, http_requests FROM traffic"),
                          import_hour, err);
}
