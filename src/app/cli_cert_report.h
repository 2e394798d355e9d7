/* What is said of a certificate that somebody asks about, as control/certificate_report.h writes it, printed. */
#ifndef APP_CLI_CERT_REPORT_H
#define APP_CLI_CERT_REPORT_H

#include <jansson.h>

#include "app/cli.h"

/* In words, or with --json as it is. The exit status: 0 when nothing stands against serving the certificate. */
int cli_cert_report_print(const struct cli *cli, const json_t *report);

#endif
