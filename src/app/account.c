/* The user of the boot file, looked up. */
#include "app/account.h"

#include <unistd.h>

bool account_is_ignored(const struct boot *boot)
{
    return boot->user && geteuid() != 0;
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
    if (user_find(boot->user ? boot->user : "nobody", ret, &reason))
        return true;
    return boot_error(boot->file, boot->user_line, "User", &reason, err);
}
