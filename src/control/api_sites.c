/* /v1/sites and /v1/sites/NAME */
#include <stdio.h>
#include <stdlib.h>

#include "control/acme_site.h"
#include "control/api_fetch.h"
#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/certificate_request.h"
#include "control/commit.h"
#include "control/conserve.h"
#include "control/differences.h"
#include "control/drawer.h"
#include "control/findings.h"
#include "control/intake.h"
#include "control/override.h"
#include "control/record.h"
#include "control/site_change.h"
#include "os/clock.h"
#include "store/members.h"

bool api_commit(struct core *core, struct state *changed, const struct audit_entry *record, struct api_reply *reply)
{
    struct err err = {0};
    const struct commit_notes notes = {.records = record, .records_count = 1};
    if (!commit_state(core, changed, &notes, &err)) {
        api_fail(reply, &err);
        return false;
    }
    reply->generation = core->state.generation;
    return true;
}

void api_no_site(struct str name, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_NOT_FOUND, "there is no site %.*s", STR_ARG(name));
    (void)err_fix(&err, "\"strictgate site list\" lists them");
    api_fail(reply, &err);
}

void api_sites_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    (void)request;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "sites");
    for (size_t i = 0; i < core->state.sites_count; i++) {
        jsonout_object(&out, NULL);
        api_site_write(core, core->state.sites[i], &out);
        jsonout_object_end(&out);
    }
    jsonout_array_end(&out);
    jsonout_object_end(&out);
}

void api_site_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    jsonout_object(&out, NULL);
    api_site_write(core, site, &out);
    jsonout_object_end(&out);
}

/*
 * The open object of a reply that waits: the site's members, "generation" and "applied" follow. Whoever gave a
 * certificate is told what is wrong with it.
 */
static void reply_site(struct core *core, const struct api_request *request, struct str name, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, name);
    jsonout_object(&out, NULL);
    if (site)
        api_site_write(core, site, &out);
    else
        jsonout_str(&out, "name", name);
    if (site && intake_is_given(request->json))
        findings_write_site(core, site, &out);
}

/* Where the panel is, only owners say, who have proved it if they mean it. False: the reply is the refusal. */
static bool may_move_panel(const struct api_request *request, const struct site *before, const struct site *after,
                           bool dry_run, struct api_reply *reply)
{
    struct err err = {0};
    if (!site_change_is_of_panel(before, after))
        return true;
    if (request->context.role >= ACCOUNT_OWNER)
        return dry_run || api_check_fresh(&request->context, reply);
    (void)err_set(&err, ERR_DENIED, "only an owner may say by which names the admin panel is reached");
    (void)err_fix(&err, "ask an owner for it");
    api_fail_as(reply, 403, "role", &err);
    return false;
}

static bool may_add(const struct api_request *request, struct site *const *sites, size_t count, struct api_reply *reply)
{
    for (size_t i = 0; i < count; i++)
        if (!may_move_panel(request, NULL, sites[i], false, reply))
            return false;
    return true;
}

static bool read_newcomer(struct core *core, const json_t *json, const char *path, struct site **ret, struct err *err)
{
    struct site *site;
    if (json_object_get(json, "override"))
        return members_error(err, path, "override", "there is no such member");
    if (!api_site_read(core, json, path, &site, err))
        return false;
    if (!site_change_check_targets(core, site, path, err)) {
        site_unref(site);
        return false;
    }
    *ret = site;
    return true;
}

/* All or none: the state's copy with the newcomers in it. */
static bool add_sites(struct core *core, struct site *const *sites, size_t count, bool is_list, struct state *ret,
                      struct err *err)
{
    if (!state_check(&core->state, NULL, sites, count, is_list, err) || !state_copy(&core->state, ret, err))
        return false;
    if (state_add(ret, sites, count, err))
        return true;
    state_fini(ret);
    return false;
}

static bool read_newcomers(struct core *core, const json_t *list, struct site **sites, size_t *count, struct err *err)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        char path[MEMBERS_PATH_SIZE];
        (void)snprintf(path, sizeof path, "[%zu].", i);
        if (!read_newcomer(core, json_array_get(list, i), path, &sites[i], err))
            return false;
        (*count)++;
    }
    return true;
}

static void reply_list(struct core *core, struct site *const *sites, size_t count, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    jsonout_array(&out, "sites");
    for (size_t i = 0; i < count; i++) {
        jsonout_object(&out, NULL);
        api_site_write(core, sites[i], &out);
        jsonout_object_end(&out);
    }
    jsonout_array_end(&out);
}

