/* Problems that go on: one row for each site and kind, so that each is told once and not at every look. */
#include "store/store_parts.h"

/* As many as are forgotten in one go: the next turn goes on. */
#define FORGOTTEN_SIZE_MAX 65536

static bool remove_one(struct store *store, struct str site, const char *kind, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM notify_standing WHERE site = ?1 AND kind = ?2");
    db_bind_str(&query, site);
    db_bind_str(&query, str_from(kind));
    return db_run(&query, err);
}

static bool put(struct store *store, const struct store_telling *t, struct err *err)
{
    struct db_query query =
        db_query(store->db, "INSERT INTO notify_standing (site, kind, stage, rank, severity, since_s, told_s, "
                            "told_count) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (site, kind) DO UPDATE "
                            "SET stage = excluded.stage, rank = excluded.rank, severity = excluded.severity, "
                            "since_s = excluded.since_s, told_s = excluded.told_s, told_count = excluded.told_count");
    db_bind_str(&query, t->site);
    db_bind_str(&query, str_from(notify_kind_names[t->kind]));
    db_bind_str(&query, str_from(t->standing->stage));
    db_bind_i64(&query, t->standing->rank);
    db_bind_str(&query, str_from(notify_severity_names[t->standing->severity]));
    db_bind_i64(&query, t->standing->since_s);
    db_bind_i64(&query, t->standing->told_s);
    db_bind_i64(&query, t->standing->told_count);
    return db_run(&query, err);
}

bool store_standing_put(struct store *store, const struct store_telling *telling, struct err *err)
{
    if (telling->standing_ends)
        return remove_one(store, telling->site, notify_kind_names[telling->kind], err);
    return !telling->standing || put(store, telling, err);
}

/* From the column `at` on. */
static struct notify_standing standing_of(const struct db_query *row, int at)
{
    struct notify_standing standing = {
        .rank = (int32_t)db_i64(row, at + 1),
        .severity = notify_number_of(db_str(row, at + 2), notify_severity_names),
        .since_s = db_i64(row, at + 3),
        .told_s = db_i64(row, at + 4),
        .told_count = (uint32_t)db_i64(row, at + 5),
    };
    struct str stage = str_part(db_str(row, at), 0, NOTIFY_STAGE_SIZE_MAX);
    if (stage.size)
        memcpy(standing.stage, stage.data, stage.size);
    return standing;
}

bool store_standing(struct store *store, struct str site, enum notify_kind kind, struct notify_standing *ret,
                    bool *ret_found, struct err *err)
{
    struct notify_standing standing;
    bool found = false;
    struct db_query query = db_query(store->db, "SELECT stage, rank, severity, since_s, told_s, told_count "
                                                "FROM notify_standing WHERE site = ?1 AND kind = ?2");
    db_bind_str(&query, site);
    db_bind_str(&query, str_from(notify_kind_names[kind]));
    if (db_next(&query)) {
        found = true;
        standing = standing_of(&query, 0);
    }
    if (!db_end(&query, err))
        return false;
    if (found)
        *ret = standing;
    *ret_found = found;
    return true;
}

bool store_standings(struct store *store, store_visit_standing *visit, void *context, struct err *err)
{
    bool more = true;
    struct db_query query = db_query(
        store->db, "SELECT site, kind, stage, rank, severity, since_s, told_s, told_count FROM notify_standing "
                   "WHERE told_count > 0 ORDER BY CASE severity WHEN 'critical' THEN 0 WHEN 'warning' THEN 1 "
                   "ELSE 2 END, site, kind");
    while (more && db_next(&query)) {
        const struct notify_standing standing = standing_of(&query, 2);
        more = visit(context, db_str(&query, 0), notify_number_of(db_str(&query, 1), notify_kind_names), &standing);
    }
    return db_end(&query, err);
}

/* The names of sites that are gone, one after the other with a zero byte between. */
static bool find_gone(struct store *store, const struct state *state, struct buf *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT DISTINCT site FROM notify_standing WHERE site <> ''");
    while (db_next(&query)) {
        struct str site = db_str(&query, 0);
        if (!state_find(state, site) && ret->size + site.size < FORGOTTEN_SIZE_MAX)
            (void)(buf_put_str(ret, site) && buf_put_char(ret, '\0'));
    }
    return db_end(&query, err) && (buf_ok(ret) || err_memory(err));
}

static bool remove_site(struct store *store, struct str site, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM notify_standing WHERE site = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_forget_standings(struct store *store, const struct state *state, struct err *err)
{
    struct buf gone;
    buf_init(&gone, FORGOTTEN_SIZE_MAX + 1);
    bool fine = find_gone(store, state, &gone, err);
    struct str rest = buf_str(&gone);
    while (fine && rest.size)
        fine = remove_site(store, str_cut(&rest, '\0'), err);
    buf_fini(&gone);
    return fine;
}
