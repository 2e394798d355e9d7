/* preload standing: how a domain stands with the list, and whether it may come on it or leave it. */
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_preload.h"
#include "app/cli_text.h"

#define PATH "/v1/preload/standing?domain="
/* The column in which facts begin. */
#define WIDTH     14
#define ROOM_SIZE 65536
/* The look at a domain takes a minute at most. */
#define TIMEOUT_S 120

static bool is_listed(const json_t *standing)
{
    return strcmp(cli_json_text(standing, "state", ""), "preloaded") == 0;
}

static void write_state(FILE *out, const json_t *standing)
{
    const char *domain = cli_json_text(standing, "domain", "?"), *above = cli_json_text(standing, "covered_by", NULL);
    const char *policy = cli_json_text(standing, "policy", "?");
    if (is_listed(standing))
        cli_text_printf(out, "", 4, "%s is on the preload list (policy %s).", domain, policy);
    else if (above)
        cli_text_printf(out, "", 4, "%s is bound by %s, which is on the list with all names below it (policy %s).",
                        domain, above, policy);
    else
        cli_text_printf(out, "", 4, "%s is not on the preload list.", domain);
}

/* "domain.is_subdomain: This is a subdomain, and only whole domains are listed." */
static void write_findings(FILE *out, const json_t *findings)
{
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *one = json_array_get(findings, i);
        cli_text_row(out, WIDTH, "", "%s: %s", cli_json_text(one, "code", "?"), cli_json_text(one, "summary", "?"));
    }
}

/* What the list says to it, and what a look found, if there was one (else NULL). */
static void write_verdict(FILE *out, const char *title, const json_t *of_list, const json_t *look, const char *good,
                          const char *bad)
{
    const json_t *errors = json_object_get(look, "errors");
    bool is_bad = json_array_size(of_list) + json_array_size(errors) > 0;
    if (!look && !is_bad)
        return;
    cli_text_row(out, WIDTH, title, "%s", is_bad ? bad : good);
    write_findings(out, of_list);
    write_findings(out, errors);
}

void cli_preload_write_standing(FILE *out, const json_t *standing, const json_t *preloadable, const json_t *removable)
{
    char confirmed[CLI_MOMENT_SIZE];
    const char *registrable = cli_json_text(standing, "registrable", NULL);
    const json_t *advice = json_object_get(standing, "advice");
    write_state(out, standing);
    cli_text_row(out, WIDTH, "List", "of %s%s", cli_moment_text(cli_json_text(standing, "confirmed", NULL), confirmed),
                 cli_json_bool(standing, "old") ? ", too old to be sure: strictgate preload update" : "");
    if (registrable && !is_listed(standing) && !cli_json_text(standing, "covered_by", NULL))
        cli_text_row(out, WIDTH, "Would bind", "%s and every name below it", registrable);
    if (is_listed(standing))
        write_verdict(out, "Staying", NULL, preloadable, "what is seen keeps it on the list",
                      "scans find what is wrong, and take it off after a month:");
    else
        write_verdict(out, "Listing", json_object_get(standing, "submission"), preloadable,
                      "it would be taken if it were submitted now", "it would not be taken:");
    if (is_listed(standing) || cli_json_text(standing, "covered_by", NULL))
        write_verdict(out, "Leaving", json_object_get(standing, "removal"), removable,
                      "it would be taken off if somebody asked for it now", "it would not be taken off:");
    for (size_t i = 0; i < json_array_size(advice); i++)
        cli_text_wrap(out, "- ", 2, str_from(json_string_value(json_array_get(advice, i))));
}

/* A look at the domain; *ret_json is the caller's. False: it was told why there is none. */
static int look(const struct cli *cli, const char *domain, const char *check, json_t **ret_json)
{
    struct cli_reply reply;
    struct err err = {0};
    json_t *body = json_pack("{s:s, s:s}", "domain", domain, "check", check);
    if (!body) {
        (void)err_memory(&err);
        return cli_print_error(&err);
    }
    const struct cli_request request = {.method = "POST", .path = "/v1/check", .json = body, .timeout_s = TIMEOUT_S};
    int status = cli_send(cli, &request, &reply);
    json_decref(body);
    if (status != CLI_OK)
        return status;
    *ret_json = json_incref(reply.json);
    cli_reply_fini(&reply);
    return CLI_OK;
}

/* What is bound from above is no matter of the domain's own. */
static int look_on(const struct cli *cli, const json_t *standing, json_t **ret_preloadable, json_t **ret_removable)
{
    const char *domain = cli_json_text(standing, "domain", "");
    if (cli_has(cli, "no-look") || cli_json_text(standing, "covered_by", NULL))
        return CLI_OK;
    int status = look(cli, domain, "preloadable", ret_preloadable);
    return status == CLI_OK && is_listed(standing) ? look(cli, domain, "removable", ret_removable) : status;
}

static int ask(const struct cli *cli, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    arena_init(&room, ROOM_SIZE);
    const char *domain = cli_escape(&room, cli->operands[0]);
    struct str path = domain ? arena_printf(&room, PATH "%s", domain) : (struct str){NULL, 0};
    int status = path.data ? cli_call(cli, "GET", path.data, NULL, ret) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    return status;
}

static int tell(const struct cli *cli, const json_t *standing, json_t *preloadable, json_t *removable)
{
    if (!cli_has(cli, "json")) {
        cli_preload_write_standing(stdout, standing, preloadable, removable);
        return CLI_OK;
    }
    json_t *all =
        json_pack("{s:O, s:O?, s:O?}", "standing", standing, "preloadable", preloadable, "removable", removable);
    int status = all && cli_print_json(all) ? CLI_OK : CLI_FAILED;
    json_decref(all);
    return status;
}

int cli_preload_standing(const struct cli *cli)
{
    struct cli_reply reply = {0};
    json_t *preloadable = NULL, *removable = NULL;
    int status = ask(cli, &reply);
    if (status != CLI_OK)
        return status;
    status = look_on(cli, reply.json, &preloadable, &removable);
    if (status == CLI_OK)
        status = tell(cli, reply.json, preloadable, removable);
    json_decref(preloadable);
    json_decref(removable);
    cli_reply_fini(&reply);
    return status;
}
