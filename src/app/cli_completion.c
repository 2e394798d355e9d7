/*
 * completion: a script for each shell, written from the table of commands. The scripts know commands, options, the
 * words an option takes, and where file names belong.
 */
#include <stdio.h>

#include "app/cli_commands.h"
#include "app/cli_output.h"

/* The second word of a command of two, or NULL. */
static const char *second_word(const struct cli_command *command)
{
    const char *space = strchr(command->name, ' ');
    return space ? space + 1 : NULL;
}

static struct str first_word(const struct cli_command *command)
{
    return str_part(str_from(command->name), 0, str_find(str_from(command->name), ' '));
}

/* How many words stand in front of the operand that has words to offer: those of the command, and other operands. */
static size_t words_before(const struct cli_command *command)
{
    return (second_word(command) ? 2 : 1) + command->operand_words_at;
}

/* Whether an earlier row of the table has the same first word. */
static bool is_repeated(const struct cli_command *command)
{
    for (const struct cli_command *c = NULL; (c = cli_command_next(c)) != command;)
        if (str_eq(first_word(c), first_word(command)))
            return true;
    return false;
}

/* Calls for every option that is no secret of the tests. */
static void each_option(const struct cli_command *command,
                        void (*print)(const struct cli_command *command, const struct cli_option *option))
{
    const struct cli_option *option;
    for (size_t i = 0; (option = cli_command_option(command, i)); i++)
        if (!option->hidden)
            print(command, option);
}

/* ---- bash ---- */

static void bash_option(const struct cli_command *command, const struct cli_option *option)
{
    (void)command;
    (void)printf(" --%s", option->name);
}

static void bash_value(const struct cli_command *command, const struct cli_option *option)
{
    (void)command;
    if (!option->value)
        return;
    (void)printf("            --%s", option->name);
    if (option->letter)
        (void)printf("|-%c", option->letter);
    switch (option->complete) {
    case CLI_COMPLETE_FILE: (void)printf(") COMPREPLY=($(compgen -f -- \"$cur\")) ;;\n"); break;
    case CLI_COMPLETE_FOLDER: (void)printf(") COMPREPLY=($(compgen -d -- \"$cur\")) ;;\n"); break;
    case CLI_COMPLETE_WORDS: (void)printf(") COMPREPLY=($(compgen -W '%s' -- \"$cur\")) ;;\n", option->words); break;
    case CLI_COMPLETE_NOTHING: (void)printf(") COMPREPLY=() ;;\n"); break;
    }
}

/* "|--name|-n" of options with a value: the word behind them is no command. */
static void bash_with_value(const struct cli_command *command, const struct cli_option *option)
{
    (void)command;
    if (!option->value)
        return;
    (void)printf("|--%s", option->name);
    if (option->letter)
        (void)printf("|-%c", option->letter);
}

static void bash_case(const struct cli_command *command)
{
    (void)printf("        '%s')\n", command->name);
    (void)printf("            case $prev in\n");
    each_option(command, bash_value);
    (void)printf("            *) local offered=\n");
    if (command->operand_words)
        (void)printf("                (($# == %zu)) && offered='%s'\n", words_before(command), command->operand_words);
    (void)printf("                COMPREPLY=($(compgen -W \"$offered");
    each_option(command, bash_option);
    (void)printf("\" -- \"$cur\"))\n");
    if (command->operand_is_file)
        (void)printf("                (($# == %zu)) && COMPREPLY+=($(compgen -f -- \"$cur\"))\n",
                     words_before(command));
    (void)printf("                ;;\n            esac ;;\n");
}

