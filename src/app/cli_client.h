/*
 * The commands' way to control: one request over its Unix socket. Where that socket is follows from the options and the
 * boot file.
 */
#ifndef APP_CLI_CLIENT_H
#define APP_CLI_CLIENT_H

#include <jansson.h>

#include "app/cli.h"
#include "app/setup.h"

struct cli_reply {
    json_t *json;    /* of the answer, NULL when it is not JSON */
    struct buf text; /* the answer as it came */
};

/* What -c, --data and --set mean; `room` keeps the texts that have to be made and must live as long. */
NODISCARD bool cli_origin(const struct cli *cli, struct arena *room, struct setup_origin *ret, struct err *err);
/* The data directory: --data, else the boot file's, else the default. In `room`. */
NODISCARD bool cli_data_directory(const struct cli *cli, struct arena *room, const char **ret, struct err *err);
/*
 * One call of the API. Returns CLI_OK with *ret filled (cli_reply_fini it), or the exit status, having printed what
 * went wrong. `body` may be NULL.
 */
int cli_call(const struct cli *cli, const char *method, const char *path, const json_t *body, struct cli_reply *ret);
/* "/v1/sites/NAME" with the name percent-encoded and `tail` behind it, in `room`; NULL when memory ran out. */
const char *cli_site_path(struct arena *room, const char *name, const char *tail);
/* What an answer to a change says of its effect; returns CLI_OK, or CLI_FAILED having said why it is not in effect. */
int cli_check_applied(const json_t *reply);
void cli_reply_fini(struct cli_reply *reply);

#endif
