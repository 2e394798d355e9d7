/* Days of clients: one row a site and day (store/clients_day.h). */
#include "store/store_parts.h"

#define COLUMNS "site, day, made_at_s, at_s, content"

/* What cannot be read is worth less than anything. */
static bool read_row(const struct db_query *query, struct clients_day *ret, struct err *err)
{
    *ret = (struct clients_day){
        .day = (uint64_t)db_i64(query, 1), .made_at_s = db_i64(query, 2), .at_s = db_i64(query, 3)};
    return clients_day_read(db_str(query, 4), &ret->sum, err);
}

static bool loses(struct store *store, struct str site, const struct clients_day *row, bool *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " COLUMNS " FROM clients_day WHERE site = ?1 AND day = ?2");
    struct clients_day present;
    *ret = false;
    db_bind_str(&query, site);
    db_bind_i64(&query, (int64_t)row->day);
    if (db_next(&query))
        *ret = read_row(&query, &present, NULL) && !clients_day_wins(row, &present);
    return db_end(&query, err);
}

static bool put(struct store *store, struct str site, const struct clients_day *row, struct err *err)
{
    struct buf text;
    bool is_lost;
    if (!loses(store, site, row, &is_lost, err) || is_lost)
        return is_lost;
    buf_init(&text, CLIENTS_DAY_SIZE_MAX);
    clients_day_write(&row->sum, &text);
    bool fine = buf_ok(&text) || err_memory(err);
    if (fine) {
        struct db_query query = db_query(store->db, "INSERT OR REPLACE INTO clients_day (" COLUMNS ") "
                                                    "VALUES (?1, ?2, ?3, ?4, ?5)");
        db_bind_str(&query, site);
        db_bind_i64(&query, (int64_t)row->day);
        db_bind_i64(&query, row->made_at_s);
        db_bind_i64(&query, row->at_s);
        db_bind_str(&query, buf_str(&text));
        fine = db_run(&query, err);
    }
    buf_fini(&text);
    return fine;
}

bool store_put_clients_days(struct store *store, const struct store_clients_day *rows, size_t count, struct err *err)
{
    if (count == 0)
        return true;
    if (!db_begin(store->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!put(store, rows[i].site, rows[i].day, err)) {
            db_rollback(store->db);
            return false;
        }
    return db_commit(store->db, err);
}

bool store_clients_days(struct store *store, struct str site, uint64_t from_day, uint64_t until_day,
                        store_visit_clients_day *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " COLUMNS " FROM clients_day WHERE site = ?1 AND day >= ?2 AND "
                                                "day < ?3 ORDER BY day DESC LIMIT ?4");
    struct clients_day row;
    bool more = true;
    db_bind_str(&query, site);
    db_bind_i64(&query, from_day < INT64_MAX ? (int64_t)from_day : INT64_MAX);
    db_bind_i64(&query, until_day < INT64_MAX ? (int64_t)until_day : INT64_MAX);
    db_bind_i64(&query, CLIENTS_DAYS_KEPT + 1);
    while (more && db_next(&query))
        if (read_row(&query, &row, NULL))
            more = visit(context, &row);
    return db_end(&query, err);
}

bool store_forget_clients_days(struct store *store, uint64_t before_day, uint64_t after_day, uint32_t limit,
                               struct err *err)
{
    struct db_query query =
        db_query(store->db, "DELETE FROM clients_day WHERE (day, site) IN (SELECT day, site FROM clients_day WHERE "
                            "day < ?1 OR day > ?2 LIMIT ?3)");
    db_bind_i64(&query, (int64_t)before_day);
    db_bind_i64(&query, (int64_t)after_day);
    db_bind_i64(&query, limit);
    return db_run(&query, err);
}

bool store_clients_remove(struct store *store, struct str site, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM clients_day WHERE site = ?1");
    db_bind_str(&query, site);
    return db_run(&query, err);
}

bool store_clients_sweep(struct store *store, struct err *err)
{
    return db_script(store->db, "DELETE FROM clients_day WHERE site NOT IN (SELECT name FROM site);", err);
}

bool store_clients_import(struct store *store, struct store *from, struct err *err)
{
    struct db_query query = db_query(from->db, "SELECT " COLUMNS " FROM clients_day");
    bool fine = true;
    while (fine && db_next(&query)) {
        struct clients_day row;
        if (read_row(&query, &row, NULL))
            fine = put(store, db_str(&query, 0), &row, err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

/* Days of more than a hundred ago first, then those of more than two weeks. */
bool store_clients_cut(struct db *db, int64_t size_max, struct err *err)
{
    static const char *const cuts[] = {
        "DELETE FROM clients_day WHERE day < (SELECT max(day) FROM clients_day) - 100;",
        "DELETE FROM clients_day WHERE day < (SELECT max(day) FROM clients_day) - 14;",
        "DELETE FROM clients_day;",
    };
    int64_t size;
    for (size_t i = 0;; i++) {
        if (!db_number(db, "SELECT coalesce(sum(length(site) + length(content)), 0) FROM clients_day", &size, err))
            return false;
        if (size <= size_max || i == sizeof cuts / sizeof *cuts)
            return i == 0 || db_script(db, "VACUUM;", err);
        if (!db_script(db, cuts[i], err))
            return false;
    }
}
