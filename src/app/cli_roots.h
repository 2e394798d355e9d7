/*
 * trust --declare, --declare-file, --withdraw, --list: the private roots that the operator says all clients have, so
 * that certificates below them count as trusted.
 */
#ifndef APP_CLI_ROOTS_H
#define APP_CLI_ROOTS_H

#include <jansson.h>
#include <stdio.h>

#include "app/cli.h"

/* Whether one of these options is given. */
bool cli_roots_is_asked(const struct cli *cli);
/* Does what they say; returns the exit status. */
int cli_roots(const struct cli *cli);
/* `json` as of GET /v1/private-roots. */
void cli_roots_write(FILE *out, const json_t *json);

#endif
