/*
 * Names that were asked for. Their worth is stored as of when they were asked for last and halved by the query that
 * looks for the least.
 */
#include "store/seen.h"

#include "base/arena.h"
#include "snapshot/seen.h"
#include "store/store_parts.h"

/* Above all bounds, the largest domain gives up this part of its names at once: few turns, and none is emptied. */
#define GIVEN_UP_PART 4
/* As many domains as there may be sites, each with a name of full length. */
#define DOMAINS_SIZE_MAX ((size_t)8 << 20)

/* Least worth first, as of ?2. */
#define LEAST_FIRST "ORDER BY worth >> min(31, max(0, ?2 - last_s) / ?4), last_s"

bool store_seen_find(struct store *store, struct str name, struct seen_row *ret, bool *ret_found, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT first_s, last_s, count, hours, by FROM seen_name WHERE name = ?1");
    struct seen_row row = {0};
    db_bind_str(&query, name);
    bool found = db_next(&query);
    if (found) {
        row.first_s = db_i64(&query, 0);
        row.last_s = db_i64(&query, 1);
        row.count = (uint64_t)db_i64(&query, 2);
        row.hours = (uint32_t)db_i64(&query, 3);
        row.by = (unsigned)db_i64(&query, 4);
    }
    if (!db_end(&query, err))
        return false;
    *ret = row;
    *ret_found = found;
    return true;
}

static bool put(struct store *store, const struct seen_row *row, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO seen_name (name, domain, first_s, last_s, count, hours, "
                                                "worth, by) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (name) "
                                                "DO UPDATE SET domain = excluded.domain, first_s = excluded.first_s, "
                                                "last_s = excluded.last_s, count = excluded.count, "
                                                "hours = excluded.hours, worth = excluded.worth, by = excluded.by");
    db_bind_str(&query, row->name);
    db_bind_str(&query, row->domain);
    db_bind_i64(&query, row->first_s);
    db_bind_i64(&query, row->last_s);
    db_bind_i64(&query, (int64_t)row->count);
    db_bind_i64(&query, row->hours);
    db_bind_i64(&query, (int64_t)seen_worth(row->hours, row->count, row->last_s, row->last_s));
    db_bind_i64(&query, row->by);
    return db_run(&query, err);
}

/* All but `kept` of the domain's names go. */
static bool trim(struct store *store, struct str domain, int64_t kept_count, int64_t now_s, struct err *err)
{
    struct db_query query = db_query(
        store->db, "DELETE FROM seen_name WHERE name IN (SELECT name FROM seen_name WHERE domain = ?1 " LEAST_FIRST
                   " LIMIT max(0, (SELECT count(*) FROM seen_name WHERE domain = ?1) - ?3))");
    db_bind_str(&query, domain);
    db_bind_i64(&query, now_s);
    db_bind_i64(&query, kept_count);
    db_bind_i64(&query, SEEN_HALF_LIFE_S);
    return db_run(&query, err);
}

/* The domain with most names, copied into `room`, and how many those are. */
static bool find_largest(struct store *store, char room[static SEEN_NAME_SIZE_MAX], struct str *ret, int64_t *ret_count,
                         struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT domain, count(*) AS n FROM seen_name GROUP BY domain ORDER BY n DESC LIMIT 1");
    *ret = STR("");
    *ret_count = 0;
    if (db_next(&query)) {
        struct str domain = str_part(db_str(&query, 0), 0, SEEN_NAME_SIZE_MAX);
        if (domain.size)
            memcpy(room, domain.data, domain.size);
        *ret = str_make(room, domain.size);
        *ret_count = db_i64(&query, 1);
    }
    return db_end(&query, err);
}

static bool trim_all(struct store *store, const struct seen_bounds *bounds, struct err *err)
{
    int64_t total;
    if (!db_number(store->db, "SELECT count(*) FROM seen_name", &total, err))
        return false;
    while (total > bounds->count) {
        char room[SEEN_NAME_SIZE_MAX];
        struct str domain;
        int64_t count, excess = total - bounds->count;
        if (!find_largest(store, room, &domain, &count, err))
            return false;
        int64_t part = count / GIVEN_UP_PART > 1 ? count / GIVEN_UP_PART : 1, given_up = part < excess ? part : excess;
        if (!trim(store, domain, count - given_up, bounds->now_s, err))
            return false;
        total -= given_up;
    }
    return true;
}

