/*
 * Addresses and sockets. Everything made here is non-blocking and close-on-exec; nothing resolves names (that blocks,
 * and is control's business).
 */
#include "os/socket.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Connections that wait to be accepted; the kernel cuts it to net.core.somaxconn (4096 by default). */
#define SOCKET_BACKLOG_COUNT 4096
/* The longest IPv6 literal with its zero byte. */
#define SOCKET_IP_TEXT_SIZE INET6_ADDRSTRLEN

struct str os_address_text(const union os_address *address, char text[static OS_ADDRESS_TEXT_SIZE])
{
    text[0] = '\0';
    if (address->any.sa_family == AF_INET) {
        (void)inet_ntop(AF_INET, &address->v4.sin_addr, text, OS_ADDRESS_TEXT_SIZE);
    } else if (address->any.sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr)) {
        (void)inet_ntop(AF_INET, &address->v6.sin6_addr.s6_addr[12], text, OS_ADDRESS_TEXT_SIZE);
    } else if (address->any.sa_family == AF_INET6) {
        (void)inet_ntop(AF_INET6, &address->v6.sin6_addr, text, OS_ADDRESS_TEXT_SIZE);
    } else if (address->any.sa_family == AF_UNIX) {
        (void)snprintf(text, OS_ADDRESS_TEXT_SIZE, "unix:%.*s", (int)sizeof address->un.sun_path, address->un.sun_path);
    }
    return str_from(text);
}

bool os_address_parse(struct str ip, uint16_t port, union os_address *ret)
{
    char text[SOCKET_IP_TEXT_SIZE];
    if (ip.size == 0 || ip.size >= sizeof text || memchr(ip.data, '\0', ip.size))
        return false;
    memcpy(text, ip.data, ip.size);
    text[ip.size] = '\0';
    union os_address address = {0};
    if (inet_pton(AF_INET, text, &address.v4.sin_addr) == 1) {
        address.v4.sin_family = AF_INET;
        address.v4.sin_port = htons(port);
    } else if (inet_pton(AF_INET6, text, &address.v6.sin6_addr) == 1) {
        address.v6.sin6_family = AF_INET6;
        address.v6.sin6_port = htons(port);
    } else {
        return false;
    }
    *ret = address;
    return true;
}

uint16_t os_address_port(const union os_address *address)
{
    if (address->any.sa_family == AF_INET)
        return ntohs(address->v4.sin_port);
    if (address->any.sa_family == AF_INET6)
        return ntohs(address->v6.sin6_port);
    return 0;
}

socklen_t os_address_size(const union os_address *address)
{
    if (address->any.sa_family == AF_INET)
        return sizeof address->v4;
    if (address->any.sa_family == AF_INET6)
        return sizeof address->v6;
    /* A Unix path counts with its zero byte, an unnamed socket has the family alone. */
    size_t path_size = strnlen(address->un.sun_path, sizeof address->un.sun_path);
    if (path_size > 0 && path_size < sizeof address->un.sun_path)
        path_size++;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + path_size);
}

/* The address bytes as a network holds them; an IPv4-mapped address counts as IPv4. NULL for other families. */
static const uint8_t *address_bytes(const union os_address *address, sa_family_t *ret_family)
{
    if (address->any.sa_family == AF_INET) {
        *ret_family = AF_INET;
        return (const uint8_t *)&address->v4.sin_addr;
    }
    if (address->any.sa_family != AF_INET6)
        return NULL;
    bool mapped = IN6_IS_ADDR_V4MAPPED(&address->v6.sin6_addr);
    *ret_family = mapped ? AF_INET : AF_INET6;
    return address->v6.sin6_addr.s6_addr + (mapped ? 12 : 0);
}

/* Whether the first `bits` bits are equal. */
static bool bits_equal(const uint8_t *a, const uint8_t *b, unsigned bits)
{
    if (memcmp(a, b, bits / 8) != 0)
        return false;
    if (bits % 8 == 0)
        return true;
    uint8_t mask = (uint8_t)(0xff << (8 - bits % 8));
    return ((a[bits / 8] ^ b[bits / 8]) & mask) == 0;
}

