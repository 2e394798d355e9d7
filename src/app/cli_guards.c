/* Verdicts into lines; and the command guards. */
#include "app/cli_guards.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_look.h"
#include "app/cli_move.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/suggest.h"

#define INDENT 4

enum cli_verdict cli_guard_verdict(const json_t *guard)
{
    const char *verdict = cli_json_text(guard, "verdict", "");
    if (strcmp(verdict, "pass") == 0)
        return CLI_VERDICT_PASS;
    return strcmp(verdict, "warn") == 0 ? CLI_VERDICT_WARN : CLI_VERDICT_BLOCK;
}

size_t cli_guards_count(const json_t *guards, enum cli_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < json_array_size(guards); i++)
        count += cli_guard_verdict(json_array_get(guards, i)) == verdict;
    return count;
}

bool cli_guard_is_overridden(const struct cli *cli, const json_t *guard)
{
    size_t at = 0;
    const char *id = cli_json_text(guard, "guard", "?"), *given;
    while (cli && (given = cli_next(cli, "override", &at)))
        if (strcmp(given, id) == 0)
            return true;
    return false;
}

bool cli_guards_refuse(const struct cli *cli, const json_t *guards)
{
    for (size_t i = 0; i < json_array_size(guards); i++) {
        const json_t *guard = json_array_get(guards, i);
        if (cli_guard_verdict(guard) == CLI_VERDICT_BLOCK &&
            !(cli_json_bool(guard, "overridable") && cli_guard_is_overridden(cli, guard)))
            return true;
    }
    return false;
}

static void write_block(FILE *out, const struct cli *cli, const json_t *guard)
{
    const char *fix = cli_json_text(guard, "fix", "");
    cli_text_printf(out, "", INDENT, "%s%s: %s", cli_json_text(guard, "guard", "?"),
                    cli_guard_is_overridden(cli, guard) ? " (overridden)" : "", cli_json_text(guard, "why", "?"));
    if (*fix)
        cli_text_wrap(out, "    fix: ", INDENT, str_from(fix));
}

void cli_guards_write_blocks(FILE *out, const struct cli *cli, const json_t *guards)
{
    for (size_t i = 0; i < json_array_size(guards); i++)
        if (cli_guard_verdict(json_array_get(guards, i)) == CLI_VERDICT_BLOCK)
            write_block(out, cli, json_array_get(guards, i));
}

void cli_guards_write_warnings(FILE *out, const json_t *guards)
{
    for (size_t i = 0; i < json_array_size(guards); i++) {
        const json_t *guard = json_array_get(guards, i);
        if (cli_guard_verdict(guard) != CLI_VERDICT_WARN)
            continue;
        (void)fprintf(out, "warning: %s: ", cli_json_text(guard, "guard", "?"));
        cli_text_line(out, "", cli_json_text(guard, "why", "?"));
    }
}

static bool is_firm(const json_t *guard)
{
    return cli_guard_verdict(guard) == CLI_VERDICT_BLOCK && !cli_json_bool(guard, "overridable");
}

void cli_guards_write_way(FILE *out, const json_t *guards, const char *site, const char *command)
{
    for (size_t i = 0; i < json_array_size(guards); i++)
        if (is_firm(json_array_get(guards, i))) {
            cli_text_line(out, "There is no way round it: not to be overridden is ",
                          cli_json_text(json_array_get(guards, i), "guard", "?"));
            return;
        }
    if (command)
        (void)fprintf(out, "To do it all the same: %s", command);
    else
        (void)fputs("To do it all the same, add", out);
    for (size_t i = 0; i < json_array_size(guards); i++)
        if (cli_guard_verdict(json_array_get(guards, i)) == CLI_VERDICT_BLOCK)
            (void)fprintf(out, " --override %s", cli_json_text(json_array_get(guards, i), "guard", "?"));
    (void)fprintf(out, " --reason TEXT --confirm %s\n", site);
}

void cli_guards_write_refusal(FILE *out, const struct cli *cli, const char *site, const char *command,
                              const json_t *guards)
{
    size_t count = cli_guards_count(guards, CLI_VERDICT_BLOCK);
    (void)fprintf(out, "error: %zu guard%s against it\n", count, count == 1 ? " is" : "s are");
    cli_guards_write_blocks(out, cli, guards);
    cli_guards_write_warnings(out, guards);
    cli_guards_write_way(out, guards, site, command);
}

/* "dwell, traffic": those that gave this verdict. */
static struct str ids_text(struct arena *room, const json_t *guards, enum cli_verdict verdict)
{
    struct str text = {NULL, 0};
    for (size_t i = 0; i < json_array_size(guards); i++) {
        const json_t *guard = json_array_get(guards, i);
        if (cli_guard_verdict(guard) == verdict)
            text = arena_printf(room, "%.*s%s%s", STR_ARG(text), text.size ? ", " : "",
                                cli_json_text(guard, "guard", "?"));
    }
    return text;
}

