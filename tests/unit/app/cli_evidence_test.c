/* "evidence" as text, and moments as people type them. */
#include "cli_golden.h"

#include "app/cli_evidence.h"
#include "app/cli_evidence_coverage.h"
#include "app/cli_evidence_trend.h"
#include "snapshot/counters.h"

#define SITE                                                                                                           \
    "{'name': 'a.test', 'since': '2026-11-19T12:00:00Z', 'until': '2026-11-26T13:00:00Z', 'step': 'hour', "            \
    "'known_from': '2026-11-20T00:00:01Z', 'totals': {'https_requests': 1000, 'http_requests': 20, 'redirects': 19, "  \
    "'handshakes': 300, 'handshakes_failed': 7}, 'failures': [{'cause': 'unknown_ca', 'count': 5}, {'cause': "         \
    "'certificate_expired', 'count': 1}, {'cause': 'of \\u001b[2J', 'count': 1}], 'buckets': [{'at': "                 \
    "'2026-11-26T12:00:00Z', 'https_requests': 1000, 'http_requests': 20, 'redirects': 19, 'handshakes': 300, "        \
    "'failures': {'unknown_ca': 5, 'certificate_expired': 1}}]}"

static void a_site_is_shown_in_words(void **state)
{
    struct golden golden;
    (void)state;
    json_t *json = golden_json(SITE);
    golden_open(&golden);
    cli_evidence_write(golden.out, json);
    golden_check(&golden, 80,
                 "a.test, 2026-11-19 12:00 UTC to 2026-11-26 13:00 UTC, by the hour\n"
                 "nothing is known from before 2026-11-20 00:00 UTC\n"
                 "requests over HTTPS   1000\n"
                 "requests over HTTP    20\n"
                 "redirects             19\n"
                 "handshakes            300\n"
                 "failed handshakes     7\n"
                 "\n"
                 "FAILED  CAUSE                WHAT IT MEANS\n"
                 "5       unknown_ca           the client does not trust the issuer\n"
                 "1       certificate_expired  by the client's clock the certificate is over\n"
                 "1       of ?[2J              ?\n"
                 "\n"
                 "FROM              HTTPS  HTTP  REDIRECTS  HANDSHAKES  FAILED\n"
                 "2026-11-26 12:00  1000   20    19         300         6\n");
    json_decref(json);
}

static void what_came_over_plain_http_is_shown_with_who_sent_it(void **state)
{
    struct golden golden;
    (void)state;
    json_t *json = golden_json(
        "{'name': 'a.test', 'since': '2026-11-19T12:00:00Z', 'until': '2026-11-26T13:00:00Z', 'step': 'hour', "
        "'known_from': '2026-11-19T00:00:01Z', 'totals': {'http_requests': 20}, 'failures': [], 'buckets': [], "
        "'census': {'action': 'refuse', 'rung_since': '2026-11-20T00:00:00Z', 'rung': {'requests': 7, 'in_clear': 2}, "
        "'totals': {'requests': 20, 'redirected': 15, 'refused': 5, 'browsers': 12, 'safe': 17, 'unsafe': 3, "
        "'methods': [{'method': 'GET', 'count': 17}, {'method': 'POST', 'count': 3}], 'in_clear': 5, 'basic': 4, "
        "'authorization': 0, 'cookies': 1, 'bodies': 3, 'forms': 1, 'classes': [{'class': 'firefox', 'count': 12}, "
        "{'class': 'curl', 'count': 7}, {'class': '\\u001b[2J', 'count': 1}], 'authorization_classes': [{'class': "
        "'curl', 'count': 4}]}}}");
    golden_open(&golden);
    cli_evidence_write(golden.out, json);
    golden_check(&golden, 80,
                 "a.test, 2026-11-19 12:00 UTC to 2026-11-26 13:00 UTC, by the hour\n"
                 "requests over HTTPS   0\n"
                 "requests over HTTP    20\n"
                 "redirects             0\n"
                 "handshakes            0\n"
                 "failed handshakes     0\n"
                 "\n"
                 "over plain HTTP\n"
                 "requests              20\n"
                 "redirected            15\n"
                 "refused               5: for what they carried\n"
                 "by browsers           12: said Upgrade-Insecure-Requests\n"
                 "that change things    3: other methods than GET, HEAD and OPTIONS\n"
                 "in clear              5: carried one of these\n"
                 "  passwords           4: Authorization: Basic\n"
                 "  cookies             1\n"
                 "  content             3\n"
                 "  forms               1: content of a browser\n"
                 "methods               GET 17, POST 3\n"
                 "since this rung       7, 2 of them in clear (since 2026-11-20 00:00 UTC)\n"
                 "credentials           are refused over plain HTTP\n"
                 "\n"
                 "OVER HTTP  WITH AUTHORIZATION  WHO\n"
                 "12         0                   Firefox\n"
                 "7          4                   curl\n"
                 "1          0                   ?[2J\n");
    json_decref(json);
}