/* Whether all bits from `from` to `to` are 0. */
static bool bits_zero(const uint8_t *bytes, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++)
        if (bytes[i / 8] & (0x80 >> (i % 8)))
            return false;
    return true;
}

bool os_network_parse(struct str text, struct os_network *ret)
{
    struct os_network network = {0};
    if (str_eq(text, STR("unix"))) {
        network.family = AF_UNIX;
        *ret = network;
        return true;
    }
    size_t slash = str_find(text, '/');
    union os_address address;
    if (!os_address_parse(str_part(text, 0, slash), 0, &address))
        return false;
    unsigned bits_max = address.any.sa_family == AF_INET ? 32 : 128;
    uint64_t bits = bits_max;
    if (slash < text.size && !str_to_u64(str_after(text, slash + 1), bits_max, &bits))
        return false;
    const uint8_t *bytes = address_bytes(&address, &network.family);
    if (bits_max == 128 && network.family == AF_INET) { /* ::ffff:192.0.2.0/120 is 192.0.2.0/24 */
        if (bits < 96)
            return false;
        bits -= 96;
        bits_max = 32;
    }
    if (!bits_zero(bytes, (unsigned)bits, bits_max))
        return false;
    memcpy(network.address, bytes, bits_max / 8);
    network.prefix_bits = (uint8_t)bits;
    *ret = network;
    return true;
}

bool os_network_has(const struct os_network *networks, size_t count, const union os_address *address)
{
    sa_family_t family = address->any.sa_family;
    const uint8_t *bytes = address_bytes(address, &family);
    for (size_t i = 0; i < count; i++) {
        if (networks[i].family != family)
            continue;
        if (family == AF_UNIX || (bytes && bits_equal(networks[i].address, bytes, networks[i].prefix_bits)))
            return true;
    }
    return false;
}

static bool set_option(int fd, int level, int name)
{
    int on = 1;
    return setsockopt(fd, level, name, &on, sizeof on) == 0;
}

static bool listen_options(int fd, const union os_address *address)
{
    if (!set_option(fd, SOL_SOCKET, SO_REUSEADDR))
        return false;
    if (address->any.sa_family == AF_INET6 && !set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY))
        return false;
    /* Accepted sockets inherit it, which saves a system call a connection. */
    return set_option(fd, IPPROTO_TCP, TCP_NODELAY);
}

/* What went wrong with listening, by errno. */
static bool listen_error(struct err *err, const union os_address *address)
{
    int number = errno;
    char text[OS_ADDRESS_TEXT_SIZE];
    struct str ip = os_address_text(address, text);
    unsigned port = os_address_port(address);
    switch (number) {
    case EADDRINUSE:
        err_set(err, ERR_CONFLICT, "port %u is in use already on %.*s", port, STR_ARG(ip));
        return err_fix(err, "stop the program that has it (ss -ltnp shows which), or choose another port");
    case EACCES:
        err_set(err, ERR_DENIED, "port %u on %.*s may only be opened with a privilege", port, STR_ARG(ip));
        return err_fix(err, "start as root or with CAP_NET_BIND_SERVICE, or choose a port from 1024 up");
    case EADDRNOTAVAIL:
        err_set(err, ERR_NOT_FOUND, "this machine has no address %.*s", STR_ARG(ip));
        return err_fix(err, "name an address that `ip address` shows, or * for all");
    case EAFNOSUPPORT:
        return err_set(err, ERR_NOT_FOUND, "this system does not speak %s",
                       address->any.sa_family == AF_INET6 ? "IPv6" : "the address family");
    default: errno = number; return err_errno(err, "cannot listen on %.*s port %u", STR_ARG(ip), port);
    }
}