static bool put_all(struct store *store, const struct seen_row *rows, size_t count, const struct seen_bounds *bounds,
                    struct err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!put(store, &rows[i], err))
            return false;
    for (size_t i = 0; i < count; i++) {
        bool again = i > 0 && str_eq(rows[i].domain, rows[i - 1].domain);
        if (!again && !trim(store, rows[i].domain, bounds->per_domain_count, bounds->now_s, err))
            return false;
    }
    return trim_all(store, bounds, err);
}

bool store_seen_put(struct store *store, const struct seen_row *rows, size_t count, const struct seen_bounds *bounds,
                    struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (put_all(store, rows, count, bounds, err))
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_seen_below(struct store *store, struct str domain, store_visit_seen *visit, void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT name, domain, first_s, last_s, count, hours, by FROM seen_name "
                            "WHERE length(name) > length(?1) + 1 AND substr(name, -length(?1) - 1) = '.' || ?1");
    bool more = true;
    db_bind_str(&query, domain);
    while (more && db_next(&query)) {
        const struct seen_row row = {.name = db_str(&query, 0),
                                     .domain = db_str(&query, 1),
                                     .first_s = db_i64(&query, 2),
                                     .last_s = db_i64(&query, 3),
                                     .count = (uint64_t)db_i64(&query, 4),
                                     .hours = (uint32_t)db_i64(&query, 5),
                                     .by = (unsigned)db_i64(&query, 6)};
        more = visit(context, &row);
    }
    return db_end(&query, err);
}

static bool forget_before(struct store *store, int64_t before_s, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM seen_name WHERE last_s < ?1");
    db_bind_i64(&query, before_s);
    return db_run(&query, err);
}

static bool move(struct store *store, struct str domain, struct str to, struct err *err)
{
    struct db_query query = to.size ? db_query(store->db, "UPDATE seen_name SET domain = ?2 WHERE domain = ?1")
                                    : db_query(store->db, "DELETE FROM seen_name WHERE domain = ?1");
    db_bind_str(&query, domain);
    if (to.size)
        db_bind_str(&query, to);
    return db_run(&query, err);
}

/* Domains, to be gone through while their rows are changed. */
struct domains {
    struct arena arena;
    struct domain {
        struct domain *next;
        struct str name;
    } * first;
};

static bool add_domain(struct domains *domains, struct str name)
{
    struct domain *domain = arena_zalloc(&domains->arena, sizeof *domain);
    if (!domain || !arena_str(&domains->arena, name, &domain->name))
        return false;
    domain->next = domains->first;
    domains->first = domain;
    return true;
}

static bool read_domains(struct store *store, struct domains *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT DISTINCT domain FROM seen_name");
    bool fits = true;
    while (fits && db_next(&query))
        fits = add_domain(ret, db_str(&query, 0));
    return db_end(&query, err) && (fits || err_memory(err));
}

static bool settle(struct store *store, struct domains *domains, store_judge_seen *judge, void *context,
                   struct err *err)
{
    if (!read_domains(store, domains, err))
        return false;
    for (const struct domain *domain = domains->first; domain; domain = domain->next) {
        struct str to = STR("");
        judge(context, domain->name, &to);
        if (!str_eq(to, domain->name) && !move(store, domain->name, to, err))
            return false;
    }
    return true;
}

bool store_seen_settle(struct store *store, int64_t before_s, store_judge_seen *judge, void *context, struct err *err)
{
    struct domains domains = {0};
    if (!db_begin(store->db, err))
        return false;
    arena_init(&domains.arena, DOMAINS_SIZE_MAX);
    bool fine = forget_before(store, before_s, err) && settle(store, &domains, judge, context, err);
    arena_fini(&domains.arena);
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}
