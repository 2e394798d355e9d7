/* Where things lie in the data directory. */
#ifndef CONTROL_PATHS_H
#define CONTROL_PATHS_H

#include <limits.h>

#include "base/err.h"

struct paths {
    char socket[PATH_MAX];       /* admin API */
    char panel_socket[PATH_MAX]; /* admin panel */
    char setup_link[PATH_MAX];   /* what the one-time link to the first account is known by */
    char store[PATH_MAX];        /* the database; store/store knows the others that belong to it */
    char seal_key[PATH_MAX];
    char snapshot[PATH_MAX]; /* last good one, sealed */
    char tickets[PATH_MAX];  /* ticket keys, sealed */
    char preload[PATH_MAX];  /* the compiled preload list */
};

/* False when the folder's path is too long for one of them. */
NODISCARD bool paths_init(struct paths *paths, const char *data_directory, struct err *err);

#endif
