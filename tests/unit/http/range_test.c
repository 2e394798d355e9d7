/* Ranges and conditions by the tables of RFC 9110. */
#include "http/range.h"

#include "check.h"

static void one_range_is_a_part_and_anything_else_the_whole(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        uint64_t size;
        enum range_result result;
        uint64_t first, part;
    } cases[] = {
        {"bytes=0-0", 1000, RANGE_PART, 0, 1},
        {"bytes=0-499", 1000, RANGE_PART, 0, 500},
        {"Bytes=500-", 1000, RANGE_PART, 500, 500},
        {"bytes=999-", 1000, RANGE_PART, 999, 1},
        {"bytes=0-99999999999999999999999", 1000, RANGE_PART, 0, 1000},
        {"bytes=-1", 1000, RANGE_PART, 999, 1},
        {"bytes=-1000", 1000, RANGE_PART, 0, 1000},
        {"bytes=-99999999999999999999999", 1000, RANGE_PART, 0, 1000},
        {"bytes= 0-1 ", 1000, RANGE_PART, 0, 2},
        {"bytes=0-", UINT64_MAX, RANGE_PART, 0, UINT64_MAX},
        {"bytes=1000-", 1000, RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=99999999999999999999999-", 1000, RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-0", 1000, RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=0-", 0, RANGE_UNSATISFIABLE, 0, 0},
        {"bytes=-5", 0, RANGE_WHOLE, 0, 0},
        {"bytes=0-1,5-6", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=5-4", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=a-b", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=+1-2", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=1-2-3", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=1 - 2", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=--1", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=-", 1000, RANGE_WHOLE, 0, 0},
        {"bytes=", 1000, RANGE_WHOLE, 0, 0},
        {"bytes", 1000, RANGE_WHOLE, 0, 0},
        {"bytes =0-1", 1000, RANGE_WHOLE, 0, 0},
        {"lines=0-1", 1000, RANGE_WHOLE, 0, 0},
        {"", 1000, RANGE_WHOLE, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct range range = {0};
        enum range_result result = range_parse(str_from(cases[i].value), cases[i].size, &range);
        if (result != cases[i].result || range.first != cases[i].first || range.size != cases[i].part)
            fail_msg("%s of %llu: %d", cases[i].value, (unsigned long long)cases[i].size, (int)result);
    }
}

static void entity_tags_compare_strongly_and_weakly(void **state)
{
    (void)state;
    static const struct {
        const char *a, *b;
        bool strong, weak;
    } cases[] = {
        {"\"1\"", "\"1\"", true, true},
        {"W/\"1\"", "W/\"1\"", false, true},
        {"W/\"1\"", "\"1\"", false, true},
        {"\"1\"", "W/\"1\"", false, true},
        {"\"1\"", "\"2\"", false, false},
        {"W/\"1\"", "W/\"2\"", false, false},
        {"1", "1", false, false},
        {"", "", false, false},
        {"\"1", "\"1", false, false},
        {"\"a b\"", "\"a b\"", false, false},
        {"w/\"1\"", "w/\"1\"", false, false},
        {"\"\"", "\"\"", true, true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(range_etag_matches_strongly(str_from(cases[i].a), str_from(cases[i].b)), cases[i].strong);
        assert_int_equal(range_etag_matches_weakly(str_from(cases[i].a), str_from(cases[i].b)), cases[i].weak);
    }
}

/* Sun, 06 Nov 1994 08:49:37 GMT */
#define MODIFIED_S 784111777
#define SAME       "Sun, 06 Nov 1994 08:49:37 GMT"
#define BEFORE     "Sun, 06 Nov 1994 08:49:36 GMT"
#define AFTER      "Sun, 06 Nov 1994 08:49:38 GMT"

static const struct range_validators validators = {
    .etag = STR_INIT("\"v1\""), .modified_s = MODIFIED_S, .now_s = MODIFIED_S + 1000};

/* A request with up to four fields, "Name: value" each. */
static struct http_request request_of(enum http_method method, const char *const lines[4], struct http_field fields[4])
{
    struct http_request r = {.method = method, .fields = fields};
    for (size_t i = 0; i < 4 && lines[i]; i++) {
        struct str rest = str_from(lines[i]), name = str_cut(&rest, ':');
        fields[r.fields_count++] =
            (struct http_field){.name = name, .value = str_trim(rest), .id = http_field_id(name)};
    }
    return r;
}

static void conditions_are_asked_in_their_order(void **state)
{
    (void)state;
    static const struct {
        enum http_method method;
        const char *lines[4];
        enum range_condition condition;
    } cases[] = {
        {HTTP_METHOD_GET, {NULL}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-None-Match: \"v1\""}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_HEAD, {"If-None-Match: W/\"v1\""}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_PUT, {"If-None-Match: \"v1\""}, RANGE_CONDITION_FAILED},
        {HTTP_METHOD_GET, {"If-None-Match: \"v0\", , W/\"x,y\",\"v1\""}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_GET, {"If-None-Match: \"v0\"", "If-None-Match: \"v1\""}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_GET, {"If-None-Match: *"}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_PUT, {"If-None-Match: *"}, RANGE_CONDITION_FAILED},
        {HTTP_METHOD_GET, {"If-None-Match: \"v0\""}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-None-Match: v1"}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-None-Match: \"v0\"", "If-Modified-Since: " AFTER}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Modified-Since: " SAME}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_GET, {"If-Modified-Since: " AFTER}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_GET, {"If-Modified-Since: " BEFORE}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Modified-Since: yesterday"}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Modified-Since: " SAME, "If-Modified-Since: " SAME}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_POST, {"If-Modified-Since: " SAME}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Match: \"v1\""}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Match: *"}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Match: W/\"v1\""}, RANGE_CONDITION_FAILED},
        {HTTP_METHOD_GET, {"If-Match: \"v0\""}, RANGE_CONDITION_FAILED},
        {HTTP_METHOD_GET, {"If-Match: \"v1\"", "If-Unmodified-Since: " BEFORE}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Match: \"v1\"", "If-None-Match: \"v1\""}, RANGE_CONDITION_NOT_MODIFIED},
        {HTTP_METHOD_GET, {"If-Unmodified-Since: " SAME}, RANGE_CONDITION_HOLDS},
        {HTTP_METHOD_GET, {"If-Unmodified-Since: " BEFORE}, RANGE_CONDITION_FAILED},
        {HTTP_METHOD_GET, {"If-Unmodified-Since: x"}, RANGE_CONDITION_HOLDS},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_field fields[4];
        struct http_request r = request_of(cases[i].method, cases[i].lines, fields);
        if (range_check_conditions(&r, &validators) != cases[i].condition)
            fail_msg("case %zu: %s", i, cases[i].lines[0] ? cases[i].lines[0] : "");
    }
}

