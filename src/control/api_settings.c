/* /v1/settings, /v1/reload and /v1/local-ca */
#include "control/api_routes.h"
#include "control/commit.h"
#include "control/record.h"
#include "control/renew.h"
#include "control/reports.h"
#include "os/clock.h"
#include "snapshot/limits.h"
#include "store/members.h"

static void write_limits_help(struct jsonout *out)
{
    size_t count;
    const struct snap_limit *limits = snapshot_limits(&count);
    jsonout_object(out, "limits_help");
    for (size_t i = 0; i < count; i++) {
        jsonout_object(out, limits[i].name);
        jsonout_str(out, "unit", str_from(limits[i].unit));
        jsonout_u64(out, "min", limits[i].min);
        jsonout_u64(out, "max", limits[i].max);
        jsonout_u64(out, "default", limits[i].preset);
        jsonout_bool(out, "zero_is_unlimited", limits[i].zero_allowed);
        jsonout_str(out, "what", str_from(limits[i].what));
        jsonout_object_end(out);
    }
    jsonout_object_end(out);
}

void api_settings_get(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    (void)request;
    jsonout_object(&out, NULL);
    settings_write(&core->state.settings, &out);
    write_limits_help(&out);
    jsonout_object_end(&out);
}

void api_settings_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct settings settings = core->state.settings;
    struct state changed;
    if (!settings_read(request->json, "", &settings, &err) || !state_copy(&core->state, &changed, &err)) {
        api_fail(reply, &err);
        return;
    }
    changed.settings = settings;
    bool is_other = strcmp(settings.report_collector, core->state.settings.report_collector) != 0;
    if (is_other && !reports_check_collector(&changed, "report_collector", &err)) {
        state_fini(&changed);
        api_fail(reply, &err);
        return;
    }
    struct record record;
    record_init(&record, request->context.actor, STR("settings.change"), STR(""), clock_wall_s());
    bool fine = api_commit(core, &changed, &record.entry, reply);
    record_fini(&record);
    if (!fine)
        return;
    struct jsonout out = {.out = &reply->body};
    jsonout_object(&out, NULL);
    settings_write(&core->state.settings, &out);
}

void api_reload(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const none[] = {NULL};
    struct err err = {0};
    if ((request->json && !members_only(request->json, "", none, &err)) || !commit_again(core, &err)) {
        api_fail(reply, &err);
        return;
    }
    reply->generation = core->state.generation;
    (void)buf_put_char(&reply->body, '{');
}

void api_local_ca(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct buf root;
    (void)request;
    if (!renew_root(core, &root, &err)) {
        api_fail(reply, &err);
        return;
    }
    (void)buf_put_str(&reply->body, buf_str(&root));
    buf_fini(&root);
    reply->content_type = "application/x-pem-file";
}
