/*
 * One socket of a listener of the gateway, as somebody outside would reach it: where it is, what it speaks, and how to
 * name it to an operator.
 */
#ifndef PROBE_ENDPOINT_H
#define PROBE_ENDPOINT_H

#include <sys/socket.h>

#include "base/str.h"

enum probe_protocol {
    PROBE_HTTP,
    PROBE_HTTPS,
    PROBE_BOTH, /* the first byte tells TLS from plain HTTP */
};

struct probe_endpoint {
    struct str listener; /* the name of its section in the boot file: "https" */
    enum probe_protocol protocol;
    bool proxy_protocol;  /* a connection must begin with a PROXY header */
    struct str address;   /* IP literal without brackets; empty: a Unix socket */
    uint16_t port;        /* of TCP */
    struct str unix_path; /* of a Unix socket */
};

bool endpoint_speaks_tls(const struct probe_endpoint *endpoint);
bool endpoint_speaks_plain(const struct probe_endpoint *endpoint);
/* Whether connections to `port` of the IP literal arrive here: the same address, or a wildcard of its family. */
bool endpoint_takes(const struct probe_endpoint *endpoint, struct str address, uint16_t port);
/*
 * Where to connect to: the address itself, for a wildcard the loopback address of its family. False when the address is
 * no IP literal or the path is too long for a socket.
 */
NODISCARD bool endpoint_sockaddr(const struct probe_endpoint *endpoint, struct sockaddr_storage *ret,
                                 socklen_t *ret_size);

#define ENDPOINT_TEXT_SIZE 192

/* What was asked: "https (127.0.0.1:443)", "https ([::1]:443)", "admin (unix:/run/x)"; zero-terminated in `room`. */
const char *endpoint_text(const struct probe_endpoint *endpoint, char room[static ENDPOINT_TEXT_SIZE]);

/* An IP literal and a port as a socket's address; false when it is none. */
NODISCARD bool endpoint_parse_ip(struct str ip, uint16_t port, struct sockaddr_storage *ret, socklen_t *ret_size);

#endif
