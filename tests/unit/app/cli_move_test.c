#include "cli_golden.h"

#include "app/cli_move.h"

/* 2026-11-24 20:00 UTC */
#define NOW_S 1795550400

static void every_move_is_known_by_its_words_and_by_the_api_s_name(void **state)
{
    (void)state;
    static const char *const words[HSTS_MOVES_COUNT] = {
        "start",         "climb",          "permanent",  "hold",        "release",
        "subdomains on", "subdomains off", "preload on", "preload off",
    };
    for (unsigned move = 0; move < HSTS_MOVES_COUNT; move++) {
        const struct cli_move *found = cli_move_of(hsts_move_name((enum hsts_move)move));
        assert_non_null(found);
        assert_int_equal(found->move, move);
        assert_string_equal(found->words, words[move]);
        assert_ptr_equal(cli_move_find(words[move]), found);
    }
    assert_null(cli_move_find("jump"));
    assert_null(cli_move_find("include-subdomains-on"));
    assert_null(cli_move_of("subdomains on"));
}

/* What a shell offers are the words with dashes for blanks. */
static void the_list_for_shells_names_them_all(void **state)
{
    (void)state;
    size_t count = 0;
    for (struct str rest = STR(CLI_MOVE_LIST); rest.data; count++) {
        char words[40];
        struct str one = str_cut(&rest, ' ');
        (void)snprintf(words, sizeof words, "%.*s", STR_ARG(one));
        char *dash = strchr(words, '-');
        if (dash)
            *dash = ' ';
        assert_non_null(cli_move_find(words));
    }
    assert_int_equal(count, HSTS_MOVES_COUNT);
}

