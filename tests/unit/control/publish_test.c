/* The link: one snapshot under way, the newest next, everybody who waits is told. */
#include "core_fixture.h"

struct waiting {
    struct publish_waiter waiter;
    unsigned calls;
    char problem[300];
};

static void on_done(struct publish_waiter *waiter, const char *problem)
{
    struct waiting *waiting = container_of(waiter, struct waiting, waiter);
    waiting->calls++;
    (void)snprintf(waiting->problem, sizeof waiting->problem, "%s", problem ? problem : "");
}

/* Returns since when it waits. */
static int64_t wait_for(struct fixture *f, struct waiting *waiting, uint64_t generation)
{
    int64_t now_ms = clock_monotonic_ms();
    *waiting = (struct waiting){.waiter.on_done = on_done};
    publisher_wait(&f->core.publisher, &waiting->waiter, generation, now_ms);
    return now_ms;
}

static void a_burst_costs_the_gateway_few_switches(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    struct waiting first, third;
    (void)state;
    fixture_link(f);
    assert_true(commit_again(&f->core, &err));
    (void)wait_for(f, &first, 1);
    assert_true(commit_again(&f->core, &err));
    assert_true(commit_again(&f->core, &err));
    (void)wait_for(f, &third, 3);
    assert_int_equal(fixture_receive(f), 1);
    assert_int_equal(fixture_receive(f), 0);
    fixture_answer(f, CONTRACT_ACK, 1);
    assert_int_equal(first.calls, 1);
    assert_string_equal(first.problem, "");
    assert_int_equal(third.calls, 0);
    assert_int_equal(f->acked, 0); /* not the present one: nothing to keep */
    assert_int_equal(fixture_receive(f), 3);
    fixture_answer(f, CONTRACT_ACK, 3);
    assert_int_equal(third.calls, 1);
    assert_int_equal(f->acked, 1);
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + 1000);
    assert_int_equal(f->kept, 1);
    fixture_free(f);
}

/* An older snapshot in the supervisor's hands could still be served: promises must not be closed before. */
static void nothing_is_made_durable_before_the_supervisor_has_it(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    fixture_link(f);
    f->supervisor_is_busy = true;
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 1);
    fixture_answer(f, CONTRACT_ACK, 1);
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + 1000);
    assert_int_equal(f->kept, 0);
    f->supervisor_is_busy = false;
    f->disk_is_full = true;
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + 2000);
    assert_int_equal(f->kept, 0);
    unsigned acked = f->acked;
    f->disk_is_full = false;
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + 2 * PUBLISH_KEEP_RETRY_MS);
    assert_int_equal(f->kept, 1);
    assert_int_equal(f->acked, acked); /* given once is enough */
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + 4 * PUBLISH_KEEP_RETRY_MS);
    assert_int_equal(f->kept, 1);
    fixture_free(f);
}

static void an_orderly_end_makes_durable_what_was_acknowledged_once(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    publisher_settle(&f->core.publisher);
    assert_int_equal(f->kept, 0);
    fixture_link(f);
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 1);
    publisher_settle(&f->core.publisher); /* nobody has said that it is served */
    assert_int_equal(f->kept, 0);
    fixture_answer(f, CONTRACT_ACK, 1);
    publisher_settle(&f->core.publisher);
    publisher_settle(&f->core.publisher);
    assert_int_equal(f->kept, 1);
    fixture_free(f);
}

static void a_new_link_gets_the_present_snapshot(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    assert_true(commit_again(&f->core, &err));
    fixture_link(f);
    assert_int_equal(fixture_receive(f), 1);
    fixture_link(f); /* the gateway was started anew before it could answer */
    assert_int_equal(fixture_receive(f), 1);
    fixture_answer(f, CONTRACT_ACK, 1);
    assert_int_equal(f->core.publisher.acked, 1);
    fixture_link(f);
    assert_int_equal(f->core.publisher.acked, 0);
    assert_int_equal(fixture_receive(f), 1);
    fixture_free(f);
}

static void a_refusal_reaches_those_who_wait(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    struct waiting waiting;
    (void)state;
    fixture_link(f);
    assert_true(commit_again(&f->core, &err));
    (void)wait_for(f, &waiting, 1);
    assert_int_equal(fixture_receive(f), 1);
    fixture_answer(f, CONTRACT_REJECT, 1);
    assert_int_equal(waiting.calls, 1);
    assert_non_null(strstr(waiting.problem, "because"));
    assert_int_equal(fixture_receive(f), 0); /* not sent again and again */
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 2);
    fixture_free(f);
}

/* A gateway that took it back says what it serves by instead: that is no reason to send it the same again. */
static void a_refusal_is_not_undone_by_what_is_served_instead(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    fixture_link(f);
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 1);
    fixture_answer(f, CONTRACT_ACK, 1);
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 2);
    fixture_answer(f, CONTRACT_REJECT, 2);
    fixture_answer(f, CONTRACT_ACK, 1);
    assert_int_equal(fixture_receive(f), 0);
    timer_wheel_advance(&f->core.wheel, clock_monotonic_ms() + 2 * PUBLISH_KEEP_RETRY_MS);
    assert_int_equal(f->kept, 0); /* nothing is final while the newest is not served */
    assert_true(commit_again(&f->core, &err));
    assert_int_equal(fixture_receive(f), 3);
    fixture_free(f);
}

static void without_a_gateway_waiting_ends(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    struct waiting waiting;
    (void)state;
    assert_true(commit_again(&f->core, &err));
    int64_t since_ms = wait_for(f, &waiting, 1);
    timer_wheel_advance(&f->core.wheel, since_ms + PUBLISH_WAIT_MS - 200);
    assert_int_equal(waiting.calls, 0);
    timer_wheel_advance(&f->core.wheel, since_ms + PUBLISH_WAIT_MS + 200);
    assert_int_equal(waiting.calls, 1);
    assert_non_null(strstr(waiting.problem, "no gateway"));
    fixture_free(f);
}

static void a_restart_goes_on_counting(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    assert_true(commit_again(&f->core, &err));
    assert_true(commit_again(&f->core, &err));
    fixture_restart(f);
    assert_int_equal(f->core.state.generation, 2);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_burst_costs_the_gateway_few_switches),
        cmocka_unit_test(nothing_is_made_durable_before_the_supervisor_has_it),
        cmocka_unit_test(an_orderly_end_makes_durable_what_was_acknowledged_once),
        cmocka_unit_test(a_new_link_gets_the_present_snapshot),
        cmocka_unit_test(a_refusal_reaches_those_who_wait),
        cmocka_unit_test(a_refusal_is_not_undone_by_what_is_served_instead),
        cmocka_unit_test(without_a_gateway_waiting_ends),
        cmocka_unit_test(a_restart_goes_on_counting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
