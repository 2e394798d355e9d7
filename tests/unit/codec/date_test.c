/* The C library's calendar is the oracle. */
#include "check.h"

#include <stdlib.h>
#include <time.h>

#include "codec/date.h"

#define NOW_S 1795456200 /* November 2026 */

static void the_three_forms_of_rfc_9110_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_s;
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"Wed Nov 16 08:49:37 1994", 784975777},
        {"Thu, 01 Jan 1970 00:00:00 GMT", 0},
        {"Wed, 31 Dec 1969 23:59:59 GMT", -1},
        {"Thu, 29 Feb 2024 23:59:60 GMT", 1709251200},
        {"Fri, 31 Dec 9999 23:59:59 GMT", 253402300799},
        {"Saturday, 01-Jan-00 00:00:00 GMT", 946684800},
        {"Wednesday, 01-Jan-76 00:00:00 GMT", 3345062400}, /* 2076: just 50 years ahead */
        {"Saturday, 01-Jan-77 00:00:00 GMT", 220924800},   /* 1977 */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t time_s = -7;
        if (!date_parse_http(str_from(cases[i].text), NOW_S, &time_s))
            fail_msg("%s", cases[i].text);
        assert_int_equal(time_s, cases[i].time_s);
    }
}

static void anything_else_is_refused(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "",
        "0",
        "Sun, 06 Nov 1994 08:49:37 UTC",
        "Sun, 06 Nov 1994 08:49:37 GMT ",
        " Sun, 06 Nov 1994 08:49:37 GMT",
        "sun, 06 nov 1994 08:49:37 gmt",
        "Mon, 06 Nov 1994 08:49:37 GMT", /* it was a Sunday */
        "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 94 08:49:37 GMT",
        "Sun, 06  Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov 1994 24:00:00 GMT",
        "Sun, 06 Nov 1994 08:60:00 GMT",
        "Sun, 06 Nov 1994 08:49:61 GMT",
        "Sun, 00 Nov 1994 08:49:37 GMT",
        "Wed, 29 Feb 2023 00:00:00 GMT",
        "Thu, 31 Apr 2026 00:00:00 GMT",
        "Sun, 06 Nov 1994 +8:49:37 GMT",
        "Sun, 06 Nov 1994 08:49:37 +0000",
        "Sun Nov 06 08:49:37 1994",
        "Sun Nov  6 08:49:37 94",
        "Sun, 06-Nov-94 08:49:37 GMT",
        "Sunday, 06 Nov 1994 08:49:37 GMT",
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t time_s = -7;
        if (date_parse_http(str_from(cases[i]), NOW_S, &time_s))
            fail_msg("accepted: %s", cases[i]);
        assert_int_equal(time_s, -7);
    }
}

static void every_truncation_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
                                        "Sun Nov  6 08:49:37 1994"};
    for (size_t i = 0; i < 3; i++) {
        for (size_t size = 0; size < strlen(texts[i]); size++) {
            char *copy = test_malloc(size + 1);
            memcpy(copy, texts[i], size);
            int64_t time_s;
            assert_false(date_parse_http(str_make(copy, size), NOW_S, &time_s));
            test_free(copy);
        }
    }
}

static void written_dates_agree_with_the_c_library_and_read_back(void **state)
{
    (void)state;
    srandom(5);
    for (int i = 0; i < 20000; i++) {
        int64_t time_s = ((int64_t)random() << 31 | random()) % 315569520000 - 62167219200 + (i % 2);
        time_t time = (time_t)time_s;
        struct tm tm;
        char imf[DATE_IMF_SIZE], log[DATE_LOG_SIZE], iso[DATE_ISO_SIZE], expected[64];
        assert_non_null(gmtime_r(&time, &tm));
        if (tm.tm_year + 1900 < 1000)
            continue; /* strftime pads these otherwise */
        size_t size = strftime(expected, sizeof expected, "%a, %d %b %Y %H:%M:%S GMT", &tm);
        assert_str(date_write_imf(time_s, imf), str_make(expected, size));
        size = strftime(expected, sizeof expected, "%d/%b/%Y:%H:%M:%S +0000", &tm);
        assert_str(date_write_log(time_s, log), str_make(expected, size));
        size = strftime(expected, sizeof expected, "%Y-%m-%dT%H:%M:%S.007Z", &tm);
        assert_str(date_write_iso(time_s * 1000 + 7, iso), str_make(expected, size));
        int64_t back_s;
        assert_true(date_parse_http(str_make(imf, sizeof imf), NOW_S, &back_s));
        assert_int_equal(back_s, time_s);
        bool has_time = false;
        back_s = 0;
        assert_true(date_parse_iso(str_make(iso, sizeof iso), &back_s, &has_time) && has_time);
        assert_int_equal(back_s, time_s);
        back_s = 0;
        assert_true(date_parse_log(str_make(log, sizeof log), &back_s));
        assert_int_equal(back_s, time_s);
    }
}

