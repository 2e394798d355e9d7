/* Totals, causes in plain words, and a table of what came when. */
#include "app/cli_evidence.h"

#include "app/cli_client.h"
#include "app/cli_commands.h"
#include "app/cli_duration.h"
#include "app/cli_evidence_census.h"
#include "app/cli_evidence_clients.h"
#include "app/cli_evidence_coverage.h"
#include "app/cli_evidence_reports.h"
#include "app/cli_evidence_trend.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "codec/date.h"
#include "os/clock.h"

/* "2026-11-23 17:51": the heading says that all are UTC. */
#define MOMENT_WIDTH 16
/* Longer ago than anything is kept. */
#define BACK_S_MAX ((uint64_t)100 * 365 * 86400)

/* So short that a row fits a terminal; more is in docs/guide/evidence.md. */
static const struct {
    const char *cause, *words;
} meanings[] = {
    {"unknown_name", "asked for a name that no site has"},
    {"no_name", "sent no name (SNI)"},
    {"no_certificate", "the site has no certificate that can be used"},
    {"version", "no version of TLS in common"},
    {"cipher", "no cipher, group or signature in common"},
    {"bad_certificate", "to the client the certificate is bad"},
    {"unsupported_certificate", "a kind of certificate the client cannot use"},
    {"certificate_revoked", "to the client the certificate is revoked"},
    {"certificate_expired", "by the client's clock the certificate is over"},
    {"certificate_unknown", "the client does not accept the certificate"},
    {"unknown_ca", "the client does not trust the issuer"},
    {"client_alert", "the client ended it, with another alert"},
    {"plain_http", "plain HTTP on the TLS port"},
    {"protocol", "no TLS, or broken"},
    {"memory", "the gateway had no memory"},
    {"no_application_protocol", "no version of HTTP in common (ALPN)"},
    {"closed", "the client went away in the middle"},
    {"timeout", "the client did not go on"},
};

const char *cli_evidence_meaning(const char *cause)
{
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
        if (strcmp(meanings[i].cause, cause) == 0)
            return meanings[i].words;
    return "?"; /* of a newer control */
}

