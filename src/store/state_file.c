/* The state's file: writing, reading, and refusing what it cannot be sure of. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/file.h"
#include "store/members.h"
#include "store/site_names.h"
#include "store/state.h"
#include "store/state_split.h"

static const char *const members_state[] = {
    "version", "generation", "clock", "site_slot_next", "upstream_slot_next", "settings", "sites", "tombstones", NULL};
static const char *const members_tombstone[] = {"name", "promise", "removed", "reason", NULL};

static void write_tombstone(const struct tombstone *tombstone, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "name", str_from(tombstone->name));
    site_write_promise(&tombstone->promise, out);
    jsonout_i64(out, "removed", tombstone->removed_s);
    jsonout_str(out, "reason", str_from(tombstone->reason));
    jsonout_object_end(out);
}

/* One site a line: the file can be read, and compared, by people. */
void state_write(const struct state *state, struct buf *text)
{
    struct jsonout out = {.out = text};
    jsonout_object(&out, NULL);
    jsonout_u64(&out, "version", STATE_VERSION);
    jsonout_u64(&out, "generation", state->generation);
    jsonout_i64(&out, "clock", state->clock_s);
    jsonout_u64(&out, "site_slot_next", state->site_slot_next);
    jsonout_u64(&out, "upstream_slot_next", state->upstream_slot_next);
    jsonout_object(&out, "settings");
    settings_write(&state->settings, &out);
    jsonout_object_end(&out);
    jsonout_array(&out, "sites");
    for (size_t i = 0; i < state->sites_count; i++) {
        (void)buf_put_char(text, '\n');
        site_write_stored(state->sites[i], &out);
    }
    jsonout_array_end(&out);
    jsonout_array(&out, "tombstones");
    for (size_t i = 0; i < state->tombstones_count; i++) {
        (void)buf_put_char(text, '\n');
        write_tombstone(&state->tombstones[i], &out);
    }
    jsonout_array_end(&out);
    jsonout_object_end(&out);
    (void)buf_put_char(text, '\n');
}

static bool check_version(const json_t *json, struct err *err)
{
    const json_t *version = json_object_get(json, "version");
    if (!json_is_integer(version) || json_integer_value(version) < 1)
        return err_field(err, "version", "the file says no version, so it is none of ours");
    if (json_integer_value(version) == STATE_VERSION)
        return true;
    (void)err_field(err, "version", "the file has version %lld, this program knows version %d",
                    (long long)json_integer_value(version), STATE_VERSION);
    return err_fix(err, "run the newer Strictgate that wrote it, or restore a backup from before");
}

static bool read_numbers(const json_t *json, struct state *state, struct err *err)
{
    int64_t generation = 0;
    if (!members_i64(json, "", "generation", 0, INT64_MAX / 2, &generation, err) ||
        !members_i64(json, "", "clock", 0, INT64_MAX / 2, &state->clock_s, err) ||
        !members_u32(json, "", "site_slot_next", 0, UINT32_MAX, &state->site_slot_next, err) ||
        !members_u32(json, "", "upstream_slot_next", 0, UINT32_MAX, &state->upstream_slot_next, err))
        return false;
    state->generation = (uint64_t)generation;
    return true;
}

/* The sites as they are read: the file's elements one by one, so that no tree of all of them is ever made. */
struct site_list {
    struct site **sites;
    size_t count, capacity;
};

static bool list_add(struct site_list *list, struct site *site)
{
    if (list->count == list->capacity) {
        size_t capacity = list->capacity ? 2 * list->capacity : 64;
        struct site **grown = realloc(list->sites, capacity * sizeof(struct site *));
        if (!grown)
            return false;
        list->sites = grown;
        list->capacity = capacity;
    }
    list->sites[list->count++] = site;
    return true;
}

static bool read_site(struct str text, struct site_list *list, struct err *err)
{
    char path[MEMBERS_PATH_SIZE];
    json_error_t where;
    struct site *site = NULL;
    (void)snprintf(path, sizeof path, "sites[%zu].", list->count);
    json_t *json = json_loadb(text.data, text.size, JSON_REJECT_DUPLICATES, &where);
    if (!json)
        return err_set(err, ERR_INPUT, "site %zu is no valid JSON: %s", list->count, where.text);
    bool fine = site_read(json, path, ROUTE_FROM_STATE, &site, err);
    json_decref(json);
    if (fine && !list_add(list, site)) {
        site_unref(site);
        return err_memory(err);
    }
    return fine;
}

static bool read_elements(struct str text, struct site_list *list, struct err *err)
{
    struct str rest = text, element;
    while (state_split_next(&rest, &element))
        if (!read_site(element, list, err))
            return false;
    return rest.size == 0 || err_field(err, "sites", "the list of sites is no valid JSON");
}

