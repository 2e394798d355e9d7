#include "check.h"

#include <stdlib.h>

#include "app/cli_commands.h"
#include "control/conserve.h"
#include "hsts/guard.h"

#define ARGUMENTS_COUNT_MAX 32

/* Parses a command line of words separated by spaces; `room` holds them. */
static bool parse(const char *line, char *room, size_t room_size, struct cli *cli, struct err *err)
{
    char *argv[ARGUMENTS_COUNT_MAX] = {NULL};
    int argc = 0;
    size_t size = strlen(line);
    assert_true(size < room_size);
    memcpy(room, line, size + 1);
    for (char *at = room; *at;) {
        assert_true(argc + 1 < ARGUMENTS_COUNT_MAX);
        argv[argc++] = at;
        while (*at && *at != ' ')
            at++;
        if (*at)
            *at++ = '\0';
    }
    return cli_parse(argc, argv, cli, err);
}

static void options_stand_anywhere_and_values_follow_or_are_joined(void **state)
{
    (void)state;
    const char *lines[] = {
        "strictgate site add --data d -c f www.example.org --upstream http://a --upstream=http://b --local-ca",
        "strictgate --data d site add www.example.org --local-ca --upstream http://a --upstream http://b --config f",
        "strictgate -c f --data=d site add --upstream http://a --upstream http://b --local-ca -- www.example.org",
        "strictgate -cf site --data d add www.example.org --upstream http://a --local-ca --upstream http://b",
    };
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct cli cli;
        struct err err = {0};
        char room[256];
        if (!parse(lines[i], room, sizeof room, &cli, &err))
            fail_msg("%s: %s", lines[i], err.text);
        assert_string_equal(cli.command->name, "site add");
        assert_int_equal(cli.operands_count, 1);
        assert_string_equal(cli.operands[0], "www.example.org");
        assert_string_equal(cli_value(&cli, "data"), "d");
        assert_string_equal(cli_value(&cli, "config"), "f");
        assert_true(cli_has(&cli, "local-ca"));
        assert_false(cli_has(&cli, "canonical"));
        assert_int_equal(cli_count(&cli, "upstream"), 2);
        size_t at = 0;
        assert_string_equal(cli_next(&cli, "upstream", &at), "http://a");
        assert_string_equal(cli_next(&cli, "upstream", &at), "http://b");
        assert_null(cli_next(&cli, "upstream", &at));
    }
}

static void every_mistake_is_named_with_what_was_meant(void **state)
{
    (void)state;
    const struct {
        const char *line, *text, *fix;
    } cases[] = {
        {"strictgate rnu", "there is no command \"rnu\"", "did you mean \"strictgate run\"?"},
        {"strictgate frobnicate", "there is no command \"frobnicate\"", "\"strictgate help\" lists the commands"},
        {"strictgate site lits", "there is no command \"site lits\"", "did you mean \"strictgate site list\"?"},
        {"strictgate site add a --upsteam x", "\"site add\" has no option --upsteam", "did you mean --upstream?"},
        {"strictgate site add a --upsteam=x", "\"site add\" has no option --upsteam", "did you mean --upstream?"},
        {"strictgate run --local-ca", "\"run\" has no option --local-ca",
         "\"strictgate run --help\" lists the options"},
        {"strictgate run -x", "\"run\" has no option -x", "\"strictgate run --help\" lists the options"},
        {"strictgate site add a --upstream", "--upstream needs a value", "give it as --upstream URL"},
        {"strictgate run --data d --data e", "--data is given twice", "give it once"},
        {"strictgate site add a --local-ca=yes", "--local-ca takes no value", "give it as --local-ca alone"},
        {"strictgate site add", "\"site add\" needs NAME", "strictgate site add NAME"},
        {"strictgate site add a b", "\"site add\" does not take \"b\"",
         "\"strictgate site add --help\" shows what it takes"},
        {"strictgate status now", "\"status\" does not take \"now\"",
         "\"strictgate status --help\" shows what it takes"},
        {"strictgate --xyzzy status", "there is no global option --xyzzy", "\"strictgate --help\" lists the options"},
        {"strictgate --dta d status", "there is no global option --dta", "did you mean --data?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct cli cli;
        struct err err = {0};
        char room[256];
        if (parse(cases[i].line, room, sizeof room, &cli, &err))
            fail_msg("%s was taken", cases[i].line);
        assert_string_equal(err.text, cases[i].text);
        assert_string_equal(err.fix, cases[i].fix);
        assert_int_equal(err.code, ERR_INPUT);
    }
}

static void version_is_an_option_as_well(void **state)
{
    char program[] = "strictgate", option[] = "--version";
    char *argv[] = {program, option, NULL};
    struct cli *cli = calloc(1, sizeof *cli);
    struct err err = {0};
    (void)state;
    assert_non_null(cli);
    assert_true(cli_parse(2, argv, cli, &err));
    assert_string_equal(cli->command->name, "version");
    free(cli);
}

static void help_is_given_whatever_else_is_missing(void **state)
{
    (void)state;
    struct cli cli;
    struct err err;
    char room[256];
    assert_true(parse("strictgate site add --help", room, sizeof room, &cli, &err));
    assert_true(cli_has(&cli, "help"));
    assert_true(parse("strictgate -h", room, sizeof room, &cli, &err));
    assert_null(cli.command);
    assert_true(parse("strictgate site", room, sizeof room, &cli, &err));
    assert_null(cli.command);
    assert_string_equal(cli.group, "site");
    assert_true(parse("strictgate", room, sizeof room, &cli, &err));
    assert_null(cli.command);
}

static void more_options_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    enum { COUNT = 2 * CLI_GIVEN_COUNT_MAX + 2 };
    static char program[] = "strictgate", site[] = "site", add[] = "add", alias[] = "--alias", name[] = "a";
    static char settings[] = "settings", set[] = "set", setting[] = "a=1";
    char *argv[COUNT + 4] = {program, site, add};
    for (int i = 3; i < COUNT + 3; i += 2) {
        argv[i] = alias;
        argv[i + 1] = name;
    }
    struct cli *cli = malloc(sizeof *cli);
    struct err err;
    assert_non_null(cli);
    assert_false(cli_parse(COUNT + 3, argv, cli, &err));
    assert_string_equal(err.text, "more than 512 options");
    char *operands[CLI_OPERANDS_COUNT_MAX + 4] = {program, settings, set};
    for (int i = 3; i < CLI_OPERANDS_COUNT_MAX + 4; i++)
        operands[i] = setting;
    assert_false(cli_parse(CLI_OPERANDS_COUNT_MAX + 4, operands, cli, &err));
    assert_string_equal(err.text, "too many arguments, from \"a=1\" on");
    free(cli);
}

