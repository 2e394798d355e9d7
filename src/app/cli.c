/* Parsing by the table of commands. */
#include "app/cli.h"

#include <stdio.h>

#include "app/suggest.h"

const struct cli_command *cli_command_next(const struct cli_command *command)
{
    command = command ? command + 1 : cli_commands;
    return command->name ? command : command->more;
}

const struct cli_command *cli_command_find(struct str name)
{
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));)
        if (str_eq(str_from(command->name), name))
            return command;
    return NULL;
}

/* Whether any command begins with the word `group`. */
static bool is_group(struct str group)
{
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        struct str name = str_from(command->name);
        size_t space = str_find(name, ' ');
        if (space < name.size && str_eq(str_part(name, 0, space), group))
            return true;
    }
    return false;
}

const struct cli_option *cli_command_option(const struct cli_command *command, size_t i)
{
    for (size_t set = 0; command && set < CLI_OPTION_SETS_COUNT && command->option_sets[set]; set++)
        for (const struct cli_option *option = command->option_sets[set]; option->name; option++)
            if (i-- == 0)
                return option;
    for (const struct cli_option *option = cli_global_options; option->name; option++)
        if (i-- == 0)
            return option;
    return NULL;
}

/* What an argument that begins with '-' is taken apart into. */
struct typed {
    struct str name;   /* without dashes */
    const char *value; /* behind '=', or NULL */
    bool is_letter;    /* -c */
};

static bool typed_read(const char *argument, struct typed *ret)
{
    struct str text = str_from(argument);
    if (text.size < 2 || text.data[0] != '-')
        return false;
    if (text.data[1] != '-') {
        *ret = (struct typed){
            .name = str_part(text, 1, 1), .value = text.size > 2 ? argument + 2 : NULL, .is_letter = true};
        return true;
    }
    size_t equals = str_find(text, '=');
    *ret = (struct typed){.name = str_part(text, 2, equals - 2),
                          .value = equals < text.size ? argument + equals + 1 : NULL};
    return true;
}

static bool option_matches(const struct cli_option *option, const struct typed *typed)
{
    if (typed->is_letter)
        return option->letter && option->letter == typed->name.data[0];
    return str_eq(str_from(option->name), typed->name);
}

static const struct cli_option *option_find(const struct cli_command *command, const struct typed *typed)
{
    const struct cli_option *option;
    for (size_t i = 0; (option = cli_command_option(command, i)); i++)
        if (option_matches(option, typed))
            return option;
    return NULL;
}

static bool unknown_option(const struct cli_command *command, const char *argument, const struct typed *typed,
                           struct err *err)
{
    struct suggest suggest;
    suggest_init(&suggest, typed->name);
    const struct cli_option *option;
    for (size_t i = 0; (option = cli_command_option(command, i)); i++)
        if (!option->hidden)
            suggest_offer(&suggest, str_from(option->name));
    size_t shown = str_find(str_from(argument), '=');
    if (command)
        (void)err_set(err, ERR_INPUT, "\"%s\" has no option %.*s", command->name, (int)shown, argument);
    else
        (void)err_set(err, ERR_INPUT, "there is no global option %.*s", (int)shown, argument);
    if (suggest.nearest.size)
        return err_fix(err, "did you mean --%.*s?", STR_ARG(suggest.nearest));
    return err_fix(err, "\"strictgate %s%s--help\" lists the options", command ? command->name : "",
                   command ? " " : "");
}

bool cli_command_unknown(struct str word, struct err *err)
{
    struct suggest suggest;
    suggest_init(&suggest, word);
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        struct str name = str_from(command->name);
        suggest_offer(&suggest, name);
        suggest_offer(&suggest, str_part(name, 0, str_find(name, ' '))); /* its group */
    }
    (void)err_set(err, ERR_INPUT, "there is no command \"%.*s\"", STR_ARG(word));
    if (suggest.nearest.size)
        return err_fix(err, "did you mean \"strictgate %.*s\"?", STR_ARG(suggest.nearest));
    return err_fix(err, "\"strictgate help\" lists the commands");
}

/*
 * The words in front of the options name the command, and global options may stand before them: whether argv[i] begins
 * a global option, and how many arguments it takes.
 */
static int global_option_size(char *const argv[], int i)
{
    struct typed typed;
    if (!typed_read(argv[i], &typed))
        return 0;
    const struct cli_option *option = option_find(NULL, &typed);
    if (!option)
        return 0;
    return option->value && !typed.value ? 2 : 1;
}

