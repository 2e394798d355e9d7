/* Sites: their life, and reading them from JSON. Writing is in site_write.c. */
#include "store/site.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/members.h"
#include "store/site_names.h"

/* Names, routes with their roots, fixed bodies, the error page: far beyond a real site, and a bound for one hostile
 * body. */
#define SITE_ARENA_SIZE_MAX     ((size_t)8 << 20)
#define CERTIFICATE_ID_SIZE_MAX 64

static const char *const members_operator[] = {"name",       "aliases",   "routes",         "upstreams",
                                               "redirect",   "canonical", "secure_cookies", "rewrite_location",
                                               "error_page", "ladder",    "acme",           "http_credentials",
                                               "reports",    NULL};
static const char *const members_stored[] = {
    "name",         "aliases", "routes", "redirect", "canonical", "secure_cookies", "rewrite_location", "error_page",
    "certificate",  "drawer",  "acme",   "hsts",     "slot",      "created",        "http_credentials", "reports",
    "reports_over", NULL};
static const char *const members_certificate[] = {"source", "ecdsa", "rsa", NULL};
static const char *const members_hsts[] = {"mode",    "max_age", "target", "include_subdomains",
                                           "preload", "since",   "ladder", NULL};

static bool read_name(struct site *site, const json_t *json, const char *path, struct err *err)
{
    struct str typed = {NULL, 0};
    struct name name;
    char field[MEMBERS_PATH_SIZE];
    (void)snprintf(field, sizeof field, "%sname", path);
    if (!members_str(json, path, "name", 4096, &typed, err) || !name_read(typed, field, &name, err))
        return false;
    if (name.kind == NAME_WILDCARD) {
        (void)err_field(err, field, "a site needs a name of its own, %s is a wildcard", name.text);
        return err_fix(err, "name the site %s and make %s an alias", name.text + 2, name.text);
    }
    return arena_str(&site->arena, name_str(&name), &site->name) || err_memory(err);
}

static bool alias_is_new(const struct site *site, struct str alias)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (str_eq(site_name(site, i), alias))
            return false;
    return true;
}

static bool read_alias(struct site *site, const json_t *json, const char *field, struct err *err)
{
    struct name name;
    if (!json_is_string(json))
        return err_field(err, field, "a host name is needed here");
    struct str typed = str_make(json_string_value(json), json_string_length(json));
    if (!name_read(typed, field, &name, err))
        return false;
    if (!alias_is_new(site, name_str(&name)))
        return err_field(err, field, "%s is there twice", name.text);
    if (!arena_str(&site->arena, name_str(&name), &site->aliases[site->aliases_count]))
        return err_memory(err);
    site->aliases_count++;
    return true;
}

static bool read_aliases(struct site *site, const json_t *json, const char *path, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, path, "aliases", SITE_ALIASES_COUNT_MAX, &list, &count, err))
        return false;
    if (count == 0)
        return true;
    site->aliases = arena_alloc(&site->arena, count * sizeof *site->aliases);
    if (!site->aliases)
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        char field[MEMBERS_PATH_SIZE];
        (void)snprintf(field, sizeof field, "%saliases[%zu]", path, i);
        if (!read_alias(site, json_array_get(list, i), field, err))
            return false;
    }
    return true;
}

/* "/app" and "/app/" are the same prefix. */
static bool prefixes_equal(struct str a, struct str b)
{
    if (str_ends(a, STR("/")))
        a.size--;
    if (str_ends(b, STR("/")))
        b.size--;
    return str_eq(a, b);
}

static bool read_routes(struct site *site, const json_t *json, const char *path, enum route_origin origin,
                        struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, path, "routes", SITE_ROUTES_COUNT_MAX, &list, &count, err))
        return false;
    if (count == 0)
        return members_error(err, path, "routes", "a site needs at least one route");
    site->routes = arena_alloc(&site->arena, count * sizeof *site->routes);
    if (!site->routes)
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        char at[MEMBERS_PATH_SIZE];
        (void)snprintf(at, sizeof at, "%sroutes[%zu].", path, i);
        if (!route_read(&site->arena, json_array_get(list, i), at, origin, &site->routes[i], err))
            return false;
        for (size_t k = 0; k < i; k++)
            if (prefixes_equal(site->routes[k].prefix, site->routes[i].prefix))
                return members_error(err, at, "prefix", "another route has the prefix %.*s already",
                                     STR_ARG(site->routes[i].prefix));
        site->routes_count++;
    }
    return true;
}

