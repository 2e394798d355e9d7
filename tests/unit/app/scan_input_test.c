/* Lists as people have them. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include "app/scan_input.h"

static char path[] = "/tmp/strictgate-scan-XXXXXX";

static void write_plain(const void *bytes, size_t size)
{
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void write_gzip(const char *text)
{
    gzFile file = gzopen(path, "we");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, (unsigned)strlen(text)), strlen(text));
    assert_int_equal(gzclose(file), Z_OK);
}

/* "LINE:DOMAIN " for each. */
static void expect(const char *listed, bool whole)
{
    struct scan_input *input = NULL;
    char room[4096] = "";
    size_t used = 0;
    uint64_t line;
    struct str domain;
    assert_true(scan_input_open(path, &input, NULL));
    while (scan_input_next(input, &line, &domain))
        used +=
            (size_t)snprintf(room + used, sizeof room - used, "%llu:%.*s ", (unsigned long long)line, STR_ARG(domain));
    struct err err = {0};
    assert_int_equal(scan_input_close(input, &err), whole);
    assert_int_equal(err.text[0] == '\0', whole);
    assert_str(str_from(room), str_from(listed));
}

#define EXPECT_OF(text, listed)                                                                                        \
    do {                                                                                                               \
        write_plain(text, sizeof(text) - 1);                                                                           \
        expect(listed, true);                                                                                          \
        write_gzip(text);                                                                                              \
        expect(listed, true);                                                                                          \
    } while (0)

static void lines_of_every_kind_are_read(void **state)
{
    (void)state;
    EXPECT_OF("a.test\nb.test\n", "1:a.test 2:b.test ");
    EXPECT_OF("a.test\r\n\r\n# no\r\n  b.test \t\r\n", "1:a.test 4:b.test ");
    EXPECT_OF("1,a.test\n2,b.test", "1:a.test 2:b.test ");
    EXPECT_OF("", "");
    EXPECT_OF("\n\n#\n", "");
    EXPECT_OF("x", "1:x ");
    EXPECT_OF(",\n,,\n", "");
}

static void a_line_beyond_all_names_is_cut(void **state)
{
    (void)state;
    static char text[3 * SCAN_LINE_SIZE_MAX];
    memset(text, 'x', sizeof text);
    text[sizeof text - 2] = '\n';
    write_plain(text, sizeof text);
    struct scan_input *input = NULL;
    uint64_t line;
    struct str domain;
    assert_true(scan_input_open(path, &input, NULL));
    assert_true(scan_input_next(input, &line, &domain));
    assert_int_equal(domain.size, SCAN_LINE_SIZE_MAX);
    assert_true(scan_input_next(input, &line, &domain));
    assert_str(domain, STR("x"));
    assert_int_equal(line, 2);
    assert_false(scan_input_next(input, &line, &domain));
    assert_true(scan_input_close(input, NULL));
}

static void gzip_that_breaks_off_is_told(void **state)
{
    (void)state;
    static unsigned char bytes[4096];
    write_gzip("a.test\nb.test\nc.test\nd.test\n");
    FILE *file = fopen(path, "re");
    assert_non_null(file);
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    for (size_t cut = 4; cut < size; cut++) {
        struct scan_input *input = NULL;
        uint64_t line;
        struct str domain;
        write_plain(bytes, cut);
        assert_true(scan_input_open(path, &input, NULL));
        while (scan_input_next(input, &line, &domain))
            ;
        assert_false(scan_input_close(input, NULL));
    }
}

static void what_is_to_come_can_be_counted(void **state)
{
    (void)state;
    uint64_t count = 7;
    write_gzip("a\n\nb\n#\nc");
    assert_true(scan_input_count(path, &count));
    assert_int_equal(count, 3);
    assert_false(scan_input_count("-", &count));
    assert_false(scan_input_count("/nowhere/at/all", &count));
    assert_int_equal(count, 3);
}

static int setup(void **state)
{
    (void)state;
    int fd = mkstemp(path);
    return fd < 0 ? -1 : close(fd);
}

static int teardown(void **state)
{
    (void)state;
    return unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_of_every_kind_are_read),
        cmocka_unit_test(a_line_beyond_all_names_is_cut),
        cmocka_unit_test(gzip_that_breaks_off_is_told),
        cmocka_unit_test(what_is_to_come_can_be_counted),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
