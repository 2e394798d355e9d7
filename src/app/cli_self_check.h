/* What self-checks found, told to a person. */
#ifndef APP_CLI_SELF_CHECK_H
#define APP_CLI_SELF_CHECK_H

#include <jansson.h>
#include <stdio.h>

/* An answer of GET /v1/sites/NAME/check. Returns the exit status: CLI_FAILED for errors, and for what was not seen. */
int cli_self_check_write(FILE *out, const json_t *json);
/* "2 errors", "good", "not seen", "-": of a site in GET /v1/status. */
#define CLI_SELF_CHECK_WORD_SIZE 40
const char *cli_self_check_word(const json_t *summary, char room[static CLI_SELF_CHECK_WORD_SIZE]);

#endif