/* Commits with a plain entry in the audit log: an act without guards. */
static bool commit_act(struct core *core, const struct api_request *request, struct str act, struct str site,
                       struct state *changed, struct api_reply *reply)
{
    struct record record;
    record_init(&record, request->context.actor, act, site, clock_wall_s());
    bool fine = api_commit(core, changed, &record.entry, reply);
    record_fini(&record);
    return fine;
}

static void commit_list(struct core *core, const struct api_request *request, struct site *const *sites, size_t count,
                        struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    if (!add_sites(core, sites, count, true, &changed, &err))
        api_fail(reply, &err);
    else if (commit_act(core, request, STR("site.add"), count == 1 ? sites[0]->name : STR(""), &changed, reply)) {
        reply->status = 201;
        reply_list(core, sites, count, reply);
    }
}

static void add_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    const json_t *list = request->json;
    struct err err = {0};
    size_t count = 0;
    struct site **sites = calloc(json_array_size(list) + 1, sizeof *sites);
    bool fine = sites ? read_newcomers(core, list, sites, &count, &err) : err_memory(&err);
    if (!fine)
        api_fail(reply, &err);
    else if (may_add(request, sites, count, reply))
        commit_list(core, request, sites, count, reply);
    for (size_t i = 0; i < count; i++)
        site_unref(sites[i]);
    free(sites);
}

void api_sites_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    struct site *site = NULL;
    if (json_is_array(request->json)) {
        add_list(core, request, reply);
        return;
    }
    if (api_fetch_first(core, NULL, request, reply))
        return;
    if (!read_newcomer(core, request->json, "", &site, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (!may_add(request, &site, 1, reply)) {
        site_unref(site);
        return;
    }
    if (!add_sites(core, &site, 1, false, &changed, &err))
        api_fail(reply, &err);
    else if (commit_act(core, request, STR("site.add"), site->name, &changed, reply)) {
        reply->status = 201;
        reply_site(core, request, site->name, reply);
    }
    site_unref(site);
}

/* One change of a site that exists, on its way through the conserving guards. */
struct replacing {
    struct core *core;
    const struct api_request *request;
    struct str act;
    struct site *before, *after; /* `after` NULL: it is removed */
    struct guard_result results[GUARD_COUNT_MAX];
    size_t count;
};

static bool change_state(const struct replacing *r, struct state *ret, struct err *err)
{
    struct core *core = r->core;
    if ((r->after && !state_check(&core->state, r->before, &r->after, 1, false, err)) ||
        !state_copy(&core->state, ret, err))
        return false;
    if (r->after)
        state_replace(ret, r->after);
    else
        state_remove(ret, r->before->name);
    return true;
}

/* Takes the guard out that "replace_working" answers; false when there is none. */
static bool take_keep_working(struct replacing *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (str_eq(str_from(r->results[i].id), STR(CONSERVE_KEEP_WORKING))) {
            r->results[i] = r->results[--r->count];
            return true;
        }
    return false;
}

/* Its way out is open to whoever gives one certificate for one site, and to nobody else: so it is told here. */
static void offer_replace_working(struct replacing *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct guard_result *result = &r->results[i];
        size_t size = strlen(result->fix);
        if (str_eq(str_from(result->id), STR(CONSERVE_KEEP_WORKING)))
            (void)snprintf(result->fix + size, sizeof result->fix - size, "%s%s", size ? " " : "",
                           "Or put it in the place of the working one all the same: --replace-working "
                           "(\"replace_working\": true).");
    }
}

/* What was overridden, by name or by "replace_working". */
static bool record_settled(struct record *record, const char *used, struct str reason, bool replaces_working)
{
    char all[OVERRIDE_LIST_SIZE + sizeof CONSERVE_KEEP_WORKING + 1];
    if (!replaces_working)
        return record_override(record, used, reason);
    (void)snprintf(all, sizeof all, "%s%s" CONSERVE_KEEP_WORKING, used, used[0] ? " " : "");
    return record_override(record, all, reason.size ? reason : STR("replace_working"));
}

static bool settle(struct replacing *r, const json_t *override_json, struct record *record, struct err *err)
{
    struct override override;
    char used[OVERRIDE_LIST_SIZE];
    if (!override_read(override_json, r->before->name, &override, err))
        return false;
    bool replace_working = false;
    if (!members_bool(r->request->json, "", "replace_working", &replace_working, err))
        return false;
    r->count = conserve_evaluate(r->core, r->before, r->after, r->results);
    offer_replace_working(r);
    if (!record_guards(record, r->results, r->count))
        return err_memory(err);
    replace_working = replace_working && take_keep_working(r);
    if (!override_settles(&override, r->results, r->count, r->before->name, used, err)) {
        record->entry.outcome = STR("refused");
        record->entry.reason = str_from(err->text);
        commit_record(r->core, &record->entry);
        return false;
    }
    return record_settled(record, used, override.reason, replace_working) || err_memory(err);
}

