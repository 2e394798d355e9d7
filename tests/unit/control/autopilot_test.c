/* What is done without anybody: climbing while all is well, ending a release when all are free. */
#include "api_ask.h"
#include "control/autopilot.h"
#include "control/promises.h"

#define SITE                                                                                                           \
    "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],"                                                     \
    "\"local_ca\":true,\"redirect\":\"permanent\"}"
#define MOVES "/v1/sites/a.test/hsts/moves"
#define DAY_S 86400

static const struct hsts_wish *wish(struct fixture *f)
{
    return &state_find(&f->core.state, STR("a.test"))->hsts;
}

/* Time goes by with visitors and somebody looking; renewals are proven so that a year can be promised. */
static void pass(struct fixture *f, int64_t seconds, enum observed_trust trust)
{
    const struct site *site = state_find(&f->core.state, STR("a.test"));
    struct err err = {0};
    bool more;
    assert_true(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    counter_add(&f->counters->blocks[0].sites[site->slot].requests_https, 100000);
    f->passed_s += seconds;
    commit_look_at_clock(&f->core);
    fixture_look(f, "a.test", trust);
    for (size_t before = f->core.autopilot_next; f->core.autopilot_next == before;)
        autopilot_turn(&f->core); /* whose time may be over before it has looked at the site */
    fixture_settle(f);
}

static struct fixture *fixture_with_site(void)
{
    struct fixture *f = fixture_new();
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    fixture_prove_renewals(f, "a.test");
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    return f;
}

static void an_automatic_climb_reaches_a_year_and_no_rung_is_left_early(void **state)
{
    static const struct {
        int64_t after_s;
        uint32_t max_age_s;
    } steps[] = {{200, 300},
                 {101, DAY_S},
                 {DAY_S / 2, DAY_S},
                 {DAY_S / 2 + 1, 7 * DAY_S},
                 {6 * DAY_S, 7 * DAY_S},
                 {DAY_S, 30 * DAY_S},
                 {29 * DAY_S, 30 * DAY_S},
                 {DAY_S, 365 * DAY_S},
                 {400 * DAY_S, 365 * DAY_S}};
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, NULL);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"permanent\"}", 200, "\"mode\":\"auto\"");
    for (size_t i = 0; i < 8; i++) {
        RUN_ONE(f, "PATCH", "/v1/sites/a.test", "{\"local_ca\":true}", 200, NULL);
        pass(f, steps[i].after_s, OBSERVED_TRUST_DECLARED);
        if (wish(f)->max_age_s != steps[i].max_age_s)
            fail_msg("step %zu: %u", i, wish(f)->max_age_s);
    }
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"phase\":\"permanent\"");
    RUN_ONE(f, "GET", "/v1/audit?limit=1", "", 200, "\"actor\":\"strictgate\"");
    fixture_free(f);
}

static void a_guard_that_blocks_holds_it_back_and_is_named(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, NULL);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"permanent\"}", 200, NULL);
    pass(f, 301, OBSERVED_TRUST_NONE);
    assert_int_equal(wish(f)->max_age_s, 300);
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"held_back\":\"");
    pass(f, 1, OBSERVED_TRUST_DECLARED);
    assert_int_equal(wish(f)->max_age_s, DAY_S);
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"held_back\":null");
    fixture_free(f);
}

static void hold_stops_it(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, NULL);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"permanent\"}", 200, NULL);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"hold\"}", 200, "\"mode\":\"hold\"");
    pass(f, 10 * DAY_S, OBSERVED_TRUST_DECLARED);
    assert_int_equal(wish(f)->max_age_s, 300);
    fixture_free(f);
}

static void a_release_ends_when_the_last_is_free_and_not_before(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, NULL);
    fixture_settle(f);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"release\"}", 200, "\"field\":\"max-age=0\"");
    fixture_settle(f);
    pass(f, 300, OBSERVED_TRUST_DECLARED);
    assert_int_equal(wish(f)->mode, HSTS_RELEASE);
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"field\":\"max-age=0\"");
    pass(f, LEDGER_SLACK_S + 60, OBSERVED_TRUST_DECLARED);
    assert_int_equal(wish(f)->mode, HSTS_OFF);
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"field\":null");
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", "", 200, NULL);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_automatic_climb_reaches_a_year_and_no_rung_is_left_early),
        cmocka_unit_test(a_guard_that_blocks_holds_it_back_and_is_named),
        cmocka_unit_test(hold_stops_it),
        cmocka_unit_test(a_release_ends_when_the_last_is_free_and_not_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
