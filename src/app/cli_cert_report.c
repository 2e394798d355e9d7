/* A line for each fact, then what is wrong. */
#include "app/cli_cert_report.h"

#include <stdio.h>

#include "app/cli_findings.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "codec/date.h"
#include "crypto/cert.h"
#include "os/clock.h"

#define DAY_S 86400

static void print_names(const json_t *certificate)
{
    struct buf names;
    size_t i;
    const json_t *name;
    buf_init(&names, CERT_FILE_SIZE_MAX);
    json_array_foreach(json_object_get(certificate, "names"), i, name)
    {
        (void)buf_printf(&names, "%s%s", i ? ", " : "", json_string_value(name));
    }
    cli_text_wrap(stdout, "names    ", 9, names.size ? buf_str(&names) : STR("none"));
    buf_fini(&names);
}

static void print_validity(const json_t *certificate)
{
    const char *end = cli_json_text(certificate, "not_after", "?");
    int64_t end_s;
    (void)printf("valid    %.10s to %.10s", cli_json_text(certificate, "not_before", "?"), end);
    if (date_parse_rfc3339(str_from(end), &end_s) && end_s >= clock_wall_s())
        (void)printf(" (%lld days left)", (long long)((end_s - clock_wall_s()) / DAY_S));
    (void)printf("\n");
}

static void print_root(const json_t *root)
{
    const char *owner = cli_json_text(root, "known_to", NULL);
    if (owner)
        cli_text_printf(stdout, "root     ", 9, "%s, known to %s", cli_json_text(root, "name", "?"),
                        str_eq(str_from(owner), STR("given"))      ? "whoever has the file given"
                        : str_eq(str_from(owner), STR("declared")) ? "all clients, as was declared"
                                                                   : owner);
}

static void print_certificate(const json_t *certificate)
{
    print_names(certificate);
    print_validity(certificate);
    (void)printf("key      %s, %lld bits\n", cli_json_text(certificate, "key", "?"),
                 (long long)cli_json_number(certificate, "key_bits", 0));
    cli_text_printf(stdout, "issuer   ", 9, "%s", cli_json_text(certificate, "issuer", "?"));
    print_root(json_object_get(certificate, "root"));
    (void)printf("SHA-256  %s\n", cli_json_text(certificate, "fingerprint_sha256", "?"));
}

static void print_promise(const json_t *site)
{
    const char *until = cli_json_text(site, "bound_until", NULL);
    if (!until)
        return;
    const json_t *outlasts = json_object_get(site, "outlasts_promise");
    cli_text_printf(stdout, "promise  ", 9, "browsers insist on HTTPS for %s until %.10s%s",
                    cli_json_text(site, "name", "?"), until,
                    json_is_false(outlasts) ? ", which is later than this certificate's end" : "");
}

/* What the site would not be given it for. */
static void print_refusals(const json_t *site)
{
    size_t i;
    const json_t *guard;
    json_array_foreach(json_object_get(site, "guards"), i, guard)
    {
        cli_text_printf(stdout, "refused  ", 9, "%s (%s)", cli_json_text(guard, "why", "?"),
                        cli_json_text(guard, "guard", "?"));
        cli_text_printf(stdout, "         ", 9, "%s", cli_json_text(guard, "fix", ""));
    }
}

int cli_cert_report_print(const struct cli *cli, const json_t *report)
{
    bool good = cli_json_bool(report, "good");
    const json_t *certificate = json_object_get(report, "certificate");
    if (cli_has(cli, "json"))
        return cli_print_json(report) && good ? CLI_OK : CLI_FAILED;
    if (json_is_object(certificate))
        print_certificate(certificate);
    print_promise(json_object_get(report, "site"));
    print_refusals(json_object_get(report, "site"));
    cli_findings_write(stdout, json_object_get(report, "findings"));
    (void)printf(good ? "Nothing stands against serving it.\n" : "");
    return good ? CLI_OK : CLI_FAILED;
}