/* The shorthand: "upstreams" stands for one proxy route for everything. */
static bool read_shorthand(struct site *site, const json_t *json, const char *path, struct err *err)
{
    const json_t *list;
    size_t count;
    if (json_object_get(json, "routes"))
        return members_error(err, path, "upstreams", "give either upstreams or routes");
    if (!members_array(json, path, "upstreams", ROUTE_UPSTREAMS_COUNT_MAX, &list, &count, err))
        return false;
    json_t *route = json_pack("{s:s, s:O}", "kind", "proxy", "upstreams", json_object_get(json, "upstreams"));
    site->routes = arena_alloc(&site->arena, sizeof *site->routes);
    bool fine = route && site->routes ? route_read(&site->arena, route, path, ROUTE_FROM_OPERATOR, site->routes, err)
                                      : err_memory(err);
    json_decref(route);
    site->routes_count = fine ? 1 : 0;
    return fine;
}

static bool read_switches(struct site *site, const json_t *json, const char *path, struct err *err)
{
    uint32_t redirect = SNAP_REDIRECT_TEMPORARY, credentials = SITE_CREDENTIALS_REDIRECT, reports = 0;
    struct str error_page = {NULL, 0};
    site->rewrite_location = true;
    if (!members_choice(json, path, "redirect", site_redirect_names, &redirect, err) ||
        !members_choice(json, path, "http_credentials", site_credentials_names, &credentials, err) ||
        !members_bool(json, path, "canonical", &site->canonical, err) ||
        !members_bool(json, path, "secure_cookies", &site->secure_cookies, err) ||
        !members_bool(json, path, "rewrite_location", &site->rewrite_location, err) ||
        !members_choice(json, path, "reports", site_reports_names, &reports, err) ||
        !members_i64(json, path, "reports_over", 0, INT64_MAX / 2, &site->reports_over_s, err) ||
        !members_str(json, path, "error_page", SITE_ERROR_PAGE_SIZE_MAX, &error_page, err))
        return false;
    site->redirect = (enum snap_redirect)redirect;
    site->credentials = (enum site_credentials)credentials;
    site->reports = reports != 0;
    return arena_str(&site->arena, error_page, &site->error_page) || err_memory(err);
}

/*
 * Whatever else answered under the panel's name would be of one origin with it: its scripts could do what whoever is
 * signed in may do.
 */
static bool check_panel(const struct site *site, const char *path, struct err *err)
{
    for (size_t i = 0; i < site->routes_count; i++) {
        if (!site->routes[i].is_panel)
            continue;
        if (site->routes_count > 1) {
            (void)members_error(err, path, "routes", "the admin panel shares its name with nothing else");
            return err_fix(err, "give the panel a site of its own");
        }
        if (site->error_page.size) {
            (void)members_error(err, path, "error_page", "the admin panel's name has the gateway's own error page");
            return err_fix(err, "leave it out");
        }
        for (size_t k = 0; k < site->aliases_count; k++)
            if (name_kind(site->aliases[k]) == NAME_WILDCARD) {
                (void)members_error(err, path, "aliases", "the admin panel is at single names, not at %.*s",
                                    STR_ARG(site->aliases[k]));
                return err_fix(err, "name the aliases one by one");
            }
    }
    return true;
}

/* A set of certificates: the site's, or those in the drawer. */
static bool read_set(struct site *site, const json_t *json, const char *path, const char *name,
                     bool (*set)(struct site *site, enum site_source source, struct str ecdsa, struct str rsa),
                     struct err *err)
{
    const json_t *certificate = json_object_get(json, name);
    uint32_t source = SITE_SOURCE_NONE;
    struct str ecdsa = {NULL, 0}, rsa = {NULL, 0};
    char at[MEMBERS_PATH_SIZE];
    (void)snprintf(at, sizeof at, "%s%s.", path, name);
    if (!certificate)
        return true;
    if (!members_only(certificate, at, members_certificate, err) ||
        !members_choice(certificate, at, "source", site_source_names, &source, err) ||
        !members_str(certificate, at, "ecdsa", CERTIFICATE_ID_SIZE_MAX, &ecdsa, err) ||
        !members_str(certificate, at, "rsa", CERTIFICATE_ID_SIZE_MAX, &rsa, err))
        return false;
    if ((source != SITE_SOURCE_NONE) != (ecdsa.size || rsa.size))
        return members_error(err, at, "source", "a certificate and its source come together");
    return set(site, (enum site_source)source, ecdsa, rsa) || err_memory(err);
}

