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
    {.name = "fetch-intermediates",
     .help = "fetch what is missing of the chain from where the certificate says it lies"},
    {.name = "fetch-private", .help = "also from addresses that are not of the public Internet"},
    {0},
};

static const struct cli_option cert_check_options[] = {
    {.name = "name", .value = "NAME", .repeatable = true, .help = "a host name that it has to cover"},
    {.name = "root",
     .value = "FILE",
     .repeatable = true,
     .complete = CLI_COMPLETE_FILE,
     .help = "a private root (PEM) that all clients have"},
    {.name = "site",
     .value = "SITE",

     .help = "ask the gateway: would it do for this site?"},
    {0},
};

static const struct cli_option cert_upload_options[] = {
    {.name = "beside", .help = "keep the site's certificate for the other kind of key, ECDSA or RSA"},
    {.name = "replace-working", .help = CLI_REPLACE_WORKING_HELP},
    {0},
};

static const struct cli_option preflight_options[] = {
    {.name = "challenge",
     .value = "KIND",
     .help = "http-01 (what is taken without it), tls-alpn-01, dns-01 (the same, for wildcards)"},
    {.name = "directory", .value = "URL", .help = "of the authority, asked for its names in CAA records"},
    {0},
};

static const struct cli_option csr_options[] = {
    {.name = "key",
     .value = "ecdsa|rsa",
     .complete = CLI_COMPLETE_WORDS,
     .words = "ecdsa rsa",
     .help = "the kind of key; ecdsa unless given"},
    {.name = "common-name", .value = "NAME", .help = "the subject's common name, where the authority wants one"},
    {.name = "list", .help = "list the requests that wait for their certificates"},
    {.name = "remove", .value = "N", .help = "remove this one with its key"},
    {0},
};

static const struct cli_option backup_options[] = {
    {.name = "remove", .help = "keep none ready any more"},
    {0},
};

static const struct cli_option switch_options[] = {
    {.name = "replace-working", .help = CLI_REPLACE_WORKING_HELP},
    {0},
};

static const struct cli_option export_options[] = {
    {.name = "out",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "the new file; it is never written over one"},
    {.name = "side",
     .value = "ecdsa|rsa",
     .complete = CLI_COMPLETE_WORDS,
     .words = "ecdsa rsa",
     .help = "which, where the site has both; ecdsa unless given"},
    {.name = "passphrase-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "its first line is the password; without it the terminal is asked, twice"},
    {0},
};

static const struct cli_option step_options[] = {
    {.name = "yes", .letter = 'y', .help = "do not ask"},
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
        .details =
            "    strictgate cert check bundle.pem --key key.pem --name www.example.org\n"
            "    strictgate cert check export.pfx\n"
            "\n"
            "PEM with blocks in any order, DER, PKCS#7 or PKCS#12, in one file or several. Nothing is changed, and\n"
            "without --site no gateway is asked. Exit status 0: nothing stands against serving it; 1: something does.",
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
    {
        .name = "cert csr",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {csr_options, json_options},
        .summary = "make a request for a certificate (CSR)",
        .details =
            "    strictgate cert csr www.example.org > www.csr\n"
            "\n"
            "For all names of the site, on standard output. The key is made here, sealed in the store, and never\n"
            "leaves; the certificate that comes back finds it.",
        .run = cli_cert_csr,
    },
    {
        .name = "cert backup",
        .operands = "SITE [FILE...]",
        .operands_min = 1,
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .option_sets = {cert_file_options, backup_options, json_options},
        .summary = "keep a second certificate ready for a site",
        .details =
            "    strictgate cert backup www.example.org other-authority.pem --key other.key\n"
            "\n"
            "Best from another authority, with another key. It is looked at every day, and told of when it would\n"
            "not do. \"cert switch\" puts it in place of the present one.",
        .run = cli_cert_backup,
    },
    {
        .name = "cert switch",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {step_options, switch_options, cli_override_options, json_options},
        .summary = "serve the certificate that is kept ready",
        .details =
            "The present one is kept ready in its stead, so that switching again goes back. Where browsers insist\n"
            "on HTTPS, one that they would not take, or that ends before its promise, is refused.",
        .run = cli_cert_switch,
    },
    {
        .name = "cert export",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {export_options},
        .summary = "write a certificate with its key into a file",
        .details =
            "    strictgate cert export www.example.org --out www.p12\n"
            "\n"
            "PKCS#12, encrypted with a password of 8 characters or more. It is the one way by which a private key\n"
            "leaves, and the audit log says who did it.",
        .run = cli_cert_export,
    },
    {.more = cli_commands_acme},
};
