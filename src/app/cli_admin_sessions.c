/* admin sessions: who is signed in to the admin panel, and signing somebody out. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

#define PATH           "/v1/sessions"
#define PATH_SIZE      64
#define AGENT_SIZE_MAX 40 /* what of a browser's name fits beside the rest */

static bool is_wanted(const struct cli *cli, const json_t *session)
{
    return cli->operands_count == 0 ||
           str_eq_nocase(str_from(cli->operands[0]), str_from(cli_json_text(session, "account", "")));
}

static size_t print_list(const struct cli *cli, const json_t *sessions)
{
    static const char *const titles[] = {"ID", "ACCOUNT", "FROM", "SINCE", "LAST SEEN", "BROWSER"};
    struct cli_table table;
    size_t count = 0;
    cli_table_init(&table, titles, 6);
    for (size_t i = 0; i < json_array_size(sessions); i++) {
        const json_t *session = json_array_get(sessions, i);
        char since[CLI_MOMENT_SIZE], seen[CLI_MOMENT_SIZE];
        if (!is_wanted(cli, session))
            continue;
        cli_table_add(&table, "%lld", (long long)cli_json_number(session, "id", 0));
        cli_table_add(&table, "%s", cli_json_text(session, "account", "?"));
        cli_table_add(&table, "%s", cli_json_text(session, "address", "?"));
        cli_table_add(&table, "%s", cli_moment_text(cli_json_text(session, "created", NULL), since));
        cli_table_add(&table, "%s", cli_moment_text(cli_json_text(session, "last_seen", NULL), seen));
        cli_table_add(&table, "%.*s", AGENT_SIZE_MAX, cli_json_text(session, "user_agent", "?"));
        count++;
    }
    if (count)
        cli_table_print(&table, stdout);
    cli_table_fini(&table);
    return count;
}

static int list(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", PATH, NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (print_list(cli, json_object_get(reply.json, "sessions")) == 0)
        (void)fputs("Nobody is signed in to the admin panel.\n", stdout);
    cli_reply_fini(&reply);
    return status;
}

static int end(const struct cli *cli, const char *number)
{
    char path[PATH_SIZE];
    uint64_t id;
    struct cli_reply reply;
    struct err err = {0};
    if (!str_to_u64(str_from(number), INT64_MAX, &id)) {
        (void)err_field(&err, "--end", "a session has a number");
        (void)err_fix(&err, "\"strictgate admin sessions\" shows them");
        return cli_print_error(&err);
    }
    (void)snprintf(path, sizeof path, PATH "/%llu", (unsigned long long)id);
    int status = cli_call(cli, "DELETE", path, NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        (void)fputs("{}\n", stdout);
    else
        (void)printf("The session %llu is over.\n", (unsigned long long)id);
    cli_reply_fini(&reply);
    return status;
}

int cli_admin_sessions(const struct cli *cli)
{
    const char *number = cli_value(cli, "end");
    return number ? end(cli, number) : list(cli);
}
