/* The member "automatic" of a site's certificate, as sentences. */
#ifndef APP_CLI_AUTO_H
#define APP_CLI_AUTO_H

#include <jansson.h>
#include <stdio.h>

/* What failed last, what to do, when it is tried again; nothing when nothing failed. `first` stands before it. */
void cli_auto_write_failure(FILE *out, const char *first, const json_t *automatic);
/* The lines of "site show": phase, authority, renewal, failure. */
void cli_auto_write(FILE *out, const json_t *automatic);

#endif
