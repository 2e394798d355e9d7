/* /v1/cas, /v1/cas/NAME and /v1/cas/NAME/account: certificate authorities and the accounts there. */
#include "control/acme_cas.h"
#include "control/acme_errand.h"
#include "control/acme_run.h"
#include "control/acme_site.h"
#include "control/api_routes.h"
#include "control/ca_known.h"
#include "control/commit.h"
#include "control/record.h"
#include "os/clock.h"
#include "store/jsonout.h"
#include "store/members.h"

static void no_ca(struct str name, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_NOT_FOUND, "there is no certificate authority %.*s", STR_ARG(name));
    (void)err_fix(&err, "\"strictgate ca list\" lists them");
    api_fail(reply, &err);
}

/* Tests without processes around them have none. */
static bool has_acme(const struct core *core, struct api_reply *reply)
{
    struct err err = {0};
    if (core->acme)
        return true;
    (void)err_set(&err, ERR_SYSTEM, "certificates cannot be obtained here");
    api_fail(reply, &err);
    return false;
}

static void write_errand(const struct acme *acme, const struct ca *ca, struct jsonout *out)
{
    const struct acme_errand *errand = acme_errand_find(acme, ca->name);
    const struct acme_run *run = acme_run_find_account(acme, ca->name);
    const char *idle = errand && errand->over ? "over" : "queued";
    if (!errand) {
        jsonout_null(out, "errand");
        return;
    }
    jsonout_object(out, "errand");
    jsonout_str(out, "act", str_from(acme_errand_name(errand->kind)));
    jsonout_str(out, "phase", str_from(run ? acme_job_phase(run->job) : idle));
    jsonout_bool(out, "over", errand->over);
    jsonout_time(out, "at", errand->at_s);
    jsonout_str(out, "terms", str_from(errand->terms_url));
    jsonout_str(out, "profiles", str_from(errand->profiles));
    jsonout_bool(out, "binding_required", errand->binding_required);
    if (errand->failed) {
        jsonout_object(out, "failure");
        jsonout_str(out, "problem", str_from(errand->failure.problem));
        jsonout_str(out, "words", str_from(errand->failure.words));
        jsonout_str(out, "fix", str_from(errand->failure.fix));
        jsonout_bool(out, "permanent", errand->failure.permanent);
        jsonout_object_end(out);
    } else {
        jsonout_null(out, "failure");
    }
    jsonout_object_end(out);
}

static void write_ca(const struct acme *acme, const struct ca *ca, struct jsonout *out)
{
    jsonout_object(out, NULL);
    ca_write_members(ca, out);
    jsonout_time(out, "added", ca->added_s);
    jsonout_object(out, "account");
    if (ca->account_url.size)
        jsonout_str(out, "url", ca->account_url);
    else
        jsonout_null(out, "url");
    jsonout_bool(out, "rolls_key", ca->next_key.size > 0);
    write_errand(acme, ca, out);
    jsonout_object_end(out);
    jsonout_object_end(out);
}

static void reply_ca(const struct acme *acme, struct str name, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct ca *ca = acme_cas_find(acme, name);
    if (ca)
        write_ca(acme, ca, &out);
    else
        no_ca(name, reply);
}

void api_cas_list(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    (void)request;
    if (!has_acme(core, reply))
        return;
    jsonout_object(&out, NULL);
    jsonout_array(&out, "cas");
    for (size_t i = 0; i < core->acme->cas_count; i++)
        write_ca(core->acme, core->acme->cas[i], &out);
    jsonout_array_end(&out);
    jsonout_object_end(&out);
}

void api_ca_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    if (has_acme(core, reply))
        reply_ca(core->acme, request->name, reply);
}

static bool put(struct core *core, const struct api_request *request, struct ca *ca, struct str act, struct err *err)
{
    struct record record;
    record_init(&record, request->context.actor, act, STR(""), clock_wall_s());
    record.entry.reason = ca->name;
    bool fine = acme_cas_put(core->acme, ca, &record.entry, err);
    record_fini(&record);
    if (fine)
        acme_site_changed_all(core->acme);
    return fine;
}

/* A known name needs no more. */
static json_t *complete(const json_t *json)
{
    json_t *copy = json_is_object(json) ? json_copy((json_t *)(uintptr_t)json) : json_object();
    const json_t *name = json_object_get(json, "name");
    const struct ca_known *known =
        json_is_string(name) ? ca_known_find(str_make(json_string_value(name), json_string_length(name))) : NULL;
    bool fine = copy != NULL;
    if (fine && known && !json_object_get(copy, "directory"))
        fine = json_object_set_new(copy, "directory", json_string(known->directory_url)) == 0 &&
               (json_object_get(copy, "rehearsal") ||
                json_object_set_new(copy, "rehearsal", json_boolean(known->rehearsal)) == 0);
    if (fine)
        return copy;
    json_decref(copy);
    return NULL;
}

