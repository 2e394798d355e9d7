/*
 * From the options of "site add" and "site set" to the JSON that control takes. Reads the files that options name, and
 * talks to nobody.
 */
#ifndef APP_SITE_REQUEST_H
#define APP_SITE_REQUEST_H

#include <jansson.h>

#include "app/cli.h"

/* Whether any option was given that changes a route. */
bool site_request_has_routes(const struct cli *cli);
/*
 * The members to send. `site` is the present site for "site set", NULL for "site add". *ret is a new reference. An
 * error's field is the option.
 */
NODISCARD bool site_request_make(const struct cli *cli, const json_t *site, json_t **ret, struct err *err);

#endif