/* Who promises more is asked; what binds for long, or more than the site itself, wants the name typed. */
static void moves_that_promise_more_are_asked_for(void **state)
{
    (void)state;
    const struct {
        const char *words;
        enum cli_ask ask;
    } cases[] = {
        {"start", CLI_ASK_STEP},         {"climb", CLI_ASK_STEP},      {"permanent", CLI_ASK_NAME},
        {"hold", CLI_ASK_NOT},           {"release", CLI_ASK_NOT},     {"subdomains on", CLI_ASK_NAME},
        {"subdomains off", CLI_ASK_NOT}, {"preload on", CLI_ASK_NAME}, {"preload off", CLI_ASK_NOT},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        assert_int_equal(cli_move_find(cases[i].words)->ask, cases[i].ask);
}

static void what_is_promised_is_said_before(void **state)
{
    (void)state;
    const struct {
        const char *words, *json, *expected;
    } cases[] = {
        {"start", "{'wish': {'mode': 'off'}}",
         "Every browser that visits will refuse plain HTTP for app.example.org for 5 minutes after its last visit, at "
         "least until 2026-11-24 20:05 UTC, and will let nobody pass a certificate fault."},
        {"climb", "{'wish': {'mode': 'hold', 'max_age': 300, 'include_subdomains': true}, 'next_max_age': 86400}",
         "Every browser that visits will refuse plain HTTP for app.example.org and every name below it for 1 day after "
         "its last visit, at least until 2026-11-25 20:00 UTC, and will let nobody pass a certificate fault."},
        {"climb", "{'wish': {'mode': 'hold', 'max_age': 31536000}, 'next_max_age': null}", ""},
        {"permanent", "{'wish': {'mode': 'hold', 'max_age': 300}}",
         "The gateway will climb by itself, one rung after the other, until every browser that visits refuses plain "
         "HTTP for app.example.org for 1 year after its last visit. From then on the way back takes as long: HTTPS "
         "must "
         "work, with a valid certificate, all that time."},
        {"permanent", "{'wish': {'mode': 'hold', 'max_age': 300, 'include_subdomains': true}, 'ladder': [300, 86400]}",
         "The gateway will climb by itself, one rung after the other, until every browser that visits refuses plain "
         "HTTP for app.example.org and every name below it for 1 day after its last visit. From then on the way back "
         "takes as long: HTTPS must work, with a valid certificate, all that time."},
        {"subdomains on", "{'wish': {'mode': 'hold', 'max_age': 86400}, 'ladder': [600, 86400]}",
         "Every name below app.example.org will be bound as well, also those on other machines and of other "
         "departments; the ladder begins again on its first rung. Every browser that visits will refuse plain HTTP for "
         "app.example.org and every name below it for 10 minutes after its last visit, at least until 2026-11-24 20:10 "
         "UTC, and will let nobody pass a certificate fault."},
        {"preload on", "{'wish': {'mode': 'hold', 'max_age': 31536000, 'include_subdomains': true}}",
         "The field will say \"preload\": anybody may then have app.example.org put on the list that is built into "
         "browsers. A name on it is bound in every browser, with all names below it, whether it visited or not; "
         "leaving the list takes months."},
        {"hold", "{}", ""},
        {"release", "{}", ""},
        {"subdomains off", "{}", ""},
        {"preload off", "{}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli_hsts hsts;
        struct buf promise;
        json_t *json = golden_json(cases[i].json);
        cli_hsts_read(json, &hsts);
        buf_init(&promise, 4096);
        cli_move_promise(cli_move_find(cases[i].words)->move, "app.example.org", &hsts, NOW_S, &promise);
        assert_str(buf_str(&promise), str_from(cases[i].expected));
        assert_true(buf_ok(&promise));
        buf_fini(&promise);
        json_decref(json);
    }
}

static void what_is_sent_is_said_after(void **state)
{
    (void)state;
    const struct {
        const char *json, *expected;
    } cases[] = {
        {"{'wish': {'mode': 'hold', 'max_age': 300}, 'field': 'max-age=300', 'bound_until': '2026-11-24T22:05:00Z',"
         " 'next_max_age': 86400, 'dwell_until': '2026-11-24T20:05:00Z'}",
         "app.example.org sends Strict-Transport-Security: max-age=300\n"
         "Browsers may be bound until 2026-11-24 22:05 UTC.\n"
         "The next rung is 1 day, not before 2026-11-24 20:05 UTC.\n"},
        {"{'wish': {'mode': 'auto', 'max_age': 300, 'target': 31536000}, 'field': 'max-age=300', 'bound_until':"
         " '2026-11-24T22:05:00Z', 'next_max_age': 86400, 'dwell_until': '2026-11-24T20:05:00Z'}",
         "app.example.org sends Strict-Transport-Security: max-age=300\n"
         "Browsers may be bound until 2026-11-24 22:05 UTC.\n"
         "The gateway climbs by itself, up to 1 year.\n"
         "The next rung is 1 day, not before 2026-11-24 20:05 UTC.\n"},
        {"{'wish': {'mode': 'release'}, 'field': 'max-age=0', 'bound_until': '2026-12-24T22:05:00Z'}",
         "app.example.org sends max-age=0: browsers are released one by one, each at its\n"
         "next visit over HTTPS. The last one is free at 2026-12-24 22:05 UTC. Keep HTTPS\n"
         "working, with a valid certificate, until then.\n"},
        {"{'wish': {'mode': 'release'}, 'field': null, 'bound_until': null}",
         "app.example.org sends no Strict-Transport-Security, and nobody is bound.\n"},
        {"{'wish': {'mode': 'hold', 'max_age': 300}, 'field': null}",
         "app.example.org sends no Strict-Transport-Security for now: its certificate ends\n"
         "too soon.\n"},
        {"{'wish': {'mode': 'hold', 'max_age': 31536000}, 'field': 'max-age=31536000', 'bound_until':"
         " '2027-11-24T22:05:00Z', 'next_max_age': null, 'dwell_until': '2027-11-24T20:05:00Z'}",
         "app.example.org sends Strict-Transport-Security: max-age=31536000\n"
         "Browsers may be bound until 2027-11-24 22:05 UTC.\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct golden golden;
        struct cli_hsts hsts;
        json_t *json = golden_json(cases[i].json);
        cli_hsts_read(json, &hsts);
        golden_open(&golden);
        cli_move_tell(golden.out, "app.example.org", &hsts);
        golden_check(&golden, 80, cases[i].expected);
        json_decref(json);
    }
}

static void wishes_are_said_in_words(void **state)
{
    (void)state;
    const struct {
        struct hsts_wish wish;
        const char *expected;
    } cases[] = {
        {{.mode = HSTS_OFF}, "off"},
        {{.mode = HSTS_RELEASE}, "release"},
        {{.mode = HSTS_HOLD, .max_age_s = 86400}, "hold 1 day"},
        {{.mode = HSTS_HOLD, .max_age_s = 31536000, .include_subdomains = true, .preload = true},
         "hold 1 year, subdomains, preload"},
        {{.mode = HSTS_AUTO, .max_age_s = 300, .target_s = 31536000}, "climb to 1 year, now 5 minutes"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[CLI_WISH_SIZE];
        assert_string_equal(cli_wish_text(&cases[i].wish, room), cases[i].expected);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_is_known_by_its_words_and_by_the_api_s_name),
        cmocka_unit_test(the_list_for_shells_names_them_all),
        cmocka_unit_test(moves_that_promise_more_are_asked_for),
        cmocka_unit_test(what_is_promised_is_said_before),
        cmocka_unit_test(what_is_sent_is_said_after),
        cmocka_unit_test(wishes_are_said_in_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
