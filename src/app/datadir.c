/* Making, owning, locking. */
#include "app/datadir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"

#define LOCK_NAME       "supervisor.lock"
#define LOG_FOLDER_NAME "log"
#define LOG_NAME        "access.log"
#define LOG_MODE        0640

void datadir_init(struct datadir *datadir)
{
    *datadir = (struct datadir){.fd = -1, .lock_fd = -1};
}

static bool is_empty(int folder_fd)
{
    int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd < 0 ? NULL : fdopendir(fd);
    if (!folder) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    size_t count = 0;
    while (readdir(folder))
        count++;
    (void)closedir(folder);
    return count <= 2; /* "." and ".." */
}

/* The children must be able to write in it, and nobody else. */
static bool check_owner(const char *path, int fd, const struct user *user, struct err *err)
{
    struct stat status;
    if (fstat(fd, &status) != 0)
        return err_errno(err, "%s", path);
    if (status.st_mode & S_IWOTH) {
        (void)err_set(err, ERR_INPUT, "the data directory %s may be written to by everybody", path);
        return err_fix(err, "use a folder of its own, or chmod o-w %s", path);
    }
    if (geteuid() != 0) {
        if (faccessat(fd, ".", R_OK | W_OK | X_OK, AT_EACCESS) == 0)
            return true;
        (void)err_errno(err, "the data directory %s cannot be written to", path);
        return err_fix(err, "give it to the user this runs as, or choose another with --data DIR");
    }
    if (status.st_uid == user->uid || user->uid == 0)
        return true;
    if (!is_empty(fd)) {
        (void)err_set(err, ERR_DENIED, "the data directory %s belongs to uid %u, and the gateway runs as uid %u", path,
                      (unsigned)status.st_uid, (unsigned)user->uid);
        return err_fix(err, "chown -R %u:%u %s", (unsigned)user->uid, (unsigned)user->gid, path);
    }
    if (fchown(fd, user->uid, user->gid) != 0)
        return err_errno(err, "cannot give %s to uid %u", path, (unsigned)user->uid);
    return true;
}

static bool lock_is_taken(const char *path, int fd, struct err *err)
{
    char text[32];
    ssize_t size = pread(fd, text, sizeof text, 0);
    struct str pid = str_make(text, size > 0 ? (size_t)size : 0);
    pid = str_part(pid, 0, str_find(pid, '\n'));
    (void)err_set(err, ERR_CONFLICT, "another strictgate (process %.*s) runs on the data directory %s", STR_ARG(pid),
                  path);
    return err_fix(err, "stop it first, or choose another directory with --data DIR");
}

/*
 * The folder belongs to the user the children run as. Root opens nothing in it through a symbolic link; another name of
 * a file elsewhere (a hard link) would do the same harm.
 */
static bool is_our_own(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 && (status.st_nlink <= 1 || geteuid() != 0);
}