/* Finds the one or two words of the command; *ret_words are their places in argv (0: none). */
static bool command_read(int argc, char *const argv[], struct cli *cli, int ret_words[2], struct err *err)
{
    int i = 1, size;
    while (i < argc && (size = global_option_size(argv, i)) > 0)
        i += size;
    if (i >= argc || argv[i][0] == '-')
        return true;
    struct str first = str_from(argv[i]);
    ret_words[0] = i;
    if (!is_group(first)) {
        cli->command = cli_command_find(first);
        return cli->command || cli_command_unknown(first, err);
    }
    cli->group = argv[i++];
    while (i < argc && (size = global_option_size(argv, i)) > 0)
        i += size;
    if (i >= argc || argv[i][0] == '-')
        return true;
    struct str second = str_from(argv[i]);
    char name[SUGGEST_SIZE_MAX];
    int size_needed = snprintf(name, sizeof name, "%s %s", cli->group, argv[i]);
    if (size_needed < 0 || (size_t)size_needed >= sizeof name)
        return cli_command_unknown(second, err);
    ret_words[1] = i;
    cli->command = cli_command_find(str_from(name));
    return cli->command || cli_command_unknown(str_from(name), err);
}

static bool given_add(struct cli *cli, const struct cli_option *option, const char *value, struct err *err)
{
    if (!option->repeatable && option->value && cli_has(cli, option->name)) {
        (void)err_set(err, ERR_INPUT, "--%s is given twice", option->name);
        return err_fix(err, "give it once");
    }
    if (cli->given_count == CLI_GIVEN_COUNT_MAX) {
        (void)err_set(err, ERR_INPUT, "more than %d options", CLI_GIVEN_COUNT_MAX);
        return err_fix(err, "use the API on the control socket for more");
    }
    cli->given[cli->given_count++] = (struct cli_given){option, value};
    return true;
}

/* Reads the option at argv[*i] and moves *i past it. */
static bool option_read(int argc, char *const argv[], int *i, struct cli *cli, struct err *err)
{
    const char *argument = argv[*i];
    struct typed typed;
    if (!typed_read(argument, &typed))
        return err_set(err, ERR_INPUT, "\"%s\" is no option", argument);
    const struct cli_option *option = option_find(cli->command, &typed);
    if (!option)
        return unknown_option(cli->command, argument, &typed, err);
    *i += 1;
    if (!option->value) {
        if (!typed.value)
            return given_add(cli, option, NULL, err);
        (void)err_set(err, ERR_INPUT, "--%s takes no value", option->name);
        return err_fix(err, "give it as --%s alone", option->name);
    }
    if (!typed.value) {
        if (*i >= argc) {
            (void)err_set(err, ERR_INPUT, "--%s needs a value", option->name);
            return err_fix(err, "give it as --%s %s", option->name, option->value);
        }
        typed.value = argv[(*i)++];
    }
    return given_add(cli, option, typed.value, err);
}

static bool operand_add(struct cli *cli, const char *operand, struct err *err)
{
    if (cli->operands_count == CLI_OPERANDS_COUNT_MAX)
        return err_set(err, ERR_INPUT, "too many arguments, from \"%s\" on", operand);
    cli->operands[cli->operands_count++] = operand;
    return true;
}

static bool operands_check(const struct cli *cli, struct err *err)
{
    const struct cli_command *command = cli->command;
    if (!command || cli_has(cli, "help"))
        return true;
    if (cli->operands_count < command->operands_min) {
        (void)err_set(err, ERR_INPUT, "\"%s\" needs %s", command->name, command->operands);
        return err_fix(err, "strictgate %s %s", command->name, command->operands);
    }
    if (cli->operands_count > command->operands_max) {
        (void)err_set(err, ERR_INPUT, "\"%s\" does not take \"%s\"", command->name,
                      cli->operands[command->operands_max]);
        return err_fix(err, "\"strictgate %s --help\" shows what it takes", command->name);
    }
    return true;
}

bool cli_parse(int argc, char *const argv[], struct cli *ret, struct err *err)
{
    *ret = (struct cli){0};
    int words[2] = {0};
    if (argc == 2 && strcmp(argv[1], "--version") == 0) { /* what scripts ask every program */
        ret->command = cli_command_find(STR("version"));
        return true;
    }
    if (!command_read(argc, argv, ret, words, err))
        return false;
    bool options_end = false;
    for (int i = 1; i < argc;) {
        if (i == words[0] || i == words[1]) {
            i++;
        } else if (!options_end && strcmp(argv[i], "--") == 0) {
            options_end = true;
            i++;
        } else if (!options_end && argv[i][0] == '-' && argv[i][1]) {
            if (!option_read(argc, argv, &i, ret, err))
                return false;
        } else if (!operand_add(ret, argv[i++], err)) {
            return false;
        }
    }
    return operands_check(ret, err);
}

const char *cli_next(const struct cli *cli, const char *name, size_t *at)
{
    while (*at < cli->given_count) {
        const struct cli_given *given = &cli->given[(*at)++];
        if (strcmp(given->option->name, name) == 0)
            return given->value ? given->value : "";
    }
    return NULL;
}

bool cli_has(const struct cli *cli, const char *name)
{
    size_t at = 0;
    return cli_next(cli, name, &at) != NULL;
}

const char *cli_value(const struct cli *cli, const char *name)
{
    size_t at = 0;
    const char *value = NULL, *next;
    while ((next = cli_next(cli, name, &at)))
        value = next;
    return value;
}

size_t cli_count(const struct cli *cli, const char *name)
{
    size_t at = 0, count = 0;
    while (cli_next(cli, name, &at))
        count++;
    return count;
}
