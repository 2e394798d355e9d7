/* "audit": who did what to which site, when and why; as text, and exported whole. */
#ifndef APP_CLI_AUDIT_H
#define APP_CLI_AUDIT_H

#include <jansson.h>
#include <stdio.h>

/* One entry of GET /v1/audit. */
void cli_audit_write(FILE *out, const json_t *entry);

#endif
