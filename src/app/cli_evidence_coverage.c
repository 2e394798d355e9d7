#include "app/cli_evidence_coverage.h"

#include "app/cli_client.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "http/agent.h"

#define FIGURE_SIZE 64

static const char *words_of(const char *class)
{
    for (int i = 0; i < HTTP_AGENTS_COUNT; i++)
        if (strcmp(http_agent_name((enum http_agent)i), class) == 0)
            return http_agent_words((enum http_agent)i);
    return class; /* of a newer control */
}

/* "± 1234" beside the number, or nothing where it is exact. */
static const char *figure_of(const json_t *figure, char room[static FIGURE_SIZE])
{
    long long error = (long long)cli_json_number(figure, "error", 0);
    (void)snprintf(room, FIGURE_SIZE, error ? "%lld ± %lld" : "%lld", (long long)cli_json_number(figure, "count", 0),
                   error);
    return room;
}

static void add_figure(struct cli_table *table, const json_t *figure)
{
    char room[FIGURE_SIZE];
    cli_table_add(table, "%s", figure_of(figure, room));
}

static void add_percent(struct cli_table *table, const json_t *object)
{
    long long percent = (long long)cli_json_number(object, "returning_percent", -1);
    if (percent < 0)
        cli_table_add(table, "-");
    else
        cli_table_add(table, "%lld %%", percent);
}

static void write_weeks(FILE *out, const json_t *weeks)
{
    static const char *const titles[] = {"WEEK OF", "CLIENTS", "RETURNING"};
    struct cli_table table;
    if (json_array_size(weeks) == 0)
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(weeks); i++) {
        const json_t *week = json_array_get(weeks, i);
        cli_table_add(&table, "%s", cli_json_text(week, "week", "?"));
        add_figure(&table, json_object_get(week, "https"));
        add_percent(&table, week);
    }
    (void)fputs("\nclients over HTTPS by week\n", out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

static void write_rung(FILE *out, const json_t *rung)
{
    const json_t *https = json_object_get(rung, "https"), *missing = json_object_get(rung, "classes_missing");
    long long percent = (long long)cli_json_number(rung, "returning_percent", -1);
    char returning[48] = "", figure[FIGURE_SIZE];
    if (!json_is_object(rung))
        return;
    if (percent >= 0)
        (void)snprintf(returning, sizeof returning, ", %lld %% of them on two days or more", percent);
    (void)fputc('\n', out);
    bool is_one = cli_json_number(https, "count", 0) == 1 && !cli_json_number(https, "error", 0);
    cli_text_printf(out, "", 4, "%s %s %s since the present rung began on %.10s%s", figure_of(https, figure),
                    is_one ? "client" : "different clients",
                    json_is_true(json_object_get(rung, "busiest_week")) ? "in the busiest week" : "over HTTPS",
                    cli_json_text(rung, "since", "?"), returning);
    for (size_t i = 0; i < json_array_size(missing); i++) {
        const json_t *one = json_array_get(missing, i);
        cli_text_printf(out, "stays away: ", 4, "%s, on %lld of %lld days before, last on %s",
                        words_of(cli_json_text(one, "class", "?")), (long long)cli_json_number(one, "days", 0),
                        (long long)cli_json_number(one, "of_days", 0), cli_json_text(one, "last_seen", "?"));
    }
}

static void write_forecast(FILE *out, const json_t *forecast)
{
    const char *text = cli_json_text(forecast, "text", NULL);
    const json_t *clients = json_object_get(forecast, "clients"), *of = json_object_get(forecast, "of");
    char bound[FIGURE_SIZE], all[FIGURE_SIZE];
    if (!text)
        return;
    (void)fputc('\n', out);
    cli_text_printf(out, "", 4, "%s", text);
    if (cli_json_number(clients, "error", 0) > 0) /* the share alone does not say how far off it may be */
        cli_text_printf(out, "", 4, "clients: %s of %s", figure_of(clients, bound), figure_of(of, all));
}

void cli_evidence_coverage(FILE *out, const json_t *json)
{
    const json_t *coverage = json_object_get(json, "coverage");
    write_weeks(out, json_object_get(coverage, "weeks"));
    write_rung(out, json_object_get(coverage, "rung"));
    write_forecast(out, json_object_get(json, "forecast"));
}