static void write_summary(FILE *out, struct arena *room, const char *words, const json_t *move)
{
    const char *verdict = cli_json_text(move, "verdict", "?");
    const json_t *guards = json_object_get(move, "guards");
    char first[40];
    struct str text = str_from(cli_json_text(move, "why", ""));
    if (strcmp(verdict, "block") == 0)
        text = ids_text(room, guards, CLI_VERDICT_BLOCK);
    else if (strcmp(verdict, "warn") == 0)
        text = ids_text(room, guards, CLI_VERDICT_WARN);
    (void)snprintf(first, sizeof first, text.size ? "%-16s%-12s" : "%-16s%s", words, verdict);
    cli_text_wrap(out, first, 28, text);
}

void cli_guards_write_moves(FILE *out, const json_t *moves)
{
    const char *name;
    json_t *move;
    struct arena room;
    arena_init(&room, 65536);
    json_object_foreach((json_t *)(uintptr_t)moves, name, move)
    {
        const struct cli_move *known = cli_move_of(name);
        write_summary(out, &room, known ? known->words : name, move);
        arena_clear(&room);
    }
    arena_fini(&room);
}

static void write_guard(FILE *out, const json_t *guard)
{
    static const char *const names[] = {"pass   ", "warn   ", "block  "};
    const char *fix = cli_json_text(guard, "fix", "");
    enum cli_verdict verdict = cli_guard_verdict(guard);
    cli_text_printf(out, names[verdict], 7, "%s: %s", cli_json_text(guard, "guard", "?"),
                    cli_json_text(guard, "why", "?"));
    if (*fix && verdict != CLI_VERDICT_PASS)
        cli_text_wrap(out, "       fix: ", 7, str_from(fix));
}

void cli_guards_write_move(FILE *out, const char *site, const struct cli_move *made, const json_t *move)
{
    const char *words = made->words;
    char command[CLI_COMMAND_SIZE];
    const json_t *guards = json_object_get(move, "guards");
    if (!guards) {
        const char *fix = cli_json_text(move, "fix", NULL);
        cli_text_printf(out, "", 0, "%s, %s: not possible from here: %s", site, words, cli_json_text(move, "why", "?"));
        if (fix)
            cli_text_wrap(out, "fix: ", 0, str_from(fix));
        return;
    }
    size_t blocks = cli_guards_count(guards, CLI_VERDICT_BLOCK), warns = cli_guards_count(guards, CLI_VERDICT_WARN),
           passes = cli_guards_count(guards, CLI_VERDICT_PASS);
    (void)fprintf(out, "%s, %s: %zu block%s, %zu warn%s, %zu pass%s\n\n", site, words, blocks, blocks == 1 ? "s" : "",
                  warns, warns == 1 ? "s" : "", passes, passes == 1 ? "es" : "");
    for (size_t i = 0; i < json_array_size(guards); i++)
        write_guard(out, json_array_get(guards, i));
    if (blocks) {
        (void)fputc('\n', out);
        cli_guards_write_way(out, guards, site, cli_move_command(made, site, command));
    }
}

int cli_guards_ask(const struct cli *cli, const char *site, struct cli_reply *ret)
{
    struct arena room;
    arena_init(&room, 65536);
    const struct cli_request request = {
        .method = "GET", .path = cli_site_path(&room, site, "/guards"), .timeout_s = CLI_TIMEOUT_LOOK_S};
    cli_look_tell(site);
    int status = request.path ? cli_send(cli, &request, ret) : CLI_FAILED;
    arena_fini(&room);
    return status;
}

/* "subdomains-on" as well as the API's "include-subdomains-on". */
static const struct cli_move *move_typed(const char *typed)
{
    char words[SUGGEST_SIZE_MAX];
    (void)snprintf(words, sizeof words, "%s", typed);
    char *dash = strchr(words, '-');
    if (dash)
        *dash = ' ';
    const struct cli_move *move = cli_move_find(words);
    return move ? move : cli_move_of(typed);
}

static int unknown_move(const char *typed)
{
    struct err err = {0};
    (void)err_set(&err, ERR_INPUT, "there is no move \"%s\"", typed);
    (void)err_fix(&err, "give one of: " CLI_MOVE_LIST);
    return cli_print_error(&err);
}

static int print_guards(const struct cli *cli, const struct cli_move *move, const json_t *reply)
{
    const json_t *moves = json_object_get(reply, "moves");
    const json_t *one = move ? json_object_get(moves, hsts_move_name(move->move)) : NULL;
    if (cli_has(cli, "json"))
        return cli_print_json(one ? one : reply) ? CLI_OK : CLI_FAILED;
    if (move)
        cli_guards_write_move(stdout, cli->operands[0], move, one);
    else
        cli_guards_write_moves(stdout, moves);
    return CLI_OK;
}

int cli_guards(const struct cli *cli)
{
    struct cli_reply reply;
    const char *typed = cli->operands_count > 1 ? cli->operands[1] : NULL;
    const struct cli_move *move = typed ? move_typed(typed) : NULL;
    if (typed && !move)
        return unknown_move(typed);
    int status = cli_guards_ask(cli, cli->operands[0], &reply);
    if (status != CLI_OK)
        return status;
    status = print_guards(cli, move, reply.json);
    cli_reply_fini(&reply);
    return status;
}
