/* self-check. */
#include "app/cli_self_check.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wait.h"

/* The column in which facts begin. */
#define WIDTH     11
#define ROOM_SIZE 65536

/* ---- one site ---- */

/* Without its full stop, for what follows behind a colon. */
static int stem(const char *sentence)
{
    size_t size = strlen(sentence);
    return (int)(size && sentence[size - 1] == '.' ? size - 1 : size);
}

static void write_finding(FILE *out, const char *kind, const json_t *finding)
{
    const char *summary = cli_json_text(finding, "summary", "?"), *message = cli_json_text(finding, "message", "");
    cli_text_line(out, kind, cli_json_text(finding, "code", "?"));
    if (*message)
        cli_text_printf(out, "         ", 9, "%.*s: %s.", stem(summary), summary, message);
    else
        cli_text_printf(out, "         ", 9, "%s", summary);
    cli_text_printf(out, "         ", 9, "%s", cli_json_text(finding, "fix", ""));
    if (cli_json_bool(finding, "mended_by_preload"))
        cli_text_printf(out, "         ", 9, "It is gone once preload is sent.");
}

static void write_findings(FILE *out, const char *kind, const json_t *findings)
{
    for (size_t i = 0; i < json_array_size(findings); i++)
        write_finding(out, kind, json_array_get(findings, i));
}

static void write_more(FILE *out, const json_t *findings)
{
    char kind[16];
    (void)fputs(json_array_size(findings) ? "Beyond the rules of the list:\n" : "", out);
    for (size_t i = 0; i < json_array_size(findings); i++) {
        const json_t *one = json_array_get(findings, i);
        (void)snprintf(kind, sizeof kind, "%-9s", cli_json_text(one, "severity", "?"));
        write_finding(out, kind, one);
    }
}

static void write_verdict(FILE *out, const json_t *json)
{
    const char *domain = cli_json_text(json, "domain", "?"), *state = cli_json_text(json, "state", "?");
    if (strcmp(state, "none") == 0)
        cli_text_printf(out, "", 0, "%s has no host name that could be looked at.", cli_json_text(json, "site", "?"));
    else if (strcmp(state, "never") == 0)
        cli_text_printf(out, "", 0, "%s has not been looked at yet.", domain);
    else if (strcmp(state, "unseen") == 0)
        cli_text_printf(out, "", 0, "%s could not be looked at from outside.", domain);
    else
        cli_text_printf(out, "", 0, "%s %s.", domain,
                        strcmp(state, "good") == 0 ? "would be taken into the preload list"
                                                   : "would not be taken into the preload list");
}

static void write_unseen(FILE *out, const json_t *json)
{
    const char *detail = cli_json_text(json, "detail", "");
    cli_text_row(out, WIDTH, "Why", "%s%s%s.", cli_json_text(json, "why", "?"), *detail ? ": " : "", detail);
    cli_text_row(out, WIDTH, "What to do", "%s", cli_json_text(json, "fix", "?"));
}

static void write_times(FILE *out, const json_t *json)
{
    char checked[CLI_MOMENT_SIZE], next[CLI_MOMENT_SIZE];
    const char *at = cli_json_text(json, "checked_at", NULL), *next_at = cli_json_text(json, "next_check", NULL);
    if (at)
        cli_text_row(out, WIDTH, "Looked at", "%s%s", cli_moment_text(at, checked),
                     cli_json_bool(json, "changed_since") ? "; the site was changed since" : "");
    if (cli_json_bool(json, "running"))
        cli_text_row(out, WIDTH, "Next look", "%s", "under way");
    else if (next_at)
        cli_text_row(out, WIDTH, "Next look", "%s, by itself", cli_moment_text(next_at, next));
    else if (cli_json_number(json, "every_days", 0) == 0)
        cli_text_row(out, WIDTH, "Next look", "%s", "none by itself (the setting self_check.every_days is 0)");
}

static void write_standing(FILE *out, const json_t *json)
{
    bool has_errors = strcmp(cli_json_text(json, "state", ""), "errors") == 0;
    if (cli_json_bool(json, "listed"))
        cli_text_row(out, WIDTH, "Listed", "%s",
                     has_errors ? "it is on the list, whose scans take a domain off for these errors after a month"
                                : "it is on the list, and what is found keeps it there");
    else if (json_is_true(json_object_get(json, "ready_for_preload")) && has_errors)
        cli_text_row(out, WIDTH, "Ready", "%s", "it would be taken once preload is sent");
}

int cli_self_check_write(FILE *out, const json_t *json)
{
    const char *state = cli_json_text(json, "state", "?"), *field = cli_json_text(json, "field", NULL);
    write_verdict(out, json);
    if (field)
        cli_text_row(out, WIDTH, "Field", "%s", field);
    if (strcmp(state, "unseen") == 0)
        write_unseen(out, json);
    write_standing(out, json);
    write_times(out, json);
    write_findings(out, "error    ", json_object_get(json, "errors"));
    write_findings(out, "warning  ", json_object_get(json, "warnings"));
    write_more(out, json_object_get(json, "findings"));
    return strcmp(state, "errors") == 0 || strcmp(state, "unseen") == 0 ? CLI_FAILED : CLI_OK;
}

