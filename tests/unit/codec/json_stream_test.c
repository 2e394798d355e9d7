#include "check.h"

#include <stdio.h>

#include "base/buf.h"
#include "codec/json.h"
#include "codec/json_stream.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Each token as a character, texts behind theirs: {n:name p:part s:text #:1 t f 0 [ ] }. */
static bool note(void *context, enum json_token token, struct str text, struct err *err)
{
    static const char marks[] = "{}[]nps#tf0";
    struct buf *seen = context;
    (void)err;
    (void)buf_put_char(seen, marks[token]);
    if (token == JSON_TOKEN_NAME || token == JSON_TOKEN_PART || token == JSON_TOKEN_STRING ||
        token == JSON_TOKEN_NUMBER)
        (void)buf_printf(seen, "(%.*s)", STR_ARG(text));
    return true;
}

/* In pieces of this size. */
static bool read_in_pieces(struct str text, size_t piece, struct buf *seen, struct err *err)
{
    static struct json_stream stream;
    json_stream_init(&stream, note, seen);
    for (size_t at = 0; at < text.size; at += piece)
        if (!json_stream_take(&stream, str_part(text, at, piece), err))
            return false;
    return json_stream_end(&stream, err);
}

static void expect(const char *text, const char *tokens)
{
    for (size_t piece = 1; piece < 9; piece++) {
        struct buf seen;
        struct err err = {0};
        buf_init(&seen, 65536);
        if (!read_in_pieces(str_from(text), piece, &seen, &err))
            fail_msg("%s: %s", text, err.text);
        assert_str(buf_str(&seen), str_from(tokens));
        buf_fini(&seen);
    }
}

static void a_value_comes_as_its_tokens(void **state)
{
    (void)state;
    expect("{}", "{}");
    expect(" [ ] ", "[]");
    expect("{\"a\": [1, -0.5e+3, true, false, null], \"b\": {\"c\": \"d\"}}",
           "{n(a)[#(1)#(-0.5e+3)tf0]n(b){n(c)s(d)}}");
    expect("7", "#(7)");
    expect("true", "t");
    expect("[1,2]\n", "[#(1)#(2)]");
    expect("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "s(\"\\/\b\f\n\r\t)");
    expect("\"\\u0041\\u00e9\\u20ac\\ud83d\\ude00\"", "s(A\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80)");
    expect("\"\xc3\xa9\"", "s(\xc3\xa9)");
}

static void comments_are_white_space(void **state)
{
    (void)state;
    expect("// first\n{ // of a list\n  \"a\": // a\n 1 // one\n} // last", "{n(a)#(1)}");
    expect("{\"url\": \"https://example.org/\"}", "{n(url)s(https://example.org/)}");
    expect("[1// one\n,2]", "[#(1)#(2)]");
}

static void what_is_no_json_is_refused_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"", "line 1: the text ends in the middle"},
        {"{", "ends in the middle"},
        {"[1,]", "\"]\" is out of place"},
        {"[,1]", "a comma is out of place"},
        {"{\"a\":1,}", "\"}\" is out of place"},
        {"{\"a\" 1}", "a character is out of place"},
        {"{\"a\"}", "\"}\" is out of place"},
        {"{1: 2}", "a character is out of place"},
        {"{\n\n\"a\"::1}", "line 3: a colon is out of place"},
        {"[1 2]", "a character is out of place"},
        {"[\"a\" \"b\"]", "a text is out of place"},
        {"[}", "\"}\" is out of place"},
        {"{]", "\"]\" is out of place"},
        {"]", "\"]\" is out of place"},
        {"{} {}", "\"{\" is out of place"},
        {"1 1", "a character is out of place"},
        {"[01]", "this is no number"},
        {"[-]", "this is no number"},
        {"[1.]", "this is no number"},
        {"[.5]", "a character is out of place"},
        {"[1e]", "this is no number"},
        {"[1-1]", "this is no number"},
        {"[tru]", "this is no JSON value"},
        {"[truex]", "this is no JSON value"},
        {"[True]", "a character is out of place"},
        {"\"a\nb\"", "line 1: a control character"},
        {"\"a", "ends in the middle"},
        {"\"\\x\"", "an unknown escape"},
        {"\"\\u12g4\"", "four hexadecimal digits"},
        {"\"\\ud83d\"", "half a surrogate pair"},
        {"\"\\ud83d\\n\"", "half a surrogate pair"},
        {"\"\\ud83dx\"", "half a surrogate pair"},
        {"\"\\ude00\"", "half a surrogate pair"},
        {"\"\\ud83d\\ud83d\"", "half a surrogate pair"},
        {"\"\xc3\"", "not UTF-8"},
        {"\"\xed\xa0\x80\"", "not UTF-8"},
        {"[1 / 2]", "two slashes"},
        {"/* a */ 1", "two slashes"},
        {"1 /", "ends in the middle"},
        {"\xef\xbb\xbf{}", "a character is out of place"},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t piece = 1; piece < 4; piece++) {
            struct buf seen;
            struct err err = {0};
            buf_init(&seen, 65536);
            if (read_in_pieces(str_from(cases[i].text), piece, &seen, &err))
                fail_msg("\"%s\" was taken", cases[i].text);
            if (err.code != ERR_INPUT || !strstr(err.text, cases[i].words))
                fail_msg("\"%s\": %s", cases[i].text, err.text);
            buf_fini(&seen);
        }
}