static void a_gateway_that_counts_nothing_yet_says_so(void **state)
{
    struct golden golden;
    (void)state;
    json_t *json = golden_json("{'since': '2026-11-19T12:00:00Z', 'until': '2026-11-26T13:00:00Z', 'step': 'day', "
                               "'known_from': null, 'totals': {}, 'failures': [], 'buckets': []}");
    golden_open(&golden);
    cli_evidence_write(golden.out, json);
    golden_check(&golden, 80,
                 "all of the gateway, 2026-11-19 12:00 UTC to 2026-11-26 13:00 UTC, by the day\n"
                 "nothing has been counted yet\n"
                 "requests over HTTPS   0\n"
                 "requests over HTTP    0\n"
                 "redirects             0\n"
                 "handshakes            0\n"
                 "failed handshakes     0\n");
    json_decref(json);
}

/* Each that a gateway can count; the one for connections to upstreams is none of a visitor's. */
static void every_cause_is_explained(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNTERS_FAILURES_MAX; i++) {
        struct golden golden;
        if (!counters_causes[i] || strcmp(counters_causes[i], "verify") == 0)
            continue;
        json_t *json = json_pack("{s:[{s:s, s:i}]}", "failures", "cause", counters_causes[i], "count", 100000);
        golden_open(&golden);
        cli_evidence_write(golden.out, json);
        assert_int_equal(fclose(golden.out), 0);
        const char *row = strstr(golden.text, counters_causes[i]);
        assert_non_null(row);
        struct str rest = str_from(row), line = str_cut(&rest, '\n');
        if (line.size < strlen(counters_causes[i]) + 5 || line.size > 80 - 8)
            fail_msg("%.*s", STR_ARG(line));
        free(golden.text);
        json_decref(json);
    }
}

#define FIGURES(https, stranded)                                                                                       \
    "'https': {'count': " https ", 'error': 12}, 'http': {'count': 3, 'error': 0}, 'redirected': {'count': 3, "        \
    "'error': 0}, 'arrived': {'count': 1, 'error': 0}, 'waiting': {'count': 0, 'error': 0}, 'stranded': "              \
    "{'count': " stranded ", 'error': 0}, 'in_clear': {'count': 0, 'error': 0}, 'failed': {'count': 0, 'error': 0}"

