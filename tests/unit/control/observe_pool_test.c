/* Threads that look: who waits comes first, who does not is bounded and rests, and an end drops nothing twice. */
#include "control/observe_pool.h"

#include <stdatomic.h>
#include <unistd.h>

#include "check.h"
#include "os/clock.h"

#define TASKS_COUNT 64
#define PATIENCE_MS 20000

struct world {
    struct loop *loop;
    struct observe_pool *pool;
    struct look {
        struct observe_task task;
        struct world *world;
        unsigned done, dropped;
    } looks[TASKS_COUNT];
    atomic_bool held;    /* looks do not end */
    atomic_uint work_ms; /* each takes that long */
    atomic_uint under_way, most;
    unsigned done;
};

static struct look *look_of(struct observe_task *task)
{
    return container_of(task, struct look, task);
}

static void work(struct observe_task *task)
{
    struct world *w = look_of(task)->world;
    unsigned now = atomic_fetch_add(&w->under_way, 1) + 1, most = atomic_load(&w->most);
    while (now > most && !atomic_compare_exchange_weak(&w->most, &most, now))
        ;
    (void)usleep(atomic_load(&w->work_ms) * 1000);
    while (atomic_load(&w->held) && !atomic_load(observe_pool_cancel(w->pool)))
        (void)usleep(1000);
    atomic_fetch_sub(&w->under_way, 1);
}

static void on_done(struct observe_task *task, void *context)
{
    struct world *w = context;
    look_of(task)->done++;
    w->done++;
}

static void drop(struct observe_task *task)
{
    look_of(task)->dropped++;
}

static void begin(struct world *w)
{
    const struct observe_pool_work what = {.work = work, .on_done = on_done, .drop = drop, .context = w};
    struct err err = {0};
    *w = (struct world){.held = false};
    for (size_t i = 0; i < TASKS_COUNT; i++)
        w->looks[i].world = w;
    assert_true(loop_new(&w->loop, &err));
    assert_true(observe_pool_new(w->loop, &what, &w->pool, &err));
}

static void end(struct world *w)
{
    observe_pool_free(w->pool);
    loop_free(w->loop);
}

static void put(struct world *w, size_t first, size_t count)
{
    for (size_t i = first; i < first + count; i++)
        observe_pool_put(w->pool, &w->looks[i].task);
}

static void until_done(struct world *w, unsigned count)
{
    int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (w->done < count) {
        if (clock_monotonic_ms() > deadline_ms)
            fail_msg("%u of %u came back", w->done, count);
        loop_turn(w->loop, 50);
    }
}

static void until_under_way(struct world *w, unsigned count)
{
    int64_t deadline_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (atomic_load(&w->under_way) != count) {
        if (clock_monotonic_ms() > deadline_ms)
            fail_msg("%u of %u are under way", atomic_load(&w->under_way), count);
        (void)usleep(1000);
    }
}

static void each_comes_back_once(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    put(&w, 0, TASKS_COUNT);
    until_done(&w, TASKS_COUNT);
    for (size_t i = 0; i < TASKS_COUNT; i++)
        assert_int_equal(w.looks[i].done, 1);
    end(&w);
}

/* Everybody's looks hang, and yet a click has a thread. */
static void whoever_waits_is_not_behind_those_who_do_not(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    atomic_store(&w.held, true);
    put(&w, 0, 20);
    until_under_way(&w, OBSERVE_POOL_PATIENT_COUNT);
    assert_true(observe_pool_has_begun(w.pool, &w.looks[0].task));
    assert_false(observe_pool_has_begun(w.pool, &w.looks[19].task));
    observe_pool_hurry(w.pool, &w.looks[19].task);
    observe_pool_hurry(w.pool, &w.looks[19].task); /* twice is once */
    observe_pool_hurry(w.pool, &w.looks[0].task);  /* it is under way */
    until_under_way(&w, OBSERVE_POOL_PATIENT_COUNT + 1);
    assert_true(observe_pool_has_begun(w.pool, &w.looks[19].task));
    assert_false(observe_pool_has_begun(w.pool, &w.looks[18].task));
    atomic_store(&w.held, false);
    until_done(&w, 20);
    for (size_t i = 0; i < 20; i++)
        assert_int_equal(w.looks[i].done, 1);
    assert_int_equal(atomic_load(&w.most), OBSERVE_POOL_PATIENT_COUNT + 1);
    end(&w);
}

/* Each patient one takes a fifth of a second and its thread rests for three more: two rounds do not end before four. */
static void after_a_look_its_thread_rests(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    atomic_store(&w.work_ms, 200);
    int64_t began_ms = clock_monotonic_ms();
    put(&w, 0, OBSERVE_POOL_PATIENT_COUNT + 1);
    until_done(&w, OBSERVE_POOL_PATIENT_COUNT + 1);
    assert_true(clock_monotonic_ms() - began_ms >= 200 * (1 + OBSERVE_POOL_REST_FACTOR + 1));
    end(&w);
}

static void an_end_calls_off_what_is_under_way_and_drops_all(void **state)
{
    struct world w;
    (void)state;
    begin(&w);
    atomic_store(&w.held, true);
    put(&w, 0, TASKS_COUNT);
    until_under_way(&w, OBSERVE_POOL_PATIENT_COUNT);
    end(&w);
    for (size_t i = 0; i < TASKS_COUNT; i++)
        assert_int_equal(w.looks[i].done + w.looks[i].dropped, 1);
    observe_pool_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_comes_back_once),
        cmocka_unit_test(whoever_waits_is_not_behind_those_who_do_not),
        cmocka_unit_test(after_a_look_its_thread_rests),
        cmocka_unit_test(an_end_calls_off_what_is_under_way_and_drops_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
