/* What the commands of inventories print, apart from where it comes from, for the tests. */
#ifndef APP_CLI_SUBDOMAINS_H
#define APP_CLI_SUBDOMAINS_H

#include <jansson.h>
#include <stdio.h>

/* Names in a table, what is to be done about those that need it, and the summary. */
void cli_subdomains_write(FILE *out, const json_t *names, const json_t *last_page);
/* What became of an import. */
void cli_subdomains_write_taken(FILE *out, const json_t *json);
/* The exit status that goes with a summary: CLI_OK when nothing is blocking. */
int cli_subdomains_status(const json_t *page);

#endif
