/* What the commands about certificate authorities share: the request that options make, and what is said. */
#ifndef APP_CLI_CA_H
#define APP_CLI_CA_H

#include <jansson.h>
#include <stdio.h>

#include "app/cli.h"

/* The body of POST or PATCH, from the options. A new reference in *ret. */
NODISCARD bool cli_ca_request(const struct cli *cli, bool is_new, json_t **ret, struct err *err);
/* Why an errand failed, with what to do. */
void cli_ca_write_failure(FILE *out, const json_t *failure);

#endif
