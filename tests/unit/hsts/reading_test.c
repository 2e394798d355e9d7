/* Each client by its own rules; the rows are hsts-rules' differential table, the RFC's examples, and the clients' own.
 */
#include "check.h"

#include <stdio.h>

#include "hsts/field.h"
#include "hsts/reading.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What a client makes of a field. */
struct expected {
    bool taken;
    uint64_t max_age_s;
    bool include_subdomains;
    bool preload;
    uint32_t issues;
};

/* An ignored field, a max-age alone, and one for the names below, too. */
#define NO                                                                                                             \
    {                                                                                                                  \
        false, 0, false, false, 0                                                                                      \
    }
#define AGE(seconds)                                                                                                   \
    {                                                                                                                  \
        true, seconds, false, false, 0                                                                                 \
    }
#define ALL(seconds)                                                                                                   \
    {                                                                                                                  \
        true, seconds, true, false, 0                                                                                  \
    }
#define FLAGS(seconds)                                                                                                 \
    {                                                                                                                  \
        true, seconds, true, true, 0                                                                                   \
    }
/* Of checkers: what is found besides. */
#define FOUND(taken, seconds, subdomains, preload, issues)                                                             \
    {                                                                                                                  \
        taken, seconds, subdomains, preload, issues                                                                    \
    }
#define BIT(name)          READING_BIT(READING_ISSUE_##name)
#define SHORT(seconds)     FOUND(true, seconds, false, false, BIT(OBSERVATORY_SHORT))
#define SHORT_ALL(seconds) FOUND(true, seconds, true, false, BIT(OBSERVATORY_SHORT))
#define INVALID            FOUND(false, 0, false, false, BIT(OBSERVATORY_INVALID))
#define NAN_FOUND          FOUND(false, 0, false, false, BIT(OBSERVATORY_NOT_A_NUMBER))

struct row {
    struct str values[2];
    size_t values_count;
    struct expected of[READING_CLIENTS_COUNT];
};

#define ROW(text, rfc, chromium, firefox, curl, hstspreload, observatory)                                              \
    {                                                                                                                  \
        {STR_INIT(text)}, 1,                                                                                           \
        {                                                                                                              \
            [READING_RFC6797] = rfc, [READING_CHROMIUM] = chromium, [READING_FIREFOX] = firefox,                       \
            [READING_CURL] = curl, [READING_HSTSPRELOAD] = hstspreload, [READING_OBSERVATORY] = observatory            \
        }                                                                                                              \
    }
#define ROW_2(first, second, rfc, chromium, firefox, curl, hstspreload, observatory)                                   \
    {                                                                                                                  \
        {STR_INIT(first), STR_INIT(second)}, 2,                                                                        \
        {                                                                                                              \
            [READING_RFC6797] = rfc, [READING_CHROMIUM] = chromium, [READING_FIREFOX] = firefox,                       \
            [READING_CURL] = curl, [READING_HSTSPRELOAD] = hstspreload, [READING_OBSERVATORY] = observatory            \
        }                                                                                                              \
    }

#define MANY      315360001
#define TEN_YEARS 315360000

