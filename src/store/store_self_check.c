/* Self-checks: one row a site. */
#include "store/store_parts.h"

/* The same bits: SQLite's integers have a sign. */
static int64_t form_in(uint64_t form)
{
    int64_t bits;
    memcpy(&bits, &form, sizeof bits);
    return bits;
}

static uint64_t form_out(int64_t bits)
{
    uint64_t form;
    memcpy(&form, &bits, sizeof form);
    return form;
}

bool store_put_self_check(struct store *store, const struct store_self_check *row, struct err *err)
{
    struct db_query query =
        db_query(store->db, "INSERT OR REPLACE INTO self_check (site, at_s, form, content) VALUES (?1, ?2, ?3, ?4)");
    db_bind_str(&query, row->site);
    db_bind_i64(&query, row->at_s);
    db_bind_i64(&query, form_in(row->form));
    db_bind_str(&query, row->content);
    return db_run(&query, err);
}

bool store_self_checks(struct store *store, store_visit_self_check *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT site, at_s, form, content FROM self_check ORDER BY site");
    bool fine = true;
    while (fine && db_next(&query)) {
        const struct store_self_check row = {.site = db_str(&query, 0),
                                             .at_s = db_i64(&query, 1),
                                             .form = form_out(db_i64(&query, 2)),
                                             .content = db_str(&query, 3)};
        fine = visit(context, &row);
    }
    return db_end(&query, fine ? err : NULL) && (fine || err_memory(err));
}

bool store_self_check_content(struct store *store, struct str site, struct buf *out, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT content FROM self_check WHERE site = ?1");
    db_bind_str(&query, site);
    bool fine = !db_next(&query) || buf_put_str(out, db_str(&query, 0));
    return db_end(&query, fine ? err : NULL) && (fine || err_memory(err));
}
