#include "check.h"

#include "codec/pem.h"

static void blocks_are_found_between_other_text(void **state)
{
    (void)state;
    static const char text[] = "subject=CN = example\r\n"
                               "-----BEGIN CERTIFICATE-----\r\n"
                               "Zm9v  \r\n"
                               "YmFy\r\n"
                               "-----END CERTIFICATE-----\r\n"
                               "\n"
                               "-----BEGIN EC PRIVATE KEY-----\n"
                               "Zg==\n"
                               "-----END EC PRIVATE KEY-----";
    struct pem_cursor cursor = {.rest = STR(text)};
    struct pem_block block;
    struct buf bytes;
    struct err err = {0};
    buf_init(&bytes, 100);
    assert_int_equal(pem_next(&cursor, &block, &bytes, &err), PEM_BLOCK);
    assert_str(block.label, STR("CERTIFICATE"));
    assert_str(buf_str(&bytes), STR("foobar"));
    assert_int_equal(block.line, 2);
    assert_true(str_starts(block.text, STR("-----BEGIN CERTIFICATE-----\r\nZm9v")));
    assert_true(str_ends(block.text, STR("-----END CERTIFICATE-----\r\n")));
    assert_int_equal(pem_next(&cursor, &block, &bytes, &err), PEM_BLOCK);
    assert_str(block.label, STR("EC PRIVATE KEY"));
    assert_str(buf_str(&bytes), STR("f"));
    assert_int_equal(block.line, 7);
    assert_true(str_ends(block.text, STR("\nZg==\n-----END EC PRIVATE KEY-----")));
    assert_int_equal(pem_next(&cursor, &block, &bytes, &err), PEM_END);
    assert_int_equal(pem_next(&cursor, &block, &bytes, &err), PEM_END);
    buf_fini(&bytes);
}

static void a_damaged_block_is_an_error_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *says;
    } cases[] = {
        {"-----BEGIN A-----\nZm9v\n", "line 3"},
        {"-----BEGIN A-----\nZm9v\n-----END B-----\n", "another label"},
        {"-----BEGIN A-----\n-----END A-----\n", "empty"},
        {"-----BEGIN A-----\nZm9\n-----END A-----\n", "not Base64"},
        {"-----BEGIN A-----\nZm9v!\n-----END A-----\n", "not Base64"},
        {"-----BEGIN A-----\n\nZm9v\n-----END A-----\n", "line 2"},
        {"-----BEGIN A-----\nZm9v\n-----BEGIN A-----\n", "line 3"},
        {"-----BEGIN A-----\nZm9v\n-----END A----\n", "line 3"},
        {"-----BEGIN K-----\nProc-Type: 4,ENCRYPTED\n\nZm9v\n-----END K-----\n", "passphrase"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct pem_cursor cursor = {.rest = str_from(cases[i].text)};
        struct pem_block block;
        struct buf bytes;
        struct err err = {0};
        buf_init(&bytes, 100);
        assert_int_equal(pem_next(&cursor, &block, &bytes, &err), PEM_BAD);
        assert_int_equal(err.code, ERR_INPUT);
        if (!strstr(err.text, cases[i].says))
            fail_msg("%s: \"%s\" does not say \"%s\"", cases[i].text, err.text, cases[i].says);
        buf_fini(&bytes);
    }
}

static void every_truncation_is_an_end_or_an_error(void **state)
{
    (void)state;
    static const char text[] = "-----BEGIN CERTIFICATE-----\nZm9vYmFy\n-----END CERTIFICATE-----";
    for (size_t size = 0; size < sizeof text - 1; size++) {
        char *copy = test_malloc(size + 1);
        memcpy(copy, text, size);
        struct pem_cursor cursor = {.rest = {copy, size}};
        struct pem_block block;
        enum pem_result result = pem_next(&cursor, &block, NULL, NULL);
        assert_int_equal(result, size < 27 ? PEM_END : PEM_BAD);
        test_free(copy);
    }
}

static void what_is_written_is_read_back(void **state)
{
    (void)state;
    char bytes[200];
    for (size_t size = 1; size < sizeof bytes; size++) {
        memset(bytes, (int)size, size);
        struct buf text, back;
        buf_init(&text, 1000);
        buf_init(&back, 1000);
        assert_true(pem_write(STR("DATA"), str_make(bytes, size), &text));
        struct pem_cursor cursor = {.rest = buf_str(&text)};
        struct pem_block block;
        assert_int_equal(pem_next(&cursor, &block, &back, NULL), PEM_BLOCK);
        assert_str(buf_str(&back), str_make(bytes, size));
        assert_str(block.text, buf_str(&text));
        struct str rest = buf_str(&text);
        while (rest.data)
            assert_true(str_cut(&rest, '\n').size <= 64);
        buf_fini(&text);
        buf_fini(&back);
    }
    struct buf small;
    buf_init(&small, 30);
    assert_false(pem_write(STR("DATA"), STR("x"), &small));
    buf_fini(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_found_between_other_text),
        cmocka_unit_test(a_damaged_block_is_an_error_with_its_line),
        cmocka_unit_test(every_truncation_is_an_end_or_an_error),
        cmocka_unit_test(what_is_written_is_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
