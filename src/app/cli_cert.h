/*
 * What the commands of the group "cert" have in common: certificates of the API into words. Writes, and talks to
 * nobody.
 */
#ifndef APP_CLI_CERT_H
#define APP_CLI_CERT_H

#include <jansson.h>
#include <stdio.h>

/* How far it has come: "seen served", "acknowledged", "published", "stored", "". */
const char *cli_cert_stage(const json_t *certificate);
/* "ECDSA", "RSA", or "-" */
const char *cli_cert_side(const json_t *certificate);
/* The problems of a certificate from this severity on ("notice", "warning", "alarm"), a paragraph each with its fix. */
void cli_cert_write_problems(FILE *out, const json_t *certificate, const char *least, const char *prefix);
/* The table of cert list, and what is wrong below it. */
void cli_cert_write_list(FILE *out, const json_t *certificates);
/* All of cert show. */
void cli_cert_write_site(FILE *out, const json_t *site);

#endif
