/* The reader of state.json, kept for whoever comes from there. */
#include "store/state_import.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/members.h"
#include "store/site_list.h"
#include "store/state_split.h"

#define VERSION 1

static const char *const members_state[] = {
    "version", "generation", "clock", "site_slot_next", "upstream_slot_next", "settings", "sites", "tombstones", NULL};
static const char *const members_tombstone[] = {"name", "promise", "removed", "reason", NULL};
static const char *const members_hsts[] = {"max_age", "include_subdomains", NULL};
static const char *const members_promise[] = {"until", "open_max_age", "include_subdomains", NULL};

/* What was noted of a site or a removed name. */
struct promise {
    int64_t until_s;        /* nobody is bound after this by what was emitted so far; 0: never promised */
    int64_t open_max_age_s; /* largest max-age that a served snapshot may carry; 0: none */
    bool include_subdomains;
};

static bool check_version(const json_t *json, struct err *err)
{
    const json_t *version = json_object_get(json, "version");
    if (!json_is_integer(version) || json_integer_value(version) < 1)
        return err_field(err, "version", "the file says no version, so it is none of ours");
    if (json_integer_value(version) == VERSION)
        return true;
    (void)err_field(err, "version", "the file has version %lld, this program knows version %d",
                    (long long)json_integer_value(version), VERSION);
    return err_fix(err, "it was changed by hand: put the file back as it was");
}

static bool read_numbers(const json_t *json, struct state *state, struct err *err)
{
    int64_t generation = 0;
    if (!members_i64(json, "", "generation", 0, INT64_MAX / 2, &generation, err) ||
        !members_i64(json, "", "clock", 0, INT64_MAX / 2, &state->clock.over_s, err) ||
        !members_u32(json, "", "site_slot_next", 0, UINT32_MAX, &state->site_slot_next, err) ||
        !members_u32(json, "", "upstream_slot_next", 0, UINT32_MAX, &state->upstream_slot_next, err))
        return false;
    state->generation = (uint64_t)generation;
    return true;
}

static bool read_promise(const json_t *json, const char *path, struct promise *ret, struct err *err)
{
    struct promise promise = {0, 0, false};
    if (!members_only(json, path, members_promise, err) ||
        !members_i64(json, path, "until", 0, INT64_MAX / 2, &promise.until_s, err) ||
        !members_i64(json, path, "open_max_age", 0, HSTS_MAX_AGE_S_MAX, &promise.open_max_age_s, err) ||
        !members_bool(json, path, "include_subdomains", &promise.include_subdomains, err))
        return false;
    *ret = promise;
    return true;
}

static bool add_entry(struct state_import *import, struct str name, struct ledger_entry entry, struct err *err)
{
    if (import->entries_count == import->entries_capacity) {
        size_t capacity = import->entries_capacity ? 2 * import->entries_capacity : 64;
        struct book_change *grown = realloc(import->entries, capacity * sizeof *grown);
        if (!grown)
            return err_memory(err);
        import->entries = grown;
        import->entries_capacity = capacity;
    }
    entry.id = import->entries_count + 1;
    import->entries[import->entries_count++] = (struct book_change){.name = name, .entry = entry};
    return true;
}

/*
 * An entry that ended in the past and whose last client is free at the noted moment. The latest end that allows it is
 * taken, for a family of clients that forgets sooner than others does so counted from there.
 */
static struct ledger_entry closed_entry(const struct promise *promise, int64_t from_s, int64_t now_s)
{
    int64_t last_s = promise->until_s - LEDGER_SLACK_S - 1;
    int64_t to_s = last_s < now_s ? last_s : now_s;
    return (struct ledger_entry){
        .promise = {.max_age_s = promise->until_s - LEDGER_SLACK_S - to_s,
                    .include_subdomains = promise->include_subdomains},
        .from_s = from_s < to_s ? from_s : to_s,
        .to_s = to_s,
    };
}

