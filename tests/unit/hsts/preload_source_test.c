#include "check.h"

#include <stdio.h>

#include "base/buf.h"
#include "hsts/preload_source.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A line for each entry: NAME POLICY [+]. */
static bool note(void *context, const struct preload_entry *entry, struct err *err)
{
    (void)err;
    return buf_printf(context, "%.*s %.*s%s\n", STR_ARG(entry->name), STR_ARG(entry->policy),
                      entry->include_subdomains ? " +" : "");
}

static bool read_in_pieces(struct str text, size_t piece, struct preload_source *source, struct buf *seen,
                           struct err *err)
{
    preload_source_init(source, note, seen);
    for (size_t at = 0; at < text.size; at += piece)
        if (!preload_source_take(source, str_part(text, at, piece), err))
            return false;
    return preload_source_end(source, err);
}

/* In the form that Chromium keeps it, old members included. */
static const char sample[] =
    "// Copyright, and a comment with \"quotes\" and { braces\n"
    "{\n"
    "  \"pinsets\": [\n"
    "    { \"name\": \"test\", \"static_spki_hashes\": [\"TestSPKI\"], \"report_uri\": \"http://report.test/hpkp\" }\n"
    "  ],\n"
    "  \"entries\": [\n"
    "    // gTLDs and eTLDs\n"
    "    { \"name\": \"dev\", \"policy\": \"public-suffix\", \"mode\": \"force-https\", \"include_subdomains\": true "
    "},\n"
    "    { \"name\": \"pinned.example\", \"policy\": \"google\", \"include_subdomains_for_pinning\": true, "
    "\"pins\": \"test\" },\n"
    "    { \"name\": \"a.example\", \"policy\": \"bulk-1-year\", \"mode\": \"force-https\", \"include_subdomains\": "
    "true,"
    " \"expect_ct\": true, \"expect_ct_report_uri\": \"https://r.test/\" },\n"
    "    // END OF 1-YEAR BULK HSTS ENTRIES\n"
    "    { \"include_subdomains\": false, \"mode\": \"force-https\", \"name\": \"xn--bcher-kva.example\", "
    "\"policy\": \"new-policy-2027\", \"more\": {\"name\": [1, {\"name\": 2}]} },\n"
    "    { \"name\": \"old_one.example\", \"mode\": \"force-https\" }\n"
    "  ],\n"
    "  \"later\": {\"entries\": [7]}\n"
    "}\n";

static void the_list_is_read_an_entry_at_a_time(void **state)
{
    (void)state;
    static struct preload_source source;
    for (size_t piece = 1; piece < 200; piece += 13) {
        struct buf seen;
        struct err err = {0};
        buf_init(&seen, 65536);
        if (!read_in_pieces(str_from(sample), piece, &source, &seen, &err))
            fail_msg("%s", err.text);
        assert_str(buf_str(&seen), STR("dev public-suffix +\n"
                                       "a.example bulk-1-year +\n"
                                       "xn--bcher-kva.example new-policy-2027\n"
                                       "old_one.example unspecified\n"));
        assert_int_equal(source.entries_count, 4);
        assert_int_equal(source.pins_only_count, 1);
        assert_int_equal(source.size, sizeof sample - 1);
        buf_fini(&seen);
    }
}

static void a_list_that_was_cut_off_anywhere_is_refused(void **state)
{
    (void)state;
    static struct preload_source source;
    struct str whole = str_trim(str_part(str_from(sample), 0, sizeof sample - 2)); /* without the last line's end */
    for (size_t size = 0; size < whole.size; size++) {
        struct buf seen;
        buf_init(&seen, 65536);
        assert_false(read_in_pieces(str_part(whole, 0, size), 4096, &source, &seen, NULL));
        buf_fini(&seen);
    }
}

#define ENTRY(members) "{\"entries\": [\n{" members "}]}"

