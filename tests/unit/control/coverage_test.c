/* Weeks of clients outlive their samples: written down, read back, of a rung and of its guard. */
#include "week_fixture.h"

#include <stdlib.h>

#include "control/coverage.h"

static struct coverage_rung rung_of(struct fixture *f)
{
    struct coverage_rung rung;
    struct err err = {0};
    assert_true(coverage_of_rung(&f->core, week_site(f, "a.test"), &rung, &err));
    return rung;
}

static size_t weeks_count(struct fixture *f, struct coverage_week *ret_last)
{
    struct coverage_week *weeks;
    struct err err = {0};
    size_t count;
    assert_true(coverage_weeks(&f->core, week_site(f, "a.test"), 0, &weeks, &count, &err));
    if (count && ret_last)
        *ret_last = weeks[count - 1];
    free(weeks);
    return count;
}

static void a_week_is_kept_when_its_sample_is_gone(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    struct coverage_week last = {0};
    (void)state;
    week_add_site(f, "a.test");
    assert_int_equal(weeks_count(f, NULL), 0);
    week_come(f, "a.test", 0, 10, HTTP_AGENT_FIREFOX);
    week_pass(f, "a.test", DAY_S);
    week_come(f, "a.test", 8, 4, HTTP_AGENT_FIREFOX);
    assert_int_equal(weeks_count(f, &last), 1); /* not written down yet, and known */
    assert_int_equal(last.https, 12);
    assert_int_equal(last.returning, 2);
    for (int i = 0; i < COVERAGE_ROUND_TURNS; i++)
        coverage_turn(&f->core);
    for (int i = 0; i < 3; i++)
        week_pass(f, "a.test", 7 * DAY_S);
    assert_int_equal(weeks_count(f, &last), 1);
    assert_int_equal(last.https, 12);
    assert_int_equal(last.returning, 2);
    assert_int_equal(last.classes[HTTP_AGENT_FIREFOX].counted, 12);
    week_come(f, "a.test", 0, 1, HTTP_AGENT_FIREFOX);
    assert_int_equal(weeks_count(f, &last), 2);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200,
            "\"https\":{\"count\":12,\"error\":0},\"returning_percent\":17,\"classes\":[{\"class\":\"firefox\","
            "\"count\":12,");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200, "\"rung\":null");
    clients_end(f);
}

static void a_new_start_within_a_week_forgets_nothing_of_it(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    struct coverage_week last = {0};
    (void)state;
    week_add_site(f, "a.test");
    week_come(f, "a.test", 0, 10, HTTP_AGENT_FIREFOX);
    week_begin_anew(f);
    week_come(f, "a.test", 100, 3, HTTP_AGENT_CURL);
    assert_int_equal(weeks_count(f, &last), 1);
    assert_int_equal(last.https, 10); /* whether the three are others is not known */
    assert_int_equal(last.classes[HTTP_AGENT_CURL].days, weeks_day_bit(f->core.clients->day));
    week_come(f, "a.test", 200, 20, HTTP_AGENT_FIREFOX);
    assert_int_equal(weeks_count(f, &last), 1);
    assert_int_equal(last.https, 23);
    clients_end(f);
}

static void a_rung_within_a_week_has_its_own_count(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    week_come(f, "a.test", 0, 50, HTTP_AGENT_FIREFOX);
    coverage_end(&f->core);
    assert_int_equal(rung_of(f).since_s, 0);
    week_move(f, "start");
    assert_int_equal(rung_of(f).clients, 0);
    week_come(f, "a.test", 48, 4, HTTP_AGENT_FIREFOX);
    assert_int_equal(rung_of(f).clients, 4);
    week_pass(f, "a.test", 301);
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", NULL, 200, NULL);
    RUN_ONE(f, "GET", "/v1/sites/a.test/guards", NULL, 200,
            "Only 4 different clients came over HTTPS since this rung began, with ");
    week_come(f, "a.test", 60, 3, HTTP_AGENT_FIREFOX);
    RUN_ONE(f, "GET", "/v1/sites/a.test/guards", NULL, 200,
            "7 different clients came over HTTPS since this rung began.");
    week_move(f, "climb");
    assert_int_equal(rung_of(f).clients, 0); /* another rung */
    week_come(f, "a.test", 0, 6, HTTP_AGENT_FIREFOX);
    assert_int_equal(rung_of(f).clients, 6);
    week_begin_anew(f);
    assert_int_equal(rung_of(f).clients, 6);
    week_pass(f, "a.test", 8 * DAY_S);
    week_come(f, "a.test", 0, 9, HTTP_AGENT_FIREFOX);
    assert_int_equal(rung_of(f).clients, 9);
    assert_true(rung_of(f).is_several_weeks);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200,
            "\"https\":{\"count\":9,\"error\":0},\"busiest_week\":true,\"returning_percent\":0,\"classes_missing\":[]");
    clients_end(f);
}

static void a_kind_that_stays_away_since_the_climb_is_told(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    (void)state;
    week_add_site(f, "a.test");
    week_move(f, "start");
    for (int i = 0; i < 12; i++) {
        week_come(f, "a.test", 0, 20, HTTP_AGENT_FIREFOX);
        week_come(f, "a.test", 100, 2, HTTP_AGENT_COLLECT);
        coverage_end(&f->core);
        week_pass(f, "a.test", DAY_S);
    }
    week_move(f, "climb");
    for (int i = 0; i < 4; i++) {
        week_come(f, "a.test", 0, 20, HTTP_AGENT_FIREFOX);
        coverage_end(&f->core);
        assert_int_equal(rung_of(f).missing_count, i > 2); /* days that are over, without that of the climb */
        week_pass(f, "a.test", DAY_S);
    }
    week_come(f, "a.test", 0, 20, HTTP_AGENT_FIREFOX);
    struct coverage_rung rung = rung_of(f);
    assert_int_equal(rung.missing_count, 1);
    assert_int_equal(rung.missing[0].class, HTTP_AGENT_COLLECT);
    assert_int_equal(rung.missing[0].days, 12);
    RUN_ONE(f, "GET", "/v1/sites/a.test/guards", NULL, 200, "before, they came on 12 of 12 days");
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", NULL, 200,
            "\"classes_missing\":[{\"class\":\"collect\",\"last_seen\":\"");
    week_come(f, "a.test", 100, 1, HTTP_AGENT_COLLECT);
    assert_int_equal(rung_of(f).missing_count, 0);
    clients_end(f);
}

static void without_memory_what_was_kept_is_told(void **state)
{
    int64_t monday_s;
    struct fixture *f = week_fixture(&monday_s);
    struct clients *clients = f->core.clients;
    (void)state;
    week_add_site(f, "a.test");
    week_come(f, "a.test", 0, 10, HTTP_AGENT_FIREFOX);
    coverage_end(&f->core);
    f->core.clients = NULL;
    coverage_turn(&f->core);
    coverage_end(&f->core);
    assert_int_equal(weeks_count(f, NULL), 1);
    assert_int_equal(rung_of(f).since_s, 0);
    f->core.clients = clients;
    clients_end(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_is_kept_when_its_sample_is_gone),
        cmocka_unit_test(a_new_start_within_a_week_forgets_nothing_of_it),
        cmocka_unit_test(a_rung_within_a_week_has_its_own_count),
        cmocka_unit_test(a_kind_that_stays_away_since_the_climb_is_told),
        cmocka_unit_test(without_memory_what_was_kept_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
