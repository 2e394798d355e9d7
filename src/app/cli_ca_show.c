/* ca list, ca show. */
#include <stdio.h>

#include "app/cli_ca.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

#define ROOM_SIZE_MAX 65536

void cli_ca_write_failure(FILE *out, const json_t *failure)
{
    const char *fix = cli_json_text(failure, "fix", "");
    cli_text_printf(out, "", 2, "%s (%s)", cli_json_text(failure, "words", "?"),
                    cli_json_text(failure, "problem", "?"));
    if (*fix)
        cli_text_printf(out, "fix: ", 2, "%s", fix);
}

static const char *account_word(const json_t *ca)
{
    const json_t *account = json_object_get(ca, "account");
    const json_t *failure = json_object_get(json_object_get(account, "errand"), "failure");
    if (json_is_object(failure))
        return cli_json_text(failure, "problem", "failed");
    return json_is_string(json_object_get(account, "url")) ? "yes" : "none yet";
}

static void write_list(const json_t *cas)
{
    static const char *const titles[] = {"NAME", "PREFERENCE", "FOR", "ACCOUNT", "DIRECTORY"};
    struct cli_table table;
    if (json_array_size(cas) == 0) {
        (void)printf("There is no certificate authority yet: strictgate ca add letsencrypt --contact MAIL "
                     "--agree-terms\n");
        return;
    }
    cli_table_init(&table, titles, 5);
    for (size_t i = 0; i < json_array_size(cas); i++) {
        const json_t *ca = json_array_get(cas, i);
        cli_table_add(&table, "%s", cli_json_text(ca, "name", "?"));
        cli_table_add(&table, "%lld", (long long)cli_json_number(ca, "preference", 0));
        cli_table_add(&table, "%s", cli_json_bool(ca, "rehearsal") ? "rehearsals" : "sites");
        cli_table_add(&table, "%s", account_word(ca));
        cli_table_add(&table, "%s", cli_json_text(ca, "directory", "?"));
    }
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

static void add(struct cli_table *table, const char *title, const char *value)
{
    if (!*value)
        return;
    cli_table_add(table, "%s", title);
    cli_table_add(table, "%s", value);
}

static void write_ca(const json_t *ca)
{
    const json_t *account = json_object_get(ca, "account"), *errand = json_object_get(account, "errand");
    const json_t *contacts = json_object_get(ca, "contacts");
    const char *const first[] = {"Name", cli_json_text(ca, "name", "?")};
    struct cli_table table;
    cli_table_init(&table, first, 2);
    add(&table, "Directory", cli_json_text(ca, "directory", "?"));
    for (size_t i = 0; i < json_array_size(contacts); i++)
        add(&table, i ? "" : "Contacts", json_string_value(json_array_get(contacts, i)));
    add(&table, "Terms", cli_json_bool(ca, "terms_agreed") ? "agreed to" : "not agreed to");
    add(&table, "  at", cli_json_text(errand, "terms", ""));
    add(&table, "Binding", cli_json_text(ca, "eab_kid", ""));
    add(&table, "Profile", cli_json_text(ca, "profile", ""));
    add(&table, "  offered", cli_json_text(errand, "profiles", ""));
    add(&table, "Preferred root", cli_json_text(ca, "preferred_root", ""));
    add(&table, "For", cli_json_bool(ca, "rehearsal") ? "rehearsals" : "sites");
    add(&table, "Account", cli_json_text(account, "url", "none yet"));
    if (cli_json_bool(account, "rolls_key"))
        add(&table, "", "its key is being changed");
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
    if (json_is_object(json_object_get(errand, "failure")))
        cli_ca_write_failure(stdout, json_object_get(errand, "failure"));
}

static int show(const struct cli *cli, const char *path)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", path, NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (cli->operands_count)
        write_ca(reply.json);
    else
        write_list(json_object_get(reply.json, "cas"));
    cli_reply_fini(&reply);
    return status;
}

int cli_ca_list(const struct cli *cli)
{
    return show(cli, "/v1/cas");
}

int cli_ca_show(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    arena_init(&room, ROOM_SIZE_MAX);
    const char *escaped = cli_escape(&room, cli->operands[0]);
    const char *path = escaped ? arena_printf(&room, "/v1/cas/%s", escaped).data : NULL;
    int status = path ? show(cli, path) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    return status;
}
