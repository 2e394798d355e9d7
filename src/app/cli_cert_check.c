/* cert check: files of a certificate, judged here; no gateway is asked and nothing is changed. */
#include <stdio.h>
#include <time.h>

#include "app/cli_commands.h"
#include "app/cli_findings.h"
#include "app/cli_intake.h"
#include "app/cli_issuer.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "codec/date.h"
#include "os/clock.h"
#include "store/name.h"

#define NAMES_COUNT_MAX 100
#define DAY_S           86400
#define DAY_SIZE        11 /* "2026-11-25" */

/* What the command line asks for. */
struct question {
    struct cli_intake intake;
    struct name names[NAMES_COUNT_MAX];
    struct str views[NAMES_COUNT_MAX]; /* of them, as certificates have them */
    size_t names_count;
    struct trust *trust;
    int64_t now_s;
};

static bool read_names(const struct cli *cli, struct question *q, struct err *err)
{
    size_t at = 0;
    const char *typed;
    while ((typed = cli_next(cli, "name", &at))) {
        if (q->names_count == NAMES_COUNT_MAX)
            return err_field(err, "--name", "there are more than %d", NAMES_COUNT_MAX);
        if (!name_read(str_from(typed), "--name", &q->names[q->names_count], err))
            return false;
        q->views[q->names_count] = name_in_certificate(name_str(&q->names[q->names_count]));
        q->names_count++;
    }
    return true;
}

static bool read_question(const struct cli *cli, struct question *q, struct err *err)
{
    for (size_t i = 0; i < cli->operands_count; i++)
        q->intake.paths[q->intake.paths_count++] = cli->operands[i];
    q->intake.key_path = cli_value(cli, "key");
    q->now_s = clock_wall_s();
    return read_names(cli, q, err) && cli_issuer_roots(cli, &q->trust, err);
}

static const char *day(int64_t time_s, char room[static DAY_SIZE])
{
    char iso[DATE_ISO_SIZE];
    (void)snprintf(room, DAY_SIZE, "%.10s", date_write_iso(time_s * 1000, iso).data);
    return room;
}

static json_t *moment_json(int64_t time_s)
{
    char iso[DATE_ISO_SIZE];
    return json_sprintf("%.19sZ", date_write_iso(time_s * 1000, iso).data);
}

static json_t *text_json(struct str text)
{
    json_t *value = json_stringn(text.size ? text.data : "", text.size);
    return value ? value : json_string("?"); /* it is a stranger's: not all of it needs to be UTF-8 */
}

static json_t *names_json(const struct cert *cert)
{
    json_t *names = json_array();
    for (size_t i = 0; names && i < cert_names_count(cert); i++)
        (void)json_array_append_new(names, text_json(cert_name(cert, i)));
    return names;
}

/* Whose the root is that it leads to. */
static const char *root_owner(const struct trust_verdict *verdict)
{
    switch (verdict->mark) {
    case CLI_MARK_GIVEN: return "given";
    case CLI_MARK_LOCAL: return "this machine";
    default: return "browsers";
    }
}

static json_t *root_json(const struct trust_verdict *verdict)
{
    if (!verdict->has_root)
        return json_null();
    return json_pack("{s:o, s:s}", "name", text_json(str_from(verdict->root)), "known_to", root_owner(verdict));
}

static json_t *cert_json(const struct cert *cert, const struct trust_verdict *verdict)
{
    const struct key *key = cert_key(cert);
    return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:i, s:i, s:o}", "subject",
                     text_json(cert_subject(cert)), "names", names_json(cert), "issuer", text_json(cert_issuer(cert)),
                     "serial", text_json(cert_serial(cert)), "not_before", moment_json(cert_not_before_s(cert)),
                     "not_after", moment_json(cert_not_after_s(cert)), "fingerprint_sha256",
                     text_json(cert_fingerprint_sha256(cert)), "key", key_kind_name(key_kind(key)), "key_bits",
                     (int)key_bits(key), "chain_count", (int)cert_chain_count(cert), "root", root_json(verdict));
}

