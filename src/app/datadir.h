/*
 * The data directory as the supervisor needs it: made when missing, owned by the user the children become, locked so
 * that two supervisors never share one. What lies in it is control's business.
 */
#ifndef APP_DATADIR_H
#define APP_DATADIR_H

#include "app/boot.h"
#include "os/user.h"

/* The command line reaches control.sock through it; nobody else may list it, and every file with a secret is 0600. */
#define DATADIR_MODE     0711
#define DATADIR_LOG_MODE 0750

struct datadir {
    int fd;      /* of the folder; -1: not open */
    int lock_fd; /* of its lock file, locked */
};

void datadir_init(struct datadir *datadir);
/*
 * Opens (makes, locks) the folder. ERR_CONFLICT when another supervisor has it, with its process id; other errors name
 * file and line of the key where they can.
 */
NODISCARD bool datadir_open(const char *path, const struct user *user, struct datadir *ret, struct err *err);
/* Whether a process of that user could work in it (for a reload with another user); the error says what to do. */
NODISCARD bool datadir_suits(const struct datadir *datadir, const char *path, const struct user *user, struct err *err);
/*
 * Whether a supervisor seems to run on the folder, by the process its lock file names. The lock itself is not tried:
 * that could make one fail that is just starting.
 */
bool datadir_is_served(const char *path);
/* Gives the lock back. */
void datadir_close(struct datadir *datadir);
/*
 * Opens the access log for appending, and makes it: the default one below the data directory, without following links
 * that the unprivileged children could have put there. *ret_fd -1 when it is off.
 */
NODISCARD bool datadir_open_access_log(const struct datadir *datadir, const struct boot *boot, int *ret_fd,
                                       struct err *err);

#endif
