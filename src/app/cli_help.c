/* Help and version, printed from the table. */
#include <stdio.h>

#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "crypto/library.h"

/* Where the one-line helps begin: behind the longest option with its value. */
#define HELP_COLUMN 34

static void print_option(const struct cli_option *option)
{
    char left[128];
    char letter[8] = "    ";
    if (option->letter)
        (void)snprintf(letter, sizeof letter, "-%c, ", option->letter);
    (void)snprintf(left, sizeof left, "  %s--%s%s%s%s", letter, option->name, option->value ? " " : "",
                   option->value ? option->value : "", option->repeatable ? " ..." : "");
    if (strlen(left) >= HELP_COLUMN)
        (void)printf("%s\n%*s%s\n", left, HELP_COLUMN, "", option->help);
    else
        (void)printf("%-*s%s\n", HELP_COLUMN, left, option->help);
}

static void print_options(const char *title, const struct cli_option *options)
{
    bool titled = false;
    for (; options->name; options++) {
        if (options->hidden)
            continue;
        if (title && !titled)
            (void)printf("\n%s\n", title);
        titled = true;
        print_option(options);
    }
}

static void print_command(const struct cli_command *command)
{
    bool has_options = command->option_sets[0] && !command->option_sets[0]->hidden;
    (void)printf("strictgate %s%s%s%s\n\n%c%s.\n", command->name, *command->operands ? " " : "", command->operands,
                 has_options ? " [OPTION]..." : "", command->summary[0] - 32, command->summary + 1);
    if (command->details)
        (void)printf("\n%s\n", command->details);
    for (size_t set = 0; set < CLI_OPTION_SETS_COUNT && command->option_sets[set]; set++)
        print_options(set == 0 ? "Options:" : NULL, command->option_sets[set]);
    print_options("Global options:", cli_global_options);
}

static bool is_group(struct str word)
{
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        struct str name = str_from(command->name);
        size_t space = str_find(name, ' ');
        if (space < name.size && str_eq(str_part(name, 0, space), word))
            return true;
    }
    return false;
}

static void print_overview(struct str group)
{
    (void)printf("strictgate COMMAND [OPTION]...\n\n"
                 "An HTTPS gateway that moves an application's users to HTTPS and keeps them there.\n\nCommands:\n");
    for (const struct cli_command *command = NULL; (command = cli_command_next(command));) {
        struct str name = str_from(command->name);
        if (group.size && !str_eq(str_part(name, 0, str_find(name, ' ')), group))
            continue;
        char left[80];
        (void)snprintf(left, sizeof left, "  %s %s", command->name, command->operands);
        (void)printf("%-32s%s\n", left, command->summary);
    }
    print_options("Global options:", cli_global_options);
    (void)printf("\n\"strictgate COMMAND --help\" says more. Exit status: 0 done, 1 failed, 2 bad usage or input,\n"
                 "3 the control process cannot be reached.\n");
}

int cli_help(const struct cli *cli)
{
    if (cli->command && cli->command->run != cli_help) {
        print_command(cli->command);
        return CLI_OK;
    }
    if (cli->operands_count == 0) {
        print_overview(str_from(cli->group));
        return CLI_OK;
    }
    char name[128];
    (void)snprintf(name, sizeof name, "%s%s%s", cli->operands[0], cli->operands_count > 1 ? " " : "",
                   cli->operands_count > 1 ? cli->operands[1] : "");
    const struct cli_command *command = cli_command_find(str_from(name));
    if (command) {
        print_command(command);
        return CLI_OK;
    }
    if (is_group(str_from(name))) {
        print_overview(str_from(name));
        return CLI_OK;
    }
    struct err err = {0};
    (void)cli_command_unknown(str_from(name), &err);
    return cli_print_error(&err);
}

int cli_version(const struct cli *cli)
{
    (void)cli;
    (void)printf("strictgate %s (%s)\n", STRICTGATE_VERSION, library_version());
    return CLI_OK;
}
