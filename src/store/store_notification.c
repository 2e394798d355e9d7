/* Notifications: one is told together with what it changes of the problem that it is about, and with its deliveries. */
#include "store/store_parts.h"

static bool put_notification(struct store *store, const struct notification *n, uint64_t *ret_id, struct err *err)
{
    int64_t id = 0;
    struct db_query query = db_query(store->db, "INSERT INTO notification (key, at_s, site, kind, phase, severity, "
                                                "stage, content) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    db_bind_str(&query, n->key);
    db_bind_i64(&query, n->at_s);
    db_bind_str(&query, n->site);
    db_bind_str(&query, str_from(notify_kind_names[n->kind]));
    db_bind_str(&query, str_from(notify_phase_names[n->phase]));
    db_bind_str(&query, str_from(notify_severity_names[n->severity]));
    db_bind_str(&query, n->stage);
    db_bind_str(&query, n->content);
    if (!db_run(&query, err) || !db_number(store->db, "SELECT last_insert_rowid()", &id, err))
        return false;
    *ret_id = (uint64_t)id;
    return true;
}

static bool queue(struct store *store, uint64_t id, struct str channel, struct err *err)
{
    struct db_query query =
        db_query(store->db, "INSERT INTO notify_delivery (notification, channel, state, attempts, next_s, done_s, "
                            "problem) VALUES (?1, ?2, 'queued', 0, 0, 0, '')");
    db_bind_i64(&query, (int64_t)id);
    db_bind_str(&query, channel);
    return db_run(&query, err);
}

static bool put_all(struct store *store, const struct store_telling *telling, uint64_t *ret_id, struct err *err)
{
    if (!telling->notification)
        return true;
    if (!put_notification(store, telling->notification, ret_id, err))
        return false;
    for (size_t i = 0; i < telling->channels_count; i++)
        if (!queue(store, *ret_id, telling->channels[i], err))
            return false;
    return true;
}

static bool mark_digest(struct store *store, const struct store_telling *telling, struct err *err)
{
    if (!telling->digest_of.size)
        return true;
    struct db_query query = db_query(store->db, "UPDATE notify_channel SET digest_s = ?2 WHERE name = ?1");
    db_bind_str(&query, telling->digest_of);
    db_bind_i64(&query, telling->notification->at_s);
    return db_run(&query, err);
}

bool store_tell(struct store *store, const struct store_telling *telling, uint64_t *ret_id, struct err *err)
{
    uint64_t id = 0;
    if (!db_begin(store->db, err))
        return false;
    if (!put_all(store, telling, &id, err) || !store_standing_put(store, telling, err) ||
        !mark_digest(store, telling, err)) {
        db_rollback(store->db);
        return false;
    }
    if (!db_commit(store->db, err))
        return false;
    if (id)
        *ret_id = id;
    return true;
}

static bool prune_old(struct store *store, int64_t before_s, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM notification WHERE at_s < ?1 AND id NOT IN "
                                                "(SELECT notification FROM notify_delivery WHERE state = 'queued')");
    db_bind_i64(&query, before_s);
    return db_run(&query, err);
}

static bool prune_many(struct store *store, uint32_t count_max, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM notification WHERE id <= "
                                                "(SELECT id FROM notification ORDER BY id DESC LIMIT 1 OFFSET ?1)");
    db_bind_i64(&query, count_max);
    return db_run(&query, err);
}

bool store_prune_notifications(struct store *store, int64_t before_s, uint32_t count_max, struct err *err)
{
    return prune_old(store, before_s, err) && prune_many(store, count_max, err);
}
