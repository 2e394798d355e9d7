/* /v1/sites/NAME/check: the last self-check of a site, and looking now. */
#include "control/api_self_check.h"

#include "control/api_routes.h"
#include "control/finding_json.h"
#include "control/self_check.h"
#include "control/self_check_report.h"
#include "store/members.h"

static void write_moment(struct jsonout *out, const char *key, int64_t at_s)
{
    if (at_s)
        jsonout_time(out, key, at_s);
    else
        jsonout_null(out, key);
}

static void write_text(struct jsonout *out, const char *key, struct str text)
{
    if (text.size)
        jsonout_str(out, key, text);
    else
        jsonout_null(out, key);
}

static struct str state_of(const struct site *site, const struct self_check *last)
{
    if (!self_check_is_fit(site))
        return STR("none");
    if (!last)
        return STR("never");
    if (last->sight != SELF_CHECK_SEEN)
        return STR("unseen");
    return last->errors_count ? STR("errors") : STR("good");
}

static void write_findings(struct jsonout *out, const char *key, const struct self_check_found *found, bool errors)
{
    jsonout_array(out, key);
    for (size_t i = 0; i < found->findings.count; i++) {
        const struct preload_finding *finding = &found->findings.items[i];
        if (preload_code_is_error(finding->code) == errors)
            api_check_write_finding(finding, errors ? &found->mended[i] : NULL, out);
    }
    jsonout_array_end(out);
}

static void write_report(const struct self_check_report *report, struct jsonout *out)
{
    bool seen = report->sight == SELF_CHECK_SEEN;
    jsonout_str(out, "domain", report->domain);
    write_text(out, "registrable", report->registrable);
    if (report->field.data)
        jsonout_str(out, "field", report->field);
    else
        jsonout_null(out, "field");
    jsonout_str(out, "policy", str_from(preload_policy_name(report->policy)));
    if (!seen) {
        jsonout_str(out, "sight", str_from(self_check_sight_name(report->sight)));
        jsonout_str(out, "why", str_from(self_check_sight_words(report->sight)));
        jsonout_str(out, "detail", str_from(report->why));
        jsonout_str(out, "fix", str_from(self_check_sight_fix(report->sight)));
    }
    write_findings(out, "errors", &report->found, true);
    write_findings(out, "warnings", &report->found, false);
    finding_json_write(out, "findings", &report->more);
}

/* What is stored; an empty one where that is nothing, or cannot be read. */
static void write_stored(struct core *core, const struct site *site, struct jsonout *out)
{
    static const struct self_check_report none = {.domain = STR_INIT(""), .sight = SELF_CHECK_SEEN};
    struct self_check_report report = none;
    struct buf content;
    json_t *json = NULL;
    report.domain = site->name;
    buf_init(&content, SELF_CHECK_CONTENT_SIZE_MAX);
    if (self_check_last(core, site->name) && store_self_check_content(core->store, site->name, &content, NULL) &&
        content.size)
        (void)(self_check_report_read(buf_str(&content), &json, &report, NULL) || (report.domain = site->name).size);
    write_report(&report, out);
    json_decref(json);
    buf_fini(&content);
}

void api_self_check_write_summary(struct core *core, const struct site *site, const char *key, struct jsonout *out)
{
    const struct self_check *last = self_check_last(core, site->name);
    jsonout_object(out, key);
    jsonout_str(out, "state", state_of(site, last));
    write_moment(out, "checked_at", last ? last->at_s : 0);
    jsonout_u64(out, "errors", last ? last->errors_count : 0);
    jsonout_u64(out, "warnings", last ? last->warnings_count : 0);
    jsonout_object_end(out);
}

static void write(struct core *core, const struct site *site, struct jsonout *out)
{
    const struct self_check *last = self_check_last(core, site->name);
    bool present = last && self_check_is_present(core, site);
    jsonout_object(out, NULL);
    jsonout_str(out, "site", site->name);
    jsonout_str(out, "state", state_of(site, last));
    write_moment(out, "checked_at", last ? last->at_s : 0);
    write_moment(out, "next_check", self_check_next_s(core, site));
    jsonout_u64(out, "every_days", core->state.settings.self_check_days);
    jsonout_bool(out, "running", self_check_is_running(core, site->name));
    jsonout_bool(out, "changed_since", last && !present);
    jsonout_bool(out, "listed", self_check_is_listed(core, site));
    jsonout_bool(out, "matters", self_check_matters(core, site));
    if (present && last->sight == SELF_CHECK_SEEN)
        jsonout_bool(out, "ready_for_preload", last->unmended_count == 0);
    else
        jsonout_null(out, "ready_for_preload");
    write_stored(core, site, out);
    jsonout_object_end(out);
}

void api_self_check_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, request->name);
    if (site)
        write(core, site, &out);
    else
        api_no_site(request->name, reply);
}

void api_self_check_begin(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const none[] = {NULL};
    struct jsonout out = {.out = &reply->body};
    struct err err = {0};
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        api_no_site(request->name, reply);
        return;
    }
    if (!self_check_is_fit(site)) {
        (void)err_set(&err, ERR_CONFLICT, "%.*s has no host name that could be looked at", STR_ARG(site->name));
        (void)err_fix(&err, "only names are listed, no addresses and no wildcards");
        api_fail(reply, &err);
        return;
    }
    if (request->json && !members_only(request->json, "", none, &err)) {
        api_fail(reply, &err);
        return;
    }
    self_check_want(core, site->name);
    reply->status = 202;
    write(core, site, &out);
}
