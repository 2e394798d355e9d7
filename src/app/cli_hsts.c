/* hsts status and the moves: what is asked, what is said of the answer. */
#include <stdio.h>
#include <time.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_guards.h"
#include "app/cli_hsts_status.h"
#include "app/cli_look.h"
#include "app/cli_move.h"
#include "app/cli_output.h"
#include "app/cli_override.h"

/* The sentences on what a move promises. */
#define PROMISE_SIZE_MAX 4096

static int ask_hsts(const struct cli *cli, struct cli_reply *ret)
{
    struct arena room;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "/hsts");
    int status = path ? cli_call(cli, "GET", path, NULL, ret) : CLI_FAILED;
    arena_fini(&room);
    return status;
}

/* ---- status ---- */

static int list_sites(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", "/v1/sites", NULL, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        cli_hsts_status_list(stdout, json_object_get(reply.json, "sites"));
    cli_reply_fini(&reply);
    return status;
}

/* With what stands against the next move, where there is one. */
static int print_status(const struct cli *cli, const json_t *json)
{
    struct cli_hsts hsts;
    struct cli_reply guards = {0};
    int status = CLI_OK;
    cli_hsts_read(json, &hsts);
    enum hsts_move next = cli_hsts_next_move(&hsts);
    if (next != HSTS_MOVES_COUNT)
        status = cli_guards_ask(cli, cli->operands[0], &guards);
    const json_t *move = next == HSTS_MOVES_COUNT || status != CLI_OK
                             ? NULL
                             : json_object_get(json_object_get(guards.json, "moves"), hsts_move_name(next));
    cli_hsts_status_write(stdout, cli->operands[0], json, move, time(NULL));
    cli_reply_fini(&guards);
    return status;
}

int cli_hsts_status(const struct cli *cli)
{
    struct cli_reply reply;
    if (cli->operands_count == 0)
        return list_sites(cli);
    int status = ask_hsts(cli, &reply);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        status = print_status(cli, reply.json);
    cli_reply_fini(&reply);
    return status;
}

/* ---- moves ---- */

/*
 * What the guards say, before anybody is asked: who is about to promise something should have read the warnings, and
 * nobody is asked about what is refused.
 */
static int show_guards(const struct cli *cli, const struct cli_move *move)
{
    struct cli_reply reply;
    int status = cli_guards_ask(cli, cli->operands[0], &reply);
    if (status != CLI_OK)
        return status;
    const json_t *said = json_object_get(json_object_get(reply.json, "moves"), hsts_move_name(move->move));
    const json_t *guards = json_object_get(said, "guards");
    if (!guards)
        cli_guards_write_move(stderr, cli->operands[0], move, said);
    else if (cli_guards_refuse(cli, guards))
        cli_guards_write_refusal(stderr, cli, cli->operands[0], NULL, guards);
    else
        cli_guards_write_warnings(stderr, guards);
    status = guards && !cli_guards_refuse(cli, guards) ? CLI_OK : CLI_FAILED;
    cli_reply_fini(&reply);
    return status;
}

/* CLI_OK when the move is to be made. */
static int ask(const struct cli *cli, const struct cli_move *move)
{
    struct cli_reply reply;
    struct cli_hsts hsts;
    struct buf promise;
    struct err err = {0};
    if (move->ask == CLI_ASK_NOT || cli_has(cli, "yes") || (move->ask == CLI_ASK_STEP && !cli_ask_is_possible(cli)))
        return CLI_OK;
    int status = cli_ask_is_possible(cli) ? show_guards(cli, move) : CLI_OK;
    if (status != CLI_OK || (status = ask_hsts(cli, &reply)) != CLI_OK)
        return status;
    buf_init(&promise, PROMISE_SIZE_MAX);
    cli_hsts_read(reply.json, &hsts);
    cli_move_promise(move->move, cli->operands[0], &hsts, time(NULL), &promise);
    bool fine = (buf_put_char(&promise, '\0') || err_memory(&err)) &&
                cli_ask(cli, move->ask, cli->operands[0], buf_str(&promise).data, &err);
    buf_fini(&promise);
    cli_reply_fini(&reply);
    return fine ? CLI_OK : cli_print_error(&err);
}

/* Whoever was asked has read the warnings already. */
static int tell(const struct cli *cli, const struct cli_move *move, const json_t *reply)
{
    struct cli_hsts hsts;
    const json_t *guards = json_object_get(reply, "guards");
    int status = cli_check_applied(reply);
    if (cli_has(cli, "json"))
        return cli_print_json(reply) ? status : CLI_FAILED;
    if (status != CLI_OK)
        return status;
    cli_hsts_read(json_object_get(reply, "hsts"), &hsts);
    cli_move_tell(stdout, cli_json_text(reply, "name", cli->operands[0]), &hsts);
    if (move->ask == CLI_ASK_NOT || !cli_ask_is_possible(cli))
        cli_guards_write_warnings(stdout, guards);
    return CLI_OK;
}

static int send_move(const struct cli *cli, const struct cli_move *move, const json_t *body)
{
    struct arena room;
    struct err err = {0};
    struct cli_reply reply;
    char key[CLI_KEY_SIZE];
    if (!cli_key_make(key, &err))
        return cli_print_error(&err);
    arena_init(&room, 65536);
    const struct cli_request request = {.method = "POST",
                                        .path = cli_site_path(&room, cli->operands[0], "/hsts/moves"),
                                        .json = body,
                                        .idempotency_key = key,
                                        .timeout_s = CLI_TIMEOUT_LOOK_S};
    if (move->ask != CLI_ASK_NOT && !cli_ask_is_possible(cli)) /* else show_guards has looked already */
        cli_look_tell(cli->operands[0]);
    int status = request.path ? cli_send(cli, &request, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    status = tell(cli, move, reply.json);
    cli_reply_fini(&reply);
    return status;
}

static int make(const struct cli *cli, const struct cli_move *move)
{
    struct err err = {0};
    json_t *body = json_pack("{s:s}", "move", hsts_move_name(move->move));
    int status =
        (body || err_memory(&err)) && cli_override_put(cli, body, &err) ? ask(cli, move) : cli_print_error(&err);
    if (status == CLI_OK)
        status = send_move(cli, move, body);
    json_decref(body);
    return status;
}

/* "hsts climb" is the move "climb". */
int cli_hsts_move(const struct cli *cli)
{
    struct str words = str_after(str_from(cli->command->name), sizeof "hsts " - 1);
    return make(cli, cli_move_find(words.data));
}

/* "hsts subdomains SITE on" is the move "subdomains on". */
int cli_hsts_switch(const struct cli *cli)
{
    char words[64];
    struct err err = {0};
    (void)snprintf(words, sizeof words, "%s %s", cli->command->name + sizeof "hsts " - 1, cli->operands[1]);
    const struct cli_move *move = cli_move_find(words);
    if (move)
        return make(cli, move);
    (void)err_set(&err, ERR_INPUT, "\"%s\" is neither on nor off", cli->operands[1]);
    (void)err_fix(&err, "strictgate %s %s on, or off", cli->command->name, cli->operands[0]);
    return cli_print_error(&err);
}
