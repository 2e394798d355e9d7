/* One line, byte by byte, into memory that never moves. */
#include "app/cli_passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "os/file.h"

#define CTRL_C 3
#define CTRL_D 4
#define CTRL_U 21

void cli_passphrase_wipe(struct buf *passphrase)
{
    key_wipe(passphrase);
}

bool cli_passphrase_is_given(const struct cli *cli)
{
    return cli_value(cli, "passphrase-file") != NULL;
}

/* A buffer that moved when it grew would leave a copy behind. */
static bool make_room(struct buf *ret, struct err *err)
{
    buf_init(ret, KEY_PASSPHRASE_SIZE_MAX);
    return buf_reserve(ret, KEY_PASSPHRASE_SIZE_MAX) != NULL || err_memory(err);
}

static bool take_line(struct str text, const char *option, struct buf *ret, struct err *err)
{
    struct str line = str_cut(&text, '\n');
    if (str_ends(line, STR("\r")))
        line.size--;
    if (line.size == 0 || line.size > KEY_PASSPHRASE_SIZE_MAX)
        return err_field(err, option, "its first line must be the secret, of at most %d bytes",
                         KEY_PASSPHRASE_SIZE_MAX);
    return make_room(ret, err) && (buf_put_str(ret, line) || err_memory(err));
}

bool cli_passphrase_read(const char *path, const char *option, struct buf *ret, struct err *err)
{
    struct buf text;
    struct err why = {0};
    if (!file_read(path, (size_t)2 * KEY_PASSPHRASE_SIZE_MAX, &text, &why)) {
        (void)err_field(err, option, "%s", why.text);
        return false;
    }
    bool fine = take_line(buf_str(&text), option, ret, err);
    key_wipe(&text);
    return fine;
}

/* The last character, all its bytes of UTF-8. */
static void take_back(struct buf *text)
{
    while (text->size) {
        text->size--;
        if (((unsigned char)text->data[text->start + text->size] & 0xc0) != 0x80)
            return;
    }
}

/* Returns false when it was broken off. Without a line of its own the terminal echoes nothing, not even Ctrl-C. */
static bool type_line(int fd, struct buf *ret)
{
    char c = 0;
    for (;;) {
        ssize_t size = read(fd, &c, 1);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0 || c == CTRL_C || c == CTRL_D || c == '\n' || c == '\r')
            return size > 0 && c != CTRL_C;
        if (c == '\b' || c == 0x7f)
            take_back(ret);
        else if (c == CTRL_U)
            ret->size = 0;
        else if (!buf_put_char(ret, c))
            return false;
    }
}

static void show(int fd, const char *text)
{
    ssize_t ignored = write(fd, text, strlen(text));
    (void)ignored;
}

bool cli_passphrase_ask(int terminal_fd, const char *what, struct buf *ret, struct err *err)
{
    return cli_passphrase_prompt(terminal_fd, "Passphrase of", what, ret, err);
}

bool cli_passphrase_prompt(int terminal_fd, const char *kind, const char *what, struct buf *ret, struct err *err)
{
    struct termios before, silent;
    if (!make_room(ret, err))
        return false;
    if (tcgetattr(terminal_fd, &before) != 0) {
        cli_passphrase_wipe(ret);
        return err_errno(err, "the terminal");
    }
    silent = before;
    silent.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
    bool is_silent = tcsetattr(terminal_fd, TCSAFLUSH, &silent) == 0; /* before anybody could begin to type */
    show(terminal_fd, kind);
    show(terminal_fd, " ");
    show(terminal_fd, what);
    show(terminal_fd, ": ");
    bool typed = is_silent && type_line(terminal_fd, ret) && ret->size;
    (void)tcsetattr(terminal_fd, TCSANOW, &before);
    show(terminal_fd, "\n");
    if (typed)
        return true;
    cli_passphrase_wipe(ret);
    return err_set(err, ERR_INPUT, "nothing was typed, nothing was done");
}

static bool prompt_twice(int terminal_fd, const char *kind, const char *what, struct buf *ret, struct err *err)
{
    struct buf again;
    if (!cli_passphrase_prompt(terminal_fd, kind, what, ret, err))
        return false;
    bool typed = cli_passphrase_prompt(terminal_fd, "The same", "again", &again, err), same = false;
    if (typed) {
        same = str_eq(buf_str(ret), buf_str(&again)) ||
               err_set(err, ERR_INPUT, "the two are not the same, nothing was done");
        cli_passphrase_wipe(&again);
    }
    if (!same)
        cli_passphrase_wipe(ret);
    return same;
}

bool cli_passphrase_prompt_twice(const char *kind, const char *what, const char *owner, const char *option,
                                 struct buf *ret, struct err *err)
{
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        (void)err_set(err, ERR_INPUT, "%s needs a password, and there is no terminal to ask for one", owner);
        return err_fix(err, "give it with %s FILE", option);
    }
    bool fine = prompt_twice(fd, kind, what, ret, err);
    (void)close(fd);
    return fine;
}

bool cli_passphrase_get(const struct cli *cli, const char *what, struct buf *ret, struct err *err)
{
    if (cli_passphrase_is_given(cli))
        return cli_passphrase_read(cli_value(cli, "passphrase-file"), "--passphrase-file", ret, err);
    int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (fd < 0) {
        (void)err_set(err, ERR_INPUT, "%s is protected by a passphrase, and there is no terminal to ask for it", what);
        return err_fix(err, "give it with --passphrase-file FILE");
    }
    bool fine = cli_passphrase_ask(fd, what, ret, err);
    (void)close(fd);
    return fine;
}
