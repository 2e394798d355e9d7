/* getpwnam_r and friends, and the order in which privileges go: groups, group, user. */
#include "os/user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

/* An entry of the user or group database; a group with thousands of members needs much. */
#define USER_ENTRY_SIZE_MAX (1 << 20)

/* The user's or group's entry by a growing buffer. Returns 0, or errno; *ret_found tells whether there is one. */
static int lookup_user(const char *name, uid_t uid, struct user *ret, bool *ret_found)
{
    int number = ERANGE;
    *ret_found = false;
    for (size_t size = 1024; size <= USER_ENTRY_SIZE_MAX && number == ERANGE; size *= 4) {
        struct passwd entry, *found = NULL;
        char *room = malloc(size);
        if (!room)
            return ENOMEM;
        number = name ? getpwnam_r(name, &entry, room, size, &found) : getpwuid_r(uid, &entry, room, size, &found);
        if (found) {
            *ret = (struct user){entry.pw_uid, entry.pw_gid};
            *ret_found = true;
        }
        free(room);
    }
    return number;
}

bool user_find(const char *name, struct user *ret, struct err *err)
{
    bool found;
    uint64_t uid;
    int number = lookup_user(name, 0, ret, &found);
    if (found)
        return true;
    /* (uid_t)-1 means "no change" to the kernel and is nobody's number. */
    if (str_to_u64(str_from(name), (uid_t)-2, &uid)) {
        struct user user = {(uid_t)uid, (gid_t)uid};
        (void)lookup_user(NULL, (uid_t)uid, &user, &found);
        *ret = user;
        return true;
    }
    if (number != 0 && number != ENOENT && number != ESRCH) {
        errno = number;
        return err_errno(err, "cannot look up the user \"%s\"", name);
    }
    err_set(err, ERR_NOT_FOUND, "there is no user \"%s\"", name);
    return err_fix(err, "make it with: useradd --system %s", name);
}

bool user_find_group(const char *name, gid_t *ret)
{
    int number = ERANGE;
    bool ok = false;
    for (size_t size = 1024; size <= USER_ENTRY_SIZE_MAX && number == ERANGE; size *= 4) {
        struct group entry, *found = NULL;
        char *room = malloc(size);
        if (!room)
            return false;
        number = getgrnam_r(name, &entry, room, size, &found);
        if (found) {
            *ret = entry.gr_gid;
            ok = true;
        }
        free(room);
    }
    return ok;
}

static bool is_user(const struct user *user)
{
    uid_t uids[3];
    gid_t gids[3];
    if (getresuid(&uids[0], &uids[1], &uids[2]) != 0 || getresgid(&gids[0], &gids[1], &gids[2]) != 0)
        return false;
    for (int i = 0; i < 3; i++)
        if (uids[i] != user->uid || gids[i] != user->gid)
            return false;
    return true;
}

bool user_become(const struct user *user, struct err *err)
{
    int parent_death_signal = 0;
    if (user->uid == 0)
        return err_set(err, ERR_INPUT, "the user to become must not be root");
    if (!is_user(user)) {
        if (prctl(PR_GET_PDEATHSIG, &parent_death_signal) != 0)
            return err_errno(err, "cannot read the parent death signal");
        if (setgroups(0, NULL) != 0 || setresgid(user->gid, user->gid, user->gid) != 0 ||
            setresuid(user->uid, user->uid, user->uid) != 0)
            return err_errno(err, "cannot become the user %u (group %u)", user->uid, user->gid);
        if (prctl(PR_SET_PDEATHSIG, parent_death_signal) != 0)
            return err_errno(err, "cannot set the parent death signal");
    }
    /* Believe nothing: a capability or a saved id left over would show here. */
    if (!is_user(user) || setresuid(0, 0, 0) == 0 || setresgid(0, 0, 0) == 0 || setuid(0) == 0)
        return err_set(err, ERR_SYSTEM, "privileges could be regained after giving them up");
    return true;
}

bool user_files_as(const struct user *user, struct err *err)
{
    int parent_death_signal = 0;
    if (prctl(PR_GET_PDEATHSIG, &parent_death_signal) != 0)
        return err_errno(err, "cannot read the parent death signal");
    /* Neither call says whether it worked; asking for -1 changes nothing and tells what is in force. The group needs
       the rights that go with the user, and comes back after it. */
    if (user->uid == 0)
        (void)setfsuid(0);
    (void)setfsgid(user->gid);
    (void)setfsuid(user->uid);
    if (prctl(PR_SET_PDEATHSIG, parent_death_signal) != 0)
        return err_errno(err, "cannot set the parent death signal");
    if ((uid_t)setfsuid((uid_t)-1) == user->uid && (gid_t)setfsgid((gid_t)-1) == user->gid)
        return true;
    return err_set(err, ERR_SYSTEM, "cannot handle files as the user %u (group %u)", user->uid, user->gid);
}

bool user_lock_down(struct err *err)
{
    const struct rlimit none = {0, 0};
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return err_errno(err, "cannot forbid core dumps and new privileges");
    return true;
}
