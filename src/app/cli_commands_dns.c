/* The group "dns" of the table of commands: zones that may be changed to prove names. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option dns_options[] = {
    {.name = "server", .value = "ADDRESS", .help = "of the zone's primary DNS server, with a port if it is not 53"},
    {.name = "key", .value = "NAME", .help = "of the key (TSIG) that the server accepts updates with"},
    {.name = "secret-file", .value = "FILE", .complete = CLI_COMPLETE_FILE, .help = "with the key's secret (Base64)"},
    {.name = "algorithm", .value = "NAME", .help = "hmac-sha256 (what is taken without it) or hmac-sha512"},
    {0},
};

const struct cli_command cli_commands_dns[] = {
    {
        .name = "dns add",
        .operands = "ZONE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {dns_options, json_options},
        .summary = "let names of a zone be proven by changing its DNS",
        .details = "    strictgate dns add example.org --server 192.0.2.53 --key acme --secret-file acme.key\n"
                   "\n"
                   "Certificate authorities look for a TXT record then (dns-01), which wildcards need. It is set by\n"
                   "dynamic update (RFC 2136), signed with the key. Of several zones that hold a name the longest\n"
                   "counts. A zone that is there already gets the new key.",
        .run = cli_dns_add,
    },
    {
        .name = "dns list",
        .operands = "",
        .option_sets = {json_options},
        .summary = "list the zones that can be changed",
        .run = cli_dns_list,
    },
    {
        .name = "dns remove",
        .operands = "ZONE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "forget the key of a zone",
        .run = cli_dns_remove,
    },
    {
        .name = "dns test",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "try whether a name could be proven by changing its DNS",
        .details = "Puts a record of no meaning up where a certificate authority would look for it, waits until all\n"
                   "name servers of the zone have it, and takes it down again.",
        .run = cli_dns_test,
    },
    {.more = cli_commands_admin},
};
