/* From wishes to the ledger: what is durable before it is published, and when it ends. */
#include "api_ask.h"
#include "control/promises.h"

#define SITE                                                                                                           \
    "{\"name\":\"a.test\",\"aliases\":[\"www.a.test\"],\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define MOVE(name) "POST", "/v1/sites/a.test/hsts/moves", "{\"move\":\"" name "\"}"
#define DAY_S      86400

static struct fixture *fixture_with_site(void)
{
    struct fixture *f = fixture_new();
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    return f;
}

static size_t open_entries(struct fixture *f, const char *name)
{
    const struct ledger *ledger = book_ledger(&f->core.book, str_from(name));
    size_t count = 0;
    for (size_t i = 0; ledger && i < ledger->count; i++)
        count += ledger->entries[i].to_s == LEDGER_OPEN;
    return count;
}

static int64_t bound_for_s(struct fixture *f, const char *name)
{
    const struct ledger *ledger = book_ledger(&f->core.book, str_from(name));
    int64_t latest_s = core_latest_s(&f->core);
    int64_t until_s = ledger ? ledger_bound_until(ledger, latest_s, LEDGER_ANY, LEDGER_NAME) : 0;
    return until_s > latest_s ? until_s - latest_s : 0;
}

static void every_name_of_the_site_is_bound_before_the_snapshot_goes_out(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    assert_int_equal(bound_for_s(f, "a.test"), 0);
    RUN_ONE(f, MOVE("start"), 200, NULL);
    fixture_restart(f); /* the gateway may have it, control died before anybody acknowledged */
    assert_in_range(bound_for_s(f, "a.test"), 300, 300 + LEDGER_SLACK_S);
    assert_in_range(bound_for_s(f, "www.a.test"), 300, 300 + LEDGER_SLACK_S);
    fixture_free(f);
}

static void publishing_the_same_again_opens_nothing(void **state)
{
    struct fixture *f = fixture_with_site();
    struct err err = {0};
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, NULL);
    for (int i = 0; i < 5; i++)
        assert_true(commit_again(&f->core, &err));
    assert_int_equal(book_ledger(&f->core.book, STR("a.test"))->count, 1);
    fixture_free(f);
}

static void the_old_promise_stays_open_until_nobody_can_serve_it(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, NULL);
    RUN_ONE(f, MOVE("release"), 200, "\"field\":\"max-age=0\"");
    assert_int_equal(open_entries(f, "a.test"), 2);
    f->passed_s = 10 * DAY_S; /* the gateway never acknowledged: it may be sending max-age=300 to this day */
    assert_true(bound_for_s(f, "a.test") >= 300);
    fixture_settle(f);
    assert_int_equal(open_entries(f, "a.test"), 1);
    f->passed_s += 300 + LEDGER_SLACK_S + 1;
    assert_int_equal(bound_for_s(f, "a.test"), 0);
    fixture_restart(f);
    assert_int_equal(open_entries(f, "a.test"), 1);
    assert_int_equal(bound_for_s(f, "a.test"), 0);
    fixture_free(f);
}

static void a_name_that_moves_to_another_site_keeps_what_it_was_told(void **state)
{
    static const struct step steps[] = {
        {MOVE("start"), 200, NULL},
        {"PATCH", "/v1/sites/a.test",
         "{\"aliases\":[],\"override\":{\"guards\":[\"keep-name\"],\"reason\":\"x\",\"confirm\":\"a.test\"}}", 200,
         NULL},
        {"POST", "/v1/sites", "{\"name\":\"b.test\",\"aliases\":[\"www.a.test\"],\"upstreams\":[\"http://x:1\"]}", 201,
         "\"bound_by\":\"www.a.test\""},
        {"DELETE", "/v1/sites/b.test", "", 409, "keep-name"},
        {"GET", "/v1/sites/b.test/ledger", "", 200, "\"max_age\":300"},
    };
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

/* Until two renewals were seen served no max-age reaches past the certificate's end. */
static void a_promise_is_bounded_by_the_certificate_until_renewal_is_proven(void **state)
{
    struct fixture *f = fixture_with_site();
    struct ledger_promise promise;
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, "\"certificate_bounds_until\":\"20");
    struct site *site = state_find(&f->core.state, STR("a.test"));
    assert_true(promises_of(&f->core, site, &promise));
    assert_true(promise.cap_s > core_latest_s(&f->core));
    fixture_prove_renewals(f, "a.test");
    assert_int_equal(watch_renewals_seen(f->core.watch, state_find(&f->core.state, STR("a.test"))), 2);
    assert_true(promises_of(&f->core, site, &promise));
    assert_int_equal(promise.cap_s, 0);
    fixture_restart(f); /* what was seen is remembered */
    assert_int_equal(watch_renewals_seen(f->core.watch, state_find(&f->core.state, STR("a.test"))), 2);
    fixture_free(f);
}

