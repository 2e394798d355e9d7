/* subdomains list, subdomains look. */
#include "app/cli_subdomains.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/cli_wait.h"

#define ROOM_SIZE 65536

/* ---- what is printed ---- */

static void add_words(struct cli_table *table, const json_t *words)
{
    char text[200] = "";
    size_t used = 0;
    for (size_t i = 0; i < json_array_size(words) && used < sizeof text; i++) {
        const char *word = json_string_value(json_array_get(words, i));
        used += (size_t)snprintf(text + used, sizeof text - used, "%s%s", used ? "," : "", word ? word : "?");
    }
    cli_table_add(table, "%s", text[0] ? text : "-");
}

static void write_table(FILE *out, const json_t *names)
{
    static const char *const titles[] = {"NAME", "STATE", "FOUND", "FROM", "FLAGS", "LOOKED AT"};
    struct cli_table table;
    cli_table_init(&table, titles, 6);
    for (size_t i = 0; i < json_array_size(names); i++) {
        const json_t *one = json_array_get(names, i);
        const char *looked = cli_json_text(one, "looked_at", NULL);
        char moment[CLI_MOMENT_SIZE];
        cli_table_add(&table, "%s", cli_json_text(one, "name", "?"));
        cli_table_add(&table, "%s", cli_json_text(one, "state", "?"));
        cli_table_add(&table, "%s", cli_json_text(one, "verdict", "?"));
        add_words(&table, json_object_get(one, "sources"));
        add_words(&table, json_object_get(one, "flags"));
        cli_table_add(&table, "%s", looked ? cli_moment_text(looked, moment) : "never");
    }
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

/* What is beside the table: why a name blocks, and who answers for one. */
static void write_notes(FILE *out, const json_t *one)
{
    const json_t *sign_off = json_object_get(one, "sign_off"), *exception = json_object_get(one, "exception");
    const char *name = cli_json_text(one, "name", "?"), *comment = cli_json_text(sign_off, "comment", "");
    char until[CLI_MOMENT_SIZE];
    if (strcmp(cli_json_text(one, "state", ""), "blocking") == 0)
        cli_text_printf(out, "", 4, "%s: %s %s", name, cli_json_text(one, "detail", ""), cli_json_text(one, "fix", ""));
    if (json_is_object(sign_off))
        cli_text_printf(out, "", 4, "%s: signed off by %s%s%s", name, cli_json_text(sign_off, "by", "?"),
                        comment[0] ? ": " : "", comment);
    if (json_is_object(exception))
        cli_text_printf(out, "", 4, "%s: excepted by %s %s %s: %s", name, cli_json_text(exception, "by", "?"),
                        cli_json_text(exception, "until", NULL) ? "until" : "for",
                        cli_json_text(exception, "until", NULL)
                            ? cli_moment_text(cli_json_text(exception, "until", NULL), until)
                            : "good",
                        cli_json_text(exception, "reason", ""));
}

static void write_summary(FILE *out, const json_t *page)
{
    const json_t *summary = json_object_get(page, "summary"), *look = json_object_get(page, "look");
    cli_text_printf(out, "", 0, "%lld names: %lld ready, %lld blocking, %lld accepted, %lld unknown.",
                    (long long)cli_json_number(summary, "total", 0), (long long)cli_json_number(summary, "ready", 0),
                    (long long)cli_json_number(summary, "blocking", 0),
                    (long long)cli_json_number(summary, "accepted", 0),
                    (long long)cli_json_number(summary, "unknown", 0));
    if (json_is_object(look))
        cli_text_printf(out, "", 0, "They are being looked at: %lld of %lld.",
                        (long long)cli_json_number(look, "done", 0), (long long)cli_json_number(look, "total", 0));
}

void cli_subdomains_write(FILE *out, const json_t *names, const json_t *last_page)
{
    long long total = (long long)cli_json_number(json_object_get(last_page, "summary"), "total", 0);
    if (total == 0) {
        cli_text_printf(out, "", 0, "No name below %s is known. \"strictgate subdomains import\" takes a list in.",
                        cli_json_text(last_page, "domain", "it"));
        return;
    }
    if (json_array_size(names)) {
        write_table(out, names);
        (void)fputc('\n', out);
    }
    for (size_t i = 0; i < json_array_size(names); i++)
        write_notes(out, json_array_get(names, i));
    write_summary(out, last_page);
}

int cli_subdomains_status(const json_t *page)
{
    return cli_json_number(json_object_get(page, "summary"), "blocking", 0) == 0 ? CLI_OK : CLI_FAILED;
}

/* ---- list ---- */

/* "/v1/sites/NAME/subdomains?limit=5000&state=STATE&after=NAME"; NULL when memory ran out. */
static const char *page_path(const struct cli *cli, struct arena *room, const char *after)
{
    const char *path = cli_site_path(room, cli->operands[0], "/subdomains"), *state = cli_value(cli, "state");
    const char *behind = after ? cli_escape(room, after) : "", *of = state ? cli_escape(room, state) : "";
    if (!path || !behind || !of)
        return NULL;
    return arena_printf(room, "%s?limit=5000%s%s%s%s", path, state ? "&state=" : "", of, after ? "&after=" : "", behind)
        .data;
}

/* All pages: the names of all in the last one. */
static int read_pages(const struct cli *cli, json_t *names, struct cli_reply *ret)
{
    struct arena room;
    struct err err = {0};
    const char *after = NULL;
    int status;
    arena_init(&room, (size_t)1 << 20);
    for (;;) {
        const char *path = page_path(cli, &room, after);
        status = path ? cli_call(cli, "GET", path, NULL, ret) : cli_print_error((err_memory(&err), &err));
        if (status != CLI_OK)
            break;
        const char *next = cli_json_text(ret->json, "next", NULL);
        struct str copy = {NULL, 0};
        if (json_array_extend(names, json_object_get(ret->json, "names")) != 0 ||
            (next && !arena_str(&room, str_from(next), &copy)))
            status = cli_print_error((err_memory(&err), &err));
        if (!next || status != CLI_OK)
            break;
        after = copy.data;
        cli_reply_fini(ret);
    }
    arena_fini(&room);
    return status;
}

static int print(const struct cli *cli, const json_t *names, json_t *page)
{
    if (!cli_has(cli, "json")) {
        cli_subdomains_write(stdout, names, page);
        return cli_subdomains_status(page);
    }
    if (json_object_set(page, "names", (json_t *)(uintptr_t)names) != 0 || !cli_print_json(page))
        return CLI_FAILED;
    return cli_subdomains_status(page);
}

int cli_subdomains_list(const struct cli *cli)
{
    struct cli_reply reply = {0};
    struct err err = {0};
    json_t *names = json_array();
    if (!names)
        return cli_print_error((err_memory(&err), &err));
    int status = read_pages(cli, names, &reply);
    if (status == CLI_OK)
        status = print(cli, names, reply.json);
    json_decref(names);
    cli_reply_fini(&reply);
    return status;
}

/* ---- look ---- */

/* "looking, 12 of 40" */
struct progress {
    char text[64];
};

static bool look_on(void *context, const json_t *json, const char **ret_phase)
{
    struct progress *progress = context;
    const json_t *look = json_object_get(json, "look");
    if (!json_is_object(look)) {
        *ret_phase = "over";
        return true;
    }
    (void)snprintf(progress->text, sizeof progress->text, "looking, %lld of %lld",
                   (long long)cli_json_number(look, "done", 0), (long long)cli_json_number(look, "total", 0));
    *ret_phase = progress->text;
    return false;
}

static int wait_for(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply = {0};
    struct progress progress;
    struct err err = {0};
    arena_init(&room, ROOM_SIZE);
    const char *path = cli_site_path(&room, cli->operands[0], "/subdomains?limit=1");
    int status = path ? cli_wait(cli, path, look_on, &progress, &reply) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    if (status == CLI_OK)
        cli_reply_fini(&reply);
    return status == CLI_OK ? cli_subdomains_list(cli) : status;
}

int cli_subdomains_look(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply = {0};
    struct err err = {0};
    arena_init(&room, ROOM_SIZE);
    const char *path = cli_site_path(&room, cli->operands[0], "/subdomains/look");
    int status = path ? cli_call(cli, "POST", path, NULL, &reply) : cli_print_error((err_memory(&err), &err));
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    cli_reply_fini(&reply);
    if (!cli_has(cli, "no-wait"))
        return wait_for(cli);
    (void)puts("They are being looked at.");
    return CLI_OK;
}
