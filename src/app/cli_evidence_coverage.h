/* What `strictgate evidence SITE` shows of who came over HTTPS by week, and of who could not get in if it failed. */
#ifndef APP_CLI_EVIDENCE_COVERAGE_H
#define APP_CLI_EVIDENCE_COVERAGE_H

#include <stdio.h>

#include <jansson.h>

/* `json`: the whole answer. */
void cli_evidence_coverage(FILE *out, const json_t *json);

#endif
