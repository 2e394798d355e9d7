/* Landlock: which folders. The list of system calls is in sandbox_calls.c. */
#include "os/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Rights of later versions that the headers of Debian 12 do not name (Linux 6.2 and 6.10). */
#define SANDBOX_FS_TRUNCATE  (1ULL << 14)
#define SANDBOX_FS_IOCTL_DEV (1ULL << 15)

/* Rights that a file can have as well as a folder: any other on a file is refused by the kernel. */
#define SANDBOX_FS_OF_FILES                                                                                            \
    (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | SANDBOX_FS_TRUNCATE | \
     SANDBOX_FS_IOCTL_DEV)
#define SANDBOX_FS_READ (LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
/* Everything but executing, devices and their control. */
#define SANDBOX_FS_READ_WRITE                                                                                          \
    (SANDBOX_FS_READ | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                                 \
     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |                      \
     LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM |                       \
     LANDLOCK_ACCESS_FS_REFER | SANDBOX_FS_TRUNCATE)

/* All rights that the kernel of this version (ABI) can withhold. */
static uint64_t rights_of(long abi)
{
    uint64_t rights = LANDLOCK_ACCESS_FS_REFER - 1;
    if (abi >= 2)
        rights |= LANDLOCK_ACCESS_FS_REFER;
    if (abi >= 3)
        rights |= SANDBOX_FS_TRUNCATE;
    if (abi >= 5)
        rights |= SANDBOX_FS_IOCTL_DEV;
    return rights;
}

/* Gives the rights below the path. A path that is not there is passed over if it may be. */
static bool allow_below(int ruleset_fd, const char *path, uint64_t rights, bool may_be_missing, struct err *why)
{
    struct landlock_path_beneath_attr beneath = {.allowed_access = rights};
    struct stat status;
    beneath.parent_fd = open(path, O_PATH | O_CLOEXEC);
    if (beneath.parent_fd < 0 && errno == ENOENT && may_be_missing)
        return true;
    if (beneath.parent_fd < 0)
        return err_errno(why, "cannot open %s for the sandbox", path);
    if (fstat(beneath.parent_fd, &status) == 0 && !S_ISDIR(status.st_mode))
        beneath.allowed_access &= SANDBOX_FS_OF_FILES;
    bool ok = syscall(SYS_landlock_add_rule, ruleset_fd, LANDLOCK_RULE_PATH_BENEATH, &beneath, 0) == 0;
    if (!ok)
        (void)err_errno(why, "cannot let the sandbox reach %s", path);
    (void)close(beneath.parent_fd);
    return ok;
}

enum sandbox_result sandbox_confine_files(const char *const *read_only, size_t read_only_count,
                                          const char *const *read_write, size_t read_write_count, struct err *why)
{
    long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    if (abi < 1) {
        (void)err_errno(why, "this kernel has no Landlock, so the file system is guarded by permissions alone");
        return SANDBOX_UNAVAILABLE;
    }
    struct landlock_ruleset_attr attributes = {.handled_access_fs = rights_of(abi)};
    int fd = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (fd < 0) {
        (void)err_errno(why, "cannot make a Landlock sandbox");
        return SANDBOX_FAILED;
    }
    bool ok = true;
    for (size_t i = 0; i < read_only_count && ok; i++)
        ok = allow_below(fd, read_only[i], SANDBOX_FS_READ, true, why);
    for (size_t i = 0; i < read_write_count && ok; i++)
        ok = allow_below(fd, read_write[i], SANDBOX_FS_READ_WRITE & attributes.handled_access_fs, false, why);
    if (ok && (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || syscall(SYS_landlock_restrict_self, fd, 0) != 0))
        ok = err_errno(why, "cannot enter the Landlock sandbox");
    (void)close(fd);
    return ok ? SANDBOX_ON : SANDBOX_FAILED;
}
