#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "os/memfd.h"

static void nobody_can_change_what_is_sealed(void **state)
{
    (void)state;
    int fd;
    struct err err = {0};
    struct str map;
    assert_true(memfd_sealed_new("test", STR("snapshot"), &fd, &err));
    assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
    assert_int_equal(pwrite(fd, "X", 1, 0), -1);
    assert_int_equal(ftruncate(fd, 1), -1);
    assert_int_equal(ftruncate(fd, 100), -1);
    assert_ptr_equal(mmap(NULL, 8, PROT_WRITE, MAP_SHARED, fd, 0), MAP_FAILED);
    assert_true(memfd_sealed_map(fd, 8, &map, &err));
    (void)close(fd);
    assert_str(map, STR("snapshot"));
    memfd_unmap(map.data, map.size);
    memfd_unmap(NULL, 0);
}

static void only_sealed_memory_of_a_right_size_is_mapped(void **state)
{
    (void)state;
    static const struct {
        int seals;
        size_t size, size_max;
        bool ok;
    } cases[] = {
        {F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 10, 10, true},
        {F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 10, 9, false},
        {F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 0, 10, false},
        {F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW, 10, 10, false},
        {F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL, 10, 10, false},
        {F_SEAL_WRITE | F_SEAL_GROW | F_SEAL_SEAL, 10, 10, false},
        {F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_SEAL, 10, 10, false},
        {0, 10, 10, false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
        assert_true(fd >= 0);
        assert_int_equal(ftruncate(fd, (off_t)cases[i].size), 0);
        assert_int_equal(fcntl(fd, F_ADD_SEALS, cases[i].seals), 0);
        struct str map;
        struct err err = {0};
        assert_int_equal(memfd_sealed_map(fd, cases[i].size_max, &map, &err), cases[i].ok);
        if (cases[i].ok)
            memfd_unmap(map.data, map.size);
        (void)close(fd);
    }
    int fds[2];
    struct str map;
    struct err err = {0};
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    assert_false(memfd_sealed_map(fds[0], 10, &map, &err));
    assert_false(memfd_sealed_map(-1, 10, &map, &err));
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void shared_memory_is_written_in_one_mapping_and_read_in_another(void **state)
{
    (void)state;
    int fd;
    struct err err = {0};
    void *writable, *readable, *none = NULL;
    const size_t size = 5000;
    assert_true(memfd_shared_new("test", size, &fd, &err));
    assert_int_equal(ftruncate(fd, 10), -1);
    assert_int_equal(ftruncate(fd, 10000), -1);
    assert_true(memfd_shared_map(fd, size, true, &writable, &err));
    assert_true(memfd_shared_map(fd, size, false, &readable, &err));
    assert_int_equal(((char *)readable)[4999], 0);
    ((char *)writable)[4999] = 'x';
    assert_int_equal(((char *)readable)[4999], 'x');
    assert_int_equal(mprotect(readable, size, PROT_READ), 0);
    assert_false(memfd_shared_map(fd, size + 1, false, &none, &err));
    assert_false(memfd_shared_map(fd, 0, false, &none, &err));
    assert_null(none);
    memfd_unmap(writable, size);
    memfd_unmap(readable, size);
    (void)close(fd);
    fd = memfd_create("test", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    assert_int_equal(ftruncate(fd, 10), 0);
    assert_false(memfd_shared_map(fd, 10, false, &none, &err)); /* it could shrink under the reader */
    (void)close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_can_change_what_is_sealed),
        cmocka_unit_test(only_sealed_memory_of_a_right_size_is_mapped),
        cmocka_unit_test(shared_memory_is_written_in_one_mapping_and_read_in_another),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
