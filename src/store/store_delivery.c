/* Deliveries: what is due, how it went, and the log of both. */
#include "store/store_parts.h"

#define COLUMNS                                                                                                        \
    "n.id, n.key, n.at_s, n.site, n.kind, n.phase, n.severity, n.stage, n.content, coalesce(d.channel, ''), "          \
    "coalesce(d.state, 'sent'), coalesce(d.attempts, 0), coalesce(d.next_s, 0), coalesce(d.done_s, 0), "               \
    "coalesce(d.problem, '')"

static struct notification notification_of(const struct db_query *row)
{
    return (struct notification){.id = (uint64_t)db_i64(row, 0),
                                 .key = db_str(row, 1),
                                 .at_s = db_i64(row, 2),
                                 .site = db_str(row, 3),
                                 .kind = notify_number_of(db_str(row, 4), notify_kind_names),
                                 .phase = notify_number_of(db_str(row, 5), notify_phase_names),
                                 .severity = notify_number_of(db_str(row, 6), notify_severity_names),
                                 .stage = db_str(row, 7),
                                 .content = db_str(row, 8)};
}

static struct notify_delivery delivery_of(const struct db_query *row)
{
    return (struct notify_delivery){.notification = (uint64_t)db_i64(row, 0),
                                    .channel = db_str(row, 9),
                                    .state = notify_number_of(db_str(row, 10), notify_state_names),
                                    .attempts = (uint32_t)db_i64(row, 11),
                                    .next_s = db_i64(row, 12),
                                    .done_s = db_i64(row, 13),
                                    .problem = db_str(row, 14)};
}

static bool visit_all(struct db_query *query, store_visit_delivery *visit, void *context, struct err *err)
{
    bool more = true;
    while (more && db_next(query)) {
        const struct notification notification = notification_of(query);
        const struct notify_delivery delivery = delivery_of(query);
        more = visit(context, &notification, &delivery);
    }
    return db_end(query, err);
}

bool store_deliveries_due(struct store *store, struct str channel, int64_t now_s, int64_t wait_max_s, uint32_t limit,
                          store_visit_delivery *visit, void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT " COLUMNS " FROM notify_delivery d JOIN notification n ON n.id = d.notification "
                            "WHERE d.channel = ?1 AND d.state = 'queued' AND (d.next_s <= ?2 OR d.next_s > ?3) "
                            "ORDER BY d.notification LIMIT ?4");
    db_bind_str(&query, channel);
    db_bind_i64(&query, now_s);
    db_bind_i64(&query, now_s + wait_max_s);
    db_bind_i64(&query, limit);
    return visit_all(&query, visit, context, err);
}

static bool put(struct store *store, const struct notify_delivery *row, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE notify_delivery SET state = ?3, attempts = ?4, next_s = ?5, done_s = ?6, "
                            "problem = ?7 WHERE notification = ?1 AND channel = ?2 AND state = 'queued'");
    db_bind_i64(&query, (int64_t)row->notification);
    db_bind_str(&query, row->channel);
    db_bind_str(&query, str_from(notify_state_names[row->state]));
    db_bind_i64(&query, row->attempts);
    db_bind_i64(&query, row->next_s);
    db_bind_i64(&query, row->done_s);
    db_bind_str(&query, row->problem);
    return db_run(&query, err);
}

bool store_put_deliveries(struct store *store, const struct notify_delivery *rows, size_t count, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!put(store, &rows[i], err)) {
            db_rollback(store->db);
            return false;
        }
    return db_commit(store->db, err);
}

bool store_notifications(struct store *store, uint64_t id, uint64_t before_id, uint32_t limit,
                         store_visit_delivery *visit, void *context, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT " COLUMNS " FROM (SELECT * FROM notification WHERE (?1 = 0 OR id = ?1) AND "
                            "(?2 = 0 OR id < ?2) ORDER BY id DESC LIMIT ?3) n "
                            "LEFT JOIN notify_delivery d ON d.notification = n.id ORDER BY n.id DESC, d.channel");
    db_bind_i64(&query, (int64_t)id);
    db_bind_i64(&query, (int64_t)before_id);
    db_bind_i64(&query, limit);
    return visit_all(&query, visit, context, err);
}
