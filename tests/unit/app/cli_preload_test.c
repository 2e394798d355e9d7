/* The texts of the commands of the preload list, and the exit statuses that go with them. */
#include "cli_golden.h"

#include "app/cli.h"
#include "app/cli_preload.h"

static void check(int (*write)(FILE *out, const json_t *json), const char *json_text, int status, const char *expected)
{
    struct golden golden;
    json_t *json = golden_json(json_text);
    golden_open(&golden);
    assert_int_equal(write(golden.out, json), status);
    golden_check(&golden, 80, expected);
    json_decref(json);
}

#define LIST(old)                                                                                                      \
    "'list': {'entries': 170000, 'pins_only': 1, 'address': 'https://lists.example.test/list.json', 'taken': "         \
    "'2026-11-20T08:00:00Z', 'confirmed': '2026-11-25T08:00:00Z', 'trusted_until': '2027-02-03T08:00:00Z', "           \
    "'old': " old ", 'source_size': 14500000, 'size': 1700000, 'policies': ['bulk-1-year']}"

static void the_status_says_what_there_is_and_how_old(void **state)
{
    (void)state;
    check(cli_preload_write_status,
          "{" LIST("false") ", 'address': 'https://lists.example.test/list.json', 'update_days': 7, 'next_update': "
                            "'2026-12-02T08:00:00Z', 'running': {'address': 'x', 'since': '2026-11-26T08:00:00Z', "
                            "'received': 4200000}, 'last': {'at': '2026-11-25T08:00:00Z', 'outcome': 'unchanged'}}",
          CLI_OK,
          "Entries       170000 (1700 KB, compiled from 14500 KB)\n"
          "From          https://lists.example.test/list.json\n"
          "Fetched       2026-11-20 08:00 UTC\n"
          "Confirmed     2026-11-25 08:00 UTC\n"
          "Good until    2027-02-03 08:00 UTC (browsers go by their list for 70 days)\n"
          "Updates       by itself every 7 days from https://lists.example.test/list.json,\n"
          "              next 2026-12-02 08:00 UTC\n"
          "Under way     x, 4200 KB so far\n"
          "Last attempt  2026-11-25 08:00 UTC: unchanged\n");
    check(cli_preload_write_status,
          "{'list': null, 'trouble': 'the compiled preload list is damaged: its checksum is wrong', 'address': 'a', "
          "'update_days': 0, 'next_update': null, 'running': null, 'last': {'at': '2026-11-25T08:00:00Z', 'outcome': "
          "'refused', 'detail': 'a answers with status 404', 'fix': 'give a file'}}",
          CLI_FAILED,
          "List          the compiled preload list is damaged: its checksum is wrong\n"
          "Updates       by hand; by itself with \"strictgate settings set\n"
          "              preload.update_days=7\"\n"
          "Last attempt  2026-11-25 08:00 UTC: refused\n"
          "              a answers with status 404; give a file\n");
    check(cli_preload_write_status,
          "{'list': null, 'address': 'a', 'update_days': 0, 'next_update': null, 'running': null, 'last': null}",
          CLI_FAILED,
          "List          none yet: strictgate preload update\n"
          "Updates       by hand; by itself with \"strictgate settings set\n"
          "              preload.update_days=7\"\n");
    check(cli_preload_write_status, "{" LIST("true") ", 'address': 'a', 'update_days': 0, 'running': null}", CLI_FAILED,
          "Entries       170000 (1700 KB, compiled from 14500 KB)\n"
          "From          https://lists.example.test/list.json\n"
          "Fetched       2026-11-20 08:00 UTC\n"
          "Confirmed     2026-11-25 08:00 UTC\n"
          "Age           too old: browsers go by their list for 70 days. Fetch it anew:\n"
          "              strictgate preload update\n"
          "Updates       by hand; by itself with \"strictgate settings set\n"
          "              preload.update_days=7\"\n");
}

static void a_lookup_says_by_which_entry(void **state)
{
    (void)state;
    check(cli_preload_write_lookup,
          "{'confirmed': '2026-11-25T08:00:00Z', 'old': false, 'names': [{'name': 'web.dev', 'bound': true, 'own': "
          "false, 'entry': 'dev', 'include_subdomains': true, 'policy': 'public-suffix'}, {'name': 'a.test', 'bound': "
          "true, 'own': true, 'entry': 'a.test', 'include_subdomains': false, 'policy': 'bulk-legacy'}]}",
          CLI_OK,
          "web.dev is bound by dev, which is on the list with all names below it (policy\n"
          "    public-suffix).\n"
          "a.test is bound by an entry of its own, without the names below it (policy\n"
          "    bulk-legacy).\n");
    check(cli_preload_write_lookup,
          "{'confirmed': '2026-09-01T08:00:00Z', 'old': true, 'names': [{'name': 'b.test', 'bound': true, 'own': "
          "true, 'entry': 'b.test', 'include_subdomains': true, 'policy': 'custom'}, {'name': 'c\\u001b.test', "
          "'bound': false}]}",
          CLI_NOT_BOUND,
          "b.test is bound by an entry of its own, with all names below it (policy custom).\n"
          "c?.test is not bound: neither it nor a name above it with subdomains is on the\n"
          "    list.\n"
          "The list is of 2026-09-01 08:00 UTC, which is too old to be sure: strictgate\n"
          "preload update\n");
}

