/* The store as a whole: opening, reading everything at a start, and the one transaction of a change. */
#include "store/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "crypto/wipe.h"
#include "store/store_parts.h"

#define FILE_NAME "strictgate.db"
/* Up to here (ten thousand sites take 7 MB) looking for damage at every start costs less than a tenth of a second. */
#define CHECKED_PAGES_COUNT_MAX 16384

static struct store *store_new(const char *data_directory, const uint8_t seal_key[static SEAL_KEY_SIZE])
{
    struct store *store = calloc(1, sizeof *store);
    if (!store || !(store->directory = str_dup(str_from(data_directory)))) {
        free(store);
        return NULL;
    }
    memcpy(store->seal_key, seal_key, SEAL_KEY_SIZE);
    return store;
}

/* A large one is looked at only when there is a reason to; what a start reads of it is noticed in any case. */
static bool check(struct store *store, struct err *err)
{
    int64_t pages;
    return db_number(store->db, "PRAGMA page_count", &pages, err) &&
           ((pages > CHECKED_PAGES_COUNT_MAX && !db_was_left(store->db)) || db_check(store->db, err));
}

static bool open_database(struct store *store, struct err *err)
{
    char path[PATH_MAX];
    int64_t generation;
    int size = snprintf(path, sizeof path, "%s/" FILE_NAME, store->directory);
    if (size < 0 || (size_t)size >= sizeof path)
        return err_set(err, ERR_INPUT, "the path of the data directory is too long");
    if (!db_open(path, &store->db, err) || !check(store, err) || !store_migrate(store, err) ||
        !store_restore_adopt(store, err) || !store_site_check_seal(store, err) ||
        !db_number(store->db, "SELECT generation FROM installation", &generation, err))
        return false;
    store->is_new = generation == 0;
    return true;
}

bool store_open(const char *data_directory, const uint8_t seal_key[static SEAL_KEY_SIZE], struct store **ret,
                struct err *err)
{
    struct store *store = store_new(data_directory, seal_key);
    if (!store)
        return err_memory(err);
    if (!open_database(store, err)) {
        store_close(store);
        return false;
    }
    takeover_finish(store);
    *ret = store;
    return true;
}

void store_close(struct store *store)
{
    if (!store)
        return;
    db_close(store->db);
    free(store->directory);
    wipe_free(store, sizeof *store);
}

bool store_is_new(const struct store *store)
{
    return store->is_new;
}

const char *store_news(const struct store *store)
{
    return store->news;
}

bool store_load(struct store *store, struct state *ret_state, struct book *ret_book, struct err *err)
{
    struct state state;
    if (!store_site_load(store, &state, err))
        return false;
    if (!store_ledger_load(store, ret_book, err)) {
        state_fini(&state);
        return false;
    }
    *ret_state = state;
    return true;
}

static bool write_also(struct store *store, const struct store_change *change, struct err *err)
{
    if (!change->also)
        return true;
    db_join(store->db, true);
    bool fine = change->also(change->also_context, store, err);
    db_join(store->db, false);
    return fine;
}

/* Something is written in any case: a commit that failed half-way on the disk (synced or not, who knows) is overwritten
 * by the next one, whatever that is about. */
static bool write_change(struct store *store, const struct store_change *change, struct err *err)
{
    if (change->after && !(store_site_save(store, change->before, change->after, err) &&
                           store_life_save(store, change->before, change->after, err) &&
                           (change->before || store_acme_order_sweep(store, err))))
        return false;
    for (size_t i = 0; change->plan && i < change->plan->count; i++)
        if (!store_ledger_put(store, change->plan->changes[i].name, &change->plan->changes[i].entry, err))
            return false;
    for (size_t i = 0; i < change->audit_count; i++)
        if (!store_audit_put(store, &change->audit[i], err))
            return false;
    return write_also(store, change, err) && (!change->answer || store_idempotency_save(store, change->answer, err)) &&
           (!change->clock || store_site_save_clock(store, change->clock, err)) && store_site_touch(store, err);
}

bool store_save(struct store *store, const struct store_change *change, struct err *err)
{
    if (!db_begin(store->db, err))
        return false;
    if (!write_change(store, change, err)) {
        db_rollback(store->db);
        return false;
    }
    if (!db_commit(store->db, err))
        return false;
    store->is_new = store->is_new && !(change->after && change->after->generation > 0);
    return true;
}
