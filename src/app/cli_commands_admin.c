/* The group "admin" of the table of commands: who may use the admin panel. */
#include "app/cli_commands.h"

#define ROLES "viewer operator owner"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option password_options[] = {
    {.name = "password-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "its first line is the password; without it the terminal is asked"},
    {0},
};

static const struct cli_option add_options[] = {
    {.name = "role",
     .value = "viewer|operator|owner",
     .complete = CLI_COMPLETE_WORDS,
     .words = ROLES,
     .help = "what it may do: look, change sites and certificates, or everything"},
    {.name = "language", .value = "TAG", .help = "of the panel, like \"fr\"; what the browser says unless given"},
    {0},
};

static const struct cli_option reset_options[] = {
    {.name = "totp", .help = "take the one-time codes away as well"},
    {.name = "passkeys", .help = "take all passkeys away as well"},
    {.name = "keep-password", .help = "leave the password as it is"},
    {0},
};

static const struct cli_option sessions_options[] = {
    {.name = "end", .value = "ID", .help = "sign this session out"},
    {0},
};

static const struct cli_option yes_options[] = {
    {.name = "yes", .help = "do not ask"},
    {0},
};

const struct cli_command cli_commands_admin[] = {
    {
        .name = "admin add",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {add_options, password_options, json_options},
        .summary = "let somebody sign in to the admin panel",
        .details = "    strictgate admin add anna --role owner\n"
                   "\n"
                   "The password has at least 12 characters. It is asked for twice, or read from a file; it is never\n"
                   "an argument, which every user of the machine could see.",
        .run = cli_admin_add,
    },
    {
        .name = "admin list",
        .operands = "",
        .option_sets = {json_options},
        .summary = "list the accounts of the admin panel",
        .run = cli_admin_list,
    },
    {
        .name = "admin show",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "show an account with its passkeys",
        .run = cli_admin_show,
    },
    {
        .name = "admin reset",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {reset_options, password_options, json_options},
        .summary = "give an account another password, for who is locked out",
        .details = "    strictgate admin reset anna\n"
                   "    strictgate admin reset anna --keep-password --totp\n"
                   "\n"
                   "All sessions of the account end.",
        .run = cli_admin_reset,
    },
    {
        .name = "admin role",
        .operands = "NAME ROLE",
        .operands_min = 2,
        .operands_max = 2,
        .operand_words = ROLES,
        .operand_words_at = 1,
        .option_sets = {json_options},
        .summary = "change what an account may do",
        .details = "ROLE is viewer, operator or owner. All sessions of the account end. The last owner stays one.",
        .run = cli_admin_role,
    },
    {
        .name = "admin remove",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {yes_options, json_options},
        .summary = "remove an account, with its passkeys and sessions",
        .run = cli_admin_remove,
    },
    {
        .name = "admin link",
        .operands = "",
        .option_sets = {json_options},
        .summary = "get the one-time link to the panel's first account",
        .details = "Only while there is no account; later ones are made by admin add or in the panel. The link is\n"
                   "good for a day, and a new one takes the place of those before it.",
        .run = cli_admin_link,
    },
    {
        .name = "admin sessions",
        .operands = "[NAME]",
        .operands_max = 1,
        .option_sets = {sessions_options, json_options},
        .summary = "show who is signed in to the admin panel, or sign somebody out",
        .run = cli_admin_sessions,
    },
    {.more = cli_commands_preload},
};
