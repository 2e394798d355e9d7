/*
 * The control process: owns the state, publishes snapshots, answers the admin API on a Unix socket. It can crash, hang
 * or be replaced without one request being lost.
 */
#ifndef CONTROL_CONTROL_H
#define CONTROL_CONTROL_H

#include <sys/types.h>

#include "base/err.h"
#include "os/socket.h"
#include "probe/endpoint.h"
#include "snapshot/hook.h"

struct control_boot {
    const char *data_directory; /* absolute; strictgate.db, control.sock, snapshot.sealed, seal.key */
    uint32_t workers_count;
    uint16_t http_port; /* public ports */
    uint16_t https_port;
    uint16_t served_https_port;   /* the same, 0 when no listener speaks HTTPS */
    const char *listener_reason;  /* why the guard keep-listener was overridden at this start, or NULL */
    bool hooks[HOOK_KINDS_COUNT]; /* which of them the boot file names */
    int channel_fd;               /* to the supervisor */
    int panel_fd;                 /* the panel's listening socket on loopback, -1: there is none */
    const char *panel_address;    /* where it is, "127.0.0.1:8460"; where it would be, without one */
    int counters_fd;              /* memfd of struct counters, mapped read-only */
    int clients_fd;               /* memfd of struct clients, or -1 */
    uid_t uid;                    /* to become after the data directory is opened; 0: stay */
    gid_t gid;
    const char *const *static_roots; /* folders below which a site may serve files */
    size_t static_roots_count;
    const struct probe_endpoint
        *endpoints; /* the gateway's listening sockets, as far as they can be reached from here */
    size_t endpoints_count;
    const struct os_network *trusted; /* proxies whose word of the client the listeners believe */
    size_t trusted_count;
    const struct str *addresses; /* of this machine, IP literals, without loopback */
    size_t addresses_count;
};

/* Runs until STOP; returns the exit status. */
int control_run(const struct control_boot *boot);

#endif
