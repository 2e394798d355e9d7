#include "cli_golden.h"

#include "app/cli_guards.h"
#include "app/cli_problem.h"

#define DWELL                                                                                                          \
    "{'guard': 'dwell', 'verdict': 'block', 'overridable': true, 'why': 'The rung of 5 minutes has been held only "    \
    "since 2026-11-24 12:03 UTC: those whom it shuts out may not have noticed.', 'fix': 'Wait until 2026-11-24 12:08 " \
    "UTC.'}"
#define NAMES                                                                                                          \
    "{'guard': 'certificate-names', 'verdict': 'block', 'overridable': false, 'why': 'The certificate lacks a name.'}"
#define CENSUS                                                                                                         \
    "{'guard': 'http-census', 'verdict': 'warn', 'overridable': true, 'seen': '2026-11-24T12:00:00Z', 'why': '12 "     \
    "percent of the requests since this rung began came over plain HTTP: clients that hear no promise.', 'fix': "      \
    "'Look in the access log who they are.'}"
#define PORTS "{'guard': 'ports', 'verdict': 'pass', 'overridable': true, 'why': 'The ports\\u001b[2J fit.'}"

/* The command line of `words`, separated by blanks, in `room`. */
static void parse(const char *words, char *room, size_t room_size, struct cli *ret)
{
    char *argv[20] = {NULL};
    int argc = 0;
    struct err err = {0};
    assert_true(strlen(words) < room_size);
    (void)snprintf(room, room_size, "%s", words);
    for (char *at = room; at;) {
        argv[argc++] = at;
        at = strchr(at, ' ');
        if (at)
            *at++ = '\0';
    }
    if (!cli_parse(argc, argv, ret, &err))
        fail_msg("%s", err.text);
}

static void an_override_settles_what_can_be_overridden(void **state)
{
    (void)state;
    const struct {
        const char *guards, *words;
        bool refuse;
    } cases[] = {
        {"null", "s hsts climb a", false},
        {"[]", "s hsts climb a", false},
        {"[" PORTS "," CENSUS "]", "s hsts climb a", false},
        {"[" DWELL "]", "s hsts climb a", true},
        {"[" DWELL "]", "s hsts climb a --override dwell --reason r --confirm a", false},
        {"[" DWELL "]", "s hsts climb a --override traffic --reason r --confirm a", true},
        {"[" DWELL "," NAMES "]", "s hsts climb a --override dwell --override certificate-names", true},
        {"[{'guard': 'x', 'overridable': true}]", "s hsts climb a", true}, /* what is not understood blocks */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[200];
        struct cli cli;
        json_t *guards = golden_json(cases[i].guards);
        parse(cases[i].words, room, sizeof room, &cli);
        if (cli_guards_refuse(&cli, guards) != cases[i].refuse)
            fail_msg("%s: %s", cases[i].words, cases[i].guards);
        json_decref(guards);
    }
}

