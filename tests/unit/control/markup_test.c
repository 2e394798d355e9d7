/* Text of others in HTML: it is shown, and ends nothing. */
#include "check.h"
#include "control/markup.h"

#define CAP 4096

static void check(struct str given, const char *expected)
{
    struct buf out;
    buf_init(&out, CAP);
    markup_text(&out, given);
    assert_true(buf_ok(&out));
    assert_str(buf_str(&out), str_from(expected));
    buf_fini(&out);
}

#define BAD "\xef\xbf\xbd"

static void text_is_escaped(void **state)
{
    static const struct {
        struct str given;
        const char *expected;
    } cases[] = {
        {STR_INIT(""), ""},
        {STR_INIT("plain text, é and 漢字 and 😀"), "plain text, é and 漢字 and 😀"},
        {STR_INIT("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;"},
        {STR_INIT("\"><img src=x onerror='x'>"), "&quot;&gt;&lt;img src=x onerror=&#39;x&#39;&gt;"},
        {STR_INIT("a & b &lt;"), "a &amp; b &amp;lt;"},
        {STR_INIT("a\tb\nc"), "a\tb\nc"},
        {STR_INIT("\0\x1b[2J\r\x7f"), BAD BAD "[2J" BAD BAD},
        {STR_INIT("\xc2\x85\xc2\x9f\xc2\xa0"), BAD BAD "\xc2\xa0"},
        {STR_INIT("\xe2\x80\xae"
                  "gpj.exe\xe2\x80\xac"),
         BAD "gpj.exe" BAD},
        {STR_INIT("\xe2\x81\xa6\xe2\x81\xa9\xe2\x80\x8e\xe2\x80\x8f\xd8\x9c"), BAD BAD BAD BAD BAD},
        {STR_INIT("\xe2\x80\x93\xe2\x81\xa5\xe2\x81\xaa"), "\xe2\x80\x93\xe2\x81\xa5\xe2\x81\xaa"},
        {STR_INIT("\xff<\xc3"), BAD "&lt;" BAD},
        {STR_INIT("\xc0\xbcscript\xed\xa0\x80"), BAD BAD "script" BAD BAD BAD},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check(cases[i].given, cases[i].expected);
}

/* Whatever is in it, every way it can be cut: no byte of it is markup. */
static void no_text_ends_its_element(void **state)
{
    static const char whole[] = "\xe2\x80\xae<a href=\"'&\xc3\xa9>\xf0\x9f\x98\x80</a>";
    (void)state;
    for (size_t from = 0; from < sizeof whole; from++)
        for (size_t size = 0; from + size < sizeof whole; size++) {
            struct buf out;
            buf_init(&out, CAP);
            markup_text(&out, str_make(whole + from, size));
            for (size_t i = 0; i < out.size; i++)
                assert_null(strchr("<>\"'", out.data[i] ? out.data[i] : 'a'));
            buf_fini(&out);
        }
}

static void check_value(void (*put)(struct buf *, const json_t *), json_t *value, const char *expected)
{
    struct buf out;
    buf_init(&out, CAP);
    put(&out, value);
    assert_str(buf_str(&out), str_from(expected));
    buf_fini(&out);
    json_decref(value);
}

static void values_of_other_types_are_a_dash(void **state)
{
    (void)state;
    check_value(markup_string, json_string("a<b"), "<bdi>a&lt;b</bdi>");
    check_value(markup_string, json_null(), "–");
    check_value(markup_string, NULL, "–");
    check_value(markup_string, json_object(), "–");
    check_value(markup_moment, json_string("2026-11-26T13:05:30Z"),
                "<time datetime=\"2026-11-26T13:05:30Z\">2026-11-26 13:05</time>");
    check_value(markup_moment, json_string("<b>2026"), "–");
    check_value(markup_moment, json_integer(5), "–");
    check_value(markup_count, json_integer(0), "0");
    check_value(markup_count, json_integer(999), "999");
    check_value(markup_count, json_integer(1234567),
                "1\xe2\x80\xaf"
                "234\xe2\x80\xaf"
                "567");
    check_value(markup_count, json_integer(-1), "–");
    check_value(markup_count, json_real(2.25), "2.2");
    check_value(markup_count, json_string("5"), "–");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_escaped),
        cmocka_unit_test(no_text_ends_its_element),
        cmocka_unit_test(values_of_other_types_are_a_dash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
