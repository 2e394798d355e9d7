/*
 * fork and exec. Between the two the child calls only what is async-signal-safe, and tells why it could not go on
 * through a pipe that a successful exec closes.
 */
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* What a program of others makes is its user's alone, as with the service manager's UMask. */
#define PROCESS_UMASK 077

/* CLOSE_RANGE_CLOEXEC of <linux/close_range.h>, which does not agree with every <unistd.h>. */
#define PROCESS_CLOSE_RANGE_CLOEXEC (1U << 2)

struct spawn {
    const struct process_program *program; /* NULL: this program itself */
    const char *const *arguments;
    int inherited_fd, at_fd;
    int parent_death_signal;
    pid_t parent;
    int report_fd;
};

static bool reset_signals(void)
{
    struct sigaction action = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++)
        (void)sigaction(number, &action, NULL); /* some cannot be set: they have their default already */
    sigset_t none;
    return sigemptyset(&none) == 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0;
}

/* at_fd stays open over exec, all else from 3 on does not. The pipe for reports is moved out of the way first. */
static bool arrange_descriptors(struct spawn *spawn)
{
    int report_fd = fcntl(spawn->report_fd, F_DUPFD_CLOEXEC, spawn->at_fd + 1);
    if (report_fd < 0)
        return false;
    spawn->report_fd = report_fd;
    if (spawn->inherited_fd != spawn->at_fd && dup2(spawn->inherited_fd, spawn->at_fd) < 0)
        return false;
    if (close_range(STDERR_FILENO + 1, ~0U, PROCESS_CLOSE_RANGE_CLOEXEC) != 0)
        return false;
    return fcntl(spawn->at_fd, F_SETFD, 0) == 0;
}

/* Standard input, output and error, and nothing else. */
static bool arrange_standard(struct spawn *spawn)
{
    int report_fd = fcntl(spawn->report_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int input_fd = fcntl(spawn->program->input_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    int output_fd = fcntl(spawn->program->output_fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    if (report_fd < 0 || input_fd < 0 || output_fd < 0)
        return false;
    spawn->report_fd = report_fd;
    return dup2(input_fd, STDIN_FILENO) >= 0 && dup2(output_fd, STDOUT_FILENO) >= 0 &&
           dup2(output_fd, STDERR_FILENO) >= 0 && close_range(STDERR_FILENO + 1, ~0U, PROCESS_CLOSE_RANGE_CLOEXEC) == 0;
}

/* For good: neither its file's mode nor a core dump gives it more than it has here. What a service manager lets us keep
 * over an exec (ambient capabilities: ports below 1024) is ours alone. */
static bool give_up_powers(const struct process_program *program)
{
    const struct rlimit none = {0, 0};
    if (program->uid && (setgroups(0, NULL) != 0 || setresgid(program->gid, program->gid, program->gid) != 0 ||
                         setresuid(program->uid, program->uid, program->uid) != 0))
        return false;
    (void)umask(PROCESS_UMASK);
    return prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) == 0 &&
           prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && setrlimit(RLIMIT_CORE, &none) == 0;
}

static bool prepare(struct spawn *spawn)
{
    if (!reset_signals())
        return false;
    if (!spawn->program)
        return prctl(PR_SET_PDEATHSIG, spawn->parent_death_signal) == 0 && arrange_descriptors(spawn);
    /* Another user forgets the signal of the parent's death: it comes last. */
    return setsid() >= 0 && arrange_standard(spawn) && chdir("/") == 0 && give_up_powers(spawn->program) &&
           prctl(PR_SET_PDEATHSIG, spawn->parent_death_signal) == 0;
}

_Noreturn static void run_child(struct spawn *spawn)
{
    if (prepare(spawn)) {
        if (getppid() != spawn->parent) /* it died before the signal was asked for */
            _exit(1);
        if (spawn->program)
            (void)execve(spawn->program->path, (char *const *)(uintptr_t)spawn->arguments,
                         (char *const *)(uintptr_t)spawn->program->environment);
        else
            (void)execve("/proc/self/exe", (char *const *)(uintptr_t)spawn->arguments, environ);
    }
    int number = errno;
    (void)!write(spawn->report_fd, &number, sizeof number);
    _exit(127);
}

/* Waits until the child has executed or told why not: 0 or its errno. */
static int await_exec(int report_fd)
{
    int number = 0;
    ssize_t size;
    do
        size = read(report_fd, &number, sizeof number);
    while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof number ? number : 0;
}

static bool start_child(struct spawn *spawn, int report_fds[2], struct process *ret, struct err *err)
{
    pid_t pid = fork();
    if (pid < 0)
        return err_errno(err, "cannot start a process");
    if (pid == 0)
        run_child(spawn);
    (void)close(report_fds[1]);
    report_fds[1] = -1;
    int number = await_exec(report_fds[0]);
    int pid_fd = number == 0 ? pidfd_open(pid, 0) : -1; /* nobody else reaps it, so the number is still its own */
    if (pid_fd < 0) {
        if (number == 0) {
            number = errno;
            (void)kill(pid, SIGKILL);
        }
        (void)waitpid(pid, NULL, 0);
        errno = number;
        return err_errno(err, "cannot start %s", spawn->arguments[0]);
    }
    *ret = (struct process){.pid = pid, .pid_fd = pid_fd};
    return true;
}

static bool spawn_run(struct spawn *spawn, struct process *ret, struct err *err)
{
    int report_fds[2];
    if (pipe2(report_fds, O_CLOEXEC) != 0)
        return err_errno(err, "cannot start a process");
    spawn->parent = getpid();
    spawn->report_fd = report_fds[1];
    bool ok = start_child(spawn, report_fds, ret, err);
    (void)close(report_fds[0]);
    if (report_fds[1] >= 0)
        (void)close(report_fds[1]);
    return ok;
}

bool process_spawn_self(const char *const arguments[], int inherited_fd, int at_fd, int parent_death_signal,
                        struct process *ret, struct err *err)
{
    struct spawn spawn = {.arguments = arguments,
                          .inherited_fd = inherited_fd,
                          .at_fd = at_fd,
                          .parent_death_signal = parent_death_signal};
    return spawn_run(&spawn, ret, err);
}

bool process_spawn_program(const struct process_program *program, struct process *ret, struct err *err)
{
    struct spawn spawn = {.program = program, .arguments = program->arguments, .parent_death_signal = SIGKILL};
    return spawn_run(&spawn, ret, err);
}

void process_kill_group(const struct process *process)
{
    if (process->pid > 0)
        (void)kill(-process->pid, SIGKILL);
}

bool process_reap(struct process *process, struct process_end *ret)
{
    siginfo_t info = {0};
    if (process->pid <= 0)
        return false;
    if (waitid(P_PIDFD, (id_t)process->pid_fd, &info, WEXITED | WNOHANG) != 0 || info.si_pid == 0)
        return false;
    *ret = (struct process_end){.by_signal = info.si_code != CLD_EXITED, .status = info.si_status};
    (void)close(process->pid_fd);
    *process = (struct process){.pid = 0, .pid_fd = -1};
    return true;
}

bool process_signal(const struct process *process, int number)
{
    if (process->pid <= 0)
        return true;
    return pidfd_send_signal(process->pid_fd, number, NULL, 0) == 0 || errno == ESRCH;
}

struct str process_end_text(const struct process_end *end, char *text, size_t size)
{
    if (end->by_signal)
        (void)snprintf(text, size, "was killed by signal %d (%s)", end->status, strsignal(end->status));
    else
        (void)snprintf(text, size, "exited with status %d", end->status);
    return str_from(text);
}
