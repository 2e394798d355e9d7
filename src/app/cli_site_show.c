/* site list, site show. */
#include <stdio.h>
#include <time.h>

#include "app/cli_auto.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"

/* What a route does, in a word or two. */
static struct str route_text(struct arena *room, const json_t *route)
{
    const char *kind = cli_json_text(route, "kind", "proxy");
    if (strcmp(kind, "files") == 0)
        return arena_printf(room, "files:%s", cli_json_text(route, "root", ""));
    if (strcmp(kind, "panel") == 0)
        return STR("admin panel");
    if (strcmp(kind, "fixed") == 0)
        return arena_printf(room, "fixed:%lld", (long long)cli_json_number(route, "status", 0));
    const json_t *upstreams = json_object_get(route, "upstreams");
    struct str text = {NULL, 0};
    for (size_t i = 0; i < json_array_size(upstreams); i++) {
        const json_t *upstream = json_array_get(upstreams, i);
        long long weight = (long long)cli_json_number(upstream, "weight", 1);
        text = arena_printf(room, "%.*s%s%s", STR_ARG(text), i ? ", " : "", cli_json_text(upstream, "url", "?"));
        if (weight != 1)
            text = arena_printf(room, "%.*s (weight %lld)", STR_ARG(text), weight);
    }
    return text;
}

/* The day of a time that control gives as text ("2026-11-23T17:51:03Z") or as seconds. */
static struct str day_text(struct arena *room, const json_t *object, const char *name)
{
    const json_t *value = json_object_get(object, name);
    if (json_is_string(value))
        return arena_printf(room, "%.10s", json_string_value(value));
    time_t seconds = (time_t)json_integer_value(value);
    struct tm utc;
    char text[16];
    if (!json_is_integer(value) || !gmtime_r(&seconds, &utc) || !strftime(text, sizeof text, "%Y-%m-%d", &utc))
        return STR("?");
    return arena_printf(room, "%s", text);
}

static struct str certificate_text(struct arena *room, const json_t *site)
{
    const json_t *certificate = json_object_get(site, "certificate");
    const char *source = cli_json_text(certificate, "source", "none");
    if (strcmp(source, "none") == 0)
        return STR("none");
    return arena_printf(room, "%s, until %.*s", source, STR_ARG(day_text(room, certificate, "not_after")));
}

static const char *hsts_text(const json_t *site)
{
    return cli_json_text(json_object_get(site, "hsts"), "field", "off");
}

static void print_list(const json_t *sites)
{
    static const char *const titles[] = {"NAME", "TARGET", "CERTIFICATE", "REDIRECT", "HSTS"};
    struct cli_table table;
    struct arena room;
    if (json_array_size(sites) == 0) {
        (void)printf("There is no site yet: strictgate site add NAME --upstream http://127.0.0.1:8080 --local-ca\n");
        return;
    }
    arena_init(&room, (size_t)64 << 20);
    cli_table_init(&table, titles, 5);
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i), *routes = json_object_get(site, "routes");
        size_t routes_count = json_array_size(routes);
        cli_table_add(&table, "%s", cli_json_text(site, "name", "?"));
        struct str target = route_text(&room, json_array_get(routes, routes_count ? routes_count - 1 : 0));
        if (routes_count > 1)
            cli_table_add(&table, "%zu routes", routes_count);
        else
            cli_table_add(&table, "%.*s", STR_ARG(target));
        cli_table_add(&table, "%.*s", STR_ARG(certificate_text(&room, site)));
        cli_table_add(&table, "%s", cli_json_text(site, "redirect", "?"));
        cli_table_add(&table, "%s", hsts_text(site));
        arena_clear(&room);
    }
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
    arena_fini(&room);
}

int cli_site_list(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", "/v1/sites", NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *sites = json_is_array(reply.json) ? reply.json : json_object_get(reply.json, "sites");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        print_list(sites);
    cli_reply_fini(&reply);
    return status;
}

static void add_row(struct cli_table *table, const char *title, struct str text)
{
    cli_table_add(table, "%s", title);
    cli_table_add(table, "%.*s", STR_ARG(text));
}

static struct str joined(struct arena *room, const json_t *list)
{
    struct str text = {NULL, 0};
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *item = json_string_value(json_array_get(list, i));
        text = arena_printf(room, "%.*s%s%s", STR_ARG(text), i ? ", " : "", item ? item : "?");
    }
    return text.size ? text : STR("none");
}

