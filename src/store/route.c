/* Routes from JSON and back. The rules for values are the snapshot's own (snapshot/rules), so that nothing is accepted
 * here that could not be served. */
#include "store/route.h"

#include <stdio.h>

#include "crypto/cert.h"
#include "snapshot/rules.h"
#include "store/members.h"

/* Defaults, with the reason for each. */
#define CONNECT_TIMEOUT_MS     5000   /* a LAN answers at once; two lost SYNs fit in */
#define FIRST_BYTE_TIMEOUT_MS  120000 /* a large report takes its time */
#define IDLE_TIMEOUT_MS        300000 /* server-sent events may be silent for minutes */
#define HEALTH_INTERVAL_MS     10000  /* a dead application is noticed before most users are */
#define HEALTH_INTERVAL_MS_MIN 1000
#define FIXED_STATUS           200

/* To the gateway a route to the panel is one to an application. */
#define KIND_PANEL (SNAP_ROUTE_FIXED + 1)

static const char *const kind_names[] = {[SNAP_ROUTE_PROXY] = "proxy",
                                         [SNAP_ROUTE_FILES] = "files",
                                         [SNAP_ROUTE_FIXED] = "fixed",
                                         [KIND_PANEL] = "panel",
                                         NULL};
static const char *const balance_names[] = {
    [SNAP_BALANCE_LEAST_CONNECTIONS] = "least-connections", [SNAP_BALANCE_ROUND_ROBIN] = "round-robin", NULL};

static const char *const members_proxy[] = {"prefix",
                                            "kind",
                                            "upstreams",
                                            "balance",
                                            "connect_timeout_ms",
                                            "first_byte_timeout_ms",
                                            "idle_timeout_ms",
                                            "health_path",
                                            "health_interval_ms",
                                            "verify",
                                            "ca_pem",
                                            NULL};
static const char *const members_files[] = {"prefix", "kind", "root", "index", "strip_prefix", NULL};
static const char *const members_fixed[] = {"prefix", "kind", "status", "body", "content_type", NULL};
static const char *const members_panel[] = {"prefix", "kind", NULL};
static const char *const members_panel_stored[] = {"prefix", "kind", "slot", NULL};
static const char *const members_upstream[] = {"url", "weight", NULL};
static const char *const members_upstream_stored[] = {"url", "weight", "slot", NULL};

void route_init_proxy(struct route *route, struct upstream *upstreams, size_t upstreams_count)
{
    *route = (struct route){.prefix = STR("/"),
                            .kind = SNAP_ROUTE_PROXY,
                            .upstreams = upstreams,
                            .upstreams_count = upstreams_count,
                            .balance = SNAP_BALANCE_LEAST_CONNECTIONS,
                            .connect_timeout_ms = CONNECT_TIMEOUT_MS,
                            .first_byte_timeout_ms = FIRST_BYTE_TIMEOUT_MS,
                            .idle_timeout_ms = IDLE_TIMEOUT_MS,
                            .verify = true};
}

bool route_read_upstream(struct arena *arena, const json_t *json, const char *path, enum route_origin origin,
                         struct upstream *ret, struct err *err)
{
    struct upstream upstream;
    if (json_is_string(json)) {
        struct str url = str_make(json_string_value(json), json_string_length(json));
        return upstream_read(arena, url, path, ret, err);
    }
    char inner[MEMBERS_PATH_SIZE], field[MEMBERS_PATH_SIZE + 4];
    (void)snprintf(inner, sizeof inner, "%s.", path);
    (void)snprintf(field, sizeof field, "%surl", inner);
    struct str url = {NULL, 0};
    if (!members_only(json, inner, origin == ROUTE_FROM_STATE ? members_upstream_stored : members_upstream, err) ||
        !members_str(json, inner, "url", 4096, &url, err) || !upstream_read(arena, url, field, &upstream, err) ||
        !members_u32(json, inner, "weight", 1, SNAP_WEIGHT_MAX, &upstream.weight, err) ||
        !members_u32(json, inner, "slot", 0, UPSTREAM_SLOT_NONE, &upstream.slot, err))
        return false;
    *ret = upstream;
    return true;
}

