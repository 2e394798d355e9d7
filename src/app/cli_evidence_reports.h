/* What browsers reported, for people. */
#ifndef APP_CLI_EVIDENCE_REPORTS_H
#define APP_CLI_EVIDENCE_REPORTS_H

#include <jansson.h>
#include <stdio.h>

/* `reports`: the member of that name in the evidence of a site; NULL: an older control, or no site. */
void cli_evidence_reports(FILE *out, const json_t *reports);

#endif
