/* Who owns the API's socket, and as whom it was made. Only root can become others: without root the rest is tested. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "control/api.h"
#include "os/user.h"

#define OTHER_UID 54321
#define OTHER_GID 54322
#define ADMIN_GID 54323

static char folder[40], path[60];

static int make_folder(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strictgate-sock-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/control.sock", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void assert_socket(uid_t uid, gid_t gid)
{
    struct stat status;
    assert_int_equal(lstat(path, &status), 0);
    assert_true(S_ISSOCK(status.st_mode));
    assert_int_equal(status.st_mode & 07777, 0660);
    assert_int_equal(status.st_uid, uid);
    assert_int_equal(status.st_gid, gid);
}

static void the_socket_is_exactly_for_owner_and_group_whatever_the_umask(void **state)
{
    (void)state;
    const struct user self = {.uid = 0, .gid = 0};
    struct err err = {0};
    int fd;
    mode_t mask = umask(0777);
    assert_true(api_listen(path, &self, (gid_t)-1, &fd, &err));
    assert_int_equal(umask(mask), 0777);
    assert_socket(geteuid(), getegid());
    (void)close(fd);
}

static void root_makes_it_as_the_user_it_is_for(void **state)
{
    (void)state;
    const struct user user = {.uid = OTHER_UID, .gid = OTHER_GID};
    struct err err = {0};
    int fd;
    if (geteuid() != 0)
        skip();
    assert_int_equal(chown(folder, OTHER_UID, OTHER_GID), 0);
    assert_true(api_listen(path, &user, (gid_t)-1, &fd, &err));
    assert_socket(OTHER_UID, OTHER_GID);
    (void)close(fd);
    assert_true(api_listen(path, &user, ADMIN_GID, &fd, &err)); /* the stale one is replaced */
    assert_socket(OTHER_UID, ADMIN_GID);
    (void)close(fd);
    /* And is itself again: the folder belongs to another, who lets nobody in. */
    int made = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(made >= 0);
    assert_int_equal(fchmod(made, 0), 0);
    assert_int_equal(unlinkat(made, "control.sock", 0), 0);
    (void)close(made);
}

/* What the user may not do to a name, root does not do in its stead: a link in its place would lead anywhere. */
static void root_uses_no_right_of_its_own_in_the_folder(void **state)
{
    (void)state;
    const struct user user = {.uid = OTHER_UID, .gid = OTHER_GID};
    struct err err = {0};
    int fd;
    if (geteuid() != 0)
        skip();
    assert_false(api_listen(path, &user, ADMIN_GID, &fd, &err));
    assert_int_equal(access(path, F_OK), -1);
    int made = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600); /* root again */
    assert_true(made >= 0);
    (void)close(made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_socket_is_exactly_for_owner_and_group_whatever_the_umask, make_folder,
                                        remove_folder),
        cmocka_unit_test_setup_teardown(root_makes_it_as_the_user_it_is_for, make_folder, remove_folder),
        cmocka_unit_test_setup_teardown(root_uses_no_right_of_its_own_in_the_folder, make_folder, remove_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
