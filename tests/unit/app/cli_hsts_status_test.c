#include "cli_golden.h"

#include "app/cli_hsts_status.h"
#include "app/cli_ladder.h"

/* 2026-11-24 20:00 UTC */
#define NOW_S 1795550400

#define LADDER "'ladder': [300, 86400, 604800, 2592000, 31536000]"

static void check_status(const char *json_text, const char *move_text, const char *expected)
{
    struct golden golden;
    json_t *json = golden_json(json_text), *move = move_text ? golden_json(move_text) : NULL;
    golden_open(&golden);
    cli_hsts_status_write(golden.out, "app.example.org", json, move, NOW_S);
    golden_check(&golden, 80, expected);
    json_decref(json);
    json_decref(move);
}

static void a_site_that_climbs_by_itself(void **state)
{
    (void)state;
    check_status("{'wish': {'mode': 'auto', 'max_age': 86400, 'target': 31536000, 'include_subdomains': false,"
                 " 'preload': false, 'since': '2026-11-24T12:03:10Z'}, 'phase': 'climbing', 'field': 'max-age=86400',"
                 " 'certificate_bounds_until': '2027-01-04T00:00:00Z', 'renewals_seen': 1, 'bound_until':"
                 " '2026-11-25T22:05:00Z', 'bound_by': 'app.example.org', 'bound_until_chromium':"
                 " '2026-11-25T22:05:00Z', 'subdomains_bound_until': null, 'preload_sent': false, " LADDER ","
                 " 'next_max_age': 604800, 'dwell_until': '2026-11-25T12:03:10Z', 'moves': ['climb', 'hold', 'release',"
                 " 'include-subdomains-on'], 'held_back': 'The rung of 1 day has been held only since 2026-11-24 12:03"
                 " UTC: before it has run out once, those whom it shuts out may not have noticed.'}",
                 "{'verdict': 'block', 'guards': [{'guard': 'dwell', 'verdict': 'block', 'overridable': true, 'why':"
                 " 'The rung of 1 day has been held only since 2026-11-24 12:03 UTC: before it has run out once, those"
                 " whom it shuts out may not have noticed.', 'fix': 'Wait until 2026-11-25 12:03 UTC.'}, {'guard':"
                 " 'traffic', 'verdict': 'block', 'overridable': true, 'why': 'No request came over HTTPS since this"
                 " rung began: nobody has tried it.'}, {'guard': 'http-census', 'verdict': 'warn', 'overridable': true,"
                 " 'why': '12 percent of the requests came over plain HTTP.'}, {'guard': 'ports', 'verdict': 'pass',"
                 " 'overridable': true, 'why': 'fine'}]}",
                 "app.example.org: climbing, by itself up to 1 year\n"
                 "\n"
                 "  |---| 1 year      where the gateway climbs to by itself\n"
                 "  |---| 30 days\n"
                 "  |---| 1 week      next, not before 2026-11-25 12:03 UTC\n"
                 "  |=*=| 1 day       since 2026-11-24 12:03 UTC\n"
                 "  |---| 5 minutes\n"
                 "\n"
                 "Sent now      max-age=86400\n"
                 "Bound until   2026-11-25 22:05 UTC, 1 day 2 hours from now\n"
                 "  Chromium    2026-11-25 22:05 UTC, 1 day 2 hours from now\n"
                 "  subdomains  free\n"
                 "Certificate   nothing is promised past 2027-01-04 00:00 UTC, shortly before it\n"
                 "              ends: 1 of 2 renewals have been seen served\n"
                 "Next          climb to 1 week\n"
                 "Blocked by    dwell: The rung of 1 day has been held only since 2026-11-24 12:03\n"
                 "              UTC: before it has run out once, those whom it shuts out may not\n"
                 "              have noticed.\n"
                 "              traffic: No request came over HTTPS since this rung began: nobody\n"
                 "              has tried it.\n"
                 "Warned of     http-census: 12 percent of the requests came over plain HTTP.\n"
                 "Held back     The rung of 1 day has been held only since 2026-11-24 12:03 UTC:\n"
                 "              before it has run out once, those whom it shuts out may not have\n"
                 "              noticed.\n"
                 "Moves         climb, hold, release, subdomains on\n");
}

static void a_site_that_is_off(void **state)
{
    (void)state;
    check_status("{'wish': {'mode': 'off', 'max_age': 0}, 'phase': 'off', 'field': null, 'bound_until': null, " LADDER
                 ", 'next_max_age': 300, 'moves': ['start']}",
                 "{'verdict': 'pass', 'guards': [{'guard': 'ports', 'verdict': 'pass', 'why': 'fine'}]}",
                 "app.example.org: off\n"
                 "\n"
                 "  |---| 1 year\n"
                 "  |---| 30 days\n"
                 "  |---| 1 week\n"
                 "  |---| 1 day\n"
                 "  |---| 5 minutes   first\n"
                 "    *   off\n"
                 "\n"
                 "Sent now      no Strict-Transport-Security\n"
                 "Bound until   nobody is bound\n"
                 "Next          start: 5 minutes\n"
                 "Blocked by    nothing\n"
                 "Moves         start\n");
}

