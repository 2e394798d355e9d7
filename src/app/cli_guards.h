/*
 * What guards said, as people read it: what blocks in full (which guard, why, what to do), the rest in a line each.
 * From the API's JSON, {"guard", "verdict", "overridable", "why", "fix"}; the guards themselves are control's.
 */
#ifndef APP_CLI_GUARDS_H
#define APP_CLI_GUARDS_H

#include <jansson.h>
#include <stdio.h>

#include "app/cli_move.h"

enum cli_verdict { CLI_VERDICT_PASS, CLI_VERDICT_WARN, CLI_VERDICT_BLOCK };

/* The verdict of one guard; what is not understood blocks. */
enum cli_verdict cli_guard_verdict(const json_t *guard);
/* How many of a list (NULL: none) gave this verdict. */
size_t cli_guards_count(const json_t *guards, enum cli_verdict verdict);
/* Whether --override names it. `cli` may be NULL. */
bool cli_guard_is_overridden(const struct cli *cli, const json_t *guard);
/* Whether anything blocks that --override does not name, or cannot. */
bool cli_guards_refuse(const struct cli *cli, const json_t *guards);
/* Those that block: id and why, and indented below it the fix. */
void cli_guards_write_blocks(FILE *out, const struct cli *cli, const json_t *guards);
/* Those that warn, a line each. */
void cli_guards_write_warnings(FILE *out, const json_t *guards);
/*
 * How to go on against those that block: the options that override them, or which cannot be overridden. `command` is
 * what they go with, NULL: what was typed.
 */
void cli_guards_write_way(FILE *out, const json_t *guards, const char *site, const char *command);
/* All of it, as the error that it is. */
void cli_guards_write_refusal(FILE *out, const struct cli *cli, const char *site, const char *command,
                              const json_t *guards);

/* The answer of GET …/guards: all moves in a line each, or one move with all its guards. */
void cli_guards_write_moves(FILE *out, const json_t *moves);
void cli_guards_write_move(FILE *out, const char *site, const struct cli_move *made, const json_t *move);
/* GET …/guards, telling whoever waits at a terminal that the site is looked at. As cli_send. */
struct cli_reply;
int cli_guards_ask(const struct cli *cli, const char *site, struct cli_reply *ret);

#endif
