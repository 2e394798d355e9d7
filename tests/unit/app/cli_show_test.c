/* The smaller texts: ledger, audit, clock, restore, private roots, the difference of a declarative file. */
#include "cli_golden.h"

#include "app/cli_audit.h"
#include "app/cli_backup.h"
#include "app/cli_changes.h"
#include "app/cli_clock.h"
#include "app/cli_ledger.h"
#include "app/cli_roots.h"

static void check(void (*write)(FILE *out, const json_t *json), const char *json_text, size_t width,
                  const char *expected)
{
    struct golden golden;
    json_t *json = golden_json(json_text);
    golden_open(&golden);
    write(golden.out, json);
    golden_check(&golden, width, expected);
    json_decref(json);
}

static void a_ledger_has_a_table_for_each_name(void **state)
{
    (void)state;
    check(
        cli_ledger_write,
        "{'names': [{'name': 'app.example.org', 'bound_until': '2026-11-26T22:05:00Z', 'bound_until_chromium':"
        " '2026-11-25T22:05:00Z', 'subdomains_bound_until': '2026-11-26T22:05:00Z', 'entries': [{'max_age': 300,"
        " 'include_subdomains': false, 'preload': false, 'from': '2026-11-20T10:00:00Z', 'to': '2026-11-24T12:03:11Z',"
        " 'bound_until': '2026-11-24T14:08:11Z', 'over': true}, {'max_age': 0, 'from': '2026-11-24T12:00:00Z', 'to':"
        " '2026-11-24T12:03:11Z', 'bound_until': null, 'over': true}, {'max_age': 31536000, 'include_subdomains':"
        " true, 'preload': true, 'certificate_bounds_until': '2027-01-04T00:00:00Z', 'from': '2026-11-24T12:03:10Z',"
        " 'to': null, 'bound_until': '2026-11-26T22:05:00Z', 'over': false}]}, {'name': 'www.example.org',"
        " 'bound_until': null, 'entries': []}]}",
        90,
        "app.example.org: bound until 2026-11-26 22:05 UTC (Chromium 2026-11-25 22:05\n"
        "    UTC; subdomains 2026-11-26 22:05 UTC)\n"
        "FROM              TO                PROMISED                       BINDS UNTIL\n"
        "2026-11-20 10:00  2026-11-24 12:03  5 minutes                      over\n"
        "2026-11-24 12:00  2026-11-24 12:03  release                        nobody\n"
        "2026-11-24 12:03  still possible    1 year, subdomains, preload *  2026-11-26 22:05\n"
        "* never past the end of the certificate\n"
        "\n"
        "www.example.org: nobody is bound\n"
        "nothing was ever promised\n");
}

static void the_audit_log_tells_who_what_and_why(void **state)
{
    (void)state;
    check(cli_audit_write,
          "{'id': 7, 'at': '2026-11-24T12:03:10Z', 'actor': 'uid 0 (root)', 'act': 'hsts.climb', 'site':"
          " 'app.example.org', 'outcome': 'done', 'before': {'mode': 'hold', 'max_age': 300}, 'after': {'mode': 'hold',"
          " 'max_age': 86400}, 'guards': [{'guard': 'dwell', 'verdict': 'block'}, {'guard': 'http-census', 'verdict':"
          " 'warn'}], 'override': 'dwell', 'reason': 'tried on the copy for a week'}",
          80,
          "2026-11-24 12:03 UTC hsts.climb app.example.org, by uid 0 (root)\n"
          "    hold 5 minutes -> hold 1 day\n"
          "    overridden: dwell; reason: tried on the copy for a week\n"
          "    warned of http-census\n");
    check(cli_audit_write,
          "{'id': 6, 'at': '2026-11-24T12:03:10Z', 'actor': 'uid 0 (root)', 'act': 'hsts.climb', 'site':"
          " 'app.example.org', 'outcome': 'refused', 'before': null, 'after': null, 'guards': null, 'override': null,"
          " 'reason': 'too early'}",
          80,
          "2026-11-24 12:03 UTC hsts.climb app.example.org, by uid 0 (root): refused\n"
          "    too early\n");
    check(cli_audit_write,
          "{'at': '2026-11-24T12:03:10Z', 'actor': 'gateway', 'act': 'restore', 'outcome': 'done', 'site': null,"
          " 'before': {'sites': 2}, 'after': [1], 'guards': []}",
          80,
          "2026-11-24 12:03 UTC restore, by gateway\n"
          "    {\"sites\":2} -> [1]\n");
}