static void write_totals(FILE *out, const json_t *totals)
{
    static const char *const rows[][2] = {{"https_requests", "requests over HTTPS"},
                                          {"http_requests", "requests over HTTP"},
                                          {"redirects", "redirects"},
                                          {"handshakes", "handshakes"},
                                          {"handshakes_failed", "failed handshakes"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        cli_text_row(out, 22, rows[i][1], "%lld", (long long)cli_json_number(totals, rows[i][0], 0));
}

static void write_failures(FILE *out, const json_t *failures)
{
    static const char *const titles[] = {"FAILED", "CAUSE", "WHAT IT MEANS"};
    struct cli_table table;
    if (json_array_size(failures) == 0)
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(failures); i++) {
        const json_t *failure = json_array_get(failures, i);
        const char *cause = cli_json_text(failure, "cause", "?");
        cli_table_add(&table, "%lld", (long long)cli_json_number(failure, "count", 0));
        cli_table_add(&table, "%s", cause);
        cli_table_add(&table, "%s", cli_evidence_meaning(cause));
    }
    (void)fputc('\n', out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

static int64_t failed_in(const json_t *bucket)
{
    const char *cause;
    json_t *count;
    int64_t sum = 0;
    json_object_foreach((json_t *)(uintptr_t)json_object_get(bucket, "failures"), cause, count) sum +=
        json_integer_value(count);
    return sum;
}

static void write_buckets(FILE *out, const json_t *buckets)
{
    static const char *const titles[] = {"FROM", "HTTPS", "HTTP", "REDIRECTS", "HANDSHAKES", "FAILED"};
    static const char *const members[] = {"https_requests", "http_requests", "redirects", "handshakes"};
    struct cli_table table;
    char room[CLI_MOMENT_SIZE];
    if (json_array_size(buckets) == 0)
        return;
    cli_table_init(&table, titles, sizeof titles / sizeof *titles);
    for (size_t i = 0; i < json_array_size(buckets); i++) {
        const json_t *bucket = json_array_get(buckets, i);
        cli_table_add(&table, "%.*s", MOMENT_WIDTH, cli_moment_text(cli_json_text(bucket, "at", NULL), room));
        for (size_t k = 0; k < sizeof members / sizeof *members; k++)
            cli_table_add(&table, "%lld", (long long)cli_json_number(bucket, members[k], 0));
        cli_table_add(&table, "%lld", (long long)failed_in(bucket));
    }
    (void)fputc('\n', out);
    cli_table_print(&table, out);
    cli_table_fini(&table);
}

void cli_evidence_write(FILE *out, const json_t *json)
{
    char since[CLI_MOMENT_SIZE], until[CLI_MOMENT_SIZE], known[CLI_MOMENT_SIZE];
    const char *known_from = cli_json_text(json, "known_from", NULL), *begin = cli_json_text(json, "since", "");
    cli_text_printf(out, "", 4, "%s, %s to %s, by the %s", cli_json_text(json, "name", "all of the gateway"),
                    cli_moment_text(begin, since), cli_moment_text(cli_json_text(json, "until", NULL), until),
                    cli_json_text(json, "step", "?"));
    if (!known_from)
        (void)fputs("nothing has been counted yet\n", out);
    else if (strcmp(known_from, begin) > 0) /* both as the API writes them: the order of texts is that of time */
        cli_text_printf(out, "", 4, "nothing is known from before %s", cli_moment_text(known_from, known));
    write_totals(out, json_object_get(json, "totals"));
    write_failures(out, json_object_get(json, "failures"));
    cli_evidence_clients(out, json_object_get(json, "clients"));
    cli_evidence_coverage(out, json);
    cli_evidence_trend(out, json_object_get(json, "trend"));
    cli_evidence_census(out, json_object_get(json, "census"));
    cli_evidence_reports(out, json_object_get(json, "reports"));
    write_buckets(out, json_object_get(json, "buckets"));
}

const char *cli_evidence_moment(struct arena *room, const char *field, const char *text, int64_t now_s, struct err *err)
{
    char written[DATE_ISO_SIZE];
    uint64_t back_s;
    int64_t moment_s;
    bool has_time;
    struct str given = str_from(text);
    if (given.size && !str_is_digit(given.data[given.size - 1]) && cli_duration_read(given, BACK_S_MAX, &back_s))
        moment_s = now_s - (int64_t)back_s;
    else if (!date_parse_iso(given, &moment_s, &has_time) && !date_parse_rfc3339(given, &moment_s)) {
        (void)err_field(err, field, "\"%.*s\" is no moment", STR_ARG(str_part(given, 0, 40)));
        (void)err_fix(err, "give how long ago it was (90m, 24h, 7d), a day (2026-11-23), or 2026-11-23T17:51:03Z");
        return NULL;
    }
    struct str iso = date_write_iso(moment_s * 1000, written);
    struct str copy = arena_printf(room, "%.*s", STR_ARG(iso));
    if (!copy.data)
        (void)err_memory(err);
    return copy.data;
}

static const char *with_moment(const struct cli *cli, struct arena *room, const char *option, const char *query,
                               struct err *err)
{
    char field[16];
    const char *given = cli_value(cli, option), *moment = NULL;
    if (!query || !given)
        return query;
    (void)snprintf(field, sizeof field, "--%s", option);
    moment = cli_evidence_moment(room, field, given, clock_wall_s(), err);
    return moment ? arena_printf(room, "%s%s%s=%s", query, *query ? "&" : "?", option, moment).data : NULL;
}

/* "?since=…&until=…&step=…"; NULL with *err. */
static const char *query_of(const struct cli *cli, struct arena *room, struct err *err)
{
    const char *query = with_moment(cli, room, "until", with_moment(cli, room, "since", "", err), err);
    const char *step = cli_value(cli, "step"), *escaped = step ? cli_escape(room, step) : NULL;
    if (query && step)
        query = escaped ? arena_printf(room, "%s%sstep=%s", query, *query ? "&" : "?", escaped).data : NULL;
    if (!query && !err->code)
        (void)err_memory(err);
    return query;
}

int cli_evidence(const struct cli *cli)
{
    struct arena room;
    struct cli_reply reply = {0};
    struct err err = {0};
    arena_init(&room, 65536);
    const char *query = query_of(cli, &room, &err);
    const char *site = cli->operands_count ? cli_site_path(&room, cli->operands[0], "") : "/v1";
    const char *path = query && site ? arena_printf(&room, "%s/evidence%s", site, query).data : NULL;
    int status = !query ? cli_print_error(&err) : path ? cli_call(cli, "GET", path, NULL, &reply) : CLI_FAILED;
    arena_fini(&room);
    if (status != CLI_OK)
        return status;
    if (cli_has(cli, "json"))
        status = cli_print_json(reply.json) ? CLI_OK : CLI_FAILED;
    else
        cli_evidence_write(stdout, reply.json);
    cli_reply_fini(&reply);
    return status;
}
