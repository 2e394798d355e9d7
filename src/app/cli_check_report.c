#include "app/cli_check_report.h"

#include "app/cli_readings.h"
#include "app/cli_text.h"

/* The longest code with its score. */
#define CODE_SIZE   128
#define POINTS_SIZE 16
/* Where the words of a finding begin. */
#define INDENT 9

/* What mends it where the domain is a site of a gateway of ours; NULL: no command does. */
static const char *command_of(const struct cli_check_report *report, enum mend mend,
                              char room[static MEND_COMMAND_SIZE])
{
    return mend_command(mend, report->domain, room);
}

static size_t errors_count(const struct cli_check_report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->verdict.findings.count; i++)
        count += preload_code_is_error(report->verdict.findings.items[i].code);
    return count;
}

/* ---- for people ---- */

static void put_count(FILE *out, size_t count, const char *what)
{
    (void)fprintf(out, "%zu %s%s", count, what, count == 1 ? "" : "s");
}

static const char *verdict_of(const struct cli_check_report *report, size_t errors)
{
    if (report->removal)
        return errors ? "would not be taken off the preload list" : "would be taken off the preload list";
    if (!report->domain.size)
        return errors ? "is not enough for the preload list" : "is good enough for the preload list";
    return errors ? "would not be taken into the preload list" : "would be taken into the preload list";
}

static void write_head(FILE *out, const struct cli_check_report *report)
{
    size_t errors = errors_count(report),
           warnings = report->verdict.findings.count + report->verdict.findings.omitted_count - errors;
    (void)fprintf(out, "%.*s %s", STR_ARG(report->domain.size ? report->domain : STR("The field")),
                  verdict_of(report, errors));
    if (errors || warnings) {
        (void)fputs(": ", out);
        if (errors)
            put_count(out, errors, "error");
        if (errors && warnings)
            (void)fputs(", ", out);
        if (warnings)
            put_count(out, warnings, "warning");
    }
    (void)fputs(".\n", out);
}

/* "Something is wrong: what was seen." */
static void write_words(FILE *out, const char *words, const char *detail)
{
    if (detail[0])
        cli_text_printf(out, "         ", INDENT, "%.*s: %s.", (int)strlen(words) - 1, words, detail);
    else
        cli_text_printf(out, "         ", INDENT, "%s", words);
}

/* What to do, and by which command where it is a site of ours. */
static void write_help(FILE *out, const struct cli_check_report *report, const char *fix, enum mend mend)
{
    char room[MEND_COMMAND_SIZE];
    const char *command = command_of(report, mend, room);
    if (fix[0])
        cli_text_printf(out, "         ", INDENT, "%s", fix);
    if (command)
        cli_text_printf(out, "         ", INDENT, "Behind Strictgate: \"%s\".", command);
}

static void write_finding(FILE *out, const struct cli_check_report *report, const struct preload_finding *finding)
{
    cli_text_line(out, preload_code_is_error(finding->code) ? "error    " : "warning  ",
                  preload_code_text(finding->code));
    write_words(out, preload_code_words(finding->code), finding->detail);
    write_help(out, report, preload_code_fix(finding->code), preload_code_mend(finding->code));
}

/* "observatory.hsts-not-implemented (-20)" */
static void write_code(FILE *out, const struct finding *finding)
{
    char first[INDENT + 1], code[CODE_SIZE], points[POINTS_SIZE] = "";
    int score;
    if (finding_code_score(finding->code, &score))
        (void)snprintf(points, sizeof points, " (%+d)", score);
    (void)snprintf(first, sizeof first, "%-*s", INDENT, finding_severity_name(finding_code_severity(finding->code)));
    (void)snprintf(code, sizeof code, "%s%s", finding_code_text(finding->code), points);
    cli_text_line(out, first, code);
}

static void write_more(FILE *out, const struct cli_check_report *report)
{
    (void)fputs(report->more.count ? "\nBeyond the rules of the list:\n" : "", out);
    for (size_t i = 0; i < report->more.count; i++) {
        const struct finding *finding = &report->more.items[i];
        write_code(out, finding);
        write_words(out, finding_code_words(finding->code), finding->detail);
        write_help(out, report, finding_code_fix(finding->code), finding_code_mend(finding->code));
    }
    if (report->more.omitted_count)
        (void)fprintf(out, "and %zu more\n", report->more.omitted_count);
}

