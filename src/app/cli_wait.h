/*
 * Waiting for what control does meanwhile: the same thing is asked for again and again, each phase told as it comes.
 */
#ifndef APP_CLI_WAIT_H
#define APP_CLI_WAIT_H

#include "app/cli_client.h"

/* An authority that takes longer than this is not waited for; control goes on without us. */
#define CLI_WAIT_S 900

/* Whether somebody wants to wait: --wait, or a terminal and no --no-wait. */
bool cli_wait_is_wanted(const struct cli *cli);
/* True when it is over; *ret_phase is the word for what is being done, and lives as long as `json`. */
typedef bool cli_wait_look(void *context, const json_t *json, const char **ret_phase);
/*
 * Asks for `path` until `look` says that it is over, with each new phase as a line on standard error. The last answer
 * is in *ret then. Else the exit status, having said why.
 */
int cli_wait(const struct cli *cli, const char *path, cli_wait_look *look, void *context, struct cli_reply *ret);

#endif
