/* Reports of browsers: what is understood of them, and what strangers may send instead. */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "http/report.h"

struct seen {
    size_t count;
    char text[4096]; /* "TYPE@HOST " of each */
};

static void see(void *context, const struct report *report)
{
    struct seen *seen = context;
    size_t used = strlen(seen->text);
    seen->count++;
    (void)snprintf(seen->text + used, sizeof seen->text - used, "%s@%.*s ", report_kind_of(report->type)->type,
                   STR_ARG(report->host));
}

static bool read(const char *body, struct seen *seen)
{
    struct err err = {0};
    *seen = (struct seen){.count = 0};
    return report_read(str_from(body), see, seen, &err);
}

#define NEL(TYPE, URL, AGE)                                                                                            \
    "{\"type\":\"network-error\",\"age\":" AGE ",\"url\":\"" URL "\",\"user_agent\":\"x\",\"body\":{\"type\":\"" TYPE  \
    "\",\"phase\":\"connection\",\"server_ip\":\"192.0.2.1\",\"status_code\":0}}"
#define CSP(BLOCKED)                                                                                                   \
    "{\"type\":\"csp-violation\",\"age\":1,\"url\":\"https://a.test/p?q\",\"body\":{\"blockedURL\":\"" BLOCKED "\"}}"

static void each_report_gives_its_type_and_host_and_nothing_else(void **state)
{
    static const struct {
        const char *body, *seen;
    } cases[] = {
        {"[]", ""},
        {"[" NEL("tls.cert.date_invalid", "https://a.test/secret?x=1", "10") "]", "tls.cert.date_invalid@a.test "},
        {"[" NEL("tls.cert.name_invalid", "https://a.test:8443", "0") "]", "tls.cert.name_invalid@a.test "},
        {"[" NEL("tcp.refused", "https://[2001:db8::1]:8443/", "0") "]", "tcp.refused@[2001:db8::1] "},
        {"[" NEL("tls.cert.revoked", "https://[2001:db8::1]", "0") "]", "tls.cert.revoked@[2001:db8::1] "},
        {"[" NEL("tls.something.new", "https://a.test/", "0.5") "]", "tls.failed@a.test "},
        {"[" NEL("http.response.headers.multiple_location", "https://a.test?x", "0") "]", "http.failed@a.test "},
        {"[" NEL("abandoned", "https://a.test#f", "86400000") "]", "abandoned@a.test "},
        {"[" NEL("unknown", "https://a.test/", "1") "," NEL("dns.failed", "https://b.test/", "1") "]",
         "unknown@a.test dns.failed@b.test "},
        {"[" CSP("http://cdn.test/x.js") "," CSP("ws://a.test/") "," CSP("http") "]",
         "csp-violation@a.test csp-violation@a.test csp-violation@a.test "},
        {"{\"csp-report\":{\"document-uri\":\"https://a.test/p\",\"blocked-uri\":\"http://cdn.test/x\"}}",
         "csp-violation@a.test "},
        /* of other kinds, too old, about something that was not secure */
        {"[" CSP("https://cdn.test/x.js") "," CSP("inline") "," CSP("") "]", ""},
        {"{\"csp-report\":{\"document-uri\":\"https://a.test/p\",\"blocked-uri\":\"eval\"}}", ""},
        {"{\"csp-report\":{\"blocked-uri\":\"http://cdn.test/x\"}}", ""},
        {"[" NEL("ok", "https://a.test/", "1") "]", ""},
        {"[" NEL("csp-violation", "https://a.test/", "1") "]", ""},
        {"[" NEL("tls.failed", "http://a.test/", "1") "]", ""},
        {"[" NEL("tls.failed", "https://", "1") "]", ""},
        {"[" NEL("tls.failed", "https://user@a.test/", "1") "]", ""},
        {"[" NEL("tls.failed", "https://a.test/", "86400001") "]", ""},
        {"[" NEL("tls.failed", "https://a.test/", "-1") "]", ""},
        {"[" NEL("tls.failed", "https://a.test/", "\"1\"") "]", ""},
        {"[{\"type\":\"network-error\",\"url\":\"https://a.test/\",\"body\":{\"type\":\"tls.failed\"}}]", ""},
        {"[{\"type\":\"deprecation\",\"age\":1,\"url\":\"https://a.test/\",\"body\":{\"type\":\"tls.failed\"}}]", ""},
        {"[{\"type\":\"network-error\",\"age\":1,\"url\":\"https://a.test/\",\"body\":[]}]", ""},
        {"[{\"type\":1,\"age\":1,\"url\":2,\"body\":{\"type\":3}},null,1,\"x\",[]]", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct seen seen;
        if (!read(cases[i].body, &seen) || strcmp(seen.text, cases[i].seen) != 0)
            fail_msg("%s: \"%s\", not \"%s\"", cases[i].body, seen.text, cases[i].seen);
    }
}

static void what_is_no_list_of_reports_is_refused(void **state)
{
    static const char *const bodies[] = {"",
                                         "null",
                                         "1",
                                         "{}",
                                         "\"x\"",
                                         "{\"csp-report\":1}",
                                         "[] []",
                                         "[}",
                                         "[{]",
                                         "[\"\\",
                                         "[[[[[[[[[]]]]]]]]]",
                                         "{\"a\":1,\"a\":2}",
                                         "[\xff]"};
    (void)state;
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++) {
        struct seen seen;
        if (read(bodies[i], &seen) || seen.count)
            fail_msg("\"%s\" is taken", bodies[i]);
    }
}

