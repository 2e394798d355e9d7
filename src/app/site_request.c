/* Routes, certificates, switches. */
#include "app/site_request.h"

#include "app/cli_duration.h"
#include "app/cli_intake.h"
#include "app/cli_output.h"
#include "app/cli_override.h"
#include "app/site_file.h"
#include "app/site_routes.h"
#include "os/file.h"

static bool bad_option(struct err *err, const char *option, const char *why, const char *fix)
{
    (void)err_field(err, option, "%s", why);
    return err_fix(err, "%s", fix);
}

/* Takes over `value`; false when memory ran out. */
static bool set_new(json_t *object, const char *name, json_t *value, struct err *err)
{
    return (value && json_object_set_new(object, name, value) == 0) || err_memory(err);
}

static bool append_new(json_t *array, json_t *value, struct err *err)
{
    return (value && json_array_append_new(array, value) == 0) || err_memory(err);
}

/* ---- routes ---- */

bool site_request_has_routes(const struct cli *cli)
{
    static const char *const options[] = {"upstream", "files", "panel", "route", "no-route"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (cli_has(cli, options[i]))
            return true;
    return site_routes_has(cli);
}

/* "/app/" and "/app" are the same prefix. */
static struct str prefix_stem(struct str prefix)
{
    return str_ends(prefix, STR("/")) ? str_part(prefix, 0, prefix.size - 1) : prefix;
}

/* The place of the route with that prefix; the array's size when there is none. */
static size_t route_find(const json_t *routes, struct str prefix)
{
    size_t i = 0;
    for (; i < json_array_size(routes); i++)
        if (str_eq(prefix_stem(str_from(cli_json_text(json_array_get(routes, i), "prefix", "/"))), prefix_stem(prefix)))
            break;
    return i;
}

/* Puts a route (taken over) in the place of the one with its prefix, or behind the others. */
static bool route_put(json_t *routes, json_t *route, struct err *err)
{
    if (!route)
        return err_memory(err);
    size_t at = route_find(routes, str_from(cli_json_text(route, "prefix", "/")));
    bool good = at < json_array_size(routes) ? json_array_set_new(routes, at, route) == 0
                                             : json_array_append_new(routes, route) == 0;
    return good || err_memory(err);
}

/* Whether a prefix was in this command line already, so that a further URL joins it instead of replacing it. */
static bool was_named(const struct cli *cli, const char *route, struct str prefix)
{
    size_t at = 0;
    const char *other;
    while ((other = cli_next(cli, "route", &at)) && other != route) {
        struct str other_prefix = str_part(str_from(other), 0, str_find(str_from(other), '='));
        if (str_eq(prefix_stem(other_prefix), prefix_stem(prefix)))
            return true;
    }
    return false;
}

static bool add_upstream(json_t *routes, struct str prefix, struct str url, bool joins, struct err *err)
{
    size_t at = route_find(routes, prefix);
    json_t *route = json_array_get(routes, at);
    if (!route || strcmp(cli_json_text(route, "kind", ""), "proxy") != 0) {
        joins = false;
        if (!route_put(routes, json_pack("{s:s%, s:s}", "prefix", prefix.data, prefix.size, "kind", "proxy"), err))
            return false;
        route = json_array_get(routes, route_find(routes, prefix));
    }
    if (!joins && !set_new(route, "upstreams", json_array(), err))
        return false;
    return append_new(json_object_get(route, "upstreams"), json_pack("{s:s%}", "url", url.data, url.size), err);
}

static bool put_files(json_t *routes, struct str prefix, struct str root, struct err *err)
{
    bool strip = prefix_stem(prefix).size > 0; /* /static/a.css is a.css in a folder given for /static */
    return route_put(routes,
                     json_pack("{s:s%, s:s, s:s%, s:b}", "prefix", prefix.data, prefix.size, "kind", "files", "root",
                               root.data, root.size, "strip_prefix", strip),
                     err);
}

/* "STATUS:TEXT" */
static bool put_fixed(json_t *routes, struct str prefix, struct str target, struct err *err)
{
    struct str text = target;
    struct str number = str_cut(&text, ':');
    uint64_t status;
    if (!text.data || !str_to_u64(number, 599, &status) || status < 200)
        return bad_option(err, "--route", "a fixed response needs a status from 200 to 599 and a text",
                          "give it as PREFIX=fixed:503:Back at noon");
    return route_put(routes,
                     json_pack("{s:s%, s:s, s:i, s:s%}", "prefix", prefix.data, prefix.size, "kind", "fixed", "status",
                               (int)status, "body", text.data, text.size),
                     err);
}

static bool apply_route(const struct cli *cli, json_t *routes, const char *option, struct err *err)
{
    struct str target = str_from(option);
    struct str prefix = str_cut(&target, '=');
    if (!target.data || !target.size || !prefix.size || prefix.data[0] != '/')
        return bad_option(err, "--route", "a route needs a prefix that begins with / and a target",
                          "give it as /PREFIX=URL, /PREFIX=files:DIR or /PREFIX=fixed:STATUS:TEXT");
    if (str_starts(target, STR("files:")))
        return put_files(routes, prefix, str_after(target, 6), err);
    if (str_starts(target, STR("fixed:")))
        return put_fixed(routes, prefix, str_after(target, 6), err);
    return add_upstream(routes, prefix, target, was_named(cli, option, prefix), err);
}

static bool remove_route(json_t *routes, const char *prefix, struct err *err)
{
    size_t at = route_find(routes, str_from(prefix));
    if (at < json_array_size(routes))
        return json_array_remove(routes, at) == 0 || err_memory(err);
    (void)err_field(err, "--no-route", "there is no route with the prefix %s", prefix);
    return err_fix(err, "\"strictgate site show NAME\" lists the routes");
}

/* The panel has its name for itself: whatever was there makes room. */
static bool put_panel(const struct cli *cli, json_t *routes, struct err *err)
{
    static const char *const others[] = {"upstream", "files", "route", "no-route"};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (cli_has(cli, others[i]))
            return bad_option(err, "--panel", "the admin panel shares its name with nothing else",
                              "give the panel a site of its own");
    return (json_array_clear(routes) == 0 || err_memory(err)) &&
           append_new(routes, json_pack("{s:s, s:s}", "prefix", "/", "kind", "panel"), err);
}

static bool apply_routes(const struct cli *cli, json_t *routes, struct err *err)
{
    size_t at = 0;
    const char *value;
    if (cli_has(cli, "panel") && !put_panel(cli, routes, err))
        return false;
    if (cli_has(cli, "upstream") && cli_has(cli, "files"))
        return bad_option(err, "--files", "--upstream is given as well, and both are for everything below /",
                          "put one of them below a prefix with --route");
    for (bool joins = false; (value = cli_next(cli, "upstream", &at)); joins = true)
        if (!add_upstream(routes, STR("/"), str_from(value), joins, err))
            return false;
    if ((value = cli_value(cli, "files")) && !put_files(routes, STR("/"), str_from(value), err))
        return false;
    for (at = 0; (value = cli_next(cli, "route", &at));)
        if (!apply_route(cli, routes, value, err))
            return false;
    for (at = 0; (value = cli_next(cli, "no-route", &at));)
        if (!remove_route(routes, value, err))
            return false;
    return site_routes_apply(cli, routes, err);
}

static bool put_routes(const struct cli *cli, const json_t *site, json_t *request, struct err *err)
{
    if (!site_request_has_routes(cli))
        return site || bad_option(err, "--upstream", "the site needs somewhere to send requests to",
                                  "give --upstream URL, --files DIR, --route PREFIX=TARGET or --panel");
    const json_t *present = json_object_get(site, "routes");
    json_t *routes = present ? json_deep_copy(present) : json_array();
    if (!routes || !apply_routes(cli, routes, err)) {
        json_decref(routes);
        return routes ? false : err_memory(err);
    }
    return set_new(request, "routes", routes, err);
}

/* ---- certificate ---- */

static bool check_certificate_options(const struct cli *cli, struct err *err)
{
    size_t certs = cli_count(cli, "cert"), keys = cli_count(cli, "key");
    if (cli_has(cli, "no-cert") && (certs || keys || cli_has(cli, "local-ca")))
        return bad_option(err, "--no-cert", "a certificate is given as well", "give one of the two");
    if (cli_has(cli, "local-ca") && (certs || keys))
        return bad_option(err, "--local-ca", "--cert is given as well", "give one of the two");
    if (keys > certs)
        return bad_option(err, "--key", "there is no --cert for it", "give both");
    if (keys && keys < certs)
        return bad_option(err, "--key", "there are more --cert than --key", "give one key for each, in the same order");
    return true;
}

/* One file is a string, several are a list. */
static bool put_files_of(const struct cli *cli, const char *option, const char *dashed, const char *member,
                         json_t *request, struct err *err)
{
    size_t at = 0;
    const char *path;
    json_t *list = json_array();
    while (list && (path = cli_next(cli, option, &at))) {
        json_t *text = site_file_text(dashed, path, SITE_FILE_PEM, err);
        if (!text || !append_new(list, text, err)) {
            json_decref(list);
            return false;
        }
    }
    if (json_array_size(list) == 1) {
        json_t *only = json_incref(json_array_get(list, 0));
        json_decref(list);
        list = only;
    }
    return set_new(request, member, list, err);
}

/* What cannot be read as it is stays for control to tell. */
static bool is_plain(const char *path)
{
    struct buf text;
    if (!path || !file_read(path, SITE_FILE_SIZE_MAX, &text, NULL))
        return true;
    bool plain = cli_intake_is_plain(buf_str(&text));
    key_wipe(&text);
    return plain;
}

static bool are_plain(const struct cli *cli)
{
    size_t at = 0;
    const char *path;
    while ((path = cli_next(cli, "cert", &at)))
        if (!is_plain(path))
            return false;
    for (at = 0; (path = cli_next(cli, "key", &at));)
        if (!is_plain(path))
            return false;
    return true;
}

static bool add_opened(const struct cli *cli, const char *cert_path, const char *key_path, json_t *certs, json_t *keys,
                       struct err *err)
{
    const struct cli_intake intake = {
        .paths = {cert_path}, .paths_count = 1, .key_path = key_path, .cert_option = "--cert"};
    struct cert *cert;
    json_t *chain, *key;
    if (!cli_intake_open(cli, &intake, &cert, NULL, err))
        return false;
    bool fine = cli_intake_texts(cert, &chain, &key, err);
    cert_free(cert);
    if (!fine)
        return false;
    fine = append_new(certs, chain, err);
    return append_new(keys, key, err) && fine;
}

/* DER, PKCS#12 and what a passphrase protects is opened here, pair by pair. */
static bool put_opened(const struct cli *cli, json_t *request, struct err *err)
{
    size_t certs_at = 0, keys_at = 0;
    const char *path;
    json_t *certs = json_array(), *keys = json_array();
    bool fine = certs && keys;
    while (fine && (path = cli_next(cli, "cert", &certs_at)))
        fine = add_opened(cli, path, cli_next(cli, "key", &keys_at), certs, keys, err);
    if (!fine) {
        json_decref(certs);
        json_decref(keys);
        return certs && keys ? false : err_memory(err);
    }
    fine = set_new(request, "certificate_pem", certs, err);
    return set_new(request, "key_pem", keys, err) && fine;
}

static bool put_certificate(const struct cli *cli, json_t *request, struct err *err)
{
    if (!check_certificate_options(cli, err))
        return false;
    if (cli_has(cli, "local-ca"))
        return set_new(request, "local_ca", json_true(), err);
    if (cli_has(cli, "no-cert"))
        return set_new(request, "certificate", json_null(), err);
    if (!cli_has(cli, "cert"))
        return true;
    if (!are_plain(cli))
        return put_opened(cli, request, err);
    /* Without --key the file with the chain holds the key as well, as many tools write it. */
    bool together = !cli_has(cli, "key");
    return put_files_of(cli, "cert", "--cert", "certificate_pem", request, err) &&
           put_files_of(cli, together ? "cert" : "key", together ? "--cert" : "--key", "key_pem", request, err);
}

/* ---- the rest ---- */

static bool put_aliases(const struct cli *cli, json_t *request, struct err *err)
{
    size_t at = 0;
    const char *alias;
    if (cli_has(cli, "alias") && cli_has(cli, "no-alias"))
        return bad_option(err, "--no-alias", "--alias is given as well", "give one of the two");
    if (!cli_has(cli, "alias") && !cli_has(cli, "no-alias"))
        return true;
    if (!set_new(request, "aliases", json_array(), err))
        return false;
    while ((alias = cli_next(cli, "alias", &at)))
        if (!append_new(json_object_get(request, "aliases"), json_string(alias), err))
            return false;
    return true;
}

static bool put_error_page(const struct cli *cli, json_t *request, struct err *err)
{
    const char *path = cli_value(cli, "error-page");
    if (path && cli_has(cli, "no-error-page"))
        return bad_option(err, "--no-error-page", "--error-page is given as well", "give one of the two");
    if (cli_has(cli, "no-error-page"))
        return set_new(request, "error_page", json_string(""), err);
    json_t *text = path ? site_file_text("--error-page", path, SITE_FILE_PAGE, err) : NULL;
    return path ? text && set_new(request, "error_page", text, err) : true;
}

static bool put_ladder(const struct cli *cli, json_t *request, struct err *err)
{
    const char *text = cli_value(cli, "ladder");
    json_t *list = text ? cli_duration_list("--ladder", text, err) : NULL;
    return !text || (list && set_new(request, "ladder", list, err));
}

static bool put_switch(const struct cli *cli, const char *on, const char *off, const char *dashed_off,
                       const char *member, json_t *request, struct err *err)
{
    if (cli_has(cli, on) && cli_has(cli, off))
        return bad_option(err, dashed_off, "its opposite is given as well", "give one of the two");
    if (!cli_has(cli, on) && !cli_has(cli, off))
        return true;
    return set_new(request, member, json_boolean(cli_has(cli, on)), err);
}

static bool fill(const struct cli *cli, const json_t *site, json_t *request, struct err *err)
{
    const char *redirect = cli_value(cli, "redirect"), *credentials = cli_value(cli, "http-credentials");
    const char *reports = cli_value(cli, "reports");
    if (!site && !set_new(request, "name", json_string(cli->operands[0]), err))
        return false;
    if (redirect && !set_new(request, "redirect", json_string(redirect), err))
        return false;
    if (credentials && !set_new(request, "http_credentials", json_string(credentials), err))
        return false;
    if (reports && !set_new(request, "reports", json_string(reports), err))
        return false;
    return put_aliases(cli, request, err) && put_routes(cli, site, request, err) &&
           put_certificate(cli, request, err) &&
           put_switch(cli, "canonical", "no-canonical", "--no-canonical", "canonical", request, err) &&
           put_switch(cli, "secure-cookies", "no-secure-cookies", "--no-secure-cookies", "secure_cookies", request,
                      err) &&
           put_switch(cli, "rewrite-location", "no-rewrite-location", "--no-rewrite-location", "rewrite_location",
                      request, err) &&
           put_error_page(cli, request, err) && put_ladder(cli, request, err) && cli_override_put(cli, request, err);
}

bool site_request_make(const struct cli *cli, const json_t *site, json_t **ret, struct err *err)
{
    json_t *request = json_object();
    if (!request)
        return err_memory(err);
    if (!fill(cli, site, request, err)) {
        json_decref(request);
        return false;
    }
    *ret = request;
    return true;
}