/* Guards, override, commit, record; then the site as it is now. */
static void replace_site(struct replacing *r, const json_t *override_json, struct api_reply *reply)
{
    struct err err = {0};
    struct record record;
    struct state changed;
    record_init(&record, r->request->context.actor, r->act, r->before->name, clock_wall_s());
    if (!record_site_change(&record, r->before, r->after))
        (void)err_memory(&err);
    if (err.code || !settle(r, override_json, &record, &err) || !change_state(r, &changed, &err))
        api_fail_guarded(reply, &err, r->results, r->count);
    else if (api_commit(r->core, &changed, &record.entry, reply)) {
        acme_site_changed(r->core->acme, r->request->name);
        if (r->after)
            drawer_look(r->core, r->after);
        reply_site(r->core, r->request, r->request->name, reply);
    }
    record_fini(&record);
}

void api_site_replace(struct core *core, const struct api_request *request, struct str act, struct site *before,
                      struct site *after, const json_t *override_json, struct api_reply *reply)
{
    struct replacing r = {.core = core, .request = request, .act = act, .before = site_ref(before), .after = after};
    replace_site(&r, override_json, reply);
    site_unref(r.before);
}

/* "?dry_run=true": what would differ, and which conserving guards stand against it. An override is not looked at. */
static void rehearse(struct core *core, struct site *before, struct site *after, struct api_reply *reply)
{
    struct err err = {0};
    struct guard_result results[GUARD_COUNT_MAX];
    struct jsonout out = {.out = &reply->body};
    if (!state_check(&core->state, before, &after, 1, false, &err)) {
        api_fail(reply, &err);
        return;
    }
    json_t *was = site_change_json(before), *would = site_change_json(after);
    size_t count = conserve_evaluate(core, before, after, results);
    if (was && would) {
        jsonout_object(&out, NULL);
        jsonout_str(&out, "name", before->name);
        jsonout_bool(&out, "dry_run", true);
        differences_write(&out, was, would);
        record_write_guards(results, count, "guards", &out);
        jsonout_object_end(&out);
    } else {
        api_fail(reply, (err_memory(&err), &err));
    }
    json_decref(was);
    json_decref(would);
}

/* From what is asked for to the site as it would be. */
typedef bool change_read(struct core *core, const struct site *before, const json_t *json, struct site **ret,
                         struct err *err);

static void change(struct core *core, const struct api_request *request, change_read *read, struct api_reply *reply)
{
    struct err err = {0};
    struct site *before = state_find(&core->state, request->name), *after;
    bool dry_run = str_eq(request->query, STR("dry_run=true"));
    if (!before) {
        api_no_site(request->name, reply);
        return;
    }
    if (request->query.size && !dry_run)
        (void)err_field(&err, "query", "only dry_run=true can be said here");
    else if (api_fetch_first(core, before, request, reply))
        return;
    if (err.code || !read(core, before, request->json, &after, &err)) {
        api_fail(reply, &err);
        return;
    }
    bool may = may_move_panel(request, before, after, dry_run, reply);
    if (may && dry_run)
        rehearse(core, before, after, reply);
    else if (may)
        api_site_replace(core, request, STR("site.change"), before, after, json_object_get(request->json, "override"),
                         reply);
    if (reply->generation && intake_is_given(request->json))
        certificate_requests_done(core, after);
    site_unref(after);
}

void api_site_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    change(core, request, site_change_patch, reply);
}

static bool read_declared(struct core *core, const struct site *before, const json_t *json, struct site **ret,
                          struct err *err)
{
    json_t *plain = json_is_object(json) ? json_copy((json_t *)(uintptr_t)json) : NULL;
    if (!plain)
        return json_is_object(json) ? err_memory(err) : err_set(err, ERR_INPUT, "a JSON object is needed here");
    (void)json_object_del(plain, "replace_working"); /* it is about this change, not of the site */
    struct site *after = NULL;
    bool fine = site_change_declare(core, before, plain, "", &after, err) &&
                (str_eq(after->name, before->name) || site_change_refuse_name(err));
    json_decref(plain);
    if (fine)
        *ret = after;
    else
        site_unref(after);
    return fine;
}

void api_site_declare(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    change(core, request, read_declared, reply);
}

void api_site_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const members[] = {"override", NULL};
    struct err err = {0};
    struct site *before = state_find(&core->state, request->name);
    if (!before) {
        api_no_site(request->name, reply);
        return;
    }
    if (request->json && !members_only(request->json, "", members, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (!may_move_panel(request, before, NULL, false, reply))
        return;
    api_site_replace(core, request, STR("site.remove"), before, NULL,
                     request->json ? json_object_get(request->json, "override") : NULL, reply);
}
