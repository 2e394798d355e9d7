/* Reading, comparing, committing, telling. */
#include "control/apply.h"

#include <stdio.h>
#include <stdlib.h>

#include "control/acme_site.h"
#include "control/api_site_json.h"
#include "control/commit.h"
#include "control/conserve.h"
#include "control/differences.h"
#include "control/drawer.h"
#include "control/record.h"
#include "control/reports.h"
#include "control/site_change.h"
#include "os/clock.h"
#include "store/members.h"

static const char *const act_names[] = {"add", "change", "remove"};
static const char *const audit_names[] = {"site.add", "site.change", "site.remove"};

void apply_plan_fini(struct apply_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        site_unref(plan->items[i].before);
        site_unref(plan->items[i].after);
    }
    free(plan->items);
    apply_parts_fini(&plan->parts);
    *plan = (struct apply_plan){.items = NULL};
}

static bool is_same(const struct site *before, const struct site *after)
{
    json_t *a = site_change_json(before), *b = site_change_json(after);
    bool same = a && b && json_equal(a, b);
    json_decref(a);
    json_decref(b);
    return same;
}

static void check(struct core *core, struct apply_plan *plan, struct site *before, struct site *after)
{
    struct guard_result results[GUARD_COUNT_MAX];
    size_t count = conserve_evaluate(core, before, after, results);
    for (size_t i = 0; i < count && plan->results_count < GUARD_COUNT_MAX; i++) {
        plan->result_sites[plan->results_count] = before->name;
        plan->results[plan->results_count++] = results[i];
    }
}

/* Takes both references. */
static void add_item(struct core *core, struct apply_plan *plan, enum apply_act act, struct site *before,
                     struct site *after)
{
    plan->items[plan->count++] = (struct apply_item){.act = act, .before = before, .after = after};
    if (before)
        check(core, plan, before, after);
}

/* `named` collects the sites that are there and named. */
static bool plan_site(struct core *core, const json_t *json, const char *path, struct map *named,
                      struct apply_plan *plan, struct err *err)
{
    struct str typed = {NULL, 0};
    struct name name;
    char field[MEMBERS_PATH_SIZE];
    struct site *after;
    (void)snprintf(field, sizeof field, "%sname", path);
    if (!json_is_object(json))
        return err_field(err, path, "an object is needed here");
    if (json_object_get(json, "override")) {
        (void)members_error(err, path, "override", "a declaration overrides no guard");
        return err_fix(err, "change this site alone with an override: strictgate site set NAME --override GUARD");
    }
    if (!members_str(json, path, "name", 4096, &typed, err) || !name_read(typed, field, &name, err))
        return false;
    struct site *before = state_find(&core->state, name_str(&name));
    if (!before) {
        if (!api_site_read(core, json, path, &after, err))
            return false;
        if (!site_change_check_targets(core, after, path, err)) {
            site_unref(after);
            return false;
        }
        add_item(core, plan, APPLY_ADD, NULL, after);
        return true;
    }
    if (map_has(named, before->name))
        return err_field(err, field, "the site %.*s is named twice", STR_ARG(before->name));
    if (!map_put(named, before->name, before))
        return err_memory(err);
    if (!site_change_declare(core, before, json, path, &after, err))
        return false;
    if (is_same(before, after))
        site_unref(after);
    else
        add_item(core, plan, APPLY_CHANGE, site_ref(before), after);
    return true;
}

static bool plan_sites(struct core *core, const json_t *sites, size_t count, struct map *named, struct apply_plan *plan,
                       struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        char path[MEMBERS_PATH_SIZE];
        (void)snprintf(path, sizeof path, "sites[%zu].", i);
        if (!plan_site(core, json_array_get(sites, i), path, named, plan, err))
            return false;
    }
    return true;
}

static void plan_removals(struct core *core, const struct map *named, struct apply_plan *plan)
{
    for (size_t i = 0; i < core->state.sites_count; i++)
        if (!map_has(named, core->state.sites[i]->name))
            add_item(core, plan, APPLY_REMOVE, site_ref(core->state.sites[i]), NULL);
}

