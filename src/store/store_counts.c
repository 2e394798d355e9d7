/*
 * Evidence: what was counted for each site and for the gateway as a whole, by minute, hour and day. The present row of
 * each step is added to, so that none has to be worked out later. Rows are ordered by their moment: those that are
 * written lie together, and so do those that are forgotten. Sites stand in them by number; a number is never given
 * twice, so that nothing is left to another one of the same name.
 *
 * A busy site has some 3,500 rows of about 25 bytes at most, however old it gets; where something came over plain HTTP
 * the census of it is another thirty.
 */
#include "base/log.h"
#include "store/census_pack.h"
#include "store/store_parts.h"

#define DAY_S 86400
/* Moments that are forgotten at a time: more than are made, and few enough for one transaction. */
#define FORGET_COUNT 4

/* The moments that have rows of the step ?1, from ?2 until before ?3: each is found by one search. */
#define MOMENTS                                                                                                        \
    "WITH RECURSIVE moment (s) AS (SELECT min(at_s) FROM evidence WHERE step_s = ?1 AND at_s >= ?2 UNION ALL "         \
    "SELECT (SELECT min(at_s) FROM evidence WHERE step_s = ?1 AND at_s > s) FROM moment WHERE s < ?3) "

static int64_t floor_to(int64_t moment_s, int64_t step_s)
{
    return moment_s - moment_s % step_s;
}

/* The number of a site; 0 when it has none. */
static bool find_site(struct store *store, struct str site, int64_t *ret_id, bool *ret_known, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT id, since_s IS NOT NULL FROM evidence_site WHERE name = ?1");
    *ret_id = 0;
    *ret_known = false;
    db_bind_str(&query, site);
    if (db_next(&query)) {
        *ret_id = db_i64(&query, 0);
        *ret_known = db_i64(&query, 1) != 0;
    }
    return db_end(&query, err);
}

/* The number of a site that is known since `since_s` at the latest (negative: it is not known of when). */
static bool take_site(struct store *store, struct str site, int64_t since_s, int64_t *ret_id, struct err *err)
{
    bool known;
    if (!find_site(store, site, ret_id, &known, err))
        return false;
    if (*ret_id && (known || since_s < 0))
        return true;
    struct db_query query =
        db_query(store->db, "INSERT INTO evidence_site (name, since_s) VALUES (?1, nullif(?2, -1)) "
                            "ON CONFLICT (name) DO UPDATE SET since_s = coalesce(since_s, excluded.since_s)");
    db_bind_str(&query, site);
    db_bind_i64(&query, since_s < 0 ? -1 : since_s);
    return db_run(&query, err) && find_site(store, site, ret_id, &known, err);
}

struct place {
    int64_t step_s, at_s, site;
};

static void bind_place(struct db_query *query, const struct place *place)
{
    db_bind_i64(query, place->step_s);
    db_bind_i64(query, place->at_s);
    db_bind_i64(query, place->site);
}

static bool put_counts(struct db_query query, const struct place *place, const struct evidence_counts *counts,
                       struct err *err)
{
    bind_place(&query, place);
    db_bind_i64(&query, (int64_t)counts->https_requests);
    db_bind_i64(&query, (int64_t)counts->http_requests);
    db_bind_i64(&query, (int64_t)counts->redirects);
    db_bind_i64(&query, (int64_t)counts->handshakes);
    return db_run(&query, err);
}

static bool put_failure(struct db_query query, const struct place *place, struct str cause, int64_t count,
                        struct err *err)
{
    bind_place(&query, place);
    db_bind_str(&query, cause);
    db_bind_i64(&query, count);
    return db_run(&query, err);
}

/* None where there is no row. */
static bool read_census(struct store *store, const struct place *place, struct census_counts *ret, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT census FROM evidence WHERE step_s = ?1 AND at_s = ?2 AND site = ?3");
    struct census_counts census = {{0}};
    bind_place(&query, place);
    if (db_next(&query) && !census_unpack(db_blob(&query, 0), &census))
        log_warning("a count of what came over plain HTTP cannot be read, and begins anew");
    if (!db_end(&query, err))
        return false;
    *ret = census;
    return true;
}

