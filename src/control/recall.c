/* The sealed snapshot against the state. */
#include "control/recall.h"

#include "base/log.h"
#include "control/sealed.h"
#include "crypto/wipe.h"
#include "hsts/field.h"
#include "os/clock.h"
#include "snapshot/read.h"
#include "snapshot/rules.h"

/* One name that the snapshot served with this field. */
static bool recall_name(struct core *core, struct str name, struct str field, struct err *err)
{
    struct hsts_policy policy;
    struct promise promise = {0, 0, false};
    if (!hsts_field_parse(field, &policy, err))
        return false;
    promise_open(&promise, core_latest_s(core), (int64_t)policy.max_age_s, policy.include_subdomains);
    struct site *site = state_find_any(&core->state, name);
    if (site) {
        promise_merge(&site->promise, &promise);
        return true;
    }
    return promise.open_max_age_s == 0 || state_bury(&core->state, name, &promise, clock_wall_s(),
                                                     STR("a state from before this name was put back"), err);
}

/* A name as the state has it: a snapshot stores "*.example.org" without the asterisk. */
static struct str state_name(struct str stored, char room[static NAME_SIZE_MAX + 1])
{
    if (!str_starts(stored, STR(".")) || stored.size > NAME_SIZE_MAX)
        return stored;
    room[0] = '*';
    memcpy(room + 1, stored.data, stored.size);
    return str_make(room, stored.size + 1);
}

static void recall_all(struct core *core, const struct snapshot *snapshot)
{
    for (uint32_t i = 0; i < snapshot->header->names.count; i++) {
        const struct snap_name *name = &snapshot->names[i];
        char room[NAME_SIZE_MAX + 1];
        struct err err = {0};
        if (name->site == SNAPSHOT_NONE || snapshot_name_is_ip(snapshot_str(snapshot, name->name)))
            continue; /* browsers ignore the field for an IP address */
        struct str field = snapshot_str(snapshot, snapshot->sites[name->site].hsts);
        struct str text = state_name(snapshot_str(snapshot, name->name), room);
        if (field.size && !recall_name(core, text, field, &err))
            log_error("what browsers were promised for %.*s is not known any more: %s", STR_ARG(text), err.text);
    }
}

static void compare(struct core *core, const struct snapshot *snapshot)
{
    uint64_t sealed = snapshot->header->generation;
    if (sealed <= core->state.generation)
        return;
    log_warning("%s is older (generation %llu) than what was served last (%llu): what browsers were promised since is "
                "taken over from there",
                core->paths.state, (unsigned long long)core->state.generation, (unsigned long long)sealed);
    recall_all(core, snapshot);
    core->state.generation = sealed + RECALL_GENERATIONS_SKIPPED;
}

void recall_promises(struct core *core)
{
    void *plain;
    size_t size;
    struct snapshot snapshot;
    struct err err = {0};
    if (!sealed_read(core->seal_key, core->paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT), &plain, &size, &err)) {
        if (err.code != ERR_NOT_FOUND)
            log_warning("the last snapshot cannot be compared with the state: %s", err.text);
        return;
    }
    if (snapshot_open(plain, size, &snapshot, &err))
        compare(core, &snapshot);
    else
        log_warning("the last snapshot cannot be compared with the state: %s", err.text);
    wipe_free(plain, size);
}
