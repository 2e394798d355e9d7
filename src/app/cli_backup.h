/* "restore" as text: what a restored backup has brought, and what it has not been allowed to. */
#ifndef APP_CLI_BACKUP_H
#define APP_CLI_BACKUP_H

#include <jansson.h>
#include <stdio.h>

/* `json` as of POST /v1/restore. */
void cli_restore_write(FILE *out, const json_t *json);

#endif
