#include "check.h"

#include "acme/quote.h"

static void assert_quoted(struct str text, size_t room_size, const char *expected)
{
    char room[256];
    memset(room, 'x', sizeof room);
    quote_text(text, room, room_size);
    assert_string_equal(room, expected);
    assert_int_equal(room[room_size], 'x');
}

static void text_is_cleaned(void **state)
{
    (void)state;
    assert_quoted(STR("  plain text "), 100, "plain text");
    assert_quoted(STR("gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x94\x92"), 100,
                  "gr\xc3\xbc\xc3\x9f\x65 \xe2\x82\xac \xf0\x9f\x94\x92");
    assert_quoted(STR("two\r\nlines\t\t and \"quotes\""), 100, "two lines and 'quotes'");
    assert_quoted(STR("\x1b[31mred\x07\0end"), 100, "[31mred end");
    assert_quoted(STR("a\xe2\x80\xae"
                      "b\xef\xbb\xbf"
                      "c\xc2\x9b"
                      "d\x7f"),
                  100, "a?b?c?d?");
    /* Not UTF-8: overlong, surrogate, cut, stray, beyond the last. */
    assert_quoted(STR("\xc0\xaf"), 100, "??");
    assert_quoted(STR("\xed\xa0\x80"), 100, "???");
    assert_quoted(STR("\xe2\x82"), 100, "??");
    assert_quoted(STR("\x80z"), 100, "?z");
    assert_quoted(STR("\xf4\x90\x80\x80"), 100, "????");
    assert_quoted(STR(""), 8, "");
    assert_quoted((struct str){0}, 8, "");
}

static void what_is_too_long_is_cut_between_characters(void **state)
{
    (void)state;
    assert_quoted(STR("1234567"), 8, "1234567");
    assert_quoted(STR("12345678"), 8, "1234\xe2\x80\xa6");
    assert_quoted(STR("123\xe2\x82\xac"
                      "5678"),
                  8, "123\xe2\x80\xa6");
    struct str text =
        STR("\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac\xe2\x82\xac ab \xc3\xbc\xc3\xbc");
    for (size_t size = 8; size < 32; size++) {
        char room[32], again[32];
        quote_text(text, room, size);
        assert_true(strlen(room) < size);
        quote_text(str_from(room), again, sizeof again); /* is clean, so it stays as it is */
        assert_string_equal(room, again);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cleaned),
        cmocka_unit_test(what_is_too_long_is_cut_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