static void bash(void)
{
    (void)printf("# bash completion for strictgate\n"
                 "_strictgate() {\n"
                 "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} words= i\n"
                 "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                 "        case ${COMP_WORDS[i-1]} in 'no option'");
    each_option(NULL, bash_with_value);
    (void)printf(") continue ;; esac\n"
                 "        case ${COMP_WORDS[i]} in -*) ;; *) words=\"$words ${COMP_WORDS[i]}\" ;; esac\n"
                 "    done\n"
                 "    set -- $words\n"
                 "    local command=$1\n"
                 "    case $1 in ");
    const char *bar = "";
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        if (!second_word(command) || is_repeated(command))
            continue;
        (void)printf("%s%.*s", bar, STR_ARG(first_word(command)));
        bar = "|";
    }
    (void)printf(") command=\"$1${2:+ $2}\" ;; esac\n"
                 "    case $command in\n"
                 "        '') COMPREPLY=($(compgen -W '");
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));)
        if (!is_repeated(command))
            (void)printf("%.*s ", STR_ARG(first_word(command)));
    each_option(NULL, bash_option);
    (void)printf("' -- \"$cur\")) ;;\n");
    for (const struct cli_command *group = NULL; (group = cli_command_next(group));) {
        if (!second_word(group) || is_repeated(group))
            continue;
        (void)printf("        '%.*s') COMPREPLY=($(compgen -W '", STR_ARG(first_word(group)));
        for (const struct cli_command *command = group; command; command = cli_command_next(command))
            if (second_word(command) && str_eq(first_word(command), first_word(group)))
                (void)printf("%s ", second_word(command));
        (void)printf("' -- \"$cur\")) ;;\n");
    }
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));)
        bash_case(command);
    (void)printf("    esac\n}\ncomplete -o filenames -F _strictgate strictgate\n");
}

/* ---- zsh ---- */

/* Text inside of zsh's '…[…]…': quotes and brackets would end it. */
static void zsh_text(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            (void)fputs("'\\''", stdout);
        else if (*text == '[' || *text == ']' || *text == ':')
            (void)printf("\\%c", *text);
        else
            (void)putchar(*text);
    }
}

static void zsh_option(const struct cli_command *command, const struct cli_option *option)
{
    (void)command;
    (void)printf("            '%s--%s%s[", option->repeatable ? "*" : "", option->name, option->value ? "=" : "");
    zsh_text(option->help);
    (void)putchar(']');
    if (option->value) {
        (void)putchar(':');
        zsh_text(option->value);
        (void)putchar(':');
    }
    switch (option->complete) {
    case CLI_COMPLETE_FILE: (void)printf("_files"); break;
    case CLI_COMPLETE_FOLDER: (void)printf("_files -/"); break;
    case CLI_COMPLETE_WORDS: (void)printf("(%s)", option->words); break;
    case CLI_COMPLETE_NOTHING: break;
    }
    (void)printf("' \\\n");
}

static void zsh_entry(const char *word, size_t size, const char *summary)
{
    (void)printf("            '%.*s:", (int)size, word);
    zsh_text(summary);
    (void)printf("'\n");
}

static void zsh_group(const struct cli_command *group)
{
    (void)printf("    '%.*s ')\n        commands=(\n", STR_ARG(first_word(group)));
    for (const struct cli_command *command = group; command; command = cli_command_next(command))
        if (second_word(command) && str_eq(first_word(command), first_word(group)))
            zsh_entry(second_word(command), strlen(second_word(command)), command->summary);
    (void)printf("        )\n        _describe command commands ;;\n");
}

static void zsh(void)
{
    (void)printf("#compdef strictgate\n"
                 "_strictgate() {\n"
                 "    local -a commands\n"
                 "    local first=$words[2] command=$words[2]\n"
                 "    if (( CURRENT == 2 )); then\n"
                 "        commands=(\n");
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));)
        if (!is_repeated(command))
            zsh_entry(command->name, first_word(command).size,
                      second_word(command) ? "its commands" : command->summary);
    (void)printf("        )\n        _describe command commands\n        return\n    fi\n    case $first in\n    ");
    const char *bar = "";
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        if (!second_word(command) || is_repeated(command))
            continue;
        (void)printf("%s%.*s", bar, STR_ARG(first_word(command)));
        bar = "|";
    }
    (void)printf(") if (( CURRENT == 3 )); then command=\"$first \"; else command=\"$first $words[3]\"; fi ;;\n"
                 "    esac\n"
                 "    case $command in\n");
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));)
        if (second_word(command) && !is_repeated(command))
            zsh_group(command);
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        (void)printf("    '%s')\n        _arguments \\\n", command->name);
        each_option(command, zsh_option);
        if (command->operand_words)
            (void)printf("            '%zu:word:(%s)' \\\n", words_before(command) + 1, command->operand_words);
        if (command->operand_is_file)
            (void)printf("            '%zu:file:_files' \\\n", words_before(command) + 1);
        (void)printf("            '*: :' ;;\n");
    }
    (void)printf("    esac\n}\n_strictgate \"$@\"\n");
}

