#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "hsts/visitor_log.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DAY_S        86400

static struct visitor_log parse(const char *text)
{
    struct visitor_log log;
    struct err err = {0};
    if (!visitor_log_parse(str_from(text), &log, &err))
        fail_msg("%s: %s", text, err.text);
    return log;
}

/* The client with this many visits. */
static struct visitor find(const struct visitor_log *log, size_t visits_count)
{
    for (size_t i = 0; i < log->clients_count; i++) {
        struct visitor visitor = visitor_log_visitor(log, i, (int64_t)log->days * DAY_S);
        if (visitor.when.logged.count == visits_count)
            return visitor;
    }
    fail_msg("no client has %zu visits", visits_count);
    return (struct visitor){.client = READING_RFC6797};
}

static void visits_are_gathered_by_client_in_the_order_of_time(void **state)
{
    (void)state;
    struct visitor_log log = parse("# client when\n"
                                   "192.0.2.7 2026-11-24T12:00:00Z\n"
                                   "\n"
                                   "192.0.2.9\t2026-11-23T17:51:03Z\r\n"
                                   "192.0.2.7,23/Nov/2026:00:00:01\n"
                                   "  192.0.2.7 , 1795564800 ,firefox\n"
                                   "192.0.2.7 2026-11-26");
    assert_true(log.start_s == 1795392000); /* 2026-11-23T00:00:00Z */
    assert_int_equal(log.days, 4);
    assert_int_equal(log.clients_count, 2);
    struct visitor one = find(&log, 1), four = find(&log, 4);
    const int64_t expected_s[] = {1, DAY_S + 43200, 2 * DAY_S, 3 * DAY_S + 43200};
    assert_memory_equal(four.when.logged.times_s, expected_s, sizeof expected_s);
    assert_int_equal(four.client, READING_FIREFOX);
    assert_int_equal(one.client, READING_RFC6797);
    assert_true(one.when.logged.times_s[0] == 17 * 3600 + 51 * 60 + 3);
    assert_true(visitor_next(&four, 2) == DAY_S + 43200);
    assert_true(visitor_last(&four, 0, 3 * DAY_S) == 2 * DAY_S);
    visitor_log_fini(&log);
}

static void numbers_of_days_count_from_0_at_noon(void **state)
{
    (void)state;
    struct visitor_log log = parse("a 5\nb 7 none\na 0\n");
    assert_true(log.start_s == 0);
    assert_int_equal(log.days, 8);
    struct visitor a = find(&log, 2), b = find(&log, 1);
    assert_true(a.when.logged.times_s[0] == 43200 && a.when.logged.times_s[1] == 5 * DAY_S + 43200);
    assert_int_equal(b.client, VISITOR_NO_HSTS);
    struct visitor cut = visitor_log_visitor(&log, 0, 3 * DAY_S);
    assert_true(visitor_next(&cut, DAY_S) == VISITOR_NEVER);
    visitor_log_fini(&log);
}

static void every_fault_is_named_with_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
    } cases[] = {
        {"", "there is no visit in it"},
        {"# nothing\n\n", "there is no visit in it"},
        {"a 1\nb\n", "line 2: \"b\" stands alone, without a time"},
        {"a 1\n\n# x\na yesterday\n", "line 4: \"yesterday\" is no day, date or time"},
        {"a -1\n", "line 1: \"-1\" is no day, date or time"},
        {"a 123456\n", "line 1: \"123456\" is no day, date or time"},
        {"a 12345678\n", "line 1: \"12345678\" is no day, date or time"},
        {"a 2026-11-31\n", "line 1: \"2026-11-31\" is no day, date or time"},
        {"a 2026-11-23T17:51:03+01:00\n", "line 1: \"2026-11-23T17:51:03+01:00\" is no day, date or time"},
        {"a 99999999999999999999\n", "line 1: \"99999999999999999999\" is no day, date or time"},
        {"a 1\nb 2026-11-23\n", "line 2: \"2026-11-23\" is a date, the lines before have numbers of days"},
        {"a 2026-11-23\nb 1\n", "line 2: \"1\" is a day's number, the lines before have dates"},
        {"a 1 edge\n", "line 1: \"edge\" is no browser family the model knows"},
        {"a 1 firefox now\n", "line 1: \"now\" is too much: a line is CLIENT WHEN [BROWSER]"},
        {"a 1 firefox\nb 1\na 2\na 3 chromium\n", "line 4: the client \"a\" has another browser on line 1"},
        {"a 1 \x1b[31m\n", "line 1: \"?[31m\" is no browser family the model knows"},
        {"a 2010-01-01\na 2026-01-01\n", "its visits are spread over more than 3650 days"},
        {"a 3650\n", "its visits are spread over more than 3650 days"},
        {"a 1969-12-31\n", "a visit is before 1970"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct visitor_log log = {.days = 99};
        struct err err = {0};
        if (visitor_log_parse(str_from(cases[i].text), &log, &err))
            fail_msg("taken: %s", cases[i].text);
        assert_string_equal(err.text, cases[i].error);
        assert_int_equal(err.code, ERR_INPUT);
        assert_int_equal(log.days, 99);
    }
}

static void a_line_without_end_is_shown_by_its_beginning(void **state)
{
    (void)state;
    static char text[5000];
    struct visitor_log log;
    struct err err = {0};
    memset(text, 'x', sizeof text - 1);
    assert_false(visitor_log_parse(str_from(text), &log, &err));
    assert_true(strlen(err.text) < 200);
}

static void every_truncation_ends_within_the_bytes(void **state)
{
    (void)state;
    const struct str text = STR("#\nab 2026-11-24T12:00:00Z firefox\r\nc,23/Nov/2026:00:00:01\nab 1795651200\n\t,");
    for (size_t size = 0; size <= text.size; size++) {
        struct visitor_log log;
        char *exact = test_malloc(size ? size : 1);
        memcpy(exact, text.data, size);
        if (visitor_log_parse(str_make(exact, size), &log, NULL)) {
            assert_true(log.times_count > 0 && log.clients_count > 0 && log.clients_count <= log.times_count);
            visitor_log_fini(&log);
        }
        test_free(exact);
    }
}

/* Many clients, the lines in no order: each gets what is its own. */
static void clients_are_kept_apart(void **state)
{
    (void)state;
    static char text[1 << 20];
    size_t size = 0;
    for (unsigned i = 0; i < 20000; i++) {
        unsigned client = i * 7919 % 500, day = i * 104729 % 300;
        size += (size_t)snprintf(text + size, sizeof text - size, "client-%u %u\n", client, day);
    }
    struct visitor_log log = parse(text);
    assert_int_equal(log.clients_count, 500);
    assert_int_equal(log.times_count, 20000);
    for (size_t i = 0; i < log.clients_count; i++) {
        struct visitor visitor = visitor_log_visitor(&log, i, INT64_C(300) * DAY_S);
        assert_int_equal(visitor.when.logged.count, 40);
        for (size_t j = 1; j < 40; j++)
            assert_true(visitor.when.logged.times_s[j - 1] <= visitor.when.logged.times_s[j]);
    }
    visitor_log_fini(&log);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(visits_are_gathered_by_client_in_the_order_of_time),
        cmocka_unit_test(numbers_of_days_count_from_0_at_noon),
        cmocka_unit_test(every_fault_is_named_with_its_line),
        cmocka_unit_test(a_line_without_end_is_shown_by_its_beginning),
        cmocka_unit_test(every_truncation_ends_within_the_bytes),
        cmocka_unit_test(clients_are_kept_apart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
