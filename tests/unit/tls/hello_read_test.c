/*
 * The ClientHellos of real programs are files of the fuzz target's corpus, CLASS_PROGRAM, as they were recorded. Those
 * of systems that were not at hand are made of the lists that are published of them.
 */
#include "check.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "tls/hello_read.h"

#define CORPUS           STRICTGATE_SOURCE "/tests/fuzz/corpus/hello_read"
#define HELLO_SIZE_MAX   4096
#define CORPUS_COUNT_MIN 30
#define LIST_SIZE_MAX    40

static size_t read_recorded(const char *name, char room[HELLO_SIZE_MAX])
{
    char path[512];
    (void)snprintf(path, sizeof path, "%s/%s", CORPUS, name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    size_t size = fread(room, 1, HELLO_SIZE_MAX, file);
    assert_true(feof(file));
    assert_int_equal(fclose(file), 0);
    return size;
}

static void for_each_recorded(void (*look)(const char *name, struct str message))
{
    static char room[HELLO_SIZE_MAX];
    size_t count = 0;
    DIR *folder = opendir(CORPUS);
    assert_non_null(folder);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        size_t size = read_recorded(entry->d_name, room);
        look(entry->d_name, str_make(room, size));
        count++;
    }
    assert_int_equal(closedir(folder), 0);
    assert_true(count >= CORPUS_COUNT_MIN);
}

static void has_its_class(const char *name, struct str message)
{
    struct str wanted = str_part(str_from(name), 0, str_find(str_from(name), '_'));
    struct str got = str_from(hello_class_name(hello_read(message)));
    if (!str_eq(got, wanted))
        fail_msg("%s is %.*s", name, STR_ARG(got));
}

static void real_programs_are_told_by_what_they_offer(void **state)
{
    (void)state;
    for_each_recorded(has_its_class);
}

/* In memory of its size, so that a look beyond is seen. */
static void is_cut(const char *name, struct str message)
{
    for (size_t size = 0; size < message.size; size++) {
        char *part = malloc(size ? size : 1);
        assert_non_null(part);
        memcpy(part, message.data, size);
        if (hello_read(str_make(part, size)) != HELLO_CLASS_NONE && size < message.size)
            /* the oldest end with the compression: all that follows may be missing */
            assert_true(size == (size_t)39 + 2 + (unsigned char)part[38] + 2 +
                                    ((size_t)(unsigned char)part[39 + (unsigned char)part[38]] << 8 |
                                     (unsigned char)part[40 + (unsigned char)part[38]]));
        free(part);
    }
    (void)name;
}

static void what_is_cut_off_is_no_hello(void **state)
{
    (void)state;
    for_each_recorded(is_cut);
}

struct made {
    const char *who;
    enum hello_class class;
    unsigned version;
    unsigned suites[LIST_SIZE_MAX], extensions[LIST_SIZE_MAX]; /* up to the first 0; SERVER_NAME stands for 0 */
};
#define SERVER_NAME 0xffff

static void put_u16(struct buf *out, size_t value)
{
    assert_true(buf_put_char(out, (char)(value >> 8)) && buf_put_char(out, (char)value));
}

static size_t length_of(const unsigned list[LIST_SIZE_MAX])
{
    size_t count = 0;
    while (count < LIST_SIZE_MAX && list[count])
        count++;
    return count;
}

static enum hello_class class_of(const struct made *made)
{
    static const char random[32];
    size_t suites_count = length_of(made->suites), extensions_count = length_of(made->extensions);
    struct buf out;
    buf_init(&out, HELLO_SIZE_MAX);
    assert_true(buf_put(&out, "\x01\0\0\0", 4));
    put_u16(&out, made->version);
    assert_true(buf_put(&out, random, sizeof random) && buf_put_char(&out, 0));
    put_u16(&out, 2 * suites_count);
    for (size_t i = 0; i < suites_count; i++)
        put_u16(&out, made->suites[i]);
    assert_true(buf_put(&out, "\x01", 2));
    if (extensions_count)
        put_u16(&out, 4 * extensions_count);
    for (size_t i = 0; i < extensions_count; i++) {
        put_u16(&out, made->extensions[i] == SERVER_NAME ? 0 : made->extensions[i]);
        put_u16(&out, 0);
    }
    enum hello_class class = hello_read(buf_str(&out));
    buf_fini(&out);
    return class;
}