static void depth_and_texts_are_bounded(void **state)
{
    (void)state;
    static char text[JSON_STREAM_TEXT_SIZE_MAX + 3];
    struct buf seen;
    struct err err = {0};
    buf_init(&seen, 65536);
    memset(text, '[', sizeof text);
    assert_false(read_in_pieces(str_make(text, JSON_STREAM_DEPTH_MAX + 1), 64, &seen, &err));
    assert_non_null(strstr(err.text, "too deep"));
    memset(text, 'a', sizeof text);
    text[0] = text[JSON_STREAM_TEXT_SIZE_MAX + 1] = '"';
    assert_true(read_in_pieces(str_make(text, JSON_STREAM_TEXT_SIZE_MAX + 2), 64, &seen, &err));
    text[JSON_STREAM_TEXT_SIZE_MAX + 1] = 'a';
    assert_false(read_in_pieces(str_make(text, sizeof text), 64, &seen, &err));
    assert_non_null(strstr(err.text, "longer than"));
    memset(text, '1', sizeof text);
    assert_false(read_in_pieces(str_make(text, sizeof text), 64, &seen, &err));
    buf_fini(&seen);
}

/* A text of any size comes in parts, none of which cuts a character. */
static void a_long_text_comes_in_parts_when_asked_for(void **state)
{
    (void)state;
    static struct json_stream stream;
    static char text[3 * JSON_STREAM_TEXT_SIZE_MAX + 3];
    struct buf seen, joined;
    for (size_t before = 0; before < 3; before++) {
        size_t size = 1 + before;
        memset(text, 'a', size);
        text[0] = '"';
        while (size < 3 * JSON_STREAM_TEXT_SIZE_MAX - 8) {
            memcpy(text + size, "\xe2\x82\xac", 3);
            size += 3;
        }
        buf_init(&seen, sizeof text * 2);
        buf_init(&joined, sizeof text);
        json_stream_init(&stream, note, &seen);
        stream.gives_parts = true;
        assert_true(json_stream_take(&stream, str_make(text, size), NULL));
        assert_true(json_stream_take(&stream, STR("\""), NULL));
        assert_true(json_stream_end(&stream, NULL));
        size_t parts_count = 0;
        for (struct str rest = buf_str(&seen); rest.size;) {
            parts_count += rest.data[0] == 'p';
            struct str part = str_after(str_cut(&rest, ')'), 2);
            for (struct str left = part; left.size; left = str_after(left, str_utf8_size(left)))
                assert_true(str_utf8_size(left) > 0);
            (void)buf_put_str(&joined, part);
        }
        assert_int_equal(parts_count, 2);
        assert_str(buf_str(&joined), str_part(str_make(text, size), 1, size));
        buf_fini(&seen);
        buf_fini(&joined);
    }
}

