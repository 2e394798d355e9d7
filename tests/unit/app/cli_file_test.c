#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/cli_file.h"
#include "os/file.h"

static char folder[] = "/tmp/strictgate-file-XXXXXX";
static char path[sizeof folder + 8];

static int make_folder(void **state)
{
    (void)state;
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/f", folder);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static bool is_there(void)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

static void a_new_file_is_for_its_owner_only_whatever_the_umask(void **state)
{
    struct cli_file file;
    struct err err = {0};
    struct stat info;
    struct buf content;
    (void)state;
    mode_t before = umask(0);
    assert_true(cli_file_check(path, &err));
    assert_true(cli_file_new(path, &file, &err));
    assert_int_equal(stat(path, &info), 0); /* before there is a byte in it */
    assert_int_equal(info.st_mode & 07777, 0600);
    assert_true(cli_file_put(&file, STR("one "), &err));
    assert_true(cli_file_put(&file, STR("two"), &err));
    assert_true(cli_file_end(&file, true, &err));
    (void)umask(before);
    assert_true(file_read(path, 100, &content, &err));
    assert_str(buf_str(&content), STR("one two"));
    buf_fini(&content);
    assert_int_equal(unlink(path), 0);
}

static void what_is_there_is_not_written_over(void **state)
{
    struct cli_file file;
    struct err err = {0};
    (void)state;
    assert_true(file_replace(path, STR("precious"), 0600, &err));
    assert_false(cli_file_check(path, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_false(cli_file_new(path, &file, &err));
    assert_int_equal(err.code, ERR_CONFLICT);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(symlink("/nowhere/at/all", path), 0); /* a link that leads nowhere is something, too */
    assert_false(cli_file_check(path, &err));
    assert_false(cli_file_new(path, &file, &err));
    assert_int_equal(unlink(path), 0);
}

static void half_a_file_is_none(void **state)
{
    struct cli_file file;
    struct err err = {0};
    (void)state;
    assert_true(cli_file_new(path, &file, &err));
    assert_true(cli_file_put(&file, STR("one"), &err));
    assert_true(cli_file_end(&file, false, &err));
    assert_false(is_there());
    file = (struct cli_file){.path = "/dev/full", .fd = -1};
    assert_false(cli_file_put(&file, STR("one"), &err));
    assert_int_equal(err.code, ERR_SYSTEM);
    assert_false(cli_file_new("/nowhere/at/all", &file, &err));
    assert_int_equal(err.code, ERR_SYSTEM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_file_is_for_its_owner_only_whatever_the_umask),
        cmocka_unit_test(what_is_there_is_not_written_over),
        cmocka_unit_test(half_a_file_is_none),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
