/* Records in the DNS that must not be forgotten. */
#include "store/store_parts.h"

bool store_put_dns_record(struct store *store, struct str name, struct str value, int64_t owner, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO dns_record (name, value, owner) VALUES (?1, ?2, ?3) "
                                                "ON CONFLICT (name, value) DO UPDATE SET owner = excluded.owner");
    db_bind_str(&query, name);
    db_bind_str(&query, value);
    db_bind_i64(&query, owner);
    return db_run(&query, err);
}

bool store_remove_dns_record(struct store *store, struct str name, struct str value, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM dns_record WHERE name = ?1 AND value = ?2");
    db_bind_str(&query, name);
    db_bind_str(&query, value);
    return db_run(&query, err);
}

bool store_dns_records_left(struct store *store, int64_t owner, store_visit_dns_record *visit, void *context,
                            struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT name, value FROM dns_record WHERE owner <> ?1");
    bool more = true;
    db_bind_i64(&query, owner);
    while (more && db_next(&query))
        more = visit(context, db_str(&query, 0), db_str(&query, 1));
    return db_end(&query, err);
}
