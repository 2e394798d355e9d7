/* The one place that changes core->state. */
#include "control/commit.h"

#include <unistd.h>

#include "base/log.h"
#include "control/assemble.h"
#include "os/clock.h"
#include "os/memfd.h"
#include "snapshot/build.h"

/* Names of upstreams for the resolver: 16,384 views. */
#define NAMES_SIZE_MAX ((size_t)1 << 20)

/* From here on the field may reach a browser: noted in the state that is saved before the snapshot goes out. */
static void open_promises(const struct core *core, struct state *state)
{
    int64_t now_s = core_latest_s(core);
    for (size_t i = 0; i < state->sites_count; i++)
        if (site_sends_hsts(state->sites[i]))
            promise_open(&state->sites[i]->promise, now_s, state->sites[i]->hsts_max_age_s,
                         state->sites[i]->hsts_include_subdomains);
}

static bool has_name(const struct site *site, struct str name)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (str_eq(site_name(site, i), name))
            return true;
    return false;
}

/* What browsers were told of a name while a wildcard covered it. */
static void inherit_name(const struct core *core, struct site *site, struct str name)
{
    char wildcard[NAME_SIZE_MAX + 2] = "*";
    struct str parent = str_after(name, str_find(name, '.'));
    if (name_kind(name) != NAME_HOST || parent.size == 0)
        return;
    memcpy(wildcard + 1, parent.data, parent.size);
    struct str covering = str_make(wildcard, parent.size + 1);
    const struct site *other = state_find_any(&core->state, covering);
    const struct tombstone *gone = state_tombstone(&core->state, covering);
    if (other && other != site && promise_binds(&other->promise, core_now_s(core)))
        promise_merge(&site->promise, &other->promise);
    if (gone && promise_binds(&gone->promise, core_now_s(core)))
        promise_merge(&site->promise, &gone->promise);
}

/* For names that are new with this change; the others have theirs already. */
static void inherit_promises(const struct core *core, const struct state *changed)
{
    for (size_t i = 0; i < changed->sites_count; i++) {
        struct site *site = changed->sites[i];
        const struct site *before = state_find(&core->state, site->name);
        for (size_t k = 0; before != site && k < site_names_count(site); k++)
            if (!before || !has_name(before, site_name(site, k)))
                inherit_name(core, site, site_name(site, k));
    }
}

static bool build(const struct core *core, const struct state *state, int *ret_fd, struct err *err)
{
    const struct assemble_input input = {.state = state,
                                         .certificates = core->certificates,
                                         .resolver = core->resolver,
                                         .tickets = &core->tickets,
                                         .generation = state->generation,
                                         .made_s = clock_wall_s()};
    void *blob;
    size_t size;
    if (!assemble(&input, &blob, &size, err))
        return false;
    bool fine = memfd_sealed_new("strictgate-snapshot", str_make(blob, size), ret_fd, err);
    snapshot_blob_free(blob, size);
    return fine;
}

static void want_names(const struct core *core)
{
    struct arena arena;
    size_t count;
    struct err err = {0};
    arena_init(&arena, NAMES_SIZE_MAX);
    struct str *names = assemble_names(&core->state, &arena, &count);
    if (!names || !resolver_want(core->resolver, names, count, &err))
        log_error("upstream names are not looked up: %s", err.code ? err.text : "out of memory");
    arena_fini(&arena);
}

static void sweep_certificates(const struct core *core)
{
    certificates_unmark_all(core->certificates);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        certificates_mark(core->certificates, core->state.sites[i]->ecdsa);
        certificates_mark(core->certificates, core->state.sites[i]->rsa);
    }
    certificates_remove_unmarked(core->certificates);
}

/* A file of ours that is missing or shut is not what the caller of the API asked for. */
static bool blame_system(struct err *err)
{
    if (err && (err->code == ERR_NOT_FOUND || err->code == ERR_DENIED))
        err->code = ERR_SYSTEM;
    return false;
}

