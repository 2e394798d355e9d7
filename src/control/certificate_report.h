/*
 * What "is this certificate any good?" is answered with, by POST /v1/certificates/check and by "cert check --json":
 * whether anything stands against serving it, what it says, what is wrong. Written into an object that is open.
 */
#ifndef CONTROL_CERTIFICATE_REPORT_H
#define CONTROL_CERTIFICATE_REPORT_H

#include "crypto/cert_report.h"
#include "store/jsonout.h"

/* "good", "certificate", "findings"; `root_owners` are words for the marks of roots, the system's first. */
void certificate_report_write(const struct cert *cert, const struct cert_report *report, const char *const *root_owners,
                              struct jsonout *out);
/* The same of one that this fault kept from being opened. */
void certificate_report_write_closed(enum cert_fault fault, const struct err *why, struct jsonout *out);
/* Whether it is such a fault: of the certificate, and not of what came with it (a passphrase that is not given). */
bool certificate_report_is_fault(enum cert_fault fault);
/* One finding: id, weight, text, fix (which may be empty). */
void certificate_report_write_finding(enum cert_fault fault, const char *text, const char *fix, struct jsonout *out);

#endif
