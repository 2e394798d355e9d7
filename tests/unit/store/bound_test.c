/* The file that tells root's process what the unprivileged one knows. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "store/bound.h"

#define GOOD "strictgate-bound 1\nname app.example.org\nhttps 443\nhttp 80\nuntil 1795640580\nopen yes\n"

static char folder[40], path[60];

static int set_up(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof folder, "/tmp/strictgate-bound-XXXXXX");
    if (!mkdtemp(folder))
        return -1;
    (void)snprintf(path, sizeof path, "%s/" BOUND_FILE_NAME, folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    (void)unlink(path);
    return rmdir(folder);
}

static void what_is_written_is_read_and_without_a_file_nobody_is_bound(void **state)
{
    struct bound bound, again;
    struct err err = {0};
    char date[BOUND_DATE_SIZE];
    struct stat status;
    (void)state;
    assert_true(bound_load(folder, &again, &err));
    assert_false(bound_holds(&again, 0));
    assert_true(bound_parse(STR(GOOD), &bound, &err));
    assert_string_equal(bound_date(&bound, date), "2026-11-25 21:03 UTC");
    assert_true(bound_save(folder, &bound, &err));
    assert_int_equal(stat(path, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    assert_true(bound_load(folder, &again, &err));
    assert_true(bound_eq(&bound, &again));
    assert_int_equal(again.https_port, 443);
    assert_int_equal(again.http_port, 80);
    assert_true(again.is_open);
    bound.name.size = 0;
    assert_true(bound_save(folder, &bound, &err));
    assert_int_not_equal(stat(path, &status), 0);
    assert_true(bound_save(folder, &bound, &err)); /* removed twice is no fault */
}

static void nothing_but_what_control_writes_is_taken(void **state)
{
    static const char *const bad[] = {
        "",
        "\n",
        "strictgate-bound 2\nname app.example.org\nhttps 443\nhttp 80\nuntil 1\nopen no\n",
        "name app.example.org\nhttps 443\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname a.test\nhttps 443\nhttp 80\nuntil 1\nopen no\n\n",
        "strictgate-bound 1\nname a.test\nhttps 443\nhttp 80\nuntil 1\nopen no\nmore 1\n",
        "strictgate-bound 1\nhttps 443\nname app.example.org\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname App.example.org\nhttps 443\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname a\033[2J.example.org\nhttps 443\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname 192.0.2.1\nhttps 443\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname \nhttps 443\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname a.test\nhttps 65536\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname a.test\nhttps -1\nhttp 80\nuntil 1\nopen no\n",
        "strictgate-bound 1\nname a.test\nhttps 443\nhttp 80\nuntil 253402300800\nopen no\n",
        "strictgate-bound 1\nname a.test\nhttps 443\nhttp 80\nuntil 1\nopen maybe\n",
    };
    struct bound bound = {.until_s = 77};
    struct err err = {0};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (bound_parse(str_from(bad[i]), &bound, &err))
            fail_msg("case %zu was taken", i);
    for (size_t size = 0; size < sizeof GOOD - 1; size++)
        if (bound_parse(str_make(GOOD, size), &bound, &err))
            fail_msg("what ends after %zu bytes was taken", size);
    assert_int_equal(bound.until_s, 77);
    assert_int_equal(err.code, ERR_INPUT);
}

static void a_file_of_another_kind_is_an_error_and_is_not_waited_for(void **state)
{
    char target[60];
    struct bound bound;
    struct err err = {0};
    (void)state;
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_false(bound_load(folder, &bound, &err));
    assert_int_equal(unlink(path), 0);
    (void)snprintf(target, sizeof target, "%s/other", folder);
    assert_true(file_replace(target, STR(GOOD), 0600, &err));
    assert_int_equal(symlink(target, path), 0);
    assert_false(bound_load(folder, &bound, &err));
    assert_int_equal(unlink(path), 0);
    assert_int_equal(unlink(target), 0);
    char large[BOUND_SIZE_MAX + 1];
    memset(large, 'x', sizeof large);
    assert_true(file_replace(path, str_make(large, sizeof large), 0600, &err));
    assert_false(bound_load(folder, &bound, &err));
    assert_null(strstr(err.text, "xxx"));
}

static void the_longest_values_fit(void **state)
{
    struct bound bound = {
        .https_port = 65535, .http_port = 65535, .until_s = BOUND_UNTIL_S_MAX, .name = {.size = NAME_SIZE_MAX}};
    struct bound again;
    struct err err = {0};
    (void)state;
    memset(bound.name.text, 'a', NAME_SIZE_MAX);
    for (size_t i = 50; i < NAME_SIZE_MAX; i += 50)
        bound.name.text[i] = '.';
    assert_true(bound_save(folder, &bound, &err));
    assert_true(bound_load(folder, &again, &err));
    assert_true(bound_eq(&bound, &again));
}

static void an_open_promise_holds_whatever_the_date(void **state)
{
    struct bound bound;
    struct err err = {0};
    (void)state;
    assert_true(bound_parse(STR(GOOD), &bound, &err));
    assert_true(bound_holds(&bound, bound.until_s + 1));
    bound.is_open = false;
    assert_false(bound_holds(&bound, bound.until_s));
    assert_true(bound_holds(&bound, bound.until_s - 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_written_is_read_and_without_a_file_nobody_is_bound, set_up, tear_down),
        cmocka_unit_test(nothing_but_what_control_writes_is_taken),
        cmocka_unit_test_setup_teardown(a_file_of_another_kind_is_an_error_and_is_not_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_longest_values_fit, set_up, tear_down),
        cmocka_unit_test(an_open_promise_holds_whatever_the_date),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