static void what_is_no_list_is_refused_with_its_line(void **state)
{
    (void)state;
    static struct preload_source source;
    static const struct {
        const char *text, *words;
    } cases[] = {
        {"[]", "line 1: the list must be an object"},
        {"7", "the list must be an object"},
        {"{}", "there are no \"entries\" in it"},
        {"{\"entries\": 7}", "must be an array"},
        {"{\"entries\": {}}", "must be an array"},
        {"{\"entries\": [7]}", "an entry must be an object"},
        {"{\"entries\": [[]]}", "an entry must be an object"},
        {"{\"entries\": [], \"entries\": []}", "\"entries\" stands twice"},
        {ENTRY(""), "line 2: an entry without a name"},
        {ENTRY("\"mode\": \"force-https\""), "an entry without a name"},
        {ENTRY("\"name\": \"\""), "no host name"},
        {ENTRY("\"name\": \"Example.org\""), "\"Example.org\" is no host name in lower case"},
        {ENTRY("\"name\": \"a..b\""), "no host name"},
        {ENTRY("\"name\": \".a\""), "no host name"},
        {ENTRY("\"name\": \"a.\""), "no host name"},
        {ENTRY("\"name\": \"a b\""), "\"a?b\" is no host name"},
        {ENTRY("\"name\": \"\\u001b[2J\""), "\"?[2J\" is no host name"},
        {ENTRY("\"name\": 1"), "\"name\" must be a text"},
        {ENTRY("\"name\": null"), "\"name\" must be a text"},
        {ENTRY("\"name\": [\"a\"]"), "\"name\" must be a text"},
        {ENTRY("\"name\": \"a\", \"name\": \"b\""), "\"name\" stands twice in one entry"},
        {ENTRY("\"name\": \"a\", \"policy\": \"Bulk\""), "\"Bulk\" is no name of a policy"},
        {ENTRY("\"name\": \"a\", \"policy\": \"\""), "no name of a policy"},
        {ENTRY("\"name\": \"a\", \"mode\": \"force-http\""), "the mode \"force-http\" is not known here"},
        {ENTRY("\"name\": \"a\", \"include_subdomains\": \"yes\""), "must be true or false"},
        {ENTRY("\"name\": \"a\", \"include_subdomains\": 1"), "must be true or false"},
        {ENTRY("\"name\": \"a\"") "x", "a character is out of place"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf seen;
        struct err err = {0};
        buf_init(&seen, 65536);
        if (read_in_pieces(str_from(cases[i].text), 3, &source, &seen, &err))
            fail_msg("\"%s\" was taken", cases[i].text);
        if (err.code != ERR_INPUT || !strstr(err.text, cases[i].words))
            fail_msg("\"%s\": %s", cases[i].text, err.text);
        buf_fini(&seen);
    }
}

static void names_have_limits(void **state)
{
    (void)state;
    static const struct {
        size_t label_size, labels_count;
        bool is_fine;
    } cases[] = {{63, 1, true}, {64, 1, false}, {49, 5, true}, {50, 5, false}, {1, 127, true}, {1, 128, false}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct buf name;
        buf_init(&name, 1024);
        for (size_t k = 0; k < cases[i].labels_count; k++) {
            if (k)
                (void)buf_put_char(&name, '.');
            for (size_t n = 0; n < cases[i].label_size; n++)
                (void)buf_put_char(&name, 'a');
        }
        if (cases[i].label_size == 49) /* 249 bytes; four more make the longest */
            (void)buf_put_str(&name, STR(".abc"));
        if (preload_name_is_fine(buf_str(&name)) != cases[i].is_fine)
            fail_msg("%zu labels of %zu", cases[i].labels_count, cases[i].label_size);
        buf_fini(&name);
    }
    char policy[PRELOAD_POLICY_SIZE_MAX + 1];
    memset(policy, 'p', sizeof policy);
    assert_true(preload_policy_is_fine(str_make(policy, PRELOAD_POLICY_SIZE_MAX)));
    assert_false(preload_policy_is_fine(str_make(policy, sizeof policy)));
}

static void symbols_ascend_with_their_bytes(void **state)
{
    (void)state;
    int before = -1, count = 0;
    for (int c = 0; c < 256; c++) {
        int symbol = preload_symbol((char)c);
        if (symbol < 0)
            continue;
        assert_int_equal(symbol, before + 1);
        before = symbol;
        count++;
    }
    assert_int_equal(count, PRELOAD_SYMBOLS_COUNT);
}

static void a_list_beyond_all_measure_is_refused(void **state)
{
    (void)state;
    static struct preload_source source;
    static char spaces[1 << 20];
    struct buf seen;
    struct err err = {0};
    memset(spaces, ' ', sizeof spaces);
    buf_init(&seen, 64);
    preload_source_init(&source, note, &seen);
    for (size_t size = 0; size < PRELOAD_SOURCE_SIZE_MAX; size += sizeof spaces)
        assert_true(preload_source_take(&source, str_make(spaces, sizeof spaces), &err));
    assert_false(preload_source_take(&source, STR(" "), &err));
    assert_non_null(strstr(err.text, "larger than the 64 MB"));
    buf_fini(&seen);
}

static bool refuse(void *context, const struct preload_entry *entry, struct err *err)
{
    (void)context;
    (void)entry;
    return err_set(err, ERR_INPUT, "not this one");
}

static void whoever_takes_the_entries_may_end_it(void **state)
{
    (void)state;
    static struct preload_source source;
    struct err err = {0};
    preload_source_init(&source, refuse, NULL);
    assert_false(preload_source_take(&source, str_from(sample), &err));
    assert_string_equal(err.text, "line 8: not this one");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_read_an_entry_at_a_time),
        cmocka_unit_test(a_list_that_was_cut_off_anywhere_is_refused),
        cmocka_unit_test(what_is_no_list_is_refused_with_its_line),
        cmocka_unit_test(names_have_limits),
        cmocka_unit_test(symbols_ascend_with_their_bytes),
        cmocka_unit_test(a_list_beyond_all_measure_is_refused),
        cmocka_unit_test(whoever_takes_the_entries_may_end_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
