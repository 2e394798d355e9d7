/* The user of the boot file, looked up. */
#include "app/account.h"

#include <unistd.h>

bool account_is_ignored(const struct boot *boot)
{
    return boot->user && geteuid() != 0;
}

/* Root can become anybody again, and so could who has taken over what serves, or a hook. */
static bool refuse_root(struct err *reason)
{
    (void)err_set(reason, ERR_INPUT, "what serves and what hooks do must not be done as root");
    return err_fix(reason, "name another user, or leave the key out");
}

static bool find(const struct boot *boot, struct user *ret, struct err *reason)
{
    struct user user;
    if (!user_find(boot->user ? boot->user : "nobody", &user, reason))
        return false;
    if (user.uid == 0)
        return refuse_root(reason);
    *ret = user;
    return true;
}

bool account_find(const struct boot *boot, struct user *ret, struct err *err)
{
    struct err reason = {0};
    if (geteuid() != 0) {
        *ret = (struct user){0};
        return true;
    }
    if (!boot->user && user_find("strictgate", ret, NULL))
        return true;
    if (find(boot, ret, &reason))
        return true;
    return boot_error(boot->file, boot->user_line, "User", &reason, err);
}