/* The present day and the one before it in full, others in a table; a gap between makes none of them the day before. */
static void days_of_clients_are_told(void **state)
{
    static const struct {
        const char *second;
        size_t full_count;
    } cases[] = {{"2026-02-28", 2}, {"2026-02-27", 1}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct golden golden;
        char text[4096];
        (void)snprintf(text, sizeof text,
                       "{'since': '2026-02-22T12:00:00Z', 'until': '2026-03-01T13:00:00Z', 'step': 'day', "
                       "'known_from': '2026-02-22T12:00:00Z', 'totals': {}, 'failures': [], 'buckets': [], 'clients': ["
                       "{'day': '2026-03-01', " FIGURES("7", "0") "}, {'day': '%s', " FIGURES(
                           "8", "2") "}, "
                                     "{'day': '2026-02-25', " FIGURES("900", "2") "}]}",
                       cases[i].second);
        json_t *json = golden_json(text);
        golden_open(&golden);
        cli_evidence_write(golden.out, json);
        (void)fclose(golden.out);
        const char *second = strstr(golden.text, cases[i].second);
        assert_non_null(strstr(golden.text, "\nclients of 2026-03-01, today so far\nover HTTPS            7 ± 12\n"));
        assert_non_null(second);
        assert_int_equal(strncmp(second, "2026-02-28, the day before", 26) == 0, cases[i].full_count == 2);
        assert_non_null(strstr(golden.text,
                               "\nclients of earlier days\nDAY         HTTPS     HTTP  REDIRECTED  ARRIVED  "
                               "STRANDED  FAILED\n"));
        assert_non_null(strstr(golden.text, "2026-02-25  900 ± 12  3     3           1        2         0\n"));
        free(golden.text);
        json_decref(json);
    }
}

static void rungs_are_compared(void **state)
{
    struct golden golden;
    (void)state;
    json_t *json = golden_json(
        "[{'since': '2026-11-01T09:12:13Z', 'until': '2026-11-01T10:40:00Z', 'max_age_s': 300, 'https_requests': 96, "
        "'http_requests': 4, 'http_percent': 4.0, 'clients': {'http': {'count': 310, 'error': 0}, 'redirected': "
        "{'count': 305, 'error': 0}, 'stranded': {'count': 9, 'error': 0}}, 'stranded_percent': 3.04}, {'since': "
        "'2026-11-01T10:40:00Z', 'until': null, 'max_age_s': 86400, 'http_percent': null, 'clients': {'http': "
        "{'count': "
        "6400, 'error': 240}, 'redirected': {'count': 0, 'error': 0}, 'stranded': {'count': 0, 'error': 0}}, "
        "'stranded_percent': null}]");
    golden_open(&golden);
    cli_evidence_trend(golden.out, NULL);
    cli_evidence_trend(golden.out, json);
    golden_check(&golden, 82,
                 "\nfrom rung to rung: requests over HTTP, and clients that came so\n"
                 "RUNG       SINCE             OVER HTTP  CLIENTS     REDIRECTED  STRANDED  SHARE\n"
                 "5 minutes  2026-11-01 09:12  4.0 %      310         305         9         3.0 %\n"
                 "1 day      2026-11-01 10:40  -          6400 ± 240  0           0         -\n");
    json_decref(json);
}

static void of_a_sample_it_is_said_how_far_off_it_may_be(void **state)
{
    struct golden golden;
    (void)state;
    json_t *json = golden_json(
        "{'coverage': {'weeks': [], 'rung': {'since': '2026-11-24T08:00:00Z', 'https': {'count': 1215, 'error': 118}, "
        "'busiest_week': false, 'returning_percent': 22, 'classes_missing': []}}, 'forecast': {'text': 'So many.', "
        "'clients': {'count': 1140, 'error': 131}, 'of': {'count': 1840, 'error': 166}}}");
    golden_open(&golden);
    cli_evidence_coverage(golden.out, json);
    golden_check(&golden, 82,
                 "\n1215 ± 118 different clients over HTTPS since the present rung began on\n"
                 "    2026-11-24, 22 % of them on two days or more\n"
                 "\nSo many.\nclients: 1140 ± 131 of 1840 ± 166\n");
    json_decref(json);
}

