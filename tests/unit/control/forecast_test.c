/* Who could not get in if the certificate failed now: before a promise, after a climb, after a release. */
#include "week_fixture.h"

#include "control/forecast.h"
#include "control/metrics.h"
#include "control/promises.h"

static struct forecast forecast(struct fixture *f)
{
    return forecast_of(&f->core, week_site(f, "a.test"));
}

static void without_a_promise_nobody_is_locked_out(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "\"forecast\":{\"share_percent\":null");
    week_come(f, "a.test", 0, 10, HTTP_AGENT_FIREFOX);
    struct forecast of = forecast(f);
    assert_true(of.is_known && of.exact);
    assert_int_equal(of.percent, 0);
    assert_int_equal(of.of, 10);
    assert_int_equal(of.until_s, 0);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "nobody would be locked out");
    clients_end(f);
}

/* Three came before the first promise, four since, and two scripts, which keep no promise. */
static void browsers_that_came_since_the_climb_hold_it(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    week_come(f, "a.test", 0, 3, HTTP_AGENT_FIREFOX);
    week_move(f, "start");
    week_pass(f, "a.test", 60);
    week_come(f, "a.test", 10, 4, HTTP_AGENT_CHROMIUM);
    week_come(f, "a.test", 20, 2, HTTP_AGENT_CURL);
    week_pass(f, "a.test", 60);
    struct forecast of = forecast(f);
    assert_int_equal(of.of, 9);
    assert_int_equal(of.clients, 4);
    assert_int_equal(of.percent, 44);
    assert_true(of.exact); /* two minutes old, and it lasts five */
    week_pass(f, "a.test", 240);
    of = forecast(f);
    assert_int_equal(of.clients, 4);
    assert_false(of.exact); /* some came more than five minutes ago: at most so many */
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "at most 44 % of this week's visitors");
    RUN_ONE(f, "GET", "/v1/status", NULL, 200,
            "\"forecast\":{\"share_percent\":44,\"clients\":{\"count\":4,\"error\":0}");
    week_move(f, "climb");
    week_pass(f, "a.test", 3600);
    week_come(f, "a.test", 0, 2, HTTP_AGENT_FIREFOX); /* who come back are given the longer one */
    week_come(f, "a.test", 10, 1, HTTP_AGENT_CHROMIUM);
    week_pass(f, "a.test", 3600);
    of = forecast(f);
    assert_int_equal(of.clients, 3);
    assert_true(of.exact);
    assert_int_equal(of.until_s, promises_binding(&f->core, week_site(f, "a.test"), LEDGER_ANY).until_s);
    assert_true(of.until_s > core_over_s(&f->core) + DAY_S - 10);
    clients_end(f);
}

static void whoever_hears_of_a_release_is_free(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    week_move(f, "start");
    week_come(f, "a.test", 0, 8, HTTP_AGENT_SAFARI);
    week_pass(f, "a.test", 301);
    week_move(f, "climb");
    week_pass(f, "a.test", 60);
    week_come(f, "a.test", 0, 8, HTTP_AGENT_SAFARI);
    week_pass(f, "a.test", 3600);
    assert_int_equal(forecast(f).clients, 8);
    week_move(f, "release");
    week_pass(f, "a.test", 60);
    week_come(f, "a.test", 0, 5, HTTP_AGENT_SAFARI);
    week_pass(f, "a.test", 3600);
    assert_int_equal(forecast(f).clients, 3);
    assert_true(forecast(f).until_s > 0);
    clients_end(f);
}

