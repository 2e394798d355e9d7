/*
 * What is wrong with a certificate, printed: an array of objects with "id", "weight", "text" and "fix", as the API
 * gives it and "cert check" makes it.
 */
#ifndef APP_CLI_FINDINGS_H
#define APP_CLI_FINDINGS_H

#include <jansson.h>
#include <stdio.h>

#include "crypto/cert_report.h"

/* A new reference; NULL when memory ran out. */
json_t *cli_findings_json(const struct cert_report *report);
/* The same of one fault that kept the certificate from being opened at all. */
json_t *cli_findings_of(enum cert_fault fault, const char *text, const char *fix);
/* "warning: TEXT (id)" and "fix: …" for each; `findings` may be NULL. */
void cli_findings_write(FILE *out, const json_t *findings);

#endif
