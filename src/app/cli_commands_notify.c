/* The group "notify" of the table of commands: who is told, and how. */
#include "app/cli_commands.h"

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option notify_options[] = {
    {.name = "event",
     .value = "EVENT",
     .repeatable = true,
     .complete = CLI_COMPLETE_WORDS,
     .words = "obtained renewed served failing expiring mismatch clock drawer check subdomains held in_clear",
     .help = "tell of this; of everything unless given"},
    {.name = "severity",
     .value = "info|warning|critical",
     .complete = CLI_COMPLETE_WORDS,
     .words = "info warning critical",
     .help = "leave out what is less severe; warning unless given"},
    {.name = "digest-hour", .value = "HOUR", .help = "send a daily digest at this hour, 0 to 23 in UTC"},
    {.name = "host", .value = "NAME", .help = "the mail server"},
    {.name = "port", .value = "PORT", .help = "its port; 587 with starttls, 465 with tls, 25 with none"},
    {.name = "security",
     .value = "starttls|tls|none",
     .complete = CLI_COMPLETE_WORDS,
     .words = "starttls tls none",
     .help = "how mail is encrypted; starttls unless given, none only to this machine"},
    {.name = "user", .value = "NAME", .help = "the mail account; its password is asked for"},
    {.name = "password-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "read the password from this file instead"},
    {.name = "from", .value = "ADDRESS", .help = "who the mail is from"},
    {.name = "to", .value = "ADDRESS", .repeatable = true, .help = "who gets it"},
    {.name = "url", .value = "URL", .help = "the webhook, https only"},
    {.name = "secret-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "key of the webhook's signatures; one is made unless given"},
    {.name = "ca",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "a root (PEM) that is trusted there besides the system's"},
    {.name = "facility", .value = "NAME", .help = "of the system's log; daemon unless given"},
    {0},
};

static const struct cli_option notify_add_options[] = {
    {.name = "kind",
     .value = "email|webhook|syslog|hook",
     .complete = CLI_COMPLETE_WORDS,
     .words = "email webhook syslog hook",
     .help = "what the channel is; hook is the program that the boot file names"},
    {0},
};

static const struct cli_option notify_set_options[] = {
    {.name = "all-events", .help = "tell of everything again"},
    {.name = "no-digest", .help = "send no daily digest any more"},
    {.name = "no-user", .help = "take the mail account and its password away"},
    {.name = "no-ca", .help = "trust only the system's roots"},
    {.name = "resume", .help = "take the pause away"},
    {0},
};

static const struct cli_option notify_log_options[] = {
    {.name = "limit", .value = "N", .help = "at most so many; 50 unless given"},
    {0},
};

const struct cli_command cli_commands_notify[] = {
    {
        .name = "notify add",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {notify_add_options, notify_options, json_options},
        .summary = "add a channel by which people are told",
        .details =
            "    strictgate notify add ops --kind email --host smtp.example.org --user gateway \\\n"
            "        --from gateway@example.org --to ops@example.org\n"
            "    strictgate notify add chat --kind webhook --url https://hooks.example.org/abc\n"
            "    strictgate notify add log --kind syslog --severity info\n"
            "\n"
            "What it takes depends on the kind. A password is never an option's value: it is asked for, or read from\n"
            "a file.",
        .run = cli_notify_add,
    },
    {
        .name = "notify list",
        .operands = "",
        .option_sets = {json_options},
        .summary = "list the channels",
        .run = cli_notify_list,
    },
    {
        .name = "notify show",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "show one channel",
        .run = cli_notify_show,
    },
    {
        .name = "notify set",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {notify_options, notify_set_options, json_options},
        .summary = "change a channel",
        .details = "What is not named stays as it is; --to and --event replace all there were.",
        .run = cli_notify_set,
    },
    {
        .name = "notify remove",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "remove a channel, with what waits for it",
        .run = cli_notify_remove,
    },
    {
        .name = "notify test",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "send a message by a channel and tell how it went",
        .run = cli_notify_test,
    },
    {
        .name = "notify log",
        .operands = "",
        .option_sets = {notify_log_options, json_options},
        .summary = "show what was told, and whether it arrived",
        .run = cli_notify_log,
    },
    {.more = cli_commands_dns},
};