bool commit_state(struct core *core, struct state *changed, struct err *err)
{
    int fd = -1;
    changed->generation = core->state.generation + 1;
    changed->clock_s = core_now_s(core);
    state_revive(changed, core_now_s(core));
    inherit_promises(core, changed);
    open_promises(core, changed);
    bool built = state_assign_slots(changed, err) && build(core, changed, &fd, err);
    if (!built || !state_save(changed, core->paths.state, err)) {
        if (fd >= 0)
            (void)close(fd);
        state_fini(changed);
        /* A save that failed at its last step is on disk all the same: what it refers to stays until one succeeds. */
        if (!built)
            sweep_certificates(core);
        return blame_system(err);
    }
    state_fini(&core->state);
    core->state = *changed;
    state_init(changed);
    sweep_certificates(core);
    want_names(core);
    publisher_put(&core->publisher, core->state.generation, fd);
    return true;
}

bool commit_again(struct core *core, struct err *err)
{
    struct state copy;
    return state_copy(&core->state, &copy, err) && commit_state(core, &copy, err);
}

static void save_promises(struct core *core)
{
    struct err err = {0};
    core->state.clock_s = core_now_s(core);
    if (!state_save(&core->state, core->paths.state, &err))
        log_error("what browsers were promised could not be written down: %s", err.text);
}

void commit_refresh_promises(struct core *core)
{
    int64_t now_s = core_latest_s(core);
    bool moved = false;
    for (size_t i = 0; i < core->state.sites_count; i++)
        moved |= promise_refresh(&core->state.sites[i]->promise, now_s);
    for (size_t i = 0; i < core->state.tombstones_count; i++)
        moved |= promise_refresh(&core->state.tombstones[i].promise, now_s);
    if (moved)
        save_promises(core);
}

void commit_close_promises(struct core *core)
{
    int64_t now_s = core_latest_s(core);
    bool moved = false;
    for (size_t i = 0; i < core->state.sites_count; i++) {
        struct site *site = core->state.sites[i];
        moved |= promise_close(&site->promise, now_s, site_sends_hsts(site) ? site->hsts_max_age_s : 0);
    }
    for (size_t i = 0; i < core->state.tombstones_count; i++)
        moved |= promise_close(&core->state.tombstones[i].promise, now_s, 0);
    if (moved)
        save_promises(core);
}

/* The usual case, a site that is still there, costs one search: tombstones are for names that left or moved. */
static bool keep_promise(const struct core *core, const struct site *old, struct state *read, struct err *err)
{
    struct site *same = state_find(read, old->name);
    if (same)
        promise_merge(&same->promise, &old->promise);
    for (size_t k = 0; k < site_names_count(old); k++)
        if ((!same || !has_name(same, site_name(old, k))) &&
            !state_bury(read, site_name(old, k), &old->promise, core_now_s(core),
                        STR("the state file was changed by hand"), err))
            return false;
    return true;
}

/* A file that was edited by hand, or restored, cannot shorten what browsers were told. */
static bool keep_promises(const struct core *core, struct state *read, struct err *err)
{
    for (size_t i = 0; i < core->state.sites_count; i++)
        if (promise_binds(&core->state.sites[i]->promise, core_now_s(core)) &&
            !keep_promise(core, core->state.sites[i], read, err))
            return false;
    for (size_t i = 0; i < core->state.tombstones_count; i++) {
        const struct tombstone *old = &core->state.tombstones[i];
        if (!state_bury(read, str_from(old->name), &old->promise, old->removed_s, str_from(old->reason), err))
            return false;
    }
    return true;
}

bool commit_reload(struct core *core, struct err *err)
{
    struct state read;
    size_t changed = certificates_reload(core->certificates);
    if (changed)
        log_notice("%zu certificate files have changed", changed);
    /* Nothing was ever saved, or the file was taken away: what is in memory is the state. */
    if (access(core->paths.state, F_OK) != 0)
        return commit_again(core, err);
    if (!state_load(core->paths.state, &read, err)) {
        if (err)
            err->code = ERR_SYSTEM;
        return false;
    }
    if (!keep_promises(core, &read, err)) {
        state_fini(&read);
        return false;
    }
    return commit_state(core, &read, err);
}
