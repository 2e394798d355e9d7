/* Problem details in, sentences out. */
#include "app/cli_problem.h"

#include "app/cli_guards.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

/* Members of requests that come from an option. */
static const struct {
    const char *member, *option;
} options[] = {
    {"override.guards", "--override"},
    {"override.reason", "--reason"},
    {"override.confirm", "--confirm"},
    {"certificate_pem", "--cert"},
    {"key_pem", "--key"},
    {"passphrase", "--passphrase-file"},
    {"ladder", "--ladder"},
    {"redirect", "--redirect"},
    {"http_credentials", "--http-credentials"},
    {"aliases", "--alias"},
    {"error_page", "--error-page"},
    {"kind", "--kind"},
    {"events", "--event"},
    {"severity", "--severity"},
    {"digest_hour", "--digest-hour"},
    {"host", "--host"},
    {"port", "--port"},
    {"security", "--security"},
    {"user", "--user"},
    {"password", "--password-file"},
    {"from", "--from"},
    {"to", "--to"},
    {"url", "--url"},
    {"secret", "--secret-file"},
    {"roots_pem", "--ca"},
    {"roots_pem", "--roots"},
    {"facility", "--facility"},
    {"directory", "--directory"},
    {"contacts", "--contact"},
    {"eab_kid", "--eab-kid"},
    {"eab_key", "--eab-key-file"},
    {"profile", "--profile"},
    {"preferred_root", "--preferred-root"},
    {"preference", "--preference"},
};

static bool takes(const struct cli *cli, const char *name)
{
    const struct cli_option *option;
    for (size_t i = 0; cli && (option = cli_command_option(cli->command, i)); i++)
        if (strcmp(option->name, name) == 0)
            return true;
    return false;
}

/* "--override" for "override.guards[0]"; a member that no option of this command is for stays as it is. */
static const char *option_of(const struct cli *cli, const char *member)
{
    for (size_t i = 0; i < sizeof options / sizeof *options; i++) {
        size_t size = strlen(options[i].member);
        if (strncmp(member, options[i].member, size) == 0 && (member[size] == '\0' || member[size] == '[') &&
            takes(cli, options[i].option + 2))
            return options[i].option;
    }
    return member;
}

/* Whether it is the guards that refuse: what they say is the whole of it then. They come with other errors, too. */
static bool is_of_guards(const json_t *problem, const json_t *guards)
{
    return strcmp(cli_json_text(problem, "code", ""), "conflict") == 0 &&
           cli_guards_count(guards, CLI_VERDICT_BLOCK) > 0;
}

static const char *typed_site(const struct cli *cli)
{
    return cli->operands_count ? cli->operands[0] : "SITE";
}

void cli_problem_write(FILE *out, const struct cli *cli, const struct cli_problem_about *about, const json_t *problem,
                       unsigned status)
{
    const json_t *guards = json_object_get(problem, "guards");
    const char *detail = cli_json_text(problem, "detail", NULL), *fix = cli_json_text(problem, "fix", NULL),
               *field = cli_json_text(problem, "field", NULL);
    if (is_of_guards(problem, guards)) {
        cli_guards_write_refusal(out, cli, about->site ? about->site : typed_site(cli), about->command, guards);
        return;
    }
    if (!detail) {
        (void)fprintf(out, "error: the control process answered with status %u\n", status);
        return;
    }
    (void)fprintf(out, "error: ");
    if (field)
        (void)fprintf(out, "%s: ", about->place ? about->place : option_of(cli, field));
    cli_text_line(out, "", detail);
    if (fix)
        cli_text_line(out, "fix: ", fix);
}

int cli_problem_status(const json_t *problem)
{
    return strcmp(cli_json_text(problem, "code", ""), "input") == 0 ? CLI_USAGE : CLI_FAILED;
}

int cli_problem_print(const struct cli *cli, const struct cli_reply *reply)
{
    const struct cli_problem_about typed = {NULL, NULL, NULL};
    cli_problem_write(stderr, cli, &typed, reply->json, reply->status);
    return cli_problem_status(reply->json);
}