/* A row of its own only where it differs from the route before: nearly all sites have the same for all. */
static void add_times(struct cli_table *table, struct arena *room, const json_t *route, struct str *previous)
{
    if (strcmp(cli_json_text(route, "kind", "proxy"), "proxy") != 0)
        return;
    struct str text = arena_printf(room, "connect %lld ms, first byte %lld ms, idle %lld ms",
                                   (long long)cli_json_number(route, "connect_timeout_ms", 0),
                                   (long long)cli_json_number(route, "first_byte_timeout_ms", 0),
                                   (long long)cli_json_number(route, "idle_timeout_ms", 0));
    if (!str_eq(text, *previous))
        add_row(table, "  timeouts", text);
    *previous = text;
}

static void add_routes(struct cli_table *table, struct arena *room, const json_t *routes)
{
    struct str times = {NULL, 0};
    for (size_t i = 0; i < json_array_size(routes); i++) {
        const json_t *route = json_array_get(routes, i);
        const char *health = cli_json_text(route, "health_path", "");
        bool in_turn = strcmp(cli_json_text(route, "balance", ""), "round-robin") == 0;
        struct str target = route_text(room, route);
        add_row(table, i ? "" : "Routes",
                arena_printf(room, "%s  %.*s%s%s%s%s%s", cli_json_text(route, "prefix", "/"), STR_ARG(target),
                             in_turn ? "  (round robin)" : "",
                             json_is_false(json_object_get(route, "verify")) ? "  (certificate not verified)" : "",
                             *health ? "  (health: " : "", health, *health ? ")" : ""));
        add_times(table, room, route, &times);
    }
}

/* The field, and until when browsers hold to what they were told, which may be longer than it is sent. */
static void add_hsts(struct cli_table *table, struct arena *room, const json_t *site)
{
    const char *until = cli_json_text(json_object_get(site, "hsts"), "bound_until", "");
    add_row(table, "HSTS", str_from(hsts_text(site)));
    if (strlen(until) >= 16)
        add_row(table, "  bound until", arena_printf(room, "%.10s %.5s UTC", until, until + 11));
}

static void print_site(const json_t *site)
{
    static const char *const titles[] = {"Name", ""};
    struct cli_table table;
    struct arena room;
    const json_t *certificate = json_object_get(site, "certificate");
    arena_init(&room, (size_t)8 << 20);
    const char *const first[] = {titles[0], cli_json_text(site, "name", "?")};
    cli_table_init(&table, first, 2);
    add_row(&table, "Aliases", joined(&room, json_object_get(site, "aliases")));
    add_routes(&table, &room, json_object_get(site, "routes"));
    add_row(&table, "Certificate", certificate_text(&room, site));
    if (json_array_size(json_object_get(certificate, "names")))
        add_row(&table, "  names", joined(&room, json_object_get(certificate, "names")));
    if (json_is_string(json_object_get(certificate, "fingerprint_sha256")))
        add_row(&table, "  SHA-256", str_from(cli_json_text(certificate, "fingerprint_sha256", "?")));
    add_row(&table, "Redirect", str_from(cli_json_text(site, "redirect", "?")));
    if (strcmp(cli_json_text(site, "http_credentials", ""), "refuse") == 0)
        add_row(&table, "Credentials", STR("refused over plain HTTP"));
    add_row(&table, "Canonical", str_from(cli_json_bool(site, "canonical") ? "aliases are redirected" : "no"));
    add_row(&table, "Secure cookies",
            str_from(cli_json_bool(site, "secure_cookies") ? "added" : "as the application says"));
    if (!cli_json_bool(site, "rewrite_location"))
        add_row(&table, "Location", STR("as the application says"));
    add_row(
        &table, "Reports",
        str_from(strcmp(cli_json_text(site, "reports", "off"), "on") == 0 ? "browsers are told to send them" : "off"));
    if (*cli_json_text(site, "error_page", ""))
        add_row(&table, "Error page", STR("own template"));
    add_hsts(&table, &room, site);
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
    arena_fini(&room);
    cli_auto_write(stdout, json_object_get(certificate, "automatic"));
    cli_print_warnings(json_object_get(site, "warnings"), stdout);
}

int cli_site_show(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "");
    int status = path ? cli_call(cli, "GET", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        print_site(reply.json);
    cli_reply_fini(&reply);
    return status;
}
