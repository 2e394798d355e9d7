/* status, reload. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_self_check.h"

/* "2026-11-23T17:51:03Z" as people read it; absent: a dash. */
static void add_time(struct cli_table *table, const json_t *object, const char *name)
{
    const char *text = cli_json_text(object, name, "");
    if (strlen(text) < 19)
        cli_table_add(table, "-");
    else
        cli_table_add(table, "%.10s %.8s UTC", text, text + 11);
}

/* How many, and of what: "7: unknown_name 5, version 2". */
static void add_failures(struct cli_table *table, const json_t *status)
{
    struct arena room;
    struct str causes = {NULL, 0};
    const char *cause;
    json_t *value;
    arena_init(&room, 65536);
    json_object_foreach((json_t *)(uintptr_t)json_object_get(status, "handshakes_failed_by_cause"), cause, value)
    {
        if (json_integer_value(value) > 0)
            causes = arena_printf(&room, "%.*s%s%s %lld", STR_ARG(causes), causes.size ? ", " : ": ", cause,
                                  (long long)json_integer_value(value));
    }
    cli_table_add(table, "Handshakes failed");
    cli_table_add(table, "%lld%.*s",
                  (long long)cli_json_number(json_object_get(status, "totals"), "handshakes_failed", 0),
                  STR_ARG(causes));
    arena_fini(&room);
}

static void print_process(const json_t *status)
{
    const char *const first[] = {"Version", cli_json_text(status, "version", "?")};
    const json_t *gateway = json_object_get(status, "gateway"), *generation = json_object_get(status, "generation"),
                 *totals = json_object_get(status, "totals");
    long long wanted = (long long)cli_json_number(generation, "wanted", 0),
              acked = (long long)cli_json_number(generation, "acked", 0);
    struct cli_table table;
    cli_table_init(&table, first, 2);
    cli_table_add(&table, "Control since");
    add_time(&table, status, "started");
    cli_table_add(&table, "Gateway since");
    add_time(&table, gateway, "since");
    cli_table_add(&table, "Workers");
    cli_table_add(&table, "%lld", (long long)cli_json_number(gateway, "workers", 0));
    cli_table_add(&table, "Generation");
    if (wanted == acked)
        cli_table_add(&table, "%lld, in effect", acked);
    else
        cli_table_add(&table, "%lld in effect, %lld wanted", acked, wanted);
    cli_table_add(&table, "Connections");
    cli_table_add(&table, "%lld open, %lld accepted", (long long)cli_json_number(totals, "connections_open", 0),
                  (long long)cli_json_number(totals, "connections", 0));
    cli_table_add(&table, "Requests");
    cli_table_add(&table, "%lld", (long long)cli_json_number(totals, "requests", 0));
    add_failures(&table, status);
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

/* "up", or how many of the site's upstreams are not. */
static void add_health(struct cli_table *table, const json_t *upstreams)
{
    size_t count = json_array_size(upstreams), up = 0;
    const char *worst = "up";
    for (size_t i = 0; i < count; i++) {
        const char *health = cli_json_text(json_array_get(upstreams, i), "health", "?");
        if (strcmp(health, "up") == 0)
            up++;
        else
            worst = health;
    }
    if (count == 0)
        cli_table_add(table, "-");
    else if (count == 1)
        cli_table_add(table, "%s", worst);
    else
        cli_table_add(table, "%zu of %zu up", up, count);
}

static void add_certificate(struct cli_table *table, const json_t *certificate)
{
    const char *source = cli_json_text(certificate, "source", "none");
    if (!json_is_integer(json_object_get(certificate, "days_left")))
        cli_table_add(table, "%s", source);
    else
        cli_table_add(table, "%s, %lld days left", source, (long long)cli_json_number(certificate, "days_left", 0));
}

/* Who could not get in if the certificate failed now, and until when. */
static void add_forecast(struct cli_table *table, const json_t *forecast)
{
    const char *until = cli_json_text(forecast, "until", NULL);
    bool is_for_good = strcmp(cli_json_text(forecast, "reach", "own"), "preload") == 0;
    const char *most = json_is_false(json_object_get(forecast, "exact")) ? "<= " : "";
    long long percent = (long long)cli_json_number(forecast, "share_percent", -1);
    if (!until && !is_for_good)
        cli_table_add(table, "nobody");
    else if (percent < 0)
        cli_table_add(table, "unknown, %s %.10s", is_for_good ? "for" : "until", is_for_good ? "good" : until);
    else
        cli_table_add(table, "%s%lld %% %s %.10s", most, percent, is_for_good ? "for" : "until",
                      is_for_good ? "good" : until);
}

static void print_sites(const json_t *sites)
{
    static const char *const titles[] = {"SITE",       "UPSTREAMS", "CERTIFICATE", "HSTS", "WOULD BE LOCKED OUT",
                                         "SELF-CHECK", "REQUESTS",  "ERRORS"};
    struct cli_table table;
    char word[CLI_SELF_CHECK_WORD_SIZE];
    if (json_array_size(sites) == 0) {
        (void)printf("\nThere is no site yet: strictgate site add NAME --upstream http://127.0.0.1:8080 --local-ca\n");
        return;
    }
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i), *counters = json_object_get(site, "counters");
        cli_table_add(&table, "%s", cli_json_text(site, "name", "?"));
        add_health(&table, json_object_get(site, "upstreams"));
        add_certificate(&table, json_object_get(site, "certificate"));
        cli_table_add(&table, "%s", cli_json_text(json_object_get(site, "hsts"), "field", "off"));
        add_forecast(&table, json_object_get(site, "forecast"));
        cli_table_add(&table, "%s", cli_self_check_word(json_object_get(site, "self_check"), word));
        cli_table_add(&table, "%lld", (long long)cli_json_number(counters, "requests", 0));
        cli_table_add(&table, "%lld", (long long)cli_json_number(counters, "upstream_errors", 0));
    }
    (void)putchar('\n');
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

/*
 * The application's own promises are taken out of its responses; whoever set them there should know. And so should
 * whoever thinks that a site climbs by itself.
 */
static void print_notes(const json_t *sites)
{
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i);
        const char *held_back = cli_json_text(json_object_get(site, "hsts"), "held_back", NULL);
        long long removed = (long long)cli_json_number(json_object_get(site, "counters"), "hsts_removed", 0);
        if (removed)
            (void)printf("note: %s: the application's own Strict-Transport-Security was removed from %lld %s\n",
                         cli_json_text(site, "name", "?"), removed, removed == 1 ? "response" : "responses");
        if (held_back)
            (void)printf("note: %s: the climb is held back: %s\n", cli_json_text(site, "name", "?"), held_back);
    }
}

int cli_status(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", "/v1/status", NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json")) {
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    } else {
        print_process(reply.json);
        print_sites(json_object_get(reply.json, "sites"));
        print_notes(json_object_get(reply.json, "sites"));
        const json_t *warnings = json_object_get(reply.json, "warnings");
        if (json_array_size(warnings))
            (void)putchar('\n');
        cli_print_warnings(warnings, stdout);
    }
    cli_reply_fini(&reply);
    return status;
}

int cli_reload(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "POST", "/v1/reload", NULL, &reply);
    if (status != CLI_OK)
        return status;
    status = cli_check_applied(reply.json);
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? status : CLI_FAILED;
    else if (status == CLI_OK)
        (void)printf("reloaded (generation %lld)\n", (long long)cli_json_number(reply.json, "generation", 0));
    cli_reply_fini(&reply);
    return status;
}
