/* The test executes itself: with "--child=…" as its argument it is the child. */
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/process.h"

#define CHILD_FD 3
/* A deadline that only ends a hang. */
#define PATIENCE_MS 60000

/* What the child saw, sent to the parent over the inherited descriptor. */
struct seen {
    int fds_count; /* open ones, but for that of reading the folder */
    int blocked_count;
    int ignored_count;
    int parent_death_signal;
};

static int count_fds(void)
{
    int count = 0;
    DIR *dir = opendir("/proc/self/fd");
    for (const struct dirent *entry; dir && (entry = readdir(dir));) {
        uint64_t
            fd; /* not "." and ".."; not the one in use here; not those far up that a sanitizer or debugger keeps */
        count += str_to_u64(str_from(entry->d_name), 1000, &fd) && fd != (uint64_t)dirfd(dir);
    }
    if (dir)
        (void)closedir(dir);
    return count;
}

static int child_main(const char *what)
{
    if (strcmp(what, "--child=exit") == 0)
        return 42;
    if (strcmp(what, "--child=sleep") == 0) {
        for (;;)
            (void)pause();
    }
    struct seen seen = {.fds_count = count_fds()};
    sigset_t mask;
    (void)sigprocmask(SIG_SETMASK, NULL, &mask);
    for (int number = 1; number < NSIG; number++) {
        struct sigaction action;
        seen.blocked_count += sigismember(&mask, number) == 1;
        seen.ignored_count += sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
    }
    (void)prctl(PR_GET_PDEATHSIG, &seen.parent_death_signal);
    return write(CHILD_FD, &seen, sizeof seen) == (ssize_t)sizeof seen ? 0 : 1;
}

static struct process spawn(const char *what, int fd)
{
    const char *const arguments[] = {"child", what, NULL};
    struct process process;
    struct err err = {0};
    if (!process_spawn_self(arguments, fd, CHILD_FD, SIGKILL, &process, &err))
        fail_msg("%s", err.text);
    return process;
}

static struct process_end wait_end(struct process *process)
{
    struct pollfd poll_fd = {.fd = process->pid_fd, .events = POLLIN};
    struct process_end end = {0};
    assert_int_equal(poll(&poll_fd, 1, PATIENCE_MS), 1);
    assert_true(process_reap(process, &end));
    assert_int_equal(process->pid, 0);
    assert_false(process_reap(process, &end));
    return end;
}

static void a_child_inherits_one_descriptor_and_a_clean_slate(void **state)
{
    (void)state;
    int extra_fd = fcntl(STDERR_FILENO, F_DUPFD, 20); /* not close-on-exec: as from a careless parent */
    int low_fd = fcntl(STDERR_FILENO, F_DUPFD, CHILD_FD);
    sigset_t set, before;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigprocmask(SIG_BLOCK, &set, &before);
    void (*pipe_before)(int) = signal(SIGPIPE, SIG_IGN);
    for (int round = 0; round < 2; round++) {
        int fds[2];
        assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds), 0);
        int at_number = -1;
        if (round == 1) { /* the inherited descriptor has the right number already */
            (void)close(low_fd);
            at_number = dup3(fds[1], CHILD_FD, O_CLOEXEC);
            assert_int_equal(at_number, CHILD_FD);
        }
        struct process child = spawn("--child=look", round == 1 ? at_number : fds[1]);
        struct seen seen = {0};
        assert_int_equal(read(fds[0], &seen, sizeof seen), sizeof seen);
        assert_int_equal(seen.fds_count, 4); /* 0, 1, 2 and 3 */
        assert_int_equal(seen.blocked_count, 0);
        assert_int_equal(seen.ignored_count, 0);
        assert_int_equal(seen.parent_death_signal, SIGKILL);
        struct process_end end = wait_end(&child);
        assert_false(end.by_signal);
        assert_int_equal(end.status, 0);
        (void)close(fds[0]);
        (void)close(fds[1]);
        if (at_number >= 0)
            (void)close(at_number);
    }
    (void)close(extra_fd);
    (void)signal(SIGPIPE, pipe_before);
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
}

static void the_end_of_a_child_is_told_as_it_was(void **state)
{
    (void)state;
    char text[64];
    struct process child = spawn("--child=exit", STDERR_FILENO);
    struct process_end end = wait_end(&child);
    assert_str(process_end_text(&end, text, sizeof text), STR("exited with status 42"));
    child = spawn("--child=sleep", STDERR_FILENO);
    assert_false(process_reap(&child, &end));
    assert_true(process_signal(&child, 0));
    assert_true(process_signal(&child, SIGKILL));
    end = wait_end(&child);
    assert_str(process_end_text(&end, text, sizeof text), STR("was killed by signal 9 (Killed)"));
    assert_true(process_signal(&child, SIGTERM)); /* nobody there */
}

static void a_child_dies_with_its_parent(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    pid_t parent = fork();
    if (parent == 0) {
        struct process child = spawn("--child=sleep", fds[1]);
        ssize_t written = write(fds[1], &child.pid, sizeof child.pid);
        _exit(written == (ssize_t)sizeof child.pid ? 0 : 1);
    }
    (void)close(fds[1]);
    pid_t pid = 0;
    assert_int_equal(read(fds[0], &pid, sizeof pid), sizeof pid);
    assert_int_equal(waitpid(parent, NULL, 0), parent);
    char c;
    assert_int_equal(read(fds[0], &c, 1), 0); /* end of file: the grandchild's copy is closed, it is gone */
    (void)close(fds[0]);
}

static void a_descriptor_that_is_none_is_reported_here(void **state)
{
    (void)state;
    const char *const arguments[] = {"child", "--child=exit", NULL};
    struct process process = {.pid = 5};
    struct err err = {0};
    assert_false(process_spawn_self(arguments, 9999, CHILD_FD, SIGKILL, &process, &err));
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_non_null(strstr(err.text, "Bad file descriptor"));
    assert_int_equal(process.pid, 5);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1); /* reaped */
    assert_int_equal(errno, ECHILD);
}

int main(int count, char **arguments)
{
    if (count == 2 && strncmp(arguments[1], "--child=", 8) == 0)
        return child_main(arguments[1]);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_child_inherits_one_descriptor_and_a_clean_slate),
        cmocka_unit_test(the_end_of_a_child_is_told_as_it_was),
        cmocka_unit_test(a_child_dies_with_its_parent),
        cmocka_unit_test(a_descriptor_that_is_none_is_reported_here),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
