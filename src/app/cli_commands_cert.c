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

/* The files themselves are operands. */
static const struct cli_option cert_file_options[] = {
    {.name = "key", .value = "FILE", .complete = CLI_COMPLETE_FILE, .help = "the private key, when it is apart"},
    {.name = "passphrase-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "its first line opens the key or the PKCS#12 file; without it the terminal is asked"},
    {0},
};

static const struct cli_option cert_check_options[] = {
    {.name = "name", .value = "NAME", .repeatable = true, .help = "a host name that it has to cover"},
    {.name = "root",
     .value = "FILE",
     .repeatable = true,
     .complete = CLI_COMPLETE_FILE,
     .help = "a private root (PEM) that all clients have"},
    {0},
};

static const struct cli_option cert_upload_options[] = {
    {.name = "beside", .help = "keep the site's certificate for the other kind of key, ECDSA or RSA"},
    {0},
};

static const struct cli_option preflight_options[] = {
    {.name = "challenge",
     .value = "KIND",
     .help = "http-01 (what is taken without it), tls-alpn-01, dns-01 (the same, for wildcards)"},
    {.name = "directory", .value = "URL", .help = "of the authority, asked for its names in CAA records"},
    {0},
};

const struct cli_command cli_commands_cert[] = {
    {
        .name = "cert check",
        .operands = "FILE...",
        .operands_min = 1,
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .operand_is_file = true,
        .option_sets = {cert_file_options, cert_check_options, json_options},
        .summary = "say what is wrong with the files of a certificate",
        .details = "    strictgate cert check bundle.pem --key key.pem --name www.example.org\n"
                   "    strictgate cert check export.pfx\n"
                   "\n"
                   "PEM with blocks in any order, DER, PKCS#7 or PKCS#12, in one file or several. Nothing running is\n"
                   "asked and nothing is changed. Exit status 0: nothing stands against serving it; 1: something does.",
        .run = cli_cert_check,
    },
    {
        .name = "cert upload",
        .operands = "SITE FILE...",
        .operands_min = 2,
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .option_sets = {cert_file_options, cert_upload_options, cli_override_options, json_options},
        .summary = "give a site a certificate from files",
        .details =
            "    strictgate cert upload www.example.org chain.pem --key key.pem\n"
            "    strictgate cert upload www.example.org export.pfx --passphrase-file /root/passphrase\n"
            "\n"
            "PEM with blocks in any order, DER, PKCS#7 or PKCS#12, in one file or several. It takes effect at once,\n"
            "in place of the present one; what no browser would take is refused. A passphrase is asked for at the\n"
            "terminal, and neither sent nor kept.",
        .run = cli_cert_upload,
    },
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
    {
        .name = "cert preflight",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {preflight_options, json_options},
        .summary = "see what a certificate authority would find",
        .details = "    strictgate cert preflight www.example.org\n"
                   "\n"
                   "Addresses, whether this gateway answers there, CAA records, the clock, and for dns-01 a dry run:\n"
                   "with what to mend, before an authority counts a failed attempt. Ends with 1 when something stands\n"
                   "in the way.",
        .run = cli_cert_preflight,
    },
    {.more = cli_commands_notify},
};