static void a_body_that_is_cut_anywhere_is_refused(void **state)
{
    const char whole[] = "[" NEL("tls.failed", "https://a.test/", "1") "," CSP("http://b.test/") "]";
    (void)state;
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        char *part = malloc(size + 1); /* of that size: a byte too far is seen */
        struct seen seen;
        assert_non_null(part);
        memcpy(part, whole, size);
        part[size] = '\0';
        assert_false(read(part, &seen));
        free(part);
    }
}

static void a_body_has_no_more_than_it_may(void **state)
{
    static char body[REPORT_BODY_SIZE_MAX + 2];
    struct seen seen;
    size_t used = 0;
    (void)state;
    for (int i = 0; i < REPORT_COUNT_MAX + 10; i++)
        used += (size_t)snprintf(body + used, sizeof body - used, "%s%s", i ? "," : "[",
                                 "{\"type\":\"network-error\",\"age\":1,\"url\":\"https://a.test\",\"body\":{\"type\":"
                                 "\"tls.failed\"}}");
    (void)snprintf(body + used, sizeof body - used, "]");
    assert_true(read(body, &seen));
    assert_int_equal(seen.count, REPORT_COUNT_MAX);
    memset(body, ' ', sizeof body - 1);
    body[0] = '[';
    body[REPORT_BODY_SIZE_MAX - 1] = ']';
    body[REPORT_BODY_SIZE_MAX] = '\0';
    assert_true(read(body, &seen));
    body[REPORT_BODY_SIZE_MAX] = ' ';
    assert_false(read(body, &seen));
}

static void brackets_within_texts_are_no_depth(void **state)
{
    struct seen seen;
    (void)state;
    assert_true(read("[" NEL("tls.failed", "https://a.test/[[[[[[[[[[[\\\"[[[[[", "1") "]", &seen));
    assert_int_equal(seen.count, 1);
}

static void every_type_has_its_words(void **state)
{
    (void)state;
    for (int i = 0; i < REPORT_TYPES_COUNT; i++) {
        const struct report_kind *kind = report_kind_of((enum report_type)i);
        assert_non_null(kind->type);
        assert_non_null(kind->phase);
        assert_true(strlen(kind->words) > 10);
        assert_int_equal(report_type_is_tls((enum report_type)i), strncmp(kind->type, "tls.", 4) == 0);
        if (report_type_is_tls((enum report_type)i))
            assert_non_null(kind->fix);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_report_gives_its_type_and_host_and_nothing_else),
        cmocka_unit_test(what_is_no_list_of_reports_is_refused),
        cmocka_unit_test(a_body_that_is_cut_anywhere_is_refused),
        cmocka_unit_test(a_body_has_no_more_than_it_may),
        cmocka_unit_test(brackets_within_texts_are_no_depth),
        cmocka_unit_test(every_type_has_its_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