static void a_clock_that_is_not_trusted_says_why_and_what_then(void **state)
{
    (void)state;
    check(cli_clock_write,
          "{'wall': '2026-11-25T20:40:00Z', 'synchronised': true, 'trust': 'good', 'why': '', 'over':"
          " '2026-11-25T20:40:00Z', 'latest': '2026-11-25T20:40:00Z'}",
          80,
          "This machine    2026-11-25 20:40 UTC, kept right by a time server\n"
          "Certainly past  2026-11-25 20:40 UTC: promises that end before it are over\n"
          "Possibly now    2026-11-25 20:40 UTC: promises made now are counted from it\n"
          "Trusted         yes\n");
    check(cli_clock_write,
          "{'wall': '2026-11-25T20:40:00Z', 'synchronised': false, 'trust': 'jumped', 'why': 'it was set 3 hours"
          " forward at 2026-11-25 17:00 UTC, and no time server vouches for it', 'over': '2026-11-25T17:40:00Z',"
          " 'latest': '2026-11-25T20:40:00Z'}",
          80,
          "This machine    2026-11-25 20:40 UTC, not synchronised\n"
          "Certainly past  2026-11-25 17:40 UTC: promises that end before it are over\n"
          "Possibly now    2026-11-25 20:40 UTC: promises made now are counted from it\n"
          "Trusted         jumped\n"
          "                it was set 3 hours forward at 2026-11-25 17:00 UTC, and no time\n"
          "                server vouches for it\n"
          "Nothing more is promised until it is trusted again. If it is right as it is:\n"
          "strictgate clock --confirm\n");
}

static void a_restored_backup_tells_what_it_brought(void **state)
{
    (void)state;
#define COUNTS                                                                                                         \
    "'backup_made': '2026-11-20T10:00:00Z', 'sites_added': 1, 'sites_replaced': 12, 'sites_removed': 0, "              \
    "'sites_kept': 3, 'ledger_entries_merged': 1234}"
#define ROWS                                                                                                           \
    "\n"                                                                                                               \
    "added         1  sites that were not there\n"                                                                     \
    "replaced     12  sites that are now as in the backup\n"                                                           \
    "removed       0  sites that are not in the backup\n"                                                              \
    "kept          3  sites left as they were: browsers are bound to them, and the\n"                                  \
    "                 backup's would not do\n"                                                                         \
    "merged     1234  promises that only the backup knew; of two that differ, the\n"                                   \
    "                 later end counts\n"
    check(cli_restore_write, "{'dry_run': false, " COUNTS, 80, "The backup was made at 2026-11-20 10:00 UTC.\n" ROWS);
    check(cli_restore_write, "{'dry_run': true, " COUNTS, 80,
          "The backup was made at 2026-11-20 10:00 UTC.\nNothing was changed; this is what would be:\n" ROWS);
}

static void declared_roots_are_listed(void **state)
{
    (void)state;
    check(cli_roots_write, "{'roots': []}", 80, "No private root is declared.\n");
    check(cli_roots_write,
          "{'roots': [{'fingerprint_sha256': 'ab12', 'subject': 'CN=Our CA', 'not_after': '2036-11-20T10:00:00Z',"
          " 'declared': '2026-11-20T10:00:00Z'}]}",
          80,
          "CN=Our CA\n"
          "    SHA-256   ab12\n"
          "    declared  2026-11-20 10:00 UTC, ends 2036-11-20 10:00 UTC\n");
}

