/*
 * The listening socket of the admin panel on loopback. The supervisor's, like those of the gateway, so that a control
 * that is started again refuses no browser; control is handed it and answers. Not one of the listeners of sites: the
 * gateway never sees it.
 */
#ifndef APP_PANEL_SOCKET_H
#define APP_PANEL_SOCKET_H

#include "app/boot.h"

/* What there is already. */
struct panel_socket_old {
    const struct boot_panel *panel; /* NULL: nothing */
    int fd;                         /* -1: it is not open */
};

/*
 * Opens it, or duplicates what is open at the same address already. *ret_fd -1 when it is off, and when the default
 * address cannot be had, which nobody asked for: a warning in the log says so and what else there is. An address of
 * the boot file that cannot be had is an error with file and line.
 */
NODISCARD bool panel_socket_open(const struct boot *boot, const struct panel_socket_old *old, int *ret_fd,
                                 struct err *err);

#endif
