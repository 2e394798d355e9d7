/*
 * cert check: files of a certificate, judged here without a gateway, or with --site by control, which knows the site.
 * Nothing is changed.
 */
#include "app/cli_cert_report.h"
#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_given.h"
#include "app/cli_intake.h"
#include "app/cli_issuer.h"
#include "app/cli_output.h"
#include "codec/name.h"
#include "control/certificate_report.h"
#include "os/clock.h"

#define NAMES_COUNT_MAX 100
/* Of all that a certificate can hold, escaped. */
#define REPORT_SIZE_MAX ((size_t)8 * CERT_FILE_SIZE_MAX)

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

/* By mark: whose the root is that it leads to. */
static const char *const root_owners[] = {
    [TRUST_MARK_SYSTEM] = "browsers", [CLI_MARK_GIVEN] = "given", [CLI_MARK_LOCAL] = "this machine"};

/* Tells what certificate_report_write… wrote. */
static int tell(const struct cli *cli, struct buf *take_text)
{
    struct err err = {0};
    struct str text = buf_str(take_text);
    json_t *report = buf_ok(take_text) ? json_loadb(text.data, text.size, 0, NULL) : NULL;
    buf_fini(take_text);
    int status = report ? cli_cert_report_print(cli, report) : cli_print_error((err_memory(&err), &err));
    json_decref(report);
    return status;
}

static int judge(const struct cli *cli, const struct cert *cert, const struct question *q)
{
    struct cert_report report;
    struct buf text;
    struct jsonout out = {.out = &text};
    const struct cert_view view = {.names = q->views,
                                   .names_count = q->names_count,
                                   .trust = q->trust,
                                   .local_marks = CLI_LOCAL_MARKS,
                                   .now_s = q->now_s};
    cert_report_make(cert, &view, &report);
    buf_init(&text, REPORT_SIZE_MAX);
    jsonout_object(&out, NULL);
    certificate_report_write(cert, &report, root_owners, &out);
    jsonout_object_end(&out);
    return tell(cli, &text);
}

/* What could not be opened is a finding as well. */
static int tell_closed(const struct cli *cli, enum cert_fault fault, const struct err *err)
{
    struct buf text;
    struct jsonout out = {.out = &text};
    buf_init(&text, REPORT_SIZE_MAX);
    jsonout_object(&out, NULL);
    certificate_report_write_closed(fault, err, &out);
    jsonout_object_end(&out);
    return tell(cli, &text);
}

/* Control knows the site's names, what it promised, and the roots that were declared. */
static int ask_control(const struct cli *cli, json_t *take_request, const char *site)
{
    struct err err = {0};
    struct cli_reply reply;
    if (json_object_set_new(take_request, "site", json_string(site)) != 0) {
        json_decref(take_request);
        return cli_print_error((err_memory(&err), &err));
    }
    int status = cli_call(cli, "POST", "/v1/certificates/check", take_request, &reply);
    json_decref(take_request);
    if (status != CLI_OK)
        return status;
    status = cli_cert_report_print(cli, reply.json);
    cli_reply_fini(&reply);
    return status;
}

static int check_for_site(const struct cli *cli, const char *site)
{
    struct err err = {0};
    struct cli_given_cert given;
    enum cert_fault fault = CERT_FAULT_NONE;
    if (cli_has(cli, "name") || cli_has(cli, "root")) {
        (void)err_field(&err, "--site", "the names and the roots are those of the site then");
        (void)err_fix(&err, "leave out --name and --root");
        return cli_print_error(&err);
    }
    if (!cli_given_open(cli, 0, &given, &fault, &err))
        return certificate_report_is_fault(fault) ? tell_closed(cli, fault, &err) : cli_print_error(&err);
    json_t *request = cli_given_request(cli, &given, &err);
    cli_given_fini(&given);
    return request ? ask_control(cli, request, site) : cli_print_error(&err);
}

static int check_here(const struct cli *cli)
{
    struct err err = {0};
    struct question q = {.trust = NULL};
    struct cert *cert = NULL;
    enum cert_fault fault = CERT_FAULT_NONE;
    int status;
    if (read_question(cli, &q, &err) && cli_intake_open(cli, &q.intake, &cert, &fault, &err) &&
        cli_issuer_complete(cli, cert, q.trust, q.now_s, &err))
        status = judge(cli, cert, &q);
    else if (certificate_report_is_fault(fault))
        status = tell_closed(cli, fault, &err);
    else
        status = cli_print_error(&err);
    cert_free(cert);
    trust_free(q.trust);
    return status;
}

int cli_cert_check(const struct cli *cli)
{
    const char *site = cli_value(cli, "site");
    return site ? check_for_site(cli, site) : check_here(cli);
}
