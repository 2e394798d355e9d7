/* A network of the program's own: a loopback on which nobody else listens, or is given a port that was let go. */
#ifndef TESTS_LIB_OWN_NETWORK_H
#define TESTS_LIB_OWN_NETWORK_H

#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static inline bool own_network_make(void)
{
    struct ifreq loopback = {.ifr_name = "lo", .ifr_flags = IFF_UP};
    if (unshare(CLONE_NEWNET) != 0 && unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return false;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    bool is_up = fd >= 0 && ioctl(fd, SIOCSIFFLAGS, &loopback) == 0;
    (void)close(fd);
    return is_up;
}

/* While there is one thread only. Where it is not allowed, which a child finds out, the machine's network stays. */
static inline void own_network(void)
{
    int status = -1;
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0)
        _exit(own_network_make() ? 0 : 1);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    if (status == 0)
        assert_true(own_network_make());
}

#endif
