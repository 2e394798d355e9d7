/* A picture of a site's ladder, top rung first, with the rung it stands on, the next one, and what it climbs to. */
#ifndef APP_CLI_LADDER_H
#define APP_CLI_LADDER_H

#include <stdio.h>

#include "app/cli_wish.h"

void cli_ladder_draw(FILE *out, const struct cli_hsts *hsts, int64_t now_s);

#endif