static const struct row differential[] = {
    ROW("max-age=\"300\"", AGE(300), AGE(300), AGE(300), AGE(300),
        FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), NAN_FOUND),
    ROW("max-age = 300", AGE(300), AGE(300), AGE(300), AGE(300), FOUND(false, 0, false, false, BIT(MAX_AGE_NO_VALUE)),
        INVALID),
    ROW("max-age=300; max-age=600", NO, NO, NO, NO, FOUND(true, 300, false, false, BIT(REPEATED_MAX_AGE)), SHORT(600)),
    ROW("max-age=300; includeSubDomains=1", NO, NO, NO, ALL(300),
        FOUND(true, 300, false, false, BIT(INVALID_INCLUDE_SUBDOMAINS)), SHORT(300)),
    ROW("max-age=300;", AGE(300), AGE(300), AGE(300), AGE(300), FOUND(true, 300, false, false, BIT(EMPTY_DIRECTIVE)),
        SHORT(300)),
    ROW("max-age=300; somethingNew", AGE(300), AGE(300), AGE(300), AGE(300),
        FOUND(true, 300, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(300)),
    ROW("max-age=63072000", AGE(63072000), AGE(31536000), AGE(63072000), AGE(63072000), AGE(63072000), AGE(63072000)),
    ROW("max-age=315360001", AGE(MANY), AGE(31536000), AGE(MANY), AGE(MANY), AGE(MANY), AGE(MANY)),
    ROW_2("max-age=300", "max-age=600; includeSubDomains", AGE(300), AGE(300), AGE(300), ALL(600),
          FOUND(false, 0, false, false, BIT(MULTIPLE_HEADERS)), INVALID),
    ROW_2("max-age=300", "max-age", AGE(300), AGE(300), AGE(300), AGE(300),
          FOUND(false, 0, false, false, BIT(MULTIPLE_HEADERS)), INVALID),
    ROW_2("max-age", "max-age=300", NO, NO, NO, AGE(300), FOUND(false, 0, false, false, BIT(MULTIPLE_HEADERS)),
          INVALID),
    /* The same two joined by a comma: to curl the second is something it does not know. */
    ROW("max-age=300, max-age=600", NO, NO, NO, AGE(300), FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)),
        INVALID),
};

/* RFC 6797 section 6.2. */
static const struct row rfc_examples[] = {
    ROW("max-age=31536000", AGE(31536000), AGE(31536000), AGE(31536000), AGE(31536000), AGE(31536000), AGE(31536000)),
    ROW("max-age=15768000 ; includeSubDomains", ALL(15768000), ALL(15768000), ALL(15768000), ALL(15768000),
        ALL(15768000), ALL(15768000)),
    ROW("max-age=\"31536000\"", AGE(31536000), AGE(31536000), AGE(31536000), AGE(31536000),
        FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), NAN_FOUND),
    ROW("max-age=0", AGE(0), AGE(0), AGE(0), AGE(0), AGE(0), SHORT(0)),
    ROW("max-age=0; includeSubDomains", ALL(0), ALL(0), ALL(0), ALL(0), ALL(0), SHORT_ALL(0)),
};

