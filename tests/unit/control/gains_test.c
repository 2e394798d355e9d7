/* What the counters gained: written down once, whatever restarts, and not while Strictgate itself looks. */
#include "api_ask.h"
#include "store/store_parts.h"

#define SITE_A     "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define SITE_B     "{\"name\":\"b.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define UNKNOWN_CA 11 /* in counters_causes */
#define PLAIN_HTTP 14

static uint32_t slot_of(struct fixture *f, const char *site)
{
    return state_find(&f->core.state, str_from(site))->slot;
}

static struct counters_site *counters_of(struct fixture *f, const char *site)
{
    return &f->counters->blocks[0].sites[slot_of(f, site)];
}

static void write_down(struct fixture *f)
{
    struct err err = {0};
    bool more = true;
    while (more)
        if (!gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err))
            fail_msg("%s", err.text);
}

static void sum(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    (void)at_s;
    evidence_counts_add(context, counts);
}

static struct evidence_counts stored(struct fixture *f, const char *site)
{
    const struct store_counts_range range = {
        .site = str_from(site), .step = EVIDENCE_HOUR, .from_s = 0, .until_s = INT64_MAX};
    struct evidence_counts total = {0};
    assert_true(store_counts(f->core.store, &range, sum, &total, NULL));
    return total;
}

static struct evidence_counts pending(struct fixture *f, const char *site)
{
    struct evidence_counts counts;
    gains_pending(f->core.gains, *site ? state_find(&f->core.state, str_from(site)) : NULL, &f->core.state, f->counters,
                  &counts);
    return counts;
}

static void counts_are_added_up_over_restarts_of_both_sides(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    counter_add(&counters_of(f, "a.test")->requests_https, 10); /* counted from the commit on */
    counter_add(&counters_of(f, "a.test")->requests_http, 3);
    write_down(f);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 10);
    counter_add(&counters_of(f, "a.test")->requests_https, 1000); /* lost: control is killed … */
    fixture_restart(f);
    counter_add(&counters_of(f, "a.test")->requests_https, 1000); /* … and this comes before it is back */
    assert_true(commit_again(&f->core, &err));
    counter_add(&counters_of(f, "a.test")->requests_https, 5);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 15);
    counter_set(&counters_of(f, "a.test")->requests_https, 7); /* the gateway's memory began anew */
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 22);
    assert_int_equal(stored(f, "a.test").http_requests, 3);
    assert_int_equal(stored(f, "").https_requests, 22);
    fixture_free(f);
}

/* A gateway that starts beside another one counts in blocks of its own, which nobody has seen before. */
static void a_new_gateway_counts_beside_the_old_one(void **state)
{
    struct fixture *f = fixture_new();
    struct counters *two = aligned_alloc(_Alignof(struct counters), counters_size(2));
    (void)state;
    assert_non_null(two);
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    memcpy(two, f->counters, counters_size(1));
    memset(&two->blocks[1], 0, sizeof two->blocks[1]);
    free(f->counters);
    f->core.counters = f->counters = two;
    counter_add(&two->blocks[0].sites[slot_of(f, "a.test")].handshakes, 4);
    write_down(f);
    two->blocks_count = 2;
    counter_add(&two->blocks[0].sites[slot_of(f, "a.test")].handshakes, 1);
    counter_add(&two->blocks[1].sites[slot_of(f, "a.test")].handshakes, 2);
    counter_add_failure(&two->blocks[0], slot_of(f, "a.test"), UNKNOWN_CA);
    counter_add_failure(&two->blocks[1], slot_of(f, "a.test"), UNKNOWN_CA);
    write_down(f);
    assert_int_equal(stored(f, "a.test").handshakes, 7);
    assert_int_equal(stored(f, "a.test").failed[UNKNOWN_CA], 2);
    fixture_free(f);
}

static void failures_are_their_sites_or_the_gateways(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE_B, 201, NULL);
    counter_add_failure(&f->counters->blocks[0], slot_of(f, "a.test"), UNKNOWN_CA);
    counter_add_failure(&f->counters->blocks[0], slot_of(f, "b.test"), UNKNOWN_CA);
    counter_add_failure(&f->counters->blocks[0], slot_of(f, "b.test"), UNKNOWN_CA);
    counter_add(&f->counters->blocks[0].worker.failures_nameless.by_cause[PLAIN_HTTP], 5);
    assert_int_equal(pending(f, "b.test").failed[UNKNOWN_CA], 2);
    assert_int_equal(pending(f, "").failed[UNKNOWN_CA], 3);
    assert_int_equal(pending(f, "").failed[PLAIN_HTTP], 5);
    write_down(f);
    assert_true(evidence_counts_failed(&(struct evidence_counts){.failed = {[3] = 2, [5] = 2}}) == 4);
    const struct evidence_counts a = stored(f, "a.test"), b = stored(f, "b.test"), all = stored(f, "");
    assert_int_equal(evidence_counts_failed(&a), 1);
    assert_int_equal(b.failed[UNKNOWN_CA], 2);
    assert_int_equal(all.failed[UNKNOWN_CA], 3);
    assert_int_equal(all.failed[PLAIN_HTTP], 5);
    const struct evidence_counts left = pending(f, "");
    assert_true(evidence_counts_is_empty(&left));
    fixture_free(f);
}

