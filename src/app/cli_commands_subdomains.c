/* The group "subdomains" of the table of commands, as far as it is about the inventory of names below a site. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option list_options[] = {
    {.name = "state",
     .value = "STATE",
     .complete = CLI_COMPLETE_WORDS,
     .words = "ready blocking accepted unknown",
     .help = "only names in this state"},
    {0},
};

static const struct cli_option import_options[] = {
    {.name = "format",
     .value = "FORMAT",
     .complete = CLI_COMPLETE_WORDS,
     .words = "names zone transparency hosts dhcp guess",
     .help = "what the file is; unless given, it is guessed"},
    {0},
};

static const struct cli_option transfer_options[] = {
    {.name = "server", .value = "ADDRESS", .help = "a name server of the zone, by its IP address"},
    {.name = "port", .value = "N", .help = "of the server; 53 unless given"},
    {.name = "zone", .value = "NAME", .help = "which zone; the site's name unless given"},
    {.name = "key", .value = "NAME", .help = "of the key (TSIG) that the server lets transfers with"},
    {.name = "secret-file", .value = "FILE", .complete = CLI_COMPLETE_FILE, .help = "with the key's secret (Base64)"},
    {.name = "algorithm", .value = "NAME", .help = "hmac-sha256 (what is taken without it) or hmac-sha512"},
    {0},
};

static const struct cli_option look_options[] = {
    {.name = "no-wait", .help = "return at once"},
    {0},
};

static const struct cli_option sign_off_options[] = {
    {.name = "comment", .value = "TEXT", .help = "why, for whoever reads it later"},
    {.name = "undo", .help = "take a sign-off back"},
    {0},
};

static const struct cli_option except_options[] = {
    {.name = "reason", .value = "TEXT", .help = "why visitors of this name may be shut out"},
    {.name = "until", .value = "DAY", .help = "when it ends (2027-01-31); unless given, never"},
    {.name = "undo", .help = "end an exception"},
    {0},
};

const struct cli_command cli_commands_subdomains[] = {
    {
        .name = "subdomains list",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {list_options, json_options},
        .summary = "show the names below a site that are known, and what is there",
        .details = "What includeSubDomains would bind. Exit status 1 while a name would shut its visitors out.",
        .run = cli_subdomains_list,
    },
    {
        .name = "subdomains add",
        .operands = "SITE NAME...",
        .operands_min = 2,
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .option_sets = {json_options},
        .summary = "add names below a site to its inventory",
        .run = cli_subdomains_add,
    },
    {
        .name = "subdomains import",
        .operands = "SITE FILE",
        .operands_min = 2,
        .operands_max = 2,
        .option_sets = {import_options, json_options},
        .summary = "take names in from a zone file, certificate transparency, hosts or leases",
        .details = "    strictgate subdomains import example.org db.example.org\n"
                   "    curl 'https://crt.sh/?q=example.org&output=json' | strictgate subdomains import example.org -\n"
                   "\n"
                   "\"-\" is standard input. Names that are not below the site's are left; lines that cannot be read\n"
                   "are told, and the others are taken.",
        .run = cli_subdomains_import,
    },
    {
        .name = "subdomains transfer",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {transfer_options, json_options},
        .summary = "take names in from a whole zone, asked of a name server (AXFR)",
        .details =
            "    strictgate subdomains transfer example.org --server 192.0.2.53 --key axfr --secret-file axfr.key\n"
            "\n"
            "The server must let this machine transfer the zone. The key's secret is used once and not kept.",
        .run = cli_subdomains_transfer,
    },
    {
        .name = "subdomains look",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {look_options, json_options},
        .summary = "look at all names below a site anew",
        .details = "By itself this is done every seven days: strictgate settings set subdomains.every_days=7.\n"
                   "Exit status 1 while a name would shut its visitors out.",
        .run = cli_subdomains_look,
    },
    {
        .name = "subdomains sign-off",
        .operands = "SITE NAME",
        .operands_min = 2,
        .operands_max = 2,
        .option_sets = {sign_off_options, json_options},
        .summary = "answer for a name: it may be bound",
        .details =
            "It covers what is known of the name now. One that is dead and answers over plain HTTP later is not\n"
            "covered any more.",
        .run = cli_subdomains_sign_off,
    },
    {
        .name = "subdomains except",
        .operands = "SITE NAME",
        .operands_min = 2,
        .operands_max = 2,
        .option_sets = {except_options, json_options},
        .summary = "make an exception of a name, whatever is found there",
        .run = cli_subdomains_except,
    },
    {
        .name = "subdomains remove",
        .operands = "SITE NAME",
        .operands_min = 2,
        .operands_max = 2,
        .summary = "take a name out of an inventory",
        .run = cli_subdomains_remove,
    },
    {.more = cli_commands_bundle},
};
