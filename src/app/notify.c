/* One datagram a state; a manager that does not read is not waited for. */
#include "app/notify.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/clock.h"

bool notify_address(struct str value, union os_address *ret, socklen_t *ret_size)
{
    union os_address address = {.un = {.sun_family = AF_UNIX}};
    if (value.size < 2 || value.size >= sizeof address.un.sun_path || (value.data[0] != '/' && value.data[0] != '@'))
        return false;
    memcpy(address.un.sun_path, value.data, value.size);
    if (value.data[0] == '@')
        address.un.sun_path[0] = '\0';
    *ret = address;
    *ret_size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + value.size);
    return true;
}

void notify_init(struct notify *notify)
{
    *notify = (struct notify){.fd = -1};
    const char *value = getenv("NOTIFY_SOCKET");
    if (value && notify_address(str_from(value), &notify->address, &notify->address_size))
        notify->fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    (void)unsetenv("NOTIFY_SOCKET");
}

void notify_fini(struct notify *notify)
{
    if (notify->fd >= 0)
        (void)close(notify->fd);
    notify->fd = -1;
}

static void notify_send(const struct notify *notify, const char *text)
{
    if (notify->fd < 0)
        return;
    (void)!sendto(notify->fd, text, strlen(text), MSG_NOSIGNAL, &notify->address.any, notify->address_size);
}

void notify_ready(const struct notify *notify)
{
    notify_send(notify, "READY=1\nSTATUS=serving");
}

void notify_reloading(const struct notify *notify)
{
    char text[80];
    (void)snprintf(text, sizeof text, "RELOADING=1\nMONOTONIC_USEC=%" PRId64, clock_monotonic_us());
    notify_send(notify, text);
}

void notify_stopping(const struct notify *notify)
{
    notify_send(notify, "STOPPING=1\nSTATUS=finishing what is open");
}
