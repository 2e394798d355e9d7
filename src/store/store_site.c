/* Sites, one row each with its JSON, and the one row of numbers and settings that every change touches. */
#include <stdio.h>
#include <stdlib.h>

#include "store/site_list.h"
#include "store/store_parts.h"

#define SEAL_CHECK_PURPOSE "seal check"
#define SEAL_CHECK_TEXT    "strictgate"
/* Sites whose counts are looked for moment by moment; of more that are gone at once, everything is read through. */
#define DROP_COUNT_MAX 8

/* What is in the database was written by us; that it cannot be read is told with the place, and nothing is guessed. */
static bool blame(const struct store *store, struct str place, struct err *err)
{
    if (!err || err->code == ERR_MEMORY)
        return false;
    char fix[sizeof err->fix];
    memcpy(fix, err->fix, sizeof fix);
    (void)err_context(err, "%s cannot be used, at %.*s%s%s", db_path(store->db), STR_ARG(str_part(place, 0, 253)),
                      err->field[0] ? ", " : "", err->field);
    return err_fix(err, "%s",
                   fix[0] ? fix
                          : "it was left as it is: put a backup in its place (see the guide to operations); traffic "
                            "goes on by the last good snapshot meanwhile");
}

static bool load_settings(struct str text, struct settings *settings, struct err *err)
{
    json_error_t where;
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_set(err, ERR_INPUT, "it is no valid JSON: %s", where.text);
    bool fine = settings_read(json, "settings.", settings, err);
    json_decref(json);
    return fine;
}

static bool load_installation(struct store *store, struct state *state, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT settings, generation, clock_over_s, clock_sure_s, "
                                                "site_slot_next, upstream_slot_next FROM installation");
    bool fine = true;
    if (db_next(&query)) {
        state->generation = (uint64_t)db_i64(&query, 1);
        state->clock = (struct hsts_clock_saved){.over_s = db_i64(&query, 2), .sure_s = db_i64(&query, 3)};
        state->site_slot_next = (uint32_t)db_i64(&query, 4);
        state->upstream_slot_next = (uint32_t)db_i64(&query, 5);
        fine = load_settings(db_str(&query, 0), &state->settings, err) || blame(store, STR("the settings"), err);
    }
    return db_end(&query, fine ? err : NULL) && fine;
}

static bool load_sites(struct store *store, struct site_list *list, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT name, content FROM site");
    bool fine = true;
    while (fine && db_next(&query))
        fine = site_list_read(list, db_str(&query, 1), "", err) || blame(store, db_str(&query, 0), err);
    return db_end(&query, fine ? err : NULL) && fine;
}

bool store_site_load(struct store *store, struct state *ret, struct err *err)
{
    struct state state;
    struct site_list list;
    state_init(&state);
    site_list_init(&list);
    bool fine = load_installation(store, &state, err) && load_sites(store, &list, err) &&
                (site_list_move(&list, &state, err) || blame(store, STR("the sites"), err));
    site_list_fini(&list);
    if (fine)
        *ret = state;
    else
        state_fini(&state);
    return fine;
}

static bool put(struct store *store, const struct site *site, struct buf *text, struct err *err)
{
    struct jsonout out = {.out = text};
    buf_clear(text);
    site_write_stored(site, &out);
    if (!buf_ok(text))
        return err_memory(err);
    struct db_query query = db_query(store->db, "INSERT INTO site (name, content, ecdsa, rsa) "
                                                "VALUES (?1, ?2, nullif(?3, ''), nullif(?4, '')) "
                                                "ON CONFLICT (name) DO UPDATE SET content = excluded.content, "
                                                "ecdsa = excluded.ecdsa, rsa = excluded.rsa");
    db_bind_str(&query, site->name);
    db_bind_str(&query, buf_str(text));
    db_bind_str(&query, site->ecdsa);
    db_bind_str(&query, site->rsa);
    return db_run(&query, err);
}

/* Evidence goes with its site: another one of the same name proves nothing by it. So does a certificate on order. */
static bool drop(struct store *store, struct str name, bool sweeps, struct err *err)
{
    struct db_query query = db_query(store->db, "DELETE FROM site WHERE name = ?1");
    db_bind_str(&query, name);
    return db_run(&query, err) && store_served_remove(store, name, err) &&
           (sweeps || store_counts_remove(store, name, err)) && store_inventory_remove(store, name, err) &&
           store_clients_remove(store, name, err) && store_acme_order_drop(store, name, err);
}

/* Where the two lists, both in the order of names, have come to: what leaves (< 0), what comes (> 0), or what stays. */
static int compare_next(const struct site *old, const struct site *fresh)
{
    return !old ? 1 : !fresh ? -1 : old == fresh ? 0 : state_compare_names(old->name, fresh->name);
}

