/* Options for all routes of a kind. What is in range is control's to judge. */
#include "app/site_routes.h"

#include <stdio.h>

#include "app/cli_output.h"
#include "app/site_file.h"

/* Options that are one member of every route to an application. */
struct tuning {
    const char *option;
    const char *member;
    bool is_number;
};

static const struct tuning tunings[] = {
    {"balance", "balance", false},
    {"connect-timeout-ms", "connect_timeout_ms", true},
    {"first-byte-timeout-ms", "first_byte_timeout_ms", true},
    {"idle-timeout-ms", "idle_timeout_ms", true},
};

#define TUNINGS_COUNT (sizeof tunings / sizeof *tunings)

bool site_routes_has(const struct cli *cli)
{
    static const char *const options[] = {
        "weight", "ca", "insecure-upstream", "verify-upstream", "health-path", "health-interval-ms", "index"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (cli_has(cli, options[i]))
            return true;
    for (size_t i = 0; i < TUNINGS_COUNT; i++)
        if (cli_has(cli, tunings[i].option))
            return true;
    return false;
}

/* `option` without dashes. */
static bool bad_option(struct err *err, const char *option, const char *why, const char *fix)
{
    char dashed[sizeof err->field];
    (void)snprintf(dashed, sizeof dashed, "--%s", option);
    (void)err_field(err, dashed, "%s", why);
    return err_fix(err, "%s", fix);
}

static json_t *read_number(const char *option, const char *text, struct err *err)
{
    uint64_t number;
    if (!str_to_u64(str_from(text), INT64_MAX, &number)) {
        (void)bad_option(err, option, "a whole number is needed here",
                         "times are in milliseconds: 5000 is five seconds");
        return NULL;
    }
    json_t *value = json_integer((json_int_t)number);
    if (!value)
        (void)err_memory(err);
    return value;
}

/* Puts `value` (not taken over; NULL fails) into every route of that kind; *ret_count says into how many. */
static bool put_in_all(json_t *routes, const char *kind, const char *member, json_t *value, size_t *ret_count,
                       struct err *err)
{
    size_t count = 0;
    if (!value)
        return err_memory(err);
    for (size_t i = 0; i < json_array_size(routes); i++) {
        json_t *route = json_array_get(routes, i);
        if (strcmp(cli_json_text(route, "kind", "proxy"), kind) != 0)
            continue;
        count++;
        if (json_object_set(route, member, value) != 0)
            return err_memory(err);
    }
    *ret_count = count;
    return true;
}

static bool put_option(json_t *routes, const char *kind, const char *option, const char *member, json_t *take_value,
                       struct err *err)
{
    size_t count = 0;
    bool fine = put_in_all(routes, kind, member, take_value, &count, err);
    json_decref(take_value);
    if (!fine || count)
        return fine;
    return strcmp(kind, "files") == 0
               ? bad_option(err, option, "the site serves no folder", "give one with --files DIR")
               : bad_option(err, option, "the site has no upstream", "give one with --upstream URL");
}

static bool apply_tunings(const struct cli *cli, json_t *routes, struct err *err)
{
    for (size_t i = 0; i < TUNINGS_COUNT; i++) {
        const char *text = cli_value(cli, tunings[i].option);
        if (!text)
            continue;
        json_t *value = tunings[i].is_number ? read_number(tunings[i].option, text, err) : json_string(text);
        if (!value && tunings[i].is_number)
            return false;
        if (!put_option(routes, "proxy", tunings[i].option, tunings[i].member, value, err))
            return false;
    }
    return true;
}

/* The upstreams of "/", which --upstream names; NULL when it is no route to an application. */
static json_t *upstreams_of_all(json_t *routes)
{
    for (size_t i = 0; i < json_array_size(routes); i++)
        if (strcmp(cli_json_text(json_array_get(routes, i), "prefix", "/"), "/") == 0)
            return json_object_get(json_array_get(routes, i), "upstreams");
    return NULL;
}

static bool apply_weights(const struct cli *cli, json_t *routes, struct err *err)
{
    size_t at = 0;
    const char *text;
    json_t *upstreams = upstreams_of_all(routes);
    if (!cli_has(cli, "weight"))
        return true;
    if (cli_count(cli, "weight") != json_array_size(upstreams))
        return bad_option(err, "weight", "there are not as many as upstreams of /",
                          "give one for each --upstream, in the same order");
    for (size_t i = 0; (text = cli_next(cli, "weight", &at)); i++) {
        json_t *value = read_number("weight", text, err);
        if (!value)
            return false;
        if (json_object_set_new(json_array_get(upstreams, i), "weight", value) != 0)
            return err_memory(err);
    }
    return true;
}

static bool has_https(const json_t *route)
{
    const json_t *upstreams = json_object_get(route, "upstreams");
    for (size_t i = 0; i < json_array_size(upstreams); i++)
        if (str_starts(str_from(cli_json_text(json_array_get(upstreams, i), "url", "")), STR("https:")))
            return true;
    return false;
}

/* `pem` is what --ca names, or NULL. --verify-upstream alone goes back to the system's roots. */
static bool verify_all(const struct cli *cli, json_t *routes, json_t *pem, const char *option, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(routes); i++) {
        json_t *route = json_array_get(routes, i);
        if (!has_https(route))
            continue;
        count++;
        if (!pem && cli_has(cli, "verify-upstream"))
            (void)json_object_del(route, "ca_pem");
        if ((pem && json_object_set(route, "ca_pem", pem) != 0) ||
            json_object_set_new(route, "verify", json_boolean(!cli_has(cli, "insecure-upstream"))) != 0)
            return err_memory(err);
    }
    return count > 0 || bad_option(err, option, "no upstream is spoken to over https",
                                   "leave it out, or give an upstream https://HOST:PORT");
}