static bool add(struct core *core, const struct api_request *request, struct str *ret_name, struct err *err)
{
    struct ca *ca;
    json_t *whole = complete(request->json);
    bool fine = whole ? ca_known_check(whole, err) && ca_read(whole, NULL, &ca, err) : err_memory(err);
    json_decref(whole);
    if (!fine)
        return false;
    ca->added_s = clock_wall_s();
    if (acme_cas_find(core->acme, ca->name)) {
        (void)err_set(err, ERR_CONFLICT, "there is a certificate authority %.*s already", STR_ARG(ca->name));
        fine = err_fix(err, "change it with \"strictgate ca set\"");
    }
    fine = fine && put(core, request, ca, STR("ca.add"), err);
    if (fine)
        *ret_name = acme_cas_find(core->acme, ca->name)->name;
    ca_unref(ca);
    return fine;
}

void api_ca_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct str name;
    if (!has_acme(core, reply))
        return;
    if (!add(core, request, &name, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 201;
    reply_ca(core->acme, name, reply);
}

void api_ca_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct ca *after;
    if (!has_acme(core, reply))
        return;
    const struct ca *before = acme_cas_find(core->acme, request->name);
    if (!before) {
        no_ca(request->name, reply);
        return;
    }
    if (!ca_read(request->json, before, &after, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (put(core, request, after, STR("ca.change"), &err))
        reply_ca(core->acme, request->name, reply);
    else
        api_fail(reply, &err);
    ca_unref(after);
}

static bool remove_ca(struct core *core, const struct api_request *request, struct err *err)
{
    struct record record;
    const struct site *site = acme_cas_named_by(core, request->name);
    if (site) {
        (void)err_set(err, ERR_CONFLICT, "%.*s gets its certificate there", STR_ARG(site->name));
        return err_fix(err, "choose another one first: strictgate cert auto %.*s --ca NAME",
                       STR_ARG(str_part(site->name, 0, 100)));
    }
    record_init(&record, request->context.actor, STR("ca.remove"), STR(""), clock_wall_s());
    record.entry.reason = request->name;
    bool fine = acme_cas_remove(core->acme, request->name, &record.entry, err);
    record_fini(&record);
    if (fine)
        acme_site_changed_all(core->acme);
    return fine;
}

void api_ca_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct jsonout out = {.out = &reply->body};
    if (!has_acme(core, reply))
        return;
    if (!acme_cas_find(core->acme, request->name)) {
        no_ca(request->name, reply);
        return;
    }
    if (!remove_ca(core, request, &err)) {
        api_fail(reply, &err);
        return;
    }
    jsonout_object(&out, NULL);
    jsonout_str(&out, "name", request->name);
    jsonout_object_end(&out);
}

static bool read_act(const json_t *json, enum acme_job_kind *ret, struct err *err)
{
    static const char *const members[] = {"act", NULL}, *const acts[] = {"account", "roll-key", "deactivate", NULL};
    static const enum acme_job_kind kinds[] = {ACME_JOB_ACCOUNT, ACME_JOB_ROLL_KEY, ACME_JOB_DEACTIVATE};
    uint32_t act = 0;
    if (!members_only(json, "", members, err) || !members_choice(json, "", "act", acts, &act, err))
        return false;
    *ret = kinds[act];
    return true;
}

static bool ask(struct core *core, const struct api_request *request, struct err *err)
{
    static const char *const acts[] = {[ACME_JOB_ACCOUNT] = "ca.account",
                                       [ACME_JOB_ROLL_KEY] = "ca.roll-key",
                                       [ACME_JOB_DEACTIVATE] = "ca.deactivate"};
    struct record record;
    enum acme_job_kind kind;
    if (!read_act(request->json, &kind, err) || !acme_errand_ask(core->acme, request->name, kind, err))
        return false;
    record_init(&record, request->context.actor, str_from(acts[kind]), STR(""), clock_wall_s());
    record.entry.reason = request->name;
    commit_record(core, &record.entry);
    record_fini(&record);
    return true;
}

/* 202: how it goes is told by the CA itself. */
void api_ca_account(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    if (!has_acme(core, reply))
        return;
    if (!acme_cas_find(core->acme, request->name)) {
        no_ca(request->name, reply);
        return;
    }
    if (!ask(core, request, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->status = 202;
    reply_ca(core->acme, request->name, reply);
}
