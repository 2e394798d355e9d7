/*
 * The certificate that a command was given for a site, "SITE FILE..." or "FILE... --site SITE": with its key, or
 * without one where control has it from a request that it made itself.
 */
#ifndef APP_CLI_GIVEN_H
#define APP_CLI_GIVEN_H

#include <jansson.h>

#include "app/cli_intake.h"

struct cli_given_cert {
    struct cert *cert; /* NULL: it came without its key, and control looks for it */
    json_t *bare;      /* then its text */
};

/*
 * From the operands, beginning with that at `first`, --key and --passphrase-file; *ret_fault (NULL is allowed) as of
 * cli_intake_open, when it fails. The caller ends it.
 */
NODISCARD bool cli_given_open(const struct cli *cli, size_t first, struct cli_given_cert *ret,
                              enum cert_fault *ret_fault, struct err *err);
void cli_given_fini(struct cli_given_cert *given);
/*
 * {"certificate_pem": …, "key_pem": …}, with --fetch-intermediates the wish to have what is missing of the chain
 * fetched; a new reference, NULL with *err.
 */
json_t *cli_given_request(const struct cli *cli, const struct cli_given_cert *given, struct err *err);

#endif