static const struct row others[] = {
    ROW("max-age=31536000; includeSubDomains; preload", FLAGS(31536000), ALL(31536000), ALL(31536000), ALL(31536000),
        FLAGS(31536000), FLAGS(31536000)),
    ROW("PRELOAD;INCLUDESUBDOMAINS;MAX-AGE=31536000", FLAGS(31536000), ALL(31536000), ALL(31536000), ALL(31536000),
        FLAGS(31536000), FLAGS(31536000)),
    ROW("", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(EMPTY)), INVALID),
    ROW("\t ", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(EMPTY)), INVALID),
    ROW(";", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(EMPTY_DIRECTIVE)), INVALID),
    ROW("preload; includeSubDomains", NO, NO, NO, NO, FOUND(false, 0, true, true, 0),
        FOUND(false, 0, true, true, BIT(OBSERVATORY_INVALID))),
    /* directives again */
    ROW("max-age=1; includeSubDomains; includesubdomains", NO, NO, NO, NO,
        FOUND(true, 1, true, false, BIT(REPEATED_INCLUDE_SUBDOMAINS)), SHORT_ALL(1)),
    ROW("max-age=20000000; preload; preload", NO, AGE(20000000), AGE(20000000), AGE(20000000),
        FOUND(true, 20000000, false, true, BIT(REPEATED_PRELOAD)), FOUND(true, 20000000, false, true, 0)),
    ROW("max-age=1; x; X=1", NO, AGE(1), AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)),
        SHORT(1)),
    ROW("max-age=1; max-age=x", NO, NO, NO, NO, FOUND(false, 1, false, false, BIT(MAX_AGE_NON_DIGIT)), NAN_FOUND),
    ROW("max-age=x; max-age=20000000", NO, NO, NO, NO, FOUND(false, 20000000, false, false, BIT(MAX_AGE_NON_DIGIT)),
        AGE(20000000)),
    /* values where none belong */
    ROW("max-age=1; includeSubDomains=", NO, NO, NO, ALL(1),
        FOUND(true, 1, false, false, BIT(INVALID_INCLUDE_SUBDOMAINS)), SHORT(1)),
    ROW("max-age=1; includeSubDomains=\"\"", NO, NO, NO, ALL(1),
        FOUND(true, 1, false, false, BIT(INVALID_INCLUDE_SUBDOMAINS)), SHORT(1)),
    ROW("max-age=1; includeSubDomainsToo", AGE(1), AGE(1), AGE(1), ALL(1),
        FOUND(true, 1, false, false, BIT(INVALID_INCLUDE_SUBDOMAINS)), SHORT(1)),
    ROW("max-age=1; preload=yes", AGE(1), AGE(1), AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(INVALID_PRELOAD)),
        SHORT(1)),
    ROW("max-age=1; preloaded", AGE(1), AGE(1), AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(INVALID_PRELOAD)),
        SHORT(1)),
    /* numbers */
    ROW("max-age", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NO_VALUE)), INVALID),
    ROW("max-age=", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NO_NUMBER)), NAN_FOUND),
    ROW("max-age=\"\"", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), NAN_FOUND),
    ROW("max-aged=1", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NO_VALUE)), INVALID),
    ROW("max-age=-1", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), SHORT(0)),
    ROW("max-age=+20000000", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), AGE(20000000)),
    ROW("max-age=007", AGE(7), AGE(7), AGE(7), AGE(7), FOUND(true, 7, false, false, BIT(MAX_AGE_LEADING_ZERO)),
        SHORT(7)),
    ROW("max-age=0x10", NO, NO, NO, AGE(0),
        FOUND(false, 0, false, false, BIT(MAX_AGE_LEADING_ZERO) | BIT(MAX_AGE_NON_DIGIT)), SHORT(0)),
    ROW("max-age=1.5", NO, NO, NO, AGE(1), FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), SHORT(1)),
    ROW("max-age=1 includeSubDomains", NO, NO, NO, ALL(1), FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)),
        SHORT(1)),
    ROW("max-age= 1", AGE(1), AGE(1), AGE(1), AGE(1), FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), SHORT(1)),
    ROW("max-age=4294967296", AGE(4294967296), AGE(31536000), AGE(3153600000), AGE(4294967296), AGE(4294967296),
        AGE(4294967296)),
    ROW("max-age=9223372036854775808", AGE(9223372036854775808u), AGE(31536000), AGE(3153600000), AGE(INT64_MAX),
        AGE(9223372036854775808u), AGE(9223372036854775808u)),
    ROW("max-age=18446744073709551615", AGE(UINT64_MAX), AGE(31536000), AGE(3153600000), AGE(INT64_MAX),
        AGE(UINT64_MAX), AGE(UINT64_MAX)),
    ROW("max-age=18446744073709551616", AGE(UINT64_MAX), AGE(31536000), NO, AGE(INT64_MAX),
        FOUND(false, 0, false, false, BIT(MAX_AGE_NO_NUMBER)), AGE(UINT64_MAX)),
    /* quotes */
    ROW("max-age=\"3\\00\"", AGE(300), AGE(300), NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)),
        NAN_FOUND),
    ROW("max-age=\" 300\"", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), NAN_FOUND),
    ROW("max-age=\"300", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(MAX_AGE_NON_DIGIT)), NAN_FOUND),
    ROW("max-age=1; a=\"b;c\"", AGE(1), AGE(1), AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)),
        SHORT(1)),
    ROW("max-age=1; a=\";max-age=2\"", AGE(1), AGE(1), AGE(1), NO,
        FOUND(false, 1, false, false, BIT(UNKNOWN_DIRECTIVE) | BIT(MAX_AGE_NON_DIGIT)), SHORT(2)),
    ROW("max-age=1; a=\"\\\";\"", AGE(1), AGE(1), AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)),
        SHORT(1)),
    ROW("max-age=1; a=\"\xc3\xa4\"", AGE(1), AGE(1), NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)),
        SHORT(1)),
    ROW("max-age=1; a=\"b", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; a=\"b\\\"", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; a=\"b\"c", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("\"max-age\"=1", NO, NO, NO, NO, FOUND(false, 0, false, false, BIT(UNKNOWN_DIRECTIVE)), INVALID),
    ROW("max-age=1; \"", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; in\"cludeSubDomains", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)),
        SHORT(1)),
    /* what is no token */
    ROW("max-age=1; =2", NO, NO, AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; a=", NO, NO, AGE(1), AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; a=b c", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; a@b", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    ROW("max-age=1; \xc3\xa4", NO, NO, NO, AGE(1), FOUND(true, 1, false, false, BIT(UNKNOWN_DIRECTIVE)), SHORT(1)),
    /* other white space than blanks and tabs */
    ROW("max-age=1;\vpreload\f", NO, NO, NO, AGE(1), FOUND(true, 1, false, true, 0),
        FOUND(true, 1, false, true, BIT(OBSERVATORY_SHORT))),
};

