/* cert backup and cert switch: the certificate that is kept ready, and its hour. */
#include <stdio.h>

#include "app/cli_ask.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_given.h"
#include "app/cli_output.h"
#include "app/cli_override.h"

static int send_change(const struct cli *cli, const char *method, const char *tail, const json_t *body,
                       const char *done)
{
    struct cli_reply reply;
    struct arena room;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], tail);
    int status = path ? cli_call(cli, method, path, body, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    status = cli_check_applied(reply.json);
    if (cli_has(cli, "json")) {
        status = cli_print_json(reply.json) ? status : CLI_FAILED;
    } else if (status == CLI_OK) {
        (void)printf("%s %s\n", cli_json_text(reply.json, "name", cli->operands[0]), done);
        cli_print_warnings(json_object_get(reply.json, "warnings"), stdout);
    }
    cli_reply_fini(&reply);
    return status;
}

static int send_given(const struct cli *cli, const struct cli_given_cert *given)
{
    struct err err = {0};
    json_t *body = cli_given_request(cli, given, &err);
    if (!body)
        return cli_print_error(&err);
    int status = send_change(cli, "PUT", "/drawer", body, "keeps the certificate ready");
    json_decref(body);
    return status;
}

int cli_cert_backup(const struct cli *cli)
{
    struct err err = {0};
    if (cli_has(cli, "remove") == (cli->operands_count > 1)) {
        (void)err_field(&err, "FILE", cli_has(cli, "remove") ? "with --remove no file is given" : "it is missing");
        (void)err_fix(&err, "give a certificate to keep ready, or --remove");
        return cli_print_error(&err);
    }
    if (cli_has(cli, "remove"))
        return send_change(cli, "DELETE", "/drawer", NULL, "keeps no certificate ready any more");
    struct cli_given_cert given;
    if (!cli_given_open(cli, 1, &given, NULL, &err))
        return cli_print_error(&err);
    int status = send_given(cli, &given);
    cli_given_fini(&given);
    return status;
}

int cli_cert_switch(const struct cli *cli)
{
    struct err err = {0};
    json_t *body = json_object();
    if (!body || !cli_override_put(cli, body, &err) ||
        !cli_ask(cli, CLI_ASK_STEP, cli->operands[0],
                 "The certificate that is kept ready takes the place of the present one, which is kept in its stead.",
                 &err)) {
        json_decref(body);
        return cli_print_error(&err);
    }
    int status = send_change(cli, "POST", "/certificates/switch", body,
                             "serves the certificate that was kept ready; the other one is kept now");
    json_decref(body);
    return status;
}
