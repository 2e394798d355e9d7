/*
 * Questions before what cannot be taken back, on the terminal. Without one (a script) nobody can answer: then --yes is
 * needed, or, for what is no more than a step, nothing.
 */
#ifndef APP_CLI_ASK_H
#define APP_CLI_ASK_H

#include "app/cli.h"

enum cli_ask {
    CLI_ASK_NOT,
    CLI_ASK_STEP, /* y or n; goes on where there is no terminal */
    CLI_ASK_YES,  /* y or n; needs --yes where there is none */
    CLI_ASK_NAME, /* the name typed again; needs --yes where there is none */
};

/* Whether there is somebody to ask, and --yes has not answered already. */
bool cli_ask_is_possible(const struct cli *cli);
/*
 * Asks on standard error: `what` is one sentence on what happens. ERR_INPUT when --yes is needed and missing, with
 * `what`; ERR_CONFLICT when the answer was anything but yes.
 */
NODISCARD bool cli_ask(const struct cli *cli, enum cli_ask how, const char *name, const char *what, struct err *err);
/* The answers, as they are judged: "y", "yes" in either case; the name without regard to case. */
bool cli_ask_is_yes(enum cli_ask how, const char *name, struct str answer);

#endif