static void what_is_published_of_others_is_told_as_well(void **state)
{
    static const struct made cases[] = {
        {"Windows 10, PowerShell",
         HELLO_CLASS_WINDOWS,
         0x0303,
         {0xc02c, 0xc02b, 0xc030, 0xc02f, 0x9f, 0x9e, 0xc024, 0xc023, 0xc028, 0xc027, 0xc00a,
          0xc009, 0xc014, 0xc013, 0x9d,   0x9c, 0x3d, 0x3c,   0x35,   0x2f,   0xa},
         {SERVER_NAME, 5, 10, 11, 13, 35, 23, 0xff01}},
        {"Windows 11, PowerShell",
         HELLO_CLASS_WINDOWS,
         0x0303,
         {0x1302, 0x1301, 0xc02c, 0xc02b, 0xc030, 0xc02f, 0xc024, 0xc023, 0xc028, 0xc027,
          0xc00a, 0xc009, 0xc014, 0xc013, 0x9d,   0x9c,   0x3d,   0x3c,   0x35,   0x2f},
         {SERVER_NAME, 5, 10, 11, 13, 35, 23, 43, 45, 51, 0xff01}},
        {"Windows 7, Internet Explorer 11",
         HELLO_CLASS_OLD,
         0x0303,
         {0xc028, 0xc027, 0xc014, 0xc013, 0x9f,   0x9e,   0x39,   0x33, 0x9d, 0x9c, 0x3d, 0x3c, 0x35,
          0x2f,   0xc02c, 0xc02b, 0xc024, 0xc023, 0xc00a, 0xc009, 0x6a, 0x40, 0x38, 0x32, 0xa,  0x13},
         {SERVER_NAME, 5, 10, 11, 13, 23, 0xff01}},
        {"Windows 7 as it came",
         HELLO_CLASS_OLD,
         0x0301,
         {0x2f, 0x35, 5, 0xa, 0xc013, 0xc014, 0xc009, 0xc00a, 0x32, 0x38, 0x13, 4},
         {0xff01, SERVER_NAME, 5, 10, 11}},
        {"Windows XP", HELLO_CLASS_OLD, 0x0301, {4, 5, 0xa, 9, 0x64, 0x62, 3, 6, 0x13, 0x12, 0x63}, {0}},
        {"Android 4.3",
         HELLO_CLASS_OLD,
         0x0301,
         {4,      5,      0x2f,   0x35,   0xc002, 0xc004, 0xc005, 0xc00c, 0xc00e, 0xc00f, 0xc007,
          0xc009, 0xc00a, 0xc011, 0xc013, 0xc014, 0x33,   0x39,   0x32,   0x38,   0xa,    0xff},
         {SERVER_NAME, 11, 10, 35}},
        {"Android 7, an app",
         HELLO_CLASS_ANDROID,
         0x0303,
         {0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030, 0xcca8, 0xc009, 0xc00a, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f, 0x35},
         {0xff01, SERVER_NAME, 23, 35, 13, 16, 11, 10}},
        {"Android 11, OkHttp",
         HELLO_CLASS_ANDROID,
         0x0303,
         {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d, 0x2f,
          0x35},
         {SERVER_NAME, 23, 0xff01, 10, 11, 35, 16, 5, 13, 51, 45, 43, 21}},
        {"Android 12, an app",
         HELLO_CLASS_ANDROID,
         0x0303,
         {0x1301, 0x1302, 0x1303, 0xc02b, 0xc02c, 0xcca9, 0xc02f, 0xc030, 0xcca8, 0xc009, 0xc00a, 0xc013, 0xc014, 0x9c,
          0x9d, 0x2f, 0x35},
         {SERVER_NAME, 23, 0xff01, 10, 11, 35, 5, 13, 51, 45, 43}},
        {"Chrome 70",
         HELLO_CLASS_CHROMIUM,
         0x0303,
         {0x2a2a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x9c, 0x9d,
          0x2f, 0x35, 0xa},
         {0x6a6a, SERVER_NAME, 23, 0xff01, 10, 11, 35, 16, 5, 13, 18, 51, 45, 43, 27, 0x4a4a, 21}},
        {"iOS 15, Safari",
         HELLO_CLASS_APPLE,
         0x0303,
         {0x3a3a, 0x1301, 0x1302, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0xc00a,
          0xc009, 0xc014, 0xc013, 0x9d,   0x9c,   0x35,   0x2f,   0xc008, 0xc012, 0xa},
         {0x1a1a, SERVER_NAME, 23, 0xff01, 10, 11, 16, 5, 13, 18, 51, 45, 43, 27, 0xaaaa, 21}},
        {"iOS 11, an app",
         HELLO_CLASS_APPLE,
         0x0303,
         {0xff,   0xc02c, 0xc02b, 0xc024, 0xc023, 0xc00a, 0xc009, 0xcca9, 0xc030, 0xc02f, 0xc028,
          0xc027, 0xc014, 0xc013, 0xcca8, 0x9d,   0x9c,   0x3d,   0x3c,   0x35,   0x2f},
         {SERVER_NAME, 23, 13, 5, 0x3374, 18, 16, 11, 10}},
        {"Firefox 60",
         HELLO_CLASS_FIREFOX,
         0x0303,
         {0xc02b, 0xc02f, 0xcca9, 0xcca8, 0xc02c, 0xc030, 0xc00a, 0xc009, 0xc013, 0xc014, 0x33, 0x39, 0x2f, 0x35, 0xa},
         {SERVER_NAME, 23, 0xff01, 10, 11, 35, 16, 5, 13}},
        {"OpenSSL 1.0.1",
         HELLO_CLASS_OPENSSL,
         0x0303,
         {0xc030, 0xc02c, 0xc028, 0xc024, 0xc014, 0xc00a, 0x9f, 0x6b, 0x39, 0x9d, 0x3d, 0x35, 0xc02f, 0xc02b, 0x2f,
          0xff},
         {SERVER_NAME, 11, 10, 35, 13, 15}},
        {"rustls",
         HELLO_CLASS_OTHER,
         0x0303,
         {0x1302, 0x1301, 0x1303, 0xc02c, 0xc02b, 0xcca9, 0xc030, 0xc02f, 0xcca8, 0xff},
         {43, 11, 10, 13, 23, 5, SERVER_NAME, 51, 45, 35}},
        {"Mbed TLS",
         HELLO_CLASS_OTHER,
         0x0303,
         {0xcca8, 0xcca9, 0xccaa, 0xc02c, 0xc030, 0x9f, 0xc0ad, 0xc09f, 0xc024, 0xc028, 0x6b, 0xc00a, 0xc014, 0x39,
          0xff},
         {SERVER_NAME, 13, 10, 11, 22, 23, 35}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        enum hello_class got = class_of(&cases[i]);
        if (got != cases[i].class)
            fail_msg("%s is %s", cases[i].who, hello_class_name(got));
    }
}

static void what_is_no_hello_has_no_class(void **state)
{
    static const char *const others[] = {"", "\x01", "GET / HTTP/1.1\r\n\r\n, and whatever a browser says besides it"};
    (void)state;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_int_equal(hello_read(str_from(others[i])), HELLO_CLASS_NONE);
    assert_int_equal(class_of(&(struct made){.version = 0x0303}), HELLO_CLASS_OLD); /* it offers nothing at all */
}

static void every_class_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < HELLO_CLASSES_COUNT; i++) {
        assert_true(str_from(hello_class_name((enum hello_class)i)).size > 0);
        assert_true(str_from(hello_class_words((enum hello_class)i)).size > 0);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(hello_class_name((enum hello_class)i), hello_class_name((enum hello_class)k));
    }
    assert_string_equal(hello_class_name(HELLO_CLASSES_COUNT), "other"); /* of a newer gateway */
    assert_string_equal(hello_class_words(HELLO_CLASSES_COUNT), "other programs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(real_programs_are_told_by_what_they_offer),
        cmocka_unit_test(what_is_cut_off_is_no_hello),
        cmocka_unit_test(what_is_published_of_others_is_told_as_well),
        cmocka_unit_test(what_is_no_hello_has_no_class),
        cmocka_unit_test(every_class_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
