#include "guard_world.h"

static void a_rung_is_held_for_its_own_length_before_the_next(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.before.since_s = WORLD_NOW_S - DAY_S;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_PASS, "1 day has been held since 2027-01-14 08:00 UTC");
    w.facts.before.since_s += 1;
    struct guard_result result =
        world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_BLOCK, "Wait until 2027-01-15 08:00 UTC");
    assert_true(result.overridable);
    assert_non_null(strstr(result.why, "The rung of 1 day has been held only since 2027-01-14 08:00 UTC"));
}

static void no_rung_is_left_out_on_the_way_up(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.after.max_age_s = 7 * DAY_S;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_PASS, "");
    w.facts.after.max_age_s = 30 * DAY_S;
    struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_BLOCK, "Go on to 1 week first");
    assert_true(result.overridable);
    hsts_wish_init(&w.facts.before); /* from off the first rung is the next */
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_BLOCK, "Go on to 5 minutes first");
    w.facts.before.max_age_s = LADDER_YEAR_S; /* a shorter promise than before leaves nothing out */
    w.facts.before.since_s = WORLD_NOW_S - LADDER_YEAR_S;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_PASS, "");
}

static void dwell_goes_by_the_ledgers_clock(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.now_s = w.facts.before.since_s + DAY_S - 1;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_BLOCK, "");
    w.facts.now_s += 1;
    w.facts.wall_s = 0;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "dwell", GUARD_PASS, "");
}

static void enough_are_different_clients(void **state)
{
    static const struct {
        uint64_t clients, error;
        bool is_several_weeks;
        enum guard_verdict verdict;
        const char *words;
    } cases[] = {
        {1, 0, false, GUARD_WARN, "Only 1 client came over HTTPS since this rung began, with 5000 requests"},
        {4, 0, false, GUARD_WARN, "Only 4 different clients came"},
        {4, 0, true, GUARD_WARN, "Only 4 different clients came"},
        {GUARD_CLIENTS_COUNT_MIN, 0, false, GUARD_PASS, "5 different clients came over HTTPS since this rung began."},
        {1840, 166, false, GUARD_PASS, "About 1840 different clients came"},
        {1840, 166, true, GUARD_PASS, "About 1840 different clients came over HTTPS in the busiest week of this rung."},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        w.facts.coverage.clients = cases[i].clients;
        w.facts.coverage.clients_error = cases[i].error;
        w.facts.coverage.is_several_weeks = cases[i].is_several_weeks;
        struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "traffic", cases[i].verdict, cases[i].words);
        assert_int_equal(result.evidence_s, WORLD_NOW_S);
    }
}

static void machines_try_nothing(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.coverage.machines = w.facts.coverage.clients - 5;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "traffic", GUARD_PASS, "5 different clients");
    w.facts.coverage.machines++;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "traffic", GUARD_WARN, "Only 4 different clients");
    w.facts.coverage.clients = w.facts.coverage.machines = 3;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "traffic", GUARD_BLOCK, "Only crawlers and monitoring (3)");
    w.facts.coverage.machines = 4; /* of a sample that was written to meanwhile */
    (void)world_expect(&w, HSTS_MOVE_PERMANENT, "traffic", GUARD_WARN, "no visitor has tried it");
}

/* Without memory for them, or when all that came is from before it began. */
static void where_clients_are_not_known_requests_are_counted(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    w.facts.coverage.clients = 0;
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "traffic", GUARD_PASS, "5000 requests came over HTTPS since");
    w.facts.coverage = (struct guard_coverage){.is_noted = false, .clients = 7};
    (void)world_expect(&w, HSTS_MOVE_CLIMB, "traffic", GUARD_PASS, "of how many clients is not known");
}

static void nobody_climbs_unseen(void **state)
{
    static const struct {
        uint64_t count;
        enum guard_verdict climb, permanent;
        const char *words;
    } cases[] = {
        {0, GUARD_BLOCK, GUARD_WARN, "nobody has tried it"},
        {1, GUARD_WARN, GUARD_WARN, "Only 1 request came"},
        {GUARD_REQUESTS_COUNT_MIN - 1, GUARD_WARN, GUARD_WARN, "Only 99 requests came"},
        {GUARD_REQUESTS_COUNT_MIN, GUARD_PASS, GUARD_PASS, "100 requests came"},
        {UINT64_MAX, GUARD_PASS, GUARD_PASS, "18446744073709551615 requests"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        w.facts.coverage = (struct guard_coverage){.is_noted = false};
        w.facts.https_requests = cases[i].count;
        struct guard_result result = world_expect(&w, HSTS_MOVE_CLIMB, "traffic", cases[i].climb, cases[i].words);
        assert_int_equal(result.evidence_s, WORLD_NOW_S);
        assert_true(result.overridable);
        (void)world_expect(&w, HSTS_MOVE_PERMANENT, "traffic", cases[i].permanent, cases[i].words);
    }
}

static void many_requests_over_plain_http_are_warned_of(void **state)
{
    static const struct {
        uint64_t http, https;
        const char *verdicts, *words;
    } cases[] = {
        {0, 0, "PPPPP", "0 of the requests"},
        {5, 95, "PPPPP", "5 of the requests"},
        {6, 94, "WWWWW", "6 percent of the requests"},
        {7, 0, "WWWWW", "100 percent"},
        {UINT64_MAX, UINT64_MAX, "WWWWW", "50 percent"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct world w;
        world_init(&w);
        w.facts.http_requests = cases[i].http;
        w.facts.https_requests = cases[i].https;
        world_expect_all(&w, "http-census", cases[i].verdicts, cases[i].words);
    }
}

static void an_untrusted_clock_blocks_every_promise_for_good(void **state)
{
    struct world w;
    (void)state;
    world_init(&w);
    world_expect_all(&w, "clock", "PPPPP", "it says 2027-01-15 08:00 UTC.");
    w.facts.clock = HSTS_CLOCK_BEHIND;
    w.facts.clock_why = STR("a certificate in service begins to be valid later.");
    world_expect_all(&w, "clock", "BBBBB", "can be timed now: a certificate in service begins to be valid later.");
    w.facts.clock = HSTS_CLOCK_JUMPED;
    w.facts.clock_why = STR("");
    world_expect_all(&w, "clock", "BBBBB", "It says 2027-01-15 08:00 UTC: set it right");
    assert_false(world_expect(&w, HSTS_MOVE_START, "clock", GUARD_BLOCK, "timedatectl").overridable);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rung_is_held_for_its_own_length_before_the_next),
        cmocka_unit_test(no_rung_is_left_out_on_the_way_up),
        cmocka_unit_test(dwell_goes_by_the_ledgers_clock),
        cmocka_unit_test(nobody_climbs_unseen),
        cmocka_unit_test(enough_are_different_clients),
        cmocka_unit_test(machines_try_nothing),
        cmocka_unit_test(where_clients_are_not_known_requests_are_counted),
        cmocka_unit_test(many_requests_over_plain_http_are_warned_of),
        cmocka_unit_test(an_untrusted_clock_blocks_every_promise_for_good),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
