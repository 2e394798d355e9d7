/*
 * --override GUARD …, --reason TEXT and --confirm NAME as the member "override" of a request, and --replace-working of
 * the commands that have it.
 */
#ifndef APP_CLI_OVERRIDE_H
#define APP_CLI_OVERRIDE_H

#include <jansson.h>

#include "app/cli.h"

/*
 * Adds "replace_working", and {"guards": […], "reason": "…", "confirm": "…"} to the request; nothing when none of the
 * options is given. ERR_INPUT when only some are: the three go together. Whether a guard can be overridden is control's
 * to judge.
 */
NODISCARD bool cli_override_put(const struct cli *cli, json_t *request, struct err *err);

#endif