static bool read_ladder(const json_t *json, const char *path, struct ladder *ret, struct err *err)
{
    const json_t *list;
    size_t count;
    char field[MEMBERS_PATH_SIZE];
    struct ladder ladder = {.count = 0};
    if (!json_object_get(json, "ladder"))
        return true;
    if (!members_array(json, path, "ladder", LADDER_RUNGS_COUNT_MAX, &list, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        const json_t *rung = json_array_get(list, i);
        if (!json_is_integer(rung) || json_integer_value(rung) < 0 || json_integer_value(rung) > HSTS_MAX_AGE_S_MAX)
            return members_error(err, path, "ladder", "rung %zu is no number of seconds up to %u", i,
                                 HSTS_MAX_AGE_S_MAX);
        ladder.rungs[ladder.count++] = (uint32_t)json_integer_value(rung);
    }
    (void)snprintf(field, sizeof field, "%sladder", path);
    if (!ladder_check(&ladder, field, err))
        return false;
    *ret = ladder;
    return true;
}

/* What no move ever makes is no wish of ours: a field of max-age 0 by accident would wipe what browsers know. */
static bool check_wish(const struct hsts_wish *wish, const char *path, struct err *err)
{
    bool sends = wish->mode == HSTS_HOLD || wish->mode == HSTS_AUTO;
    if (sends != (wish->max_age_s > 0))
        return members_error(err, path, "max_age", "the mode %s %s", hsts_mode_name(wish->mode),
                             sends ? "needs one" : "has none");
    if ((wish->mode == HSTS_AUTO) != (wish->target_s > 0))
        return members_error(err, path, "target", "the mode %s %s", hsts_mode_name(wish->mode),
                             wish->target_s ? "has none" : "needs one");
    if (wish->preload && !wish->include_subdomains)
        return members_error(err, path, "preload", "it goes only with include_subdomains");
    return true;
}

static bool read_wish(const json_t *json, const char *path, struct hsts_wish *ret, struct err *err)
{
    const char *modes[HSTS_MODES_COUNT + 1] = {NULL};
    struct hsts_wish wish = *ret;
    uint32_t mode = HSTS_OFF;
    for (int i = 0; i < HSTS_MODES_COUNT; i++)
        modes[i] = hsts_mode_name((enum hsts_mode)i);
    if (!members_only(json, path, members_hsts, err) || !members_choice(json, path, "mode", modes, &mode, err) ||
        !members_u32(json, path, "max_age", 0, HSTS_MAX_AGE_S_MAX, &wish.max_age_s, err) ||
        !members_u32(json, path, "target", 0, HSTS_MAX_AGE_S_MAX, &wish.target_s, err) ||
        !members_bool(json, path, "include_subdomains", &wish.include_subdomains, err) ||
        !members_bool(json, path, "preload", &wish.preload, err) ||
        !members_i64(json, path, "since", 0, INT64_MAX / 2, &wish.since_s, err) ||
        !read_ladder(json, path, &wish.ladder, err))
        return false;
    wish.mode = (enum hsts_mode)mode;
    if (!check_wish(&wish, path, err))
        return false;
    *ret = wish;
    return true;
}

/* Operators change the wish by moves; what they give with a site is its ladder. */
static bool read_hsts(struct site *site, const json_t *json, const char *path, enum route_origin origin,
                      struct err *err)
{
    char at[MEMBERS_PATH_SIZE];
    const json_t *hsts = json_object_get(json, "hsts");
    if (origin == ROUTE_FROM_OPERATOR)
        return read_ladder(json, path, &site->hsts.ladder, err);
    (void)snprintf(at, sizeof at, "%shsts.", path);
    return !hsts || read_wish(hsts, at, &site->hsts, err);
}

static bool read_all(struct site *site, const json_t *json, const char *path, enum route_origin origin, struct err *err)
{
    bool stored = origin == ROUTE_FROM_STATE;
    if (!members_only(json, path, stored ? members_stored : members_operator, err) ||
        !read_name(site, json, path, err) || !read_aliases(site, json, path, err))
        return false;
    bool shorthand = !stored && json_object_get(json, "upstreams");
    if (!(shorthand ? read_shorthand(site, json, path, err) : read_routes(site, json, path, origin, err)))
        return false;
    return read_switches(site, json, path, err) && check_panel(site, path, err) &&
           read_set(site, json, path, "certificate", site_set_certificates, err) &&
           read_set(site, json, path, "drawer", site_set_drawer, err) &&
           site_auto_read(json, path, &site->arena, &site->automatic, err) &&
           read_hsts(site, json, path, origin, err) &&
           members_u32(json, path, "slot", 0, SITE_SLOT_NONE, &site->slot, err) &&
           members_i64(json, path, "created", 0, INT64_MAX / 2, &site->created_s, err);
}

bool site_read(const json_t *json, const char *path, enum route_origin origin, struct site **ret, struct err *err)
{
    struct site *site = calloc(1, sizeof *site);
    if (!site)
        return err_memory(err);
    arena_init(&site->arena, SITE_ARENA_SIZE_MAX);
    site->references = 1;
    hsts_wish_init(&site->hsts);
    site->slot = SITE_SLOT_NONE;
    if (!read_all(site, json, path, origin, err)) {
        site_unref(site);
        return false;
    }
    *ret = site;
    return true;
}

struct site *site_ref(struct site *site)
{
    site->references++;
    return site;
}

void site_unref(struct site *site)
{
    if (!site || --site->references > 0)
        return;
    arena_fini(&site->arena);
    free(site);
}

struct site *site_copy(const struct site *site)
{
    struct buf text;
    struct site *copy = NULL;
    buf_init(&text, 2 * SITE_ARENA_SIZE_MAX);
    struct jsonout out = {.out = &text};
    site_write_stored(site, &out);
    json_t *json = buf_ok(&text) ? json_loadb(buf_str(&text).data, buf_str(&text).size, 0, NULL) : NULL;
    if (json && !site_read(json, "", ROUTE_FROM_STATE, &copy, NULL))
        copy = NULL;
    json_decref(json);
    buf_fini(&text);
    return copy;
}

bool site_set_certificates(struct site *site, enum site_source source, struct str ecdsa, struct str rsa)
{
    struct str ecdsa_copy, rsa_copy;
    if (!arena_str(&site->arena, ecdsa, &ecdsa_copy) || !arena_str(&site->arena, rsa, &rsa_copy))
        return false;
    site->source = source;
    site->ecdsa = ecdsa_copy;
    site->rsa = rsa_copy;
    return true;
}

bool site_set_drawer(struct site *site, enum site_source source, struct str ecdsa, struct str rsa)
{
    struct str ecdsa_copy, rsa_copy;
    if (!arena_str(&site->arena, ecdsa, &ecdsa_copy) || !arena_str(&site->arena, rsa, &rsa_copy))
        return false;
    site->drawer = (struct site_drawer){.source = source, .ecdsa = ecdsa_copy, .rsa = rsa_copy};
    return true;
}

void site_switch(struct site *site)
{
    const struct site_drawer present = {.source = site->source, .ecdsa = site->ecdsa, .rsa = site->rsa};
    site->source = site->drawer.source;
    site->ecdsa = site->drawer.ecdsa;
    site->rsa = site->drawer.rsa;
    site->drawer = present;
}

static uint32_t find_slot(const struct site *site, const struct str prefix, struct str url)
{
    for (size_t r = 0; r < site->routes_count; r++)
        for (size_t u = 0; u < site->routes[r].upstreams_count; u++)
            if (str_eq(site->routes[r].prefix, prefix) && str_eq(site->routes[r].upstreams[u].url, url))
                return site->routes[r].upstreams[u].slot;
    return UPSTREAM_SLOT_NONE;
}

static bool slot_is_used(const struct site *site, uint32_t slot)
{
    for (size_t r = 0; r < site->routes_count; r++)
        for (size_t u = 0; u < site->routes[r].upstreams_count; u++)
            if (site->routes[r].upstreams[u].slot == slot)
                return true;
    return false;
}

void site_inherit_slots(struct site *site, const struct site *old)
{
    site->slot = old->slot;
    for (size_t r = 0; r < site->routes_count; r++) {
        struct route *route = &site->routes[r];
        for (size_t u = 0; u < route->upstreams_count; u++) {
            uint32_t slot = find_slot(old, route->prefix, route->upstreams[u].url);
            if (slot != UPSTREAM_SLOT_NONE && !slot_is_used(site, slot))
                route->upstreams[u].slot = slot;
        }
    }
}