/* Then it is of use to see by whom. */
static bool is_read_differently(const struct cli_check_report *report)
{
    for (size_t i = 0; i < report->more.count; i++)
        if (report->more.items[i].code == FINDING_FIELD_READ_ALIKE)
            return !report->domain.size;
    return true;
}

void cli_check_report_write(FILE *out, const struct cli_check_report *report)
{
    write_head(out, report);
    if (report->verdict.field.data)
        cli_text_printf(out, "field    ", INDENT, "%.*s", STR_ARG(report->verdict.field));
    for (size_t i = 0; i < report->verdict.findings.count; i++)
        write_finding(out, report, &report->verdict.findings.items[i]);
    if (report->verdict.findings.omitted_count)
        (void)fprintf(out, "and %zu more\n", report->verdict.findings.omitted_count);
    if (report->has_more)
        write_more(out, report);
    if (report->has_more && is_read_differently(report))
        cli_readings_write(out, &report->fields);
}

/* ---- for machines ---- */

/* What a stranger sent may be no UTF-8, which JSON wants. */
static json_t *text_json(struct str text)
{
    json_t *json = json_stringn(text.data ? text.data : "", text.size);
    return json ? json : json_string("(not UTF-8)");
}

static json_t *finding_json(const struct cli_check_report *report, const struct preload_finding *finding)
{
    char room[MEND_COMMAND_SIZE];
    const char *command = command_of(report, preload_code_mend(finding->code), room);
    return json_pack("{s:s, s:s, s:o, s:s, s:s?}", "code", preload_code_text(finding->code), "summary",
                     preload_code_words(finding->code), "message", text_json(str_from(finding->detail)), "fix",
                     preload_code_fix(finding->code), "command", command);
}

static json_t *more_json(const struct cli_check_report *report, const struct finding *finding)
{
    char room[MEND_COMMAND_SIZE];
    int score;
    const char *command = command_of(report, finding_code_mend(finding->code), room);
    json_t *json = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s?}", "code", finding_code_text(finding->code), "severity",
                             finding_severity_name(finding_code_severity(finding->code)), "summary",
                             finding_code_words(finding->code), "message", finding->detail, "fix",
                             finding_code_fix(finding->code), "command", command);
    if (json && finding_code_score(finding->code, &score))
        (void)json_object_set_new(json, "score", json_integer(score));
    return json;
}

static bool put_findings(json_t *object, const struct cli_check_report *report)
{
    json_t *errors = json_array(), *warnings = json_array();
    bool ok = json_object_set_new(object, "errors", errors) == 0;
    ok = json_object_set_new(object, "warnings", warnings) == 0 && ok;
    for (size_t i = 0; ok && i < report->verdict.findings.count; i++) {
        const struct preload_finding *finding = &report->verdict.findings.items[i];
        ok = json_array_append_new(preload_code_is_error(finding->code) ? errors : warnings,
                                   finding_json(report, finding)) == 0;
    }
    return ok;
}

static bool put_more(json_t *object, const struct cli_check_report *report)
{
    json_t *array = json_array();
    bool ok = json_object_set_new(object, "findings", array) == 0;
    for (size_t i = 0; ok && i < report->more.count; i++)
        ok = json_array_append_new(array, more_json(report, &report->more.items[i])) == 0;
    return ok && json_object_set_new(object, "readings", cli_readings_json(&report->fields)) == 0;
}

json_t *cli_check_report_json(const struct cli_check_report *report)
{
    json_t *domain = report->domain.size ? text_json(report->domain) : json_null(),
           *field = report->verdict.field.data ? text_json(report->verdict.field) : json_null();
    json_t *object =
        json_pack("{s:o, s:s, s:s, s:o}", "domain", domain, "check", report->removal ? "removable" : "preloadable",
                  "policy", preload_policy_name(report->policy), "field", field);
    if (object && put_findings(object, report) && (!report->has_more || put_more(object, report)))
        return object;
    json_decref(object);
    return NULL;
}
