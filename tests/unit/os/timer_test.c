/* The wheel against a naive oracle, and what callbacks may do. */
#include "check.h"

#include <stdlib.h>

#include "os/timer.h"

#define ORACLE_TIMERS 200
#define ORACLE_STEPS  20000

struct watched {
    struct timer timer;
    int expired_count;
    struct watched *victim; /* cancelled by the callback */
    int64_t again_ms;       /* armed again for this time by the callback, if not 0 */
};

static struct timer_wheel wheel;

static void watched_expire(struct timer *timer)
{
    struct watched *w = container_of(timer, struct watched, timer);
    assert_false(timer_is_armed(timer));
    w->expired_count++;
    if (w->victim)
        timer_cancel(&wheel, &w->victim->timer);
    if (w->again_ms)
        timer_set(&wheel, timer, w->again_ms);
    w->again_ms = 0;
}

static void freed_expire(struct timer *timer)
{
    free(container_of(timer, struct watched, timer));
}

static void expires_within_one_tick_and_never_early(void **state)
{
    (void)state;
    static const int64_t deadlines_ms[] = {1001, 1050, 1099, 1100, 1101, 5000, 103399, 103400, 103401, 500000, 1};
    for (size_t i = 0; i < sizeof deadlines_ms / sizeof *deadlines_ms; i++) {
        struct watched w = {.timer = {.on_expire = watched_expire}};
        timer_wheel_init(&wheel, 1000);
        timer_set(&wheel, &w.timer, deadlines_ms[i]);
        int64_t now_ms = 1000;
        while (!w.expired_count && now_ms < 600000) {
            assert_true(timer_is_armed(&w.timer));
            assert_in_range(timer_wheel_next_ms(&wheel, now_ms), 1, TIMER_TICK_MS);
            timer_wheel_advance(&wheel, ++now_ms);
        }
        assert_int_equal(w.expired_count, 1);
        assert_true(now_ms >= deadlines_ms[i]);
        if (deadlines_ms[i] > 1000)
            assert_true(now_ms < deadlines_ms[i] + TIMER_TICK_MS);
        assert_int_equal(timer_wheel_next_ms(&wheel, now_ms), -1);
    }
}

static void moving_to_a_later_time_touches_no_list(void **state)
{
    (void)state;
    struct watched w;
    memset(&w, 0, sizeof w);
    timer_init(&w.timer, watched_expire);
    timer_wheel_init(&wheel, 0);
    timer_set(&wheel, &w.timer, 1000);
    const struct list *head = w.timer.node.next;
    for (int64_t t = 1000; t < 20000; t += 7)
        timer_set(&wheel, &w.timer, t);
    assert_ptr_equal(w.timer.node.next, head);
    timer_wheel_advance(&wheel, 19900);
    assert_int_equal(w.expired_count, 0);
    timer_wheel_advance(&wheel, 20000);
    assert_int_equal(w.expired_count, 1);
}

static void moving_back_refiles_only_what_would_be_met_too_late(void **state)
{
    (void)state;
    struct watched w = {.timer = {.on_expire = watched_expire}}, mark = {.timer = {.on_expire = watched_expire}};
    timer_wheel_init(&wheel, 0);
    timer_set(&wheel, &w.timer, 1000);
    timer_set(&wheel, &mark.timer, 1000); /* behind it in its slot */
    timer_set(&wheel, &w.timer, 60000);
    timer_set(&wheel, &w.timer, 30000);
    timer_set(&wheel, &w.timer, 901); /* the same tick */
    assert_ptr_equal(w.timer.node.next, &mark.timer.node);
    timer_set(&wheel, &w.timer, 900);
    assert_ptr_not_equal(w.timer.node.next, &mark.timer.node);
    timer_wheel_advance(&wheel, 899);
    assert_int_equal(w.expired_count, 0);
    timer_wheel_advance(&wheel, 900);
    assert_int_equal(w.expired_count, 1);
    timer_cancel(&wheel, &mark.timer);
}

