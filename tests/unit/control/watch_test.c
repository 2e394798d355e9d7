/* What is known from watching: traffic by the hour, reasons told once. */
#include "api_ask.h"

#define SITE "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"

static struct counters_site *counters_of(struct fixture *f)
{
    return &f->counters->blocks[0].sites[state_find(&f->core.state, STR("a.test"))->slot];
}

static void write_down(struct fixture *f)
{
    struct err err = {0};
    assert_true(watch_traffic(f->core.watch, &f->core.state, f->counters, core_over_s(&f->core), &err));
}

static uint64_t https_since(struct fixture *f, int64_t from_s)
{
    struct evidence_traffic traffic;
    struct err err = {0};
    assert_true(store_traffic(f->core.store, STR("a.test"), from_s, &traffic, &err));
    return traffic.https_requests;
}

static void traffic_is_added_up_over_restarts_of_both_sides(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    counter_add(&counters_of(f)->requests_https, 1000); /* before anybody watched: not ours to count */
    write_down(f);
    counter_add(&counters_of(f)->requests_https, 10);
    counter_add(&counters_of(f)->requests_http, 3);
    write_down(f);
    write_down(f);
    assert_int_equal(https_since(f, 0), 10);
    fixture_restart(f);
    write_down(f);
    counter_set(&counters_of(f)->requests_https, 7); /* the gateway's memory began anew */
    write_down(f);
    assert_int_equal(https_since(f, 0), 17);
    counter_add(&counters_of(f)->requests_https, 1000); /* a look from outside is no visitor */
    watch_skip_traffic(f->core.watch, state_find(&f->core.state, STR("a.test")), f->counters);
    write_down(f);
    assert_int_equal(https_since(f, 0), 17);
    f->passed_s = 7200;
    counter_add(&counters_of(f)->requests_https, 5);
    write_down(f);
    assert_int_equal(https_since(f, 0), 22);
    assert_int_equal(https_since(f, core_latest_s(&f->core) - 3600), 5);
    fixture_free(f);
}

static void a_reason_is_new_once(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    assert_true(watch_held_back(f->core.watch, STR("a.test"), STR("no visitors")));
    assert_false(watch_held_back(f->core.watch, STR("a.test"), STR("no visitors")));
    assert_str(watch_reason(f->core.watch, STR("a.test")), STR("no visitors"));
    assert_false(watch_held_back(f->core.watch, STR("a.test"), STR("")));
    assert_true(watch_held_back(f->core.watch, STR("a.test"), STR("no visitors")));
    assert_str(watch_reason(f->core.watch, STR("b.test")), STR(""));
    fixture_free(f);
}

static void a_site_that_is_gone_is_forgotten(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_SYSTEM);
    assert_true(watch_looked_s(f->core.watch, STR("a.test")) > 0);
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", "", 200, NULL);
    assert_int_equal(watch_looked_s(f->core.watch, STR("a.test")), 0);
    fixture_free(f);
}

/* What was seen of the old one must not let a promise be made for the new one. */
static void what_was_seen_of_a_site_says_nothing_when_it_was_changed(void **state)
{
    static const char *const changes[] = {"{\"upstreams\":[\"http://127.0.0.1:2\"]}", "{\"aliases\":[\"www.a.test\"]}",
                                          "{\"local_ca\":true}", "{\"redirect\":\"permanent\"}"};
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
        assert_non_null(watch_observation(f->core.watch, state_find(&f->core.state, STR("a.test"))));
        RUN_ONE(f, "PATCH", "/v1/sites/a.test", changes[i], 200, NULL);
        assert_null(watch_observation(f->core.watch, state_find(&f->core.state, STR("a.test"))));
    }
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(f, "POST", "/v1/sites/a.test/hsts/moves", "{\"move\":\"start\"}", 200, NULL);
    assert_non_null(
        watch_observation(f->core.watch, state_find(&f->core.state, STR("a.test")))); /* a wish is no change */
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(traffic_is_added_up_over_restarts_of_both_sides),
        cmocka_unit_test(a_reason_is_new_once),
        cmocka_unit_test(a_site_that_is_gone_is_forgotten),
        cmocka_unit_test(what_was_seen_of_a_site_says_nothing_when_it_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
