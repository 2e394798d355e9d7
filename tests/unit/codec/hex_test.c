#include "check.h"

#include "codec/hex.h"

static void bytes_are_two_digits_each(void **state)
{
    (void)state;
    struct buf text, bytes;
    buf_init(&text, 100);
    buf_init(&bytes, 100);
    assert_true(hex_encode(str_make("\x00\x7f\x80\xff", 4), &text));
    assert_str(buf_str(&text), STR("007f80ff"));
    assert_true(hex_decode(STR("007F80ff"), &bytes));
    assert_str(buf_str(&bytes), str_make("\x00\x7f\x80\xff", 4));
    static const char *const bad[] = {"0", "0g", "0x00", " 00", "00 ", "+1", "-1"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(hex_decode(str_from(bad[i]), &bytes));
    buf_fini(&text);
    buf_fini(&bytes);
    buf_init(&text, 3);
    assert_false(hex_encode(STR("ab"), &text));
    buf_fini(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(bytes_are_two_digits_each)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