static void check_standing(const char *standing, const char *preloadable, const char *removable, const char *expected)
{
    struct golden golden;
    json_t *json = golden_json(standing), *first = preloadable ? golden_json(preloadable) : NULL,
           *second = removable ? golden_json(removable) : NULL;
    golden_open(&golden);
    cli_preload_write_standing(golden.out, json, first, second);
    golden_check(&golden, 80, expected);
    json_decref(json);
    json_decref(first);
    json_decref(second);
}

#define OF_LIST "'confirmed': '2026-11-25T08:00:00Z', "

static void a_standing_says_what_would_be_bound_and_what_stands_against_it(void **state)
{
    (void)state;
    check_standing(
        "{'domain': 'app.a.test', 'registrable': 'a.test', 'is_subdomain': true, " OF_LIST
        "'old': false, 'state': 'unknown', 'covered_by': null, 'policy': null, 'bulk': false, 'submission': "
        "[], 'removal': [{'code': 'server.remove.not_preloaded', 'summary': 'X.'}], 'advice': ['It cannot be "
        "listed alone: whatever is above it would be as well, and it would last.']}",
        "{'errors': [{'code': 'domain.is_subdomain', 'summary': 'This is a subdomain.'}], 'warnings': []}", NULL,
        "app.a.test is not on the preload list.\n"
        "List          of 2026-11-25 08:00 UTC\n"
        "Would bind    a.test and every name below it\n"
        "Listing       it would not be taken:\n"
        "              domain.is_subdomain: This is a subdomain.\n"
        "- It cannot be listed alone: whatever is above it would be as well, and it would\n"
        "  last.\n");
    check_standing("{'domain': 'a.test', 'registrable': 'a.test', 'is_subdomain': false, " OF_LIST
                   "'old': false, 'state': 'unknown', 'covered_by': null, 'policy': null, 'bulk': false, 'submission': "
                   "[], 'removal': [], 'advice': []}",
                   NULL, NULL,
                   "a.test is not on the preload list.\n"
                   "List          of 2026-11-25 08:00 UTC\n"
                   "Would bind    a.test and every name below it\n");
    check_standing("{'domain': 'a.test', 'registrable': 'a.test', 'is_subdomain': false, " OF_LIST
                   "'old': true, 'state': 'preloaded', 'covered_by': null, 'policy': 'bulk-1-year', 'bulk': true, "
                   "'submission': [{'code': 'server.preload.already_preloaded', 'summary': 'X.'}], 'removal': [], "
                   "'advice': []}",
                   "{'errors': [], 'warnings': []}",
                   "{'errors': [{'code': 'header.removable.contains.preload', 'summary': 'The field says preload.'}]}",
                   "a.test is on the preload list (policy bulk-1-year).\n"
                   "List          of 2026-11-25 08:00 UTC, too old to be sure: strictgate preload\n"
                   "              update\n"
                   "Staying       what is seen keeps it on the list\n"
                   "Leaving       it would not be taken off:\n"
                   "              header.removable.contains.preload: The field says preload.\n");
    check_standing("{'domain': 'a.dev', 'registrable': 'a.dev', 'is_subdomain': false, " OF_LIST
                   "'old': false, 'state': 'unknown', 'covered_by': 'dev', 'policy': 'public-suffix', 'bulk': false, "
                   "'submission': [], 'removal': [{'code': 'server.removable.preloaded_tld', 'summary': 'It is below "
                   "one.'}], 'advice': ['There is no way out.']}",
                   NULL, NULL,
                   "a.dev is bound by dev, which is on the list with all names below it (policy\n"
                   "    public-suffix).\n"
                   "List          of 2026-11-25 08:00 UTC\n"
                   "Leaving       it would not be taken off:\n"
                   "              server.removable.preloaded_tld: It is below one.\n"
                   "- There is no way out.\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_status_says_what_there_is_and_how_old),
        cmocka_unit_test(a_lookup_says_by_which_entry),
        cmocka_unit_test(a_standing_says_what_would_be_bound_and_what_stands_against_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