static bool read_upstreams(struct arena *arena, const json_t *json, const char *path, enum route_origin origin,
                           struct route *route, struct err *err)
{
    const json_t *list;
    size_t count;
    if (!members_array(json, path, "upstreams", ROUTE_UPSTREAMS_COUNT_MAX, &list, &count, err))
        return false;
    if (count == 0)
        return members_error(err, path, "upstreams", "a proxy route needs at least one upstream");
    route->upstreams = arena_zalloc(arena, count * sizeof *route->upstreams);
    if (!route->upstreams)
        return err_memory(err);
    for (size_t i = 0; i < count; i++) {
        char at[MEMBERS_PATH_SIZE];
        (void)snprintf(at, sizeof at, "%supstreams[%zu]", path, i);
        if (!route_read_upstream(arena, json_array_get(list, i), at, origin, &route->upstreams[i], err))
            return false;
    }
    route->upstreams_count = count;
    return true;
}

/* Certificates only: cert_load gets through them all and then misses a key. */
static bool check_roots(struct str pem, const char *path, struct err *err)
{
    enum cert_fault fault = CERT_FAULT_NONE;
    struct cert *cert = cert_load(pem, (struct str){NULL, 0}, &fault, NULL);
    cert_free(cert);
    if (fault == CERT_FAULT_NO_KEY)
        return true;
    (void)members_error(err, path, "ca_pem", "this is not a list of certificates in PEM form");
    return err_fix(err, "give the certificate of the authority that signed the application's, without a private key");
}

static bool read_health(struct arena *arena, const json_t *json, const char *path, struct route *route, struct err *err)
{
    struct str health_path = {NULL, 0};
    if (!members_str(json, path, "health_path", SNAP_TEXT_SIZE_MAX, &health_path, err))
        return false;
    const char *wrong = health_path.size ? snapshot_rule_target(health_path) : NULL;
    if (wrong)
        return members_error(err, path, "health_path", "the path of the health check %s", wrong);
    route->health_interval_ms = health_path.size ? HEALTH_INTERVAL_MS : 0;
    if (!members_u32(json, path, "health_interval_ms", 0, SNAP_TIMEOUT_MS_MAX, &route->health_interval_ms, err))
        return false;
    if (route->health_interval_ms && route->health_interval_ms < HEALTH_INTERVAL_MS_MIN)
        return members_error(err, path, "health_interval_ms", "health checks run once a second at most");
    if (route->health_interval_ms && !health_path.size)
        return members_error(err, path, "health_path", "a health check needs a path to ask for");
    return arena_str(arena, health_path, &route->health_path) || err_memory(err);
}

static bool read_proxy(struct arena *arena, const json_t *json, const char *path, enum route_origin origin,
                       struct route *route, struct err *err)
{
    uint32_t balance = SNAP_BALANCE_LEAST_CONNECTIONS;
    struct str ca_pem = {NULL, 0};
    if (!members_only(json, path, members_proxy, err) || !read_upstreams(arena, json, path, origin, route, err) ||
        !members_choice(json, path, "balance", balance_names, &balance, err) ||
        !members_u32(json, path, "connect_timeout_ms", 1, SNAP_TIMEOUT_MS_MAX, &route->connect_timeout_ms, err) ||
        !members_u32(json, path, "first_byte_timeout_ms", 1, SNAP_TIMEOUT_MS_MAX, &route->first_byte_timeout_ms, err) ||
        !members_u32(json, path, "idle_timeout_ms", 1, SNAP_TIMEOUT_MS_MAX, &route->idle_timeout_ms, err) ||
        !members_bool(json, path, "verify", &route->verify, err) ||
        !members_str(json, path, "ca_pem", ROUTE_CA_PEM_SIZE_MAX, &ca_pem, err))
        return false;
    route->balance = (enum snap_balance)balance;
    if (ca_pem.size && origin == ROUTE_FROM_OPERATOR && !check_roots(ca_pem, path, err))
        return false;
    if (!arena_str(arena, ca_pem, &route->ca_pem))
        return err_memory(err);
    return read_health(arena, json, path, route, err);
}

