/* How it went from rung to rung, as "strictgate evidence SITE" shows it. */
#ifndef APP_CLI_EVIDENCE_TREND_H
#define APP_CLI_EVIDENCE_TREND_H

#include <jansson.h>
#include <stdio.h>

/* `trend`: the member of the answer; NULL or empty: nothing is written. */
void cli_evidence_trend(FILE *out, const json_t *trend);

#endif
