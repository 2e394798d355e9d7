/* Taking over, opening, or going without. */
#include "app/panel_socket.h"

#include <fcntl.h>

static bool same_address(const union os_address *a, const union os_address *b)
{
    return os_address_size(a) == os_address_size(b) && memcmp(a, b, os_address_size(a)) == 0;
}

static bool take_over(int fd, int *ret_fd, struct err *err)
{
    int copy = fcntl(fd, F_DUPFD_CLOEXEC, 3);
    if (copy < 0)
        return err_errno(err, "cannot duplicate a socket");
    *ret_fd = copy;
    return true;
}

bool panel_socket_open(const struct boot *boot, const struct panel_socket_old *old, int *ret_fd, struct err *err)
{
    const struct boot_endpoint *endpoint = &boot->panel.endpoint;
    struct err reason = {0};
    *ret_fd = -1;
    if (boot->panel.is_off)
        return true;
    if (old->fd >= 0 && same_address(&endpoint->address, &old->panel->endpoint.address))
        return take_over(old->fd, ret_fd, err);
    if (os_listen_tcp(&endpoint->address, ret_fd, &reason))
        return true;
    if (!boot->panel.is_default) {
        if (reason.code == ERR_SYSTEM)
            reason.code = ERR_INPUT; /* the boot file names what cannot be had */
        return boot_error(boot->file, endpoint->line, endpoint->key, &reason, err);
    }
    log_warning("the admin panel is not served on " BOOT_PANEL_DEFAULT ": %s; whoever answers there is somebody else; "
                "choose another address ([Panel] Listen) or off; %s/panel.sock works all the same",
                reason.text, boot->data_directory);
    return true;
}
