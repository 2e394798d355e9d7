/* A port that a listener of the program's own can open, and that nobody else of this machine is given meanwhile: a
 * descriptor is bound to it on all addresses and does not listen, both with SO_REUSEADDR. A port that was merely free
 * a moment ago may be the next one's that asks for any. */
#ifndef TESTS_LIB_KEPT_PORT_H
#define TESTS_LIB_KEPT_PORT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "check.h"

/* *ret_fd keeps it until the caller closes it. */
static inline uint16_t keep_port(int *ret_fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_ANY)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *ret_fd = fd;
    return ntohs(address.sin_port);
}

#endif
