/* settings show, settings set. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/suggest.h"

static void print_settings(const json_t *settings)
{
    static const char *const titles[] = {"KEY", "VALUE", "MEANING"};
    const json_t *help = json_object_get(settings, "limits_help");
    struct cli_table table;
    const char *key;
    json_t *value;
    cli_table_init(&table, titles, 3);
    cli_table_add(&table, "tls_profile");
    cli_table_add(&table, "%s", cli_json_text(settings, "tls_profile", "?"));
    cli_table_add(&table, "intermediate (TLS 1.2 and 1.3) or modern (TLS 1.3 only)");
    const json_t *preload = json_object_get(settings, "preload");
    cli_table_add(&table, "preload.update_days");
    cli_table_add(&table, "%lld", (long long)cli_json_number(preload, "update_days", 0));
    cli_table_add(&table, "days after which it is fetched by itself; 0 is never");
    const json_t *self_check = json_object_get(settings, "self_check");
    cli_table_add(&table, "self_check.every_days");
    cli_table_add(&table, "%lld", (long long)cli_json_number(self_check, "every_days", 0));
    cli_table_add(&table, "days after which each site is looked at from outside again; 0 is never by itself");
    cli_table_add(&table, "self_check.address");
    cli_table_add(&table, "%s",
                  *cli_json_text(self_check, "address", "") ? cli_json_text(self_check, "address", "") : "-");
    cli_table_add(&table, "where this machine reaches its sites; empty: where the DNS says");
    cli_table_add(&table, "subdomains.every_days");
    cli_table_add(&table, "%lld", (long long)cli_json_number(json_object_get(settings, "subdomains"), "every_days", 0));
    cli_table_add(&table, "days after which names below sites are looked at by themselves");
    cli_table_add(&table, "report_collector");
    cli_table_add(&table, "%s",
                  *cli_json_text(settings, "report_collector", "") ? cli_json_text(settings, "report_collector", "")
                                                                   : "-");
    cli_table_add(&table, "the site that takes what browsers report; empty: none");
    json_object_foreach(json_object_get(settings, "limits"), key, value)
    {
        cli_table_add(&table, "%s", key);
        cli_table_add(&table, "%lld", (long long)json_integer_value(value));
        cli_table_add(&table, "%s", cli_json_text(json_object_get(help, key), "what", ""));
    }
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
    (void)printf("\npreload.address, where the browsers' preload list is fetched:\n");
    cli_text_line(stdout, "    ", cli_json_text(preload, "address", "?"));
}

int cli_settings_show(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", "/v1/settings", NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        print_settings(reply.json);
    cli_reply_fini(&reply);
    return status;
}

static bool unknown_key(const json_t *settings, struct str key, struct err *err)
{
    struct suggest suggest;
    const char *name;
    json_t *value;
    suggest_init(&suggest, key);
    suggest_offer(&suggest, STR("tls_profile"));
    suggest_offer(&suggest, STR("preload.address"));
    suggest_offer(&suggest, STR("preload.update_days"));
    suggest_offer(&suggest, STR("self_check.every_days"));
    suggest_offer(&suggest, STR("self_check.address"));
    suggest_offer(&suggest, STR("subdomains.every_days"));
    suggest_offer(&suggest, STR("report_collector"));
    json_object_foreach(json_object_get(settings, "limits"), name, value)
    {
        (void)value;
        suggest_offer(&suggest, str_from(name));
    }
    (void)err_set(err, ERR_INPUT, "there is no setting \"%.*s\"", STR_ARG(key));
    if (suggest.nearest.size)
        return err_fix(err, "did you mean \"%.*s\"?", STR_ARG(suggest.nearest));
    return err_fix(err, "\"strictgate settings show\" lists them");
}

/* The object of that name in the request, made when it is not there yet; NULL when memory ran out. */
static json_t *part_of(json_t *request, const char *name)
{
    json_t *part = json_object_get(request, name);
    if (!part && (part = json_object()) && json_object_set_new(request, name, part) != 0)
        return NULL;
    return part;
}

