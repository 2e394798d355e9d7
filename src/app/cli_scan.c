/*
 * scan: a list of domains judged as the preload list's checker would, many at a time. JSON lines go out as they come,
 * how far it is stands on standard error, and in the end there is a summary.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_question.h"
#include "app/cli_text.h"
#include "app/scan_input.h"
#include "app/scan_output.h"
#include "os/clock.h"
#include "os/file.h"
#include "os/signal.h"
#include "outbound/outbound.h"
#include "probe/scan.h"

/* How often is said how far it is: on a terminal, and in a log. */
#define TELL_TERMINAL_MS 500
#define TELL_LOG_MS      30000
/* Descriptors of a look at most, and those that are open anyway. */
#define LOOK_FILES_COUNT  4
#define OTHER_FILES_COUNT 64
/* The longest path of a report. */
#define PATH_SIZE 4096

struct job {
    const struct cli *cli;
    struct cli_question question;
    struct scan_input *input;
    struct scan_output *output;
    struct scan_summary summary;
    uint64_t all_count; /* domains in the list; 0: not known */
    int64_t began_ms, told_ms;
    int signals;
    bool terminal, stopped, short_of_memory;
};

/* ---- what it asks of the scan ---- */

static bool next(void *context, uint64_t *ret_number, struct str *ret_domain)
{
    struct job *job = context;
    do
        if (!scan_input_next(job->input, ret_number, ret_domain))
            return false;
    while (scan_output_has(job->output, *ret_number));
    return true;
}

static void done(void *context, uint64_t number, struct str domain, const struct preload_seen *seen)
{
    struct job *job = context;
    struct preload_findings findings;
    if (!seen) { /* it is not written, so that --resume looks at it again */
        job->short_of_memory = true;
        return;
    }
    if (job->question.removal)
        preload_rules_removal(seen, &findings);
    else
        preload_rules_domain(seen, job->question.policy, &findings);
    scan_summary_add(&job->summary, &findings);
    scan_output_put(job->output, number, domain, seen, &findings);
}

static void tell_progress(const struct job *job, const struct scan_counts *counts, int64_t now_ms)
{
    double seconds = (double)(now_ms - job->began_ms) / 1000, rate = seconds > 0 ? (double)counts->done / seconds : 0;
    uint64_t finished = counts->done + scan_output_had_count(job->output);
    char span[CLI_SPAN_SIZE];
    (void)fprintf(stderr, "%s%llu", job->terminal ? "\r\033[K" : "", (unsigned long long)finished);
    if (job->all_count)
        (void)fprintf(stderr, " of %llu", (unsigned long long)job->all_count);
    (void)fprintf(stderr, " domains, %.1f a second, %zu in flight", rate, counts->in_flight);
    if (job->all_count > finished && rate > 0)
        (void)fprintf(stderr, ", %s left", cli_span_text((int64_t)((double)(job->all_count - finished) / rate), span));
    (void)fputs(job->terminal ? "" : "\n", stderr);
}

static bool turn(void *context, const struct scan_counts *counts)
{
    struct job *job = context;
    int64_t now_ms = clock_monotonic_ms();
    if (now_ms - job->told_ms >= (job->terminal ? TELL_TERMINAL_MS : TELL_LOG_MS)) {
        job->told_ms = now_ms;
        tell_progress(job, counts, now_ms);
    }
    if (signal_next(job->signals))
        job->stopped = true;
    return !job->stopped;
}

/* ---- the whole ---- */

static bool read_count(const struct cli *cli, const char *option, size_t preset, size_t max, size_t *ret,
                       struct err *err)
{
    const char *typed = cli_value(cli, option);
    uint64_t number = preset;
    char name[32];
    (void)snprintf(name, sizeof name, "--%s", option);
    if (typed && (!str_to_u64(str_from(typed), max, &number) || number == 0))
        return err_field(err, name, "it is a number from 1 to %zu", max);
    *ret = (size_t)number;
    return true;
}

/* Each look may have so many sockets open. */
static bool make_room(size_t in_flight, struct err *err)
{
    struct rlimit limit;
    rlim_t wanted = (rlim_t)in_flight * LOOK_FILES_COUNT + OTHER_FILES_COUNT;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted)
        return true;
    limit.rlim_cur = wanted < limit.rlim_max ? wanted : limit.rlim_max;
    if (limit.rlim_cur >= wanted && setrlimit(RLIMIT_NOFILE, &limit) == 0)
        return true;
    (void)err_field(err, "--in-flight", "%zu at a time need %llu open files, and the system allows %llu", in_flight,
                    (unsigned long long)wanted, (unsigned long long)limit.rlim_max);
    return err_fix(err, "raise the limit (ulimit -n), or use --in-flight %llu",
                   (unsigned long long)((limit.rlim_max - OTHER_FILES_COUNT) / LOOK_FILES_COUNT));
}

