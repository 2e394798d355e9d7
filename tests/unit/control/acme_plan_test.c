/* Which authority, and when again. */
#include "check.h"

#include "control/acme_plan.h"

#define NOW_S 1750000000

static struct ca *make(const char *name, bool rehearsal)
{
    struct ca *ca;
    json_t *json =
        json_pack("{s:s, s:s, s:b}", "name", name, "directory", "https://ca.example/", "rehearsal", rehearsal);
    assert_true(ca_read(json, NULL, &ca, NULL));
    json_decref(json);
    return ca;
}

struct world {
    struct ca *all[4];
    struct acme_order *order;
};

static struct world world_new(void)
{
    return (struct world){.all = {make("a", false), make("b", false), make("s", true), make("c", false)},
                          .order = acme_order_new(STR("x.example"), false)};
}

static void world_end(struct world *world)
{
    for (size_t i = 0; i < 4; i++)
        ca_unref(world->all[i]);
    acme_order_free(world->order);
}

static void a_site_turns_to_those_it_names_else_to_all(void **state)
{
    (void)state;
    struct world w = world_new();
    struct ca *cas[CA_COUNT_MAX];
    struct str names[] = {STR_INIT("c"), STR_INIT("gone"), STR_INIT("s"), STR_INIT("a")};
    const struct site_auto any = {.wanted = true}, named = {.wanted = true, .cas = names, .cas_count = 4};
    assert_int_equal(acme_plan_cas(w.all, 4, &any, false, cas), 3);
    assert_ptr_equal(cas[0], w.all[0]);
    assert_ptr_equal(cas[2], w.all[3]);
    assert_int_equal(acme_plan_cas(w.all, 4, &named, false, cas), 2); /* never a staging one for the real thing */
    assert_ptr_equal(cas[0], w.all[3]);
    assert_ptr_equal(cas[1], w.all[0]);
    assert_int_equal(acme_plan_cas(w.all, 4, &named, true, cas), 1);
    assert_ptr_equal(cas[0], w.all[2]);
    assert_null(acme_plan_choose(cas, 0, w.order));
    world_end(&w);
}

static void a_wait_counted_by_a_clock_that_was_wrong_is_none(void **state)
{
    (void)state;
    struct world w = world_new();
    struct ca *cas[] = {w.all[0]};
    const struct acme_failure failure = {.problem = "wrong_chain", .words = "no", .permanent = true};
    acme_plan_failed(w.order, cas, 1, cas[0], &failure, NOW_S, 0);
    assert_int_equal(acme_plan_next_s(w.order, NOW_S), NOW_S + ACME_PLAN_LONGEST_S);
    assert_int_equal(acme_plan_next_s(w.order, NOW_S - 60), NOW_S + ACME_PLAN_LONGEST_S);
    assert_int_equal(acme_plan_next_s(w.order, NOW_S - 365 * 86400), 0);
    acme_plan_forgive(w.order);
    assert_int_equal(acme_plan_next_s(w.order, NOW_S), 0);
    world_end(&w);
}

static void one_that_cannot_help_is_left_at_once(void **state)
{
    (void)state;
    struct world w = world_new();
    struct ca *cas[] = {w.all[0], w.all[1]};
    const struct acme_failure failure = {.problem = "unreachable", .words = "no", .try_other_ca = true};
    acme_order_text(w.order->ca, sizeof w.order->ca, STR("a"));
    acme_order_text(w.order->url, sizeof w.order->url, STR("https://ca.example/o/1"));
    w.order->has_key = true;
    acme_plan_failed(w.order, cas, 2, cas[0], &failure, NOW_S, 0);
    assert_string_equal(w.order->ca, "b");
    assert_int_equal(w.order->next_s, NOW_S);
    assert_string_equal(w.order->url, ""); /* an order is one at its CA */
    assert_false(w.order->has_key);
    assert_string_equal(w.order->failure.ca, "a");
    acme_plan_failed(w.order, cas, 2, cas[1], &failure, NOW_S, 0); /* the round is over */
    assert_string_equal(w.order->ca, "a");
    assert_int_equal(w.order->next_s, NOW_S + 2 * ACME_PLAN_FIRST_S);
    world_end(&w);
}

