/* site add, set, remove. */
#include <stdio.h>

#include "app/cli_ask.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_findings.h"
#include "app/cli_output.h"
#include "app/cli_override.h"
#include "app/site_request.h"

/* What the site's warnings do not say: of a certificate that was given, where it leads to. */
static void tell_of_issuer(const json_t *findings)
{
    static const char *const ids[] = {"missing_intermediate", "unknown_issuer", "chain_invalid", "validity_too_long"};
    json_t *ones = json_array();
    for (size_t at = 0; at < json_array_size(findings); at++)
        for (size_t i = 0; i < sizeof ids / sizeof *ids; i++)
            if (strcmp(cli_json_text(json_array_get(findings, at), "id", ""), ids[i]) == 0)
                (void)json_array_append(ones, json_array_get(findings, at));
    cli_findings_write(stdout, ones);
    json_decref(ones);
}

/* Tells that a change is in effect, and what to do next. */
static int tell(const struct cli *cli, const json_t *reply, const char *what)
{
    int status = cli_check_applied(reply);
    if (cli_has(cli, "json"))
        return cli_print_json(reply) ? status : CLI_FAILED;
    if (status != CLI_OK)
        return status;
    const char *name = cli_json_text(reply, "name", cli->operands[0]);
    const char *source = cli_json_text(json_object_get(reply, "certificate"), "source", "none");
    (void)printf("%s is %s (generation %lld)\n", name, what, (long long)cli_json_number(reply, "generation", 0));
    if (strcmp(source, "none") == 0)
        (void)printf("It has no certificate yet: strictgate cert auto %s (from an authority), cert upload %s FILE, or\n"
                     "site set %s --local-ca\n",
                     name, name, name);
    else if (cli_has(cli, "local-ca"))
        (void)printf("Browsers accept its certificate once they trust the local root: strictgate trust\n");
    if (strcmp(source, "none") != 0)
        cli_print_warnings(json_object_get(reply, "warnings"), stdout);
    tell_of_issuer(json_object_get(reply, "findings"));
    return CLI_OK;
}

static int send_site(const struct cli *cli, const char *method, const char *path, const json_t *site, const char *what)
{
    struct err err = {0};
    json_t *request;
    struct cli_reply reply;
    if (!site_request_make(cli, site, &request, &err))
        return cli_print_error(&err);
    if (site && json_object_size(request) == 0) {
        json_decref(request);
        (void)err_set(&err, ERR_INPUT, "nothing to change is given");
        (void)err_fix(&err, "\"strictgate site set --help\" lists the options");
        return cli_print_error(&err);
    }
    int status = cli_call(cli, method, path, request, &reply);
    json_decref(request);
    if (status != CLI_OK)
        return status;
    status = tell(cli, reply.json, what);
    cli_reply_fini(&reply);
    return status;
}

int cli_site_add(const struct cli *cli)
{
    return send_site(cli, "POST", "/v1/sites", NULL, "added");
}

int cli_site_set(const struct cli *cli)
{
    struct arena room;
    struct cli_reply present;
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "");
    int status = path ? cli_call(cli, "GET", path, NULL, &present) : CLI_FAILED;
    if (status == CLI_OK) {
        status = send_site(cli, "PATCH", path, present.json, "changed");
        cli_reply_fini(&present);
    }
    arena_fini(&room);
    return status;
}

static bool is_sure(const struct cli *cli, struct err *err)
{
    char what[400];
    (void)snprintf(what, sizeof what, "%s goes offline at once.", cli->operands[0]);
    return cli_ask(cli, CLI_ASK_YES, cli->operands[0], what, err);
}

int cli_site_remove(const struct cli *cli)
{
    struct arena room;
    struct err err = {0};
    struct cli_reply reply;
    json_t *request = json_object();
    if (!request || !cli_override_put(cli, request, &err) || !is_sure(cli, &err)) {
        json_decref(request);
        return cli_print_error(&err);
    }
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "");
    const json_t *body = json_object_size(request) ? request : NULL;
    int status = path ? cli_call(cli, "DELETE", path, body, &reply) : CLI_FAILED;
    arena_fini(&room);
    json_decref(request);
    if (status != CLI_OK)
        return status;
    status = cli_check_applied(reply.json);
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? status : CLI_FAILED;
    else if (status == CLI_OK)
        (void)printf("%s is removed\n", cli->operands[0]);
    cli_reply_fini(&reply);
    return status;
}
