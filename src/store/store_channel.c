/* Channels: what they are in clear, their secrets sealed. */
#include <stdlib.h>

#include "crypto/wipe.h"
#include "store/store_parts.h"

#define SECRET_PURPOSE "notification channel"

bool store_channels(struct store *store, store_visit_channel *visit, void *context, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT name, content, paused, digest_s, secret IS NOT NULL "
                                                "FROM notify_channel ORDER BY name");
    bool more = true;
    while (more && db_next(&query)) {
        const struct store_channel channel = {.name = db_str(&query, 0),
                                              .content = db_str(&query, 1),
                                              .paused = db_str(&query, 2),
                                              .digest_s = db_i64(&query, 3),
                                              .has_secret = db_i64(&query, 4) != 0};
        more = visit(context, &channel);
    }
    return db_end(&query, err);
}

static bool put_row(struct store *store, const struct store_channel *channel, struct err *err)
{
    struct db_query query = db_query(store->db, "INSERT INTO notify_channel (name, content, secret, paused, digest_s) "
                                                "VALUES (?1, ?2, NULL, ?3, ?4) ON CONFLICT (name) DO UPDATE SET "
                                                "content = excluded.content, paused = excluded.paused");
    db_bind_str(&query, channel->name);
    db_bind_str(&query, channel->content);
    db_bind_str(&query, channel->paused);
    db_bind_i64(&query, channel->digest_s);
    return db_run(&query, err);
}

static bool put_secret(struct store *store, struct str name, struct str secret, struct err *err)
{
    void *sealed = NULL;
    size_t size = 0;
    if (!secret.data)
        return true;
    if (secret.size && !seal_make(store->seal_key, STR(SECRET_PURPOSE), secret, &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, "UPDATE notify_channel SET secret = ?2 WHERE name = ?1");
    db_bind_str(&query, name);
    if (sealed)
        db_bind_blob(&query, str_make(sealed, size));
    else
        db_bind_null(&query);
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

/* What failed before may arrive by the new settings. */
static bool try_anew(struct store *store, struct str name, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE notify_delivery SET next_s = 0 WHERE channel = ?1 AND state = 'queued'");
    db_bind_str(&query, name);
    return db_run(&query, err);
}

static bool end(struct store *store, bool fine, struct err *err)
{
    if (fine)
        return db_commit(store->db, err);
    db_rollback(store->db);
    return false;
}

bool store_put_channel(struct store *store, const struct store_channel *channel, struct str secret,
                       const struct audit_entry *record, struct err *err)
{
    return db_begin(store->db, err) &&
           end(store,
               put_row(store, channel, err) && put_secret(store, channel->name, secret, err) &&
                   try_anew(store, channel->name, err) && store_audit_put(store, record, err),
               err);
}

static bool has(struct store *store, struct str name, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT 1 FROM notify_channel WHERE name = ?1");
    db_bind_str(&query, name);
    bool found = db_next(&query);
    return db_end(&query, err) && (found || err_set(err, ERR_NOT_FOUND, "there is no channel \"%.*s\"", STR_ARG(name)));
}

static bool remove_row(struct store *store, struct str name, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM notify_channel WHERE name = ?1");
    db_bind_str(&query, name);
    return db_run(&query, err);
}

bool store_remove_channel(struct store *store, struct str name, const struct audit_entry *record, struct err *err)
{
    return has(store, name, err) && db_begin(store->db, err) &&
           end(store, remove_row(store, name, err) && store_audit_put(store, record, err), err);
}

bool store_channel_secret(struct store *store, struct str name, void **ret, size_t *ret_size, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT secret FROM notify_channel WHERE name = ?1");
    void *secret = NULL;
    size_t size = 0;
    bool fine = true;
    db_bind_str(&query, name);
    if (db_next(&query) && !db_is_null(&query, 0))
        fine = seal_open(store->seal_key, STR(SECRET_PURPOSE), db_blob(&query, 0), &secret, &size, err);
    if (!db_end(&query, fine ? err : NULL) || !fine) {
        wipe_free(secret, size);
        return false;
    }
    *ret = secret;
    *ret_size = size;
    return true;
}

static bool give_up(struct store *store, struct str name, struct str why, int64_t now_s, struct err *err)
{
    struct db_query query = db_query(store->db, "UPDATE notify_delivery SET state = 'given_up', problem = ?2, "
                                                "done_s = ?3 WHERE channel = ?1 AND state = 'queued'");
    db_bind_str(&query, name);
    db_bind_str(&query, why);
    db_bind_i64(&query, now_s);
    return db_run(&query, err);
}

static bool set_paused(struct store *store, struct str name, struct str why, struct err *err)
{
    struct db_query query = db_query(store->db, "UPDATE notify_channel SET paused = ?2 WHERE name = ?1");
    db_bind_str(&query, name);
    db_bind_str(&query, why);
    return db_run(&query, err);
}

bool store_pause_channel(struct store *store, struct str name, struct str why, int64_t now_s, struct err *err)
{
    return db_begin(store->db, err) &&
           end(store, set_paused(store, name, why, err) && give_up(store, name, why, now_s, err), err);
}

struct transfer {
    struct store *store, *from;
    bool only_new;
    struct err *err;
    bool fine;
};

static bool put_one(struct transfer *t, const struct store_channel *channel, struct str secret)
{
    return (!t->only_new || put_row(t->store, channel, t->err)) && put_secret(t->store, channel->name, secret, t->err);
}

/* One channel of another store, or of this one as it was sealed before. */
static bool transfer_one(void *context, const struct store_channel *channel)
{
    struct transfer *t = context;
    void *secret;
    size_t size;
    if (t->only_new && has(t->store, channel->name, NULL))
        return true;
    t->fine = store_channel_secret(t->from, channel->name, &secret, &size, t->err);
    if (!t->fine)
        return false;
    t->fine = put_one(t, channel, str_make(secret, size));
    wipe_free(secret, size);
    return t->fine;
}

bool store_channel_import(struct store *store, struct store *from, struct err *err)
{
    struct transfer t = {.store = store, .from = from, .only_new = true, .err = err, .fine = true};
    return store_channels(from, transfer_one, &t, err) && t.fine;
}

bool store_channel_reseal(struct store *store, struct store *before, struct err *err)
{
    struct transfer t = {.store = store, .from = before, .err = err, .fine = true};
    return store_channels(before, transfer_one, &t, err) && t.fine;
}
