/* Opening, taking over, closing. */
#include "app/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/boot_check.h"

static bool same_endpoint(const struct boot_endpoint *a, const struct boot_endpoint *b)
{
    if (a->kind != b->kind)
        return false;
    switch (a->kind) {
    case BOOT_ENDPOINT_UNIX: return strcmp(a->path, b->path) == 0;
    case BOOT_ENDPOINT_FD: return strcmp(a->fd_name, b->fd_name) == 0;
    case BOOT_ENDPOINT_TCP: break;
    }
    return os_address_size(&a->address) == os_address_size(&b->address) &&
           memcmp(&a->address, &b->address, os_address_size(&a->address)) == 0;
}

static bool listener_add(struct sockets_listener *listener, int fd, const struct boot_endpoint *endpoint,
                         struct err *err)
{
    if (listener->count == BOOT_ENDPOINTS_COUNT_MAX) {
        (void)close(fd);
        (void)err_set(err, ERR_INPUT, "more than %d sockets in one listener", BOOT_ENDPOINTS_COUNT_MAX);
        return err_fix(err, "give the others another name and a [Listener NAME] section of their own");
    }
    listener->fds[listener->count] = fd;
    listener->endpoints[listener->count++] = endpoint;
    return true;
}

/* Takes over what `old` has of the endpoint; *ret_found: whether it has it. */
static bool take_over(const struct boot_endpoint *endpoint, const struct sockets *old,
                      struct sockets_listener *listener, bool *ret_found, struct err *err)
{
    *ret_found = false;
    for (size_t i = 0; old && i < old->listeners_count; i++) {
        for (size_t j = 0; j < old->listeners[i].count; j++) {
            if (!same_endpoint(endpoint, old->listeners[i].endpoints[j]))
                continue;
            *ret_found = true;
            int fd = fcntl(old->listeners[i].fds[j], F_DUPFD_CLOEXEC, 3);
            if (fd < 0)
                return err_errno(err, "cannot duplicate a socket");
            if (!listener_add(listener, fd, endpoint, err))
                return false;
        }
    }
    if (*ret_found && endpoint->kind == BOOT_ENDPOINT_UNIX &&
        fchmodat(AT_FDCWD, endpoint->path, endpoint->unix_mode, AT_SYMLINK_NOFOLLOW) != 0)
        return err_errno(err, "cannot set the mode of %s", endpoint->path);
    return true;
}

/* A passed descriptor must be a stream socket that listens; it is made non-blocking. */
static bool check_passed(int fd, struct err *err)
{
    int type = 0, listens = 0, on = 1;
    socklen_t size = sizeof type;
    if (getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0)
        return err_errno(err, "descriptor %d", fd);
    size = sizeof listens;
    if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) != 0 || type != SOCK_STREAM || !listens) {
        (void)err_set(err, ERR_INPUT, "descriptor %d is not a listening stream socket", fd);
        return err_fix(err, "use ListenStream= and Accept=no in the socket unit");
    }
    /* Has no meaning for a Unix socket, and needs none there. */
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    int flags = fcntl(fd, F_GETFL);
    if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return err_errno(err, "descriptor %d", fd);
    return true;
}

static bool open_passed(const struct boot_endpoint *endpoint, const struct activation *activation,
                        struct sockets_listener *listener, struct err *err)
{
    size_t at = 0, count = 0;
    int fd;
    while ((fd = activation_next(activation, endpoint->fd_name, &at)) >= 0) {
        if (!check_passed(fd, err))
            return false;
        int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
        if (copy < 0)
            return err_errno(err, "descriptor %d", fd);
        if (!listener_add(listener, copy, endpoint, err))
            return false;
        count++;
    }
    if (count)
        return true;
    (void)err_set(err, ERR_NOT_FOUND, "no socket \"%s\" was passed by the service manager (%zu were passed)",
                  endpoint->fd_name, activation->count);
    return err_fix(err, "start through the socket unit, and set its FileDescriptorName=%s", endpoint->fd_name);
}

/* Whether the kernel speaks IPv6 at all. */
static bool has_ipv6(void)
{
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno != EAFNOSUPPORT;
    (void)close(fd);
    return true;
}

