/*
 * The roots that "cert check" judges by, and the fetching of what is missing of a chain (outbound/intermediates.h), as
 * the command line asks for it.
 */
#ifndef APP_CLI_ISSUER_H
#define APP_CLI_ISSUER_H

#include "app/cli.h"
#include "crypto/cert_report.h"

/* Roots of --root, what only this machine has, the system's. */
enum { CLI_MARK_GIVEN = 1, CLI_MARK_LOCAL };
#define CLI_LOCAL_MARKS (1u << CLI_MARK_LOCAL)

/* The caller ends *ret with trust_free. */
NODISCARD bool cli_issuer_roots(const struct cli *cli, struct trust **ret, struct err *err);
/* With --fetch-intermediates, fetches what is missing; each address is told. ERR_SYSTEM as of intermediates_fetch. */
NODISCARD bool cli_issuer_complete(const struct cli *cli, struct cert *cert, const struct trust *trust, int64_t now_s,
                                   struct err *err);

#endif
