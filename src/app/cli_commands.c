/* The table of commands: what there is, what it takes, what help says of it. */
#include "app/cli_commands.h"

#include "app/cli_move.h"

const struct cli_option cli_global_options[] = {
    {.name = "config",
     .letter = 'c',
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "boot file; without it /etc/strictgate/strictgate.ini, where there is one"},
    {.name = "data",
     .value = "DIR",
     .complete = CLI_COMPLETE_FOLDER,
     .help = "data directory; comes before the boot file's"},
    {.name = "help", .letter = 'h', .help = "show what the command does and takes"},
    {0},
};

static const struct cli_option json_options[] = {
    {.name = "json", .help = "print JSON as the API gives it"},
    {0},
};

static const struct cli_option boot_options[] = {
    {.name = "set",
     .value = "SECTION.KEY=VALUE",
     .repeatable = true,
     .hidden = true,
     .help = "comes before the boot file's key"},
    {0},
};

static const struct cli_option listener_options[] = {
    {.name = "override",
     .value = "GUARD",
     .complete = CLI_COMPLETE_WORDS,
     .words = "keep-listener",
     .help = "close or move HTTPS although browsers insist on it where it was; GUARD is keep-listener"},
    {.name = "reason", .value = "TEXT", .help = "why, for the audit log; goes with --override"},
    {.name = "confirm", .value = "NAME", .help = "the name that browsers are bound to; goes with --override"},
    {0},
};

