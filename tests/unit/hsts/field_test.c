#include "check.h"

#include <stdio.h>

#include "hsts/field.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A case: accepted with this policy, or refused. */
struct field_case {
    struct str value;
    bool ok;
    struct hsts_policy policy;
};

#define POLICY(text, seconds, subdomains, preload)                                                                     \
    {                                                                                                                  \
        STR_INIT(text), true,                                                                                          \
        {                                                                                                              \
            seconds, subdomains, preload                                                                               \
        }                                                                                                              \
    }
#define OK(text, seconds) POLICY(text, seconds, false, false)
#define NO(text)                                                                                                       \
    {                                                                                                                  \
        STR_INIT(text), false,                                                                                         \
        {                                                                                                              \
            0, false, false                                                                                            \
        }                                                                                                              \
    }

/* Where checkers and browsers differ, this is the RFC's answer. */
static const struct field_case differential[] = {
    OK("max-age=\"300\"", 300),
    OK("max-age = 300", 300),
    NO("max-age=300; max-age=300"),
    NO("max-age=300; max-age=600"),
    NO("max-age=300; includeSubDomains=1"),
    OK("max-age=300;", 300),
    OK("max-age=300; somethingNew", 300),
    OK("max-age=99999999", 99999999),
    NO("max-age=300, max-age=600"), /* two fields joined by a comma; apart, the first one counts */
};

static const struct field_case grammar[] = {
    OK("max-age=0", 0),
    POLICY("max-age=31536000; includeSubDomains; preload", 31536000, true, true),
    POLICY("MAX-AGE=1;INCLUDESUBDOMAINS;PRELOAD", 1, true, true),
    POLICY("includeSubDomains; max-age=5", 5, true, false),
    OK(";; ;max-age=5 ; ;", 5),
    POLICY("\t max-age\t=\t5\t;\tincludeSubDomains ", 5, true, false),
    OK("max-age=000300", 300),
    OK("max-age=18446744073709551615", UINT64_MAX),
    OK("max-age=18446744073709551616", UINT64_MAX),
    OK("max-age=99999999999999999999999999", UINT64_MAX),
    OK("max-age=\"3\\00\"", 300),
    OK("max-age=1; preload=1", 1),
    OK("max-age=1; a=b; c=\"d;e=f, \\\" g\"; h", 1),
    OK("max-age=1; a=\"\"", 1),
    OK("max-age=1; a=\"\xc3\xa4\"", 1),
    NO(""),
    NO(" "),
    NO(";"),
    NO("includeSubDomains"),
    NO("max-age"),
    NO("max-age="),
    NO("max-age= ;"),
    NO("max-age=\"\""),
    NO("max-age=\" 300\""),
    NO("max-age=\"\\\\300\""),
    NO("max-age='300'"),
    NO("max-age=-1"),
    NO("max-age=+1"),
    NO("max-age=1.5"),
    NO("max-age=1s"),
    NO("max-age=0x10"),
    NO("max-age=1 2"),
    NO("max-age=1 includeSubDomains"),
    NO("max-age:1"),
    NO("=1"),
    NO("max-age==1"),
    NO("max-age=1; =2"),
    NO("max-age=1; a="),
    NO("max-age=1; a=b c"),
    NO("max-age=1; includeSubDomains="),
    NO("max-age=1; includeSubDomains=\"\""),
    NO("max-age=1; includeSubDomains; includesubdomains"),
    NO("max-age=1; preload; preload"),
    NO("max-age=1; x; X=1"),
    NO("max-age=1; \"x\""),
    NO("max-age=1; a=\"b"),
    NO("max-age=1; a=\"b\\"),
    NO("max-age=1; a=\"b\\\""),
    NO("max-age=1; a=\"b\"c"),
    NO("max-age=1; a=\"b\nc\""),
    NO("max-age=1\r\n"),
    NO("max-age=1\0"),
    NO("max-age=1; \xc3\xa4"),
};