static bool read_sites(struct str text, struct state *state, struct err *err)
{
    struct site_list list = {0};
    bool fine = read_elements(text, &list, err) && state_check(state, NULL, list.sites, list.count, true, err) &&
                state_add(state, list.sites, list.count, err);
    for (size_t i = 0; i < list.count; i++)
        site_unref(list.sites[i]);
    free(list.sites);
    return fine;
}

static bool read_tombstone(const json_t *json, const char *path, struct state *state, struct err *err)
{
    char inner[MEMBERS_PATH_SIZE];
    struct str name = {NULL, 0}, reason = {NULL, 0};
    struct promise promise = {0, 0, false};
    int64_t removed_s = 0;
    (void)snprintf(inner, sizeof inner, "%spromise.", path);
    if (!members_only(json, path, members_tombstone, err) ||
        !members_str(json, path, "name", NAME_SIZE_MAX, &name, err) ||
        !members_str(json, path, "reason", 4096, &reason, err) ||
        !members_i64(json, path, "removed", 0, INT64_MAX / 2, &removed_s, err) ||
        !site_read_promise(json_object_get(json, "promise"), inner, &promise, err))
        return false;
    return state_bury(state, name, &promise, removed_s, reason, err);
}

static bool read_tombstones(const json_t *json, struct state *state, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, "", "tombstones", STATE_TOMBSTONES_COUNT_MAX, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        char path[MEMBERS_PATH_SIZE];
        (void)snprintf(path, sizeof path, "tombstones[%zu].", i);
        if (!read_tombstone(json_array_get(list, i), path, state, err))
            return false;
    }
    return true;
}

static bool read_members(const json_t *json, struct str sites, struct state *state, struct err *err)
{
    if (!check_version(json, err) || !members_only(json, "", members_state, err) || !read_numbers(json, state, err))
        return false;
    const json_t *settings = json_object_get(json, "settings");
    if (settings && !settings_read(settings, "settings.", &state->settings, err))
        return false;
    /* Its elements were cut out; if any are left, the cut was not where the parser sees the list. */
    if (!json_is_array(json_object_get(json, "sites")) || json_array_size(json_object_get(json, "sites")) > 0)
        return err_field(err, "sites", "the list of sites is missing or cannot be told apart");
    return read_sites(sites, state, err) && read_tombstones(json, state, err);
}

/* The file without the elements of its list of sites: "…[" and "]…" are what jansson sees as a whole. */
static json_t *read_frame(struct str text, struct str sites, json_error_t *where)
{
    struct buf frame;
    buf_init(&frame, STATE_FILE_SIZE_MAX);
    size_t before = sites.data ? (size_t)(sites.data - text.data) : text.size;
    (void)buf_put_str(&frame, str_part(text, 0, before));
    (void)buf_put_str(&frame, str_after(text, before + sites.size));
    json_t *json = json_loadb(frame.size ? buf_str(&frame).data : "", frame.size, JSON_REJECT_DUPLICATES, where);
    buf_fini(&frame);
    return json;
}

bool state_read(struct str text, struct state *ret, struct err *err)
{
    json_error_t where;
    struct str sites = state_split_list(text, STR("sites"));
    json_t *json = read_frame(text, sites, &where);
    if (!json)
        return err_set(err, ERR_INPUT, "it is no valid JSON: %s", where.text);
    struct state state;
    state_init(&state);
    bool fine = read_members(json, sites, &state, err);
    json_decref(json);
    if (fine)
        *ret = state;
    else
        state_fini(&state);
    return fine;
}

bool state_load(const char *path, struct state *ret, struct err *err)
{
    struct buf text;
    struct err why = {0};
    if (!file_read(path, STATE_FILE_SIZE_MAX, &text, &why)) {
        if (why.code == ERR_NOT_FOUND) {
            state_init(ret);
            return true;
        }
        if (err)
            *err = why;
        return false;
    }
    bool fine = state_read(buf_str(&text), ret, err);
    buf_fini(&text);
    if (fine)
        return true;
    char fix[sizeof err->fix] = "";
    if (err) {
        memcpy(fix, err->fix, sizeof fix);
        (void)err_context(err, "%s cannot be used%s%s", path, err->field[0] ? ", at " : "", err->field);
    }
    return err_fix(err, "%s",
                   fix[0]
                       ? fix
                       : "it was left as it is: restore it from a backup, or correct the place named; the gateway goes "
                         "on with its last good snapshot meanwhile");
}

bool state_save(const struct state *state, const char *path, struct err *err)
{
    struct buf text;
    buf_init(&text, STATE_FILE_SIZE_MAX);
    state_write(state, &text);
    bool fine = (buf_ok(&text) || err_memory(err)) && file_replace(path, buf_str(&text), 0600, err);
    buf_fini(&text);
    return fine;
}
