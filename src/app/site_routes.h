/*
 * How the requests of a site's routes are passed on: the options that change every route of their kind at once
 * (balance, weights, times, health checks, verification, the index of folders). Which routes there are is
 * site_request's.
 */
#ifndef APP_SITE_ROUTES_H
#define APP_SITE_ROUTES_H

#include <jansson.h>

#include "app/cli.h"

/* Whether any of these options was given. */
bool site_routes_has(const struct cli *cli);
/* Puts them into `routes`, an array of routes as the API takes them. An error's field is the option. */
NODISCARD bool site_routes_apply(const struct cli *cli, json_t *routes, struct err *err);

#endif