static bool read_files(struct arena *arena, const json_t *json, const char *path, struct route *route, struct err *err)
{
    struct str root = {NULL, 0}, index = STR("index.html");
    if (!members_only(json, path, members_files, err) ||
        !members_str(json, path, "root", SNAP_FOLDER_SIZE_MAX, &root, err) ||
        !members_str(json, path, "index", 255, &index, err) ||
        !members_bool(json, path, "strip_prefix", &route->strip_prefix, err))
        return false;
    const char *wrong = root.size ? snapshot_rule_folder(root) : "is missing";
    if (wrong)
        return members_error(err, path, "root", "the folder %s", wrong);
    wrong = snapshot_rule_index(index);
    if (wrong)
        return members_error(err, path, "index", "the name of the index file %s", wrong);
    while (root.size > 1 && root.data[root.size - 1] == '/')
        root.size--;
    return (arena_str(arena, root, &route->root) && arena_str(arena, index, &route->index)) || err_memory(err);
}

static bool read_fixed(struct arena *arena, const json_t *json, const char *path, struct route *route, struct err *err)
{
    struct str body = {NULL, 0}, content_type = STR("text/plain; charset=utf-8");
    route->status = FIXED_STATUS;
    if (!members_only(json, path, members_fixed, err) ||
        !members_u32(json, path, "status", 200, 599, &route->status, err) ||
        !members_str(json, path, "body", ROUTE_BODY_SIZE_MAX, &body, err) ||
        !members_str(json, path, "content_type", SNAP_TEXT_SIZE_MAX, &content_type, err))
        return false;
    const char *wrong = snapshot_rule_fixed(route->status, body);
    if (wrong)
        return members_error(err, path, "status", "the fixed response %s", wrong);
    wrong = snapshot_rule_text(content_type);
    if (wrong)
        return members_error(err, path, "content_type", "the content type %s", wrong);
    return (arena_str(arena, body, &route->body) && arena_str(arena, content_type, &route->content_type)) ||
           err_memory(err);
}

/* Its page and its API are at fixed paths, so it has the whole name or nothing. */
static bool read_panel(struct arena *arena, const json_t *json, const char *path, enum route_origin origin,
                       struct route *route, struct err *err)
{
    struct upstream *upstream = arena_zalloc(arena, sizeof *upstream);
    if (!upstream)
        return err_memory(err);
    *upstream = (struct upstream){
        .url = STR("panel"), .unix_path = STR(ROUTE_PANEL_SOCKET), .weight = 1, .slot = UPSTREAM_SLOT_NONE};
    if (!members_only(json, path, origin == ROUTE_FROM_STATE ? members_panel_stored : members_panel, err) ||
        !members_u32(json, path, "slot", 0, UPSTREAM_SLOT_NONE, &upstream->slot, err))
        return false;
    if (!str_eq(route->prefix, STR("/"))) {
        (void)members_error(err, path, "prefix", "the admin panel has no place below a path");
        return err_fix(err, "leave the prefix out, and give the panel a site of its own");
    }
    route->is_panel = true;
    route->upstreams = upstream;
    route->upstreams_count = 1;
    return true;
}

