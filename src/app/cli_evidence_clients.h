/* The clients of a site's evidence, as "strictgate evidence SITE" shows them. */
#ifndef APP_CLI_EVIDENCE_CLIENTS_H
#define APP_CLI_EVIDENCE_CLIENTS_H

#include <jansson.h>
#include <stdio.h>

/* `clients`: the member of the answer, days with the present one first; NULL or empty: nothing is written. */
void cli_evidence_clients(FILE *out, const json_t *clients);

#endif
