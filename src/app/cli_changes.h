/* The difference between what is and what a declarative file says, as people read it: +, - and ~, before and after. */
#ifndef APP_CLI_CHANGES_H
#define APP_CLI_CHANGES_H

#include <jansson.h>
#include <stdio.h>

#include "app/cli_wish.h"

/* `changes` as of POST /v1/apply. */
void cli_changes_write(FILE *out, const json_t *changes);
/* What becomes of a site's HSTS; `note` is what does not, or NULL. Without `changes` there is only the note. */
void cli_changes_write_hsts(FILE *out, const char *site, bool changes, const struct hsts_wish *before,
                            const struct hsts_wish *after, const char *note);

#endif
