/* /v1/sites and /v1/sites/NAME */
#include <stdio.h>
#include <stdlib.h>

#include "control/api_routes.h"
#include "control/api_site_json.h"
#include "control/commit.h"
#include "control/guard.h"
#include "control/renew.h"
#include "store/members.h"

bool api_commit(struct core *core, struct state *changed, struct api_reply *reply)
{
    struct err err = {0};
    if (!commit_state(core, changed, &err)) {
        api_fail(reply, &err);
        return false;
    }
    reply->generation = core->state.generation;
    return true;
}

static void not_found(struct str name, struct api_reply *reply)
{
    struct err err = {0};
    (void)err_set(&err, ERR_NOT_FOUND, "there is no site %.*s", STR_ARG(name));
    (void)err_fix(&err, "\"strictgate site list\" lists them");
    api_fail(reply, &err);
}

/* Folders of the site must lie below one that the boot file allows. */
static bool root_is_allowed(const struct core *core, struct str root)
{
    for (size_t i = 0; i < core->boot->static_roots_count; i++) {
        struct str allowed = str_from(core->boot->static_roots[i]);
        while (allowed.size > 1 && str_ends(allowed, STR("/")))
            allowed.size--;
        if (str_eq(root, allowed) ||
            (str_starts(root, allowed) && (allowed.size == 1 || root.data[allowed.size] == '/')))
            return true;
    }
    return false;
}

static bool check_roots(const struct core *core, const struct site *site, const char *path, struct err *err)
{
    for (size_t i = 0; i < site->routes_count; i++) {
        const struct route *route = &site->routes[i];
        if (route->kind != SNAP_ROUTE_FILES || root_is_allowed(core, route->root))
            continue;
        char name[32];
        (void)snprintf(name, sizeof name, "routes[%zu].root", i);
        (void)members_error(err, path, name, "the folder %.*s may not be served",
                            STR_ARG(str_part(route->root, 0, 200)));
        return err_fix(err, "add it, or a folder above it, to Static Root in the boot file");
    }
    return true;
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
        not_found(request->name, reply);
        return;
    }
    jsonout_object(&out, NULL);
    api_site_write(core, site, &out);
    jsonout_object_end(&out);
}

/* The open object of a reply that waits: the site's members, "generation" and "applied" follow. */
static void reply_site(struct core *core, struct str name, struct api_reply *reply)
{
    struct jsonout out = {.out = &reply->body};
    const struct site *site = state_find(&core->state, name);
    jsonout_object(&out, NULL);
    if (site)
        api_site_write(core, site, &out);
    else
        jsonout_str(&out, "name", name);
}