static bool write_report(const struct job *job, const char *path, struct err *err)
{
    char picture[PATH_SIZE];
    struct str base = str_from(path);
    struct buf text, bars;
    if (str_ends(base, STR(".md")))
        base.size -= 3;
    (void)snprintf(picture, sizeof picture, "%.*s.svg", STR_ARG(base));
    size_t slash = str_find_last(str_from(picture), '/');
    const char *name = picture[slash] ? picture + slash + 1 : picture;
    buf_init(&text, SCAN_REPORT_SIZE_MAX);
    buf_init(&bars, SCAN_REPORT_SIZE_MAX);
    bool fine = (scan_summary_svg(&job->summary, &bars) &&
                 scan_summary_markdown(&job->summary, job->cli->operands[0], name, clock_wall_s(), &text)) ||
                err_memory(err);
    fine = fine && file_replace(picture, buf_str(&bars), 0644, err) && file_replace(path, buf_str(&text), 0644, err);
    buf_fini(&text);
    buf_fini(&bars);
    return fine;
}

static void tell_end(const struct job *job)
{
    struct buf line;
    buf_init(&line, 1024);
    if (job->terminal)
        (void)fputs("\r\033[K", stderr);
    if (scan_summary_line(&job->summary, &line))
        (void)fprintf(stderr, "%.*s\n", STR_ARG(buf_str(&line)));
    buf_fini(&line);
    if (job->stopped)
        (void)fprintf(stderr, "Stopped before the end of the list%s.\n",
                      cli_has(job->cli, "out") ? "; --resume goes on from here" : "");
}

static bool scan(struct job *job, size_t in_flight, size_t per_address, struct err *err)
{
    struct suffixes *suffixes = NULL;
    if (!suffixes_new(&suffixes, err))
        return false;
    const struct scan scan = {.crowd = {.hosts = job->question.hosts,
                                        .hosts_count = job->question.hosts_count,
                                        .per_address_max = per_address},
                              .suffixes = suffixes,
                              .roots_pem = buf_str(&job->question.roots),
                              .request_ms = job->question.request_ms,
                              .in_flight_max = in_flight,
                              .field_only = job->question.removal,
                              .next = next,
                              .done = done,
                              .turn = turn,
                              .context = job};
    job->began_ms = job->told_ms = clock_monotonic_ms();
    bool fine = scan_run(&scan, err);
    job->summary.took_s = (uint64_t)(clock_monotonic_ms() - job->began_ms) / 1000;
    suffixes_free(suffixes);
    return fine && (!job->short_of_memory || err_memory(err));
}

static bool open_all(struct job *job, struct err *err)
{
    static const int ends[] = {SIGINT, SIGTERM};
    const char *path = job->cli->operands[0];
    if (cli_has(job->cli, "resume") && !cli_has(job->cli, "out"))
        return err_field(err, "--resume", "it needs --out, the file to go on with");
    job->summary.policy = job->question.policy;
    job->summary.removal = job->question.removal;
    if (!scan_input_count(path, &job->all_count))
        job->all_count = 0;
    return scan_input_open(path, &job->input, err) &&
           scan_output_open(cli_value(job->cli, "out"), cli_has(job->cli, "resume"), &job->summary, &job->output,
                            err) &&
           signal_open(ends, sizeof ends / sizeof *ends, &job->signals, err) && outbound_start(err);
}

/* What fails first is told. */
static bool run(struct job *job, size_t in_flight, size_t per_address, struct err *err)
{
    struct err later = {0};
    const char *report = cli_value(job->cli, "report");
    bool fine = open_all(job, err) && scan(job, in_flight, per_address, err);
    if (fine)
        tell_end(job);
    fine = fine && (!report || write_report(job, report, err));
    bool input = scan_input_close(job->input, fine ? err : &later);
    fine = fine && input;
    bool output = scan_output_close(job->output, fine ? err : &later);
    return fine && output;
}

int cli_scan(const struct cli *cli)
{
    struct job job = {.cli = cli, .signals = -1, .terminal = isatty(STDERR_FILENO)};
    struct err err = {0};
    size_t in_flight = 0, per_address = 0;
    signal_ignore_pipe();
    if (!read_count(cli, "in-flight", SCAN_IN_FLIGHT_COUNT_DEFAULT, SCAN_IN_FLIGHT_COUNT_MAX, &in_flight, &err) ||
        !read_count(cli, "per-address", SCAN_PER_ADDRESS_COUNT_DEFAULT, SCAN_IN_FLIGHT_COUNT_MAX, &per_address, &err) ||
        !make_room(in_flight, &err) || !cli_question_read(cli, &job.question, &err))
        return cli_print_error(&err);
    bool fine = run(&job, in_flight, per_address, &err);
    cli_question_fini(&job.question);
    if (job.signals >= 0)
        (void)close(job.signals);
    outbound_stop();
    return !fine ? cli_print_error(&err) : job.stopped ? CLI_FAILED : CLI_OK;
}
