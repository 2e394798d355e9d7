/*
 * check: what hstspreload.org would say of domains, looked at from this machine, or of a field by itself; and what else
 * was found. No gateway is asked and nothing is changed. The exit status is that of the checker's own command line, by
 * its rules alone: 0 good, 1 errors, 2 warnings only, 3 bad usage.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/cli_check_report.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_question.h"
#include "codec/name.h"
#include "os/signal.h"
#include "outbound/outbound.h"
#include "probe/domain_look.h"

/* How long a turn waits; nothing depends on it. */
#define TURN_MS 1000

/* What the checker's command line returns. */
enum { CHECK_GOOD = 0, CHECK_ERRORS = 1, CHECK_WARNINGS = 2, CHECK_USAGE = 3 };

struct check {
    const struct cli_question *question;
    struct name name;               /* in A-labels, where what was typed is a name in another script */
    struct preload_binding binding; /* by --preload-list */
    struct domain_look *look;
    bool done;
};

/* ---- the question ---- */

static bool read_question(const struct cli *cli, struct cli_question *q, struct err *err)
{
    bool has_field = cli_has(cli, "field"), has_names = cli->operands_count > 0;
    if (has_field == has_names) {
        (void)err_set(err, ERR_INPUT, has_field ? "--field stands alone" : "no domain is given");
        return err_fix(err, "\"strictgate check DOMAIN\", or \"strictgate check --field VALUE\"");
    }
    return cli_question_read(cli, q, err);
}

/* A name in another script becomes A-labels; whatever else was typed is the rules' to judge. */
static void read_domain(const char *typed, struct name *ret)
{
    struct str text = str_from(typed);
    bool ascii = true;
    for (size_t i = 0; i < text.size; i++)
        ascii = ascii && (unsigned char)text.data[i] < 0x80;
    if (!ascii && name_read(text, "", ret, NULL))
        return;
    ret->size = text.size < sizeof ret->text ? text.size : sizeof ret->text - 1;
    memcpy(ret->text, text.data, ret->size);
    ret->text[ret->size] = '\0';
}

/* ---- the look ---- */

static void on_done(struct domain_look *look, void *context)
{
    struct check *check = context;
    (void)look;
    check->done = true;
}

static bool begin(struct crowd *crowd, const struct suffixes *suffixes, struct check *check, struct err *err)
{
    const struct cli_question *q = check->question;
    if (q->list.size)
        check->binding = preload_list_find(&q->preload, name_str(&check->name));
    const struct domain_look_request request = {.preload = {.domain = name_str(&check->name),
                                                            .roots_pem = buf_str(&q->roots),
                                                            .request_ms = q->request_ms,
                                                            .field_only = q->removal},
                                                .rules_only = q->removal || q->rules_only,
                                                .binding = q->list.size ? &check->binding : NULL,
                                                .on_done = on_done,
                                                .context = check};
    check->look = domain_look_begin(crowd, suffixes, &request);
    return check->look || err_memory(err);
}

/* False when memory ran out. */
static bool judge(const struct check *check, struct cli_check_report *ret, struct err *err)
{
    const struct cli_question *q = check->question;
    struct finding_seen all;
    if (!domain_look_seen(check->look, &all))
        return err_memory(err);
    const struct preload_seen *seen = all.preload;
    ret->domain = seen->domain;
    ret->removal = q->removal;
    ret->policy = q->policy;
    ret->has_more = !q->removal && !q->rules_only;
    ret->fields = seen->https_fields;
    preload_rules_judge(seen, q->policy, q->removal, &ret->verdict);
    finding_judge(&all, &ret->more);
    return true;
}

/* ---- what is told ---- */

/* What is told of all of them, and the worst. */
struct telling {
    const struct cli *cli;
    json_t *list; /* with --json */
    int status;
    size_t count;
};

static int worse(int a, int b)
{
    static const int weight[] = {[CHECK_GOOD] = 0, [CHECK_WARNINGS] = 1, [CHECK_ERRORS] = 2};
    return weight[b] > weight[a] ? b : a;
}

