/*
 * The moves on the ladder, as they are typed, and what is said of them: before, what will be promised; after, what is
 * sent now and what comes next. Whether a move may be made is control's to judge.
 */
#ifndef APP_CLI_MOVE_H
#define APP_CLI_MOVE_H

#include <stdio.h>

#include "app/cli_ask.h"
#include "app/cli_wish.h"
#include "base/buf.h"

struct cli_move {
    const char *words; /* behind "strictgate hsts": "subdomains on" */
    enum hsts_move move;
    enum cli_ask ask; /* asked before it is made: those that promise more */
};

/* As one word each, for help and shells. */
#define CLI_MOVE_LIST "start climb permanent hold release subdomains-on subdomains-off preload-on preload-off"

/* By the words behind "strictgate hsts", or by the API's name; NULL when there is none. */
const struct cli_move *cli_move_find(const char *words);
const struct cli_move *cli_move_of(const char *api_name);

/* "strictgate hsts subdomains app.example.org on": how the move is made. */
#define CLI_COMMAND_SIZE 320
const char *cli_move_command(const struct cli_move *move, const char *site, char room[static CLI_COMMAND_SIZE]);

/* What the move promises, in sentences, if it is made at `now_s`. Empty for moves that promise nothing new. */
void cli_move_promise(enum hsts_move move, const char *site, const struct cli_hsts *hsts, int64_t now_s,
                      struct buf *ret);
/* What is sent now that a move has been made, and how it goes on. `hsts` is as it is after it. */
void cli_move_tell(FILE *out, const char *site, const struct cli_hsts *hsts);

#endif