static bool take_lock(const char *path, int folder_fd, int *ret_fd, struct err *err)
{
    int fd = openat(folder_fd, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) {
        (void)err_errno(err, "cannot write %s/" LOCK_NAME, path);
        return err_fix(err, "choose a folder you may write to with --data DIR, or start as root");
    }
    if (!is_our_own(fd)) {
        (void)close(fd);
        return err_set(err, ERR_CONFLICT, "%s/" LOCK_NAME " is a hard link to some other file", path);
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK)
            (void)lock_is_taken(path, fd, err);
        else
            (void)err_errno(err, "cannot lock %s/" LOCK_NAME, path);
        (void)close(fd);
        return false;
    }
    char text[32];
    int size = snprintf(text, sizeof text, "%d\n", (int)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)size, 0) != size) {
        (void)err_errno(err, "cannot write %s/" LOCK_NAME, path);
        (void)close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

static bool open_folder(const char *path, const struct user *user, struct datadir *datadir, struct err *err)
{
    if (!file_make_directories(path, DATADIR_MODE, err))
        return err_fix(err, "choose a folder you may write to with --data DIR, or start as root");
    datadir->fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (datadir->fd < 0) {
        (void)err_errno(err, "the data directory %s cannot be opened", path);
        return err_fix(err, "choose a folder you may write to with --data DIR, or start as root");
    }
    return check_owner(path, datadir->fd, user, err) && take_lock(path, datadir->fd, &datadir->lock_fd, err);
}

bool datadir_open(const char *path, const struct user *user, struct datadir *ret, struct err *err)
{
    struct datadir datadir;
    datadir_init(&datadir);
    if (!open_folder(path, user, &datadir, err)) {
        datadir_close(&datadir);
        return false;
    }
    *ret = datadir;
    return true;
}

bool datadir_suits(const struct datadir *datadir, const char *path, const struct user *user, struct err *err)
{
    return check_owner(path, datadir->fd, user, err);
}

/* The name of a process's program, as the kernel keeps it, into `content`. */
static bool read_comm(const char *process, struct buf *content)
{
    char path[64];
    (void)snprintf(path, sizeof path, "/proc/%s/comm", process);
    return file_read(path, 64, content, NULL);
}

bool datadir_is_served(const char *path)
{
    char name[PATH_MAX], process[24] = "";
    struct buf content, own;
    uint64_t pid;
    (void)snprintf(name, sizeof name, "%s/" LOCK_NAME, path);
    if (!file_read(name, 64, &content, NULL))
        return false;
    if (str_to_u64(str_part(buf_str(&content), 0, str_find(buf_str(&content), '\n')), INT32_MAX, &pid))
        (void)snprintf(process, sizeof process, "%llu", (unsigned long long)pid);
    buf_fini(&content);
    if (!*process || !read_comm(process, &content))
        return false;
    bool same = false;
    if (read_comm("self", &own)) {
        same = str_eq(buf_str(&content), buf_str(&own)); /* the command line is the same program */
        buf_fini(&own);
    }
    buf_fini(&content);
    return same;
}

void datadir_close(struct datadir *datadir)
{
    if (datadir->lock_fd >= 0)
        (void)close(datadir->lock_fd);
    if (datadir->fd >= 0)
        (void)close(datadir->fd);
    datadir_init(datadir);
}

static int open_default_log(const struct datadir *datadir)
{
    if (mkdirat(datadir->fd, LOG_FOLDER_NAME, DATADIR_LOG_MODE) != 0 && errno != EEXIST)
        return -1;
    int folder_fd = openat(datadir->fd, LOG_FOLDER_NAME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (folder_fd < 0)
        return -1;
    int fd = openat(folder_fd, LOG_NAME, O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, LOG_MODE);
    int number = errno;
    if (fd >= 0 && !is_our_own(fd)) {
        (void)close(fd);
        fd = -1;
        number = EMLINK;
    }
    (void)close(folder_fd);
    errno = number;
    return fd;
}

bool datadir_open_access_log(const struct datadir *datadir, const struct boot *boot, int *ret_fd, struct err *err)
{
    *ret_fd = -1;
    if (!boot->access_log)
        return true;
    struct err reason = {0};
    /* Non-blocking for the opening alone: a FIFO without a reader must not hang the supervisor. */
    int fd = boot->access_log_is_default
                 ? open_default_log(datadir)
                 : open(boot->access_log, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_CLOEXEC, LOG_MODE);
    if (fd < 0) {
        (void)err_errno(&reason, "%s cannot be opened", boot->access_log);
        (void)err_fix(&reason, "make its folder and the right to write there, or set it to off");
        reason.code = ERR_INPUT; /* the boot file names what cannot be had: status 2, whatever the reason */
        return boot_error(boot->file, boot->access_log_line, "Access Log", &reason, err);
    }
    (void)fcntl(fd, F_SETFL, O_APPEND);
    *ret_fd = fd;
    return true;
}
