/* "seen": names below a site's that clients asked for and no site has. */
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

static const char *by_text(const json_t *by)
{
    bool sni = false, host = false;
    for (size_t i = 0; i < json_array_size(by); i++) {
        struct str word = str_from(json_string_value(json_array_get(by, i)));
        sni |= str_eq(word, STR("sni"));
        host |= str_eq(word, STR("host"));
    }
    return sni && host ? "TLS, HTTP" : sni ? "TLS" : "HTTP";
}

static void write_names(FILE *out, const json_t *names)
{
    static const char *const titles[] = {"NAME", "LAST", "FIRST", "TIMES", "BY"};
    struct cli_table table;
    char room[CLI_MOMENT_SIZE];
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *name = json_array_get(names, i);
        cli_table_add(&table, "%s", cli_json_text(name, "name", "?"));
        cli_table_add(&table, "%s", cli_moment_text(cli_json_text(name, "last_seen", NULL), room));
        cli_table_add(&table, "%s", cli_moment_text(cli_json_text(name, "first_seen", NULL), room));
        cli_table_add(&table, "%lld", (long long)cli_json_number(name, "count", 0));
        cli_table_add(&table, "%s", by_text(json_object_get(name, "by")));
    }
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

static void write_answer(FILE *out, const json_t *json)
{
    const json_t *names = json_object_get(json, "names");
    if (json_array_size(names) == 0) {
        cli_text_printf(out, "", 0, "no client has asked for a name below those of %s that no site has",
                        cli_json_text(json, "site", "?"));
        return;
    }
    write_names(out, names);
    if (json_is_true(json_object_get(json, "more")))
        (void)fputs("there are more: --limit N shows them\n", out);
}

int cli_seen(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply = {0};
    arena_init(&room, 65536);
    const char *limit = cli_value(cli, "limit"), *escaped = cli_escape(&room, limit ? limit : "100");
    const char *base = cli_site_path(&room, cli->operands[0], "/seen-names");
    const char *path = base && escaped ? arena_printf(&room, "%s?limit=%s", base, escaped).data : NULL;
    int status = path ? cli_call(cli, "GET", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        write_answer(stdout, reply.json);
    cli_reply_fini(&reply);
    return status;
}
