#include "check.h"

#include "acme/retry_after.h"

#define NOW_S 1768478400 /* Thu, 15 Jan 2026 12:00:00 GMT */

static void seconds_and_dates_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t wait_s;
    } cases[] = {
        {"0", 0},
        {"120", 120},
        {" 120\t", 120},
        {"999999999999", RETRY_AFTER_S_MAX},
        {"18446744073709551615", RETRY_AFTER_S_MAX},
        {"Thu, 15 Jan 2026 12:02:00 GMT", 120},
        {"Thursday, 15-Jan-26 12:02:00 GMT", 120},
        {"Thu, 15 Jan 2026 11:00:00 GMT", 0},
        {"Fri, 31 Dec 9999 23:59:59 GMT", RETRY_AFTER_S_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t wait_s = -7;
        if (!retry_after_parse(str_from(cases[i].text), NOW_S, &wait_s) || wait_s != cases[i].wait_s)
            fail_msg("%s: %lld", cases[i].text, (long long)wait_s);
    }
}

static void anything_else_is_none(void **state)
{
    (void)state;
    static const char *const cases[] = {
        "", "-1", "+1", "1.5", "1s", "18446744073709551616", "soon", "1 2", "Thu, 15 Jan 2026 12:02:00 UTC"};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t wait_s = -7;
        if (retry_after_parse(str_from(cases[i]), NOW_S, &wait_s) || wait_s != -7)
            fail_msg("%s", cases[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(seconds_and_dates_are_read),
        cmocka_unit_test(anything_else_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