static bool tell(struct telling *telling, const struct cli_check_report *report, struct err *err)
{
    telling->status = worse(telling->status, preload_rules_exit_status(&report->verdict.findings));
    if (telling->list)
        return json_array_append_new(telling->list, cli_check_report_json(report)) == 0 || err_memory(err);
    if (telling->count++)
        (void)putchar('\n');
    cli_check_report_write(stdout, report);
    return true;
}

static bool tell_field(const struct cli_question *q, struct telling *telling, struct err *err)
{
    struct str value = str_from(cli_value(telling->cli, "field"));
    struct cli_check_report report = {.domain = STR(""),
                                      .removal = q->removal,
                                      .policy = q->policy,
                                      .has_more = !q->removal && !q->rules_only,
                                      .verdict = {.field = value},
                                      .fields = {.values = {value}, .count = 1}};
    if (q->removal)
        preload_rules_removal_field(value, &report.verdict.findings);
    else
        preload_rules_field(value, q->policy, &report.verdict.findings);
    finding_judge_field(value, &report.more);
    return tell(telling, &report, err);
}

/* All at once, told in the order in which they were named. */
static bool tell_domains(const struct cli_question *q, struct telling *telling, struct crowd *crowd,
                         const struct suffixes *suffixes, struct check *checks, struct err *err)
{
    const struct cli *cli = telling->cli;
    struct cli_check_report report = {0};
    bool fine = true;
    for (size_t i = 0; fine && i < cli->operands_count; i++) {
        checks[i] = (struct check){.question = q};
        read_domain(cli->operands[i], &checks[i].name);
        fine = begin(crowd, suffixes, &checks[i], err);
    }
    for (size_t i = 0; fine && i < cli->operands_count; i++) {
        if (isatty(STDERR_FILENO))
            (void)fprintf(stderr, "looking at %s …\n", checks[i].name.text);
        while (!checks[i].done)
            crowd_turn(crowd, TURN_MS);
        fine = judge(&checks[i], &report, err) && tell(telling, &report, err);
    }
    return fine;
}

static bool check_domains(const struct cli_question *q, struct telling *telling, struct err *err)
{
    const struct crowd_options options = {
        .hosts = q->hosts, .hosts_count = q->hosts_count, .per_address_max = DOMAIN_LOOK_PER_ADDRESS_COUNT};
    struct check checks[CLI_OPERANDS_COUNT_MAX] = {0};
    struct suffixes *suffixes = NULL;
    struct crowd *crowd = NULL;
    signal_ignore_pipe();
    bool fine = outbound_start(err) && suffixes_new(&suffixes, err) && crowd_new(&options, &crowd, err) &&
                tell_domains(q, telling, crowd, suffixes, checks, err);
    crowd_free(crowd); /* first: it knows the looks that are under way */
    for (size_t i = 0; i < CLI_OPERANDS_COUNT_MAX; i++)
        domain_look_free(checks[i].look);
    suffixes_free(suffixes);
    outbound_stop();
    return fine;
}

static int print_all(struct telling *telling)
{
    json_t *all = json_pack("{s:O}", "checks", telling->list);
    int status = all && cli_print_json(all) ? telling->status : CHECK_ERRORS;
    json_decref(all);
    return status;
}

int cli_check(const struct cli *cli)
{
    struct cli_question question;
    struct err err = {0};
    struct telling telling = {.cli = cli, .list = cli_has(cli, "json") ? json_array() : NULL};
    if (!read_question(cli, &question, &err)) {
        json_decref(telling.list);
        (void)cli_print_error(&err);
        return CHECK_USAGE;
    }
    bool fine =
        cli_has(cli, "field") ? tell_field(&question, &telling, &err) : check_domains(&question, &telling, &err);
    int status = !fine ? CHECK_ERRORS : telling.list ? print_all(&telling) : telling.status;
    if (!fine)
        (void)cli_print_error(&err);
    cli_question_fini(&question);
    json_decref(telling.list);
    return status;
}
