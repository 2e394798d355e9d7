/* "evidence" as text: what came over HTTPS and over HTTP, and whose handshakes failed and why. */
#ifndef APP_CLI_EVIDENCE_H
#define APP_CLI_EVIDENCE_H

#include <jansson.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/err.h"

/* `json` as of GET /v1/sites/NAME/evidence, or of GET /v1/evidence. */
void cli_evidence_write(FILE *out, const json_t *json);
/* What a cause of a failed handshake means, as short as a table wants it. Any text. */
const char *cli_evidence_meaning(const char *cause);
/*
 * A moment as people type it, as the API wants it, in `room`: "7d" or "24h" before now_s, "2026-11-23",
 * "2026-11-23T17:51:03Z". NULL with *err about `field`, or when memory ran out.
 */
const char *cli_evidence_moment(struct arena *room, const char *field, const char *text, int64_t now_s,
                                struct err *err);

#endif