static void a_difference_is_told_like_diff(void **state)
{
    (void)state;
    check(
        cli_changes_write,
        "[{'site': 'app.example.org', 'act': 'change', 'differences': [{'member': 'redirect', 'before': 'temporary',"
        " 'after': 'permanent'}, {'member': 'canonical', 'before': false, 'after': true}, {'member': 'error_page',"
        " 'before': '<p>', 'after': null}, {'member': 'aliases', 'before': ['a-rather-long-name.example.org',"
        " 'another-long-name.example.org'], 'after': ['another-long-name.example.org']}]}, {'site': 'new.example.org',"
        " 'act': 'add', 'differences': [{'member': 'name', 'before': null, 'after': 'new.example.org'}, {'member': "
        "'error_page', 'before': null,"
        " 'after': ''}, {'member': 'aliases', 'before': null, 'after': ['a', 'b']}]}, {'site':"
        " 'old.example.org', 'act': 'remove', 'differences': [{'member': 'redirect', 'before': 'off', 'after': "
        "null}]}, {'site': null, 'act': 'settings', 'differences': [{'member':"
        " 'tls_profile', 'before': 'intermediate', 'after': 'modern'}]}]",
        80,
        "~ app.example.org\n"
        "    ~ redirect: temporary -> permanent\n"
        "    ~ canonical: false -> true\n"
        "    - error_page: <p>\n"
        "    - aliases: [\"a-rather-long-name.example.org\",\n"
        "        \"another-long-name.example.org\"]\n"
        "    + aliases: [\"another-long-name.example.org\"]\n"
        "+ new.example.org\n"
        "    + aliases: [\"a\", \"b\"]\n"
        "- old.example.org\n"
        "~ settings\n"
        "    ~ tls_profile: intermediate -> modern\n");
}

static void of_lists_and_objects_only_what_differs_within_is_told(void **state)
{
    (void)state;
    check(
        cli_changes_write,
        "[{'site': 'a', 'act': 'change', 'differences': [{'member': 'routes', 'before': [{'prefix': '/', 'upstreams':"
        " [{'url': 'http://127.0.0.1:8080', 'weight': 1}], 'verify': true}, {'prefix': '/b', 'status': 503}], 'after':"
        " [{'prefix': '/', 'upstreams': [{'url': 'http://127.0.0.1:9090', 'weight': 1}], 'ca_pem': 'x'}, {'prefix':"
        " '/b', 'status': 503}]}, {'member': 'ladder', 'before': [300, 86400], 'after': [600, 86400]}]}, {'site': null,"
        " 'act': 'settings', 'differences': [{'member': 'limits', 'before': {'a': 1, 'b': 2}, 'after': {'a': 1, 'b':"
        " 3}}]}]",
        80,
        "~ a\n"
        "    ~ routes[0].upstreams[0].url: http://127.0.0.1:8080 -> http://127.0.0.1:9090\n"
        "    - routes[0].verify: true\n"
        "    + routes[0].ca_pem: x\n"
        "    ~ ladder[0]: 300 -> 600\n"
        "~ settings\n"
        "    ~ limits.b: 2 -> 3\n");
}

static void what_becomes_of_hsts_is_told_with_what_does_not(void **state)
{
    (void)state;
    const struct hsts_wish off = {.mode = HSTS_OFF},
                           climb = {.mode = HSTS_AUTO, .max_age_s = 300, .target_s = 31536000};
    struct golden golden;
    golden_open(&golden);
    cli_changes_write_hsts(golden.out, "app.example.org", true, &off, &climb, NULL);
    cli_changes_write_hsts(golden.out, "b.example.org", false, &climb, &climb, "it stays");
    cli_changes_write_hsts(golden.out, "c.example.org", false, &climb, &climb, NULL);
    golden_check(&golden, 80,
                 "~ app.example.org\n"
                 "    ~ hsts: off -> climb to 1 year, now 5 minutes\n"
                 "note: b.example.org: it stays\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ledger_has_a_table_for_each_name),
        cmocka_unit_test(the_audit_log_tells_who_what_and_why),
        cmocka_unit_test(a_clock_that_is_not_trusted_says_why_and_what_then),
        cmocka_unit_test(a_restored_backup_tells_what_it_brought),
        cmocka_unit_test(declared_roots_are_listed),
        cmocka_unit_test(a_difference_is_told_like_diff),
        cmocka_unit_test(of_lists_and_objects_only_what_differs_within_is_told),
        cmocka_unit_test(what_becomes_of_hsts_is_told_with_what_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