bool route_read(struct arena *arena, const json_t *json, const char *path, enum route_origin origin, struct route *ret,
                struct err *err)
{
    struct route route;
    struct str prefix = STR("/");
    uint32_t kind = SNAP_ROUTE_PROXY;
    route_init_proxy(&route, NULL, 0);
    if (!members_str(json, path, "prefix", SNAP_PREFIX_SIZE_MAX, &prefix, err) ||
        !members_choice(json, path, "kind", kind_names, &kind, err))
        return false;
    const char *wrong = snapshot_rule_prefix(prefix);
    if (wrong)
        return members_error(err, path, "prefix", "the path prefix %s", wrong);
    if (!arena_str(arena, prefix, &route.prefix))
        return err_memory(err);
    route.kind = kind == KIND_PANEL ? SNAP_ROUTE_PROXY : (enum snap_route_kind)kind;
    bool fine = kind == KIND_PANEL               ? read_panel(arena, json, path, origin, &route, err)
                : route.kind == SNAP_ROUTE_PROXY ? read_proxy(arena, json, path, origin, &route, err)
                : route.kind == SNAP_ROUTE_FILES ? read_files(arena, json, path, &route, err)
                                                 : read_fixed(arena, json, path, &route, err);
    if (fine)
        *ret = route;
    return fine;
}

static void write_upstream(const struct upstream *upstream, bool stored, struct jsonout *out)
{
    jsonout_object(out, NULL);
    jsonout_str(out, "url", upstream->url);
    if (!stored || upstream->weight != 1)
        jsonout_u64(out, "weight", upstream->weight);
    if (stored && upstream->slot != UPSTREAM_SLOT_NONE)
        jsonout_u64(out, "slot", upstream->slot);
    jsonout_object_end(out);
}

static void write_proxy(const struct route *route, bool stored, struct jsonout *out)
{
    jsonout_array(out, "upstreams");
    for (size_t i = 0; i < route->upstreams_count; i++)
        write_upstream(&route->upstreams[i], stored, out);
    jsonout_array_end(out);
    if (!stored || route->balance != SNAP_BALANCE_LEAST_CONNECTIONS)
        jsonout_str(out, "balance", str_from(balance_names[route->balance]));
    if (!stored || route->connect_timeout_ms != CONNECT_TIMEOUT_MS)
        jsonout_u64(out, "connect_timeout_ms", route->connect_timeout_ms);
    if (!stored || route->first_byte_timeout_ms != FIRST_BYTE_TIMEOUT_MS)
        jsonout_u64(out, "first_byte_timeout_ms", route->first_byte_timeout_ms);
    if (!stored || route->idle_timeout_ms != IDLE_TIMEOUT_MS)
        jsonout_u64(out, "idle_timeout_ms", route->idle_timeout_ms);
    if (!stored || route->health_path.size) {
        jsonout_str(out, "health_path", route->health_path);
        jsonout_u64(out, "health_interval_ms", route->health_interval_ms);
    }
    if (!stored || !route->verify)
        jsonout_bool(out, "verify", route->verify);
    if (!stored || route->ca_pem.size)
        jsonout_str(out, "ca_pem", route->ca_pem);
}

static void write_panel(const struct route *route, bool stored, struct jsonout *out)
{
    jsonout_str(out, "kind", str_from(kind_names[KIND_PANEL]));
    if (stored && route->upstreams[0].slot != UPSTREAM_SLOT_NONE)
        jsonout_u64(out, "slot", route->upstreams[0].slot);
}

void route_write(const struct route *route, enum route_origin form, struct jsonout *out)
{
    bool stored = form == ROUTE_FROM_STATE;
    jsonout_object(out, NULL);
    jsonout_str(out, "prefix", route->prefix);
    if (!route->is_panel && (!stored || route->kind != SNAP_ROUTE_PROXY))
        jsonout_str(out, "kind", str_from(kind_names[route->kind]));
    switch (route->kind) {
    case SNAP_ROUTE_PROXY:
        if (route->is_panel)
            write_panel(route, stored, out);
        else
            write_proxy(route, stored, out);
        break;
    case SNAP_ROUTE_FILES:
        jsonout_str(out, "root", route->root);
        jsonout_str(out, "index", route->index);
        jsonout_bool(out, "strip_prefix", route->strip_prefix);
        break;
    case SNAP_ROUTE_FIXED:
        jsonout_u64(out, "status", route->status);
        jsonout_str(out, "body", route->body);
        jsonout_str(out, "content_type", route->content_type);
        break;
    }
    jsonout_object_end(out);
}