static void check_row(const struct row *row, enum reading_client client)
{
    const struct expected *expected = &row->of[client];
    struct reading reading = reading_of_fields(client, row->values, row->values_count);
    bool max_age_expected = expected->taken || expected->max_age_s ||
                            (client == READING_OBSERVATORY && (expected->issues & BIT(OBSERVATORY_NOT_A_NUMBER)));
    if (reading.taken != expected->taken || reading.max_age_s != expected->max_age_s ||
        reading.include_subdomains != expected->include_subdomains || reading.preload != expected->preload ||
        reading.issues != expected->issues || reading.has_max_age != max_age_expected)
        fail_msg("\"%.*s\" as %s reads it: taken %d, max-age %d %llu, subdomains %d, preload %d, issues %x",
                 STR_ARG(row->values[0]), reading_client_name(client), reading.taken, reading.has_max_age,
                 (unsigned long long)reading.max_age_s, reading.include_subdomains, reading.preload, reading.issues);
}

static void check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (unsigned client = 0; client < READING_CLIENTS_COUNT; client++)
            check_row(&rows[i], client);
}

static void the_differential_table_holds_for_every_client(void **state)
{
    (void)state;
    check_rows(differential, COUNT(differential));
}

static void the_examples_of_the_rfc_are_read_as_it_says(void **state)
{
    (void)state;
    check_rows(rfc_examples, COUNT(rfc_examples));
}

static void every_client_has_its_own_mind_about_odd_forms(void **state)
{
    (void)state;
    check_rows(others, COUNT(others));
}

static void what_the_gateway_sends_is_read_alike_by_all(void **state)
{
    (void)state;
    const uint64_t ages[] = {0, 1, 300, 86400, 2592000, 31536000, 63072000, HSTS_MAX_AGE_S_MAX};
    for (size_t i = 0; i < COUNT(ages) * 3; i++) {
        struct hsts_policy policy = {ages[i / 3], i % 3 > 0, i % 3 > 1};
        char room[HSTS_FIELD_SIZE_MAX];
        struct str text;
        assert_true(hsts_field_write(&policy, room, &text, NULL));
        for (unsigned client = 0; client < READING_CLIENTS_COUNT; client++) {
            struct reading reading = reading_of(client, text);
            uint64_t age = policy.max_age_s;
            bool knows_preload = client != READING_CHROMIUM && client != READING_FIREFOX && client != READING_CURL;
            if (client == READING_CHROMIUM && age > 31536000)
                age = 31536000;
            assert_true(reading.taken && reading.max_age_s == age);
            assert_int_equal(reading.include_subdomains, policy.include_subdomains);
            assert_int_equal(reading.preload, policy.preload && knows_preload);
            assert_false(reading_has_error(&reading));
        }
    }
}

