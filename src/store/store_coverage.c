/* Weeks of clients: one row a site and week, in which the kinds of program are a list of fixed records. */
#include "store/store_parts.h"

/* Class, days, and two counts of four bytes, the most significant first. */
#define CLASS_SIZE 10
/* Of the year 21135: what a damaged or foreign row says beyond it is not reckoned with. */
#define WEEK_MAX 1000000
/* As samples have it. */
#define LEVEL_MAX 31
#define COLUMNS   "week, level, https, came_back, rung_s, rung_level, of_rung, came_back_of_rung, classes"

static void put_count(uint8_t at[static 4], uint32_t count)
{
    for (int i = 0; i < 4; i++)
        at[i] = (uint8_t)(count >> (24 - 8 * i));
}

static uint32_t get_count(const uint8_t at[static 4])
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

/* Those of which anything is known. */
static struct str write_classes(const struct coverage_week *row,
                                uint8_t room[static CLIENTS_CLASSES_COUNT * CLASS_SIZE])
{
    size_t size = 0;
    for (uint8_t i = 0; i < CLIENTS_CLASSES_COUNT; i++) {
        const struct weeks_class *class = &row->classes[i];
        if (!class->counted && !class->counted_of_rung && !class->days)
            continue;
        uint8_t *at = room + size;
        at[0] = i;
        at[1] = class->days;
        put_count(at + 2, class->counted);
        put_count(at + 6, class->counted_of_rung);
        size += CLASS_SIZE;
    }
    return str_make((const char *)room, size);
}

/* What is no record of a class that is known is left out. */
static void read_classes(struct str blob, struct coverage_week *ret)
{
    const uint8_t *bytes = (const uint8_t *)blob.data;
    for (size_t i = 0; i + CLASS_SIZE <= blob.size; i += CLASS_SIZE)
        if (bytes[i] < CLIENTS_CLASSES_COUNT)
            ret->classes[bytes[i]] = (struct weeks_class){.days = bytes[i + 1] & WEEKS_DAYS,
                                                          .counted = get_count(bytes + i + 2),
                                                          .counted_of_rung = get_count(bytes + i + 6)};
}

static uint64_t read_level(int64_t level)
{
    return level >= 0 && level <= LEVEL_MAX ? (uint64_t)level : LEVEL_MAX;
}

static struct coverage_week read_row(const struct db_query *query)
{
    struct coverage_week row = {.week = (uint64_t)db_i64(query, 0),
                                .level = read_level(db_i64(query, 1)),
                                .https = (uint32_t)db_i64(query, 2),
                                .returning = (uint32_t)db_i64(query, 3),
                                .rung_s = db_i64(query, 4),
                                .rung_level = read_level(db_i64(query, 5)),
                                .of_rung = (uint32_t)db_i64(query, 6),
                                .returning_of_rung = (uint32_t)db_i64(query, 7)};
    read_classes(db_blob(query, 8), &row);
    return row;
}

static bool find_row(struct store *store, struct str site, uint64_t week, bool *ret_found, struct coverage_week *ret,
                     struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " COLUMNS " FROM coverage_week WHERE site = ?1 AND week = ?2");
    db_bind_str(&query, site);
    db_bind_i64(&query, (int64_t)week);
    *ret_found = db_next(&query);
    if (*ret_found)
        *ret = read_row(&query);
    return db_end(&query, err);
}

static bool write_row(struct store *store, struct str site, const struct coverage_week *row, struct err *err)
{
    uint8_t room[CLIENTS_CLASSES_COUNT * CLASS_SIZE];
    struct db_query query = db_query(store->db, "INSERT OR REPLACE INTO coverage_week (site, " COLUMNS ") VALUES "
                                                "(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_str(&query, site);
    db_bind_i64(&query, (int64_t)row->week);
    db_bind_i64(&query, (int64_t)row->level);
    db_bind_i64(&query, row->https);
    db_bind_i64(&query, row->returning);
    db_bind_i64(&query, row->rung_s);
    db_bind_i64(&query, (int64_t)row->rung_level);
    db_bind_i64(&query, row->of_rung);
    db_bind_i64(&query, row->returning_of_rung);
    db_bind_blob(&query, write_classes(row, room));
    return db_run(&query, err);
}

static bool forget(struct store *store, struct str site, uint64_t week, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM coverage_week WHERE site = ?1 AND week <= ?2");
    db_bind_str(&query, site);
    db_bind_i64(&query, (int64_t)week - COVERAGE_WEEKS_KEPT);
    return db_run(&query, err);
}

static bool put_one(struct store *store, const struct store_week *one, struct err *err)
{
    struct coverage_week before, after = one->row;
    bool found;
    if (!find_row(store, one->site, one->row.week, &found, &before, err))
        return false;
    if (found)
        after = coverage_week_merge(&before, &one->row);
    return write_row(store, one->site, &after, err) && forget(store, one->site, one->row.week, err);
}

bool store_put_weeks(struct store *store, const struct store_week *rows, size_t count, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    bool fine = true;
    for (size_t i = 0; fine && i < count; i++)
        fine = put_one(store, &rows[i], err);
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_weeks(struct store *store, struct str site, uint64_t from, store_visit_week *visit, void *context,
                 struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT " COLUMNS " FROM coverage_week WHERE site = ?1 AND week BETWEEN ?2 AND ?3 ORDER BY "
                            "week");
    db_bind_str(&query, site);
    db_bind_i64(&query, (int64_t)from);
    db_bind_i64(&query, WEEK_MAX);
    while (db_next(&query)) {
        const struct coverage_week row = read_row(&query);
        visit(context, &row);
    }
    return db_end(&query, err);
}

/* What is here is of a later time than what the backup has. */
static bool import_one(struct store *store, struct str site, const struct coverage_week *row, struct err *err)
{
    struct coverage_week here, after = *row;
    bool found;
    if (!find_row(store, site, row->week, &found, &here, err))
        return false;
    if (found)
        after = coverage_week_merge(row, &here);
    return write_row(store, site, &after, err);
}

bool store_coverage_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(from->db, "SELECT " COLUMNS ", site FROM coverage_week");
    bool fine = true;
    while (fine && db_next(&query)) {
        const struct coverage_week row = read_row(&query);
        fine = import_one(store, db_str(&query, 9), &row, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

/* Weeks of more than a year ago first, then those of more than a quarter of one. */
bool store_coverage_cut(struct db *db, int64_t rows_max, struct err *err)
{
    static const char *const cuts[] = {
        "DELETE FROM coverage_week WHERE week <= (SELECT max(week) FROM coverage_week) - 53;",
        "DELETE FROM coverage_week WHERE week <= (SELECT max(week) FROM coverage_week) - 13;",
    };
    int64_t count;
    for (size_t i = 0;; i++) {
        if (!db_number(db, "SELECT count(*) FROM coverage_week", &count, err))
            return false;
        if (count <= rows_max || i == sizeof cuts / sizeof *cuts)
            return i == 0 || db_script(db, "VACUUM;", err);
        if (!db_script(db, cuts[i], err))
            return false;
    }
}
