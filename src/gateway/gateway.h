/*
 * The gateway process: serves traffic and nothing else. It is given everything it needs (sockets, counters, the last
 * snapshot, a log descriptor) and takes further snapshots over the link; it opens nothing but connections to upstreams
 * and files under the static roots.
 */
#ifndef GATEWAY_GATEWAY_H
#define GATEWAY_GATEWAY_H

#include <sys/types.h>

#include "base/err.h"
#include "os/socket.h"

enum gateway_protocol {
    GATEWAY_HTTP,
    GATEWAY_HTTPS,
    GATEWAY_BOTH, /* the first byte tells TLS from plain HTTP */
};

enum gateway_log_format { GATEWAY_LOG_OFF, GATEWAY_LOG_COMBINED, GATEWAY_LOG_JSON };

struct gateway_listener {
    const char *name; /* of its section in the boot file, for logs */
    enum gateway_protocol protocol;
    bool proxy_protocol;              /* each connection begins with a PROXY protocol header */
    const struct os_network *trusted; /* peers whose PROXY header and Forwarded fields count */
    size_t trusted_count;
    int fds[8]; /* its listening sockets (IPv4, IPv6, Unix) */
    size_t fds_count;
};

struct gateway_boot {
    uint32_t workers_count;
    struct gateway_listener *listeners;
    size_t listeners_count;
    uint16_t http_port; /* public ports, for redirects and X-Forwarded-Port; equal: one port for both */
    uint16_t https_port;
    int channel_fd;          /* to the supervisor */
    int counters_fd;         /* memfd of struct counters */
    int clients_fd;          /* memfd of struct clients, or -1: who comes is not noted */
    uint32_t counters_first; /* the blocks from here on are ours, one a worker */
    int snapshot_fd;         /* last good snapshot, or -1 */
    int access_log_fd;       /* or -1 */
    enum gateway_log_format access_log_format;
    const char *const *static_roots; /* folders below which files may be served */
    size_t static_roots_count;
    uid_t uid; /* to become before the first byte is served; 0: stay */
    gid_t gid;
};

/*
 * Serves until told to drain; returns the exit status. READY is sent once the workers run; without a snapshot yet the
 * listening sockets are left alone (connections wait in their queues) until the first one arrives over the link.
 */
int gateway_run(const struct gateway_boot *boot);

#endif