static void a_site_that_is_being_released(void **state)
{
    (void)state;
    check_status("{'wish': {'mode': 'release', 'max_age': 0, 'since': '2026-11-24T12:03:10Z'}, 'phase': 'releasing',"
                 " 'field': 'max-age=0', 'bound_until': '2027-11-24T14:03:10Z', 'bound_by': 'app.example.org',"
                 " 'bound_until_chromium': '2027-11-24T14:03:10Z', 'subdomains_bound_until': '2026-12-01T14:00:00Z',"
                 " 'preload_sent': true, 'ladder': [600, 63072000], 'next_max_age': null, 'moves': ['start']}",
                 NULL,
                 "app.example.org: releasing\n"
                 "\n"
                 "  |---| 2 years\n"
                 "  |---| 10 minutes\n"
                 "    *   release: max-age=0\n"
                 "\n"
                 "Sent now      max-age=0\n"
                 "Bound until   2027-11-24 14:03 UTC, 364 days 18 hours from now\n"
                 "  Chromium    2027-11-24 14:03 UTC, 364 days 18 hours from now\n"
                 "  subdomains  2026-12-01 14:00 UTC, 6 days 18 hours from now\n"
                 "  preload     \"preload\" was sent: the name may be on the list that is built into\n"
                 "              browsers\n"
                 "Next          wait until everybody is free\n"
                 "Moves         start\n");
}

static void a_site_on_the_last_rung_bound_by_another_name(void **state)
{
    (void)state;
    check_status("{'wish': {'mode': 'hold', 'max_age': 31536000, 'include_subdomains': true, 'preload': true, 'since':"
                 " '2026-01-01T00:00:00Z'}, 'phase': 'permanent', 'field':"
                 " 'max-age=31536000; includeSubDomains; preload', 'bound_until': '2028-11-24T22:00:00Z', 'bound_by':"
                 " 'example.org', 'bound_until_chromium': '2027-11-24T22:00:00Z', 'subdomains_bound_until':"
                 " '2028-11-24T22:00:00Z', 'preload_sent': true, " LADDER ", 'next_max_age': null, 'moves': ['release',"
                 " 'include-subdomains-off', 'preload-off', 'some-new-move']}",
                 NULL,
                 "app.example.org: permanent\n"
                 "\n"
                 "  |=*=| 1 year      since 2026-01-01 00:00 UTC\n"
                 "  |---| 30 days\n"
                 "  |---| 1 week\n"
                 "  |---| 1 day\n"
                 "  |---| 5 minutes\n"
                 "\n"
                 "Sent now      max-age=31536000; includeSubDomains; preload\n"
                 "Bound until   2028-11-24 22:00 UTC, 2 years 1 day from now\n"
                 "  Chromium    2027-11-24 22:00 UTC, 1 year from now\n"
                 "  subdomains  2028-11-24 22:00 UTC, 2 years 1 day from now\n"
                 "  by          what example.org promised\n"
                 "  preload     \"preload\" was sent: the name may be on the list that is built into\n"
                 "              browsers\n"
                 "Next          nothing, this is the last rung\n"
                 "Moves         release, subdomains off, preload off\n");
}

static void a_site_that_was_left(void **state)
{
    (void)state;
    check_status("{'wish': {'mode': 'off', 'max_age': 0}, 'phase': 'left', 'field': null, 'bound_until':"
                 " '2026-11-24T22:00:00Z', 'bound_until_chromium': '2026-11-24T22:00:00Z', 'ladder': [300],"
                 " 'next_max_age': 300, 'moves': ['start', 'release']}",
                 "{'verdict': 'impossible', 'why': 'it is not', 'fix': 'wait'}",
                 "app.example.org: left, nothing is sent but browsers are bound\n"
                 "\n"
                 "  |---| 5 minutes   first\n"
                 "    *   off\n"
                 "\n"
                 "Sent now      no Strict-Transport-Security\n"
                 "Bound until   2026-11-24 22:00 UTC, 2 hours from now\n"
                 "  Chromium    2026-11-24 22:00 UTC, 2 hours from now\n"
                 "  subdomains  free\n"
                 "Next          start: 5 minutes\n"
                 "Blocked by    it is not\n"
                 "Moves         start, release\n");
}