static bool read_newcomer(struct core *core, const json_t *json, const char *path, struct site **ret, struct err *err)
{
    struct site *site;
    if (json_object_get(json, "override"))
        return members_error(err, path, "override", "there is no such member");
    if (!api_site_read(core, json, path, &site, err))
        return false;
    if (!check_roots(core, site, path, err)) {
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

static void add_list(struct core *core, const json_t *list, struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    size_t count = 0;
    struct site **sites = calloc(json_array_size(list) + 1, sizeof *sites);
    bool fine = sites ? read_newcomers(core, list, sites, &count, &err) : err_memory(&err);
    if (!fine || !add_sites(core, sites, count, true, &changed, &err))
        api_fail(reply, &err);
    else if (api_commit(core, &changed, reply)) {
        reply->status = 201;
        reply_list(core, sites, count, reply);
    }
    for (size_t i = 0; i < count; i++)
        site_unref(sites[i]);
    free(sites);
}

void api_sites_add(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    struct site *site;
    if (json_is_array(request->json)) {
        add_list(core, request->json, reply);
        return;
    }
    if (!read_newcomer(core, request->json, "", &site, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (!add_sites(core, &site, 1, false, &changed, &err))
        api_fail(reply, &err);
    else if (api_commit(core, &changed, reply)) {
        reply->status = 201;
        reply_site(core, site->name, reply);
    }
    site_unref(site);
}

/* The site's present members with the request's over them. */
static json_t *merge(const struct site *site, const json_t *patch)
{
    struct buf text;
    buf_init(&text, API_REPLY_SIZE_MAX);
    struct jsonout out = {.out = &text};
    jsonout_object(&out, NULL);
    site_write_members(site, &out);
    jsonout_object_end(&out);
    json_t *merged = buf_ok(&text) ? json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL) : NULL;
    buf_fini(&text);
    json_t *plain = merged ? api_site_strip(patch) : NULL;
    if (plain && json_object_get(plain, "upstreams") && !json_object_get(plain, "routes"))
        (void)json_object_del(merged, "routes"); /* the shorthand stands for all routes */
    if (!plain || json_object_update(merged, plain) != 0) {
        json_decref(merged);
        merged = NULL;
    }
    json_decref(plain);
    return merged;
}

static bool same_names(const struct site *a, const struct site *b)
{
    if (a->aliases_count != b->aliases_count)
        return false;
    for (size_t i = 0; i < a->aliases_count; i++)
        if (!str_eq(a->aliases[i], b->aliases[i]))
            return false;
    return true;
}

/* What the request does not speak of stays: certificate, HSTS, promise, slots. */
static bool carry_over(struct core *core, const struct site *before, const json_t *patch, struct site *after,
                       struct err *err)
{
    bool given;
    if (!site_set_certificates(after, before->source, before->ecdsa, before->rsa))
        return err_memory(err);
    after->hsts_max_age_s = before->hsts_max_age_s;
    after->hsts_include_subdomains = before->hsts_include_subdomains;
    after->promise = before->promise;
    after->created_s = before->created_s;
    site_inherit_slots(after, before);
    if (!api_site_certificates(core, patch, "", after, &given, err))
        return false;
    if (!given && before->source == SITE_SOURCE_LOCAL_CA && !same_names(before, after) &&
        !renew_issue(core, after, err))
        return false;
    /* Without a certificate there is no field; it shall not come back by itself with the next one. */
    if (!site_has_certificate(after))
        after->hsts_max_age_s = SITE_HSTS_OFF;
    return true;
}

static bool patch_site(struct core *core, const struct site *before, const json_t *patch, struct site **ret,
                       struct err *err)
{
    struct site *after = NULL;
    json_t *merged = json_is_object(patch) ? merge(before, patch) : NULL;
    if (!merged)
        return json_is_object(patch) ? err_memory(err) : err_set(err, ERR_INPUT, "a JSON object is needed here");
    bool fine = site_read(merged, "", ROUTE_FROM_OPERATOR, &after, err);
    json_decref(merged);
    if (!fine)
        return false;
    if (!str_eq(after->name, before->name)) {
        (void)err_field(err, "name", "the name of a site cannot be changed");
        fine = err_fix(err, "add a site with the new name, and remove this one when nobody uses it any more");
    }
    fine = fine && check_roots(core, after, "", err) && carry_over(core, before, patch, after, err);
    if (fine)
        *ret = after;
    else
        site_unref(after);
    return fine;
}

/* The state's copy with `after` in the place of `before`, if nothing stands against it. */
static bool replace_site(struct core *core, struct site *before, struct site *after, const json_t *override,
                         struct state *ret, struct err *err)
{
    if (!state_check(&core->state, before, &after, 1, false, err) || !state_copy(&core->state, ret, err))
        return false;
    if (!guard_change(core, before, after, override, ret, err)) {
        state_fini(ret);
        return false;
    }
    state_replace(ret, after);
    return true;
}

void api_site_change(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    struct site *after = NULL, *before = state_find(&core->state, request->name);
    if (!before) {
        not_found(request->name, reply);
        return;
    }
    if (!patch_site(core, before, request->json, &after, &err)) {
        api_fail(reply, &err);
        return;
    }
    if (!replace_site(core, before, after, json_object_get(request->json, "override"), &changed, &err))
        api_fail(reply, &err);
    else if (api_commit(core, &changed, reply))
        reply_site(core, request->name, reply);
    site_unref(after);
}

static bool remove_site(struct core *core, const struct site *site, const json_t *json, struct state *ret,
                        struct err *err)
{
    static const char *const members[] = {"override", NULL};
    if ((json && !members_only(json, "", members, err)) || !state_copy(&core->state, ret, err))
        return false;
    if (!guard_change(core, site, NULL, json ? json_object_get(json, "override") : NULL, ret, err)) {
        state_fini(ret);
        return false;
    }
    state_remove(ret, site->name);
    return true;
}

void api_site_remove(struct core *core, const struct api_request *request, struct api_reply *reply)
{
    struct err err = {0};
    struct state changed;
    const struct site *site = state_find(&core->state, request->name);
    if (!site) {
        not_found(request->name, reply);
        return;
    }
    if (!remove_site(core, site, request->json, &changed, &err))
        api_fail(reply, &err);
    else if (api_commit(core, &changed, reply))
        reply_site(core, request->name, reply);
}
