#include "check.h"

#include <stdio.h>

#include "acme/renewal_info.h"

#define NOW_S 1768478400

struct read {
    struct arena arena;
    struct acme_window window;
    struct err err;
};

static bool read_info(struct read *read, const char *body, const char *retry_after)
{
    *read = (struct read){.window = {.start_s = -7}};
    arena_init(&read->arena, 65536);
    return acme_renewal_info_read(str_from(body), str_from(retry_after), NOW_S, &read->arena, &read->window,
                                  &read->err);
}

#define WINDOW "\"suggestedWindow\":{\"start\":\"2026-01-20T00:00:00Z\",\"end\":\"2026-01-22T01:00:00+01:00\"}"

static void a_window_is_read(void **state)
{
    (void)state;
    struct read read;
    assert_true(read_info(&read, "{" WINDOW ",\"explanationURL\":\"https://ca.test/why\",\"more\":1}", "3600"));
    assert_int_equal(read.window.start_s, 1768867200);
    assert_int_equal(read.window.end_s, 1769040000);
    assert_int_equal(read.window.look_again_s, NOW_S + 3600);
    assert_str(read.window.explanation_url, STR("https://ca.test/why"));
    arena_fini(&read.arena);
}

static void the_next_look_is_within_bounds(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t wait_s;
    } cases[] = {{"0", 60},   {"59", 60},      {"86401", 86400},
                 {"", 21600}, {"soon", 21600}, {"Thu, 15 Jan 2026 13:00:00 GMT", 3600}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read read;
        assert_true(read_info(&read, "{" WINDOW "}", cases[i].text));
        assert_int_equal(read.window.look_again_s, NOW_S + cases[i].wait_s);
        arena_fini(&read.arena);
    }
}

static void a_page_that_cannot_be_shown_is_left_out(void **state)
{
    (void)state;
    static const char *const pages[] = {"\"http://ca.test/\"", "\"javascript:alert(1)\"", "5", "\"https://ca.test/ \"",
                                        "null"};
    for (size_t i = 0; i < sizeof pages / sizeof *pages; i++) {
        char body[256];
        struct read read;
        (void)snprintf(body, sizeof body, "{" WINDOW ",\"explanationURL\":%s}", pages[i]);
        assert_true(read_info(&read, body, ""));
        assert_int_equal(read.window.explanation_url.size, 0);
        arena_fini(&read.arena);
    }
}

static void what_is_no_window_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *body, *text;
    } cases[] = {
        {"", NULL},
        {"[]", "the JSON value must be an object"},
        {"{}", "suggestedWindow is missing"},
        {"{\"suggestedWindow\":{}}", "suggestedWindow.start is missing"},
        {"{\"suggestedWindow\":{\"start\":\"2026-01-20T00:00:00Z\"}}", "suggestedWindow.end is missing"},
        {"{\"suggestedWindow\":{\"start\":\"0001-01-01T00:00:00Z\",\"end\":\"2026-01-20T00:00:00Z\"}}",
         "suggestedWindow.start lies before 1970"},
        {"{\"suggestedWindow\":{\"start\":\"1970-01-01T00:00:00Z\",\"end\":\"2026-01-20T00:00:00Z\"}}",
         "suggestedWindow.start lies before 1970"},
        {"{\"suggestedWindow\":{\"start\":\"tomorrow\",\"end\":\"2026-01-20T00:00:00Z\"}}",
         "suggestedWindow.start is no moment as RFC 3339 writes it"},
        {"{\"suggestedWindow\":{\"start\":\"2026-01-20T00:00:00Z\",\"end\":\"2026-01-20T00:00:00Z\"}}",
         "suggestedWindow.end is not after its start"},
        {"{\"suggestedWindow\":{\"start\":\"2026-01-20T00:00:00Z\",\"end\":\"2026-01-19T00:00:00Z\"}}",
         "suggestedWindow.end is not after its start"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct read read;
        assert_false(read_info(&read, cases[i].body, ""));
        if (cases[i].text)
            assert_string_equal(read.err.text, cases[i].text);
        assert_int_equal(read.window.start_s, -7);
        arena_fini(&read.arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_is_read),
        cmocka_unit_test(the_next_look_is_within_bounds),
        cmocka_unit_test(a_page_that_cannot_be_shown_is_left_out),
        cmocka_unit_test(what_is_no_window_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