bool os_listen_tcp(const union os_address *address, int *ret_fd, struct err *err)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return listen_error(err, address);
    if (!listen_options(fd, address) || bind(fd, &address->any, os_address_size(address)) != 0 ||
        listen(fd, SOCKET_BACKLOG_COUNT) != 0) {
        (void)listen_error(err, address);
        (void)close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

/* Whether the path is free to bind: nothing there, or a socket that nobody answers on (it is taken away). */
static bool unix_path_clear(const union os_address *address, struct err *err)
{
    const char *path = address->un.sun_path;
    struct stat status;
    if (lstat(path, &status) != 0) {
        if (errno == ENOENT)
            return true;
        return err_errno(err, "cannot look at %s", path);
    }
    if (!S_ISSOCK(status.st_mode)) {
        err_set(err, ERR_CONFLICT, "%s is there already and is not a socket", path);
        return err_fix(err, "remove it, or choose another path");
    }
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot make a Unix socket");
    int result = connect(fd, &address->any, os_address_size(address));
    int number = result == 0 ? 0 : errno;
    (void)close(fd);
    if (number != ECONNREFUSED) {
        err_set(err, ERR_CONFLICT, "another program listens on %s", path);
        return err_fix(err, "stop it, or choose another path");
    }
    if (unlink(path) != 0 && errno != ENOENT)
        return err_errno(err, "cannot remove the stale socket %s", path);
    return true;
}

bool os_listen_unix(const char *path, mode_t unix_mode, int *ret_fd, struct err *err)
{
    union os_address address = {.un = {.sun_family = AF_UNIX}};
    size_t size = strlen(path);
    if (size == 0 || size >= sizeof address.un.sun_path)
        return err_set(err, ERR_INPUT, "a Unix socket's path has 1 to %zu bytes, %.120s has %zu",
                       sizeof address.un.sun_path - 1, path, size);
    memcpy(address.un.sun_path, path, size + 1);
    if (!unix_path_clear(&address, err))
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return err_errno(err, "cannot make a Unix socket");
    /* The file gets the socket's mode less the umask: exact from the first instant, and nothing is done by its path
       afterwards, where somebody else may have put a link by then. */
    mode_t mask = umask(0);
    bool bound = fchmod(fd, unix_mode) == 0 && bind(fd, &address.any, os_address_size(&address)) == 0;
    (void)umask(mask);
    if (!bound || listen(fd, SOCKET_BACKLOG_COUNT) != 0) {
        (void)err_errno(err, "cannot listen on %s", path);
        (void)close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

bool os_connect_start(const union os_address *address, int *ret_fd)
{
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    bool unix_socket = address->any.sa_family == AF_UNIX;
    if ((!unix_socket && !set_option(fd, IPPROTO_TCP, TCP_NODELAY)) ||
        (connect(fd, &address->any, os_address_size(address)) != 0 && errno != EINPROGRESS)) {
        int number = errno;
        (void)close(fd);
        errno = number;
        return false;
    }
    *ret_fd = fd;
    return true;
}

int os_connect_result(int fd)
{
    int number = 0;
    socklen_t size = sizeof number;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &size) != 0)
        return errno;
    return number;
}

int os_accept(int listen_fd, union os_address *ret_peer)
{
    for (;;) {
        union os_address peer = {0};
        socklen_t size = sizeof peer;
        int fd = accept4(listen_fd, &peer.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0)
            *ret_peer = peer;
        /* A client that was gone before it was accepted is no reason to stop. */
        if (fd >= 0 || (errno != EINTR && errno != ECONNABORTED))
            return fd;
    }
}

bool os_peer_credentials(int fd, uid_t *ret_uid, gid_t *ret_gid)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) != 0 || size != sizeof credentials)
        return false;
    *ret_uid = credentials.uid;
    *ret_gid = credentials.gid;
    return true;
}

pid_t os_peer_process(int fd)
{
    struct ucred credentials;
    socklen_t size = sizeof credentials;
    bool known = getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &credentials, &size) == 0 && size == sizeof credentials;
    return known ? credentials.pid : 0;
}
