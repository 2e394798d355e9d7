/* Moves: ladder, guards, overrides, records. */
#include "api_ask.h"
#include "control/moves.h"

#define SITE             "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define MOVES            "/v1/sites/a.test/hsts/moves"
#define OVERRIDE(guards) "\"override\":{\"guards\":[" guards "],\"reason\":\"a test\",\"confirm\":\"a.test\"}"

static struct fixture *fixture_with_site(enum observed_trust trust)
{
    struct fixture *f = fixture_new();
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    fixture_look(f, "a.test", trust);
    return f;
}

static void count_requests(struct fixture *f, uint64_t count)
{
    const struct site *site = state_find(&f->core.state, STR("a.test"));
    counter_add(&f->counters->blocks[0].sites[site->slot].requests_https, count);
}

static void moves_that_the_ladder_does_not_have_are_refused(void **state)
{
    static const struct step steps[] = {
        {"POST", MOVES, "{\"move\":\"climb\"}", 409, "\"fix\""},
        {"POST", MOVES, "{\"move\":\"release\"}", 409, "nobody is bound"},
        {"POST", MOVES, "{\"move\":\"jump\"}", 400, "\"field\":\"move\""},
        {"POST", MOVES, "{}", 400, "\"field\":\"move\""},
        {"POST", MOVES, "{\"move\":\"start\",\"to\":1}", 400, "\"field\":\"to\""},
        {"POST", "/v1/sites/b.test/hsts/moves", "{\"move\":\"start\"}", 404, "not_found"},
        {"GET", "/v1/sites/a.test/hsts", "", 200, "\"moves\":[\"start\"]"},
    };
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.generation, 1);
    fixture_free(f);
}

static void a_climb_waits_for_its_dwell_and_for_visitors(void **state)
{
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, "\"phase\":\"trial\"");
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"climb\"}", 409, "\"guard\":\"dwell\"");
    f->passed_s = 400;
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"climb\"}", 409, "\"guard\":\"traffic\"");
    RUN_ONE(f, "GET", "/v1/status", "", 200, NULL);
    count_requests(f, 5000); /* the counters are read once before, so that these count as new */
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"climb\"}", 200, "\"field\":\"max-age=86400\"");
    fixture_free(f);
}

static void a_block_is_overridden_by_name_reason_and_confirmation_only(void **state)
{
    static const struct step steps[] = {
        {"POST", MOVES, "{\"move\":\"start\"}", 200, NULL},
        {"POST", MOVES, "{\"move\":\"climb\"," OVERRIDE("\"dwell\"") "}", 409, "\"guard\":\"traffic\""},
        {"POST", MOVES, "{\"move\":\"climb\"," OVERRIDE("\"dwell\",\"traffic\"") "}", 200, "max-age=86400"},
        {"GET", "/v1/audit?limit=1", "", 200, "\"override\":\"dwell traffic\""},
        {"GET", "/v1/audit?limit=1", "", 200, "\"reason\":\"a test\""},
        {"GET", "/v1/audit?limit=1", "", 200, "\"actor\":\"uid 0 (root)\""},
        {"GET", "/v1/audit?limit=2", "", 200, "\"outcome\":\"refused\""},
        {"GET", "/v1/audit?limit=0", "", 400, "limit"},
        {"GET", "/v1/audit?colour=red", "", 400, "colour"},
        {"POST", MOVES, "{\"move\":\"climb\"," OVERRIDE("\"certificate-valid\"") "}", 400, "cannot be overridden"},
    };
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

static void what_was_seen_decides(void **state)
{
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    struct hsts_observation seen = *watch_observation(f->core.watch, state_find(&f->core.state, STR("a.test")));
    const struct watch_leaf leaves[CERT_SIDES_COUNT] = {{.served = false}};
    struct err err = {0};
    bool changed;
    (void)state;
    seen.facts[OBSERVED_SERVED] = (struct observed_fact){
        .verdict = OBSERVED_BAD, .at_s = clock_wall_s(), .detail = "https (127.0.0.1:443) serves another certificate"};
    assert_true(
        watch_observed(f->core.watch, state_find(&f->core.state, STR("a.test")), &seen, leaves, &changed, &err));
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 409, "serves another certificate");
    fixture_look(f, "a.test", OBSERVED_TRUST_NONE);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 409, "\"guard\":\"certificate-chain\"");
    fixture_look(f, "a.test", OBSERVED_TRUST_PRIVATE);
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"start\"}", 200, "\"verdict\":\"warn\"");
    f->passed_s = 2 * GUARD_EVIDENCE_AGE_S_MAX; /* what was seen then says nothing now */
    RUN_ONE(f, "POST", MOVES, "{\"move\":\"climb\"}", 409, "\"guard\":\"served\"");
    fixture_free(f);
}