/* Adds the better fix when the port is taken by ourselves. */
static bool explain_own(const struct boot_endpoint *endpoint, const struct sockets *old, struct err *err)
{
    for (size_t i = 0; old && i < old->listeners_count; i++)
        for (size_t j = 0; j < old->listeners[i].count; j++)
            if (boot_endpoints_collide(endpoint, old->listeners[i].endpoints[j]))
                return err_fix(err,
                               "it is this program's present listener (%s) on another address: a restart is needed",
                               old->listeners[i].endpoints[j]->key);
    return false;
}

static bool open_new(const struct boot_endpoint *endpoint, const struct activation *activation,
                     const struct sockets *old, struct sockets_listener *listener, struct err *err)
{
    int fd = -1;
    switch (endpoint->kind) {
    case BOOT_ENDPOINT_FD: return open_passed(endpoint, activation, listener, err);
    case BOOT_ENDPOINT_UNIX:
        if (!os_listen_unix(endpoint->path, endpoint->unix_mode, &fd, err))
            return false;
        break;
    case BOOT_ENDPOINT_TCP:
        if (endpoint->is_optional && !has_ipv6())
            return true;
        if (!os_listen_tcp(&endpoint->address, &fd, err))
            return explain_own(endpoint, old, err);
        break;
    }
    return listener_add(listener, fd, endpoint, err);
}

static bool open_endpoint(const struct boot_endpoint *endpoint, const struct activation *activation,
                          const struct sockets *old, struct sockets_listener *listener, struct err *err)
{
    bool found;
    if (!take_over(endpoint, old, listener, &found, err))
        return false;
    return found || open_new(endpoint, activation, old, listener, err);
}

bool sockets_open(const struct boot *boot, const struct activation *activation, const struct sockets *old,
                  struct sockets *ret, struct err *err)
{
    struct sockets sockets = {.listeners_count = boot->listeners_count};
    for (size_t i = 0; i < boot->listeners_count; i++) {
        for (size_t j = 0; j < boot->listeners[i].endpoints_count; j++) {
            const struct boot_endpoint *endpoint = &boot->listeners[i].endpoints[j];
            struct err reason = {0};
            if (open_endpoint(endpoint, activation, old, &sockets.listeners[i], &reason))
                continue;
            sockets_unlink(&sockets, old);
            sockets_close(&sockets);
            if (reason.code == ERR_SYSTEM)
                reason.code = ERR_INPUT; /* the boot file names what cannot be had: status 2, whatever the reason */
            return boot_error(boot->file, endpoint->line, endpoint->key, &reason, err);
        }
    }
    *ret = sockets;
    return true;
}

void sockets_close(struct sockets *sockets)
{
    for (size_t i = 0; i < sockets->listeners_count; i++) {
        for (size_t j = 0; j < sockets->listeners[i].count; j++)
            if (sockets->listeners[i].fds[j] >= 0)
                (void)close(sockets->listeners[i].fds[j]);
        for (size_t j = 0; j < sockets->listeners[i].count; j++)
            sockets->listeners[i].fds[j] = -1;
    }
}

static bool has_path(const struct sockets *sockets, const char *path)
{
    for (size_t i = 0; sockets && i < sockets->listeners_count; i++)
        for (size_t j = 0; j < sockets->listeners[i].count; j++)
            if (sockets->listeners[i].endpoints[j]->kind == BOOT_ENDPOINT_UNIX &&
                strcmp(sockets->listeners[i].endpoints[j]->path, path) == 0)
                return true;
    return false;
}

void sockets_unlink(const struct sockets *sockets, const struct sockets *kept)
{
    for (size_t i = 0; i < sockets->listeners_count; i++) {
        for (size_t j = 0; j < sockets->listeners[i].count; j++) {
            const struct boot_endpoint *endpoint = sockets->listeners[i].endpoints[j];
            if (endpoint->kind == BOOT_ENDPOINT_UNIX && !has_path(kept, endpoint->path))
                (void)unlink(endpoint->path);
        }
    }
}
