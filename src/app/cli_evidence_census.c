#include "app/cli_evidence_census.h"

#include "app/cli_client.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "http/agent.h"

#define LIST_SIZE 400

static const struct {
    const char *member, *words, *meaning;
} rows[] = {
    {"redirected", "redirected", ""},
    {"refused", "refused", "for what they carried"},
    {"browsers", "by browsers", "said Upgrade-Insecure-Requests"},
    {"unsafe", "that change things", "other methods than GET, HEAD and OPTIONS"},
    {"in_clear", "in clear", "carried one of these"},
    {"basic", "  passwords", "Authorization: Basic"},
    {"authorization", "  tokens", "other kinds of Authorization"},
    {"cookies", "  cookies", ""},
    {"bodies", "  content", ""},
    {"forms", "  forms", "content of a browser"},
};

static void write_counts(FILE *out, const json_t *counts)
{
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        long long count = (long long)cli_json_number(counts, rows[i].member, 0);
        if (count)
            cli_text_row(out, 22, rows[i].words, rows[i].meaning[0] ? "%lld: %s" : "%lld%s", count, rows[i].meaning);
    }
}

static const char *words_of(const char *class)
{
    for (int i = 0; i < HTTP_AGENTS_COUNT; i++)
        if (strcmp(http_agent_name((enum http_agent)i), class) == 0)
            return http_agent_words((enum http_agent)i);
    return class; /* of a newer control */
}

/* "GET 12, POST 3" */
static void write_methods(FILE *out, const json_t *methods)
{
    char list[LIST_SIZE];
    size_t used = 0;
    list[0] = '\0';
    for (size_t i = 0; i < json_array_size(methods) && used < sizeof list; i++) {
        const json_t *row = json_array_get(methods, i);
        used += (size_t)snprintf(list + used, sizeof list - used, "%s%s %lld", i ? ", " : "",
                                 cli_json_text(row, "method", "?"), (long long)cli_json_number(row, "count", 0));
    }
    cli_text_row(out, 22, "methods", "%s", list);
}

static long long count_of(const json_t *list, const char *class)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(cli_json_text(json_array_get(list, i), "class", ""), class) == 0)
            return (long long)cli_json_number(json_array_get(list, i), "count", 0);
    return 0;
}

static void write_classes(FILE *out, const json_t *counts)
{
    static const char *const titles[] = {"OVER HTTP", "WITH AUTHORIZATION", "WHO"};
    const json_t *classes = json_object_get(counts, "classes");
    struct cli_table table;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(classes); i++) {
        const json_t *row = json_array_get(classes, i);
        const char *class = cli_json_text(row, "class", "?");
        cli_table_add(&table, "%lld", (long long)cli_json_number(row, "count", 0));
        cli_table_add(&table, "%lld", count_of(json_object_get(counts, "authorization_classes"), class));
        cli_table_add(&table, "%s", words_of(class));
    }
    (void)fputc('\n', out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

void cli_evidence_census(FILE *out, const json_t *census)
{
    const json_t *totals = json_object_get(census, "totals"), *rung = json_object_get(census, "rung");
    long long requests = (long long)cli_json_number(totals, "requests", 0);
    char since[CLI_MOMENT_SIZE];
    if (!requests)
        return;
    (void)fputs("\nover plain HTTP\n", out);
    cli_text_row(out, 22, "requests", "%lld", requests);
    write_counts(out, totals);
    write_methods(out, json_object_get(totals, "methods"));
    if (json_is_object(rung))
        cli_text_row(out, 22, "since this rung", "%lld, %lld of them in clear (since %s)",
                     (long long)cli_json_number(rung, "requests", 0), (long long)cli_json_number(rung, "in_clear", 0),
                     cli_moment_text(cli_json_text(census, "rung_since", NULL), since));
    if (strcmp(cli_json_text(census, "action", ""), "refuse") == 0)
        cli_text_row(out, 22, "credentials", "are refused over plain HTTP");
    write_classes(out, totals);
}