/* Whoever sees or guesses another one's key is not told that what they want was done, when another one did it. */
static void a_key_is_its_actors_own(void **state)
{
    static const char *const actors[] = {"account anna", "account bert", "account anna"};
    static const unsigned statuses[] = {200, 409, 200};
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        const struct asked asked = {.method = "POST",
                                    .target = MOVES,
                                    .type = "application/json",
                                    .content = "{\"move\":\"start\"}",
                                    .idempotency_key = "4c0a",
                                    .actor = actors[i]};
        struct api_reply reply = ask_fully(f, &asked);
        if (reply.status != statuses[i] || (i == 1 && !strstr(buf_str(&reply.body).data, "started already")))
            fail_msg("%zu: %s", i, buf_str(&reply.body).data);
        buf_fini(&reply.body);
    }
    fixture_free(f);
}

static void the_same_key_makes_a_move_once(void **state)
{
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    struct asked start = {.method = "POST",
                          .target = MOVES,
                          .type = "application/json",
                          .content = "{\"move\":\"start\"}",
                          .idempotency_key = "4c0a"};
    (void)state;
    struct api_reply first = ask_fully(f, &start);
    uint64_t generation = f->core.state.generation;
    fixture_restart(f); /* the client never got the answer: control died behind the commit */
    struct api_reply second = ask_fully(f, &start);
    start.content = "{\"move\":\"release\"}";
    struct api_reply other = ask_fully(f, &start);
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"b.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    generation++;
    start.target = "/v1/sites/b.test/hsts/moves";
    start.content = "{\"move\":\"start\"}";
    struct api_reply elsewhere = ask_fully(f, &start);
    assert_int_equal(elsewhere.status, 409);
    buf_fini(&elsewhere.body);
    assert_int_equal(first.status, 200);
    assert_int_equal(second.status, 200);
    assert_non_null(strstr(buf_str(&second.body).data, "\"phase\":\"trial\""));
    assert_int_equal(other.status, 409);
    assert_int_equal(f->core.state.generation, generation);
    buf_fini(&first.body);
    buf_fini(&second.body);
    buf_fini(&other.body);
    fixture_free(f);
}

static void a_declared_wish_cannot_skip_what_moves_ask_for(void **state)
{
    static const struct step steps[] = {
        {"PUT", "/v1/sites/a.test/hsts?dry_run=true", "{\"max_age\":300}", 200, "\"dry_run\":true,\"changed\":true"},
        {"PUT", "/v1/sites/a.test/hsts?dry_run=true", "{\"max_age\":31536000}", 200, "leave out rungs"},
        {"PUT", "/v1/sites/a.test/hsts?dry=1", "{\"max_age\":300}", 400, "dry_run"},
        {"GET", "/v1/sites/a.test/hsts", "", 200, "\"phase\":\"off\""},
        {"PUT", "/v1/sites/a.test/hsts", "{\"max_age\":31536000}", 409, "leave out rungs on the way to 1 year"},
        {"PUT", "/v1/sites/a.test/hsts", "{\"max_age\":300}", 200, "\"phase\":\"trial\""},
        {"PUT", "/v1/sites/a.test/hsts", "{\"max_age\":86400}", 409, "has been held only since"},
        {"PUT", "/v1/sites/a.test/hsts", "{\"max_age\":604800}", 409, "Go on to 1 day first"},
        {"PUT", "/v1/sites/a.test/hsts", "{\"mode\":\"auto\",\"max_age\":300,\"target\":31536000}", 409, "redirect"},
        {"PUT", "/v1/sites/a.test/hsts", "{\"max_age\":300,\"preload\":true,\"include_subdomains\":true}", 400,
         "preload"},
        {"PUT", "/v1/sites/a.test/hsts", "{\"mode\":\"release\"}", 200, "\"phase\":\"releasing\""},
        {"PUT", "/v1/sites/a.test/hsts", "{\"mode\":\"off\"}", 200, "\"phase\":\"releasing\""},
    };
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    RUN(f, steps);
    fixture_free(f);
}

