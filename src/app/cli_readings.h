/* How the clients of this world read a site's Strict-Transport-Security, as a table for people or as JSON. */
#ifndef APP_CLI_READINGS_H
#define APP_CLI_READINGS_H

#include <jansson.h>
#include <stdio.h>

#include "hsts/preload_seen.h"

/* Of a response with these fields; nothing when there are none. */
void cli_readings_write(FILE *out, const struct preload_fields *fields);
/* NULL: memory ran out. The caller releases it. */
json_t *cli_readings_json(const struct preload_fields *fields);

#endif