static void parts_are_for_values_in_utf8_alone(void **state)
{
    (void)state;
    static struct json_stream stream;
    static char text[JSON_STREAM_TEXT_SIZE_MAX + 8];
    static const struct {
        const char *begin;
        char fill;
    } cases[] = {{"{\"", 'a'}, {"[", '1'}, {"[t", 'r'}, {"[\"", '\xe2'}, {"[\"", '\xff'}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf seen;
        struct err err = {0};
        buf_init(&seen, 2 * sizeof text);
        memset(text, cases[i].fill, sizeof text);
        memcpy(text, cases[i].begin, strlen(cases[i].begin));
        json_stream_init(&stream, note, &seen);
        stream.gives_parts = true;
        assert_false(json_stream_take(&stream, str_make(text, sizeof text), &err));
        assert_int_equal(err.code, ERR_INPUT);
        buf_fini(&seen);
    }
}

static void a_text_that_was_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    const struct str text = STR("// c\n{\"a\": [1, true, \"\\u00e9\\n\"], \"b\": {\"c\": null}}");
    for (size_t size = 0; size < text.size; size++) {
        struct buf seen;
        buf_init(&seen, 65536);
        assert_false(read_in_pieces(str_part(text, 0, size), 3, &seen, NULL));
        buf_fini(&seen);
    }
}

static bool refuse(void *context, enum json_token token, struct str text, struct err *err)
{
    (void)context;
    (void)text;
    return token != JSON_TOKEN_NULL || err_set(err, ERR_INPUT, "nothing");
}

static void whoever_takes_the_tokens_may_end_it(void **state)
{
    (void)state;
    static struct json_stream stream;
    struct err err = {0};
    json_stream_init(&stream, refuse, NULL);
    assert_false(json_stream_take(&stream, STR("[1, null, 2]"), &err));
    assert_string_equal(err.text, "nothing");
}

/* The tree's reader is the oracle: both take the same texts, but for members that stand twice and huge numbers. */
static void texts_at_random_are_judged_as_by_the_other_reader(void **state)
{
    (void)state;
    static const char *const parts[] = {"{",    "}", "[",  "]", ",",  ":", "\"a\"", "\"b\\n\"", "1",  "-2.5",  "true",
                                        "null", " ", "\n", "0", "2e", "-", "false", "\"",       "\\", "\\u00", "41\""};
    srandom(4);
    for (int round = 0; round < 200000; round++) {
        char text[128];
        struct buf seen;
        json_t *tree = NULL;
        size_t size = 0;
        for (long left = 1 + random() % 9; left > 0; left--) {
            struct str part = str_from(parts[(size_t)random() % COUNT(parts)]);
            memcpy(text + size, part.data, part.size);
            size += part.size;
        }
        buf_init(&seen, 4096);
        bool taken = read_in_pieces(str_make(text, size), 1 + (size_t)random() % 5, &seen, NULL);
        bool by_tree = json_parse(str_make(text, size), &tree, NULL);
        bool is_known = !by_tree && taken && (memmem(text, size, "\"a\"", 3) || memmem(text, size, "2e", 2));
        if (taken != by_tree && !is_known)
            fail_msg("%.*s: %d here, %d there", (int)size, text, taken, by_tree);
        json_decref(tree);
        buf_fini(&seen);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_comes_as_its_tokens),
        cmocka_unit_test(comments_are_white_space),
        cmocka_unit_test(what_is_no_json_is_refused_with_its_line),
        cmocka_unit_test(depth_and_texts_are_bounded),
        cmocka_unit_test(a_long_text_comes_in_parts_when_asked_for),
        cmocka_unit_test(parts_are_for_values_in_utf8_alone),
        cmocka_unit_test(a_text_that_was_cut_off_anywhere_is_refused),
        cmocka_unit_test(whoever_takes_the_tokens_may_end_it),
        cmocka_unit_test(texts_at_random_are_judged_as_by_the_other_reader),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