static void come(struct fixture *f, uint64_t requests, int failures)
{
    counter_add(&counters_of(f, "a.test")->requests_https, requests);
    for (int i = 0; i < failures; i++)
        counter_add_failure(&f->counters->blocks[0], slot_of(f, "a.test"), UNKNOWN_CA);
}

/* What came before and after the look is the visitors', and not lost; what comes with it is our own. */
static void own_looks_are_not_counted(void **state)
{
    struct fixture *f = fixture_new();
    struct gains_window window;
    const struct site *site;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    site = state_find(&f->core.state, STR("a.test"));
    come(f, 2, 1);
    gains_look_begins(f->core.gains, site, f->counters, core_over_s(&f->core));
    come(f, 10, 2);                                                             /* it waits for its turn */
    gains_look_begins(f->core.gains, site, f->counters, core_over_s(&f->core)); /* wanted once more: the same look */
    gains_read(f->counters, site->slot, &window.begin);
    come(f, 1000, 7);
    gains_read(f->counters, site->slot, &window.end);
    come(f, 4, 0);
    assert_int_equal(pending(f, "a.test").https_requests, 2); /* of the rest it is not known yet whose it is */
    assert_int_equal(pending(f, "").failed[UNKNOWN_CA], 1);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 2);
    gains_look_ends(f->core.gains, site, &window);
    assert_int_equal(pending(f, "a.test").https_requests, 14);
    assert_int_equal(pending(f, "a.test").failed[UNKNOWN_CA], 2);
    gains_look_ends(f->core.gains, site, &window); /* of a look that was of another site of the name */
    write_down(f);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 16);
    assert_int_equal(stored(f, "a.test").failed[UNKNOWN_CA], 3);
    assert_int_equal(stored(f, "").https_requests, 16);
    come(f, 1, 1);
    assert_int_equal(pending(f, "").failed[UNKNOWN_CA], 1);
    fixture_free(f);
}

/* A restore may give a site another place in the counters, which another site has had before. */
static void a_site_that_gets_another_place_goes_on(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    come(f, 3, 1);
    struct site *site = f->core.state.sites[0];
    counter_add(&f->counters->blocks[0].sites[site->slot + 1].requests_https, 5000);
    counter_add_failure(&f->counters->blocks[0], site->slot + 1, UNKNOWN_CA);
    site->slot++;
    gains_keep(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core));
    come(f, 4, 1);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 7);
    assert_int_equal(stored(f, "a.test").failed[UNKNOWN_CA], 2);
    fixture_free(f);
}

/* A disk that is full for a minute loses nothing of it. */
static void what_could_not_be_written_is_written_later(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    bool more;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    write_down(f);
    counter_add(&counters_of(f, "a.test")->requests_https, 9);
    assert_true(db_script(f->core.store->db,
                          "CREATE TEMP TRIGGER full BEFORE INSERT ON evidence BEGIN SELECT RAISE(ABORT, 'full'); END;",
                          NULL));
    assert_false(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    assert_false(more);
    assert_true(db_script(f->core.store->db, "DROP TRIGGER temp.full;", NULL));
    counter_add(&counters_of(f, "a.test")->requests_https, 1);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 10);
    assert_int_equal(stored(f, "").https_requests, 10);
    fixture_free(f);
}

