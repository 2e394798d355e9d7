/* The group "cert" of the table of commands: the life of a certificate. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option show_options[] = {
    {.name = "look", .help = "look at the site from outside first"},
    {0},
};

const struct cli_command cli_commands_cert[] = {
    {
        .name = "cert list",
        .operands = "",
        .option_sets = {json_options},
        .summary = "list the certificates, the worst first",
        .details =
            "How far each has come: stored here, published to the gateway, acknowledged by all its workers, and\n"
            "seen served on every listener. What is wrong stands below, with what to do.",
        .run = cli_cert_list,
    },
    {
        .name = "cert show",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {show_options, json_options},
        .summary = "show a site's certificates with their chains",
        .details = "What they say, when each was stored, published, acknowledged and seen served, how long browsers\n"
                   "are promised HTTPS, and what is wrong.",
        .run = cli_cert_show,
    },
    {.more = cli_commands_more},
};
