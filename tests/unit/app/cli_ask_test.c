#include "check.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/cli_ask.h"

static void only_yes_is_yes_and_only_the_name_is_the_name(void **state)
{
    (void)state;
    const struct {
        enum cli_ask how;
        const char *answer;
        bool yes;
    } cases[] = {
        {CLI_ASK_STEP, "y\n", true},
        {CLI_ASK_STEP, "Y\n", true},
        {CLI_ASK_STEP, "yes\n", true},
        {CLI_ASK_YES, " YES \r\n", true},
        {CLI_ASK_YES, "y", true},
        {CLI_ASK_STEP, "\n", false},
        {CLI_ASK_STEP, "", false},
        {CLI_ASK_STEP, "n\n", false},
        {CLI_ASK_STEP, "yellow\n", false},
        {CLI_ASK_NAME, "y\n", false},
        {CLI_ASK_NAME, "\n", false},
        {CLI_ASK_NAME, "app.example.org\n", true},
        {CLI_ASK_NAME, "App.Example.ORG\n", true},
        {CLI_ASK_NAME, "app.example.or\n", false},
        {CLI_ASK_NAME, "app.example.org.\n", false},
        {CLI_ASK_STEP, "app.example.org\n", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (cli_ask_is_yes(cases[i].how, "app.example.org", str_from(cases[i].answer)) != cases[i].yes)
            fail_msg("%d: %s", (int)cases[i].how, cases[i].answer);
}

static void parse(char *const *argv, int argc, struct cli *ret)
{
    struct err err = {0};
    if (!cli_parse(argc, argv, ret, &err))
        fail_msg("%s", err.text);
}

/* Where nobody can answer: steps go on, all else needs --yes. */
static void without_a_terminal_yes_must_be_said_before(void **state)
{
    char program[] = "strictgate", hsts[] = "hsts", permanent[] = "permanent", site[] = "a", yes[] = "--yes";
    char *argv[] = {program, hsts, permanent, site, yes, NULL};
    struct cli plain, sure;
    struct err err = {0};
    (void)state;
    parse(argv, 4, &plain);
    parse(argv, 5, &sure);
    int terminal = dup(STDIN_FILENO), null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    assert_true(terminal >= 0 && null >= 0 && dup2(null, STDIN_FILENO) >= 0);
    assert_false(cli_ask_is_possible(&plain));
    assert_true(cli_ask(&plain, CLI_ASK_NOT, "a", "It happens.", &err));
    assert_true(cli_ask(&plain, CLI_ASK_STEP, "a", "It happens.", &err));
    assert_false(cli_ask(&plain, CLI_ASK_YES, "a", "It happens.", &err));
    assert_int_equal(err.code, ERR_INPUT);
    assert_string_equal(err.text, "It happens.");
    assert_string_equal(err.fix, "add --yes to do it");
    assert_false(cli_ask(&plain, CLI_ASK_NAME, "a", "It happens.", &err));
    assert_true(cli_ask(&sure, CLI_ASK_YES, "a", "It happens.", &err));
    assert_true(cli_ask(&sure, CLI_ASK_NAME, "a", "It happens.", &err));
    assert_true(dup2(terminal, STDIN_FILENO) >= 0);
    (void)close(terminal);
    (void)close(null);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_yes_is_yes_and_only_the_name_is_the_name),
        cmocka_unit_test(without_a_terminal_yes_must_be_said_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
