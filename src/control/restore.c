/*
 * Ledger first, then certificates, then sites: at every moment between, what is known errs on the late side. What may
 * become of sites is worked out once to see whether the backup will do, and again when its ledger has been merged, for
 * it may know of browsers that ours does not.
 */
#include "control/restore.h"

#include "base/log.h"
#include "control/commit.h"
#include "control/conserve.h"
#include "control/notify.h"
#include "control/promises.h"
#include "control/record.h"
#include "os/clock.h"

static bool is_bound(const struct core *core, const struct site *site)
{
    return promises_binding(core, site, LEDGER_ANY).until_s > 0;
}

/*
 * The backup's site, with the present wish: going back in time is no reason to promise more, or less. Its counters are
 * the present one's, too: in the backup's place others may be counted by now.
 */
static struct site *merged_site(const struct site *present, const struct site *old)
{
    struct site *site = site_copy(old);
    if (!site)
        return NULL;
    site->hsts = present->hsts;
    site_inherit_slots(site, present);
    return site;
}

static bool put_one(struct core *core, const struct site *old, struct state *changed, struct restore_report *report,
                    struct err *err)
{
    struct guard_result results[GUARD_COUNT_MAX];
    struct site *present = state_find(&core->state, old->name);
    struct site *site = present ? merged_site(present, old) : site_copy(old);
    if (!site)
        return err_memory(err);
    bool fine = true;
    if (!present) {
        fine = state_add(changed, &site, 1, err);
        report->sites_added++;
    } else if (conserve_evaluate(core, present, site, results)) {
        log_warning("%.*s stays as it is: with the backup's, %s", STR_ARG(site->name), results[0].why);
        report->sites_kept++;
    } else {
        state_replace(changed, site);
        report->sites_replaced++;
    }
    site_unref(site);
    return fine;
}

static void remove_newer(struct core *core, const struct state *old, struct state *changed,
                         struct restore_report *report)
{
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        if (state_find(old, site->name))
            continue;
        if (is_bound(core, site)) {
            log_warning("%.*s is not in the backup, and stays: browsers are bound by it", STR_ARG(site->name));
            report->sites_kept++;
            continue;
        }
        state_remove(changed, site->name);
        report->sites_removed++;
    }
}

static bool plan_sites(struct core *core, const struct state *old, struct state *changed, struct restore_report *report,
                       struct err *err)
{
    remove_newer(core, old, changed, report);
    changed->settings = old->settings;
    for (size_t i = 0; i < old->sites_count; i++)
        if (!put_one(core, old->sites[i], changed, report, err))
            return false;
    const struct state nothing = {.sites_count = 0};
    return state_check(&nothing, NULL, changed->sites, changed->sites_count, true, err);
}

/* The state as it would become; what it counts is added to the report. */
static bool plan_state(struct core *core, const struct state *old, struct state *ret, struct restore_report *report,
                       struct err *err)
{
    struct state changed;
    if (!state_copy(&core->state, &changed, err))
        return false;
    if (plan_sites(core, old, &changed, report, err)) {
        *ret = changed;
        return true;
    }
    state_fini(&changed);
    return false;
}

static bool commit_sites(struct core *core, struct state *changed, struct str actor,
                         const struct restore_report *report, struct err *err)
{
    struct record record;
    struct str did;
    record_init(&record, actor, STR("restore"), STR(""), clock_wall_s());
    did = arena_printf(
        &record.arena, "sites: %zu added, %zu replaced, %zu removed, %zu kept; entries of the ledger merged: %zu",
        report->sites_added, report->sites_replaced, report->sites_removed, report->sites_kept, report->entries_merged);
    record.entry.reason = did;
    const struct commit_notes notes = {.records = &record.entry, .records_count = 1};
    bool fine = commit_state(core, changed, &notes, err);
    record_fini(&record);
    return fine;
}

static bool apply(struct core *core, const char *path, const struct store_backup_content *content, struct str actor,
                  struct restore_report *ret, struct err *err)
{
    struct restore_report report = {.made_s = content->made_s};
    struct state changed;
    bool fine = commit_merge(core, &content->book, &content->clock, &report.entries_merged, err) &&
                plan_state(core, &content->state, &changed, &report, err);
    if (fine && !store_import_backup(core->store, path, err)) {
        state_fini(&changed);
        fine = false;
    }
    fine = fine && commit_sites(core, &changed, actor, &report, err);
    if (fine) {
        notify_reload(core);
        *ret = report;
    }
    return fine;
}

/* How many of the backup's entries the book does not know. */
static bool count_merge(const struct core *core, const struct book *other, size_t *ret, struct err *err)
{
    struct book_plan plan;
    const struct ledger_mend nothing = {.since_s = INT64_MAX};
    book_plan_init(&plan, &core->book);
    bool fine = book_plan_merge(&plan, &core->book, other, &nothing);
    *ret = plan.count;
    book_plan_fini(&plan);
    return fine || err_memory(err);
}

bool restore_backup(struct core *core, const char *path, bool dry_run, struct str actor, struct restore_report *ret,
                    struct err *err)
{
    struct store_backup_content content;
    struct state changed;
    struct err why = {0};
    if (!store_read_backup(path, &content, &why)) {
        (void)err_set(err, why.code == ERR_MEMORY ? ERR_MEMORY : ERR_INPUT, "this is no backup that can be used: %s",
                      why.text);
        return err_fix(err, "give a file that \"strictgate backup\" wrote; nothing was changed");
    }
    *ret = (struct restore_report){.made_s = content.made_s};
    bool fine = plan_state(core, &content.state, &changed, ret, err);
    if (fine)
        state_fini(&changed);
    if (fine && dry_run)
        fine = count_merge(core, &content.book, &ret->entries_merged, err);
    else
        fine = fine && apply(core, path, &content, actor, ret, err);
    state_fini(&content.state);
    book_fini(&content.book);
    return fine;
}
