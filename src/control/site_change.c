/* Reading, carrying over, checking; nothing is committed here. */
#include "control/site_change.h"

#include <stdio.h>
#include <sys/stat.h>

#include "control/acme_wish.h"
#include "control/api.h"
#include "control/api_site_json.h"
#include "control/renew.h"
#include "control/reports.h"
#include "store/members.h"

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

/* By name, or by whatever other name leads to it. */
static bool is_socket(const char *own, const char *path)
{
    struct stat a, b;
    return strcmp(own, path) == 0 ||
           (stat(own, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino);
}

static bool is_own_socket(const struct core *core, struct str path)
{
    char text[UPSTREAM_UNIX_PATH_SIZE_MAX + 1];
    if (path.size == 0 || path.size >= sizeof text)
        return false;
    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(path));
    return is_socket(core->paths.panel_socket, text) || is_socket(core->paths.socket, text);
}

/* The panel's own address on loopback: a site there would let everybody in by the door that is for this machine. */
static bool is_own_address(const struct core *core, const struct upstream *upstream)
{
    struct str panel = str_from(core->boot->panel_address), host = upstream->host;
    size_t colon = panel.size;
    uint64_t port;
    while (colon > 0 && panel.data[colon - 1] != ':')
        colon--;
    return core->boot->panel_fd >= 0 && str_to_u64(str_after(panel, colon), UINT16_MAX, &port) &&
           port == upstream->port &&
           ((upstream->host_is_ip && str_starts(host, STR("127."))) || str_eq(host, STR("::1")) ||
            str_eq(host, STR("localhost")) || str_ends(host, STR(".localhost")));
}

static bool check_folder(const struct core *core, const struct route *route, size_t index, const char *path,
                         struct err *err)
{
    char name[32];
    if (route->kind != SNAP_ROUTE_FILES || root_is_allowed(core, route->root))
        return true;
    (void)snprintf(name, sizeof name, "routes[%zu].root", index);
    (void)members_error(err, path, name, "the folder %.*s may not be served", STR_ARG(str_part(route->root, 0, 200)));
    return err_fix(err, "add it, or a folder above it, to Static Root in the boot file");
}

static bool check_sockets(const struct core *core, const struct route *route, size_t index, const char *path,
                          struct err *err)
{
    char name[48];
    for (size_t i = 0; !route->is_panel && i < route->upstreams_count; i++) {
        bool socket = is_own_socket(core, route->upstreams[i].unix_path);
        if (!socket && !is_own_address(core, &route->upstreams[i]))
            continue;
        (void)snprintf(name, sizeof name, "routes[%zu].upstreams[%zu]", index, i);
        (void)members_error(err, path, name, "%.*s is %s, and no application", STR_ARG(route->upstreams[i].url),
                            socket ? "a socket of Strictgate's own" : "the address of the admin panel");
        return err_fix(err, "for the admin panel under a name of its own: strictgate site add NAME --panel");
    }
    return true;
}