static void the_table_is_whole(void **state)
{
    (void)state;
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        assert_ptr_equal(cli_command_find(str_from(command->name)), command); /* no name twice */
        assert_non_null(command->run);
        assert_non_null(command->operands);
        assert_true(command->operands_max >= command->operands_min);
        assert_true(command->operands_max <= CLI_OPERANDS_COUNT_MAX);
        assert_true(command->summary[0] >= 'a' && command->summary[0] <= 'z');
        assert_true(!command->operand_words || command->operand_words_at < command->operands_max);
        const struct cli_option *option, *other;
        for (size_t i = 0; (option = cli_command_option(command, i)); i++) {
            assert_true((option->complete == CLI_COMPLETE_WORDS) == (option->words != NULL));
            assert_true(option->complete == CLI_COMPLETE_NOTHING || option->value);
            for (size_t j = 0; j < i && (other = cli_command_option(command, j)); j++)
                assert_string_not_equal(option->name, other->name);
        }
    }
}

static const char *override_words(void)
{
    const struct cli_option *option = NULL;
    const struct cli_command *command = cli_command_find(STR("hsts climb"));
    assert_non_null(command);
    for (size_t i = 0; (option = cli_command_option(command, i)) && strcmp(option->name, "override") != 0; i++)
        ;
    assert_non_null(option);
    return option->words;
}

static bool has_word(const char *words, const char *word)
{
    for (struct str rest = str_from(words); rest.data;)
        if (str_eq(str_cut(&rest, ' '), str_from(word)))
            return true;
    return false;
}

/* What a shell offers behind --override are guards that can be overridden, and nothing else. */
static void only_guards_that_can_be_overridden_are_offered(void **state)
{
    (void)state;
    for (struct str rest = str_from(override_words()); rest.data;) {
        bool overridable = false;
        struct str guard = str_cut(&rest, ' ');
        if (!(guard_find(guard, &overridable) || conserve_find(guard, &overridable)) || !overridable)
            fail_msg("%.*s is no guard that can be overridden", STR_ARG(guard));
    }
}

/* And all of them: a site of which nothing is known, but that binds names below and was preloaded, has every guard. */
static void every_guard_that_can_be_overridden_is_offered(void **state)
{
    (void)state;
    struct guard_name name = {.name = STR("a.example.org")};
    struct guard_facts facts = {.names = &name, .names_count = 1};
    hsts_wish_init(&facts.before);
    hsts_wish_init(&facts.after);
    facts.before.preload = true;
    facts.after.include_subdomains = true;
    for (unsigned move = 0; move < HSTS_MOVES_COUNT; move++) {
        struct guard_result results[GUARD_COUNT_MAX];
        size_t count = guard_evaluate(&facts, (enum hsts_move)move, results);
        for (size_t i = 0; i < count; i++)
            if (results[i].overridable && !has_word(override_words(), results[i].id))
                fail_msg("%s is not offered", results[i].id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_anywhere_and_values_follow_or_are_joined),
        cmocka_unit_test(every_mistake_is_named_with_what_was_meant),
        cmocka_unit_test(version_is_an_option_as_well),
        cmocka_unit_test(help_is_given_whatever_else_is_missing),
        cmocka_unit_test(more_options_than_there_is_room_for_are_refused),
        cmocka_unit_test(the_table_is_whole),
        cmocka_unit_test(only_guards_that_can_be_overridden_are_offered),
        cmocka_unit_test(every_guard_that_can_be_overridden_is_offered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
