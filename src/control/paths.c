/* Paths in the data directory. */
#include "control/paths.h"

#include <stdio.h>
#include <sys/un.h>

static bool join(char path[static PATH_MAX], const char *directory, const char *name, struct err *err)
{
    int size = snprintf(path, PATH_MAX, "%s/%s", directory, name);
    return (size > 0 && size < PATH_MAX) || err_set(err, ERR_INPUT, "the path of the data directory is too long");
}

bool paths_init(struct paths *paths, const char *data_directory, struct err *err)
{
    if (!join(paths->socket, data_directory, "control.sock", err) ||
        !join(paths->panel_socket, data_directory, "panel.sock", err) ||
        !join(paths->setup_link, data_directory, "setup.link", err) ||
        !join(paths->store, data_directory, "strictgate.db", err) ||
        !join(paths->seal_key, data_directory, "seal.key", err) ||
        !join(paths->snapshot, data_directory, "snapshot.sealed", err) ||
        !join(paths->tickets, data_directory, "tickets.sealed", err) ||
        !join(paths->preload, data_directory, "preload.list", err))
        return false;
    if (strlen(paths->socket) >= sizeof((struct sockaddr_un *)0)->sun_path) {
        (void)err_set(err, ERR_INPUT, "the path of the admin socket %.120s is too long", paths->socket);
        return err_fix(err, "a Unix socket's path has at most 107 bytes: use a shorter data directory");
    }
    return true;
}
