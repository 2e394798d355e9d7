/* The sealed snapshot against the state. */
#include "control/recall.h"

#include "base/log.h"
#include "control/commit.h"
#include "control/sealed.h"
#include "crypto/wipe.h"
#include "hsts/field.h"
#include "os/clock.h"
#include "snapshot/read.h"
#include "snapshot/rules.h"

/* Whether the book counts on it already, until no sooner. */
static bool is_open(const struct core *core, struct str name, const struct ledger_promise *promise)
{
    const struct ledger *ledger = book_ledger(&core->book, name);
    for (size_t i = 0; ledger && i < ledger->count; i++) {
        const struct ledger_entry *entry = &ledger->entries[i];
        struct ledger_promise same = *promise;
        same.cap_s = entry->promise.cap_s;
        if (entry->to_s == LEDGER_OPEN && !entry->doubted && ledger_promise_eq(&entry->promise, &same) &&
            (same.cap_s == 0 || (promise->cap_s && same.cap_s >= promise->cap_s)))
            return true;
    }
    return false;
}

/*
 * One name that the snapshot served with this field. Whether clocks were right enough for its cap in the time that the
 * store knows nothing of is not known either: what is taken over counts without it.
 */
static bool recall_name(const struct core *core, struct book_plan *plan, struct str name, struct str field,
                        int64_t cap_s, struct err *err)
{
    struct hsts_policy policy;
    if (!hsts_field_parse(field, &policy, err))
        return false;
    struct ledger_promise promise = {.max_age_s = (int64_t)policy.max_age_s,
                                     .include_subdomains = policy.include_subdomains,
                                     .preload = policy.preload,
                                     .cap_s = policy.max_age_s ? cap_s : 0};
    if (is_open(core, name, &promise))
        return true;
    promise.cap_s = 0;
    return book_plan_open(plan, &core->book, name, &promise, core_over_s(core)) || err_memory(err);
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

static bool plan_all(const struct core *core, const struct snapshot *snapshot, struct book_plan *plan, struct err *err)
{
    for (uint32_t i = 0; i < snapshot->header->names.count; i++) {
        const struct snap_name *name = &snapshot->names[i];
        char room[NAME_SIZE_MAX + 1];
        if (name->site == SNAPSHOT_NONE || snapshot_name_is_ip(snapshot_str(snapshot, name->name)))
            continue; /* browsers ignore the field for an IP address */
        const struct snap_site *site = &snapshot->sites[name->site];
        struct str field = snapshot_str(snapshot, site->hsts);
        struct str text = state_name(snapshot_str(snapshot, name->name), room);
        if (field.size && !recall_name(core, plan, text, field, site->hsts_cap_s, err))
            return err_context(err, "what browsers were promised for %.*s", STR_ARG(text));
    }
    return true;
}

static bool recall_all(struct core *core, const struct snapshot *snapshot, struct err *err)
{
    struct book_plan plan;
    book_plan_init(&plan, &core->book);
    bool fine = plan_all(core, snapshot, &plan, err);
    if (fine && plan.count)
        log_warning("the store (generation %llu) does not know of all that was served last (generation %llu): what "
                    "browsers were promised is taken over from there",
                    (unsigned long long)core->state.generation, (unsigned long long)snapshot->header->generation);
    fine = fine && (plan.count == 0 || commit_plan(core, &plan, err));
    book_plan_fini(&plan);
    return fine || err_context(err, "the promises of the last snapshot could not be written down");
}

/* What the last snapshot carries is open until a later one was sealed; so all of it is known but to a foreign store. */
static bool compare(struct core *core, const struct snapshot *snapshot, struct err *err)
{
    uint64_t sealed = snapshot->header->generation;
    if (!recall_all(core, snapshot, err))
        return false;
    if (sealed > core->state.generation)
        core->state.generation = sealed + RECALL_GENERATIONS_SKIPPED;
    return true;
}

bool recall_promises(struct core *core, struct err *err)
{
    void *plain;
    size_t size;
    struct snapshot snapshot;
    struct err why = {0};
    bool fine = true;
    if (!sealed_read(core->seal_key, core->paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT), &plain, &size, &why)) {
        if (why.code != ERR_NOT_FOUND)
            log_warning("the last snapshot cannot be compared with the state: %s", why.text);
        return true;
    }
    if (snapshot_open(plain, size, &snapshot, &why))
        fine = compare(core, &snapshot, err);
    else
        log_warning("the last snapshot cannot be compared with the state: %s", why.text);
    wipe_free(plain, size);
    return fine;
}
