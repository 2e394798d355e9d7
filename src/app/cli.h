/*
 * The command line as data: one table of commands and their options (cli_commands.c) from which parsing, help, shell
 * completion and the check of the manual page all come. Nothing here talks to anybody; the commands are in cli_*.c.
 */
#ifndef APP_CLI_H
#define APP_CLI_H

#include "base/err.h"

/* Exit statuses, as the manual page promises them. */
enum cli_exit {
    CLI_OK = 0,
    CLI_FAILED = 1,
    CLI_USAGE = 2,       /* bad usage or input */
    CLI_UNREACHABLE = 3, /* the control process cannot be reached */
    CLI_NOT_BOUND = 4,   /* preload lookup: a name is not on the list */
};

/* More options in one call than anybody types; scripts that need more use the API. */
#define CLI_GIVEN_COUNT_MAX    512
#define CLI_OPERANDS_COUNT_MAX 8
#define CLI_OPTION_SETS_COUNT  5

/* What a shell may offer for a value. */
enum cli_complete { CLI_COMPLETE_NOTHING, CLI_COMPLETE_FILE, CLI_COMPLETE_FOLDER, CLI_COMPLETE_WORDS };

/* A table of these ends in one whose name is NULL. */
struct cli_option {
    const char *name;  /* "upstream" for --upstream */
    char letter;       /* 'c' for -c, or 0 */
    const char *value; /* what stands for its value in help ("URL"), or NULL: a switch */
    bool repeatable;
    bool hidden; /* not in help, completion or manual: for tests */
    enum cli_complete complete;
    const char *words; /* for CLI_COMPLETE_WORDS, separated by spaces */
    const char *help;  /* one line */
};

struct cli;

/* A table of these ends in one whose name is NULL, which says where the list goes on. */
struct cli_command {
    const struct cli_command *more; /* of the end of a table: the next one, or NULL */
    const char *name;               /* one or two words: "run", "site add" */
    const char *operands;           /* as help shows them: "NAME", or "" */
    size_t operands_min, operands_max;
    const char *operand_words;                                   /* what a shell may offer for an operand, or NULL */
    size_t operand_words_at;                                     /* and for which; 0 is the first */
    bool operand_is_file;                                        /* the first one: a shell offers files */
    int usage_status;                                            /* of bad usage; 0: CLI_USAGE */
    const struct cli_option *option_sets[CLI_OPTION_SETS_COUNT]; /* besides the global ones; NULL ends them */
    const char *summary;                                         /* one line */
    const char *details;                                         /* paragraphs for --help, or NULL */
    int (*run)(const struct cli *cli);                           /* returns the exit status */
};

struct cli_given {
    const struct cli_option *option;
    const char *value; /* of argv, or NULL for a switch */
};

/* One command line, parsed. Texts are those of argv. */
struct cli {
    const struct cli_command *command; /* NULL: none was named */
    const char *group;                 /* a first word that names a group of commands ("site") without a second */
    struct cli_given given[CLI_GIVEN_COUNT_MAX];
    size_t given_count;
    const char *operands[CLI_OPERANDS_COUNT_MAX];
    size_t operands_count;
};

extern const struct cli_command cli_commands[];            /* the first table … */
extern const struct cli_command cli_commands_cert[];       /* … then the group "cert" … */
extern const struct cli_command cli_commands_acme[];       /* … with what sites do by themselves, and "ca" … */
extern const struct cli_command cli_commands_notify[];     /* … then the group "notify" … */
extern const struct cli_command cli_commands_dns[];        /* … then "dns" … */
extern const struct cli_command cli_commands_admin[];      /* … then "admin" … */
extern const struct cli_command cli_commands_preload[];    /* … then "preload" … */
extern const struct cli_command cli_commands_subdomains[]; /* … then inventories … */
extern const struct cli_command cli_commands_bundle[];     /* … then "bundle" … */
extern const struct cli_command cli_commands_more[];       /* … then all others */
extern const struct cli_option cli_global_options[];

/*
 * Parses argv[1] and on. Options may stand anywhere, as "--name value" or "--name=value"; "--" ends them. With --help
 * the operands are not checked. ERR_INPUT names what is wrong and the nearest thing known.
 */
NODISCARD bool cli_parse(int argc, char *const argv[], struct cli *ret, struct err *err);
/* ERR_INPUT that there is no such command, with the nearest known. Returns false. */
bool cli_command_unknown(struct str word, struct err *err);
/* All commands in the order of help: start with NULL, and end at NULL. */
const struct cli_command *cli_command_next(const struct cli_command *command);
/* The command of exactly that name, or NULL. */
const struct cli_command *cli_command_find(struct str name);
/* The i-th option of a command, its own first and then the global ones; NULL after the last. */
const struct cli_option *cli_command_option(const struct cli_command *command, size_t i);

/* Whether the option was given. `name` without dashes. */
bool cli_has(const struct cli *cli, const char *name);
/* Its last value, or NULL. */
const char *cli_value(const struct cli *cli, const char *name);
/* Its values one after the other: start with *at 0; NULL after the last. */
const char *cli_next(const struct cli *cli, const char *name, size_t *at);
size_t cli_count(const struct cli *cli, const char *name);

#endif
