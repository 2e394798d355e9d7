/* The group "bundle" of the table of commands: signed evidence for auditors. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON"},
    {0},
};

static const struct cli_option create_options[] = {
    {.name = "out", .value = "DIR", .complete = CLI_COMPLETE_FOLDER, .help = "the new folder that it is written to"},
    {.name = "since",
     .value = "WHEN",
     .help = "from then on: 90d ago, 2026-11-23, 2026-11-23T17:51:03Z; a year unless given"},
    {.name = "until", .value = "WHEN", .help = "until then; now unless given"},
    {.name = "language",
     .value = "en|fr",
     .complete = CLI_COMPLETE_WORDS,
     .words = "en fr",
     .help = "of the page; English unless given"},
    {.name = "replace", .help = "take the place of a bundle that is there"},
    {0},
};

static const struct cli_option verify_options[] = {
    {.name = "key",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "the public key (PEM) that must have signed"},
    {.name = "fingerprint", .value = "SHA256", .help = "of the public key that must have signed"},
    {0},
};

static const struct cli_option key_options[] = {
    {.name = "pem", .help = "print the public keys (PEM), the present one first"},
    {.name = "rotate", .help = "make a new key, which signs from now on"},
    {0},
};

const struct cli_command cli_commands_bundle[] = {
    {
        .name = "bundle create",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {create_options, json_options},
        .summary = "write signed evidence of a site for auditors: who did what, what was proven",
        .details =
            "    strictgate bundle create app.example.org --out audit-2026 --since 2026-01-01\n"
            "\n"
            "A page to read or print (evidence.html), the same for programs (evidence.json), the digests of both\n"
            "and their signature by a key of this installation. It names accounts: treat it as such. Making one is\n"
            "in the audit log. Files that are there are never written over, but for a bundle with --replace.",
        .run = cli_bundle_create,
    },
    {
        .name = "bundle verify",
        .operands = "DIR",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {verify_options, json_options},
        .summary = "check that a bundle is as it was signed, without a gateway",
        .details =
            "    strictgate bundle verify audit-2026 --key strictgate-evidence.pem\n"
            "\n"
            "Exit status 0 when all is as it was signed, 1 when it is not: which file was changed is told. Without\n"
            "--key and --fingerprint the key that came with the bundle is taken. The same with other tools:\n"
            "\n"
            "    cd audit-2026 && sha256sum -c SHA256SUMS\n"
            "    openssl dgst -sha256 -verify public-key.pem -signature SHA256SUMS.sig SHA256SUMS",
        .run = cli_bundle_verify,
    },
    {
        .name = "bundle key",
        .operands = "",
        .option_sets = {key_options, json_options},
        .summary = "show the keys that bundles are signed with, or make a new one",
        .details = "    strictgate bundle key --pem > strictgate-evidence.pem\n"
                   "\n"
                   "What earlier keys signed can still be checked with them. Their private halves are gone.",
        .run = cli_bundle_key,
    },
    {.more = cli_commands_more},
};
