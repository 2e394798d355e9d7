/* notify add, list, show, set, remove. */
#include <stdio.h>

#include "app/cli_ask.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_notify_request.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "crypto/wipe.h"

#define PATH "/v1/notify/channels"

static const char *channel_path(struct arena *room, const char *name)
{
    const char *escaped = cli_escape(room, name);
    return escaped ? arena_printf(room, PATH "/%s", escaped).data : NULL;
}

static int tell(const struct cli *cli, struct cli_reply *take_reply, const char *what, const char *secret)
{
    int status = CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? CLI_OK : CLI_FAILED;
    else
        (void)printf("%s is %s; try it with: strictgate notify test %s\n", cli->operands[0], what, cli->operands[0]);
    if (secret[0])
        cli_text_printf(cli_has(cli, "json") ? stderr : stdout, "", 0,
                        "The key of its signatures, which is shown this once; give it to the receiver: %s", secret);
    cli_reply_fini(take_reply);
    return status;
}

static int send_channel(const struct cli *cli, bool adds)
{
    char secret[CLI_NOTIFY_SECRET_SIZE];
    struct err err = {0};
    struct cli_reply reply;
    struct arena room;
    json_t *json;
    if (!cli_notify_request(cli, adds, &json, secret, &err))
        return cli_print_error(&err);
    arena_init(&room, 65536);
    const char *path = adds ? PATH : channel_path(&room, cli->operands[0]);
    int status = CLI_FAILED;
    if (!path || (adds && json_object_set_new(json, "name", json_string(cli->operands[0])) != 0))
        status = cli_print_error((err_memory(&err), &err));
    else if (!adds && json_object_size(json) == 0)
        status = cli_print_error((err_set(&err, ERR_INPUT, "nothing to change is given"),
                                  err_fix(&err, "\"strictgate notify set --help\" lists what can be"), &err));
    else
        status = cli_call(cli, adds ? "POST" : "PATCH", path, json, &reply);
    json_decref(json);
    arena_fini(&room);
    if (status == CLI_OK)
        status = tell(cli, &reply, adds ? "added" : "changed", secret);
    wipe_bytes(secret, sizeof secret);
    return status;
}

int cli_notify_add(const struct cli *cli)
{
    return send_channel(cli, true);
}

int cli_notify_set(const struct cli *cli)
{
    return send_channel(cli, false);
}

static const char *target_of(const json_t *channel)
{
    const json_t *to = json_object_get(channel, "to");
    if (json_array_size(to))
        return json_string_value(json_array_get(to, 0));
    return cli_json_text(channel, "url", cli_json_text(channel, "facility", ""));
}

static void print_list(const json_t *channels)
{
    static const char *const titles[] = {"NAME", "KIND", "TO", "FROM SEVERITY", "STATE"};
    struct cli_table table;
    cli_table_init(&table, titles, 5);
    for (size_t i = 0; i < json_array_size(channels); i++) {
        const json_t *channel = json_array_get(channels, i);
        cli_table_add(&table, "%s", cli_json_text(channel, "name", "?"));
        cli_table_add(&table, "%s", cli_json_text(channel, "kind", "?"));
        cli_table_add(&table, "%s", target_of(channel));
        cli_table_add(&table, "%s", cli_json_text(channel, "severity", "?"));
        cli_table_add(&table, "%s",
                      cli_json_bool(channel, "paused")          ? "paused"
                      : cli_json_text(channel, "problem", NULL) ? "failing"
                                                                : "on");
    }
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

int cli_notify_list(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", PATH, NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *channels = json_object_get(reply.json, "channels");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (json_array_size(channels) == 0)
        cli_text_wrap(stdout, "", 0,
                      STR("There is no channel: nobody is told. What would be told is in the log of the process and in "
                          "\"strictgate notify log\". See \"strictgate notify add --help\"."));
    else
        print_list(channels);
    cli_reply_fini(&reply);
    return status;
}

static void print_value(const char *name, const json_t *value)
{
    char title[24];
    (void)snprintf(title, sizeof title, "%-16s", name);
    if (json_is_array(value)) {
        for (size_t i = 0; i < json_array_size(value); i++) {
            const char *text = json_string_value(json_array_get(value, i));
            cli_text_line(stdout, i ? "                " : title, text ? text : "?");
        }
    } else if (json_is_string(value)) {
        cli_text_line(stdout, title, strcmp(name, "roots_pem") == 0 ? "(a root of its own)" : json_string_value(value));
    } else if (json_is_integer(value)) {
        (void)printf("%s%lld\n", title, (long long)json_integer_value(value));
    } else {
        (void)printf("%s%s\n", title, json_is_true(value) ? "yes" : "no");
    }
}

int cli_notify_show(const struct cli *cli)
{
    struct cli_reply reply;
    struct arena room;
    const char *key;
    json_t *value;
    arena_init(&room, 65536);
    const char *path = channel_path(&room, cli->operands[0]);
    int status = path ? cli_call(cli, "GET", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json")) {
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    } else {
        json_object_foreach(reply.json, key, value)
        {
            print_value(key, value);
        }
    }
    cli_reply_fini(&reply);
    return status;
}

int cli_notify_remove(const struct cli *cli)
{
    struct cli_reply reply;
    struct arena room;
    arena_init(&room, 65536);
    const char *path = channel_path(&room, cli->operands[0]);
    int status = path ? cli_call(cli, "DELETE", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        (void)printf("%s is removed\n", cli->operands[0]);
    cli_reply_fini(&reply);
    return status;
}