static void one_move_is_shown_with_all_its_guards(void **state)
{
    (void)state;
    const struct {
        const char *move, *expected;
    } cases[] = {
        {"{'verdict': 'block', 'guards': [" DWELL "," CENSUS "," PORTS "]}",
         "app.example.org, climb: 1 blocks, 1 warns, 1 passes\n"
         "\n"
         "block  dwell: The rung of 5 minutes has been held only since 2026-11-24 12:03\n"
         "       UTC: those whom it shuts out may not have noticed.\n"
         "       fix: Wait until 2026-11-24 12:08 UTC.\n"
         "warn   http-census: 12 percent of the requests since this rung began came over\n"
         "       plain HTTP: clients that hear no promise.\n"
         "       fix: Look in the access log who they are.\n"
         "pass   ports: The ports?[2J fit.\n"
         "\n"
         "To do it all the same: strictgate hsts climb app.example.org --override dwell --reason TEXT --confirm "
         "app.example.org\n"},
        {"{'verdict': 'block', 'guards': [" NAMES "," DWELL "]}",
         "app.example.org, climb: 2 block, 0 warn, 0 pass\n"
         "\n"
         "block  certificate-names: The certificate lacks a name.\n"
         "block  dwell: The rung of 5 minutes has been held only since 2026-11-24 12:03\n"
         "       UTC: those whom it shuts out may not have noticed.\n"
         "       fix: Wait until 2026-11-24 12:08 UTC.\n"
         "\n"
         "There is no way round it: not to be overridden is certificate-names\n"},
        {"{'verdict': 'pass', 'guards': []}", "app.example.org, climb: 0 block, 0 warn, 0 pass\n\n"},
        {"{'verdict': 'impossible', 'why': 'no promise is being sent', 'fix': 'start first'}",
         "app.example.org, climb: not possible from here: no promise is being sent\n"
         "fix: start first\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct golden golden;
        json_t *move = golden_json(cases[i].move);
        golden_open(&golden);
        cli_guards_write_move(golden.out, "app.example.org", cli_move_find("climb"), move);
        golden_check(&golden, 0, cases[i].expected);
        json_decref(move);
    }
}

static void all_moves_are_shown_in_a_line_each(void **state)
{
    struct golden golden;
    json_t *moves =
        golden_json("{'start': {'verdict': 'impossible', 'why': 'Strict Transport Security has been started "
                    "already, and goes on'}, 'climb': {'verdict': 'block', 'guards': [" DWELL "," NAMES "," CENSUS
                    "]}, 'permanent': {'verdict': 'warn', 'guards': [" CENSUS "," PORTS "]}, 'hold': "
                    "{'verdict': 'pass', 'guards': []}, 'include-subdomains-on': {'verdict': 'pass', "
                    "'guards': [" PORTS "]}}");
    (void)state;
    golden_open(&golden);
    cli_guards_write_moves(golden.out, moves);
    golden_check(&golden, 80,
                 "start           impossible  Strict Transport Security has been started already,\n"
                 "                            and goes on\n"
                 "climb           block       dwell, certificate-names\n"
                 "permanent       warn        http-census\n"
                 "hold            pass\n"
                 "subdomains on   pass\n");
    json_decref(moves);
}

static void a_problem_is_told_in_the_words_of_the_command_line(void **state)
{
    (void)state;
    const struct {
        const char *words, *problem, *expected;
        unsigned status;
        int exit_status;
    } cases[] = {
        /* What a guard refuses is told in full, what warns in a line, and how to insist. */
        {"s hsts climb app.example.org --override traffic --reason r --confirm app.example.org",
         "{'status': 409, 'code': 'conflict', 'detail': 'The rung of 5 minutes has been held only since 2026-11-24 "
         "12:03 UTC: those whom it shuts out may not have noticed.', 'fix': 'Wait.', 'guards': [" DWELL
         ", {'guard': 'traffic', 'verdict': 'block', 'overridable': true, 'why': 'Nobody came.'}, " CENSUS "," PORTS
         "]}",
         "error: 2 guards are against it\n"
         "dwell: The rung of 5 minutes has been held only since 2026-11-24 12:03 UTC:\n"
         "    those whom it shuts out may not have noticed.\n"
         "    fix: Wait until 2026-11-24 12:08 UTC.\n"
         "traffic (overridden): Nobody came.\n"
         "warning: http-census: 12 percent of the requests since this rung began came over plain HTTP: clients that "
         "hear no promise.\n"
         "To do it all the same, add --override dwell --override traffic --reason TEXT --confirm app.example.org\n",
         409, CLI_FAILED},
        /* Guards that come with an error of another kind are not the error. */
        {"s hsts climb a --override dwell --reason r --confirm b",
         "{'status': 400, 'code': 'input', 'detail': 'the typed name is not a', 'field': 'override.confirm', 'guards': "
         "[" DWELL "]}",
         "error: --confirm: the typed name is not a\n", 400, CLI_USAGE},
        {"s hsts climb a",
         "{'code': 'input', 'field': 'override.guards[0]', 'detail': 'there is no guard \\'x\\'', "
         "'fix': 'look'}",
         "error: --override: there is no guard \"x\"\nfix: look\n", 400, CLI_USAGE},
        {"s site add a --upstream http://b --ladder 5",
         "{'code': 'input', 'field': 'ladder', 'detail': 'the rungs must ascend'}",
         "error: --ladder: the rungs must ascend\n", 400, CLI_USAGE},
        {"s trust --declare-file f", "{'code': 'input', 'field': 'certificate_pem', 'detail': 'it is no root'}",
         "error: certificate_pem: it is no root\n", 400, CLI_USAGE}, /* --cert is no option of trust */
        {"s site set a --no-cert", "{'code': 'not_found', 'detail': 'there is no site a', 'fix': 'list them'}",
         "error: there is no site a\nfix: list them\n", 404, CLI_FAILED},
        {"s status", "{'code': 'system', 'detail': 'evil\\u001b[2J\\nlines'}", "error: evil?[2J?lines\n", 500,
         CLI_FAILED},
        {"s status", "null", "error: the control process answered with status 502\n", 502, CLI_FAILED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[200], quoted[2000];
        struct golden golden;
        struct cli cli;
        (void)snprintf(quoted, sizeof quoted, "%s", cases[i].problem);
        for (char *at; (at = strstr(quoted, "\\'"));) /* a quote within a text */
            memcpy(at, "\\\"", 2);
        json_t *problem = golden_json(quoted);
        parse(cases[i].words, room, sizeof room, &cli);
        const struct cli_problem_about typed = {NULL, NULL, NULL};
        golden_open(&golden);
        cli_problem_write(golden.out, &cli, &typed, problem, cases[i].status);
        golden_check(&golden, 0, cases[i].expected);
        assert_int_equal(cli_problem_status(problem), cases[i].exit_status);
        json_decref(problem);
    }
}

static void a_problem_that_nobody_typed_names_its_place_and_the_command(void **state)
{
    (void)state;
    const struct {
        const char *problem, *expected;
    } cases[] = {
        {"{'code': 'input', 'field': 'sites[0].name', 'detail': 'it is none'}",
         "error: f.yaml:2:9: sites[0].name: it is none\n"},
        {"{'code': 'conflict', 'detail': 'x', 'guards': [{'guard': 'traffic', 'verdict': 'block', 'overridable': true, "
         "'why': 'Nobody came.'}]}",
         "error: 1 guard is against it\n"
         "traffic: Nobody came.\n"
         "To do it all the same: strictgate hsts subdomains a on --override traffic --reason TEXT --confirm a\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char command[CLI_COMMAND_SIZE];
        struct golden golden;
        json_t *problem = golden_json(cases[i].problem);
        const struct cli_problem_about about = {
            .site = "a",
            .place = "f.yaml:2:9: sites[0].name",
            .command = cli_move_command(cli_move_find("subdomains on"), "a", command),
        };
        golden_open(&golden);
        cli_problem_write(golden.out, NULL, &about, problem, 400);
        golden_check(&golden, 0, cases[i].expected);
        json_decref(problem);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_override_settles_what_can_be_overridden),
        cmocka_unit_test(one_move_is_shown_with_all_its_guards),
        cmocka_unit_test(all_moves_are_shown_in_a_line_each),
        cmocka_unit_test(a_problem_is_told_in_the_words_of_the_command_line),
        cmocka_unit_test(a_problem_that_nobody_typed_names_its_place_and_the_command),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
