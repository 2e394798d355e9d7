/* hsts set, hsts off. */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"

/* What has no effect on a browser any more: beyond it, a typing error. The API has its own limit. */
#define MAX_AGE_MAX INT32_MAX

static int tell(const struct cli *cli, const json_t *reply, const char *text)
{
    int status = cli_check_applied(reply);
    if (cli_has(cli, "json"))
        return cli_print_json(reply) ? status : CLI_FAILED;
    if (status != CLI_OK)
        return status;
    const char *field = cli_json_text(json_object_get(reply, "hsts"), "field", NULL);
    if (field)
        (void)printf("%s now sends Strict-Transport-Security: %s\n", cli_json_text(reply, "name", cli->operands[0]),
                     field);
    (void)fputs(text, stdout);
    return CLI_OK;
}

static int send_hsts(const struct cli *cli, const char *method, const json_t *body, const char *text)
{
    struct arena room;
    struct cli_reply reply;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "/hsts");
    int status = path ? cli_call(cli, method, path, body, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    status = tell(cli, reply.json, text);
    cli_reply_fini(&reply);
    return status;
}

int cli_hsts_set(const struct cli *cli)
{
    struct err err = {0};
    uint64_t max_age;
    const char *typed = cli_value(cli, "max-age");
    if (!typed || !str_to_u64(str_from(typed), MAX_AGE_MAX, &max_age)) {
        (void)err_field(&err, "--max-age", "%s%s%s", typed ? "\"" : "", typed ? typed : "it is missing",
                        typed ? "\" is no number of seconds" : "");
        (void)err_fix(&err, "begin with --max-age 300; a year is 31536000, 0 releases the browsers");
        return cli_print_error(&err);
    }
    json_t *body = json_pack("{s:I, s:b}", "max_age", (json_int_t)max_age, "include_subdomains",
                             cli_has(cli, "include-subdomains"));
    const char *text = max_age ? ""
                               : "Browsers are released one by one, each at its next visit. Leave this on until the "
                                 "longest max-age sent before has run out.\n";
    int status = send_hsts(cli, "PUT", body, text);
    json_decref(body);
    return status;
}

int cli_hsts_off(const struct cli *cli)
{
    return send_hsts(cli, "DELETE", NULL,
                     "No Strict-Transport-Security is sent any more. Browsers keep what they were told until it runs "
                     "out;\nto release them earlier: strictgate hsts set NAME --max-age 0\n");
}
