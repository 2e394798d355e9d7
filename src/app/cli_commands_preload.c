/* The group "preload" of the table of commands: the list that is built into browsers. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option update_options[] = {
    {.name = "from",
     .value = "FILE|URL",
     .complete = CLI_COMPLETE_FILE,
     .help = "a file (JSON, or that compressed by gzip) or an address, instead of that of the settings"},
    {.name = "force", .help = "take the list also when it has far fewer entries than the one that is here"},
    {0},
};

static const struct cli_option standing_options[] = {
    {.name = "no-look", .help = "look at nothing: say what the list has"},
    {0},
};

const struct cli_command cli_commands_preload[] = {
    {
        .name = "preload update",
        .operands = "",
        .option_sets = {update_options, json_options},
        .summary = "fetch the browsers' preload list, for guards and lookups",
        .details =
            "    strictgate preload update\n"
            "    strictgate preload update --from transport_security_state_static.json.gz\n"
            "\n"
            "The list as Chromium keeps it. It is kept in the data directory, and guards go by it from then on.\n"
            "By itself it is fetched only where you say so: strictgate settings set preload.update_days=7.\n"
            "Nothing is ever submitted to the list.",
        .run = cli_preload_update,
    },
    {
        .name = "preload lookup",
        .operands = "NAME...",
        .operands_min = 1,
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .option_sets = {json_options},
        .summary = "show which entry of the preload list binds a name",
        .details = "Its own, or the nearest one above it that includes subdomains. Exit status 0 when every NAME is\n"
                   "bound, 4 when one is not.",
        .run = cli_preload_lookup,
    },
    {
        .name = "preload standing",
        .operands = "DOMAIN",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {standing_options, json_options},
        .summary = "show how a domain stands with the preload list, and what to know before changing that",
        .details =
            "    strictgate preload standing example.org\n"
            "\n"
            "Whether it is on the list that is here or bound by a name above, which domain would be bound, whether it\n"
            "would be taken or may leave as it is seen now, and what that means. Nothing is submitted anywhere.",
        .run = cli_preload_standing,
    },
    {
        .name = "preload status",
        .operands = "",
        .option_sets = {json_options},
        .summary = "show the preload list that is here, its source and its age",
        .details = "Exit status 1 when there is none, or it is older than the 70 days for which browsers go by theirs.",
        .run = cli_preload_status,
    },
    {.more = cli_commands_subdomains},
};