static void a_callback_may_cancel_rearm_and_free(void **state)
{
    (void)state;
    timer_wheel_init(&wheel, 0);
    struct watched victim = {.timer = {.on_expire = watched_expire}};
    struct watched first = {.timer = {.on_expire = watched_expire}, .victim = &victim, .again_ms = 1};
    struct watched *freed = calloc(1, sizeof *freed);
    assert_non_null(freed);
    freed->timer.on_expire = freed_expire;
    timer_set(&wheel, &first.timer, 500);
    timer_set(&wheel, &victim.timer, 500);
    timer_set(&wheel, &freed->timer, 500);
    timer_wheel_advance(&wheel, 500);
    assert_int_equal(first.expired_count, 1);
    assert_int_equal(victim.expired_count, 0);
    assert_false(timer_is_armed(&victim.timer));
    assert_int_equal(wheel.armed_count, 1); /* `first`, whose new deadline had passed: not again in the same tick */
    timer_wheel_advance(&wheel, 599);
    assert_int_equal(first.expired_count, 1);
    timer_wheel_advance(&wheel, 600);
    assert_int_equal(first.expired_count, 2);
    assert_int_equal(wheel.armed_count, 0);
}

static void a_long_sleep_expires_all_that_is_due_and_nothing_else(void **state)
{
    (void)state;
    timer_wheel_init(&wheel, 0);
    struct watched due[50] = {0}, later[50] = {0};
    for (int i = 0; i < 50; i++) {
        due[i].timer.on_expire = later[i].timer.on_expire = watched_expire;
        timer_set(&wheel, &due[i].timer, 1 + i * 70000);
        timer_set(&wheel, &later[i].timer, 10000100 + i * 70000);
    }
    timer_wheel_advance(&wheel, 10000000);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(due[i].expired_count, 1);
        assert_int_equal(later[i].expired_count, 0);
    }
    timer_wheel_advance(&wheel, 9000000); /* back in time: nothing */
    assert_int_equal(wheel.armed_count, 50);
}

/* What must hold by the definition: due at the first tick that is not before the deadline and after the arming. */
struct oracle {
    bool armed;
    int64_t due_tick;
    int expired_count;
};

static int64_t oracle_tick(int64_t deadline_ms, int64_t now_ms)
{
    int64_t tick = (deadline_ms + TIMER_TICK_MS - 1) / TIMER_TICK_MS;
    int64_t next = now_ms / TIMER_TICK_MS + 1;
    return tick > next ? tick : next;
}

static void agrees_with_a_naive_oracle(void **state)
{
    (void)state;
    static struct watched timers[ORACLE_TIMERS];
    static struct oracle oracle[ORACLE_TIMERS];
    static const int spans_ms[] = {50, 300, 20000, 102400, 400000};
    srandom(7);
    int64_t now_ms = 123456;
    timer_wheel_init(&wheel, now_ms);
    for (int i = 0; i < ORACLE_TIMERS; i++)
        timers[i].timer.on_expire = watched_expire;
    for (int step = 0; step < ORACLE_STEPS; step++) {
        int i = (int)(random() % ORACLE_TIMERS), what = (int)(random() % 10);
        if (what < 6) {
            int64_t deadline_ms = now_ms - 100 + random() % spans_ms[random() % 5];
            timer_set(&wheel, &timers[i].timer, deadline_ms);
            oracle[i].armed = true;
            oracle[i].due_tick = oracle_tick(deadline_ms, now_ms);
        } else if (what < 7) {
            timer_cancel(&wheel, &timers[i].timer);
            oracle[i].armed = false;
        } else {
            now_ms += random() % (random() % 50 == 0 ? 300000 : 250);
            timer_wheel_advance(&wheel, now_ms);
        }
        size_t armed_count = 0;
        for (int k = 0; k < ORACLE_TIMERS; k++) {
            if (oracle[k].armed && oracle[k].due_tick <= now_ms / TIMER_TICK_MS) {
                oracle[k].armed = false;
                oracle[k].expired_count++;
            }
            armed_count += oracle[k].armed;
            assert_int_equal(timer_is_armed(&timers[k].timer), oracle[k].armed);
            assert_int_equal(timers[k].expired_count, oracle[k].expired_count);
        }
        assert_int_equal(wheel.armed_count, armed_count);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(expires_within_one_tick_and_never_early),
        cmocka_unit_test(moving_to_a_later_time_touches_no_list),
        cmocka_unit_test(moving_back_refiles_only_what_would_be_met_too_late),
        cmocka_unit_test(a_callback_may_cancel_rearm_and_free),
        cmocka_unit_test(a_long_sleep_expires_all_that_is_due_and_nothing_else),
        cmocka_unit_test(agrees_with_a_naive_oracle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
