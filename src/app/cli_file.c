/* open, write, fsync; unlink when that went wrong. */
#include "app/cli_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_there(const char *path, struct err *err)
{
    (void)err_set(err, ERR_CONFLICT, "%s is there already", path);
    return err_fix(err, "give another name, or move that file away");
}

bool cli_file_check(const char *path, struct err *err)
{
    struct stat info;
    return lstat(path, &info) != 0 || is_there(path, err);
}

bool cli_file_new(const char *path, struct cli_file *ret, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR);
    if (fd < 0)
        return errno == EEXIST ? is_there(path, err) : err_errno(err, "%s", path);
    *ret = (struct cli_file){.path = path, .fd = fd};
    return true;
}

bool cli_file_put(struct cli_file *file, struct str content, struct err *err)
{
    while (content.size) {
        ssize_t size = write(file->fd, content.data, content.size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return err_errno(err, "%s", file->path);
        content = str_after(content, (size_t)size);
    }
    return true;
}

bool cli_file_end(struct cli_file *file, bool is_whole, struct err *err)
{
    bool fine = !is_whole || fsync(file->fd) == 0 || err_errno(err, "%s", file->path);
    if (close(file->fd) != 0 && fine)
        fine = err_errno(err, "%s", file->path);
    if (!is_whole || !fine)
        (void)unlink(file->path);
    return fine;
}
