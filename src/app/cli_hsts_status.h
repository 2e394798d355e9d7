/* "hsts status" as text: where a site stands, who is bound until when, what comes next and what stands against it. */
#ifndef APP_CLI_HSTS_STATUS_H
#define APP_CLI_HSTS_STATUS_H

#include <jansson.h>
#include <stdio.h>

#include "app/cli_wish.h"

/* The move that a site would make next, HSTS_MOVES_COUNT when there is none: what its guards are asked for. */
enum hsts_move cli_hsts_next_move(const struct cli_hsts *hsts);
/* `json` as of GET …/hsts; `move` what GET …/guards says of the next move, or NULL. */
void cli_hsts_status_write(FILE *out, const char *site, const json_t *json, const json_t *move, int64_t now_s);
/* A line for each of the sites of GET /v1/sites. */
void cli_hsts_status_list(FILE *out, const json_t *sites);

#endif