static bool same_settings(const struct settings *a, const struct settings *b)
{
    return a->tls_profile == b->tls_profile && memcmp(&a->limits, &b->limits, sizeof a->limits) == 0 &&
           strcmp(a->preload_address, b->preload_address) == 0 && a->preload_update_days == b->preload_update_days &&
           strcmp(a->self_check_address, b->self_check_address) == 0 && a->self_check_days == b->self_check_days &&
           a->subdomains_days == b->subdomains_days && strcmp(a->report_collector, b->report_collector) == 0;
}

bool apply_plan(struct core *core, const json_t *json, struct apply_plan *ret, struct err *err)
{
    static const char *const members[] = {"sites",     "settings",      "notify_channels", "cas",
                                          "dns_zones", "private_roots", "remove_others",   NULL};
    struct apply_plan plan = {.settings = core->state.settings};
    const json_t *sites = NULL, *settings = json_object_get(json, "settings");
    size_t count = 0;
    bool remove_others = false;
    if (!members_only(json, "", members, err) ||
        !members_array(json, "", "sites", COUNTERS_SITES_MAX, &sites, &count, err) ||
        !members_bool(json, "", "remove_others", &remove_others, err) ||
        (settings && !settings_read(settings, "settings.", &plan.settings, err)))
        return false;
    plan.settings_differ = !same_settings(&plan.settings, &core->state.settings);
    plan.items = calloc(count + core->state.sites_count + 1, sizeof *plan.items);
    if (!plan.items)
        return err_memory(err);
    struct map named;
    map_init(&named);
    bool fine = plan_sites(core, sites, count, &named, &plan, err);
    if (fine && remove_others && sites)
        plan_removals(core, &named, &plan);
    map_fini(&named);
    fine = fine && apply_parts_plan(core, json, remove_others, &plan.parts, err);
    if (fine)
        *ret = plan;
    else
        apply_plan_fini(&plan);
    return fine;
}

static bool change_state(struct core *core, const struct apply_plan *plan, struct state *ret, struct err *err)
{
    const struct state nothing = {.sites_count = 0};
    struct state changed;
    if (!state_copy(&core->state, &changed, err))
        return false;
    bool fine = true;
    for (size_t i = 0; fine && i < plan->count; i++) {
        struct apply_item *item = &plan->items[i];
        if (item->act == APPLY_ADD)
            fine = state_add(&changed, &item->after, 1, err);
        else if (item->act == APPLY_CHANGE)
            state_replace(&changed, item->after);
        else
            state_remove(&changed, item->before->name);
    }
    changed.settings = plan->settings;
    fine = fine && state_check(&nothing, NULL, changed.sites, changed.sites_count, true, err);
    if (!fine && err)
        err->field[0] = '\0'; /* a place in the state, which nobody asked about; the text names the site */
    fine = fine && reports_check_collector(&changed, "settings.report_collector", err);
    if (fine)
        *ret = changed;
    else
        state_fini(&changed);
    return fine;
}

static bool refuse(const struct apply_plan *plan, struct err *err)
{
    (void)err_set(err, ERR_CONFLICT, "%.*s: %s", STR_ARG(str_part(plan->result_sites[0], 0, 100)),
                  plan->results[0].why);
    if (!str_eq(str_from(plan->results[0].id), STR(CONSERVE_KEEP_WORKING)))
        return err_fix(err, "%s", plan->results[0].fix);
    return err_fix(err, "%s%sOr put it there by itself first: strictgate cert upload %.*s FILE --replace-working",
                   plan->results[0].fix, plan->results[0].fix[0] ? " " : "",
                   STR_ARG(str_part(plan->result_sites[0], 0, 100)));
}

