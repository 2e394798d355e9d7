/*
 * What control refused, from its problem details (RFC 9457): the error with its fix, and what the guards said. The
 * names of JSON members in it become those of options, since that is what was typed.
 */
#ifndef APP_CLI_PROBLEM_H
#define APP_CLI_PROBLEM_H

#include "app/cli_client.h"

/* To standard error; returns the exit status that belongs to it. */
int cli_problem_print(const struct cli *cli, const struct cli_reply *reply);
/* What a problem is about, for whoever did not type it: all NULL is what was typed. */
struct cli_problem_about {
    const char *site;
    const char *place;   /* stands for the problem's member in the error */
    const char *command; /* what the options that override go with */
};

/* The same to `out`. `problem` is NULL when the answer with this HTTP status was no JSON. */
void cli_problem_write(FILE *out, const struct cli *cli, const struct cli_problem_about *about, const json_t *problem,
                       unsigned status);
/* The exit status that belongs to a problem (NULL: none that is understood). */
int cli_problem_status(const json_t *problem);

#endif
