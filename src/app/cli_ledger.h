/* "ledger" as text: every interval in which something was promised under a site's names, and until when it binds. */
#ifndef APP_CLI_LEDGER_H
#define APP_CLI_LEDGER_H

#include <jansson.h>
#include <stdio.h>

/* `json` as of GET /v1/sites/NAME/ledger. */
void cli_ledger_write(FILE *out, const json_t *json);

#endif
