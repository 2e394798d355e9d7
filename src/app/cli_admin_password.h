/*
 * The password of an account of the admin panel, as `strictgate admin` gets it: from a file, or typed twice at the
 * terminal without being shown. Never an option's value.
 */
#ifndef APP_CLI_ADMIN_PASSWORD_H
#define APP_CLI_ADMIN_PASSWORD_H

#include <jansson.h>

#include "app/cli.h"

/* Puts it into the body as "password". JSON's memory is wiped when it goes (main.c). */
NODISCARD bool cli_admin_password(const struct cli *cli, const char *account, json_t *body, struct err *err);

#endif
