/*
 * The commands' way to control: one request over its Unix socket. Where that socket is follows from the options and the
 * boot file.
 */
#ifndef APP_CLI_CLIENT_H
#define APP_CLI_CLIENT_H

#include <jansson.h>

#include "app/cli.h"
#include "app/setup.h"

/* Control waits up to 5 s for the gateway; certificates for a hundred names take a moment more. */
#define CLI_TIMEOUT_S 60
/* A look at the site from outside comes first, which may take 30 s. */
#define CLI_TIMEOUT_LOOK_S 90
/* A backup of all sites that there can be, over a slow disk. */
#define CLI_TIMEOUT_TRANSFER_S 600

/* Room for 128 random bits in hexadecimal. */
#define CLI_KEY_SIZE 33

struct cli_request {
    const char *method;
    const char *path;   /* with its query */
    const json_t *json; /* content, or NULL */
    struct str bytes;   /* content that is no JSON; or empty */
    /*
     * What makes repeating it harmless, or NULL. With it the request is sent again when control went away before it
     * answered; without it nobody could say whether it had been carried out.
     */
    const char *idempotency_key;
    unsigned timeout_s; /* 0: CLI_TIMEOUT_S */
};

struct cli_reply {
    unsigned status; /* of HTTP */
    json_t *json;    /* of the answer, NULL when it is not JSON */
    struct buf text; /* the answer as it came */
};

/* What -c, --data and --set mean; `room` keeps the texts that have to be made and must live as long. */
NODISCARD bool cli_origin(const struct cli *cli, struct arena *room, struct setup_origin *ret, struct err *err);
/* The data directory: --data, else the boot file's, else the default. In `room`. */
NODISCARD bool cli_data_directory(const struct cli *cli, struct arena *room, const char **ret, struct err *err);
/*
 * One request of the API. Returns CLI_OK with *ret filled (cli_reply_fini it) when there is an answer, whatever it
 * says; else the exit status, having printed why there is none.
 */
int cli_exchange(const struct cli *cli, const struct cli_request *request, struct cli_reply *ret);
/* The same, where only success is an answer: what was refused is printed (cli_problem_print). */
int cli_send(const struct cli *cli, const struct cli_request *request, struct cli_reply *ret);
/* cli_send in short. `body` may be NULL. */
int cli_call(const struct cli *cli, const char *method, const char *path, const json_t *body, struct cli_reply *ret);
/* Whether the request was carried out. */
bool cli_reply_is_good(const struct cli_reply *reply);
/* A new key for cli_request. */
NODISCARD bool cli_key_make(char room[static CLI_KEY_SIZE], struct err *err);
/* Percent-encoded for a path or a query, in `room`; NULL when memory ran out. */
const char *cli_escape(struct arena *room, const char *text);
/* "/v1/sites/NAME" with the name percent-encoded and `tail` behind it, in `room`; NULL when memory ran out. */
const char *cli_site_path(struct arena *room, const char *name, const char *tail);
/* What an answer to a change says of its effect; returns CLI_OK, or CLI_FAILED having said why it is not in effect. */
int cli_check_applied(const json_t *reply);
/* Overwrites and frees what came: it may hold private keys. */
void cli_reply_fini(struct cli_reply *reply);

#endif
