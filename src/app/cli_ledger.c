/* A heading and a table for each name. */
#include "app/cli_ledger.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wish.h"

/* "2026-11-23 17:51": the heading says that all are UTC. */
#define MOMENT_WIDTH 16

static void add_moment(struct cli_table *table, const json_t *object, const char *name, const char *otherwise)
{
    char room[CLI_MOMENT_SIZE];
    const char *text = cli_json_text(object, name, NULL);
    cli_table_add(table, "%.*s", MOMENT_WIDTH, text ? cli_moment_text(text, room) : otherwise);
}

static void add_promise(struct cli_table *table, const json_t *entry)
{
    char room[CLI_PROMISE_SIZE];
    int64_t max_age_s = cli_json_number(entry, "max_age", 0);
    if (max_age_s <= 0 || max_age_s > HSTS_MAX_AGE_S_MAX)
        cli_table_add(table, max_age_s == 0 ? "release" : "?");
    else
        cli_table_add(table, "%s%s",
                      cli_promise_text((uint32_t)max_age_s, cli_json_bool(entry, "include_subdomains"),
                                       cli_json_bool(entry, "preload"), room),
                      cli_json_text(entry, "certificate_bounds_until", NULL) ? " *" : "");
}

/* Whether any promise was bounded; those have an asterisk. */
static bool write_entries(FILE *out, const json_t *entries)
{
    static const char *const titles[] = {"FROM", "TO", "PROMISED", "BINDS UNTIL"};
    struct cli_table table;
    bool bounded = false;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const json_t *entry = json_array_get(entries, i);
        add_moment(&table, entry, "from", "?");
        add_moment(&table, entry, "to", "still possible");
        add_promise(&table, entry);
        if (cli_json_bool(entry, "over") && cli_json_number(entry, "max_age", 0))
            cli_table_add(&table, "over");
        else
            add_moment(&table, entry, "bound_until", "nobody");
        bounded = bounded || cli_json_text(entry, "certificate_bounds_until", NULL) != NULL;
    }
    cli_table_print(&table, out);
    cli_table_fini(&table);
    return bounded;
}

static void write_name(FILE *out, const json_t *name)
{
    char any[CLI_MOMENT_SIZE], chromium[CLI_MOMENT_SIZE], below[CLI_MOMENT_SIZE];
    const json_t *entries = json_object_get(name, "entries");
    const char *site = cli_json_text(name, "name", "?"), *until = cli_json_text(name, "bound_until", NULL),
               *subdomains = cli_json_text(name, "subdomains_bound_until", NULL);
    if (!until)
        cli_text_printf(out, "", 4, "%s: nobody is bound", site);
    else
        cli_text_printf(out, "", 4, "%s: bound until %s (Chromium %s; subdomains %s)", site,
                        cli_moment_text(until, any),
                        cli_moment_text(cli_json_text(name, "bound_until_chromium", NULL), chromium),
                        subdomains ? cli_moment_text(subdomains, below) : "free");
    if (json_array_size(entries) == 0) {
        (void)fputs("nothing was ever promised\n", out);
        return;
    }
    if (write_entries(out, entries))
        (void)fputs("* never past the end of the certificate\n", out);
}

void cli_ledger_write(FILE *out, const json_t *json)
{
    const json_t *names = json_object_get(json, "names");
    for (size_t i = 0; i < json_array_size(names); i++) {
        if (i)
            (void)fputc('\n', out);
        write_name(out, json_array_get(names, i));
    }
}

int cli_ledger(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "/ledger");
    int status = path ? cli_call(cli, "GET", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        cli_ledger_write(stdout, reply.json);
    cli_reply_fini(&reply);
    return status;
}
