#include "check.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "app/cli_passphrase.h"
#include "os/clock.h"

#define ECHOED_SIZE 512
#define PATIENCE_MS 20000

/* A terminal of the test's own: what is typed goes into `master`, what is shown comes out of it. */
static void open_terminal(int *master, int *terminal)
{
    *master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(*master >= 0 && grantpt(*master) == 0 && unlockpt(*master) == 0);
    *terminal = open(ptsname(*master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    assert_true(*terminal >= 0);
    assert_int_equal(fcntl(*master, F_SETFL, O_NONBLOCK), 0);
}

static bool wait_for_child(void)
{
    int status;
    return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Answers as soon as the question is there: what was typed before is dropped. */
static void answer(int master, const char *typed)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid != 0)
        return;
    char seen[ECHOED_SIZE] = "";
    size_t size = 0;
    while (!strstr(seen, ": ") && size + 1 < sizeof seen) {
        ssize_t got = read(master, seen + size, sizeof seen - size - 1);
        if (got > 0)
            size += (size_t)got;
        else
            (void)usleep(1000);
    }
    _exit(write(master, typed, strlen(typed)) == (ssize_t)strlen(typed) ? 0 : 1);
}

/* What is shown behind the question, up to the end of the line. */
static void read_shown(int master, char *room, size_t room_size)
{
    size_t size = 0;
    for (int64_t end_ms = clock_monotonic_ms() + PATIENCE_MS; !strchr(room, '\n'); room[size] = '\0') {
        ssize_t got = read(master, room + size, room_size - size - 1);
        assert_true(clock_monotonic_ms() < end_ms);
        if (got > 0)
            size += (size_t)got;
        else
            (void)usleep(1000);
    }
}

static void what_is_typed_is_taken_and_not_shown(void **state)
{
    (void)state;
    static const struct {
        const char *typed, *taken; /* NULL: broken off */
    } cases[] = {
        {"secret\n", "secret"},
        {"secret\r", "secret"},
        {"secrex\x7ft\n", "secret"},
        {"\x7f\x7fsecret\n", "secret"},
        {"gr\xc3\xbc\x7f\x7f.\n", "g."},
        {"sesame\x15secret\n", "secret"},
        {"gr\xc3\xbc\n", "gr\xc3\xbc"},
        {"sec\x03ret\n", NULL},
        {"\n", NULL},
        {"\x04", NULL},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int master, terminal;
        struct buf passphrase;
        struct err err = {0};
        struct termios before, after;
        char shown[ECHOED_SIZE] = "";
        open_terminal(&master, &terminal);
        assert_int_equal(tcgetattr(terminal, &before), 0);
        answer(master, cases[i].typed);
        bool taken = cli_passphrase_ask(terminal, "key.pem", &passphrase, &err);
        assert_int_equal(taken, cases[i].taken != NULL);
        if (taken) {
            assert_str(buf_str(&passphrase), str_from(cases[i].taken));
            cli_passphrase_wipe(&passphrase);
        } else {
            assert_int_equal(err.code, ERR_INPUT);
        }
        assert_int_equal(tcgetattr(terminal, &after), 0);
        assert_int_equal(after.c_lflag, before.c_lflag);
        assert_true(wait_for_child());
        read_shown(master, shown, sizeof shown);
        assert_null(strstr(shown, "sec"));
        (void)close(terminal);
        (void)close(master);
    }
}

static void what_is_no_terminal_is_told(void **state)
{
    (void)state;
    struct buf passphrase;
    struct err err = {0};
    int fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    assert_false(cli_passphrase_ask(fd, "key.pem", &passphrase, &err));
    assert_true(err.text[0]);
    (void)close(fd);
}

static struct cli *parsed(const char *path)
{
    static char words[3][64] = {"strictgate", "cert", "check"};
    char option[300], file[] = "x";
    (void)snprintf(option, sizeof option, "--passphrase-file=%s", path);
    char *argv[] = {words[0], words[1], words[2], file, strdup(option), NULL};
    struct cli *cli = calloc(1, sizeof *cli);
    struct err err = {0};
    assert_true(cli && argv[4]);
    if (!cli_parse(5, argv, cli, &err))
        fail_msg("%s", err.text);
    return cli;
}

static void a_file_gives_its_first_line(void **state)
{
    (void)state;
    static const struct {
        const char *content, *taken; /* NULL: refused */
    } cases[] = {
        {"secret\n", "secret"}, {"secret", "secret"}, {"secret\r\nnext\n", "secret"},
        {" a b \n", " a b "},   {"", NULL},           {"\nsecret\n", NULL},
    };
    char path[] = "/tmp/strictgate-passphrase-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    struct cli *cli = parsed(path);
    assert_true(cli_passphrase_is_given(cli));
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf passphrase;
        struct err err = {0};
        size_t size = strlen(cases[i].content);
        assert_int_equal(ftruncate(fd, 0), 0);
        assert_int_equal(pwrite(fd, cases[i].content, size, 0), size);
        bool taken = cli_passphrase_get(cli, "key.pem", &passphrase, &err);
        assert_int_equal(taken, cases[i].taken != NULL);
        if (!taken) {
            assert_string_equal(err.field, "--passphrase-file");
            continue;
        }
        assert_str(buf_str(&passphrase), str_from(cases[i].taken));
        cli_passphrase_wipe(&passphrase);
    }
    (void)unlink(path);
    struct buf none;
    struct err err = {0};
    assert_false(cli_passphrase_get(cli, "key.pem", &none, &err));
    assert_string_equal(err.field, "--passphrase-file");
    (void)close(fd);
    free((void *)(uintptr_t)(cli_value(cli, "passphrase-file") - strlen("--passphrase-file=")));
    free(cli);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_typed_is_taken_and_not_shown),
        cmocka_unit_test(what_is_no_terminal_is_told),
        cmocka_unit_test(a_file_gives_its_first_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
