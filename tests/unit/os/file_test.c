/* In a folder of the test's own. Runs as root and as anyone. */
#include "check.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"

static char folder[] = "/tmp/strictgate-file-XXXXXX";

static const char *in_folder(const char *name)
{
    static char paths[4][256];
    static unsigned next;
    char *path = paths[next++ % 4];
    (void)snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    return rmdir(folder); /* fails if a test left anything, a temporary file for instance */
}

static void what_is_put_in_place_is_read_back(void **state)
{
    (void)state;
    const char *path = in_folder("f");
    static const size_t sizes[] = {0, 1, 16383, 16384, 16385, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        char *data = test_malloc(sizes[i] + 1);
        memset(data, 'a' + (int)i, sizes[i]);
        struct err err = {0};
        struct buf content;
        assert_true(file_replace(path, str_make(data, sizes[i]), 0640, &err));
        assert_true(file_read(path, sizes[i], &content, &err));
        assert_str(buf_str(&content), str_make(data, sizes[i]));
        buf_fini(&content);
        if (sizes[i] > 0) {
            assert_false(file_read(path, sizes[i] - 1, &content, &err));
            assert_int_equal(err.code, ERR_INPUT);
            assert_non_null(strstr(err.text, path));
        }
        struct stat status;
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode & 07777, 0640);
        test_free(data);
    }
    assert_true(file_remove(path, NULL));
    assert_true(file_remove(path, NULL));
}

static void a_symbolic_link_is_replaced_and_its_target_left(void **state)
{
    (void)state;
    const char *target = in_folder("target"), *link_path = in_folder("link");
    struct err err = {0};
    struct buf content;
    assert_true(file_replace(target, STR("old"), 0600, &err));
    assert_int_equal(symlink(target, link_path), 0);
    assert_true(file_replace(link_path, STR("new"), 0600, &err));
    assert_true(file_read(target, 10, &content, &err));
    assert_str(buf_str(&content), STR("old"));
    buf_fini(&content);
    assert_true(file_remove(link_path, &err));
    assert_true(file_remove(target, &err));
}

static void what_fails_names_the_path_and_leaves_nothing(void **state)
{
    (void)state;
    struct err err = {0};
    struct buf content;
    assert_false(file_read(in_folder("none"), 10, &content, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_non_null(strstr(err.text, "none"));
    assert_false(file_read(folder, 10, &content, &err));
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_false(file_replace(in_folder("no/such/folder"), STR("x"), 0600, &err));
    assert_non_null(strstr(err.text, "no/such/folder"));
    assert_int_equal(mkdir(in_folder("d"), 0700), 0);
    assert_false(file_replace(in_folder("d"), STR("x"), 0600, &err)); /* cannot rename over a folder */
    assert_int_equal(rmdir(in_folder("d")), 0);
    char longer[5000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_false(file_replace(longer, STR("x"), 0600, &err));
    assert_false(file_make_directories(longer, 0700, &err));
    assert_false(file_make_directories("", 0700, &err));
}

static void a_disk_that_takes_no_more_leaves_the_old_content(void **state)
{
    (void)state;
    const char *path = in_folder("full");
    char data[8192] = {0};
    struct err err = {0};
    struct buf content;
    struct rlimit before, small;
    assert_true(file_replace(path, STR("old"), 0600, &err));
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit){4096, before.rlim_max};
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool replaced = file_replace(path, str_make(data, sizeof data), 0600, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    (void)signal(SIGXFSZ, handler);
    assert_false(replaced);
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_true(file_read(path, 100, &content, &err));
    assert_str(buf_str(&content), STR("old"));
    buf_fini(&content);
    assert_true(file_remove(path, &err));
}

static void folders_are_made_with_those_above_them(void **state)
{
    (void)state;
    struct err err = {0};
    struct stat status;
    assert_true(file_make_directories(in_folder("a/b/c"), 0750, &err));
    assert_true(file_make_directories(in_folder("a/b/c/"), 0750, &err));
    assert_true(file_make_directories("/", 0750, &err));
    assert_int_equal(stat(in_folder("a/b/c"), &status), 0);
    assert_true(S_ISDIR(status.st_mode));
    assert_true(file_replace(in_folder("a/f"), STR("x"), 0600, &err));
    assert_false(file_make_directories(in_folder("a/f/g"), 0750, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_true(file_remove(in_folder("a/f"), &err));
    assert_int_equal(rmdir(in_folder("a/b/c")) | rmdir(in_folder("a/b")) | rmdir(in_folder("a")), 0);
}

static void a_pipe_is_read_to_its_end(void **state)
{
    (void)state;
    int fds[2];
    assert_int_equal(pipe2(fds, O_CLOEXEC), 0);
    assert_int_equal(write(fds[1], "pem", 3), 3);
    (void)close(fds[1]);
    char path[64];
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fds[0]);
    struct buf content;
    assert_true(file_read(path, 100, &content, NULL));
    assert_str(buf_str(&content), STR("pem"));
    buf_fini(&content);
    (void)close(fds[0]);
}

static void a_plain_file_is_told_from_what_only_looks_like_one(void **state)
{
    (void)state;
    char path[100], link_path[100];
    struct buf content;
    struct err err = {0};
    (void)snprintf(path, sizeof path, "%s/plain", folder);
    (void)snprintf(link_path, sizeof link_path, "%s/plain-link", folder);
    assert_true(file_replace(path, STR("content"), 0600, &err));
    assert_true(file_read_plain(path, 100, &content, &err));
    assert_str(buf_str(&content), STR("content"));
    buf_fini(&content);
    assert_false(file_read_plain(path, 6, &content, &err));
    assert_int_equal(symlink(path, link_path), 0);
    assert_false(file_read_plain(link_path, 100, &content, &err));
    assert_int_equal(unlink(link_path), 0);
    assert_int_equal(mkfifo(link_path, 0600), 0);
    assert_false(file_read_plain(link_path, 100, &content, &err)); /* at once, although nobody writes */
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(file_read_plain(folder, 100, &content, &err));
    assert_int_equal(unlink(link_path), 0);
    assert_false(file_read_plain(link_path, 100, &content, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_put_in_place_is_read_back),
        cmocka_unit_test(a_symbolic_link_is_replaced_and_its_target_left),
        cmocka_unit_test(what_fails_names_the_path_and_leaves_nothing),
        cmocka_unit_test(a_disk_that_takes_no_more_leaves_the_old_content),
        cmocka_unit_test(folders_are_made_with_those_above_them),
        cmocka_unit_test(a_plain_file_is_told_from_what_only_looks_like_one),
        cmocka_unit_test(a_pipe_is_read_to_its_end),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
