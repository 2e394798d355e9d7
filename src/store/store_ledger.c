/* The ledger's rows: what was promised, for good. Triggers in the schema refuse to forget a row or to rewrite one. */
#include "store/store_parts.h"

bool store_ledger_put(struct store *store, struct str name, const struct ledger_entry *entry, struct err *err)
{
    struct db_query query = db_query(
        store->db, "INSERT INTO ledger (id, name, max_age_s, include_subdomains, preload, cap_s, from_s, to_s) "
                   "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) "
                   "ON CONFLICT (id) DO UPDATE SET name = excluded.name, max_age_s = excluded.max_age_s, "
                   "include_subdomains = excluded.include_subdomains, preload = excluded.preload, "
                   "cap_s = excluded.cap_s, from_s = excluded.from_s, to_s = excluded.to_s");
    db_bind_i64(&query, (int64_t)entry->id);
    db_bind_str(&query, name);
    db_bind_i64(&query, entry->promise.max_age_s);
    db_bind_i64(&query, entry->promise.include_subdomains);
    db_bind_i64(&query, entry->promise.preload);
    db_bind_i64(&query, entry->promise.cap_s);
    db_bind_i64(&query, entry->from_s);
    if (entry->to_s == LEDGER_OPEN)
        db_bind_null(&query);
    else
        db_bind_i64(&query, entry->to_s);
    return db_run(&query, err);
}

#define COLUMNS "id, name, max_age_s, include_subdomains, preload, cap_s, from_s, to_s"

static struct ledger_entry entry_of(const struct db_query *row)
{
    return (struct ledger_entry){
        .id = (uint64_t)db_i64(row, 0),
        .promise = {.max_age_s = db_i64(row, 2),
                    .include_subdomains = db_i64(row, 3) != 0,
                    .preload = db_i64(row, 4) != 0,
                    .cap_s = db_i64(row, 5)},
        .from_s = db_i64(row, 6),
        .to_s = db_is_null(row, 7) ? LEDGER_OPEN : db_i64(row, 7),
    };
}

bool store_ledger_load(struct store *store, struct book *ret, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT " COLUMNS " FROM ledger ORDER BY id");
    struct book book;
    bool fine = true;
    book_init(&book);
    while (fine && db_next(&query)) {
        struct ledger_entry entry = entry_of(&query);
        fine = book_load(&book, db_str(&query, 1), &entry);
    }
    if (!db_end(&query, err) || !fine) {
        book_fini(&book);
        return fine ? false : err_memory(err);
    }
    *ret = book;
    return true;
}

bool store_ledger(struct store *store, struct str name, store_visit_ledger *visit, void *context, struct err *err)
{
    struct db_query query = name.size
                                ? db_query(store->db, "SELECT " COLUMNS " FROM ledger WHERE name = ?1 ORDER BY id DESC")
                                : db_query(store->db, "SELECT " COLUMNS " FROM ledger ORDER BY id DESC");
    bool more = true;
    if (name.size)
        db_bind_str(&query, name);
    while (more && db_next(&query)) {
        struct ledger_entry entry = entry_of(&query);
        more = visit(context, db_str(&query, 1), &entry);
    }
    return db_end(&query, err);
}
