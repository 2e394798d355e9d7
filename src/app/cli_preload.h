/* What the commands of the preload list print, apart from where it comes from, for the tests. */
#ifndef APP_CLI_PRELOAD_H
#define APP_CLI_PRELOAD_H

#include <jansson.h>
#include <stdio.h>

/* The answer of GET /v1/preload. Returns the exit status: a list that is there and not old is CLI_OK. */
int cli_preload_write_status(FILE *out, const json_t *json);
/* The answer of GET /v1/preload/lookup; the same: CLI_OK when all names are bound. */
int cli_preload_write_lookup(FILE *out, const json_t *json);

/*
 * The answer of GET /v1/preload/standing, with those of POST /v1/check ("preloadable", "removable"; NULL: nobody
 * looked).
 */
void cli_preload_write_standing(FILE *out, const json_t *standing, const json_t *preloadable, const json_t *removable);

#endif
