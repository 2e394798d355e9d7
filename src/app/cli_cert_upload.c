/*
 * cert upload: a certificate for a site that is there, from files in whatever form. They are opened on this side, so
 * that a passphrase goes nowhere; control gets chain and key, judges them, and says what is wrong with them.
 */
#include <stdio.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_findings.h"
#include "app/cli_given.h"
#include "app/cli_output.h"
#include "app/cli_override.h"
#include "app/cli_text.h"

static bool has_both(const json_t *site)
{
    const json_t *certificate = json_object_get(site, "certificate");
    return json_is_string(json_object_get(certificate, "ecdsa")) && json_is_string(json_object_get(certificate, "rsa"));
}

/* Where ECDSA and RSA stand side by side one is replaced, and never both by one. */
static bool make_request(const struct cli *cli, const json_t *site, const struct cli_given_cert *given, json_t **ret,
                         struct err *err)
{
    bool beside = cli_has(cli, "beside") || has_both(site);
    json_t *request = cli_given_request(cli, given, err);
    if (!request)
        return false;
    if (json_object_set_new(request, "certificate_beside", json_boolean(beside)) != 0) {
        json_decref(request);
        return err_memory(err);
    }
    if (!cli_override_put(cli, request, err)) {
        json_decref(request);
        return false;
    }
    *ret = request;
    return true;
}

static void tell_leftovers(const struct cert *cert)
{
    if (!cert)
        return;
    for (size_t i = 0; i < cert_leftovers_count(cert); i++)
        cli_text_printf(stdout, "", 4, "note: %.*s is no part of the chain, and was left out (unrelated_certificate)",
                        STR_ARG(cert_leftover(cert, i)));
}

static int tell(const struct cli *cli, const struct cert *cert, const json_t *reply)
{
    int status = cli_check_applied(reply);
    if (cli_has(cli, "json"))
        return cli_print_json(reply) ? status : CLI_FAILED;
    if (status != CLI_OK)
        return status;
    const json_t *certificate = json_object_get(reply, "certificate");
    char end[CLI_MOMENT_SIZE];
    (void)printf("%s has the certificate, valid until %s (generation %lld)\n",
                 cli_json_text(reply, "name", cli->operands[0]),
                 cli_moment_text(cli_json_text(certificate, "not_after", NULL), end),
                 (long long)cli_json_number(reply, "generation", 0));
    tell_leftovers(cert);
    cli_findings_write(stdout, json_object_get(reply, "findings"));
    return CLI_OK;
}

static int send_cert(const struct cli *cli, const char *path, const json_t *site, const struct cli_given_cert *given)
{
    struct err err = {0};
    struct cli_reply reply;
    json_t *request = NULL;
    if (!make_request(cli, site, given, &request, &err))
        return cli_print_error(&err);
    int status = cli_call(cli, "PATCH", path, request, &reply);
    json_decref(request);
    if (status != CLI_OK)
        return status;
    status = tell(cli, given->cert, reply.json);
    cli_reply_fini(&reply);
    return status;
}

static int upload(const struct cli *cli, const char *path, const struct cli_given_cert *given)
{
    struct cli_reply present;
    int status = cli_call(cli, "GET", path, NULL, &present);
    if (status != CLI_OK)
        return status;
    status = send_cert(cli, path, present.json, given);
    cli_reply_fini(&present);
    return status;
}

int cli_cert_upload(const struct cli *cli)
{
    struct err err = {0};
    struct arena room;
    struct cli_given_cert given;
    if (!cli_given_open(cli, 1, &given, NULL, &err))
        return cli_print_error(&err);
    arena_init(&room, 65536);
    const char *path = cli_site_path(&room, cli->operands[0], "");
    int status = path ? upload(cli, path, &given) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    cli_given_fini(&given);
    return status;
}