static void a_range_is_served_only_of_the_version_the_client_has(void **state)
{
    (void)state;
    static const struct {
        enum http_method method;
        const char *lines[4];
        enum range_result result;
    } cases[] = {
        {HTTP_METHOD_GET, {NULL}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1"}, RANGE_PART},
        {HTTP_METHOD_HEAD, {"Range: bytes=0-1"}, RANGE_WHOLE},
        {HTTP_METHOD_POST, {"Range: bytes=0-1"}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "Range: bytes=2-3"}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: \"v1\""}, RANGE_PART},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: W/\"v1\""}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: \"v0\""}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: " SAME}, RANGE_PART},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: " AFTER}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: " BEFORE}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: x"}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=0-1", "If-Range: \"v1\"", "If-Range: \"v0\""}, RANGE_WHOLE},
        {HTTP_METHOD_GET, {"Range: bytes=100-", "If-Range: \"v1\""}, RANGE_UNSATISFIABLE},
        {HTTP_METHOD_GET, {"Range: bytes=100-", "If-Range: \"v0\""}, RANGE_WHOLE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct http_field fields[4];
        struct range range;
        struct http_request r = request_of(cases[i].method, cases[i].lines, fields);
        if (range_find(&r, &validators, 100, &range) != cases[i].result)
            fail_msg("case %zu", i);
    }
    struct range_validators fresh = validators;
    struct http_field fields[4];
    struct range range;
    const char *const lines[4] = {"Range: bytes=0-1", "If-Range: " SAME};
    struct http_request r = request_of(HTTP_METHOD_GET, lines, fields);
    fresh.now_s = MODIFIED_S;
    assert_int_equal(range_find(&r, &fresh, 100, &range), RANGE_WHOLE);
}

static void content_range_says_what_is_sent(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 64);
    assert_true(range_write_content_range(&out, &(struct range){500, 500}, 1000));
    assert_str(buf_str(&out), STR("bytes 500-999/1000"));
    buf_clear(&out);
    assert_true(range_write_content_range(&out, NULL, 1000));
    assert_str(buf_str(&out), STR("bytes */1000"));
    buf_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_range_is_a_part_and_anything_else_the_whole),
        cmocka_unit_test(entity_tags_compare_strongly_and_weakly),
        cmocka_unit_test(conditions_are_asked_in_their_order),
        cmocka_unit_test(a_range_is_served_only_of_the_version_the_client_has),
        cmocka_unit_test(content_range_says_what_is_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
