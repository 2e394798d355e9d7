#include "app/cli_check_report.h"

#include "app/cli_text.h"

/* A command with the longest name in it. */
#define COMMAND_SIZE 320
/* Where the words of a finding begin. */
#define INDENT 9

/* What stands around the site's name in the command that mends it. */
static const struct {
    const char *before, *after; /* NULL: no command does it alone */
} commands[] = {
    [PRELOAD_MEND_ELSEWHERE] = {NULL, NULL},
    [PRELOAD_MEND_CERTIFICATE] = {"cert auto", ""},
    [PRELOAD_MEND_ALIAS] = {NULL, NULL}, /* --alias replaces those that are there */
    [PRELOAD_MEND_REDIRECT] = {"site set", " --redirect permanent"},
    [PRELOAD_MEND_PERMANENT] = {"hsts permanent", ""},
    [PRELOAD_MEND_SUBDOMAINS] = {"hsts subdomains", " on"},
    [PRELOAD_MEND_PRELOAD] = {"hsts preload", " on"},
    [PRELOAD_MEND_NO_PRELOAD] = {"hsts preload", " off"},
};

/* What mends it where the domain is a site of a gateway of ours; NULL: no command does. */
static const char *command_of(const struct cli_check_report *report, enum preload_code code, char room[COMMAND_SIZE])
{
    enum preload_mend mend = preload_code_mend(code);
    struct str domain = report->domain.size ? report->domain : STR("SITE");
    if (!commands[mend].before)
        return NULL;
    (void)snprintf(room, COMMAND_SIZE, "strictgate %s %.*s%s", commands[mend].before, STR_ARG(domain),
                   commands[mend].after);
    return room;
}

static size_t errors_count(const struct cli_check_report *report)
{
    size_t count = 0;
    for (size_t i = 0; i < report->findings.count; i++)
        count += preload_code_is_error(report->findings.items[i].code);
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
    size_t errors = errors_count(report), warnings = report->findings.count + report->findings.omitted_count - errors;
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
static void write_words(FILE *out, const struct preload_finding *finding)
{
    const char *words = preload_code_words(finding->code);
    if (finding->detail[0])
        cli_text_printf(out, "         ", INDENT, "%.*s: %s.", (int)strlen(words) - 1, words, finding->detail);
    else
        cli_text_printf(out, "         ", INDENT, "%s", words);
}

static void write_finding(FILE *out, const struct cli_check_report *report, const struct preload_finding *finding)
{
    char room[COMMAND_SIZE];
    const char *command = command_of(report, finding->code, room);
    cli_text_line(out, preload_code_is_error(finding->code) ? "error    " : "warning  ",
                  preload_code_text(finding->code));
    write_words(out, finding);
    cli_text_printf(out, "         ", INDENT, "%s", preload_code_fix(finding->code));
    if (command)
        cli_text_printf(out, "         ", INDENT, "Behind Strictgate: \"%s\".", command);
}

void cli_check_report_write(FILE *out, const struct cli_check_report *report)
{
    write_head(out, report);
    if (report->has_field)
        cli_text_printf(out, "field    ", INDENT, "%.*s", STR_ARG(report->field));
    for (size_t i = 0; i < report->findings.count; i++)
        write_finding(out, report, &report->findings.items[i]);
    if (report->findings.omitted_count)
        (void)fprintf(out, "and %zu more\n", report->findings.omitted_count);
}

/* ---- for machines ---- */

static json_t *finding_json(const struct cli_check_report *report, const struct preload_finding *finding)
{
    char room[COMMAND_SIZE];
    const char *command = command_of(report, finding->code, room);
    return json_pack("{s:s, s:s, s:s, s:s, s:s?}", "code", preload_code_text(finding->code), "summary",
                     preload_code_words(finding->code), "message", finding->detail, "fix",
                     preload_code_fix(finding->code), "command", command);
}

/* What a stranger sent may be no UTF-8, which JSON wants. */
static json_t *text_json(struct str text)
{
    json_t *json = json_stringn(text.data ? text.data : "", text.size);
    return json ? json : json_string("(not UTF-8)");
}

static bool put_findings(json_t *object, const struct cli_check_report *report)
{
    json_t *errors = json_array(), *warnings = json_array();
    bool ok = json_object_set_new(object, "errors", errors) == 0;
    ok = json_object_set_new(object, "warnings", warnings) == 0 && ok;
    for (size_t i = 0; ok && i < report->findings.count; i++) {
        const struct preload_finding *finding = &report->findings.items[i];
        ok = json_array_append_new(preload_code_is_error(finding->code) ? errors : warnings,
                                   finding_json(report, finding)) == 0;
    }
    return ok;
}

json_t *cli_check_report_json(const struct cli_check_report *report)
{
    json_t *domain = report->domain.size ? text_json(report->domain) : json_null(),
           *field = report->has_field ? text_json(report->field) : json_null();
    json_t *object =
        json_pack("{s:o, s:s, s:s, s:o}", "domain", domain, "check", report->removal ? "removable" : "preloadable",
                  "policy", preload_policy_name(report->policy), "field", field);
    if (object && put_findings(object, report))
        return object;
    json_decref(object);
    return NULL;
}