static bool add_promise(struct state_import *import, struct str name, const struct promise *promise, int64_t from_s,
                        struct err *err)
{
    if (name_kind(name) == NAME_IP)
        return true; /* browsers ignore the field there */
    if (promise->until_s > 0 && !add_entry(import, name, closed_entry(promise, from_s, import->now_s), err))
        return false;
    const struct ledger_entry open = {
        .promise = {.max_age_s = promise->open_max_age_s, .include_subdomains = promise->include_subdomains},
        .from_s = from_s < import->now_s ? from_s : import->now_s,
        .to_s = LEDGER_OPEN,
    };
    return promise->open_max_age_s == 0 || add_entry(import, name, open, err);
}

/* Into its place in the ascending list; there is room, since this is the first that is added to the default. */
static void add_rung(struct ladder *ladder, uint32_t max_age_s)
{
    size_t at = 0;
    while (at < ladder->count && ladder->rungs[at] < max_age_s)
        at++;
    if (at < ladder->count && ladder->rungs[at] == max_age_s)
        return;
    memmove(&ladder->rungs[at + 1], &ladder->rungs[at], (ladder->count - at) * sizeof *ladder->rungs);
    ladder->rungs[at] = max_age_s;
    ladder->count++;
}

static bool read_wish(const json_t *json, const char *path, int64_t now_s, struct hsts_wish *wish, struct err *err)
{
    int64_t max_age_s = -1;
    bool include_subdomains = false;
    if (!json)
        return true;
    if (!members_only(json, path, members_hsts, err) ||
        !members_i64(json, path, "max_age", 0, HSTS_MAX_AGE_S_MAX, &max_age_s, err) ||
        !members_bool(json, path, "include_subdomains", &include_subdomains, err))
        return false;
    if (max_age_s < 0)
        return true;
    wish->mode = max_age_s ? HSTS_HOLD : HSTS_RELEASE;
    wish->max_age_s = (uint32_t)max_age_s;
    wish->include_subdomains = include_subdomains;
    wish->since_s = now_s;
    if (max_age_s)
        add_rung(&wish->ladder, (uint32_t)max_age_s);
    return true;
}

/* The site without the two members that mean something else now; they are handed out. */
static json_t *take_member(json_t *json, const char *name)
{
    json_t *member = json_incref(json_object_get(json, name));
    (void)json_object_del(json, name);
    return member;
}

static bool read_site_parts(struct state_import *import, const json_t *site_json, const json_t *hsts,
                            const json_t *promise_json, size_t index, struct site **ret, struct err *err)
{
    char path[MEMBERS_PATH_SIZE], inner[MEMBERS_PATH_SIZE];
    struct promise promise = {0, 0, false};
    (void)snprintf(path, sizeof path, "sites[%zu].", index);
    (void)snprintf(inner, sizeof inner, "%spromise.", path);
    if (promise_json && !read_promise(promise_json, inner, &promise, err))
        return false;
    struct site *site;
    if (!site_read(site_json, path, ROUTE_FROM_STATE, &site, err))
        return false;
    (void)snprintf(inner, sizeof inner, "%shsts.", path);
    bool fine = read_wish(hsts, inner, import->now_s, &site->hsts, err);
    for (size_t i = 0; fine && i < site_names_count(site); i++)
        fine = add_promise(import, site_name(site, i), &promise, site->created_s, err);
    if (fine)
        *ret = site;
    else
        site_unref(site);
    return fine;
}

static bool read_site(struct state_import *import, struct str text, struct site_list *list, struct err *err)
{
    json_error_t where;
    struct site *site = NULL;
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_set(err, ERR_INPUT, "site %zu is no valid JSON: %s", list->count, where.text);
    json_t *hsts = take_member(json, "hsts"), *promise = take_member(json, "promise");
    bool fine = read_site_parts(import, json, hsts, promise, list->count, &site, err);
    json_decref(hsts);
    json_decref(promise);
    json_decref(json);
    return fine && site_list_take(list, site, err);
}

static bool read_elements(struct state_import *import, struct str text, struct site_list *list, struct err *err)
{
    struct str rest = text, element;
    while (state_split_next(&rest, &element))
        if (!read_site(import, element, list, err))
            return false;
    return rest.size == 0 || err_field(err, "sites", "the list of sites is no valid JSON");
}

static bool read_sites(struct state_import *import, struct str text, struct err *err)
{
    struct site_list list;
    site_list_init(&list);
    bool fine = read_elements(import, text, &list, err) && site_list_move(&list, &import->state, err);
    site_list_fini(&list);
    return fine;
}

