/* From --password-file or from the terminal. */
#include "app/cli_admin_password.h"

#include <fcntl.h>
#include <unistd.h>

#include "app/cli_passphrase.h"

#define OPTION "--password-file"

/* Nobody sees what is typed, and a slip would lock its owner out. */
static bool ask_twice(int terminal_fd, const char *account, struct buf *ret, struct err *err)
{
    struct buf again;
    if (!cli_passphrase_prompt(terminal_fd, "New password of", account, ret, err))
        return false;
    if (!cli_passphrase_prompt(terminal_fd, "The same", "again", &again, err)) {
        cli_passphrase_wipe(ret);
        return false;
    }
    bool same = str_eq(buf_str(ret), buf_str(&again));
    cli_passphrase_wipe(&again);
    if (same)
        return true;
    cli_passphrase_wipe(ret);
    return err_set(err, ERR_INPUT, "the two are not the same, nothing was done");
}

static bool ask(const char *account, struct buf *ret, struct err *err)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        (void)err_set(err, ERR_INPUT, "the account needs a password, and there is no terminal to ask for one");
        return err_fix(err, "give it with " OPTION " FILE");
    }
    bool fine = ask_twice(fd, account, ret, err);
    (void)close(fd);
    return fine;
}

bool cli_admin_password(const struct cli *cli, const char *account, json_t *body, struct err *err)
{
    const char *path = cli_value(cli, "password-file");
    struct buf password;
    if (!(path ? cli_passphrase_read(path, OPTION, &password, err) : ask(account, &password, err)))
        return false;
    struct str text = buf_str(&password);
    json_t *value = json_stringn(text.data, text.size);
    cli_passphrase_wipe(&password);
    if (!value)
        return err_field(err, path ? OPTION : "password", "it is not text in UTF-8");
    return json_object_set_new(body, "password", value) == 0 || err_memory(err);
}
