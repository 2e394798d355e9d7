/* What is wrong with a certificate, printed: an array of objects with "id", "weight", "text" and "fix". */
#ifndef APP_CLI_FINDINGS_H
#define APP_CLI_FINDINGS_H

#include <jansson.h>
#include <stdio.h>

/* "warning: TEXT (id)" and "fix: …" for each; `findings` may be NULL. */
void cli_findings_write(FILE *out, const json_t *findings);

#endif
