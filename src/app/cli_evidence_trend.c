#include "app/cli_evidence_trend.h"

#include "app/cli_client.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "hsts/ladder.h"

/* "2026-11-23 17:51": the heading says that all are UTC. */
#define MOMENT_WIDTH 16

static void add_percent(struct cli_table *table, const json_t *percent)
{
    if (json_is_number(percent))
        cli_table_add(table, "%.1f %%", json_number_value(percent));
    else
        cli_table_add(table, "-");
}

static void add_figure(struct cli_table *table, const json_t *figure)
{
    long long error = (long long)cli_json_number(figure, "error", 0);
    cli_table_add(table, error ? "%lld ± %lld" : "%lld", (long long)cli_json_number(figure, "count", 0), error);
}

static void add_rung(struct cli_table *table, const json_t *rung)
{
    const json_t *clients = json_object_get(rung, "clients");
    int64_t max_age_s = cli_json_number(rung, "max_age_s", 0);
    char moment[CLI_MOMENT_SIZE], text[LADDER_TEXT_SIZE];
    cli_table_add(table, "%.*s", STR_ARG(ladder_text(max_age_s < UINT32_MAX ? (uint32_t)max_age_s : UINT32_MAX, text)));
    cli_table_add(table, "%.*s", MOMENT_WIDTH, cli_moment_text(cli_json_text(rung, "since", NULL), moment));
    add_percent(table, json_object_get(rung, "http_percent"));
    add_figure(table, json_object_get(clients, "http"));
    add_figure(table, json_object_get(clients, "redirected"));
    add_figure(table, json_object_get(clients, "stranded"));
    add_percent(table, json_object_get(rung, "stranded_percent"));
}

void cli_evidence_trend(FILE *out, const json_t *trend)
{
    static const char *const titles[] = {"RUNG", "SINCE", "OVER HTTP", "CLIENTS", "REDIRECTED", "STRANDED", "SHARE"};
    struct cli_table table;
    if (json_array_size(trend) == 0)
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(trend); i++)
        add_rung(&table, json_array_get(trend, i));
    (void)fputs("\nfrom rung to rung: requests over HTTP, and clients that came so\n", out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}
