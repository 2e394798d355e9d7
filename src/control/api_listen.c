/* Making DATA/control.sock and DATA/panel.sock with the right owner, by whichever privileges the process started with.
 */
#include <errno.h>
#include <unistd.h>

#include "control/api.h"
#include "os/socket.h"
#include "os/user.h"

#define SOCKET_MODE 0660

/* As the user who will own it: owner and group are right from the first instant. */
static bool listen_as(const char *path, const struct user *user, gid_t admin_gid, int *ret_fd, struct err *err)
{
    static const struct user root = {.uid = 0, .gid = 0};
    const struct user owner = {.uid = user->uid, .gid = admin_gid != (gid_t)-1 ? admin_gid : user->gid};
    if (!user_files_as(&owner, err))
        return false;
    bool listens = os_listen_unix(path, SOCKET_MODE, ret_fd, err);
    struct err back = {0};
    if (user_files_as(&root, &back))
        return listens;
    if (listens)
        (void)close(*ret_fd);
    if (err)
        *err = back;
    return false;
}

bool api_listen(const char *path, const struct user *user, gid_t admin_gid, int *ret_fd, struct err *err)
{
    bool is_root = geteuid() == 0;
    int fd;
    if (is_root && user->uid)
        return listen_as(path, user, admin_gid, ret_fd, err);
    if (!os_listen_unix(path, SOCKET_MODE, &fd, err))
        return false;
    /* Without root it can be given only to a group this process is in (a service's SupplementaryGroups); else it stays.
     */
    if (admin_gid != (gid_t)-1 && lchown(path, (uid_t)-1, admin_gid) != 0 && (is_root || errno != EPERM)) {
        (void)err_errno(err, "cannot give %s to its group", path);
        (void)close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}
