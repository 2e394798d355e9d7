/* ca add, set, remove, roll-key, account. Showing them is in cli_ca_show.c. */
#include <stdio.h>

#include "app/cli_ask.h"
#include "app/cli_ca.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wait.h"

#define ROOM_SIZE_MAX 65536

static const char *ca_path(struct arena *room, const char *name, const char *tail)
{
    const char *escaped = cli_escape(room, name);
    return escaped ? arena_printf(room, "/v1/cas/%s%s", escaped, tail).data : NULL;
}

static int print_memory(void)
{
    struct err err = {0};
    (void)err_memory(&err);
    (void)cli_print_error(&err);
    return CLI_FAILED;
}

static const json_t *errand_of(const json_t *ca)
{
    return json_object_get(json_object_get(ca, "account"), "errand");
}

static bool look(void *context, const json_t *json, const char **ret_phase)
{
    (void)context;
    *ret_phase = cli_json_text(errand_of(json), "phase", "over");
    return !json_is_object(errand_of(json)) || cli_json_bool(errand_of(json), "over");
}

static int send_act(const struct cli *cli, struct arena *room, const char *act, struct cli_reply *ret)
{
    const char *path = ca_path(room, cli->operands[0], "/account");
    json_t *body = json_pack("{s:s}", "act", act);
    int status = path && body ? cli_call(cli, "POST", path, body, ret) : print_memory();
    json_decref(body);
    return status;
}

/* Has the act done, and waits for it when somebody wants to; *ret holds the authority as it is then. */
static int make_act(const struct cli *cli, struct arena *room, const char *act, bool waits, struct cli_reply *ret)
{
    const char *path = ca_path(room, cli->operands[0], "");
    int status = path ? send_act(cli, room, act, ret) : print_memory();
    if (status != CLI_OK || !waits)
        return status;
    cli_reply_fini(ret);
    return cli_wait(cli, path, look, NULL, ret);
}

static int finish(const struct cli *cli, struct cli_reply *take_reply, bool waited, const char *done)
{
    const json_t *failure = json_object_get(errand_of(take_reply->json), "failure");
    int status = waited && json_is_object(failure) ? CLI_FAILED : CLI_OK;
    if (cli_has(cli, "json"))
        status = cli_print_json(take_reply->json) ? status : CLI_FAILED;
    else if (status != CLI_OK)
        cli_ca_write_failure(stdout, failure);
    else if (waited)
        (void)printf("%s: %s\n", cli_json_text(take_reply->json, "name", "?"), done);
    else
        (void)printf("%s: under way; \"strictgate ca show %s\" says how it ends\n", cli->operands[0], cli->operands[0]);
    cli_reply_fini(take_reply);
    return status;
}

static bool wants_agreement(const json_t *ca)
{
    const json_t *failure = json_object_get(errand_of(ca), "failure");
    return strcmp(cli_json_text(failure, "problem", ""), "terms_not_agreed") == 0;
}

static bool agrees(const struct cli *cli, const json_t *ca)
{
    struct err err = {0};
    char what[1400];
    if (!cli_ask_is_possible(cli))
        return false;
    (void)snprintf(what, sizeof what, "%s has terms of service, which you have to agree to: %s",
                   cli_json_text(ca, "name", "?"), cli_json_text(errand_of(ca), "terms", "?"));
    return cli_ask(cli, CLI_ASK_STEP, "", what, &err);
}

static int set_agreed(const struct cli *cli, struct arena *room)
{
    struct cli_reply reply;
    const char *path = ca_path(room, cli->operands[0], "");
    json_t *body = json_pack("{s:b}", "terms_agreed", 1);
    int status = path && body ? cli_call(cli, "PATCH", path, body, &reply) : print_memory();
    json_decref(body);
    if (status == CLI_OK)
        cli_reply_fini(&reply);
    return status;
}

/* The account, with a question where the terms have not been agreed to yet. */
static int make_account(const struct cli *cli, struct arena *room)
{
    struct cli_reply reply;
    bool waits = cli_wait_is_wanted(cli);
    int status = make_act(cli, room, "account", waits, &reply);
    if (status != CLI_OK)
        return status;
    if (waits && wants_agreement(reply.json) && agrees(cli, reply.json)) {
        cli_reply_fini(&reply);
        status = set_agreed(cli, room);
        if (status == CLI_OK)
            status = make_act(cli, room, "account", waits, &reply);
        if (status != CLI_OK)
            return status;
    }
    return finish(cli, &reply, waits, "the account is there");
}

static int send_ca(const struct cli *cli, const char *method, const char *path, bool is_new)
{
    struct cli_reply reply;
    struct err err = {0};
    json_t *body;
    if (!cli_ca_request(cli, is_new, &body, &err))
        return cli_print_error(&err);
    if (json_object_size(body) == 0) {
        json_decref(body);
        (void)err_set(&err, ERR_INPUT, "nothing to change is given");
        return cli_print_error((err_fix(&err, "\"strictgate ca set --help\" lists what can be"), &err));
    }
    int status = cli_call(cli, method, path, body, &reply);
    json_decref(body);
    if (status == CLI_OK)
        cli_reply_fini(&reply);
    return status;
}

int cli_ca_add(const struct cli *cli)
{
    struct arena room;
    arena_init(&room, ROOM_SIZE_MAX);
    int status = send_ca(cli, "POST", "/v1/cas", true);
    if (status == CLI_OK)
        status = make_account(cli, &room);
    arena_fini(&room);
    return status;
}

int cli_ca_set(const struct cli *cli)
{
    struct arena room;
    arena_init(&room, ROOM_SIZE_MAX);
    const char *path = ca_path(&room, cli->operands[0], "");
    int status = path ? send_ca(cli, "PATCH", path, false) : print_memory();
    bool is_changed = status == CLI_OK;
    if (is_changed)
        status = make_account(cli, &room);
    if (is_changed && status != CLI_OK)
        (void)fprintf(stderr, "%s is changed all the same\n", cli->operands[0]);
    arena_fini(&room);
    return status;
}

int cli_ca_remove(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply;
    struct err err = {0};
    if (!cli_ask(cli, CLI_ASK_YES, cli->operands[0],
                 "The key of the account there is forgotten; certificates it issued stay in service.", &err))
        return cli_print_error(&err);
    arena_init(&room, ROOM_SIZE_MAX);
    const char *path = ca_path(&room, cli->operands[0], "");
    int status = path ? cli_call(cli, "DELETE", path, NULL, &reply) : print_memory();
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

static int act_and_finish(const struct cli *cli, const char *act, const char *done)
{
    struct arena room;
    struct cli_reply reply;
    bool waits = cli_wait_is_wanted(cli);
    arena_init(&room, ROOM_SIZE_MAX);
    int status = make_act(cli, &room, act, waits, &reply);
    arena_fini(&room);
    return status == CLI_OK ? finish(cli, &reply, waits, done) : status;
}

int cli_ca_roll_key(const struct cli *cli)
{
    return act_and_finish(cli, "roll-key", "the account has another key");
}

int cli_ca_account(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    if (cli_has(cli, "deactivate")) {
        if (!cli_ask(cli, CLI_ASK_YES, cli->operands[0],
                     "The account is given up for good; the next order there makes another one.", &err))
            return cli_print_error(&err);
        return act_and_finish(cli, "deactivate", "the account is given up");
    }
    arena_init(&room, ROOM_SIZE_MAX);
    int status = make_account(cli, &room);
    arena_fini(&room);
    return status;
}
