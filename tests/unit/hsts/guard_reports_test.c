#include "guard_world.h"

static void reporters_weigh_and_not_reports(void **state)
{
    static const struct {
        bool wanted;
        uint64_t count, reporters;
        enum guard_verdict climb;
        const char *words;
    } cases[] = {
        {false, 0, 0, GUARD_PASS, "are not asked to report"},
        {true, 0, 0, GUARD_PASS, "No browser reported"},
        {true, 1, 1, GUARD_WARN, "browsers of a few networks reported"},
        {true, UINT64_MAX, GUARD_REPORTERS_COUNT_MIN - 1, GUARD_WARN, "a few networks"},
        {true, 7, 0, GUARD_WARN, "a few networks"}, /* a sample that says nothing for certain */
        {true, 5, GUARD_REPORTERS_COUNT_MIN, GUARD_BLOCK, "at least 5 networks"},
        {false, 5, GUARD_REPORTERS_COUNT_MIN, GUARD_BLOCK, "at least 5 networks"},
        {true, UINT64_MAX, UINT64_MAX, GUARD_BLOCK, "at least 18446744073709551615 networks"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        w.facts.reports = (struct guard_reports){.wanted = cases[i].wanted,
                                                 .count = cases[i].count,
                                                 .reporters = cases[i].reporters,
                                                 .type = STR("tls.cert.date_invalid"),
                                                 .words = STR("met a certificate that is over or not valid yet"),
                                                 .help = STR("Renew the certificate.")};
        struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "reports", cases[i].climb, cases[i].words);
        assert_true(result.overridable);
        (void)world_expect(&w, HSTS_MOVE_PERMANENT, "reports", cases[i].climb, cases[i].words);
        if (result.verdict == GUARD_PASS)
            continue;
        assert_non_null(strstr(result.why, "most often tls.cert.date_invalid: the browser met a certificate that is"));
        assert_non_null(strstr(result.fix, "Renew the certificate. All that was reported is in"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(reporters_weigh_and_not_reports)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