static void moments_are_read_as_people_type_them(void **state)
{
    static const struct {
        const char *text, *moment; /* NULL: none */
    } cases[] = {
        {"7d", "2023-11-07T22:13:20.000Z"},
        {"24h", "2023-11-13T22:13:20.000Z"},
        {"90m", "2023-11-14T20:43:20.000Z"},
        {"2023-11-01", "2023-11-01T00:00:00.000Z"},
        {"2023-11-01T10:00:00Z", "2023-11-01T10:00:00.000Z"},
        {"2023-11-01T10:00:00+01:00", "2023-11-01T09:00:00.000Z"},
        {"", NULL},
        {"7", NULL},
        {"300", NULL},
        {"d", NULL},
        {"-7d", NULL},
        {"yesterday", NULL},
        {"2023-11-31", NULL},
        {"99999999999d", NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct arena room;
        struct err err = {0};
        arena_init(&room, 4096);
        const char *moment = cli_evidence_moment(&room, "--since", cases[i].text, 1700000000, &err);
        if (cases[i].moment) {
            assert_non_null(moment);
            assert_string_equal(moment, cases[i].moment);
        } else {
            assert_null(moment);
            assert_int_equal(err.code, ERR_INPUT);
            assert_string_equal(err.field, "--since");
            assert_non_null(strstr(err.fix, "7d"));
        }
        arena_fini(&room);
    }
}

#define REPORTS_HEAD                                                                                                   \
    "{'name': 'a.test', 'since': '2026-11-19T12:00:00Z', 'until': '2026-11-26T13:00:00Z', 'step': 'hour', "            \
    "'known_from': '2026-11-19T00:00:01Z', 'totals': {}, 'failures': [], 'buckets': [], 'reports': "

static void check_reports(const char *reports, const char *expected)
{
    struct golden golden;
    char text[2048], whole[2048];
    (void)snprintf(text, sizeof text, REPORTS_HEAD "%s}", reports);
    json_t *json = golden_json(text);
    golden_open(&golden);
    cli_evidence_write(golden.out, json);
    (void)snprintf(whole, sizeof whole,
                   "a.test, 2026-11-19 12:00 UTC to 2026-11-26 13:00 UTC, by the hour\n"
                   "requests over HTTPS   0\nrequests over HTTP    0\nredirects             0\n"
                   "handshakes            0\nfailed handshakes     0\n%s",
                   expected);
    golden_check(&golden, 110, whole);
    json_decref(json);
}

static void reports_of_browsers_are_told(void **state)
{
    (void)state;
    check_reports("{'enabled': false, 'collector': null, 'totals': [], 'rung': [], 'refused': 0}", "");
    check_reports("{'enabled': true, 'collector': 'r.test', 'totals': [], 'rung': [], 'refused': 0}",
                  "\nreports of browsers: none\n");
    check_reports("{'enabled': true, 'collector': null, 'totals': [], 'rung': [], 'refused': 0}",
                  "\nreports of browsers: none\n"
                  "no site takes them: strictgate settings set report_collector=NAME\n");
    check_reports("{'enabled': true, 'collector': 'r.test', 'totals': [{'type': 'tls.cert.date_invalid', 'phase': "
                  "'connection', 'count': 31, 'clients': {'count': 7, 'error': 0}}, {'type': 'of \\u001b[2J', 'phase': "
                  "null, 'count': 2, 'clients': {'count': 400, 'error': 12}}], 'rung': [{'type': "
                  "'tls.cert.date_invalid', 'count': 30}], 'refused': 9}",
                  "\nreports of browsers, of all and since the present rung began\n"
                  "REPORTS  RUNG  FROM      TYPE                   THE BROWSER\n"
                  "31       30    7         tls.cert.date_invalid  met a certificate that is over or not valid yet\n"
                  "2        0     400 ± 12  of ?[2J                ?\n"
                  "not taken             9: not understood, of another name, or too many at once\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_is_shown_in_words),
        cmocka_unit_test(what_came_over_plain_http_is_shown_with_who_sent_it),
        cmocka_unit_test(a_gateway_that_counts_nothing_yet_says_so),
        cmocka_unit_test(every_cause_is_explained),
        cmocka_unit_test(days_of_clients_are_told),
        cmocka_unit_test(rungs_are_compared),
        cmocka_unit_test(of_a_sample_it_is_said_how_far_off_it_may_be),
        cmocka_unit_test(reports_of_browsers_are_told),
        cmocka_unit_test(moments_are_read_as_people_type_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