static void check_cases(const struct field_case *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct hsts_policy policy = {77, false, false};
        struct err err = {0};
        if (hsts_field_parse(cases[i].value, &policy, &err) != cases[i].ok)
            fail_msg("\"%.*s\" was %s: %s", STR_ARG(cases[i].value), cases[i].ok ? "refused" : "accepted", err.text);
        if (!cases[i].ok) {
            assert_true(err.text[0] != '\0');
            assert_int_equal(policy.max_age_s, 77); /* untouched */
            continue;
        }
        if (policy.max_age_s != cases[i].policy.max_age_s ||
            policy.include_subdomains != cases[i].policy.include_subdomains ||
            policy.preload != cases[i].policy.preload)
            fail_msg("\"%.*s\" was taken for something else", STR_ARG(cases[i].value));
    }
}

static void parser_answers_as_the_rfc_where_others_differ(void **state)
{
    (void)state;
    check_cases(differential, COUNT(differential));
}

static void parser_takes_the_grammar_and_nothing_else(void **state)
{
    (void)state;
    check_cases(grammar, COUNT(grammar));
}

static void every_truncation_ends_within_the_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(grammar); i++)
        for (size_t size = 0; size <= grammar[i].value.size; size++) {
            struct hsts_policy policy;
            char *exact = test_malloc(size ? size : 1); /* guarded by cmocka, and by ASan */
            memcpy(exact, grammar[i].value.data, size);
            (void)!hsts_field_parse(str_make(exact, size), &policy, NULL);
            test_free(exact);
        }
}

static void a_flood_of_directives_is_refused(void **state)
{
    (void)state;
    char text[1024] = "max-age=1";
    size_t size = strlen(text);
    for (unsigned i = 1; i < HSTS_DIRECTIVES_COUNT_MAX; i++)
        size += (size_t)snprintf(text + size, sizeof text - size, ";d%u", i);
    struct hsts_policy policy;
    assert_true(hsts_field_parse(str_make(text, size), &policy, NULL));
    size += (size_t)snprintf(text + size, sizeof text - size, ";more");
    assert_false(hsts_field_parse(str_make(text, size), &policy, NULL));
}

static void writer_has_one_form_and_the_parser_reads_it(void **state)
{
    (void)state;
    const struct {
        struct hsts_policy policy;
        struct str text;
    } cases[] = {
        {{0, false, false}, STR_INIT("max-age=0")},
        {{300, false, false}, STR_INIT("max-age=300")},
        {{86400, true, false}, STR_INIT("max-age=86400; includeSubDomains")},
        {{HSTS_MAX_AGE_S_MAX, true, true}, STR_INIT("max-age=315360000; includeSubDomains; preload")},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char room[HSTS_FIELD_SIZE_MAX];
        struct str text;
        struct hsts_policy policy;
        assert_true(hsts_field_write(&cases[i].policy, room, &text, NULL));
        assert_str(text, cases[i].text);
        assert_true(hsts_field_parse(text, &policy, NULL));
        assert_true(policy.max_age_s == cases[i].policy.max_age_s && policy.preload == cases[i].policy.preload &&
                    policy.include_subdomains == cases[i].policy.include_subdomains);
    }
}

static void writer_refuses_what_no_site_should_send(void **state)
{
    (void)state;
    char room[HSTS_FIELD_SIZE_MAX];
    struct str text;
    struct err err;
    assert_false(hsts_field_write(&(struct hsts_policy){HSTS_MAX_AGE_S_MAX + 1, false, false}, room, &text, &err));
    assert_string_equal(err.field, "max_age");
    assert_false(hsts_field_write(&(struct hsts_policy){300, false, true}, room, &text, &err));
    assert_string_equal(err.field, "preload");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parser_answers_as_the_rfc_where_others_differ),
        cmocka_unit_test(parser_takes_the_grammar_and_nothing_else),
        cmocka_unit_test(every_truncation_ends_within_the_bytes),
        cmocka_unit_test(a_flood_of_directives_is_refused),
        cmocka_unit_test(writer_has_one_form_and_the_parser_reads_it),
        cmocka_unit_test(writer_refuses_what_no_site_should_send),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
