/* What root finds in a folder that belongs to somebody else. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/datadir.h"

static char folder[60], data[80], elsewhere[80];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strictgate-data-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(data, sizeof data, "%s/data", folder);
    (void)snprintf(elsewhere, sizeof elsewhere, "%s/elsewhere", folder);
    int fd = open(elsewhere, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    return fd < 0 || write(fd, "precious", 8) != 8 || close(fd) != 0 || mkdir(data, 0700) != 0 ? -1 : 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"data/supervisor.lock", "data/log/access.log", "elsewhere"};
    char path[120];
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        (void)unlink(path);
    }
    (void)snprintf(path, sizeof path, "%s/log", data);
    (void)rmdir(path);
    return rmdir(data) != 0 || rmdir(folder) != 0;
}

static void plant(const char *name, int (*make)(const char *target, const char *path))
{
    char path[120];
    (void)snprintf(path, sizeof path, "%s/%s", data, name);
    assert_int_equal(make(elsewhere, path), 0);
}

static void assert_elsewhere_is_whole(void)
{
    struct stat status;
    assert_int_equal(stat(elsewhere, &status), 0);
    assert_int_equal(status.st_size, 8);
}

static void the_lock_is_no_other_name_of_some_other_file(void **state)
{
    (void)state;
    const struct user user = {.uid = geteuid(), .gid = getegid()};
    int (*const makes[])(const char *, const char *) = {symlink, link};
    const size_t count = geteuid() == 0 ? 2 : 1; /* in a hard link there is harm for root alone */
    for (size_t i = 0; i < count; i++) {
        struct datadir datadir;
        struct err err = {0};
        plant("supervisor.lock", makes[i]);
        assert_false(datadir_open(data, &user, &datadir, &err));
        assert_elsewhere_is_whole();
        char path[120];
        (void)snprintf(path, sizeof path, "%s/supervisor.lock", data);
        assert_int_equal(unlink(path), 0);
    }
}

static void the_log_is_no_other_name_of_some_other_file(void **state)
{
    (void)state;
    const struct user user = {.uid = geteuid(), .gid = getegid()};
    struct boot boot = {.access_log_is_default = true, .access_log = "log/access.log"};
    struct datadir datadir;
    struct err err = {0};
    int fd;
    if (geteuid() != 0)
        skip();
    assert_true(datadir_open(data, &user, &datadir, &err));
    assert_int_equal(mkdirat(datadir.fd, "log", 0700), 0);
    plant("log/access.log", link);
    assert_false(datadir_open_access_log(&datadir, &boot, &fd, &err));
    assert_int_equal(unlinkat(datadir.fd, "log/access.log", 0), 0);
    assert_true(datadir_open_access_log(&datadir, &boot, &fd, &err));
    (void)close(fd);
    datadir_close(&datadir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_lock_is_no_other_name_of_some_other_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_log_is_no_other_name_of_some_other_file, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