bool site_change_check_targets(const struct core *core, const struct site *site, const char *path, struct err *err)
{
    for (size_t i = 0; i < site->routes_count; i++)
        if (!check_folder(core, &site->routes[i], i, path, err) || !check_sockets(core, &site->routes[i], i, path, err))
            return false;
    return true;
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

bool site_change_is_of_panel(const struct site *before, const struct site *after)
{
    if (!before || !after)
        return site_is_panel(before ? before : after);
    if (!site_is_panel(before) && !site_is_panel(after))
        return false;
    return site_is_panel(before) != site_is_panel(after) || !same_names(before, after);
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
    if (plain) /* it is about this change, not of the site */
        (void)json_object_del(plain, "replace_working");
    if (plain && json_object_get(plain, "upstreams") && !json_object_get(plain, "routes"))
        (void)json_object_del(merged, "routes"); /* the shorthand stands for all routes */
    if (!plain || json_object_update(merged, plain) != 0) {
        json_decref(merged);
        merged = NULL;
    }
    json_decref(plain);
    return merged;
}

/* The kind of key of a wish that does not name one: as wished before, else one that turns away nobody who gets in now.
 */
static enum cert_side unnamed_key(struct core *core, const struct site *before)
{
    if (before->automatic.wanted)
        return before->automatic.key;
    const struct certificate *rsa = before->rsa.size ? certificates_get(core->certificates, before->rsa, NULL) : NULL;
    const struct certificate_facts *facts = rsa ? certificates_facts(core->certificates, rsa, NULL) : NULL;
    return facts && facts->not_after_s > core->read_clock(core).wall_s ? CERT_SIDE_RSA : CERT_SIDE_ECDSA;
}

/* What the request does not speak of stays: certificate, wishes, slots. The ladder is the site's. */
static bool carry_over(struct core *core, const struct site *before, const json_t *patch, const char *path,
                       struct site *after, struct err *err)
{
    bool given;
    if (!site_set_certificates(after, before->source, before->ecdsa, before->rsa) ||
        !site_set_drawer(after, before->drawer.source, before->drawer.ecdsa, before->drawer.rsa))
        return err_memory(err);
    const struct ladder ladder = after->hsts.ladder;
    after->hsts = before->hsts;
    after->hsts.ladder = ladder;
    after->created_s = before->created_s;
    /* The wish for an automatic certificate stays with the certificate: nobody gives it up by saying nothing of it. */
    if (!json_object_get(patch, "acme") && !site_auto_copy(&before->automatic, &after->arena, &after->automatic))
        return err_memory(err);
    if (json_object_get(patch, "acme") && after->automatic.wanted &&
        !json_object_get(json_object_get(patch, "acme"), "key"))
        after->automatic.key = unnamed_key(core, before);
    site_inherit_slots(after, before);
    reports_carry_over(core, before, after);
    if (!api_site_certificates(core, patch, path, after, &given, err))
        return false;
    bool wishes = json_object_get(patch, "acme") || json_object_get(patch, "aliases");
    if (wishes && !acme_wish_check(core, after, path, err))
        return false;
    if (!given && before->source == SITE_SOURCE_LOCAL_CA && !same_names(before, after) &&
        !renew_issue(core, after, err))
        return false;
    /* Without a certificate there is no field; it shall not come back by itself with the next one. */
    if (!site_has_certificate(after)) {
        hsts_wish_init(&after->hsts);
        after->hsts.ladder = ladder;
    }
    return true;
}

bool site_change_refuse_name(struct err *err)
{
    (void)err_field(err, "name", "the name of a site cannot be changed");
    return err_fix(err, "add a site with the new name, and remove this one when nobody uses it any more");
}

bool site_change_patch(struct core *core, const struct site *before, const json_t *patch, struct site **ret,
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
    fine = str_eq(after->name, before->name) || site_change_refuse_name(err);
    fine = fine && site_change_check_targets(core, after, "", err) && carry_over(core, before, patch, "", after, err);
    if (fine)
        *ret = after;
    else
        site_unref(after);
    return fine;
}

bool site_change_declare(struct core *core, const struct site *before, const json_t *json, const char *path,
                         struct site **ret, struct err *err)
{
    struct site *after = NULL;
    json_t *plain = api_site_strip(json), *given;
    bool fine = plain ? site_read(plain, path, ROUTE_FROM_OPERATOR, &after, err) : err_memory(err);
    json_decref(plain);
    if (!fine)
        return false;
    /* "local_ca": true says where the certificate comes from; one that is there and fits is not made anew for it. */
    given = json_copy((json_t *)(uintptr_t)json);
    if (given && before->source == SITE_SOURCE_LOCAL_CA && same_names(before, after) &&
        json_is_true(json_object_get(given, "local_ca")))
        (void)json_object_del(given, "local_ca");
    fine = (given || err_memory(err)) && site_change_check_targets(core, after, path, err) &&
           carry_over(core, before, given, path, after, err);
    json_decref(given);
    if (fine)
        *ret = after;
    else
        site_unref(after);
    return fine;
}

json_t *site_change_json(const struct site *site)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, API_REPLY_SIZE_MAX);
    jsonout_object(&out, NULL);
    if (site) {
        site_write_members(site, &out);
        jsonout_str(&out, "certificate", str_from(site_source_name(site->source)));
        jsonout_str(&out, "certificate_ecdsa", site->ecdsa);
        jsonout_str(&out, "certificate_rsa", site->rsa);
    }
    jsonout_object_end(&out);
    json_t *json = buf_ok(&text) ? json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL) : NULL;
    buf_fini(&text);
    return json;
}