/* Gateways bound by the wall clock: set back, it lets them promise past the cap. */
static void a_wall_clock_that_was_set_back_takes_the_caps_off(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, NULL);
    assert_true(book_ledger(&f->core.book, STR("a.test"))->entries[0].promise.cap_s > 0);
    f->wall_shift_s = -30 * DAY_S;
    commit_look_at_clock(&f->core);
    assert_int_equal(book_ledger(&f->core.book, STR("a.test"))->entries[0].promise.cap_s, 0);
    RUN_ONE(f, MOVE("climb"), 409, "\"guard\":\"clock\"");
    RUN_ONE(f, "POST", "/v1/clock", "{\"confirm\":false}", 400, "confirm");
    RUN_ONE(f, "POST", "/v1/clock", "{\"confirm\":true}", 200, "\"trust\":\"good\"");
    fixture_restart(f);
    assert_int_equal(book_ledger(&f->core.book, STR("a.test"))->entries[0].promise.cap_s, 0);
    fixture_free(f);
}

/* What is sent is what was published, whatever has become known since: it stays open. */
static void proof_that_was_not_published_closes_nothing(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, NULL);
    fixture_prove_renewals(f, "a.test"); /* the commit that should follow failed */
    fixture_settle(f);
    assert_int_equal(open_entries(f, "a.test"), 1);
    fixture_free(f);
}

static void a_wall_clock_that_is_right_again_closes_nothing_that_is_sent(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, NULL);
    f->wall_shift_s = -30 * DAY_S;
    commit_look_at_clock(&f->core); /* the entry loses its cap */
    f->wall_shift_s = 0;
    fixture_settle(f); /* and what is carried counts with it again */
    assert_int_equal(open_entries(f, "a.test"), 1);
    assert_in_range(bound_for_s(f, "a.test"), 300, 300 + LEDGER_SLACK_S);
    fixture_free(f);
}

static void a_control_that_has_published_nothing_closes_nothing(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    RUN_ONE(f, MOVE("start"), 200, NULL);
    fixture_restart(f);
    fixture_settle(f);
    assert_int_equal(open_entries(f, "a.test"), 1);
    fixture_free(f);
}

/* A foreign store may hold anything; null would say that nobody is bound. */
static void the_end_of_time_is_told_as_a_date(void **state)
{
    const struct ledger_entry entry = {
        .id = 1, .promise = {.max_age_s = INT64_MAX / 2}, .from_s = 1, .to_s = INT64_MAX / 2};
    struct fixture *f = fixture_with_site();
    (void)state;
    assert_true(book_load(&f->core.book, STR("a.test"), &entry));
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"bound_until\":\"9999-12-31T23:59:59Z\"");
    fixture_free(f);
}

/* Whoever starts and releases all day long fills the store, but not the memory. */
static void what_binds_nobody_any_more_is_let_go(void **state)
{
    struct fixture *f = fixture_with_site();
    (void)state;
    for (int i = 0; i < 20; i++) {
        RUN_ONE(f, MOVE("start"), 200, NULL);
        RUN_ONE(f, MOVE("release"), 200, NULL);
        fixture_settle(f);
        f->passed_s += 2 * LEDGER_SLACK_S;
        fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
        commit_save_clock(&f->core);
        assert_in_range(book_ledger(&f->core.book, STR("a.test"))->count, 1, 2);
    }
    RUN_ONE(f, "GET", "/v1/sites/a.test/ledger", "", 200, "\"max_age\":300"); /* history */
    fixture_free(f);
}

static void a_site_without_a_certificate_or_under_an_address_promises_nothing(void **state)
{
    struct fixture *f = fixture_new();
    struct ledger_promise promise;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"bare.test\",\"upstreams\":[\"http://x:1\"]}", 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"192.0.2.1\",\"upstreams\":[\"http://x:1\"],\"local_ca\":true}", 201,
            NULL);
    for (size_t i = 0; i < f->core.state.sites_count; i++) {
        struct site *site = f->core.state.sites[i];
        site->hsts.mode = HSTS_HOLD;
        site->hsts.max_age_s = 300;
        assert_false(promises_of(&f->core, site, &promise));
    }
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_of_the_site_is_bound_before_the_snapshot_goes_out),
        cmocka_unit_test(publishing_the_same_again_opens_nothing),
        cmocka_unit_test(the_old_promise_stays_open_until_nobody_can_serve_it),
        cmocka_unit_test(a_name_that_moves_to_another_site_keeps_what_it_was_told),
        cmocka_unit_test(a_promise_is_bounded_by_the_certificate_until_renewal_is_proven),
        cmocka_unit_test(a_wall_clock_that_was_set_back_takes_the_caps_off),
        cmocka_unit_test(proof_that_was_not_published_closes_nothing),
        cmocka_unit_test(a_wall_clock_that_is_right_again_closes_nothing_that_is_sent),
        cmocka_unit_test(a_control_that_has_published_nothing_closes_nothing),
        cmocka_unit_test(the_end_of_time_is_told_as_a_date),
        cmocka_unit_test(what_binds_nobody_any_more_is_let_go),
        cmocka_unit_test(a_site_without_a_certificate_or_under_an_address_promises_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
