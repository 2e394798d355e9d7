/*
 * The program: a command of the table in cli_commands.c, or, behind a hidden argument, one of the supervisor's
 * children.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "app/child.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "crypto/wipe.h"

int main(int argc, char *argv[])
{
    struct err err = {0};
    struct cli cli;
    json_set_alloc_funcs(malloc, wipe_heap); /* requests hold private keys and passphrases */
    if (argc == 2 && str_starts(str_from(argv[1]), STR(CHILD_ARGUMENT)))
        return child_run(str_after(str_from(argv[1]), sizeof CHILD_ARGUMENT - 1));
    if (!cli_parse(argc, argv, &cli, &err)) {
        int status = cli_print_error(&err);
        return cli.command && cli.command->usage_status ? cli.command->usage_status : status;
    }
    if (cli_has(&cli, "help"))
        return cli_help(&cli);
    if (cli.command)
        return cli.command->run(&cli);
    (void)cli_help(&cli);
    (void)fprintf(stderr, "\nerror: no command is given\n");
    return CLI_USAGE;
}
