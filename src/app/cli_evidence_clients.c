#include "app/cli_evidence_clients.h"

#include "app/cli_client.h"
#include "app/cli_evidence.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "codec/date.h"
#include "http/agent.h"
#include "snapshot/hello_class.h"

/* "± 1234" beside the number, or nothing where it is exact. */
static void write_figure(char *out, size_t size, const json_t *figure)
{
    long long error = (long long)cli_json_number(figure, "error", 0);
    (void)snprintf(out, size, error ? "%lld ± %lld" : "%lld", (long long)cli_json_number(figure, "count", 0), error);
}

static void write_figures(FILE *out, const json_t *day)
{
    static const char *const rows[][3] = {
        {"https", "over HTTPS", ""},
        {"failed", "could not get in", "no handshake of theirs succeeded"},
        {"http", "over HTTP", ""},
        {"redirected", "redirected", ""},
        {"arrived", "arrived", "came over HTTPS then"},
        {"waiting", "on the way", "redirected a few minutes ago"},
        {"stranded", "stranded", "redirected, and never came over HTTPS"},
        {"in_clear", "in clear", "sent a password, a cookie or content over HTTP"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char figure[64];
        write_figure(figure, sizeof figure, json_object_get(day, rows[i][0]));
        cli_text_row(out, 22, rows[i][1], rows[i][2][0] ? "%s: %s" : "%s%s", figure, rows[i][2]);
    }
}

static const char *words_of(const char *class)
{
    for (int i = 0; i < HTTP_AGENTS_COUNT; i++)
        if (strcmp(http_agent_name((enum http_agent)i), class) == 0)
            return http_agent_words((enum http_agent)i);
    return class; /* of a newer control */
}

static void write_list(FILE *out, const json_t *list, const char *title, const char *member)
{
    const char *const titles[] = {"STRANDED", title};
    struct cli_table table;
    if (json_array_size(list) == 0)
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        const char *value = cli_json_text(row, member, NULL);
        char figure[64];
        write_figure(figure, sizeof figure, row);
        cli_table_add(&table, "%s", figure);
        cli_table_add(&table, "%s", !value ? "elsewhere" : strcmp(member, "class") == 0 ? words_of(value) : value);
    }
    (void)fputc('\n', out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

static const char *words_of_kind(const char *class)
{
    for (int i = 0; i < HELLO_CLASSES_COUNT; i++)
        if (strcmp(hello_class_name((enum hello_class)i), class) == 0)
            return hello_class_words((enum hello_class)i);
    return class; /* of a newer control */
}

/* Kinds of client that could not get in, told from what they offer. */
static void write_failed(FILE *out, const json_t *list)
{
    static const char *const titles[] = {"COULD NOT GET IN", "KIND OF CLIENT", "MOSTLY BECAUSE"};
    struct cli_table table;
    if (json_array_size(list) == 0)
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *row = json_array_get(list, i);
        char figure[64];
        write_figure(figure, sizeof figure, row);
        cli_table_add(&table, "%s", figure);
        cli_table_add(&table, "%s", words_of_kind(cli_json_text(row, "class", "?")));
        const char *cause = cli_json_text(row, "cause", "?");
        cli_table_add(&table, "%s: %s", cause, cli_evidence_meaning(cause));
    }
    (void)fputc('\n', out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

static void write_earlier(FILE *out, const json_t *clients, size_t first)
{
    static const char *const titles[] = {"DAY", "HTTPS", "HTTP", "REDIRECTED", "ARRIVED", "STRANDED", "FAILED"};
    static const char *const members[] = {"https", "http", "redirected", "arrived", "stranded", "failed"};
    struct cli_table table;
    if (first >= json_array_size(clients))
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = first; i < json_array_size(clients); i++) {
        const json_t *day = json_array_get(clients, i);
        cli_table_add(&table, "%s", cli_json_text(day, "day", "?"));
        for (size_t k = 0; k < sizeof members / sizeof *members; k++) {
            char figure[64];
            write_figure(figure, sizeof figure, json_object_get(day, members[k]));
            cli_table_add(&table, "%s", figure);
        }
    }
    (void)fputs("\nclients of earlier days\n", out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

/* Whether a day is the one before another. */
static bool is_before(const json_t *day, const json_t *next)
{
    int64_t at_s, next_s;
    bool has_time;
    return date_parse_iso(str_from(cli_json_text(day, "day", "")), &at_s, &has_time) &&
           date_parse_iso(str_from(cli_json_text(next, "day", "")), &next_s, &has_time) && at_s + 86400 == next_s;
}

void cli_evidence_clients(FILE *out, const json_t *clients)
{
    size_t count = json_array_size(clients), told = count != 0;
    if (count > 1 && is_before(json_array_get(clients, 1), json_array_get(clients, 0)))
        told = 2;
    for (size_t i = 0; i < told; i++) {
        const json_t *day = json_array_get(clients, i);
        (void)fprintf(out, "\nclients of %s, %s\n", cli_json_text(day, "day", "?"),
                      i == 0 ? "today so far" : "the day before");
        write_figures(out, day);
        write_list(out, json_object_get(day, "stranded_classes"), "WHO", "class");
        write_list(out, json_object_get(day, "networks"), "FROM", "network");
        write_failed(out, json_object_get(day, "failed_classes"));
    }
    write_earlier(out, clients, told);
}
