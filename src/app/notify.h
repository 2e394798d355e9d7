/*
 * Telling the service manager how it goes: the datagrams of sd_notify(3) over NOTIFY_SOCKET. Does nothing when there is
 * no such manager.
 */
#ifndef APP_NOTIFY_H
#define APP_NOTIFY_H

#include "os/socket.h"

struct notify {
    int fd; /* -1: nobody listens */
    union os_address address;
    socklen_t address_size;
};

/* Takes NOTIFY_SOCKET out of the environment, so that no child speaks in our name. */
void notify_init(struct notify *notify);
void notify_fini(struct notify *notify);
/* The address that a value of NOTIFY_SOCKET means ("/path" or "@abstract"). */
NODISCARD bool notify_address(struct str value, union os_address *ret, socklen_t *ret_size);
void notify_ready(const struct notify *notify);
/* A READY must follow (Type=notify-reload of systemd.service(5)). */
void notify_reloading(const struct notify *notify);
void notify_stopping(const struct notify *notify);

#endif