/* Settings that belong together: an address, and a number of days. */
static const struct {
    const char *key, *part, *name;
    bool is_number;
} grouped[] = {
    {"preload.address", "preload", "address", false},
    {"preload.update_days", "preload", "update_days", true},
    {"self_check.address", "self_check", "address", false},
    {"self_check.every_days", "self_check", "every_days", true},
    {"subdomains.every_days", "subdomains", "every_days", true},
};
#define GROUPED_COUNT (sizeof grouped / sizeof *grouped)

/* The row of the key; GROUPED_COUNT when it is none of them. */
static size_t find_grouped(struct str key)
{
    size_t i = 0;
    while (i < GROUPED_COUNT && !str_eq(key, str_from(grouped[i].key)))
        i++;
    return i;
}

static bool add_grouped(size_t row, struct str value, json_t *request, struct err *err)
{
    json_t *part = part_of(request, grouped[row].part);
    uint64_t number;
    if (!part)
        return err_memory(err);
    if (!grouped[row].is_number)
        return json_object_set_new(part, grouped[row].name, json_stringn(value.data, value.size)) == 0 ||
               err_set(err, ERR_INPUT, "the value of %s is not text", grouped[row].key);
    if (!str_to_u64(value, INT64_MAX, &number))
        return err_set(err, ERR_INPUT, "%s: \"%.*s\" is no whole number", grouped[row].key, STR_ARG(value));
    return json_object_set_new(part, grouped[row].name, json_integer((json_int_t)number)) == 0 || err_memory(err);
}

/* Adds one KEY=VALUE to the request; `settings` are the present ones. */
static bool add_setting(const json_t *settings, const char *operand, json_t *request, struct err *err)
{
    struct str value = str_from(operand);
    struct str key = str_cut(&value, '=');
    if (!value.data) {
        (void)err_set(err, ERR_INPUT, "\"%s\" is not KEY=VALUE", operand);
        return err_fix(err, "strictgate settings set tls_profile=modern");
    }
    const char *plain = str_eq(key, STR("tls_profile"))        ? "tls_profile"
                        : str_eq(key, STR("report_collector")) ? "report_collector"
                                                               : NULL;
    if (plain)
        return json_object_set_new(request, plain, json_stringn(value.data, value.size)) == 0 ||
               err_set(err, ERR_INPUT, "the value of %s is not text", plain);
    size_t row = find_grouped(key);
    if (row < GROUPED_COUNT)
        return add_grouped(row, value, request, err);
    struct str name = str_starts(key, STR("limits.")) ? str_after(key, 7) : key;
    json_t *limits = json_object_get(settings, "limits");
    if (!name.size || !json_object_getn(limits, name.data, name.size))
        return unknown_key(settings, key, err);
    uint64_t number;
    if (!str_to_u64(value, INT64_MAX, &number))
        return err_set(err, ERR_INPUT, "%.*s: \"%.*s\" is no whole number", STR_ARG(name), STR_ARG(value));
    json_t *changed = part_of(request, "limits");
    return (changed && json_object_setn_new(changed, name.data, name.size, json_integer((json_int_t)number)) == 0) ||
           err_memory(err);
}

static int send_settings(const struct cli *cli, const json_t *present)
{
    struct err err = {0};
    struct cli_reply reply;
    json_t *request = json_object();
    bool good = request != NULL || err_memory(&err);
    for (size_t i = 0; good && i < cli->operands_count; i++)
        good = add_setting(present, cli->operands[i], request, &err);
    if (!good) {
        json_decref(request);
        return cli_print_error(&err);
    }
    int status = cli_call(cli, "PATCH", "/v1/settings", request, &reply);
    json_decref(request);
    if (status != CLI_OK)
        return status;
    status = cli_check_applied(reply.json);
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? status : CLI_FAILED;
    else if (status == CLI_OK)
        (void)printf("changed (generation %lld)\n", (long long)cli_json_number(reply.json, "generation", 0));
    cli_reply_fini(&reply);
    return status;
}

int cli_settings_set(const struct cli *cli)
{
    struct cli_reply present;
    int status = cli_call(cli, "GET", "/v1/settings", NULL, &present);
    if (status != CLI_OK)
        return status;
    status = send_settings(cli, present.json);
    cli_reply_fini(&present);
    return status;
}