static bool read_tombstone(struct state_import *import, const json_t *json, const char *path, struct err *err)
{
    char inner[MEMBERS_PATH_SIZE];
    struct str name = {NULL, 0}, reason = {NULL, 0};
    struct promise promise;
    int64_t removed_s = 0;
    (void)snprintf(inner, sizeof inner, "%spromise.", path);
    if (!members_only(json, path, members_tombstone, err) ||
        !members_str(json, path, "name", NAME_SIZE_MAX, &name, err) ||
        !members_str(json, path, "reason", 4096, &reason, err) ||
        !members_i64(json, path, "removed", 0, INT64_MAX / 2, &removed_s, err) ||
        !read_promise(json_object_get(json, "promise"), inner, &promise, err))
        return false;
    if (!arena_str(&import->arena, name, &name) || !arena_str(&import->arena, reason, &reason))
        return err_memory(err);
    import->audit[import->audit_count++] = (struct audit_entry){.at_s = removed_s,
                                                                .actor = STR("unknown"),
                                                                .act = STR("site.remove"),
                                                                .site = name,
                                                                .outcome = STR("done"),
                                                                .reason = reason};
    return add_promise(import, name, &promise, removed_s, err);
}

static bool read_tombstones(struct state_import *import, const json_t *json, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, "", "tombstones", STATE_IMPORT_TOMBSTONES_COUNT_MAX, &list, &count, err))
        return false;
    import->audit = calloc(count + 1, sizeof *import->audit);
    if (!import->audit)
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        char path[MEMBERS_PATH_SIZE];
        (void)snprintf(path, sizeof path, "tombstones[%zu].", i);
        if (!read_tombstone(import, json_array_get(list, i), path, err))
            return false;
    }
    return true;
}

static bool read_members(struct state_import *import, const json_t *json, struct str sites, int64_t wall_s,
                         struct err *err)
{
    struct state *state = &import->state;
    if (!check_version(json, err) || !members_only(json, "", members_state, err) || !read_numbers(json, state, err))
        return false;
    const json_t *settings = json_object_get(json, "settings");
    if (settings && !settings_read(settings, "settings.", &state->settings, err))
        return false;
    import->now_s = wall_s > state->clock.over_s ? wall_s : state->clock.over_s;
    /* Its elements were cut out; if any are left, the cut was not where the parser sees the list. */
    if (!json_is_array(json_object_get(json, "sites")) || json_array_size(json_object_get(json, "sites")) > 0)
        return err_field(err, "sites", "the list of sites is missing or cannot be told apart");
    return read_sites(import, sites, err) && read_tombstones(import, json, err);
}

/* The file without the elements of its list of sites: "…[" and "]…" are what jansson sees as a whole. */
static json_t *read_frame(struct str text, struct str sites, json_error_t *where)
{
    struct buf frame;
    buf_init(&frame, STATE_IMPORT_SIZE_MAX);
    size_t before = sites.data ? (size_t)(sites.data - text.data) : text.size;
    (void)buf_put_str(&frame, str_part(text, 0, before));
    (void)buf_put_str(&frame, str_after(text, before + sites.size));
    json_t *json = json_loadb(frame.size ? buf_str(&frame).data : "", frame.size, JSON_REJECT_DUPLICATES, where);
    buf_fini(&frame);
    return json;
}

bool state_import_read(struct str text, int64_t wall_s, struct state_import *ret, struct err *err)
{
    json_error_t where;
    struct str sites = state_split_list(text, STR("sites"));
    json_t *json = read_frame(text, sites, &where);
    if (!json)
        return err_set(err, ERR_INPUT, "it is no valid JSON: %s", where.text);
    struct state_import import = {.entries = NULL};
    arena_init(&import.arena, STATE_IMPORT_SIZE_MAX);
    state_init(&import.state);
    bool fine = read_members(&import, json, sites, wall_s, err);
    json_decref(json);
    if (fine)
        *ret = import;
    else
        state_import_fini(&import);
    return fine;
}

void state_import_fini(struct state_import *import)
{
    state_fini(&import->state);
    free(import->entries);
    free(import->audit);
    arena_fini(&import->arena);
}
