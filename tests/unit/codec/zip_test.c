/* Archives, against bytes that other programs have read. */
#include "check.h"
#include "codec/zip.h"

#define CAP 4096

static uint32_t number(struct str bytes, size_t at, size_t size)
{
    uint32_t value = 0;
    for (size_t i = size; i-- > 0;)
        value = value << 8 | (unsigned char)bytes.data[at + i];
    return value;
}

/* Two files of 2026-11-26T13:05:30Z, one of them empty: as Python's zipfile and Info-ZIP take it. */
static void files_are_where_the_list_says(void **state)
{
    struct buf out;
    struct zip zip;
    (void)state;
    buf_init(&out, CAP);
    zip_begin(&zip, &out, 1795698330);
    assert_true(zip_put(&zip, STR("a.txt"), STR("hello")));
    assert_true(zip_put(&zip, STR("empty"), STR("")));
    assert_true(zip_end(&zip));
    struct str bytes = buf_str(&out);
    assert_int_equal(bytes.size, (30 + 5 + 5) + (30 + 5) + 2 * (46 + 5) + 22);
    size_t end = bytes.size - 22;
    assert_int_equal(number(bytes, end, 4), 0x06054b50);
    assert_int_equal(number(bytes, end + 10, 2), 2);
    size_t list = number(bytes, end + 16, 4);
    assert_int_equal(list, 40 + 35);
    assert_int_equal(number(bytes, end + 12, 4), end - list);
    assert_int_equal(number(bytes, list, 4), 0x02014b50);
    assert_int_equal(number(bytes, list + 16, 4), 0x3610a686); /* CRC-32 of "hello" */
    assert_int_equal(number(bytes, list + 20, 4), 5);
    assert_int_equal(number(bytes, list + 42, 4), 0);
    assert_int_equal(number(bytes, list + 51 + 42, 4), 40);
    assert_int_equal(number(bytes, 0, 4), 0x04034b50);
    assert_int_equal(number(bytes, 10, 2), 13 << 11 | 5 << 5 | 15);
    assert_int_equal(number(bytes, 12, 2), (2026 - 1980) << 9 | 11 << 5 | 26);
    assert_str(str_part(bytes, 30, 10), STR("a.txthello"));
    buf_fini(&out);
}

static void a_moment_that_zip_cannot_say_is_its_first_day(void **state)
{
    static const int64_t moments[] = {0, 315532799, INT64_C(4354819200)};
    (void)state;
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
        struct buf out;
        struct zip zip;
        buf_init(&out, CAP);
        zip_begin(&zip, &out, moments[i]);
        assert_true(zip_put(&zip, STR("a"), STR("")));
        assert_int_equal(number(buf_str(&out), 12, 2), 1 << 5 | 1);
        buf_fini(&out);
    }
}

static void what_does_not_fit_is_told(void **state)
{
    (void)state;
    for (size_t cap = 0; cap < 120; cap++) {
        struct buf out;
        struct zip zip;
        buf_init(&out, cap);
        zip_begin(&zip, &out, 1795698330);
        bool fine = zip_put(&zip, STR("a"), STR("content"));
        assert_int_equal(fine && zip_end(&zip), cap >= 30 + 1 + 7 + 46 + 1 + 22);
        buf_fini(&out);
    }
}

static void too_many_files_are_refused(void **state)
{
    struct buf out;
    struct zip zip;
    (void)state;
    buf_init(&out, CAP);
    zip_begin(&zip, &out, 1795698330);
    for (int i = 0; i < ZIP_FILES_COUNT_MAX; i++)
        assert_true(zip_put(&zip, STR("a"), STR("")));
    assert_false(zip_put(&zip, STR("a"), STR("")));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_where_the_list_says),
        cmocka_unit_test(a_moment_that_zip_cannot_say_is_its_first_day),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(too_many_files_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