/* Into a row that is there. */
static bool write_census(struct store *store, const struct place *place, const struct census_counts *census,
                         struct err *err)
{
    char room[CENSUS_PACKED_SIZE_MAX];
    struct db_query query =
        db_query(store->db, "UPDATE evidence SET census = ?4 WHERE step_s = ?1 AND at_s = ?2 AND site = ?3");
    bind_place(&query, place);
    db_bind_blob(&query, census_pack(census, room));
    return db_run(&query, err);
}

static bool add_census(struct store *store, const struct place *place, const struct census_counts *more,
                       struct err *err)
{
    struct census_counts census;
    if (evidence_census_is_empty(more))
        return true;
    if (!read_census(store, place, &census, err))
        return false;
    census_add(&census, more);
    return write_census(store, place, &census, err);
}

static bool add_at(struct store *store, const struct place *place, const struct evidence_counts *counts,
                   struct err *err)
{
    if (!put_counts(db_query(store->db,
                             "INSERT INTO evidence (step_s, at_s, site, https_requests, http_requests, redirects, "
                             "handshakes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (step_s, at_s, site) DO "
                             "UPDATE SET https_requests = https_requests + excluded.https_requests, "
                             "http_requests = http_requests + excluded.http_requests, "
                             "redirects = redirects + excluded.redirects, "
                             "handshakes = handshakes + excluded.handshakes"),
                    place, counts, err) ||
        !add_census(store, place, &counts->census, err))
        return false;
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        if (counts->failed[i] && counters_causes[i] &&
            !put_failure(db_query(store->db,
                                  "INSERT INTO evidence_failure (step_s, at_s, site, cause, count) "
                                  "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (step_s, at_s, site, cause) DO UPDATE SET "
                                  "count = count + excluded.count"),
                         place, str_from(counters_causes[i]), (int64_t)counts->failed[i], err))
            return false;
    return true;
}

static bool add_row(struct store *store, int64_t at_s, const struct evidence_row *row, struct err *err)
{
    int64_t site;
    if (!take_site(store, row->site, row->known_s, &site, err))
        return false;
    if (evidence_counts_is_empty(&row->counts))
        return true;
    for (int i = 0; i < EVIDENCE_STEPS_COUNT; i++) {
        int64_t step_s = evidence_step_s((enum evidence_step)i);
        const struct place place = {.step_s = step_s, .at_s = floor_to(at_s, step_s), .site = site};
        if (!add_at(store, &place, &row->counts, err))
            return false;
    }
    return true;
}

static bool forget_of(struct db_query query, int64_t step_s, int64_t before_s, struct err *err)
{
    db_bind_i64(&query, step_s);
    db_bind_i64(&query, before_s);
    db_bind_i64(&query, FORGET_COUNT * step_s);
    return db_run(&query, err);
}

/* A few moments at a time: after a long pause all of them would hold up the ledger, after a jump of the clock a day of
 * rows is not gone at once. */
static bool forget(struct store *store, int64_t now_s, struct err *err)
{
    for (int i = 0; i < EVIDENCE_STEPS_COUNT; i++) {
        int64_t step_s = evidence_step_s((enum evidence_step)i);
        int64_t before_s = floor_to(now_s, step_s) - evidence_kept_s((enum evidence_step)i);
        if (!forget_of(db_query(store->db, "DELETE FROM evidence_failure WHERE step_s = ?1 AND at_s < min(?2, ?3 + "
                                           "(SELECT min(at_s) FROM evidence WHERE step_s = ?1))"),
                       step_s, before_s, err) ||
            !forget_of(db_query(store->db, "DELETE FROM evidence WHERE step_s = ?1 AND at_s < min(?2, ?3 + "
                                           "(SELECT min(at_s) FROM evidence WHERE step_s = ?1))"),
                       step_s, before_s, err))
            return false;
    }
    return true;
}

