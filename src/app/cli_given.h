/*
 * The certificate that a command was given for a site, "SITE FILE...": with its key, or without one where control has
 * it from a request that it made itself.
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
 * From the operands behind the first, --key and --passphrase-file; with --fetch-intermediates what is missing of the
 * chain is fetched. The caller ends it.
 */
NODISCARD bool cli_given_open(const struct cli *cli, struct cli_given_cert *ret, struct err *err);
void cli_given_fini(struct cli_given_cert *given);
/* {"certificate_pem": …, "key_pem": …}, a new reference; NULL with *err. */
json_t *cli_given_request(const struct cli_given_cert *given, struct err *err);

#endif