static const struct cli_option site_options[] = {
    {.name = "upstream",
     .value = "URL",
     .repeatable = true,
     .help = "the application: http://HOST:PORT, https://HOST:PORT or unix:/PATH"},
    {.name = "weight",
     .value = "N",
     .repeatable = true,
     .help = "share of the requests, one for each --upstream in the same order; 1 unless given"},
    {.name = "balance",
     .value = "least-connections|round-robin",
     .complete = CLI_COMPLETE_WORDS,
     .words = "least-connections round-robin",
     .help = "how upstreams share the requests; least-connections unless given"},
    {.name = "alias", .value = "NAME", .repeatable = true, .help = "another host name of the site"},
    {.name = "cert",
     .value = "FILE",
     .repeatable = true,
     .complete = CLI_COMPLETE_FILE,
     .help = "certificate with its chain (PEM, DER, PKCS#12); twice for ECDSA and RSA side by side"},
    {.name = "key",
     .value = "FILE",
     .repeatable = true,
     .complete = CLI_COMPLETE_FILE,
     .help = "its private key, in the order of --cert"},
    {.name = "passphrase-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "its first line opens the key or the PKCS#12 file; without it the terminal is asked"},
    {.name = "local-ca", .help = "let the local certificate authority make the certificate"},
    {.name = "redirect",
     .value = "off|temporary|permanent",
     .complete = CLI_COMPLETE_WORDS,
     .words = "off temporary permanent",
     .help = "from HTTP to HTTPS; temporary unless given"},
    {.name = "http-credentials",
     .value = "redirect|refuse",
     .complete = CLI_COMPLETE_WORDS,
     .words = "redirect refuse",
     .help = "what plain HTTP with a password, cookie or content gets; redirect unless given"},
    {.name = "files", .value = "DIR", .complete = CLI_COMPLETE_FOLDER, .help = "serve the files of this folder"},
    {.name = "panel", .help = "the admin panel under this name, over HTTPS; it stays on loopback as well"},
    {.name = "index", .value = "NAME", .help = "the file that stands for a folder; index.html unless given"},
    {.name = "route",
     .value = "PREFIX=TARGET",
     .repeatable = true,
     .help = "a path prefix of its own: TARGET is a URL, files:DIR or fixed:STATUS:TEXT"},
    {.name = "canonical", .help = "redirect the aliases to the site's name"},
    {.name = "reports",
     .value = "on|off",
     .complete = CLI_COMPLETE_WORDS,
     .words = "on off",
     .help = "whether browsers are told to report when they cannot get in; off unless given"},
    {.name = "secure-cookies", .help = "add Secure to the application's cookies over HTTPS"},
    {.name = "no-rewrite-location", .help = "leave http:// links of the site itself in Location alone"},
    {.name = "error-page",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "HTML for the gateway's own error answers; {{status}}, {{reason}}, {{message}}, {{site}} are filled in"},
    {.name = "ca",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "roots (PEM) by which https upstreams are verified, in place of the system's"},
    {.name = "insecure-upstream", .help = "do not verify the certificates of https upstreams"},
    {.name = "health-path", .value = "PATH", .help = "ask upstreams for this path to see whether they live"},
    {.name = "health-interval-ms", .value = "N", .help = "how often; 10000 unless given"},
    {.name = "connect-timeout-ms", .value = "N", .help = "time to connect to an upstream; 5000 unless given"},
    {.name = "first-byte-timeout-ms", .value = "N", .help = "time to its answer's first byte; 120000 unless given"},
    {.name = "idle-timeout-ms", .value = "N", .help = "time its answer may be silent; 300000 unless given"},
    {0},
};

static const struct cli_option ladder_options[] = {
    {.name = "ladder",
     .value = "DURATION,...",
     .help = "the rungs of max-age, ascending: 5m,1d,1w,30d,1y unless given; numbers are seconds"},
    {0},
};

/* Guards that can be overridden: those of moves, and those that keep a site as its promises need it. */
#define OVERRIDE_WORDS                                                                                                 \
    "served redirect redirect-permanent ports application content other-ports name-local name-wildcard ancestor "      \
    "panel "                                                                                                           \
    "dwell stranded coverage reports traffic http-census certificate-outlives certificate-until-free subdomains "      \
    "preload-terms "                                                                                                   \
    "preload-ready "                                                                                                   \
    "preload-removal preload-listed keep-name keep-certificate keep-trust keep-redirect keep-listed bind-below"

const struct cli_option cli_override_options[] = {
    {.name = "override",
     .value = "GUARD",
     .repeatable = true,
     .complete = CLI_COMPLETE_WORDS,
     .words = OVERRIDE_WORDS,
     .help = "do it although this guard blocks it"},
    {.name = "reason", .value = "TEXT", .help = "why, for the audit log; goes with --override"},
    {.name = "confirm", .value = "NAME", .help = "the site's name, typed again; goes with --override"},
    {0},
};

static const struct cli_option site_set_options[] = {
    {.name = "no-alias", .help = "take all aliases away"},
    {.name = "no-canonical", .help = "serve the aliases as they are"},
    {.name = "no-secure-cookies", .help = "leave the application's cookies alone"},
    {.name = "rewrite-location", .help = "change http:// links of the site itself in Location to https://"},
    {.name = "no-error-page", .help = "the gateway's own error page again"},
    {.name = "verify-upstream", .help = "verify the certificates of https upstreams again, by the system's roots"},
    {.name = "no-cert", .help = "take the certificate away: plain HTTP only"},
    {.name = "replace-working", .help = CLI_REPLACE_WORKING_HELP},
    {.name = "no-route", .value = "PREFIX", .repeatable = true, .help = "take the route of this prefix away"},
    {0},
};

static const struct cli_option yes_options[] = {
    {.name = "yes", .letter = 'y', .help = "do not ask; needed where there is no terminal"},
    {0},
};

static const struct cli_option step_options[] = {
    {.name = "yes", .letter = 'y', .help = "do not ask"},
    {0},
};

static const struct cli_option audit_options[] = {
    {.name = "limit", .value = "N", .help = "how many entries; 20 unless given"},
    {.name = "export",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "write all of them into a new file, one JSON object a line"},
    {0},
};

static const struct cli_option evidence_options[] = {
    {.name = "since", .value = "WHEN", .help = "from then on: 7d or 24h ago, 2026-11-23, 2026-11-23T17:51:03Z"},
    {.name = "until", .value = "WHEN", .help = "until then; now unless given"},
    {.name = "step",
     .value = "minute|hour|day",
     .complete = CLI_COMPLETE_WORDS,
     .words = "minute hour day",
     .help = "how finely: minutes are kept for 3 hours, hours for 92 days, days for 3 years"},
    {0},
};

static const struct cli_option seen_options[] = {
    {.name = "limit", .value = "N", .help = "how many names; 100 unless given, 1000 at most"},
    {0},
};

static const struct cli_option clock_options[] = {
    {.name = "confirm", .help = "the machine's clock is right as it is"},
    {0},
};

static const struct cli_option restore_options[] = {
    {.name = "dry-run", .help = "only say what would be done"},
    {.name = "yes", .letter = 'y', .help = "do not ask; needed where there is no terminal"},
    {0},
};

static const struct cli_option apply_options[] = {
    {.name = "dry-run", .help = "only show the difference"},
    {.name = "remove-others", .help = "remove what the lists of the file do not name"},
    {.name = "yes", .letter = 'y', .help = "do not ask; needed where there is no terminal"},
    {0},
};

static const struct cli_option simulate_options[] = {
    {.name = "visitors", .value = "N", .help = "how many are made up; 100000 unless given"},
    {.name = "days", .value = "N", .help = "how long; 730 unless given, or as long as the log"},
    {.name = "seed", .value = "N", .help = "other visitors of the same kind; 1 unless given"},
    {.name = "habits",
     .value = "MIX",
     .help = "how often they come; daily=30,weekly=30,monthly=25,once=15 unless given"},
    {.name = "browsers", .value = "MIX", .help = "what they use; chromium=75,safari=15,firefox=10 unless given"},
    {.name = "log",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "visitors as they came, a line each: CLIENT WHEN [BROWSER]"},
    {.name = "plan", .value = "STEPS", .help = "what is sent from which day on: 300@0,86400@1,604800+subdomains@8"},
    {.name = "ladder", .help = "each rung held as long as its own max-age; what happens without --plan"},
    {.name = "include-subdomains", .help = "on every rung of the ladder"},
    {.name = "release-on", .value = "DAY", .help = "send max-age=0 from this day on"},
    {.name = "fail-on", .value = "DAY", .help = "the certificate is no good from this day on"},
    {.name = "svg", .value = "FILE", .complete = CLI_COMPLETE_FILE, .help = "write the picture there as well"},
    {0},
};

static const struct cli_option field_options[] = {
    {.name = "field", .value = "VALUE", .help = "judge this value of the field; nothing is looked at"},
    {0},
};

static const struct cli_option scan_options[] = {
    {.name = "out",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "write the results there instead of to standard output"},
    {.name = "resume", .help = "go on with the file of --out where it stopped"},
    {.name = "report",
     .value = "FILE.md",
     .complete = CLI_COMPLETE_FILE,
     .help = "write a summary in Markdown, with a picture beside it (.svg)"},
    {.name = "in-flight", .value = "N", .help = "domains that are looked at at a time; 500 unless given"},
    {.name = "per-address", .value = "N", .help = "requests to one address at a time; 2 unless given"},
    {0},
};

static const struct cli_option check_more_options[] = {
    {.name = "rules-only", .help = "only the rules of the list, and only the requests that they need"},
    {.name = "preload-list", .value = "FILE", .help = "what this list binds, too: preload.list of a data directory"},
    {0},
};

static const struct cli_option check_options[] = {
    {.name = "removal", .help = "whether the domain may leave the list, instead of be listed"},
    {.name = "policy",
     .value = "NAME",
     .complete = CLI_COMPLETE_WORDS,
     .words = "bulk-1-year bulk-18-weeks",
     .help = "what it was listed under; bulk-1-year unless given"},
    {.name = "resolve",
     .value = "NAME:ADDRESS",
     .repeatable = true,
     .help = "look for the name at this address, whatever the DNS says"},
    {.name = "root",
     .value = "FILE",
     .repeatable = true,
     .complete = CLI_COMPLETE_FILE,
     .help = "PEM of roots to trust besides the system's"},
    {.name = "timeout", .value = "SECONDS", .help = "what a request may take, to its last byte; 10 unless given"},
    {0},
};

static const struct cli_option self_check_options[] = {
    {.name = "now", .help = "look at the sites now, and wait for what is found"},
    {0},
};

static const struct cli_option simulate_json_options[] = {
    {.name = "json", .help = "print JSON instead"},
    {0},
};

static const struct cli_option trust_options[] = {
    {.name = "print", .help = "print the root certificate (PEM); what happens without any option"},
    {.name = "install", .help = "put it into this machine's trust store (Debian's, as root)"},
    {.name = "declare", .help = "say that all clients have it: certificates below it count as trusted"},
    {.name = "declare-file",
     .value = "FILE",
     .complete = CLI_COMPLETE_FILE,
     .help = "the same of another private root (PEM)"},
    {.name = "withdraw", .value = "FINGERPRINT", .help = "take back what was declared of this root"},
    {.name = "list", .help = "list the roots that are declared"},
    {0},
};

#define MOVE_DETAILS                                                                                                   \
    "Guards look at the site first, from outside, which takes a moment. One that blocks is told with what to do;\n"    \
    "most can be overridden by name, with a reason, for the audit log."

const struct cli_command cli_commands[] = {
    {
        .name = "run",
        .operands = "",
        .option_sets = {boot_options, listener_options},
        .summary = "run the gateway in the foreground",
        .details = "Logs to standard error. SIGTERM finishes what is open and ends; SIGHUP reads the boot file again\n"
                   "without losing a request; SIGUSR1 opens the access log again. Works without a boot file:\n"
                   "\n"
                   "    strictgate run --data ./data",
        .run = cli_run,
    },
    {
        .name = "site add",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {site_options, ladder_options, json_options},
        .summary = "put a site in front of an application",
        .details = "    strictgate site add www.example.org --upstream http://127.0.0.1:8080 --local-ca\n"
                   "    strictgate site add www.example.org --upstream http://127.0.0.1:8080 \\\n"
                   "        --alias example.org --cert chain.pem --key key.pem\n"
                   "\n"
                   "It takes effect at once. A key is read from its file, never from the command line.",
        .run = cli_site_add,
    },
    {
        .name = "site list",
        .operands = "",
        .option_sets = {json_options},
        .summary = "list the sites",
        .run = cli_site_list,
    },
    {
        .name = "site show",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "show one site",
        .run = cli_site_show,
    },
    {
        .name = "site set",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {site_options, ladder_options, site_set_options, cli_override_options, json_options},
        .summary = "change a site",
        .details =
            "What is not named stays as it is. --alias replaces all aliases; --upstream and --files replace the\n"
            "route of \"/\"; --route replaces or adds the routes of its prefixes. --balance, the timeouts, --ca and\n"
            "--health-path hold for all routes to applications.",
        .run = cli_site_set,
    },
    {
        .name = "site remove",
        .operands = "NAME",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {yes_options, cli_override_options, json_options},
        .summary = "remove a site",
        .details =
            "While browsers are bound by what the site promised, this is refused: see \"strictgate ledger NAME\".",
        .run = cli_site_remove,
    },
    {.more = cli_commands_cert},
};

const struct cli_command cli_commands_more[] = {
    {
        .name = "hsts status",
        .operands = "[SITE]",
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "show a site's ladder and what comes next",
        .details =
            "What is sent now, until when browsers are bound, the next move and what stands against it. Without\n"
            "SITE, a line for each.",
        .run = cli_hsts_status,
    },
    {
        .name = "hsts start",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {step_options, cli_override_options, json_options},
        .summary = "begin with Strict-Transport-Security: the first rung",
        .details = "From off to the first rung, five minutes unless the site's ladder says otherwise.\n"
                   "\n" MOVE_DETAILS,
        .run = cli_hsts_move,
    },
    {
        .name = "hsts climb",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {step_options, cli_override_options, json_options},
        .summary = "promise for longer: the next rung",
        .details = MOVE_DETAILS,
        .run = cli_hsts_move,
    },
    {
        .name = "hsts permanent",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {yes_options, cli_override_options, json_options},
        .summary = "let the gateway climb by itself to a year",
        .details =
            "Each rung is held for at least as long as it lasts, and the next one is climbed when all guards are\n"
            "content. \"hsts hold\" ends it. The site's name is asked for; where there is no terminal, --yes is "
            "needed.\n"
            "\n" MOVE_DETAILS,
        .run = cli_hsts_move,
    },
    {
        .name = "hsts hold",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {cli_override_options, json_options},
        .summary = "stay on this rung",
        .details = "Ends a climb by itself. What is sent stays as it is.",
        .run = cli_hsts_move,
    },
    {
        .name = "hsts release",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {cli_override_options, json_options},
        .summary = "release the browsers: max-age=0",
        .details =
            "Each browser is free at its next visit over HTTPS; the others when what they were told last has run out.\n"
            "max-age=0 is sent until the ledger says that all are free, then nothing. Keep HTTPS working until then.",
        .run = cli_hsts_move,
    },
    {
        .name = "hsts subdomains",
        .operands = "SITE on|off",
        .operands_min = 2,
        .operands_max = 2,
        .operand_words = "on off",
        .operand_words_at = 1,
        .option_sets = {yes_options, cli_override_options, json_options},
        .summary = "bind the names below the site as well, or not",
        .details = "\"on\" begins again on the first rung: the names below are new to it. The site's name is asked "
                   "for; where\n"
                   "there is no terminal, --yes is needed. \"off\" promises it no more; what was promised runs out by "
                   "itself.\n"
                   "\n" MOVE_DETAILS,
        .run = cli_hsts_switch,
    },
    {
        .name = "hsts preload",
        .operands = "SITE on|off",
        .operands_min = 2,
        .operands_max = 2,
        .operand_words = "on off",
        .operand_words_at = 1,
        .option_sets = {yes_options, cli_override_options, json_options},
        .summary = "send \"preload\", for the browsers' own list, or not",
        .details =
            "\"on\" is for sites that have been on a year, with subdomains, for long: on that list a name is bound in\n"
            "every browser, and leaving it takes months. The site's name is asked for; where there is no terminal,\n"
            "--yes is needed.\n"
            "\n" MOVE_DETAILS,
        .run = cli_hsts_switch,
    },
    {
        .name = "guards",
        .operands = "SITE [MOVE]",
        .operands_min = 1,
        .operands_max = 2,
        .operand_words = CLI_MOVE_LIST,
        .operand_words_at = 1,
        .option_sets = {json_options},
        .summary = "show what the guards say of a site's moves",
        .details =
            "With MOVE all guards of that move, with what they saw; without it a line for each move. The site is\n"
            "looked at from outside first.",
        .run = cli_guards,
    },
    {
        .name = "ledger",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {json_options},
        .summary = "show what was promised, and until when it binds",
        .run = cli_ledger,
    },
    {
        .name = "evidence",
        .operands = "[SITE]",
        .operands_max = 1,
        .option_sets = {evidence_options, json_options},
        .summary = "show requests over HTTPS and HTTP, and handshakes that failed and why",
        .details =
            "Of one site, or of the gateway as a whole: there with those that failed before a site was known. The\n"
            "last seven days by the hour, unless something else is asked for. Signed, for auditors:\n"
            "\n"
            "    strictgate bundle create app.example.org --out audit-2026",
        .run = cli_evidence,
    },
    {
        .name = "seen",
        .operands = "SITE",
        .operands_min = 1,
        .operands_max = 1,
        .option_sets = {seen_options, json_options},
        .summary = "show names below the site's that clients asked for and no site has",
        .details =
            "includeSubDomains would bind them. Whoever connects chooses such a name: it may be anybody's invention.",
        .run = cli_seen,
    },
    {
        .name = "audit",
        .operands = "[SITE]",
        .operands_max = 1,
        .option_sets = {audit_options, json_options},
        .summary = "show who did what and why, the newest first",
        .run = cli_audit,
    },
    {
        .name = "clock",
        .operands = "",
        .option_sets = {clock_options, json_options},
        .summary = "show whether this machine's clock is trusted",
        .details =
            "A clock that jumped or lies behind is not trusted, and nothing more is promised until a time server\n"
            "has set it right, a day has passed, or somebody confirms it.",
        .run = cli_clock,
    },
    {
        .name = "apply",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .operand_is_file = true,
        .option_sets = {apply_options, json_options},
        .summary = "bring sites and settings to what a file says",
        .details = "YAML or JSON: \"sites\", a list of sites as the API takes them, and \"settings\". The difference "
                   "is shown\n"
                   "first. Sites and settings change all or none; then each site's HSTS, as far as its guards allow.\n"
                   "Applied twice it changes nothing, and no promise is made shorter unless the file says so.",
        .run = cli_apply,
    },
    {
        .name = "backup",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .operand_is_file = true,
        .summary = "write everything into a new file",
        .details = "With all private keys, for this or another machine. The file is readable by its owner only.",
        .run = cli_backup,
    },
    {
        .name = "restore",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .operand_is_file = true,
        .option_sets = {restore_options, json_options},
        .summary = "bring sites and settings back from a backup",
        .details =
            "What browsers were told is merged: nothing that either side knows is forgotten. A site that browsers\n"
            "are bound to is not taken away or made worse.",
        .run = cli_restore,
    },
    {
        .name = "check",
        .operands = "[DOMAIN...]",
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .usage_status = 3,
        .option_sets = {field_options, check_more_options, check_options, simulate_json_options},
        .summary = "show what the preload list's own checker would say of a domain",
        .details =
            "    strictgate check example.org\n"
            "    strictgate check example.org --resolve example.org:192.0.2.7\n"
            "    strictgate check --field \"max-age=31536000; includeSubDomains; preload\"\n"
            "\n"
            "Every rule of hstspreload.org with its codes, looked at from this machine; nothing is submitted, and no\n"
            "gateway is asked. Behind it stands what else was found, which does not change the exit status: by the\n"
            "rules, 0 nothing found, 1 errors, 2 warnings only, 3 bad usage.",
        .run = cli_check,
    },
    {
        .name = "scan",
        .operands = "FILE",
        .operands_min = 1,
        .operands_max = 1,
        .operand_is_file = true,
        .option_sets = {scan_options, check_options},
        .summary = "check a list of domains, many at a time",
        .details = "    strictgate scan domains.txt.gz --out found.jsonl --report found.md\n"
                   "    strictgate scan domains.txt.gz --out found.jsonl --resume\n"
                   "\n"
                   "FILE has a domain a line, plain or in gzip; \"-\" is standard input. Each domain gives a line of\n"
                   "JSON with its codes, as \"strictgate check\" has them, in the order in which they are judged. How\n"
                   "far it is stands on standard error.",
        .run = cli_scan,
    },
    {
        .name = "self-check",
        .operands = "[SITE...]",
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .option_sets = {self_check_options, json_options},
        .summary = "show what the daily look at the gateway's own sites found",
        .details =
            "    strictgate self-check\n"
            "    strictgate self-check example.org --now\n"
            "\n"
            "Each site is looked at from outside by the rules of hstspreload.org, as \"strictgate check\" does for "
            "any\n"
            "domain. That this machine cannot see a site from outside says nothing about the site. Exit status 1\n"
            "when a named site has errors or could not be looked at.",
        .run = cli_self_check,
    },
    {
        .name = "simulate",
        .operands = "",
        .option_sets = {simulate_options, simulate_json_options},
        .summary = "show whom a plan of promises would bind, and until when",
        .details =
            "    strictgate simulate --release-on 400\n"
            "    strictgate simulate --plan 300@0,86400@1,604800@8 --fail-on 30\n"
            "    strictgate simulate --log visits.txt --svg bound.svg\n"
            "\n"
            "A model of browsers, computed here: nothing running is asked and nothing is changed. Day 0 is the\n"
            "first; STEPS are MAX-AGE@DAY with \"+subdomains\" behind the max-age where wanted, or off@DAY. A MIX\n"
            "is names with their shares: daily, weekly, monthly, once or a number of days; chromium, firefox,\n"
            "safari, curl, or none for clients that know no such field.",
        .run = cli_simulate,
    },
    {
        .name = "status",
        .operands = "",
        .option_sets = {json_options},
        .summary = "show whether the gateway serves, and from what",
        .run = cli_status,
    },
    {
        .name = "trust",
        .operands = "",
        .option_sets = {trust_options, json_options},
        .summary = "roots: the local one, and those that all clients have",
        .details = "Prints the local root unless an option says otherwise.",
        .run = cli_trust,
    },
    {
        .name = "settings show",
        .operands = "",
        .option_sets = {json_options},
        .summary = "show the settings that hold for all sites",
        .run = cli_settings_show,
    },
    {
        .name = "settings set",
        .operands = "KEY=VALUE...",
        .operands_min = 1,
        .operands_max = CLI_OPERANDS_COUNT_MAX,
        .option_sets = {json_options},
        .summary = "change settings",
        .details = "    strictgate settings set tls_profile=modern drain_timeout_ms=60000\n"
                   "\n"
                   "\"strictgate settings show\" lists the keys with what they mean.",
        .run = cli_settings_set,
    },
    {
        .name = "check-config",
        .operands = "",
        .option_sets = {boot_options, listener_options},
        .summary = "check the boot file and show what it means",
        .run = cli_check_config,
    },
    {
        .name = "reload",
        .operands = "",
        .option_sets = {json_options},
        .summary = "read the stored state again and put it into effect",
        .details = "For the boot file, send SIGHUP to the running strictgate (systemctl reload strictgate).",
        .run = cli_reload,
    },
    {
        .name = "help",
        .operands = "[COMMAND]",
        .operands_max = 2,
        .summary = "list the commands, or show one",
        .run = cli_help,
    },
    {
        .name = "version",
        .operands = "",
        .summary = "print the version",
        .run = cli_version,
    },
    {
        .name = "completion",
        .operands = "bash|zsh|fish",
        .operands_min = 1,
        .operands_max = 1,
        .operand_words = "bash zsh fish",
        .summary = "print the completion script for a shell",
        .details = "    strictgate completion bash > /usr/share/bash-completion/completions/strictgate",
        .run = cli_completion,
    },
    {0},
};
