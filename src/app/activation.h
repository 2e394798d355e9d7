/*
 * Sockets passed by the service manager (sd_listen_fds(3)): descriptors from 3 on, named by LISTEN_FDNAMES. By hand,
 * since it is three environment variables.
 */
#ifndef APP_ACTIVATION_H
#define APP_ACTIVATION_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

#define ACTIVATION_FIRST_FD 3
/* A unit with more sockets than this is not meant for us. */
#define ACTIVATION_FDS_COUNT_MAX 64
/* FileDescriptorName= allows 255 bytes. */
#define ACTIVATION_NAME_SIZE_MAX 255

struct activation {
    size_t count; /* descriptors ACTIVATION_FIRST_FD … ACTIVATION_FIRST_FD + count - 1 */
    char names[ACTIVATION_FDS_COUNT_MAX][ACTIVATION_NAME_SIZE_MAX + 1];
};

/* Reads the three values (NULL: not set) for the process `pid`. Not for us, or none: count 0, which is no error. */
NODISCARD bool activation_parse(const char *listen_pid, const char *listen_fds, const char *listen_fdnames, pid_t pid,
                                struct activation *ret, struct err *err);
/* The same from the environment, which loses them; the descriptors become close-on-exec. */
NODISCARD bool activation_take(struct activation *ret, struct err *err);
/* The next descriptor with that name or number, from *at on (start with 0); -1 after the last. */
int activation_next(const struct activation *activation, const char *name, size_t *at);

#endif