static int print_json(json_t *take_json)
{
    struct err err = {0};
    if (!take_json)
        return cli_print_error((err_memory(&err), &err));
    int status = cli_print_json(take_json) ? CLI_OK : CLI_FAILED;
    json_decref(take_json);
    return status;
}

static void print_names(const struct cert *cert)
{
    struct buf names;
    buf_init(&names, CERT_FILE_SIZE_MAX);
    for (size_t i = 0; i < cert_names_count(cert); i++)
        (void)buf_printf(&names, "%s%.*s", i ? ", " : "", STR_ARG(cert_name(cert, i)));
    cli_text_wrap(stdout, "names    ", 9, names.size ? buf_str(&names) : STR("none"));
    buf_fini(&names);
}

static void print_facts(const struct cert *cert, const struct question *q, const struct trust_verdict *verdict)
{
    char from[DAY_SIZE], to[DAY_SIZE];
    const struct key *key = cert_key(cert);
    int64_t left_s = cert_not_after_s(cert) - q->now_s;
    print_names(cert);
    (void)printf("valid    %s to %s", day(cert_not_before_s(cert), from), day(cert_not_after_s(cert), to));
    (void)(left_s >= 0 ? printf(" (%lld days left)\n", (long long)(left_s / DAY_S)) : printf("\n"));
    (void)printf("key      %s, %u bits\n", key_kind_name(key_kind(key)), key_bits(key));
    cli_text_printf(stdout, "issuer   ", 9, "%.*s", STR_ARG(cert_issuer(cert)));
    if (verdict->has_root)
        cli_text_printf(stdout, "root     ", 9, "%s, known to %s", verdict->root,
                        verdict->mark == CLI_MARK_GIVEN ? "whoever has the file given" : root_owner(verdict));
    (void)printf("SHA-256  %.*s\n", STR_ARG(cert_fingerprint_sha256(cert)));
}

static int tell(const struct cli *cli, const struct cert *cert, const struct question *q)
{
    struct cert_report report;
    const struct cert_view view = {.names = q->views,
                                   .names_count = q->names_count,
                                   .trust = q->trust,
                                   .local_marks = CLI_LOCAL_MARKS,
                                   .now_s = q->now_s};
    cert_report_make(cert, &view, &report);
    bool good = report.weight < CERT_WARNING;
    int status = good ? CLI_OK : CLI_FAILED;
    if (cli_has(cli, "json")) {
        json_t *json = json_pack("{s:b, s:o, s:o}", "good", good, "certificate", cert_json(cert, &report.verdict),
                                 "findings", cli_findings_json(&report));
        return print_json(json) == CLI_OK ? status : CLI_FAILED;
    }
    print_facts(cert, q, &report.verdict);
    json_t *findings = cli_findings_json(&report);
    cli_findings_write(stdout, findings);
    json_decref(findings);
    (void)printf(good ? "Nothing stands against serving it.\n" : "");
    return status;
}

/* What could not be opened is a finding as well. */
static int tell_closed(const struct cli *cli, enum cert_fault fault, const struct err *err)
{
    json_t *findings = cli_findings_of(fault, err->text, err->fix);
    int status = CLI_FAILED;
    if (cli_has(cli, "json")) {
        (void)print_json(json_pack("{s:b, s:n, s:o}", "good", 0, "certificate", "findings", findings));
        return status;
    }
    cli_findings_write(stdout, findings);
    json_decref(findings);
    return status;
}

int cli_cert_check(const struct cli *cli)
{
    struct err err = {0};
    struct question q = {.trust = NULL};
    struct cert *cert = NULL;
    enum cert_fault fault = CERT_FAULT_NONE;
    int status;
    if (read_question(cli, &q, &err) && cli_intake_open(cli, &q.intake, &cert, &fault, &err) &&
        cli_issuer_complete(cli, cert, q.trust, q.now_s, &err))
        status = tell(cli, cert, &q);
    else if (fault != CERT_FAULT_NONE && fault != CERT_FAULT_MEMORY && fault != CERT_FAULT_KEY_ENCRYPTED)
        status = tell_closed(cli, fault, &err);
    else
        status = cli_print_error(&err);
    cert_free(cert);
    trust_free(q.trust);
    return status;
}