/* More sites than one slice takes; in a list so long that a commit may well come in between. */
static void a_round_goes_through_all_sites_in_slices(void **state)
{
    struct fixture *f = fixture_new();
    const size_t count = 2 * GAINS_SLICE_COUNT + 10;
    struct err err = {0};
    unsigned slices = 0;
    bool more = true;
    (void)state;
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        assert_int_equal(json_array_append_new(list, json_pack("{s:o, s:[s]}", "name", json_sprintf("s%zu.test", i),
                                                               "upstreams", "http://127.0.0.1:1")),
                         0);
    char *text = json_dumps(list, JSON_COMPACT);
    RUN_ONE(f, "POST", "/v1/sites", text, 201, NULL);
    free(text);
    json_decref(list);
    for (size_t i = 0; i < f->core.state.sites_count; i++)
        counter_add(&f->counters->blocks[0].sites[f->core.state.sites[i]->slot].requests_http, 1);
    for (; more; slices++)
        assert_true(gains_write(f->core.gains, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    assert_int_equal(slices, 3);
    assert_int_equal(stored(f, "").http_requests, count);
    assert_int_equal(stored(f, "s0.test").http_requests, 1);
    assert_int_equal(stored(f, "s99.test").http_requests, 1);
    fixture_free(f);
}

/* The minute that is over, not the one that has begun. */
static void a_round_counts_for_the_minute_before_it(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    bool more;
    int64_t count = 0;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    counter_add(&counters_of(f, "a.test")->requests_http, 1);
    assert_true(gains_write(f->core.gains, &f->core.state, f->counters, 4102444800, &more, &err));
    assert_true(db_number(f->core.store->db, "SELECT count(*) FROM evidence WHERE at_s IN (4102444740, 4102441200)",
                          &count, NULL));
    assert_int_equal(count, 2 * 2); /* the minute and the hour, of the site and of the gateway */
    fixture_free(f);
}

/* A site that came in this very second has no minute before it, nor an answer about one. */
static void a_round_does_not_count_for_a_time_before_the_site(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    bool more;
    int64_t count = 0;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    int64_t begun_s = gains_since_s(f->core.gains, state_find(&f->core.state, STR("a.test")));
    counter_add(&counters_of(f, "a.test")->requests_http, 1);
    assert_true(gains_write(f->core.gains, &f->core.state, f->counters, begun_s, &more, &err));
    assert_true(db_number(f->core.store->db, "SELECT min(at_s) FROM evidence WHERE step_s = 60", &count, NULL));
    assert_int_equal(count, begun_s - begun_s % 60);
    fixture_free(f);
}

static void another_site_of_the_same_name_begins_with_nothing(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    counter_add(&counters_of(f, "a.test")->requests_https, 9);
    write_down(f);
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", "", 200, NULL);
    assert_int_equal(stored(f, "a.test").https_requests, 0);
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    write_down(f);
    assert_int_equal(stored(f, "a.test").https_requests, 0);
    assert_int_equal(stored(f, "").https_requests, 9); /* the gateway did have it */
    fixture_free(f);
}

static void without_counters_nothing_is_known(void **state)
{
    struct fixture *f = fixture_new();
    bool more = true;
    (void)state;
    f->core.counters = NULL;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    assert_true(gains_write(f->core.gains, &f->core.state, NULL, core_over_s(&f->core), &more, NULL));
    assert_false(more);
    assert_true(gains_since_s(f->core.gains, NULL) < 0);
    assert_true(gains_since_s(f->core.gains, state_find(&f->core.state, STR("a.test"))) < 0);
    RUN_ONE(f, "GET", "/v1/sites/a.test/evidence", "", 200, "\"known_from\":null");
    fixture_free(f);
}

static void send_in_clear(struct fixture *f, const char *site, enum census_field field, int count)
{
    const uint8_t fields[] = {CENSUS_POST, (uint8_t)field};
    for (int i = 0; i < count; i++)
        counter_add_census(&f->counters->blocks[0], slot_of(f, site), fields, sizeof fields);
}

/* The same of the census, whose pages are read only when they have moved. */
static void what_came_in_clear_is_written_down_but_for_own_looks(void **state)
{
    struct fixture *f = fixture_new();
    struct gains_window window;
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_A, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", SITE_B, 201, NULL);
    const struct site *site = state_find(&f->core.state, STR("a.test"));
    send_in_clear(f, "a.test", CENSUS_BASIC, 2);
    send_in_clear(f, "b.test", CENSUS_COOKIES, 1); /* its census lies in the same page */
    assert_int_equal(pending(f, "a.test").census.counts[CENSUS_BASIC], 2);
    assert_int_equal(pending(f, "a.test").census.counts[CENSUS_COOKIES], 0);
    write_down(f);
    write_down(f);
    assert_int_equal(stored(f, "a.test").census.counts[CENSUS_BASIC], 2);
    assert_int_equal(stored(f, "b.test").census.counts[CENSUS_COOKIES], 1);
    gains_look_begins(f->core.gains, site, f->counters, core_over_s(&f->core));
    gains_read(f->counters, site->slot, &window.begin);
    send_in_clear(f, "a.test", CENSUS_BASIC, 1000);
    gains_read(f->counters, site->slot, &window.end);
    gains_look_ends(f->core.gains, site, &window);
    send_in_clear(f, "a.test", CENSUS_BASIC, 1);
    write_down(f);
    assert_int_equal(stored(f, "a.test").census.counts[CENSUS_BASIC], 3);
    assert_int_equal(stored(f, "a.test").census.counts[CENSUS_POST], 3);
    assert_int_equal(stored(f, "").census.counts[CENSUS_POST], 4);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_added_up_over_restarts_of_both_sides),
        cmocka_unit_test(a_new_gateway_counts_beside_the_old_one),
        cmocka_unit_test(failures_are_their_sites_or_the_gateways),
        cmocka_unit_test(own_looks_are_not_counted),
        cmocka_unit_test(what_came_in_clear_is_written_down_but_for_own_looks),
        cmocka_unit_test(a_site_that_gets_another_place_goes_on),
        cmocka_unit_test(what_could_not_be_written_is_written_later),
        cmocka_unit_test(a_round_goes_through_all_sites_in_slices),
        cmocka_unit_test(a_round_counts_for_the_minute_before_it),
        cmocka_unit_test(a_round_does_not_count_for_a_time_before_the_site),
        cmocka_unit_test(another_site_of_the_same_name_begins_with_nothing),
        cmocka_unit_test(without_counters_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