bool store_add_counts(struct store *store, int64_t at_s, const struct evidence_row *rows, size_t count, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    bool fine = forget(store, at_s, err);
    for (size_t i = 0; fine && i < count; i++)
        fine = add_row(store, at_s, &rows[i], err);
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

static void bind_range(struct db_query *query, enum evidence_step step, int64_t from_s, int64_t until_s,
                       struct str site)
{
    db_bind_i64(query, evidence_step_s(step));
    db_bind_i64(query, from_s);
    db_bind_i64(query, until_s);
    db_bind_str(query, site);
}

static bool read_counts(struct store *store, const struct store_counts_range *range, store_visit_counts *visit,
                        void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db,
                 MOMENTS "SELECT at_s, https_requests, http_requests, redirects, handshakes, census FROM moment CROSS "
                         "JOIN evidence ON step_s = ?1 AND at_s = s AND site = (SELECT id FROM evidence_site WHERE "
                         "name = ?4) WHERE s < ?3");
    bind_range(&query, range->step, range->from_s, range->until_s, range->site);
    while (db_next(&query)) {
        struct evidence_counts counts = {.https_requests = (uint64_t)db_i64(&query, 1),
                                         .http_requests = (uint64_t)db_i64(&query, 2),
                                         .redirects = (uint64_t)db_i64(&query, 3),
                                         .handshakes = (uint64_t)db_i64(&query, 4)};
        if (!census_unpack(db_blob(&query, 5), &counts.census))
            log_debug("a count of what came over plain HTTP cannot be read");
        visit(context, db_i64(&query, 0), &counts);
    }
    return db_end(&query, err);
}

static void set_failure(struct evidence_counts *counts, struct str cause, uint64_t count)
{
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++)
        if (counters_causes[i] && str_eq(cause, str_from(counters_causes[i])))
            counts->failed[i] = count;
}

static bool read_failures(struct store *store, const struct store_counts_range *range, store_visit_counts *visit,
                          void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, MOMENTS "SELECT at_s, cause, count FROM moment CROSS JOIN evidence_failure ON step_s = ?1 "
                                    "AND at_s = s AND site = (SELECT id FROM evidence_site WHERE name = ?4) WHERE "
                                    "s < ?3");
    bind_range(&query, range->step, range->from_s, range->until_s, range->site);
    while (db_next(&query)) {
        struct evidence_counts counts = {0};
        set_failure(&counts, db_str(&query, 1), (uint64_t)db_i64(&query, 2));
        visit(context, db_i64(&query, 0), &counts);
    }
    return db_end(&query, err);
}

bool store_counts(struct store *store, const struct store_counts_range *range, store_visit_counts *visit, void *context,
                  struct err *err)
{
    return read_counts(store, range, visit, context, err) && read_failures(store, range, visit, context, err);
}

bool store_request_counts(struct store *store, const struct store_counts_range *range, store_visit_counts *visit,
                          void *context, struct err *err)
{
    return read_counts(store, range, visit, context, err);
}

bool store_counts_since(struct store *store, struct str site, int64_t *ret_s, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT coalesce(since_s, -1) FROM evidence_site WHERE name = ?1");
    int64_t since_s = -1;
    db_bind_str(&query, site);
    if (db_next(&query))
        since_s = db_i64(&query, 0);
    if (!db_end(&query, err))
        return false;
    *ret_s = since_s;
    return true;
}

static void sum(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    (void)at_s;
    evidence_counts_add(context, counts);
}

bool store_traffic(struct store *store, struct str site, int64_t from_s, struct evidence_counts *ret, struct err *err)
{
    int64_t hours_s = floor_to(from_s, evidence_step_s(EVIDENCE_HOUR)), days_s = floor_to(from_s + DAY_S - 1, DAY_S);
    const struct store_counts_range hours = {.site = site, .step = EVIDENCE_HOUR, .from_s = hours_s, .until_s = days_s};
    const struct store_counts_range days = {.site = site, .step = EVIDENCE_DAY, .from_s = days_s, .until_s = INT64_MAX};
    struct evidence_counts total = {0};
    if (!read_counts(store, &hours, sum, &total, err) || !read_counts(store, &days, sum, &total, err))
        return false;
    *ret = total;
    return true;
}

static bool remove_at(struct db_query query, enum evidence_step step, struct str site, struct err *err)
{
    bind_range(&query, step, 0, INT64_MAX, site);
    return db_run(&query, err);
}

