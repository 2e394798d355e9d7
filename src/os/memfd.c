/* Making, sealing and mapping memfds. */
#include "os/memfd.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/* Linux 6.3; older kernels refuse it. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

#define MEMFD_SEALS_FIXED  (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)
#define MEMFD_SEALS_SEALED (F_SEAL_WRITE | MEMFD_SEALS_FIXED)

static int memfd_open(const char *name)
{
    int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_NOEXEC_SEAL);
    if (fd < 0 && errno == EINVAL)
        fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);
    return fd;
}

static bool memfd_fill(int fd, struct str content)
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

bool memfd_sealed_new(const char *name, struct str content, int *ret_fd, struct err *err)
{
    int fd = memfd_open(name);
    if (fd < 0)
        return err_errno(err, "cannot make shared memory (%s)", name);
    if (!memfd_fill(fd, content) || fcntl(fd, F_ADD_SEALS, MEMFD_SEALS_SEALED) != 0) {
        (void)err_errno(err, "cannot fill shared memory (%s) of %zu bytes", name, content.size);
        (void)close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

/* Checks the seals and gives the size. */
static bool memfd_check(int fd, int seals, size_t *ret_size, struct err *err)
{
    struct stat status;
    int have = fcntl(fd, F_GET_SEALS);
    if (have < 0 || fstat(fd, &status) != 0)
        return err_errno(err, "the descriptor received is not shared memory");
    if ((have & seals) != seals)
        return err_set(err, ERR_INPUT, "the shared memory received is not sealed");
    *ret_size = (size_t)status.st_size;
    return true;
}

bool memfd_sealed_map(int fd, size_t size_max, struct str *ret, struct err *err)
{
    size_t size = 0;
    if (!memfd_check(fd, MEMFD_SEALS_SEALED, &size, err))
        return false;
    if (size == 0 || size > size_max)
        return err_set(err, ERR_INPUT, "the shared memory received has %zu bytes, allowed are 1 to %zu", size,
                       size_max);
    /* Private, because kernels before 6.7 refuse shared mappings of what is sealed against writing; same pages. */
    void *at = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (at == MAP_FAILED)
        return err_errno(err, "cannot map shared memory of %zu bytes", size);
    *ret = str_make(at, size);
    return true;
}

bool memfd_shared_new(const char *name, size_t size, int *ret_fd, struct err *err)
{
    int fd = memfd_open(name);
    if (fd < 0)
        return err_errno(err, "cannot make shared memory (%s)", name);
    if (ftruncate(fd, (off_t)size) != 0 || fcntl(fd, F_ADD_SEALS, MEMFD_SEALS_FIXED) != 0) {
        (void)err_errno(err, "cannot size shared memory (%s) to %zu bytes", name, size);
        (void)close(fd);
        return false;
    }
    *ret_fd = fd;
    return true;
}

bool memfd_shared_map(int fd, size_t size, bool writable, void **ret, struct err *err)
{
    size_t have = 0;
    if (!memfd_check(fd, F_SEAL_SHRINK, &have, err))
        return false;
    if (size == 0 || size > have)
        return err_set(err, ERR_INPUT, "the shared memory received has %zu bytes, %zu are needed", have, size);
    void *at = mmap(NULL, size, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED)
        return err_errno(err, "cannot map shared memory of %zu bytes", size);
    *ret = at;
    return true;
}

bool memfd_empty(void *at, size_t size, struct err *err)
{
    return madvise(at, size, MADV_REMOVE) == 0 || err_errno(err, "shared memory cannot be emptied");
}

void memfd_unmap(const void *at, size_t size)
{
    if (at)
        (void)munmap((void *)(uintptr_t)at, size);
}
