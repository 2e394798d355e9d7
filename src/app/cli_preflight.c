/* cert preflight: what a CA would find, with what to mend. */
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

/* Longer than control gives itself: a hook for a trial in the DNS may take ten minutes. */
#define TIMEOUT_S 1500

static void write_finding(const json_t *finding)
{
    const char *fix = cli_json_text(finding, "fix", "");
    cli_text_printf(stdout, "", 4, "%s: %s", cli_json_text(finding, "verdict", "?"),
                    cli_json_text(finding, "text", "?"));
    if (*fix)
        cli_text_wrap(stdout, "    fix: ", 4, str_from(fix));
}

/* The worst first. */
static void write_findings(const json_t *json)
{
    static const char *const verdicts[] = {"failure", "warning", "notice", "good"};
    const json_t *findings = json_object_get(json, "findings");
    for (size_t v = 0; v < sizeof verdicts / sizeof *verdicts; v++)
        for (size_t i = 0; i < json_array_size(findings); i++)
            if (strcmp(cli_json_text(json_array_get(findings, i), "verdict", ""), verdicts[v]) == 0)
                write_finding(json_array_get(findings, i));
    if (json_is_true(json_object_get(json, "ready")))
        (void)fputs("Nothing that can be seen from here stands in the way of a certificate.\n", stdout);
}

static json_t *body_of(const struct cli *cli)
{
    json_t *body = json_object();
    const char *challenge = cli_value(cli, "challenge"), *directory = cli_value(cli, "directory");
    if (challenge)
        (void)json_object_set_new(body, "challenge", json_string(challenge));
    if (directory)
        (void)json_object_set_new(body, "directory", json_string(directory));
    return body;
}

int cli_cert_preflight(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply;
    struct err err = {0};
    int status = CLI_FAILED;
    arena_init(&room, 65536);
    const char *name = cli_escape(&room, cli->operands[0]);
    struct str path = name ? arena_printf(&room, "/v1/sites/%s/preflight", name) : (struct str){NULL, 0};
    json_t *body = path.data ? body_of(cli) : NULL;
    if (!body) {
        (void)err_memory(&err);
        status = cli_print_error(&err);
    } else {
        const struct cli_request request = {.method = "POST", .path = path.data, .json = body, .timeout_s = TIMEOUT_S};
        status = cli_send(cli, &request, &reply);
    }
    json_decref(body);
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    bool fine = true;
    if (cli_has(cli, "json"))
        fine = cli_print_json(reply.json);
    else
        write_findings(reply.json);
    status = fine && json_is_true(json_object_get(reply.json, "ready")) ? CLI_OK : CLI_FAILED;
    cli_reply_fini(&reply);
    return status;
}
