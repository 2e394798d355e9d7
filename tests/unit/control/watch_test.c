/* What is known from watching: looks of the site as it is now, reasons told once. */
#include "api_ask.h"

#define SITE "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}"

static void a_reason_is_new_once(void **state)
{
    struct fixture *f = fixture_new();
    const struct watch_hold hold = {STR("traffic"), STR("no visitors"), STR("wait")};
    struct watch_hold said;
    (void)state;
    assert_int_equal(watch_hold(f->core.watch, STR("a.test"), &said), WATCH_CLIMB_UNKNOWN);
    assert_true(watch_held_back(f->core.watch, STR("a.test"), &hold));
    assert_false(watch_held_back(f->core.watch, STR("a.test"), &hold));
    assert_int_equal(watch_hold(f->core.watch, STR("a.test"), &said), WATCH_CLIMB_HELD);
    assert_str(said.guard, STR("traffic"));
    assert_str(said.why, STR("no visitors"));
    assert_str(said.fix, STR("wait"));
    assert_false(watch_held_back(f->core.watch, STR("a.test"), NULL));
    assert_int_equal(watch_hold(f->core.watch, STR("a.test"), &said), WATCH_CLIMB_FREE);
    assert_str(said.why, STR(""));
    assert_true(watch_held_back(f->core.watch, STR("a.test"), &hold));
    assert_int_equal(watch_hold(f->core.watch, STR("b.test"), &said), WATCH_CLIMB_UNKNOWN);
    assert_str(said.why, STR(""));
    fixture_free(f);
}

/* Each turn more visitors have come. */
static void other_numbers_are_no_new_reason_and_are_told(void **state)
{
    struct fixture *f = fixture_new();
    struct watch_hold hold = {STR("stranded"), STR("of 840 never came 9 (1.1 percent)"), STR("look")};
    struct watch_hold said;
    (void)state;
    assert_true(watch_held_back(f->core.watch, STR("a.test"), &hold));
    hold.why = STR("of 1003 never came 12 (1.2 percent)");
    assert_false(watch_held_back(f->core.watch, STR("a.test"), &hold));
    assert_int_equal(watch_hold(f->core.watch, STR("a.test"), &said), WATCH_CLIMB_HELD);
    assert_str(said.why, hold.why);
    hold.why = STR("of 1003 never came 12 (1.2 percent) by far");
    assert_true(watch_held_back(f->core.watch, STR("a.test"), &hold));
    hold.why = STR("of 1003 were lost 12");
    assert_true(watch_held_back(f->core.watch, STR("a.test"), &hold));
    fixture_free(f);
}

static void words_of_any_length_are_cut(void **state)
{
    struct fixture *f = fixture_new();
    char words[2000];
    struct watch_hold said;
    (void)state;
    memset(words, 'x', sizeof words);
    const struct watch_hold hold = {str_make(words, sizeof words), str_make(words, sizeof words),
                                    str_make(words, sizeof words)};
    assert_true(watch_held_back(f->core.watch, STR("a.test"), &hold));
    assert_false(watch_held_back(f->core.watch, STR("a.test"), &hold));
    assert_int_equal(watch_hold(f->core.watch, STR("a.test"), &said), WATCH_CLIMB_HELD);
    assert_int_equal(said.why.size, 511);
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
        cmocka_unit_test(a_reason_is_new_once),
        cmocka_unit_test(other_numbers_are_no_new_reason_and_are_told),
        cmocka_unit_test(words_of_any_length_are_cut),
        cmocka_unit_test(a_site_that_is_gone_is_forgotten),
        cmocka_unit_test(what_was_seen_of_a_site_says_nothing_when_it_was_changed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
