/*
 * Users and groups of the system, and giving up privileges for good.
 */
#ifndef OS_USER_H
#define OS_USER_H

#include <sys/types.h>

#include "base/err.h"
#include "base/str.h"

struct user {
    uid_t uid;
    gid_t gid; /* its primary group */
};

/* By name, or by number if no user has such a name (then its group is the one of that user, or the same number). */
NODISCARD bool user_find(const char *name, struct user *ret, struct err *err);
/* The group of that name; false when there is none. Reads the system's databases: not for after the sandbox. */
NODISCARD bool user_find_group(const char *name, gid_t *ret);
/*
 * Becomes `user`, for good: no supplementary groups, group and user in all their forms, checked by trying to get back.
 * Refuses uid 0. A process that is that user already only has its state checked. The signal at the parent's death,
 * which the kernel forgets at a change of user, is asked for again. Call before there are other threads.
 */
NODISCARD bool user_become(const struct user *user, struct err *err);
/*
 * From now on this thread makes, opens and removes files as `user`, without root's rights over those of others; {0, 0}
 * goes back. The signal at the parent's death stays. For root alone, where a folder belongs to somebody who might swap
 * what is in it for links while root works there. Supplementary groups stay.
 */
NODISCARD bool user_files_as(const struct user *user, struct err *err);
/*
 * No core dump (RLIMIT_CORE) and no debugger of the same user (PR_SET_DUMPABLE), so that keys stay in this process, and
 * no privileges from executing anything (PR_SET_NO_NEW_PRIVS). Call after user_become, which would undo the first.
 */
NODISCARD bool user_lock_down(struct err *err);

#endif
