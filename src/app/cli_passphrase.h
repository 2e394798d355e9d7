/*
 * The passphrase of a private key or a PKCS#12 file: asked for at the terminal without showing it, or read from a file.
 * Never an option's value, which every user of the machine could see, and never kept: whoever gets it wipes it.
 */
#ifndef APP_CLI_PASSPHRASE_H
#define APP_CLI_PASSPHRASE_H

#include "app/cli.h"
#include "base/buf.h"
#include "crypto/key.h"

/* Whether --passphrase-file is given, so that nobody is asked. */
bool cli_passphrase_is_given(const struct cli *cli);
/*
 * From --passphrase-file, its first line, or asked for at the terminal of this process; `what` is what it opens, as the
 * question names it ("key.pem"). *ret is initialised here and wiped by the caller (cli_passphrase_wipe). ERR_INPUT when
 * there is neither a file nor a terminal, or nothing was typed.
 */
NODISCARD bool cli_passphrase_get(const struct cli *cli, const char *what, struct buf *ret, struct err *err);
/* The same at this terminal; its settings are as before when it returns. */
NODISCARD bool cli_passphrase_ask(int terminal_fd, const char *what, struct buf *ret, struct err *err);
/* The same with another question: "Password of", "New password of". */
NODISCARD bool cli_passphrase_prompt(int terminal_fd, const char *kind, const char *what, struct buf *ret,
                                     struct err *err);
/*
 * The same asked for twice at /dev/tty: nobody sees what is typed, and a slip would lock its owner out. `owner` is what
 * needs it ("the account") and `option` what gives it instead, for whoever has no terminal.
 */
NODISCARD bool cli_passphrase_prompt_twice(const char *kind, const char *what, const char *owner, const char *option,
                                           struct buf *ret, struct err *err);
/* The first line of a file; `option` is the one that named it. */
NODISCARD bool cli_passphrase_read(const char *path, const char *option, struct buf *ret, struct err *err);
/* Overwrites and frees. */
void cli_passphrase_wipe(struct buf *passphrase);

#endif
