/*
 * Intermediate certificates that are missing, fetched from where the certificate says its issuer's lies. The address is
 * a stranger's: it is shown, asked with one plain GET without redirects, capped in size and time, and only when it
 * leads to the public Internet, unless told otherwise. What comes is kept only when its key made the signature.
 */
#ifndef APP_CLI_ISSUER_H
#define APP_CLI_ISSUER_H

#include "app/cli.h"
#include "crypto/cert_report.h"

/* The trust that "cert" commands judge by: roots of --root, what only this machine has, the system's. */
enum { CLI_MARK_GIVEN = 1, CLI_MARK_LOCAL };
#define CLI_LOCAL_MARKS (1u << CLI_MARK_LOCAL)

/* The caller ends *ret with trust_free. */
NODISCARD bool cli_issuer_roots(const struct cli *cli, struct trust **ret, struct err *err);
/*
 * With --fetch-intermediates, fetches what is missing until the chain leads to a root of `trust`, or its last one names
 * no address. ERR_SYSTEM when the first cannot be had; a later one may be a root that is not known here, so its lack is
 * only told.
 */
NODISCARD bool cli_issuer_complete(const struct cli *cli, struct cert *cert, const struct trust *trust, int64_t now_s,
                                   struct err *err);

#endif
