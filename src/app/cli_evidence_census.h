/* The census of plain HTTP in a site's evidence, as "strictgate evidence SITE" shows it. */
#ifndef APP_CLI_EVIDENCE_CENSUS_H
#define APP_CLI_EVIDENCE_CENSUS_H

#include <jansson.h>
#include <stdio.h>

/* `census`: the member of the answer; NULL, or where nothing came over plain HTTP: nothing is written. */
void cli_evidence_census(FILE *out, const json_t *census);

#endif