/* How the certificates of https upstreams are looked at, in all routes that have some. */
static bool apply_verification(const struct cli *cli, json_t *routes, struct err *err)
{
    const char *ca = cli_value(cli, "ca");
    bool insecure = cli_has(cli, "insecure-upstream"), verify = cli_has(cli, "verify-upstream");
    if (!ca && !insecure && !verify)
        return true;
    if (insecure && (ca || verify))
        return bad_option(err, "insecure-upstream", ca ? "it makes --ca pointless" : "its opposite is given as well",
                          "give one of the two");
    json_t *pem = ca ? site_file_text("--ca", ca, SITE_FILE_PEM, err) : NULL;
    if (ca && !pem)
        return false;
    bool fine = verify_all(cli, routes, pem, ca ? "ca" : insecure ? "insecure-upstream" : "verify-upstream", err);
    json_decref(pem);
    return fine;
}

static bool apply_health(const struct cli *cli, json_t *routes, struct err *err)
{
    const char *path = cli_value(cli, "health-path"), *interval = cli_value(cli, "health-interval-ms");
    if (path && !put_option(routes, "proxy", "health-path", "health_path", json_string(path), err))
        return false;
    for (size_t i = 0; path && !*path && i < json_array_size(routes); i++) /* no checks, then no interval either */
        (void)json_object_del(json_array_get(routes, i), "health_interval_ms");
    json_t *value = interval ? read_number("health-interval-ms", interval, err) : NULL;
    if (!interval || !value)
        return !interval;
    return put_option(routes, "proxy", "health-interval-ms", "health_interval_ms", value, err);
}

static bool apply_index(const struct cli *cli, json_t *routes, struct err *err)
{
    const char *name = cli_value(cli, "index");
    return !name || put_option(routes, "files", "index", "index", json_string(name), err);
}

bool site_routes_apply(const struct cli *cli, json_t *routes, struct err *err)
{
    return apply_weights(cli, routes, err) && apply_tunings(cli, routes, err) && apply_verification(cli, routes, err) &&
           apply_health(cli, routes, err) && apply_index(cli, routes, err);
}
