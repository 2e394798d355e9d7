/* /v1/sites/NAME/hsts: a plain switch, with what must hold before it may be turned on. */
#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/guard.h"
#include "hsts/field.h"
#include "store/members.h"

static const char *const members[] = {"max_age", "include_subdomains", NULL};

static bool read_switch(const json_t *json, struct site *site, struct err *err)
{
    const json_t *max_age = json_object_get(json, "max_age");
    bool include_subdomains = false;
    int64_t max_age_s = SITE_HSTS_OFF;
    if (!members_only(json, "", members, err) ||
        !members_bool(json, "", "include_subdomains", &include_subdomains, err))
        return false;
    if (!max_age)
        return err_field(err, "max_age",
                         include_subdomains ? "include_subdomains needs a max_age to go with it"
                                            : "max_age is missing");
    if (!json_is_null(max_age) && !members_i64(json, "", "max_age", 0, HSTS_MAX_AGE_S_MAX, &max_age_s, err))
        return false;
    if (max_age_s < 0 && include_subdomains)
        return err_field(err, "include_subdomains", "include_subdomains needs a max_age to go with it");
    site->hsts_max_age_s = max_age_s;
    site->hsts_include_subdomains = include_subdomains;
    return true;
}

/* Less than before can always be said: it is the way back, and needs nothing that keeps it. */
static bool promises_more(const struct site *before, const struct site *site)
{
    return site->hsts_max_age_s > before->hsts_max_age_s ||
           (site->hsts_include_subdomains && !before->hsts_include_subdomains);
}

static bool check_switch(struct core *core, const struct site *before, const struct site *site, struct err *err)
{
    if (site->hsts_max_age_s < 0 || !promises_more(before, site))
        return true;
    if (name_kind(site->name) == NAME_IP) {
        (void)err_set(err, ERR_CONFLICT, "browsers ignore HSTS for an IP address (RFC 6797 section 8.1.1)");
        return err_fix(err, "serve the application under a host name");
    }
    if (site->hsts_max_age_s == 0 && site_has_certificate(site))
        return true;
    return guard_certificate(core, site, site->name, err) &&
           (!site->hsts_include_subdomains || guard_subdomains(core, site, err));
}

static void not_found(struct str name, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_NOT_FOUND, "there is no site %.*s", STR_ARG(name));
    api_fail(reply, &err);
}

/* Commits the site with its new switch. */
static void commit_switch(struct core *core, struct site *site, struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    struct jsonout out = {.out = &reply->body};
    if (!state_copy(&core->state, &changed, &err)) {
        api_fail(reply, &err);
        return;
    }
    state_replace(&changed, site);
    if (!api_commit(core, &changed, reply))
        return;
    jsonout_object(&out, NULL);
    api_site_write(core, site, &out);
}

void api_hsts_put(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    const struct site *before = state_find(&core->state, request->name);
    if (!before) {
        not_found(request->name, reply);
        return;
    }
    struct site *site = site_copy(before);
    if (!site)
        (void)err_memory(&err);
    if (!site || !read_switch(request->json, site, &err) || !check_switch(core, before, site, &err))
        api_fail(reply, &err);
    else
        commit_switch(core, site, reply);
    site_unref(site);
}

void api_hsts_delete(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    static const char *const none[] = {NULL};
    struct err err = {0};
    const struct site *before = state_find(&core->state, request->name);
    if (!before) {
        not_found(request->name, reply);
        return;
    }
    struct site *site = site_copy(before);
    if (!site)
        (void)err_memory(&err);
    if (!site || (request->json && !members_only(request->json, "", none, &err))) {
        api_fail(reply, &err);
    } else {
        site->hsts_max_age_s = SITE_HSTS_OFF;
        site->hsts_include_subdomains = false;
        commit_switch(core, site, reply);
    }
    site_unref(site);
}