static size_t gone_count(const struct state *before, const struct state *after)
{
    size_t count = 0;
    for (size_t i = 0, k = 0; i < before->sites_count;) {
        int order = compare_next(before->sites[i], k < after->sites_count ? after->sites[k] : NULL);
        count += order < 0;
        i += order <= 0;
        k += order >= 0;
    }
    return count;
}

/* Both lists are in the order of names: one walk finds what left, what came, and what is another one by pointer. */
static bool save_difference(struct store *store, const struct state *before, const struct state *after,
                            struct buf *text, struct err *err)
{
    size_t i = 0, k = 0;
    bool sweeps = gone_count(before, after) > DROP_COUNT_MAX;
    while (i < before->sites_count || k < after->sites_count) {
        const struct site *old = i < before->sites_count ? before->sites[i] : NULL;
        const struct site *fresh = k < after->sites_count ? after->sites[k] : NULL;
        int order = compare_next(old, fresh);
        i += order <= 0;
        k += order >= 0;
        if (order < 0 ? !drop(store, old->name, sweeps, err) : old != fresh && !put(store, fresh, text, err))
            return false;
    }
    return !sweeps || store_counts_sweep(store, err);
}

static bool save_all(struct store *store, const struct state *after, struct buf *text, struct err *err)
{
    if (!db_script(store->db, "DELETE FROM site;", err))
        return false;
    for (size_t i = 0; i < after->sites_count; i++)
        if (!put(store, after->sites[i], text, err))
            return false;
    return db_script(store->db, "DELETE FROM served WHERE site NOT IN (SELECT name FROM site);", err) &&
           store_inventory_sweep(store, err) && store_counts_sweep(store, err) && store_clients_sweep(store, err);
}

/* The generation is counted on: an older one, from wherever it came, does not set it back. */
static bool save_installation(struct store *store, const struct state *state, struct buf *text, struct err *err)
{
    struct jsonout out = {.out = text};
    buf_clear(text);
    jsonout_object(&out, NULL);
    settings_write(&state->settings, &out);
    jsonout_object_end(&out);
    if (!buf_ok(text))
        return err_memory(err);
    struct db_query query =
        db_query(store->db, "UPDATE installation SET settings = ?1, generation = max(generation, ?2), "
                            "site_slot_next = ?3, upstream_slot_next = ?4");
    db_bind_str(&query, buf_str(text));
    db_bind_i64(&query, (int64_t)state->generation);
    db_bind_i64(&query, state->site_slot_next);
    db_bind_i64(&query, state->upstream_slot_next);
    return db_run(&query, err);
}

bool store_site_save(struct store *store, const struct state *before, const struct state *after, struct err *err)
{
    struct buf text;
    buf_init(&text, STORE_SITE_SIZE_MAX);
    bool fine = (before ? save_difference(store, before, after, &text, err) : save_all(store, after, &text, err)) &&
                save_installation(store, after, &text, err);
    buf_fini(&text);
    return fine;
}

bool store_site_save_clock(struct store *store, const struct hsts_clock_saved *clock, struct err *err)
{
    struct db_query query =
        db_query(store->db, "UPDATE installation SET clock_over_s = max(clock_over_s, ?1), clock_sure_s = ?2");
    db_bind_i64(&query, clock->over_s);
    db_bind_i64(&query, clock->sure_s);
    return db_run(&query, err);
}

bool store_site_touch(struct store *store, struct err *err)
{
    return db_script(store->db, "UPDATE installation SET generation = generation;", err);
}

static bool make_seal_check(struct store *store, struct err *err)
{
    void *sealed;
    size_t size;
    if (!seal_make(store->seal_key, STR(SEAL_CHECK_PURPOSE), STR(SEAL_CHECK_TEXT), &sealed, &size, err))
        return false;
    struct db_query query = db_query(store->db, "UPDATE installation SET seal_check = ?1");
    db_bind_blob(&query, str_make(sealed, size));
    bool fine = db_run(&query, err);
    free(sealed);
    return fine;
}

static bool opens(const struct store *store, struct str sealed)
{
    void *plain;
    size_t size;
    if (!seal_open(store->seal_key, STR(SEAL_CHECK_PURPOSE), sealed, &plain, &size, NULL))
        return false;
    free(plain);
    return true;
}

bool store_site_check_seal(struct store *store, struct err *err)
{
    struct db_query query = db_query(store->db, "SELECT seal_check FROM installation");
    bool marked = false, right = false;
    if (db_next(&query)) {
        marked = !db_is_null(&query, 0);
        right = marked && opens(store, db_blob(&query, 0));
    }
    if (!db_end(&query, err))
        return false;
    if (!marked)
        return make_seal_check(store, err);
    if (right)
        return true;
    (void)err_set(err, ERR_INPUT, "the private keys in %s were sealed with another seal.key than the one beside it",
                  db_path(store->db));
    return err_fix(err, "put that seal.key back (a backup holds it); the guide to operations says what to do when it "
                        "is lost");
}
