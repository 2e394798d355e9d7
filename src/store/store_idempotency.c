/* Answers to requests that carried an idempotency key, kept for a day: whoever asks again gets the same answer. */
#include "store/store_parts.h"

#define KEPT_S 86400

bool store_idempotency_get(struct store *store, struct str key, int64_t now_s, struct arena *arena,
                           struct str *ret_request, uint16_t *ret_status, struct str *ret_body, struct err *err)
{
    struct db_query query =
        db_query(store->db, "SELECT request, status, body FROM idempotency WHERE key = ?1 AND at_s > ?2");
    struct str request, body;
    uint16_t status = 0;
    bool found = false, fine = true;
    db_bind_str(&query, key);
    db_bind_i64(&query, now_s - KEPT_S);
    if (db_next(&query)) {
        found = true;
        status = (uint16_t)db_i64(&query, 1);
        fine = arena_str(arena, db_str(&query, 0), &request) && arena_str(arena, db_str(&query, 2), &body);
    }
    if (!db_end(&query, err) || !fine)
        return fine ? false : err_memory(err);
    if (!found)
        return err_set(err, ERR_NOT_FOUND, "there was no request with this key within a day");
    *ret_request = request;
    *ret_status = status;
    *ret_body = body;
    return true;
}

/* Also what a clock that was wrong dated into the future. */
static bool forget_old(struct store *store, int64_t now_s, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM idempotency WHERE at_s <= ?1 OR at_s > ?2");
    db_bind_i64(&query, now_s - KEPT_S);
    db_bind_i64(&query, now_s + KEPT_S);
    return db_run(&query, err);
}

bool store_idempotency_save(struct store *store, const struct store_answer *answer, struct err *err)
{
    if (!forget_old(store, answer->at_s, err))
        return false;
    struct db_query query = db_query(store->db, "INSERT INTO idempotency (key, at_s, request, status, body) "
                                                "VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET "
                                                "at_s = excluded.at_s, request = excluded.request, "
                                                "status = excluded.status, body = excluded.body");
    db_bind_str(&query, answer->key);
    db_bind_i64(&query, answer->at_s);
    db_bind_str(&query, answer->request);
    db_bind_i64(&query, answer->status);
    db_bind_str(&query, answer->body);
    return db_run(&query, err);
}

bool store_idempotency_put(struct store *store, struct str key, int64_t now_s, struct str request, uint16_t status,
                           struct str body, struct err *err)
{
    const struct store_answer answer = {.key = key, .at_s = now_s, .request = request, .status = status, .body = body};
    const struct store_change change = {.answer = &answer};
    return store_save(store, &change, err);
}