static void without_a_field_browsers_change_nothing_and_checkers_complain(void **state)
{
    (void)state;
    for (unsigned client = 0; client < READING_CLIENTS_COUNT; client++) {
        struct reading reading = reading_of_fields(client, NULL, 0);
        assert_false(reading.taken);
        assert_int_equal(reading_has_error(&reading), reading_is_checker(client));
    }
    struct reading preload = reading_of_fields(READING_HSTSPRELOAD, NULL, 0);
    assert_int_equal(preload.issues, BIT(NO_HEADER));
}

static void what_no_http_parser_lets_through_is_no_field(void **state)
{
    (void)state;
    const struct str values[] = {STR_INIT("max-age=300\0"), STR_INIT("max-age=300\r"), STR_INIT("max-age=300\n;"),
                                 STR_INIT("max-age=1; a=\"\r\n b\"")};
    for (size_t i = 0; i < COUNT(values); i++)
        for (unsigned client = 0; client < READING_CLIENTS_COUNT; client++) {
            struct reading reading = reading_of(client, values[i]);
            assert_false(reading.taken);
            assert_false(reading.has_max_age);
        }
}

static void the_observatory_looks_at_the_first_kilobyte_only(void **state)
{
    (void)state;
    char text[1200];
    memset(text, ';', sizeof text);
    memcpy(text, "max-age=20000000", 16);
    memcpy(text + 1030, "includeSubDomains", 17);
    struct reading reading = reading_of(READING_OBSERVATORY, str_make(text, sizeof text));
    assert_true(reading.taken);
    assert_false(reading.include_subdomains);
    memcpy(text + 1000, "includeSubDomains", 17);
    reading = reading_of(READING_OBSERVATORY, str_make(text, sizeof text));
    assert_true(reading.include_subdomains);
}

static void every_truncation_ends_within_the_bytes_for_every_client(void **state)
{
    (void)state;
    const struct {
        const struct row *rows;
        size_t count;
    } tables[] = {{differential, COUNT(differential)}, {rfc_examples, COUNT(rfc_examples)}, {others, COUNT(others)}};
    for (size_t t = 0; t < COUNT(tables); t++)
        for (size_t i = 0; i < tables[t].count; i++)
            for (size_t size = 0; size <= tables[t].rows[i].values[0].size; size++) {
                char *exact = test_malloc(size ? size : 1); /* guarded by cmocka, and by ASan */
                memcpy(exact, tables[t].rows[i].values[0].data, size);
                for (unsigned client = 0; client < READING_CLIENTS_COUNT; client++) {
                    struct reading reading = reading_of(client, str_make(exact, size));
                    assert_true(!reading.taken || reading.has_max_age);
                    assert_true(!reading.taken || !reading_has_error(&reading));
                    assert_true(reading_is_checker(client) || !reading.issues);
                }
                test_free(exact);
            }
}

static void every_issue_has_a_code_of_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < READING_ISSUES_COUNT; i++) {
        assert_non_null(reading_issue_code(i));
        for (unsigned j = 0; j < i; j++)
            assert_string_not_equal(reading_issue_code(i), reading_issue_code(j));
        struct reading reading = {.issues = READING_BIT(i)};
        assert_int_equal(reading_has_error(&reading), reading_issue_is_error(i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_differential_table_holds_for_every_client),
        cmocka_unit_test(the_examples_of_the_rfc_are_read_as_it_says),
        cmocka_unit_test(every_client_has_its_own_mind_about_odd_forms),
        cmocka_unit_test(what_the_gateway_sends_is_read_alike_by_all),
        cmocka_unit_test(without_a_field_browsers_change_nothing_and_checkers_complain),
        cmocka_unit_test(what_no_http_parser_lets_through_is_no_field),
        cmocka_unit_test(the_observatory_looks_at_the_first_kilobyte_only),
        cmocka_unit_test(every_truncation_ends_within_the_bytes_for_every_client),
        cmocka_unit_test(every_issue_has_a_code_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
