/* cert list, and the words for what is wrong. */
#include "app/cli_cert.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"

/* Severities in ascending order; a word that is not known counts as the worst. */
static int rank(const char *severity)
{
    static const char *const names[] = {"good", "notice", "warning"};
    int i = 0;
    while (i < 3 && strcmp(names[i], severity) != 0)
        i++;
    return i;
}

static bool has(const json_t *certificate, const char *name)
{
    return json_is_string(json_object_get(certificate, name));
}

const char *cli_cert_stage(const json_t *certificate)
{
    static const char *const stages[][2] = {{"seen_last", "seen served"},
                                            {"acknowledged", "acknowledged"},
                                            {"published", "published"},
                                            {"stored", "stored"}};
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        if (has(certificate, stages[i][0]))
            return stages[i][1];
    return "";
}

const char *cli_cert_side(const json_t *certificate)
{
    const char *side = cli_json_text(certificate, "side", "");
    return strcmp(side, "rsa") == 0 ? "RSA" : *side ? "ECDSA" : "-";
}

void cli_cert_write_problems(FILE *out, const json_t *certificate, const char *least, const char *prefix)
{
    const json_t *problems = json_object_get(certificate, "problems");
    for (size_t i = 0; i < json_array_size(problems); i++) {
        const json_t *problem = json_array_get(problems, i);
        const char *severity = cli_json_text(problem, "severity", ""), *fix = cli_json_text(problem, "fix", "");
        if (rank(severity) < rank(least))
            continue;
        cli_text_printf(out, "", 4, "%s: %s%s", severity, prefix, cli_json_text(problem, "text", "?"));
        if (*fix)
            cli_text_wrap(out, "    fix: ", 4, str_from(fix));
    }
}

/* "mismatch, expiring": what is more than to be known. */
static struct str wrong_text(struct arena *room, const json_t *certificate)
{
    struct str text = {NULL, 0};
    const json_t *problems = json_object_get(certificate, "problems");
    for (size_t i = 0; i < json_array_size(problems); i++) {
        const json_t *problem = json_array_get(problems, i);
        const char *id = cli_json_text(problem, "id", "?");
        if (rank(cli_json_text(problem, "severity", "")) >= rank("warning"))
            text = arena_printf(room, "%.*s%s%s", STR_ARG(text), text.size ? ", " : "", id);
    }
    return text.size ? text : STR("-");
}

/* The first name, and how many more. */
static struct str names_text(struct arena *room, const json_t *certificate)
{
    const json_t *names = json_object_get(certificate, "names");
    const char *first = json_string_value(json_array_get(names, 0));
    size_t count = json_array_size(names);
    if (!first)
        return STR("-");
    return count > 1 ? arena_printf(room, "%s +%zu", first, count - 1) : arena_printf(room, "%s", first);
}

static void add_line(struct cli_table *table, struct arena *room, const json_t *certificate)
{
    cli_table_add(table, "%s", cli_json_text(certificate, "site", "?"));
    cli_table_add(table, "%s", cli_cert_side(certificate));
    cli_table_add(table, "%s", cli_json_text(certificate, "source", "?"));
    cli_table_add(table, "%.*s", STR_ARG(names_text(room, certificate)));
    cli_table_add(table, "%.10s", cli_json_text(certificate, "not_after", "-"));
    if (json_is_integer(json_object_get(certificate, "days_left")))
        cli_table_add(table, "%lld", (long long)cli_json_number(certificate, "days_left", 0));
    else
        cli_table_add(table, "-");
    if (cli_json_bool(certificate, "drawer"))
        cli_table_add(table, "in the drawer");
    else
        cli_table_add(table, "%s", *cli_cert_stage(certificate) ? cli_cert_stage(certificate) : "-");
    cli_table_add(table, "%.*s", STR_ARG(wrong_text(room, certificate)));
}

void cli_cert_write_list(FILE *out, const json_t *certificates)
{
    static const char *const titles[] = {"SITE", "KIND", "SOURCE", "NAMES", "ENDS", "DAYS", "STATE", "WRONG"};
    struct cli_table table;
    struct arena room;
    arena_init(&room, (size_t)64 << 20);
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(certificates); i++)
        add_line(&table, &room, json_array_get(certificates, i));
    cli_table_print(&table, out);
    cli_table_fini(&table);
    for (size_t i = 0; i < json_array_size(certificates); i++) {
        const json_t *certificate = json_array_get(certificates, i);
        struct str prefix =
            arena_printf(&room, "%s (%s): ", cli_json_text(certificate, "site", "?"), cli_cert_side(certificate));
        cli_cert_write_problems(out, certificate, "warning", prefix.data ? prefix.data : "");
    }
    arena_fini(&room);
}

int cli_cert_list(const struct cli *cli)
{
    struct cli_reply reply;
    int status = cli_call(cli, "GET", "/v1/certificates", NULL, &reply);
    if (status != CLI_OK)
        return status;
    const json_t *certificates = json_object_get(reply.json, "certificates");
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else if (json_array_size(certificates) == 0)
        (void)printf("There is no site yet: strictgate site add NAME --upstream http://127.0.0.1:8080 --local-ca\n");
    else
        cli_cert_write_list(stdout, certificates);
    cli_reply_fini(&reply);
    return status;
}