static void other_forms_of_timestamps_are_read_strictly(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_s;
        bool has_time;
    } iso[] = {
        {"1994-11-06T08:49:37Z", 784111777, true},
        {"1994-11-06T08:49:37.999999Z", 784111777, true},
        {"1994-11-06", 784080000, false},
        {"2024-02-29", 1709164800, false},
    };
    static const char *const wrong[] = {"",
                                        "1994-11-06T08:49:37",
                                        "1994-11-06T08:49:37+01:00",
                                        "1994-11-06 08:49:37Z",
                                        "1994-11-6",
                                        "94-11-06",
                                        "1994-11-06T08:49:37.Z",
                                        "1994-11-06T24:00:00Z",
                                        "1994-13-01",
                                        "1994-00-01",
                                        "2023-02-29",
                                        "1994-11-06T08:49Z",
                                        "1994-11-06Z",
                                        "1994-11-06T08:49:37z",
                                        "19941106"};
    static const char *const wrong_log[] = {
        "",
        "06/Nov/1994",
        "6/Nov/1994:08:49:37",
        "06/nov/1994:08:49:37",
        "31/Apr/1994:08:49:37",
        "06/Nov/1994:08:49:37 +0100",
        "06/Nov/1994:08:49:37 ",
        "[06/Nov/1994:08:49:37",
    };
    int64_t time_s = -7;
    bool has_time = false;
    for (size_t i = 0; i < sizeof iso / sizeof *iso; i++) {
        if (!date_parse_iso(str_from(iso[i].text), &time_s, &has_time))
            fail_msg("%s", iso[i].text);
        assert_int_equal(time_s, iso[i].time_s);
        assert_int_equal(has_time, iso[i].has_time);
    }
    assert_true(date_parse_log(STR("06/Nov/1994:08:49:37"), &time_s));
    assert_int_equal(time_s, 784111777);
    time_s = -7;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        if (date_parse_iso(str_from(wrong[i]), &time_s, &has_time))
            fail_msg("accepted: %s", wrong[i]);
    for (size_t i = 0; i < sizeof wrong_log / sizeof *wrong_log; i++)
        if (date_parse_log(str_from(wrong_log[i]), &time_s))
            fail_msg("accepted: %s", wrong_log[i]);
    assert_int_equal(time_s, -7);
}

static void times_beyond_four_digits_stay_within(void **state)
{
    (void)state;
    char text[DATE_IMF_SIZE], iso[DATE_ISO_SIZE];
    assert_str(date_write_imf(INT64_MAX, text), STR("Fri, 31 Dec 9999 23:59:59 GMT"));
    assert_str(date_write_imf(INT64_MIN, text), STR("Sat, 01 Jan 0000 00:00:00 GMT"));
    assert_str(date_write_imf(-1, text), STR("Wed, 31 Dec 1969 23:59:59 GMT"));
    assert_str(str_part(date_write_iso(INT64_MAX, iso), 0, 19), STR("9999-12-31T23:59:59"));
    assert_str(str_part(date_write_iso(INT64_MIN, iso), 0, 19), STR("0000-01-01T00:00:00"));
    assert_str(date_write_iso(-1, iso), STR("1969-12-31T23:59:59.999Z"));
}

static void moments_of_rfc_3339_are_read_with_their_offsets(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t time_s;
    } good[] = {
        {"2025-01-02T04:00:00Z", 1735790400},           {"2025-01-02t04:00:00z", 1735790400},
        {"2025-01-02T04:00:00.123456789Z", 1735790400}, {"2025-01-02T05:00:00+01:00", 1735790400},
        {"2025-01-01T22:30:00-05:30", 1735790400},      {"2025-01-02T04:00:00-00:00", 1735790400},
        {"2024-12-31T23:59:60Z", 1735689600},
    };
    static const char *const bad[] = {
        "",
        "2025-01-02",
        "2025-01-02T04:00:00",
        "2025-01-02 04:00:00Z",
        "2025-01-02T04:00Z",
        "2025-01-02T04:00:00.Z",
        "2025-01-02T04:00:00+0100",
        "2025-01-02T04:00:00+24:00",
        "2025-01-02T04:00:00+01:60",
        "2025-01-02T04:00:00Z ",
        "2025-02-29T04:00:00Z",
        "2025-13-01T04:00:00Z",
        "25-01-02T04:00:00Z",
    };
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t time_s = -7;
        if (!date_parse_rfc3339(str_from(good[i].text), &time_s) || time_s != good[i].time_s)
            fail_msg("%s: %lld", good[i].text, (long long)time_s);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t time_s = -7;
        if (date_parse_rfc3339(str_from(bad[i]), &time_s) || time_s != -7)
            fail_msg("%s", bad[i]);
    }
    struct str whole = STR("2025-01-02T05:00:00.5+01:00");
    for (size_t size = 0; size < whole.size; size++) {
        int64_t time_s;
        assert_false(date_parse_rfc3339(str_part(whole, 0, size), &time_s));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_of_rfc_3339_are_read_with_their_offsets),
        cmocka_unit_test(the_three_forms_of_rfc_9110_are_read),
        cmocka_unit_test(anything_else_is_refused),
        cmocka_unit_test(every_truncation_is_refused),
        cmocka_unit_test(written_dates_agree_with_the_c_library_and_read_back),
        cmocka_unit_test(other_forms_of_timestamps_are_read_strictly),
        cmocka_unit_test(times_beyond_four_digits_stay_within),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