/* By moves they would begin on the first rung; so they do when it is declared. */
static void names_below_are_not_declared_to_be_on_a_rung_of_a_day(void **state)
{
    static const char day[] = "{\"max_age\":86400,\"override\":{\"guards\":[\"dwell\",\"traffic\"],\"reason\":\"x\","
                              "\"confirm\":\"a.test\"}}";
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", "{\"max_age\":300}", 200, NULL);
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", day, 200, NULL);
    f->passed_s = 90000;
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", "{\"max_age\":86400,\"include_subdomains\":true}", 409,
            "leave out rungs on the way to 1 day");
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", "{\"max_age\":300,\"include_subdomains\":true}", 200, NULL);
    fixture_free(f);
}

/* Without a certificate there is no field: who took it away has ended a promise as well. */
static void a_wish_that_ends_with_the_certificate_is_written_down(void **state)
{
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_DECLARED);
    (void)state;
    RUN_ONE(f, "PUT", "/v1/sites/a.test/hsts", "{\"max_age\":300}", 200, NULL);
    RUN_ONE(f, "PATCH", "/v1/sites/a.test",
            "{\"certificate\":null,\"override\":{\"guards\":[\"keep-certificate\"],\"reason\":\"x\",\"confirm\":\"a."
            "test\"}}",
            200, NULL);
    RUN_ONE(f, "GET", "/v1/audit?limit=1", "", 200, "\"before\":{\"mode\":\"hold\",\"max_age\":300");
    RUN_ONE(f, "GET", "/v1/audit?limit=1", "", 200, "\"after\":{\"mode\":\"off\"");
    fixture_free(f);
}

static void guards_of_all_moves_are_told_without_making_one(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/sites/a.test/guards", "", 200, "\"start\":{\"verdict\":\"warn\""},
        {"GET", "/v1/sites/a.test/guards", "", 200, "\"climb\":{\"verdict\":\"impossible\""},
    };
    struct fixture *f = fixture_with_site(OBSERVED_TRUST_PRIVATE);
    (void)state;
    RUN(f, steps);
    assert_int_equal(f->core.state.generation, 1);
    fixture_free(f);
}

/* Going down to a lower rung begins anew, and its guards look at the site as those of any beginning do. */
static void every_move_whose_guards_look_at_the_site_wants_a_look(void **state)
{
    struct hsts_wish off, low, high, released;
    (void)state;
    hsts_wish_init(&off);
    high = low = released = off;
    high.mode = low.mode = HSTS_HOLD;
    high.max_age_s = 86400;
    low.max_age_s = 300;
    released.mode = HSTS_RELEASE;
    assert_true(moves_promise_more(&off, &low));
    assert_true(moves_promise_more(&low, &high));
    assert_true(moves_promise_more(&high, &low));
    assert_false(moves_promise_more(&low, &low));
    assert_false(moves_promise_more(&high, &released));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moves_that_the_ladder_does_not_have_are_refused),
        cmocka_unit_test(a_climb_waits_for_its_dwell_and_for_visitors),
        cmocka_unit_test(a_block_is_overridden_by_name_reason_and_confirmation_only),
        cmocka_unit_test(what_was_seen_decides),
        cmocka_unit_test(a_key_is_its_actors_own),
        cmocka_unit_test(the_same_key_makes_a_move_once),
        cmocka_unit_test(a_declared_wish_cannot_skip_what_moves_ask_for),
        cmocka_unit_test(guards_of_all_moves_are_told_without_making_one),
        cmocka_unit_test(names_below_are_not_declared_to_be_on_a_rung_of_a_day),
        cmocka_unit_test(a_wish_that_ends_with_the_certificate_is_written_down),
        cmocka_unit_test(every_move_whose_guards_look_at_the_site_wants_a_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
