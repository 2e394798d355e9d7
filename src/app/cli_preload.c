/* preload update, preload lookup, preload status. */
#include "app/cli_preload.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wait.h"
#include "hsts/preload_source.h"
#include "os/file.h"

#define PATH "/v1/preload"
/* The column in which facts begin. */
#define WIDTH 14
/* Each so much that came is told. */
#define PROGRESS_SIZE (4 << 20)
#define ROOM_SIZE     65536

/* ---- status ---- */

static void write_list(FILE *out, const json_t *list)
{
    char taken[CLI_MOMENT_SIZE], confirmed[CLI_MOMENT_SIZE], until[CLI_MOMENT_SIZE];
    cli_text_row(out, WIDTH, "Entries", "%lld (%lld KB, compiled from %lld KB)",
                 (long long)cli_json_number(list, "entries", 0), (long long)cli_json_number(list, "size", 0) / 1000,
                 (long long)cli_json_number(list, "source_size", 0) / 1000);
    cli_text_row(out, WIDTH, "From", "%s", cli_json_text(list, "address", "?"));
    cli_text_row(out, WIDTH, "Fetched", "%s", cli_moment_text(cli_json_text(list, "taken", NULL), taken));
    cli_text_row(out, WIDTH, "Confirmed", "%s", cli_moment_text(cli_json_text(list, "confirmed", NULL), confirmed));
    if (cli_json_bool(list, "old"))
        cli_text_row(out, WIDTH, "Age", "%s",
                     "too old: browsers go by their list for 70 days. Fetch it anew: strictgate preload update");
    else
        cli_text_row(out, WIDTH, "Good until", "%s (browsers go by their list for 70 days)",
                     cli_moment_text(cli_json_text(list, "trusted_until", NULL), until));
}

static void write_updates(FILE *out, const json_t *json)
{
    char next[CLI_MOMENT_SIZE];
    long long days = cli_json_number(json, "update_days", 0);
    if (days == 0)
        cli_text_row(out, WIDTH, "Updates", "%s",
                     "by hand; by itself with \"strictgate settings set preload.update_days=7\"");
    else
        cli_text_row(out, WIDTH, "Updates", "by itself every %lld day%s from %s, next %s", days, days == 1 ? "" : "s",
                     cli_json_text(json, "address", "?"),
                     cli_moment_text(cli_json_text(json, "next_update", NULL), next));
}

static void write_last(FILE *out, const json_t *last)
{
    char at[CLI_MOMENT_SIZE];
    const char *fix = cli_json_text(last, "fix", NULL);
    cli_text_row(out, WIDTH, "Last attempt", "%s: %s", cli_moment_text(cli_json_text(last, "at", NULL), at),
                 cli_json_text(last, "outcome", "?"));
    if (cli_json_text(last, "detail", NULL))
        cli_text_row(out, WIDTH, "", "%s%s%s", cli_json_text(last, "detail", ""), fix ? "; " : "", fix ? fix : "");
}

int cli_preload_write_status(FILE *out, const json_t *json)
{
    const json_t *list = json_object_get(json, "list"), *last = json_object_get(json, "last");
    const json_t *running = json_object_get(json, "running");
    const char *trouble = cli_json_text(json, "trouble", NULL);
    if (json_is_object(list))
        write_list(out, list);
    else
        cli_text_row(out, WIDTH, "List", "%s", trouble ? trouble : "none yet: strictgate preload update");
    write_updates(out, json);
    if (json_is_object(running))
        cli_text_row(out, WIDTH, "Under way", "%s, %lld KB so far", cli_json_text(running, "address", "?"),
                     (long long)cli_json_number(running, "received", 0) / 1000);
    if (json_is_object(last))
        write_last(out, last);
    return json_is_object(list) && !cli_json_bool(list, "old") ? CLI_OK : CLI_FAILED;
}

int cli_preload_status(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", PATH, NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *list = json_object_get(reply.json, "list");
    if (!cli_has(cli, "json"))
        status = cli_preload_write_status(stdout, reply.json);
    else if (!cli_print_json(reply.json) || !json_is_object(list) || cli_json_bool(list, "old"))
        status = CLI_FAILED;
    cli_reply_fini(&reply);
    return status;
}

/* ---- lookup ---- */

static void write_name(FILE *out, const json_t *one)
{
    const char *name = cli_json_text(one, "name", "?"), *entry = cli_json_text(one, "entry", "?");
    const char *policy = cli_json_text(one, "policy", "?");
    bool with_subnames = cli_json_bool(one, "include_subdomains");
    if (!cli_json_bool(one, "bound"))
        cli_text_printf(out, "", 4, "%s is not bound: neither it nor a name above it with subdomains is on the list.",
                        name);
    else if (cli_json_bool(one, "own"))
        cli_text_printf(out, "", 4, "%s is bound by an entry of its own%s (policy %s).", name,
                        with_subnames ? ", with all names below it" : ", without the names below it", policy);
    else
        cli_text_printf(out, "", 4, "%s is bound by %s, which is on the list with all names below it (policy %s).",
                        name, entry, policy);
}

int cli_preload_write_lookup(FILE *out, const json_t *json)
{
    char confirmed[CLI_MOMENT_SIZE];
    const json_t *names = json_object_get(json, "names");
    int status = CLI_OK;
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *one = json_array_get(names, i);
        write_name(out, one);
        if (!cli_json_bool(one, "bound"))
            status = CLI_NOT_BOUND;
    }
    if (cli_json_bool(json, "old"))
        cli_text_printf(out, "", 0, "The list is of %s, which is too old to be sure: strictgate preload update",
                        cli_moment_text(cli_json_text(json, "confirmed", NULL), confirmed));
    return status;
}

