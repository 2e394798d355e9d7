#include "app/cli_evidence_reports.h"

#include "app/cli_client.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "http/report.h"

static const char *words_of(const char *type)
{
    for (int i = 0; i < REPORT_TYPES_COUNT; i++)
        if (strcmp(report_kind_of((enum report_type)i)->type, type) == 0)
            return report_kind_of((enum report_type)i)->words;
    return "?"; /* of a newer control */
}

/* Of the same type in the list of the rung; 0 where there is none. */
static long long count_in(const json_t *list, const char *type)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(cli_json_text(json_array_get(list, i), "type", ""), type) == 0)
            return (long long)cli_json_number(json_array_get(list, i), "count", 0);
    return 0;
}

static void write_table(FILE *out, const json_t *reports)
{
    static const char *const titles[] = {"REPORTS", "RUNG", "FROM", "TYPE", "THE BROWSER"};
    const json_t *totals = json_object_get(reports, "totals"), *rung = json_object_get(reports, "rung");
    struct cli_table table;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(totals); i++) {
        const json_t *row = json_array_get(totals, i), *clients = json_object_get(row, "clients");
        const char *type = cli_json_text(row, "type", "?");
        long long error = (long long)cli_json_number(clients, "error", 0);
        cli_table_add(&table, "%lld", (long long)cli_json_number(row, "count", 0));
        cli_table_add(&table, "%lld", count_in(rung, type));
        cli_table_add(&table, error ? "%lld ± %lld" : "%lld", (long long)cli_json_number(clients, "count", 0), error);
        cli_table_add(&table, "%s", type);
        cli_table_add(&table, "%s", words_of(type));
    }
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

void cli_evidence_reports(FILE *out, const json_t *reports)
{
    const char *collector = cli_json_text(reports, "collector", NULL);
    bool is_on = cli_json_bool(reports, "enabled"), is_any = json_array_size(json_object_get(reports, "totals")) > 0;
    long long refused = (long long)cli_json_number(reports, "refused", 0);
    if (!reports || (!is_on && !is_any))
        return;
    (void)fputs("\nreports of browsers", out);
    (void)fputs(is_any ? ", of all and since the present rung began\n" : ": none\n", out);
    if (is_on && !collector)
        cli_text_printf(out, "", 4, "no site takes them: strictgate settings set report_collector=NAME");
    if (is_any)
        write_table(out, reports);
    if (refused)
        cli_text_row(out, 22, "not taken", "%lld: not understood, of another name, or too many at once", refused);
}