/* ---- fish ---- */

static void fish_text(const char *text)
{
    (void)putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\')
            (void)putchar('\\');
        (void)putchar(*text);
    }
    (void)putchar('\'');
}

static void fish_option(const struct cli_command *command, const struct cli_option *option)
{
    (void)printf("complete -c strictgate -n '__strictgate_in %s' -l %s", command->name, option->name);
    if (option->letter)
        (void)printf(" -s %c", option->letter);
    switch (option->complete) {
    case CLI_COMPLETE_FILE: (void)printf(" -r -F"); break;
    case CLI_COMPLETE_FOLDER: (void)printf(" -x -a '(__fish_complete_directories)'"); break;
    case CLI_COMPLETE_WORDS: (void)printf(" -x -a '%s'", option->words); break;
    case CLI_COMPLETE_NOTHING: (void)printf("%s", option->value ? " -x" : ""); break;
    }
    (void)printf(" -d ");
    fish_text(option->help);
    (void)putchar('\n');
}

static void fish_with_value(const struct cli_command *command, const struct cli_option *option)
{
    (void)command;
    if (!option->value)
        return;
    (void)printf(" --%s", option->name);
    if (option->letter)
        (void)printf(" -%c", option->letter);
}

/* The words typed so far that are neither options nor their values, and two questions about them. */
static void fish_functions(void)
{
    (void)printf("# fish completion for strictgate\n"
                 "function __strictgate_words\n"
                 "    set -l words (commandline -opc)\n"
                 "    set -e words[1]\n"
                 "    set -l skip no\n"
                 "    for word in $words\n"
                 "        if test $skip = yes\n"
                 "            set skip no\n"
                 "            continue\n"
                 "        end\n"
                 "        switch $word\n"
                 "            case");
    each_option(NULL, fish_with_value);
    (void)printf("\n"
                 "                set skip yes\n"
                 "            case '-*'\n"
                 "            case '*'\n"
                 "                echo $word\n"
                 "        end\n"
                 "    end\n"
                 "end\n"
                 "function __strictgate_at\n"
                 "    set -l words (__strictgate_words)\n"
                 "    test \"$words\" = \"$argv\"\n"
                 "end\n"
                 "function __strictgate_in\n"
                 "    set -l words (__strictgate_words)\n"
                 "    set -l count (count $argv)\n"
                 "    test (count $words) -ge $count; and test \"$words[1..$count]\" = \"$argv\"\n"
                 "end\n"
                 "complete -c strictgate -f\n");
}

static void fish(void)
{
    fish_functions();
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        if (!is_repeated(command)) {
            (void)printf("complete -c strictgate -n __strictgate_at -a %.*s -d ", STR_ARG(first_word(command)));
            fish_text(second_word(command) ? "its commands" : command->summary);
            (void)putchar('\n');
        }
        if (second_word(command)) {
            (void)printf("complete -c strictgate -n '__strictgate_at %.*s' -a %s -d ", STR_ARG(first_word(command)),
                         second_word(command));
            fish_text(command->summary);
            (void)putchar('\n');
        }
        if (command->operand_words)
            (void)printf(
                "complete -c strictgate -n '__strictgate_in %s; and test (count (__strictgate_words)) -eq %zu' "
                "-a '%s'\n",
                command->name, words_before(command), command->operand_words);
        if (command->operand_is_file)
            (void)printf("complete -c strictgate -n '__strictgate_at %s' -F\n", command->name);
        each_option(command, fish_option);
    }
}

int cli_completion(const struct cli *cli)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } shells[] = {{"bash", bash}, {"zsh", zsh}, {"fish", fish}};
    for (size_t i = 0; i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(shells[i].name, cli->operands[0]) != 0)
            continue;
        shells[i].print();
        return CLI_OK;
    }
    struct err err = {0};
    (void)err_set(&err, ERR_INPUT, "there is no completion for \"%s\"", cli->operands[0]);
    (void)err_fix(&err, "give bash, zsh or fish");
    return cli_print_error(&err);
}
