/* Where things lie in the data directory. */
#ifndef CONTROL_PATHS_H
#define CONTROL_PATHS_H

#include <limits.h>

#include "base/err.h"

struct paths {
    char state[PATH_MAX];        /* sites and settings */
    char certificates[PATH_MAX]; /* folder */
    char local_ca[PATH_MAX];     /* folder */
    char ca_root[PATH_MAX];
    char ca_key[PATH_MAX];
    char socket[PATH_MAX]; /* admin API */
    char seal_key[PATH_MAX];
    char snapshot[PATH_MAX]; /* last good one, sealed */
    char tickets[PATH_MAX];  /* ticket keys, sealed */
};

/* False when the folder's path is too long for one of them. */
NODISCARD bool paths_init(struct paths *paths, const char *data_directory, struct err *err);

#endif
