/* signalfd. */
#include "os/signal.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

bool signal_open(const int *numbers, size_t count, int *ret_fd, struct err *err)
{
    sigset_t set;
    (void)sigemptyset(&set);
    for (size_t i = 0; i < count; i++)
        if (sigaddset(&set, numbers[i]) != 0)
            return err_errno(err, "signal %d", numbers[i]);
    int number = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (number != 0) {
        errno = number;
        return err_errno(err, "cannot block signals");
    }
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return err_errno(err, "cannot watch signals");
    *ret_fd = fd;
    return true;
}

int signal_next(int fd)
{
    struct signalfd_siginfo info;
    ssize_t size;
    do
        size = read(fd, &info, sizeof info);
    while (size < 0 && errno == EINTR);
    return size == (ssize_t)sizeof info ? (int)info.ssi_signo : 0;
}

void signal_ignore_pipe(void)
{
    struct sigaction action = {.sa_handler = SIG_IGN};
    (void)sigaction(SIGPIPE, &action, NULL);
}
