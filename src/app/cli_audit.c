/* A heading for each entry, and what there is to say of it indented. */
#include "app/cli_audit.h"

#include <stdlib.h>

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_file.h"
#include "app/cli_guards.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wish.h"

/* A screen or two. */
#define LIMIT_DEFAULT 20
/* What control gives in one page. */
#define LIMIT_MAX 1000

/* What is no part of a wish, as the JSON that it is; empty when there is nothing else. The caller frees. */
static char *rest_text(const json_t *state)
{
    static const char *const wish[] = {"mode", "max_age", "target", "include_subdomains", "preload", "since"};
    json_t *rest = json_copy((json_t *)(uintptr_t)state);
    for (size_t i = 0; json_is_object(rest) && i < sizeof wish / sizeof *wish; i++)
        (void)json_object_del(rest, wish[i]);
    bool empty = json_is_object(rest) && json_object_size(rest) == 0;
    char *text = empty ? strdup("") : json_dumps(rest, JSON_COMPACT | JSON_ENCODE_ANY);
    json_decref(rest);
    return text;
}

/* A wish in words; anything else as the JSON that it is. The caller frees. */
static char *state_text(const json_t *state)
{
    char room[CLI_WISH_SIZE], *text = NULL;
    struct cli_hsts hsts;
    if (!json_object_get(state, "mode"))
        return json_dumps(state, JSON_COMPACT | JSON_ENCODE_ANY);
    char *rest = rest_text(state);
    json_t *whole = json_pack("{s:O}", "wish", state);
    cli_hsts_read(whole, &hsts);
    if (rest && asprintf(&text, "%s%s%s", cli_wish_text(&hsts.wish, room), *rest ? " " : "", rest) < 0)
        text = NULL;
    json_decref(whole);
    free(rest);
    return text;
}

static void write_change(FILE *out, const json_t *before, const json_t *after)
{
    if ((!before || json_is_null(before)) && (!after || json_is_null(after)))
        return;
    char *from = state_text(before), *to = state_text(after);
    cli_text_printf(out, "    ", 4, "%s -> %s", from ? from : "?", to ? to : "?");
    free(from);
    free(to);
}

static void write_reasons(FILE *out, const json_t *entry)
{
    const char *override = cli_json_text(entry, "override", NULL), *reason = cli_json_text(entry, "reason", NULL);
    if (override)
        cli_text_printf(out, "    ", 4, "overridden: %s; reason: %s", override, reason ? reason : "?");
    else if (reason)
        cli_text_wrap(out, "    ", 4, str_from(reason));
    const json_t *guards = json_object_get(entry, "guards");
    for (size_t i = 0; i < json_array_size(guards); i++)
        if (cli_guard_verdict(json_array_get(guards, i)) == CLI_VERDICT_WARN)
            cli_text_printf(out, "    warned of ", 4, "%s", cli_json_text(json_array_get(guards, i), "guard", "?"));
}

void cli_audit_write(FILE *out, const json_t *entry)
{
    char room[CLI_MOMENT_SIZE];
    const char *site = cli_json_text(entry, "site", ""), *outcome = cli_json_text(entry, "outcome", "?");
    bool done = strcmp(outcome, "done") == 0;
    cli_text_printf(out, "", 4, "%s  %s%s%s, by %s%s%s", cli_moment_text(cli_json_text(entry, "at", NULL), room),
                    cli_json_text(entry, "act", "?"), *site ? " " : "", site, cli_json_text(entry, "actor", "?"),
                    done ? "" : ": ", done ? "" : outcome);
    write_change(out, json_object_get(entry, "before"), json_object_get(entry, "after"));
    write_reasons(out, entry);
}

/* What is asked for, page by page. */
struct pages {
    const struct cli *cli;
    const char *site; /* or NULL */
    uint64_t limit;
    uint64_t before; /* the id of the last one that came; 0: none has */
};

static int ask_page(const struct pages *pages, struct cli_reply *ret)
{
    struct arena room;
    arena_init(&room, 65536);
    const char *site = pages->site ? cli_escape(&room, pages->site) : NULL;
    struct str path = arena_printf(&room, "/v1/audit?limit=%llu%s%s", (unsigned long long)pages->limit,
                                   site ? "&site=" : "", site ? site : "");
    if (path.data && pages->before)
        path = arena_printf(&room, "%s&before=%llu", path.data, (unsigned long long)pages->before);
    int status = path.data && (site || !pages->site) ? cli_call(pages->cli, "GET", path.data, NULL, ret) : CLI_FAILED;
    arena_fini(&room);
    return status;
}

static bool put_lines(struct cli_file *file, const json_t *entries, struct err *err)
{
    for (size_t i = 0; i < json_array_size(entries); i++) {
        char *line = json_dumps(json_array_get(entries, i), JSON_COMPACT);
        bool fine =
            (line || err_memory(err)) && cli_file_put(file, str_from(line), err) && cli_file_put(file, STR("\n"), err);
        free(line);
        if (!fine)
            return false;
    }
    return true;
}

/* Every page into the file; *ret_count becomes the number of entries. */
static int export_pages(struct pages *pages, struct cli_file *file, size_t *ret_count)
{
    struct err err = {0};
    for (size_t count = LIMIT_MAX; count == LIMIT_MAX;) {
        struct cli_reply reply;
        int status = ask_page(pages, &reply);
        if (status != CLI_OK)
            return status;
        const json_t *entries = json_object_get(reply.json, "entries");
        count = json_array_size(entries);
        if (count)
            pages->before = (uint64_t)cli_json_number(json_array_get(entries, count - 1), "id", 0);
        *ret_count += count;
        bool fine = put_lines(file, entries, &err);
        cli_reply_fini(&reply);
        if (!fine)
            return cli_print_error(&err);
    }
    return CLI_OK;
}

static int export_all(struct pages *pages, const char *path)
{
    struct cli_file file;
    struct err err = {0};
    size_t count = 0;
    if (!cli_file_new(path, &file, &err))
        return cli_print_error(&err);
    pages->limit = LIMIT_MAX;
    int status = export_pages(pages, &file, &count);
    if (!cli_file_end(&file, status == CLI_OK, &err))
        return cli_print_error(&err);
    if (status == CLI_OK)
        (void)printf("%zu entries are in %s, the newest first\n", count, path);
    return status;
}

static int print_page(const struct pages *pages)
{
    struct cli_reply reply;
    int status = ask_page(pages, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *entries = json_object_get(reply.json, "entries");
    if (cli_has(pages->cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        for (size_t i = 0; i < json_array_size(entries); i++)
            cli_audit_write(stdout, json_array_get(entries, i));
    cli_reply_fini(&reply);
    return status;
}

int cli_audit(const struct cli *cli)
{
    struct pages pages = {.cli = cli, .site = cli->operands_count ? cli->operands[0] : NULL, .limit = LIMIT_DEFAULT};
    struct err err = {0};
    const char *limit = cli_value(cli, "limit"), *path = cli_value(cli, "export");
    if (limit && path)
        (void)err_field(&err, "--limit", "--export takes all");
    else if (limit && (!str_to_u64(str_from(limit), LIMIT_MAX, &pages.limit) || pages.limit == 0))
        (void)err_field(&err, "--limit", "\"%s\" is no number from 1 to %d", limit, LIMIT_MAX);
    if (err.code)
        return cli_print_error(&err);
    return path ? export_all(&pages, path) : print_page(&pages);
}