/* With the supervisor the memory ends, and no promise does: whoever was written down may hold one. */
static void who_came_before_a_restart_still_counts(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    week_move(f, "start");
    week_come(f, "a.test", 0, 9, HTTP_AGENT_FIREFOX);
    week_come(f, "a.test", 10, 1, HTTP_AGENT_CURL);
    week_begin_anew(f);
    struct forecast of = forecast(f);
    assert_true(of.is_known);
    assert_int_equal(of.clients, 9);
    assert_int_equal(of.of, 10);
    assert_int_equal(of.percent, 90);
    assert_false(of.exact);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "at most 90 % of this week's visitors");
    week_come(f, "a.test", 0, 2, HTTP_AGENT_FIREFOX); /* two of them again: no more than there were */
    assert_int_equal(forecast(f).clients, 9);
    week_pass(f, "a.test", 400); /* what they were told before the restart is over: only who came since may hold one */
    of = forecast(f);
    assert_int_equal(of.clients, 2);
    assert_int_equal(of.of, 2);
    clients_end(f);
}

/* On Monday morning nobody has come yet: the week before is told of, and said to be. */
static void on_its_first_day_a_week_is_told_by_the_one_before(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, NULL);
    week_come(f, "a.test", 0, 6, HTTP_AGENT_FIREFOX);
    week_pass(f, "a.test", monday_s + 7 * DAY_S + 3600 - core_over_s(&f->core));
    week_come(f, "a.test", 0, 1, HTTP_AGENT_FIREFOX);
    struct forecast of = forecast(f);
    assert_true(of.is_last_week);
    assert_int_equal(of.of, 6);
    assert_int_equal(of.clients, 0);
    week_pass(f, "a.test", DAY_S);
    of = forecast(f);
    assert_false(of.is_last_week);
    assert_int_equal(of.of, 1);
    clients_end(f);
}

/* Who has been at the name above is not known: everyone with a browser, at most. */
static void a_promise_of_a_name_above_binds_at_most_everyone(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    struct buf metrics;
    (void)state;
    week_add_site(f, "test");
    week_add_site(f, "a.test");
    RUN_ONE(f, "POST", "/v1/sites/test/hsts/moves", "{\"move\":\"start\"}", 200, NULL);
    RUN_ONE(f, "POST", "/v1/sites/test/hsts/moves",
            "{\"move\":\"include-subdomains-on\",\"override\":{\"guards\":[\"dwell\"],\"reason\":\"a test\","
            "\"confirm\":\"test\"}}",
            200, NULL);
    fixture_settle(f);
    week_come(f, "a.test", 0, 3, HTTP_AGENT_FIREFOX);
    week_come(f, "a.test", 10, 1, HTTP_AGENT_GO);
    struct forecast of = forecast(f);
    assert_int_equal(of.reach, FORECAST_ABOVE);
    assert_int_equal(of.clients, 3);
    assert_int_equal(of.percent, 75);
    assert_false(of.exact);
    assert_true(of.until_s > core_over_s(&f->core));
    buf_init(&metrics, 1 << 20);
    metrics_write(&f->core, &metrics);
    assert_true(buf_put_char(&metrics, '\0'));
    assert_non_null(strstr(metrics.data, "\nstrictgate_site_week_clients{site=\"a.test\"} 4\n"));
    assert_non_null(strstr(metrics.data, "\nstrictgate_site_lockout_percent{site=\"a.test\"} 75\n"));
    assert_non_null(strstr(metrics.data, "\nstrictgate_site_lockout_for_good{site=\"a.test\"} 0\n"));
    buf_fini(&metrics);
    clients_end(f);
}

static void without_memory_it_is_said_that_nobody_was_noted(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    week_add_site(f, "a.test");
    assert_false(forecast(f).is_known);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, NULL);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "how many that are is not known");
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_promise_nobody_is_locked_out),
        cmocka_unit_test(browsers_that_came_since_the_climb_hold_it),
        cmocka_unit_test(whoever_hears_of_a_release_is_free),
        cmocka_unit_test(who_came_before_a_restart_still_counts),
        cmocka_unit_test(on_its_first_day_a_week_is_told_by_the_one_before),
        cmocka_unit_test(a_promise_of_a_name_above_binds_at_most_everyone),
        cmocka_unit_test(without_memory_it_is_said_that_nobody_was_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