/* A refusal is worth knowing later. */
static bool record_refusal(struct core *core, const struct apply_plan *plan, struct str actor, struct err *err)
{
    struct record record;
    struct err local = {0};
    struct err *why = err ? err : &local;
    (void)refuse(plan, why);
    record_init(&record, actor, STR("apply"), plan->result_sites[0], clock_wall_s());
    record.entry.outcome = STR("refused");
    record.entry.reason = str_from(why->text);
    if (record_guards(&record, plan->results, plan->results_count))
        commit_record(core, &record.entry);
    else
        (void)err_memory(why);
    record_fini(&record);
    return false;
}

struct parting {
    struct core *core;
    const struct apply_plan *plan;
    struct str actor;
};

static bool store_parts(void *context, struct store *store, struct err *err)
{
    const struct parting *p = context;
    (void)store;
    return apply_parts_store(p->core, &p->plan->parts, p->actor, err);
}

/* One entry for each site, as if each had been changed alone, and the newest for the whole. */
static bool commit_recorded(struct core *core, const struct apply_plan *plan, struct state *changed, struct str actor,
                            struct err *err)
{
    struct audit_entry *entries = calloc(plan->count + 1, sizeof *entries);
    if (!entries) {
        state_fini(changed);
        return err_memory(err);
    }
    for (size_t i = 0; i <= plan->count; i++) {
        const struct apply_item *item = i < plan->count ? &plan->items[i] : NULL;
        entries[i] = (struct audit_entry){.at_s = clock_wall_s(),
                                          .actor = actor,
                                          .act = item ? str_from(audit_names[item->act]) : STR("apply"),
                                          .outcome = STR("done")};
        if (item)
            entries[i].site = (item->after ? item->after : item->before)->name;
    }
    struct parting parting = {.core = core, .plan = plan, .actor = actor};
    const struct commit_notes notes = {
        .records = entries, .records_count = plan->count + 1, .also = store_parts, .also_context = &parting};
    bool fine = commit_state(core, changed, &notes, err);
    free(entries);
    return fine;
}

bool apply_commit(struct core *core, const struct apply_plan *plan, struct str actor, struct err *err)
{
    struct state changed;
    if (plan->results_count)
        return record_refusal(core, plan, actor, err);
    if (!change_state(core, plan, &changed, err) || !commit_recorded(core, plan, &changed, actor, err))
        return false;
    for (size_t i = 0; i < plan->count; i++) {
        if (!plan->items[i].after)
            continue;
        acme_site_changed(core->acme, plan->items[i].after->name);
        drawer_look(core, plan->items[i].after);
    }
    apply_parts_taken(core, &plan->parts);
    return true;
}

static void write_item(struct jsonout *out, const struct apply_item *item)
{
    json_t *before = site_change_json(item->before), *after = site_change_json(item->after);
    jsonout_object(out, NULL);
    jsonout_str(out, "site", item->after ? item->after->name : item->before->name);
    jsonout_str(out, "act", str_from(act_names[item->act]));
    differences_write(out, before, after);
    jsonout_object_end(out);
    json_decref(before);
    json_decref(after);
}

static json_t *settings_json(const struct settings *settings)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, API_REPLY_SIZE_MAX);
    jsonout_object(&out, NULL);
    settings_write(settings, &out);
    jsonout_object_end(&out);
    json_t *json = buf_ok(&text) ? json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL) : NULL;
    buf_fini(&text);
    return json;
}

static void write_settings(const struct core *core, struct jsonout *out, const struct settings *settings)
{
    json_t *before = settings_json(&core->state.settings), *after = settings_json(settings);
    jsonout_object(out, NULL);
    jsonout_null(out, "site");
    jsonout_str(out, "act", STR("settings"));
    differences_write(out, before, after);
    jsonout_object_end(out);
    json_decref(before);
    json_decref(after);
}

void apply_write(const struct core *core, const struct apply_plan *plan, struct jsonout *out)
{
    jsonout_array(out, "changes");
    for (size_t i = 0; i < plan->count; i++)
        write_item(out, &plan->items[i]);
    if (plan->settings_differ)
        write_settings(core, out, &plan->settings);
    apply_parts_write(&plan->parts, out);
    jsonout_array_end(out);
}
