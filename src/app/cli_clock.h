/* "clock" as text: whether the ledger trusts the machine's clock, and why not. */
#ifndef APP_CLI_CLOCK_H
#define APP_CLI_CLOCK_H

#include <jansson.h>
#include <stdio.h>

/* `json` as of GET /v1/clock. */
void cli_clock_write(FILE *out, const json_t *json);

#endif