/* True when nothing is under way any more. */
static bool look(void *context, const json_t *json, const char **ret_phase)
{
    (void)context;
    *ret_phase = cli_json_bool(json, "running") ? "looking" : "over";
    return !cli_json_bool(json, "running");
}

static int ask(const struct cli *cli, const char *path, struct cli_reply *ret)
{
    struct cli_reply begun;
    if (!cli_has(cli, "now"))
        return cli_call(cli, "GET", path, NULL, ret);
    int status = cli_call(cli, "POST", path, NULL, &begun);
    if (status != CLI_OK)
        return status;
    cli_reply_fini(&begun);
    return cli_wait(cli, path, look, NULL, ret);
}

/* Appends to `list` where there is one, else writes. */
static int tell_site(const struct cli *cli, const char *name, bool is_first, json_t *list)
{
    struct arena room;
    struct cli_reply reply = {0};
    struct err err = {0};
    arena_init(&room, ROOM_SIZE);
    const char *path = cli_site_path(&room, name, "/check");
    int status = path ? ask(cli, path, &reply) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (list) {
        const char *state = cli_json_text(reply.json, "state", "");
        bool fine = strcmp(state, "errors") != 0 && strcmp(state, "unseen") != 0;
        status = json_array_append(list, reply.json) == 0 && fine ? CLI_OK : CLI_FAILED;
    } else {
        if (!is_first)
            (void)putchar('\n');
        status = cli_self_check_write(stdout, reply.json);
    }
    cli_reply_fini(&reply);
    return status;
}

static int print_list(json_t *list, int status)
{
    json_t *all = json_pack("{s:O}", "checks", list);
    int result = all && cli_print_json(all) ? status : CLI_FAILED;
    json_decref(all);
    return result;
}

static int tell_sites(const struct cli *cli)
{
    json_t *list = cli_has(cli, "json") ? json_array() : NULL;
    int worst = CLI_OK;
    for (size_t i = 0; i < cli->operands_count && worst <= CLI_FAILED; i++) {
        int status = tell_site(cli, cli->operands[i], i == 0, list);
        worst = status > worst ? status : worst;
    }
    if (list && json_array_size(list) == cli->operands_count)
        worst = print_list(list, worst);
    json_decref(list);
    return worst;
}

/* ---- all of them ---- */

const char *cli_self_check_word(const json_t *summary, char room[static CLI_SELF_CHECK_WORD_SIZE])
{
    const char *state = cli_json_text(summary, "state", "never");
    long long errors = (long long)cli_json_number(summary, "errors", 0);
    if (strcmp(state, "good") == 0)
        return "good";
    if (strcmp(state, "unseen") == 0)
        return "not seen";
    if (strcmp(state, "errors") != 0)
        return "-";
    (void)snprintf(room, CLI_SELF_CHECK_WORD_SIZE, "%lld error%s", errors, errors == 1 ? "" : "s");
    return room;
}

static void print_table(const json_t *sites)
{
    static const char *const titles[] = {"SITE", "RESULT", "WARNINGS", "LOOKED AT"};
    struct cli_table table;
    char moment[CLI_MOMENT_SIZE], word[CLI_SELF_CHECK_WORD_SIZE];
    if (json_array_size(sites) == 0) {
        (void)printf("There is no site yet.\n");
        return;
    }
    cli_table_init(&table, titles, 4);
    for (size_t i = 0; i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i), *summary = json_object_get(site, "self_check");
        const char *at = cli_json_text(summary, "checked_at", NULL);
        cli_table_add(&table, "%s", cli_json_text(site, "name", "?"));
        cli_table_add(&table, "%s", cli_self_check_word(summary, word));
        cli_table_add(&table, "%lld", (long long)cli_json_number(summary, "warnings", 0));
        cli_table_add(&table, "%s", at ? cli_moment_text(at, moment) : "-");
    }
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

/* Of all sites the short form, as the status has it. */
static json_t *list_of(const json_t *sites)
{
    json_t *list = json_array();
    for (size_t i = 0; list && i < json_array_size(sites); i++) {
        const json_t *site = json_array_get(sites, i);
        json_t *one = json_copy(json_object_get(site, "self_check"));
        if (!one || json_object_set(one, "site", json_object_get(site, "name")) != 0 ||
            json_array_append_new(list, one) != 0) {
            json_decref(list);
            return NULL;
        }
    }
    return list;
}

static int tell_all(const struct cli *cli)
{
    struct cli_reply reply;
    struct err err = {0};
    if (cli_has(cli, "now")) {
        (void)err_field(&err, "--now", "it needs the sites that are to be looked at");
        (void)err_fix(&err, "name them; by itself each is looked at once a day");
        return cli_print_error(&err);
    }
    int status = cli_call(cli, "GET", "/v1/status", NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *sites = json_object_get(reply.json, "sites");
    if (cli_has(cli, "json")) {
        json_t *list = list_of(sites);
        status = list ? print_list(list, CLI_OK) : CLI_FAILED;
        json_decref(list);
    } else {
        print_table(sites);
    }
    cli_reply_fini(&reply);
    return status;
}

int cli_self_check(const struct cli *cli)
{
    return cli->operands_count ? tell_sites(cli) : tell_all(cli);
}
