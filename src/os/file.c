/* Reading and replacing whole files. Errors name the path and, where it is not plain, the step. */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

/* One read; files here are small. */
#define FILE_READ_SIZE 16384

static bool open_error(const char *path, struct err *err)
{
    enum err_code code = ERR_SYSTEM;
    if (errno == ENOENT || errno == ENOTDIR)
        code = ERR_NOT_FOUND;
    else if (errno == EACCES || errno == EPERM)
        code = ERR_DENIED;
    (void)err_errno(err, "cannot open %s", path);
    if (err)
        err->code = code;
    return false;
}

static bool read_all(int fd, const char *path, size_t size_max, struct buf *content, struct err *err)
{
    for (;;) {
        char chunk[FILE_READ_SIZE];
        ssize_t size = read(fd, chunk, sizeof chunk);
        if (size == 0)
            return true;
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return err_errno(err, "cannot read %s", path);
        if ((size_t)size > size_max - content->size)
            return err_set(err, ERR_INPUT, "%s is larger than the %zu bytes allowed", path, size_max);
        if (!buf_put(content, chunk, (size_t)size))
            return err_memory(err);
    }
}

/* Takes `fd`. */
static bool read_and_close(int fd, const char *path, size_t size_max, struct buf *ret, struct err *err)
{
    struct buf content;
    buf_init(&content, size_max);
    bool ok = read_all(fd, path, size_max, &content, err);
    (void)close(fd);
    if (ok)
        *ret = content;
    else
        buf_fini(&content);
    return ok;
}

bool file_read(const char *path, size_t size_max, struct buf *ret, struct err *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    return fd < 0 ? open_error(path, err) : read_and_close(fd, path, size_max, ret, err);
}

bool file_read_plain(const char *path, size_t size_max, struct buf *ret, struct err *err)
{
    struct stat status;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return open_error(path, err);
    if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode))
        return read_and_close(fd, path, size_max, ret, err);
    (void)close(fd);
    return err_set(err, ERR_CONFLICT, "%s is no plain file", path);
}

/* The folder part of a path: "." when it has none. */
static bool folder_of(const char *path, char folder[static PATH_MAX], struct err *err)
{
    struct str all = str_from(path);
    size_t slash = str_find_last(all, '/');
    struct str part = slash == all.size ? STR(".") : str_part(all, 0, slash == 0 ? 1 : slash);
    if (part.size >= PATH_MAX)
        return err_set(err, ERR_INPUT, "the path %.100s… is too long", path);
    memcpy(folder, part.data, part.size);
    folder[part.size] = '\0';
    return true;
}

bool file_sync_folder(const char *path, struct err *err)
{
    char folder[PATH_MAX];
    if (!folder_of(path, folder, err))
        return false;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return open_error(folder, err);
    bool ok = fsync(fd) == 0 || err_errno(err, "cannot sync the folder %s", folder);
    (void)close(fd);
    return ok;
}

static bool write_all(int fd, struct str content)
{
    while (content.size > 0) {
        ssize_t size = write(fd, content.data, content.size);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0)
            return false;
        content = str_after(content, (size_t)size);
    }
    return true;
}

bool file_replace(const char *path, struct str content, mode_t mode, struct err *err)
{
    char temporary[PATH_MAX];
    int size = snprintf(temporary, sizeof temporary, "%s.new-XXXXXX", path);
    if (size < 0 || (size_t)size >= sizeof temporary)
        return err_set(err, ERR_INPUT, "the path %.100s… is too long", path);
    int fd = mkostemp(temporary, O_CLOEXEC); /* mode 0600 until it is complete */
    if (fd < 0) {
        (void)open_error(temporary, err);
        return err_context(err, "cannot write %s", path);
    }
    bool ok = write_all(fd, content) && fchmod(fd, mode) == 0 && fsync(fd) == 0;
    if (!ok)
        (void)err_errno(err, "cannot write %s", temporary);
    if (close(fd) != 0 && ok)
        ok = err_errno(err, "cannot write %s", temporary);
    if (ok && rename(temporary, path) != 0)
        ok = err_errno(err, "cannot rename %s to %s", temporary, path);
    if (!ok) {
        (void)unlink(temporary);
        return false;
    }
    return file_sync_folder(path, err);
}

bool file_make_directories(const char *path, mode_t mode, struct err *err)
{
    char part[PATH_MAX];
    size_t size = strlen(path);
    if (size == 0 || size >= sizeof part)
        return err_set(err, ERR_INPUT, "a folder's path has 1 to %d bytes", PATH_MAX - 1);
    memcpy(part, path, size + 1);
    for (size_t i = 1; i <= size; i++) {
        if (part[i] != '/' && part[i] != '\0')
            continue;
        char cut = part[i];
        part[i] = '\0';
        struct stat status;
        if (mkdir(part, mode) != 0 && errno != EEXIST)
            return err_errno(err, "cannot make the folder %s", part);
        if (stat(part, &status) != 0)
            return err_errno(err, "cannot look at %s", part);
        if (!S_ISDIR(status.st_mode))
            return err_set(err, ERR_CONFLICT, "%s is there already and is not a folder", part);
        part[i] = cut;
    }
    return true;
}

bool file_remove(const char *path, struct err *err)
{
    if (unlink(path) != 0) {
        if (errno == ENOENT)
            return true;
        return err_errno(err, "cannot remove %s", path);
    }
    return file_sync_folder(path, err);
}
