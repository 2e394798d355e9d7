/* The texts of the commands of inventories, and the exit statuses that go with them. */
#include "cli_golden.h"

#include "app/cli.h"
#include "app/cli_subdomains.h"

#define NAME(name, state, verdict, more)                                                                               \
    "{'name': '" name "', 'sources': ['zone', 'seen'], 'state': '" state "', 'verdict': '" verdict                     \
    "', 'detail': 'It answers over plain HTTP only: port 443 refuses the connection.', 'fix': 'Give it HTTPS.', "      \
    "'flags': ['internal_only']" more "}"
#define SUMMARY(total, blocking)                                                                                       \
    "'summary': {'total': " total ", 'ready': 1, 'blocking': " blocking ", 'accepted': 2, 'unknown': 0}"

static void check(const char *names_text, const char *page_text, int status, const char *expected)
{
    struct golden golden;
    json_t *names = golden_json(names_text), *page = golden_json(page_text);
    golden_open(&golden);
    cli_subdomains_write(golden.out, names, page);
    golden_check(&golden, 90, expected);
    assert_int_equal(cli_subdomains_status(page), status);
    json_decref(names);
    json_decref(page);
}

static void names_are_a_table_with_what_is_to_be_done_below_it(void **state)
{
    (void)state;
    check("[" NAME("a.example.org", "blocking", "http_only", ", 'looked_at': '2026-11-25T08:00:00Z'") "," NAME(
              "b.example.org", "accepted", "dead",
              ", 'looked_at': null, 'sign_off': {'by': 'anna', 'at': '2026-11-25T08:00:00Z', 'comment': 'it is gone'}, "
              "'exception': {'by': 'bert', 'reason': 'it was old', 'until': '2027-01-31T00:00:00Z'}") "]",
          "{'domain': 'example.org', 'look': {'done': 1, 'total': 4}, " SUMMARY("4", "1") "}", CLI_FAILED,
          "NAME           STATE     FOUND      FROM       FLAGS          LOOKED AT\n"
          "a.example.org  blocking  http_only  zone,seen  internal_only  2026-11-25 08:00 UTC\n"
          "b.example.org  accepted  dead       zone,seen  internal_only  never\n"
          "\n"
          "a.example.org: It answers over plain HTTP only: port 443 refuses the connection.\n"
          "    Give it HTTPS.\n"
          "b.example.org: signed off by anna: it is gone\n"
          "b.example.org: excepted by bert until 2027-01-31 00:00 UTC: it was old\n"
          "4 names: 1 ready, 1 blocking, 2 accepted, 0 unknown.\n"
          "They are being looked at: 1 of 4.\n");
    check("[]", "{'domain': 'example.org', 'look': null, " SUMMARY("3", "0") "}", CLI_OK,
          "3 names: 1 ready, 0 blocking, 2 accepted, 0 unknown.\n");
    check("[]", "{'domain': 'example.org', 'look': null, " SUMMARY("0", "0") "}", CLI_OK,
          "No name below example.org is known. \"strictgate subdomains import\" takes a list\n"
          "in.\n");
}

static void what_became_of_a_list_is_told(void **state)
{
    static const char *const cases[][2] = {
        {"{'format': 'zone', 'added': 3, 'known': 1, 'foreign': 2, 'left_out': 0, 'problems_total': 5, 'problems': "
         "[{'line': 7, 'message': 'There is no directive \\\"$X\\\".'}, {'line': null, 'message': 'All is odd.'}]}",
         "line 7: There is no directive \"$X\".\n"
         "All is odd.\n"
         "So it is with 3 more.\n"
         "Read as zone: 3 new, 1 known already, 2 not below it.\n"},
        {"{'format': 'names', 'added': 1, 'known': 0, 'foreign': 0, 'left_out': 2, 'problems_total': 0, 'problems': "
         "[]}",
         "Read as names: 1 new, 0 known already, 0 not below it, some left out.\n"},
    };
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct golden golden;
        json_t *json = golden_json(cases[i][0]);
        golden_open(&golden);
        cli_subdomains_write_taken(golden.out, json);
        golden_check(&golden, 80, cases[i][1]);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_a_table_with_what_is_to_be_done_below_it),
        cmocka_unit_test(what_became_of_a_list_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
