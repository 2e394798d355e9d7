#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include "os/signal.h"

static void signals_are_read_one_by_one(void **state)
{
    (void)state;
    static const int numbers[] = {SIGTERM, SIGHUP, SIGUSR1};
    int fd;
    struct err err = {0};
    assert_true(signal_open(numbers, 3, &fd, &err));
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(signal_next(fd), 0);
    assert_int_equal(raise(SIGHUP), 0);
    assert_int_equal(signal_next(fd), SIGHUP);
    assert_int_equal(raise(SIGUSR1), 0);
    assert_int_equal(raise(SIGTERM), 0);
    int first = signal_next(fd), second = signal_next(fd);
    assert_true((first == SIGUSR1 && second == SIGTERM) || (first == SIGTERM && second == SIGUSR1));
    assert_int_equal(signal_next(fd), 0);
    (void)close(fd);
    static const int bad[] = {1000};
    assert_false(signal_open(bad, 1, &fd, &err));
    assert_int_equal(err.code, ERR_SYSTEM);
}

static void a_closed_pipe_ends_nothing(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    (void)close(fds[0]);
    signal_ignore_pipe();
    assert_int_equal(write(fds[1], "x", 1), -1);
    (void)close(fds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signals_are_read_one_by_one),
        cmocka_unit_test(a_closed_pipe_ends_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
