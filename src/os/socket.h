/*
 * Sockets and addresses: listening, connecting, printing, matching networks.
 */
#ifndef OS_SOCKET_H
#define OS_SOCKET_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "base/err.h"
#include "base/str.h"

/* An address of any family we speak. */
union os_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un un;
};

/* A network: "192.0.2.0/24", "2001:db8::/32", a single address, or "unix" (family AF_UNIX: any peer of a Unix socket).
 */
struct os_network {
    sa_family_t family;
    uint8_t address[16];
    uint8_t prefix_bits;
};

#define OS_ADDRESS_TEXT_SIZE 128

/* "192.0.2.1", "2001:db8::1" (no brackets); an IPv4-mapped IPv6 address prints as IPv4; a Unix path prints as
 * "unix:PATH". */
struct str os_address_text(const union os_address *address, char text[static OS_ADDRESS_TEXT_SIZE]);
/* An IP literal (IPv6 without brackets) and a port. */
NODISCARD bool os_address_parse(struct str ip, uint16_t port, union os_address *ret);
/* The port, 0 for a Unix socket. */
uint16_t os_address_port(const union os_address *address);
socklen_t os_address_size(const union os_address *address);
/* Bits behind the prefix must be 0: they are nearly always a mistake. */
NODISCARD bool os_network_parse(struct str text, struct os_network *ret);
/* IPv4-mapped IPv6 addresses match IPv4 networks. */
bool os_network_has(const struct os_network *networks, size_t count, const union os_address *address);

/*
 * A listening socket, non-blocking and close-on-exec. TCP: SO_REUSEADDR, and TCP_NODELAY that accepted sockets inherit;
 * IPv6 sockets are IPv6 only. Unix: a stale socket file (nobody answers) is replaced, a live one is an error;
 * the file has exactly `unix_mode` (the process' umask is put aside for a moment: not for processes with other threads
 * that make files). The error says when a port is in use or needs a privilege; ERR_NOT_FOUND means that the machine
 * has no such address or address family (a caller that listens on all of IPv4 and IPv6 may go on without).
 */
NODISCARD bool os_listen_tcp(const union os_address *address, int *ret_fd, struct err *err);
NODISCARD bool os_listen_unix(const char *path, mode_t unix_mode, int *ret_fd, struct err *err);
/* Starts a non-blocking connect (TCP_NODELAY). *ret_fd is connected or connecting (wait for writability, then
 * os_connect_result). */
NODISCARD bool os_connect_start(const union os_address *address, int *ret_fd);
/* 0 when connected, else errno. */
int os_connect_result(int fd);
/* Accepts one connection (non-blocking, close-on-exec); -1 with errno when there is none. */
int os_accept(int listen_fd, union os_address *ret_peer);
/* The uid and gid of the peer of a Unix socket. */
NODISCARD bool os_peer_credentials(int fd, uid_t *ret_uid, gid_t *ret_gid);
/* The process that connected a Unix socket; 0 when it cannot be seen from here. */
pid_t os_peer_process(int fd);

#endif
