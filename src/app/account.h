/*
 * Which user the children become: the one of the boot file, or the default, when the supervisor runs as root.
 */
#ifndef APP_ACCOUNT_H
#define APP_ACCOUNT_H

#include "app/boot.h"
#include "os/user.h"

/*
 * Without root there is nobody to become: *ret is all zero, which means "stay". As root: the key User, else
 * "strictgate" if there is such a user, else "nobody"; never root. The error names file and line.
 */
NODISCARD bool account_find(const struct boot *boot, struct user *ret, struct err *err);
/* Whether the key User is given and has no effect, since this is not root. */
bool account_is_ignored(const struct boot *boot);

#endif