bool store_counts_remove(struct store *store, struct str site, struct err *err)
{
    for (int i = 0; i < EVIDENCE_STEPS_COUNT; i++)
        if (!remove_at(db_query(store->db,
                                MOMENTS "DELETE FROM evidence_failure WHERE step_s = ?1 AND at_s IN (SELECT s FROM "
                                        "moment WHERE s < ?3) AND site = (SELECT id FROM evidence_site WHERE name = "
                                        "?4)"),
                       (enum evidence_step)i, site, err) ||
            !remove_at(db_query(store->db, MOMENTS
                                "DELETE FROM evidence WHERE step_s = ?1 AND at_s IN (SELECT s FROM moment WHERE "
                                "s < ?3) AND site = (SELECT id FROM evidence_site WHERE name = ?4)"),
                       (enum evidence_step)i, site, err))
            return false;
    struct db_query query = db_query(store->db, "DELETE FROM evidence_site WHERE name = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_counts_sweep(struct store *store, struct err *err)
{
    return db_script(store->db,
                     "DELETE FROM evidence_site WHERE name <> '' AND name NOT IN (SELECT name FROM site);"
                     "DELETE FROM evidence WHERE site NOT IN (SELECT id FROM evidence_site);"
                     "DELETE FROM evidence_failure WHERE site NOT IN (SELECT id FROM evidence_site);",
                     err);
}

/* Known since the earlier of the two. */
static bool import_sites(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(from->db, "SELECT name, since_s FROM evidence_site WHERE since_s IS NOT NULL");
    bool fine = true;
    while (fine && db_next(&query)) {
        struct db_query into =
            db_query(store->db, "INSERT INTO evidence_site (name, since_s) VALUES (?1, ?2) ON CONFLICT (name) DO "
                                "UPDATE SET since_s = min(coalesce(since_s, excluded.since_s), excluded.since_s)");
        db_bind_str(&into, db_str(&query, 0));
        db_bind_i64(&into, db_i64(&query, 1));
        fine = db_run(&into, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

static bool read_place(struct store *store, const struct db_query *query, struct place *ret, struct err *err)
{
    *ret = (struct place){.step_s = db_i64(query, 0), .at_s = db_i64(query, 1)};
    return take_site(store, db_str(query, 2), -1, &ret->site, err);
}

static bool import_census(struct store *store, const struct place *place, const struct census_counts *other,
                          struct err *err)
{
    struct census_counts census;
    if (evidence_census_is_empty(other))
        return true;
    if (!read_census(store, place, &census, err))
        return false;
    for (size_t i = 0; i < CENSUS_FIELDS_COUNT; i++)
        if (census.counts[i] < other->counts[i])
            census.counts[i] = other->counts[i];
    return write_census(store, place, &census, err);
}

static bool import_counts(struct store *store, struct store *from, struct err *err)
{
    struct db_query query =
        db_query(from->db, "SELECT step_s, at_s, name, https_requests, http_requests, redirects, handshakes, "
                           "census FROM evidence JOIN evidence_site ON id = site");
    bool fine = true;
    while (fine && db_next(&query)) {
        struct place place;
        struct evidence_counts counts = {.https_requests = (uint64_t)db_i64(&query, 3),
                                         .http_requests = (uint64_t)db_i64(&query, 4),
                                         .redirects = (uint64_t)db_i64(&query, 5),
                                         .handshakes = (uint64_t)db_i64(&query, 6)};
        if (!census_unpack(db_blob(&query, 7), &counts.census))
            log_warning("a count of what came over plain HTTP cannot be read, and is left out");
        fine =
            read_place(store, &query, &place, err) &&
            put_counts(db_query(store->db, "INSERT INTO evidence (step_s, at_s, site, https_requests, http_requests, "
                                           "redirects, handshakes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT "
                                           "(step_s, at_s, site) DO UPDATE SET "
                                           "https_requests = max(https_requests, excluded.https_requests), "
                                           "http_requests = max(http_requests, excluded.http_requests), "
                                           "redirects = max(redirects, excluded.redirects), "
                                           "handshakes = max(handshakes, excluded.handshakes)"),
                       &place, &counts, err) &&
            import_census(store, &place, &counts.census, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

static bool import_failures(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(from->db, "SELECT step_s, at_s, name, cause, count FROM evidence_failure JOIN "
                                               "evidence_site ON id = site");
    bool fine = true;
    while (fine && db_next(&query)) {
        struct place place;
        fine = read_place(store, &query, &place, err) &&
               put_failure(db_query(store->db,
                                    "INSERT INTO evidence_failure (step_s, at_s, site, cause, count) VALUES "
                                    "(?1, ?2, ?3, ?4, ?5) ON CONFLICT (step_s, at_s, site, cause) DO UPDATE SET "
                                    "count = max(count, excluded.count)"),
                           &place, db_str(&query, 3), db_i64(&query, 4), err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_counts_import(struct store *store, struct store *from, struct err *err)
{
    return import_sites(store, from, err) && import_counts(store, from, err) && import_failures(store, from, err);
}