static void one_that_fails_is_given_some_patience(void **state)
{
    (void)state;
    struct world w = world_new();
    struct ca *cas[] = {w.all[0], w.all[1]};
    const struct acme_failure failure = {.problem = "serverInternal"};
    acme_order_text(w.order->ca, sizeof w.order->ca, STR("a"));
    for (unsigned i = 1; i < ACME_PLAN_PATIENCE; i++) {
        acme_plan_failed(w.order, cas, 2, cas[0], &failure, NOW_S, 0);
        assert_string_equal(w.order->ca, "a");
        assert_true(w.order->next_s > NOW_S);
    }
    acme_plan_failed(w.order, cas, 2, cas[0], &failure, NOW_S, 0);
    assert_string_equal(w.order->ca, "b");
    assert_int_equal(w.order->next_s, NOW_S);
    world_end(&w);
}

static void the_only_one_is_asked_less_and_less_often(void **state)
{
    (void)state;
    struct world w = world_new();
    const struct acme_failure failure = {.problem = "connection", .try_other_ca = true};
    int64_t last_s = 0;
    for (unsigned i = 0; i < 40; i++) {
        acme_plan_failed(w.order, w.all, 1, w.all[0], &failure, NOW_S, 0);
        int64_t wait_s = w.order->next_s - NOW_S;
        assert_true(wait_s >= last_s && wait_s <= ACME_PLAN_LONGEST_S);
        assert_true(i > 0 || wait_s == ACME_PLAN_FIRST_S);
        last_s = wait_s;
    }
    assert_int_equal(last_s, ACME_PLAN_LONGEST_S);
    acme_plan_done(w.order, w.all[0], NOW_S);
    assert_int_equal(w.order->failures + w.order->failure.at_s + w.order->next_s, 0);
    assert_string_equal(w.order->issuer, "a");
    acme_plan_failed(w.order, w.all, 1, w.all[0], &failure, NOW_S, 0);
    assert_int_equal(w.order->next_s, NOW_S + ACME_PLAN_FIRST_S);
    world_end(&w);
}

static void an_authority_is_not_asked_before_it_said(void **state)
{
    (void)state;
    struct world w = world_new();
    struct ca *cas[] = {w.all[0], w.all[1]};
    struct acme_failure failure = {.problem = "rateLimited", .retry_s = NOW_S + 5000, .try_other_ca = true};
    acme_plan_failed(w.order, cas, 2, cas[0], &failure, NOW_S, 0);
    assert_int_equal(w.order->next_s, NOW_S); /* it does not speak for the other one */
    failure.retry_s = 0;
    acme_plan_failed(w.order, cas, 2, cas[1], &failure, NOW_S, 0);
    assert_int_equal(w.order->next_s, NOW_S + 5000);
    assert_int_equal(w.order->held_s, 0);
    world_end(&w);
}

static void what_cannot_work_waits_a_day(void **state)
{
    (void)state;
    struct world w = world_new();
    const struct acme_failure failure = {.problem = "caa", .permanent = true};
    acme_plan_failed(w.order, w.all, 1, w.all[0], &failure, NOW_S, 0);
    assert_int_equal(w.order->next_s, NOW_S + ACME_PLAN_LONGEST_S);
    assert_true(w.order->failure.permanent);
    acme_plan_forgive(w.order);
    assert_int_equal(w.order->next_s, 0);
    world_end(&w);
}

static void waits_differ_by_chance_and_within_bounds(void **state)
{
    (void)state;
    for (uint64_t random = 0; random < 1000; random += 7) {
        struct world w = world_new();
        const struct acme_failure failure = {.problem = "connection"};
        acme_plan_failed(w.order, w.all, 1, w.all[0], &failure, NOW_S, random);
        int64_t wait_s = w.order->next_s - NOW_S;
        assert_true(wait_s > ACME_PLAN_FIRST_S * 4 / 5 && wait_s <= ACME_PLAN_FIRST_S);
        world_end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_site_turns_to_those_it_names_else_to_all),
        cmocka_unit_test(a_wait_counted_by_a_clock_that_was_wrong_is_none),
        cmocka_unit_test(one_that_cannot_help_is_left_at_once),
        cmocka_unit_test(one_that_fails_is_given_some_patience),
        cmocka_unit_test(the_only_one_is_asked_less_and_less_often),
        cmocka_unit_test(an_authority_is_not_asked_before_it_said),
        cmocka_unit_test(what_cannot_work_waits_a_day),
        cmocka_unit_test(waits_differ_by_chance_and_within_bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