static int status_of(const json_t *json)
{
    const json_t *names = json_object_get(json, "names");
    for (size_t i = 0; i < json_array_size(names); i++)
        if (!cli_json_bool(json_array_get(names, i), "bound"))
            return CLI_NOT_BOUND;
    return CLI_OK;
}

int cli_preload_lookup(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply = {0};
    struct err err = {0};
    struct str path = STR(PATH "/lookup");
    arena_init(&room, ROOM_SIZE);
    for (size_t i = 0; i < cli->operands_count; i++) {
        const char *name = cli_escape(&room, cli->operands[i]);
        path = name ? arena_printf(&room, "%.*s%cname=%s", STR_ARG(path), i ? '&' : '?', name) : (struct str){NULL, 0};
    }
    int status = path.data ? cli_call(cli, "GET", path.data, NULL, &reply) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (!cli_has(cli, "json"))
        status = cli_preload_write_lookup(stdout, reply.json);
    else
        status = cli_print_json(reply.json) ? status_of(reply.json) : CLI_FAILED;
    cli_reply_fini(&reply);
    return status;
}

/* ---- update ---- */

static int begin_fetch(const struct cli *cli, const char *address, struct cli_reply *reply)
{
    struct err err = {0};
    json_t *body = json_pack("{s:b, s:s*}", "force", cli_has(cli, "force"), "address", address);
    if (!body) {
        (void)err_set(&err, ERR_INPUT, "what was given is not text in UTF-8");
        return cli_print_error(&err);
    }
    int status = cli_call(cli, "POST", PATH "/update", body, reply);
    json_decref(body);
    return status;
}

/* The file's own name stands for it: where it lay is this machine's business. */
static int begin_file(const struct cli *cli, const char *path, struct cli_reply *reply)
{
    struct buf content;
    struct err err = {0};
    struct arena room;
    struct str all = str_from(path);
    size_t slash = str_find_last(all, '/');
    if (!file_read(path, PRELOAD_SOURCE_SIZE_MAX, &content, &err)) {
        (void)err_context(&err, "--from");
        (void)err_fix(&err, "give a file, or an address that begins with https://");
        return cli_print_error(&err);
    }
    arena_init(&room, ROOM_SIZE);
    const char *name = cli_escape(&room, slash == all.size ? path : path + slash + 1);
    struct str target =
        arena_printf(&room, "%s?name=%s%s", PATH, name ? name : "file", cli_has(cli, "force") ? "&force=true" : "");
    const struct cli_request request = {
        .method = "PUT", .path = target.data, .bytes = buf_str(&content), .timeout_s = CLI_TIMEOUT_TRANSFER_S};
    int status = target.data ? cli_send(cli, &request, reply) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    buf_fini(&content);
    return status;
}

/* "fetching, 8 MB so far" */
struct progress {
    char text[64];
};

static bool look(void *context, const json_t *json, const char **ret_phase)
{
    struct progress *progress = context;
    const json_t *running = json_object_get(json, "running");
    long long received = cli_json_number(running, "received", 0) / PROGRESS_SIZE * (PROGRESS_SIZE >> 20);
    if (!json_is_object(running)) {
        *ret_phase = "over";
        return true;
    }
    (void)snprintf(progress->text, sizeof progress->text, received ? "fetching, %lld MB so far" : "fetching", received);
    *ret_phase = progress->text;
    return false;
}

static int tell(const struct cli *cli, const json_t *json)
{
    const json_t *last = json_object_get(json, "last"), *list = json_object_get(json, "list");
    bool is_refused = strcmp(cli_json_text(last, "outcome", "refused"), "refused") == 0;
    if (cli_has(cli, "json"))
        return cli_print_json(json) && !is_refused ? CLI_OK : CLI_FAILED;
    if (is_refused) {
        struct err err = {0};
        (void)err_set(&err, ERR_CONFLICT, "%s", cli_json_text(last, "detail", "the list was not taken"));
        (void)err_fix(&err, "%s", cli_json_text(last, "fix", ""));
        return cli_print_error(&err);
    }
    cli_text_printf(stdout, "", 0, "%s %lld entries.",
                    strcmp(cli_json_text(last, "outcome", ""), "unchanged") == 0
                        ? "The list that is here is still the present one:"
                        : "The list is in use:",
                    (long long)cli_json_number(list, "entries", 0));
    return CLI_OK;
}

int cli_preload_update(const struct cli *cli)
{
    const char *from = cli_value(cli, "from");
    struct cli_reply reply = {0};
    struct progress progress;
    struct err err = {0};
    bool is_address = !from || str_starts(str_from(from), STR("https://"));
    if (from && str_starts(str_from(from), STR("http://"))) {
        (void)err_field(&err, "--from", "a list over plain HTTP is anybody's");
        (void)err_fix(&err, "give an address that begins with https://, or a file");
        return cli_print_error(&err);
    }
    int status = is_address ? begin_fetch(cli, from, &reply) : begin_file(cli, from, &reply);
    if (status != CLI_OK)
        return status;
    cli_reply_fini(&reply);
    status = cli_wait(cli, PATH, look, &progress, &reply);
    if (status != CLI_OK)
        return status;
    status = tell(cli, reply.json);
    cli_reply_fini(&reply);
    return status;
}
