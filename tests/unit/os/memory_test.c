/* Memory is locked, also what comes later; where it may not be, that is told and nothing else changes. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/memory.h"
#include "os/user.h"

/* Kilobytes of this process that are locked; -1 when the kernel does not say. */
static long locked_kb(void)
{
    char line[256];
    uint64_t found = 0;
    bool known = false;
    FILE *file = fopen("/proc/self/status", "re");
    while (file && !known && fgets(line, sizeof line, file)) {
        struct str rest = str_from(line), title = str_cut(&rest, ':');
        struct str value = str_trim(str_part(rest, 0, str_find(rest, 'k'))); /* "\t    8 kB\n" */
        known = str_eq(title, STR("VmLck")) && str_to_u64(value, INT32_MAX, &found);
    }
    if (file)
        (void)fclose(file);
    return known ? (long)found : -1;
}

/* (The name that the C library gives it where file offsets have 64 bits.) Where the limit cannot be lifted (a
 * container), the test says that there is none: root is not held to it. */
static bool without_limit;

int __real_getrlimit64(int resource, struct rlimit *limit);
int __wrap_getrlimit64(int resource, struct rlimit *limit);

int __wrap_getrlimit64(int resource, struct rlimit *limit)
{
    if (resource != RLIMIT_MEMLOCK || !without_limit)
        return __real_getrlimit64(resource, limit);
    *limit = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY};
    return 0;
}

#define LATER_SIZE ((size_t)4 << 20)

/* Sanitizers take these calls away. */
static bool is_lockable(void)
{
    static char page[8192];
    return mlock(page, sizeof page) == 0 && locked_kb() > 0;
}

/* Exit status 0 when all held. */
static int lock_and_go_on(void)
{
    struct err err = {0};
    without_limit = true;
    if (memory_lock(&err) != MEMORY_LOCKED)
        return 77; /* a container without the right to lock at all */
    long before = locked_kb();
    if (before <= 0)
        return is_lockable() ? 1 : 77;
    void *later = mmap(NULL, LATER_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (later == MAP_FAILED)
        return 3;
    memset(later, 1, LATER_SIZE);
    return locked_kb() >= before + (long)(LATER_SIZE / 1024) ? 0 : 4;
}

/* As a user of a machine with the usual limit. */
static int lock_in_vain(void)
{
    const struct rlimit small = {65536, 65536};
    struct err err = {0};
    struct user user;
    if (setrlimit(RLIMIT_MEMLOCK, &small) != 0 || !user_find("nobody", &user, &err) || !user_become(&user, &err))
        return 1;
    if (memory_lock(&err) != MEMORY_LIMITED || !strstr(err.fix, "LimitMEMLOCK=infinity"))
        return 2;
    void *later = malloc(LATER_SIZE); /* nothing is locked, so nothing fails */
    int status = later && locked_kb() == 0 ? 0 : 3;
    free(later);
    return status;
}

static void check_in_a_child(int (*act)(void))
{
    if (geteuid() != 0)
        skip();
    pid_t pid = fork();
    if (pid == 0)
        _exit(act());
    int status = 0;
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFEXITED(status));
    if (WEXITSTATUS(status) == 77)
        skip();
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void what_is_there_and_what_comes_is_locked(void **state)
{
    (void)state;
    check_in_a_child(lock_and_go_on);
}

static void a_limit_is_told_and_nothing_is_locked(void **state)
{
    (void)state;
    check_in_a_child(lock_in_vain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_there_and_what_comes_is_locked),
        cmocka_unit_test(a_limit_is_told_and_nothing_is_locked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
