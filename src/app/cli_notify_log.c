/* notify test, notify log: what was told, and how it went. */
#include <stdio.h>
#include <time.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

/* A mail server may take a minute (SMTP_MS_DEFAULT), and another message may be on its way there. */
#define TEST_WAIT_S 130
#define TEST_NAP_MS 200

static void print_delivery(const json_t *delivery)
{
    char done[CLI_MOMENT_SIZE], next[CLI_MOMENT_SIZE];
    const char *state = cli_json_text(delivery, "state", "?"), *problem = cli_json_text(delivery, "problem", NULL);
    long long attempts = (long long)cli_json_number(delivery, "attempts", 0);
    cli_text_line(stdout, "    to ", cli_json_text(delivery, "channel", "?"));
    if (strcmp(state, "sent") == 0)
        (void)printf("        sent %s\n", cli_moment_text(cli_json_text(delivery, "done", NULL), done));
    else if (strcmp(state, "queued") == 0 && attempts == 0)
        (void)printf("        on its way\n");
    else if (strcmp(state, "queued") == 0)
        (void)printf("        not taken yet, attempt %lld; the next at %s\n", attempts,
                     cli_moment_text(cli_json_text(delivery, "next_attempt", NULL), next));
    else
        (void)printf("        given up after %lld attempt%s\n", attempts, attempts == 1 ? "" : "s");
    if (problem)
        cli_text_printf(stdout, "        ", 8, "%s", problem);
}

static void print_notification(const json_t *row)
{
    char at[CLI_MOMENT_SIZE];
    const json_t *notification = json_object_get(row, "notification"), *deliveries = json_object_get(row, "deliveries");
    (void)printf("%s  %s  ", cli_moment_text(cli_json_text(row, "at", NULL), at),
                 cli_json_text(notification, "severity", "?"));
    cli_text_line(stdout, "", cli_json_text(notification, "subject", "?"));
    if (json_array_size(deliveries) == 0)
        (void)printf("    to nobody: no channel wants it\n");
    for (size_t i = 0; i < json_array_size(deliveries); i++)
        print_delivery(json_array_get(deliveries, i));
}

#define LOG_PATH_SIZE 64

static bool make_log_path(const struct cli *cli, char room[static LOG_PATH_SIZE], struct err *err)
{
    uint64_t limit = 50;
    const char *value = cli_value(cli, "limit");
    if (value && (!str_to_u64(str_from(value), 500, &limit) || limit == 0))
        return err_field(err, "--limit", "a whole number from 1 to 500 is needed");
    (void)snprintf(room, LOG_PATH_SIZE, "/v1/notify/log?limit=%llu", (unsigned long long)limit);
    return true;
}

int cli_notify_log(const struct cli *cli)
{
    struct cli_reply reply;
    char path[LOG_PATH_SIZE];
    struct err err = {0};
    if (!make_log_path(cli, path, &err))
        return cli_print_error(&err);
    int status = cli_call(cli, "GET", path, NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *rows = json_object_get(reply.json, "notifications");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (json_array_size(rows) == 0)
        (void)printf("Nothing was told yet.\n");
    else
        for (size_t i = 0; i < json_array_size(rows); i++)
            print_notification(json_array_get(rows, i));
    cli_reply_fini(&reply);
    return status;
}

/* The one delivery of a test. */
static const json_t *delivery_of(const json_t *log)
{
    const json_t *row = json_array_get(json_object_get(log, "notifications"), 0);
    return json_array_get(json_object_get(row, "deliveries"), 0);
}

static int tell_outcome(const struct cli *cli, const json_t *log)
{
    const json_t *delivery = delivery_of(log);
    bool is_sent = strcmp(cli_json_text(delivery, "state", ""), "sent") == 0;
    if (cli_has(cli, "json"))
        return cli_print_json(log) && is_sent ? CLI_OK : CLI_FAILED;
    if (is_sent) {
        (void)printf("%s took the message\n", cli->operands[0]);
        return CLI_OK;
    }
    cli_text_printf(stderr, "error: ", 7, "%s", cli_json_text(delivery, "problem", "it is still on its way"));
    return CLI_FAILED;
}

static int wait_for(const struct cli *cli, long long id)
{
    char path[64];
    struct cli_reply reply;
    const struct timespec nap = {.tv_nsec = TEST_NAP_MS * 1000000L};
    (void)snprintf(path, sizeof path, "/v1/notify/log?id=%lld", id);
    for (int naps = 0;; naps++) {
        int status = cli_call(cli, "GET", path, NULL, &reply);
        if (status != CLI_OK)
            return status;
        bool waits = strcmp(cli_json_text(delivery_of(reply.json), "state", "queued"), "queued") == 0;
        if (!waits || naps > TEST_WAIT_S * 1000 / TEST_NAP_MS) {
            status = tell_outcome(cli, reply.json);
            cli_reply_fini(&reply);
            return status;
        }
        cli_reply_fini(&reply);
        (void)nanosleep(&nap, NULL);
    }
}

int cli_notify_test(const struct cli *cli)
{
    struct cli_reply reply;
    struct arena room;
    arena_init(&room, 65536);
    const char *escaped = cli_escape(&room, cli->operands[0]);
    const char *path = escaped ? arena_printf(&room, "/v1/notify/channels/%s/test", escaped).data : NULL;
    int status = path ? cli_call(cli, "POST", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    long long id = (long long)cli_json_number(reply.json, "id", 0);
    cli_reply_fini(&reply);
    return wait_for(cli, id);
}
