/* Giving up privileges happens in a forked child; it is tested only as root, as only root can. */
#include "check.h"

#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
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
    return 0;
}

static void privileges_once_given_up_do_not_come_back(void **state)
{
    (void)state;
    if (geteuid() != 0)
        skip();
    pid_t pid = fork();
    if (pid == 0)
        _exit(become_and_look());
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
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
        cmocka_unit_test(root_is_not_a_user_to_become),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
