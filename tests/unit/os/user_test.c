/* Giving up privileges happens in a forked child; it is tested only as root, as only root can. */
#include "check.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/user.h"

static void users_and_groups_are_found_by_name_and_number(void **state)
{
    (void)state;
    struct user user, same;
    struct err err = {0};
    gid_t gid = 99;
    assert_true(user_find("root", &user, &err));
    assert_int_equal(user.uid, 0);
    assert_true(user_find("nobody", &user, &err));
    char number[16];
    (void)snprintf(number, sizeof number, "%u", user.uid);
    assert_true(user_find(number, &same, &err));
    assert_int_equal(same.gid, user.gid);
    assert_true(user_find("54321", &user, &err));
    assert_int_equal(user.uid, 54321);
    assert_int_equal(user.gid, 54321);
    assert_false(user_find("no-such-user-here", &user, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(user_find("4294967295", &user, &err));
    assert_false(user_find("-1", &user, &err));
    assert_true(user_find_group("root", &gid));
    assert_int_equal(gid, 0);
    assert_false(user_find_group("no-such-group-here", &gid));
}

/* The folder of the process is root's: only root's rights over files make the difference. Exit status 0 when all held.
 */
static int act_as_and_look(void)
{
    static const struct user root = {0, 0};
    const struct user other = {54321, 54322};
    char path[] = "/tmp/strictgate-user-XXXXXX";
    struct err err = {0};
    struct stat status;
    int death_signal = 0, fd = mkstemp(path);
    if (fd < 0 || fchmod(fd, 0600) != 0 || close(fd) != 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        return 1;
    if (!user_files_as(&other, &err) || open(path, O_RDONLY) >= 0 || unlink(path) == 0)
        return 2;
    if (geteuid() != 0 || prctl(PR_GET_PDEATHSIG, &death_signal) != 0 || death_signal != SIGTERM)
        return 3;
    if (!user_files_as(&root, &err) || unlink(path) != 0)
        return 4;
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    if (fd < 0 || fstat(fd, &status) != 0 || status.st_uid != 0 || status.st_gid != 0)
        return 5;
    return unlink(path) == 0 ? 0 : 6;
}

/* Exit status 0 when all held. */
static int become_and_look(void)
{
    struct user user;
    struct err err = {0};
    int death_signal = 0;
    if (!user_find("nobody", &user, &err) || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        return 1;
    if (!user_become(&user, &err) || getuid() != user.uid || getegid() != user.gid)
        return 2;
    if (getgroups(0, NULL) != 0)
        return 3;
    if (prctl(PR_GET_PDEATHSIG, &death_signal) != 0 || death_signal != SIGTERM)
        return 4;
    if (!user_become(&user, &err)) /* it is already */
        return 5;
    struct user other = {user.uid + 1, user.gid + 1};
    if (user_become(&other, &err) || err.code != ERR_SYSTEM)
        return 6;
    if (!user_lock_down(&err) || prctl(PR_GET_DUMPABLE) != 0 || prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 1)
        return 7;
    struct rlimit core = {1, 1};
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || core.rlim_max != 0)
        return 8;
    return 0;
}

static void assert_good_in_a_child(int (*look)(void))
{
    if (geteuid() != 0)
        skip();
    pid_t pid = fork();
    if (pid == 0)
        _exit(look());
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void privileges_once_given_up_do_not_come_back(void **state)
{
    (void)state;
    assert_good_in_a_child(become_and_look);
}

static void root_handles_files_as_another_and_goes_back(void **state)
{
    (void)state;
    assert_good_in_a_child(act_as_and_look);
}

static void root_is_not_a_user_to_become(void **state)
{
    (void)state;
    struct user root = {0, 0};
    struct err err = {0};
    assert_false(user_become(&root, &err));
    assert_int_equal(err.code, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(users_and_groups_are_found_by_name_and_number),
        cmocka_unit_test(privileges_once_given_up_do_not_come_back),
        cmocka_unit_test(root_handles_files_as_another_and_goes_back),
        cmocka_unit_test(root_is_not_a_user_to_become),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
