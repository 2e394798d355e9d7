/* Sessions: who is signed in where. No backup has them: what is restored elsewhere signs nobody in. */
#include "store/account_parts.h"

#define SELECT                                                                                                         \
    "SELECT number, id, csrf, session.account, role, door, session.created_s, last_seen_s, expires_s, address, "       \
    "user_agent FROM session JOIN account ON account.name = session.account "

static enum session_door door_of(struct str name)
{
    int door = SESSION_DOORS_COUNT - 1;
    while (door > 0 && !str_eq(name, str_from(session_door_name((enum session_door)door))))
        door--;
    return (enum session_door)door;
}

static bool read_row(const struct store *store, const struct db_query *row, struct session *ret, struct err *err)
{
    struct str id = db_blob(row, 1);
    *ret = (struct session){.number = db_i64(row, 0),
                            .role = account_row_role(db_str(row, 4)),
                            .door = door_of(db_str(row, 5)),
                            .created_s = db_i64(row, 6),
                            .last_seen_s = db_i64(row, 7),
                            .expires_s = db_i64(row, 8)};
    if (id.size != SESSION_ID_SIZE || !account_row_text(ret->csrf, sizeof ret->csrf, db_str(row, 2)) ||
        !account_row_text(ret->account, sizeof ret->account, db_str(row, 3)) ||
        !account_row_text(ret->address, sizeof ret->address, db_str(row, 9)) ||
        !account_row_text(ret->user_agent, sizeof ret->user_agent, db_str(row, 10)))
        return err_set(err, ERR_SYSTEM, "a session in %s is not as it was written", db_path(store->db));
    memcpy(ret->id, id.data, SESSION_ID_SIZE);
    return true;
}

bool store_session(struct store *store, const uint8_t id[static SESSION_ID_SIZE], int64_t now_s, struct session *ret,
                   struct err *err)
{
    struct db_query query = db_query(store->db, SELECT "WHERE id = ?1");
    struct session session;
    db_bind_blob(&query, str_make(id, SESSION_ID_SIZE));
    bool found = db_next(&query), fine = !found || read_row(store, &query, &session, err);
    if (!db_end(&query, fine ? err : NULL) || !fine)
        return false;
    if (!found || session_is_over(&session, now_s))
        return err_set(err, ERR_NOT_FOUND, "this session is over");
    *ret = session;
    return true;
}

bool store_sessions(struct store *store, struct str account, int64_t now_s, store_visit_session *visit, void *context,
                    struct err *err)
{
    struct db_query query =
        db_query(store->db, SELECT "WHERE ?1 = '' OR session.account = ?1 ORDER BY last_seen_s DESC, number DESC");
    bool more = true, fine = true;
    db_bind_str(&query, account);
    while (more && fine && db_next(&query)) {
        struct session session;
        fine = read_row(store, &query, &session, err);
        if (fine && !session_is_over(&session, now_s))
            more = visit(context, &session);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

/* As session_is_over has it. */
static bool forget_old(struct store *store, int64_t now_s, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM session WHERE expires_s <= ?1 OR last_seen_s <= ?2 OR "
                                                "created_s > ?3 OR last_seen_s > ?3");
    db_bind_i64(&query, now_s);
    db_bind_i64(&query, now_s - SESSION_IDLE_S);
    db_bind_i64(&query, now_s + SESSION_AHEAD_S_MAX);
    return db_run(&query, err);
}

static bool forget_one(struct store *store, const uint8_t *id, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM session WHERE id = ?1");
    db_bind_blob(&query, str_make(id, SESSION_ID_SIZE));
    return db_run(&query, err);
}

/* Leaves room for one more. */
static bool make_room(struct store *store, struct str account, struct err *err)
{
    struct db_query query =
        db_query(store->db, "DELETE FROM session WHERE account = ?1 AND number NOT IN (SELECT number FROM session "
                            "WHERE account = ?1 ORDER BY last_seen_s DESC, number DESC LIMIT ?2)");
    db_bind_str(&query, account);
    db_bind_i64(&query, ACCOUNT_SESSIONS_COUNT_MAX - 1);
    return db_run(&query, err);
}

static bool insert(struct store *store, const struct session *session, int64_t *ret_number, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO session (id, csrf, account, door, created_s, last_seen_s, "
                                                "expires_s, address, user_agent) "
                                                "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    db_bind_blob(&query, str_make(session->id, SESSION_ID_SIZE));
    db_bind_str(&query, str_from(session->csrf));
    db_bind_str(&query, str_from(session->account));
    db_bind_str(&query, str_from(session_door_name(session->door)));
    db_bind_i64(&query, session->created_s);
    db_bind_i64(&query, session->last_seen_s);
    db_bind_i64(&query, session->expires_s);
    db_bind_str(&query, str_from(session->address));
    db_bind_str(&query, str_from(session->user_agent));
    return db_run(&query, err) && db_number(store->db, "SELECT coalesce(max(number), 0) FROM session", ret_number, err);
}

bool store_add_session(struct store *store, const struct session *session, const uint8_t *instead,
                       const struct audit_entry *record, int64_t *ret_number, struct err *err)
{
    int64_t number = 0;
    if (!db_begin(store->db, err) ||
        !account_row_end(store,
                         forget_old(store, session->last_seen_s, err) &&
                             (!instead || forget_one(store, instead, err)) &&
                             make_room(store, str_from(session->account), err) &&
                             insert(store, session, &number, err) && (!record || store_audit_put(store, record, err)),
                         err))
        return false;
    *ret_number = number;
    return true;
}

bool store_touch_session(struct store *store, const uint8_t id[static SESSION_ID_SIZE], int64_t now_s, struct err *err)
{
    struct db_query query = db_query(store->db, "UPDATE session SET last_seen_s = ?2 WHERE id = ?1");
    db_bind_blob(&query, str_make(id, SESSION_ID_SIZE));
    db_bind_i64(&query, now_s);
    return db_run(&query, err);
}

static bool remove_row(struct store *store, struct str account, int64_t number, struct err *err)
{
    struct db_query query =
        db_query(store->db, "DELETE FROM session WHERE number = ?2 AND (?1 = '' OR account = ?1) RETURNING 1");
    db_bind_str(&query, account);
    db_bind_i64(&query, number);
    bool found = db_next(&query);
    return db_end(&query, err) && (found || err_set(err, ERR_NOT_FOUND, "there is no session %lld", (long long)number));
}

bool store_end_sessions_by_name(struct store *store, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM session WHERE door = ?1");
    db_bind_str(&query, str_from(session_door_name(SESSION_NAME)));
    return db_run(&query, err);
}

bool store_end_session(struct store *store, struct str account, int64_t number, const struct audit_entry *record,
                       struct err *err)
{
    return db_begin(store->db, err) &&
           account_row_end(
               store, remove_row(store, account, number, err) && (!record || store_audit_put(store, record, err)), err);
}
