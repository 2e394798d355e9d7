/* Further tables of commands: certificates that a site gets by itself, and the authorities they come from. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option yes_options[] = {
    {.name = "yes", .letter = 'y', .help = "do not ask; needed where there is no terminal"},
    {0},
};

static const struct cli_option wait_options[] = {
    {.name = "wait", .help = "wait until it is there, and tell how it goes; what happens on a terminal"},
    {.name = "no-wait", .help = "do not wait"},
    {0},
};

static const struct cli_option auto_options[] = {
    {.name = "ca",
     .value = "NAME",
     .repeatable = true,
     .help = "certificate authority, the preferred first; without it all that are configured, by their preference"},
    {.name = "challenge",
     .value = "http-01|tls-alpn-01|dns-01",
     .repeatable = true,
     .complete = CLI_COMPLETE_WORDS,
     .words = "http-01 tls-alpn-01 dns-01",
     .help = "how the names are proven, the preferred first; http-01 unless given"},
    {.name = "key",
     .value = "ecdsa|rsa",
     .complete = CLI_COMPLETE_WORDS,
     .words = "ecdsa rsa",
     .help = "its kind of key; unless given rsa where the site has an RSA certificate, else ecdsa"},
    {.name = "rehearse", .help = "order from a staging authority and put nothing into service"},
    {.name = "off", .help = "do not order or renew any more; the certificate in service stays"},
    {0},
};

static const struct cli_option renew_options[] = {
    {.name = "all", .help = "every site that gets its certificate by itself, or from the local authority"},
    {.name = "now", .help = "also where the last attempt failed and the next one has its time"},
    {0},
};

static const struct cli_option revoke_options[] = {
    {.name = "reason",
     .value = "unspecified|key-compromise|superseded|cessation",
     .complete = CLI_COMPLETE_WORDS,
     .words = "unspecified key-compromise superseded cessation",
     .help = "what the authority is told; unspecified unless given"},
    {0},
};

static const struct cli_option ca_options[] = {
    {.name = "directory", .value = "URL", .help = "of its ACME directory; not needed for a well-known name"},
    {.name = "contact", .value = "MAIL", .repeatable = true, .help = "whom it may write to"},
    {.name = "agree-terms", .help = "agree to its terms of service"},
    {.name = "eab-kid", .value = "ID", .help = "key id of the account there that ours is to be bound to"},
    {.name = "eab-key-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "the key that goes with --eab-kid; without it it is asked for"},
    {.name = "profile", .value = "NAME", .help = "kind of certificate, where it offers several"},
    {.name = "preferred-root", .value = "NAME", .help = "root that the chain is to lead to, where it offers several"},
    {.name = "roots",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "roots (PEM) that vouch for its own HTTPS, besides the system's"},
    {.name = "preference", .value = "N", .help = "which authority is turned to first: the least; 10 unless given"},
    {.name = "rehearsal", .help = "a staging authority: for rehearsals only"},
    {0},
};

static const struct cli_option account_options[] = {
    {.name = "deactivate", .help = "give the account up, for good"},
    {0},
};

const struct cli_command cli_commands_acme[] = {
    {
        .name = "cert auto",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {auto_options, wait_options, json_options},
        .summary = "let a site get and keep its certificate by itself (ACME)",
        .details =
            "    strictgate ca add letsencrypt --contact admin@example.org --agree-terms\n"
            "    strictgate cert auto www.example.org\n"
            "\n"
            "The first certificate, for the site's name and its aliases, is ordered at once, and from then on each "
            "one\n"
            "is renewed in time. Until the new one is there, and whenever a new one is no good, what is in service\n"
            "stays.",
        .run = cli_cert_auto,
    },
    {
        .name = "cert renew",
        .operands = "[SITE]",
        .operands_max = 1,
        .option_sets = {renew_options, wait_options, json_options},
        .summary = "get a new certificate now, due or not",
        .run = cli_cert_renew,
    },
    {
        .name = "cert revoke",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {revoke_options, yes_options, json_options},
        .summary = "have a site's certificate revoked",
        .details = "A new one, with a new key, takes its place first: no visitor meets one that is revoked.",
        .run = cli_cert_revoke,
    },
    {
        .name = "ca add",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {ca_options, wait_options, json_options},
        .summary = "add a certificate authority that speaks ACME",
        .details =
            "    strictgate ca add letsencrypt --contact admin@example.org --agree-terms\n"
            "    strictgate ca add intern --directory https://ca.example.org/acme/directory --roots root.pem\n"
            "\n"
            "Well-known names: letsencrypt, letsencrypt-staging, zerossl, google, google-staging, sslcom. An account\n"
            "is made there at once. The terms of service are shown and asked about; without a terminal --agree-terms\n"
            "is needed.",
        .run = cli_ca_add,
    },
    {
        .name = "ca list",
        .operands = "",
        .option_sets = {json_options},
        .summary = "list the certificate authorities",
        .run = cli_ca_list,
    },
    {
        .name = "ca show",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "show one, with the account there",
        .run = cli_ca_show,
    },
    {
        .name = "ca set",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {ca_options, wait_options, json_options},
        .summary = "change a certificate authority",
        .details = "What is not named stays as it is. --contact replaces all contacts; the account is told of them.",
        .run = cli_ca_set,
    },
    {
        .name = "ca remove",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {yes_options, json_options},
        .summary = "remove a certificate authority, and forget the account's key",
        .run = cli_ca_remove,
    },
    {
        .name = "ca roll-key",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {wait_options, json_options},
        .summary = "give the account another key",
        .run = cli_ca_roll_key,
    },
    {
        .name = "ca account",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {account_options, yes_options, wait_options, json_options},
        .summary = "make the account if need be, and see that it is known there",
        .run = cli_ca_account,
    },
    {.more = cli_commands_notify},
};
