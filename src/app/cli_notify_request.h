/*
 * From the options of "notify add" and "notify set" to the JSON that control takes. Reads the files that options name;
 * asks for a password at the terminal when there is one; talks to nobody.
 */
#ifndef APP_CLI_NOTIFY_REQUEST_H
#define APP_CLI_NOTIFY_REQUEST_H

#include <jansson.h>

#include "app/cli.h"

/*
 * The members to send, a new reference. An error's field is the option. `adds`: of a channel that is new, which may
 * need a secret: *ret_made_secret (room of CLI_NOTIFY_SECRET_SIZE) is the one that was made for it, or empty.
 */
#define CLI_NOTIFY_SECRET_SIZE 33
NODISCARD bool cli_notify_request(const struct cli *cli, bool adds, json_t **ret,
                                  char ret_made_secret[static CLI_NOTIFY_SECRET_SIZE], struct err *err);

#endif
