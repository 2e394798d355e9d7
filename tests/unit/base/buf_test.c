#include "check.h"

#include "base/buf.h"

static void holds_no_more_than_its_cap_and_remembers(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 4);
    assert_true(buf_put_str(&b, STR("abcd")));
    assert_false(buf_put_char(&b, 'e'));
    assert_false(buf_ok(&b));
    buf_consume(&b, 4);
    assert_false(buf_put_char(&b, 'e'));
    buf_clear(&b);
    assert_true(buf_put_char(&b, 'e'));
    assert_str(buf_str(&b), STR("e"));
    buf_fini(&b);
}

static void room_of_consumed_bytes_is_used_again(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 600);
    for (int i = 0; i < 1000; i++) {
        assert_true(buf_printf(&b, "%0399d", i));
        assert_int_equal(b.size, 399);
        buf_consume(&b, 399);
    }
    buf_fini(&b);
}

static void numbers_are_written_whole(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, 100);
    assert_true(buf_put_u64(&b, 0) && buf_put_char(&b, ' ') && buf_put_u64(&b, UINT64_MAX) && buf_put_char(&b, ' ') &&
                buf_put_hex(&b, 0) && buf_put_hex(&b, 0xabcdef0123456789u));
    assert_str(buf_str(&b), STR("0 18446744073709551615 0abcdef0123456789"));
    buf_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(holds_no_more_than_its_cap_and_remembers),
        cmocka_unit_test(room_of_consumed_bytes_is_used_again),
        cmocka_unit_test(numbers_are_written_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
