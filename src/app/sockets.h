/*
 * The listening sockets of one boot configuration. They belong to the supervisor, so that a gateway may die and be
 * replaced while connections wait in their queues. A new configuration takes over what it has in common with the old.
 */
#ifndef APP_SOCKETS_H
#define APP_SOCKETS_H

#include "app/activation.h"
#include "app/boot.h"

struct sockets_listener {
    int fds[BOOT_ENDPOINTS_COUNT_MAX];
    const struct boot_endpoint *endpoints[BOOT_ENDPOINTS_COUNT_MAX]; /* which each came from */
    size_t count;
};

struct sockets {
    struct sockets_listener listeners[BOOT_LISTENERS_COUNT_MAX]; /* as in boot */
    size_t listeners_count;
};

/*
 * Opens all sockets of `boot`, which must outlive *ret. Those that `old` (or NULL) has as well are duplicates of its
 * own: the same queue. All or nothing; the error names file and line.
 */
NODISCARD bool sockets_open(const struct boot *boot, const struct activation *activation, const struct sockets *old,
                            struct sockets *ret, struct err *err);
/* Closes the descriptors; files of Unix sockets stay. May be called twice. */
void sockets_close(struct sockets *sockets);
/* Removes the files of Unix sockets that `kept` (or NULL) does not have. */
void sockets_unlink(const struct sockets *sockets, const struct sockets *kept);

#endif