static void a_rung_beside_the_ladder_is_drawn_in_its_place(void **state)
{
    (void)state;
    struct golden golden;
    struct cli_hsts hsts;
    json_t *json = golden_json("{'wish': {'mode': 'auto', 'max_age': 7200, 'target': 1209600}, " LADDER
                               ", 'next_max_age': 86400, 'dwell_until': '2026-11-24T10:00:00Z'}");
    cli_hsts_read(json, &hsts);
    golden_open(&golden);
    cli_ladder_draw(golden.out, &hsts, NOW_S);
    golden_check(&golden, 80,
                 "  |---| 1 year\n"
                 "  |---| 30 days\n"
                 "  |---| 2 weeks     where the gateway climbs to by itself\n"
                 "  |---| 1 week\n"
                 "  |---| 1 day       next, the rung below has been held long enough\n"
                 "  |=*=| 2 hours\n"
                 "  |---| 5 minutes\n");
    json_decref(json);
}

static void an_answer_without_anything_is_survived(void **state)
{
    (void)state;
    struct cli_hsts hsts;
    cli_hsts_read(NULL, &hsts);
    assert_string_equal(hsts.phase, "?");
    assert_int_equal(hsts.wish.mode, HSTS_OFF);
    assert_int_equal(hsts.wish.ladder.count, 5);
    json_t *json = golden_json("{'wish': {'mode': 7, 'max_age': -1, 'target': 'x', 'since': 5}, 'ladder': [0, -5, 1e9,"
                               " 'a', 400000000], 'next_max_age': 1e3}");
    cli_hsts_read(json, &hsts);
    assert_int_equal(hsts.wish.max_age_s, 0);
    assert_int_equal(hsts.wish.ladder.count, 5);
    assert_int_equal(hsts.next_s, 0);
    json_decref(json);
}

static void all_sites_have_a_line_each(void **state)
{
    (void)state;
    struct golden golden;
    json_t *sites = golden_json(
        "[{'name': 'app.example.org', 'hsts': {'wish': {'mode': 'auto', 'max_age': 86400, 'target': 31536000}, 'phase':"
        " 'climbing', 'field': 'max-age=86400', 'bound_until': '2026-11-25T22:05:00Z', " LADDER
        ", 'next_max_age': 604800}}, {'name': 'example.org', 'hsts': {'wish': {'mode': 'hold', 'max_age': 31536000,"
        " 'include_subdomains': true, 'preload': true}, 'phase': 'permanent', 'bound_until': "
        "'2027-11-25T22:05:00Z', " LADDER
        ", 'next_max_age': null}}, {'name': 'new.example.org', 'hsts': {'wish': {'mode': 'off'}, 'phase':"
        " 'off', " LADDER ", 'next_max_age': 300}}]");
    golden_open(&golden);
    cli_hsts_status_list(golden.out, sites);
    golden_check(&golden, 100,
                 "SITE             PHASE      RUNG                         BOUND UNTIL (UTC)  NEXT\n"
                 "app.example.org  climbing   1 day                        2026-11-25 22:05   1 week, by itself\n"
                 "example.org      permanent  1 year, subdomains, preload  2027-11-25 22:05   -\n"
                 "new.example.org  off        -                            -                  -\n");
    json_decref(sites);
}

static void the_next_move_is_what_guards_are_asked_for(void **state)
{
    (void)state;
    const struct {
        const char *json;
        enum hsts_move expected;
    } cases[] = {
        {"{'wish': {'mode': 'off'}, 'next_max_age': 300}", HSTS_MOVE_START},
        {"{'wish': {'mode': 'hold', 'max_age': 300}, 'next_max_age': 86400}", HSTS_MOVE_CLIMB},
        {"{'wish': {'mode': 'auto', 'max_age': 300, 'target': 86400}, 'next_max_age': 86400}", HSTS_MOVE_CLIMB},
        {"{'wish': {'mode': 'hold', 'max_age': 31536000}, 'next_max_age': null}", HSTS_MOVES_COUNT},
        {"{'wish': {'mode': 'release'}, 'next_max_age': null}", HSTS_MOVES_COUNT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli_hsts hsts;
        json_t *json = golden_json(cases[i].json);
        cli_hsts_read(json, &hsts);
        assert_int_equal(cli_hsts_next_move(&hsts), cases[i].expected);
        json_decref(json);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_that_climbs_by_itself),
        cmocka_unit_test(a_site_that_is_off),
        cmocka_unit_test(a_site_that_is_being_released),
        cmocka_unit_test(a_site_on_the_last_rung_bound_by_another_name),
        cmocka_unit_test(a_site_that_was_left),
        cmocka_unit_test(a_rung_beside_the_ladder_is_drawn_in_its_place),
        cmocka_unit_test(an_answer_without_anything_is_survived),
        cmocka_unit_test(all_sites_have_a_line_each),
        cmocka_unit_test(the_next_move_is_what_guards_are_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
