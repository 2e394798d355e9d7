/* A port of 127.0.0.1 that refuses connections for certain: it is bound and not listened on, so that nobody else of
 * this machine is given it while the descriptor is open. A port that was merely let go may be the next one's that asks
 * for any. */
#ifndef TESTS_LIB_HELD_PORT_H
#define TESTS_LIB_HELD_PORT_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "check.h"

/* Holds *port, or, when that is 0, one that is free, which it then is. Returns a descriptor for the caller to close. */
static inline int hold_port(uint16_t *port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons(*port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = *port != 0; /* connections of its last owner linger */
    assert_true(fd >= 0);
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on), 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, size), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    return fd;
}

#endif
