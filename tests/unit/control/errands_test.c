/* Errands: done on threads, handed back on the loop, called off at the end. */
#include "check.h"

#include <poll.h>
#include <pthread.h>

#include "control/errands.h"

struct job {
    struct errand errand;
    pthread_t worker, loop;
    bool waits; /* until it is called off */
    bool was_called_off;
    unsigned done_count, dropped_count;
};

static void work(struct errand *errand, const struct deadline *deadline)
{
    struct job *job = container_of(errand, struct job, errand);
    job->worker = pthread_self();
    while (job->waits && !deadline_is_over(deadline))
        (void)poll(NULL, 0, 5);
}

static void on_done(struct errand *errand, bool dropped)
{
    struct job *job = container_of(errand, struct job, errand);
    job->loop = pthread_self();
    job->done_count++;
    job->dropped_count += dropped;
}

static void an_errand_is_done_elsewhere_and_comes_back_here(void **state)
{
    (void)state;
    struct loop *loop;
    struct errands *errands;
    struct job jobs[3 * ERRANDS_THREADS_COUNT] = {0};
    size_t count = sizeof jobs / sizeof *jobs;
    assert_true(loop_new(&loop, NULL) && errands_new(loop, &errands, NULL));
    for (size_t i = 0; i < count; i++) {
        jobs[i].errand = (struct errand){.limit_ms = 20000, .work = work, .on_done = on_done};
        errands_put(errands, &jobs[i].errand);
    }
    for (size_t done = 0; done < count;) {
        loop_turn(loop, 1000);
        done = 0;
        for (size_t i = 0; i < count; i++)
            done += jobs[i].done_count;
    }
    for (size_t i = 0; i < count; i++) {
        assert_int_equal(jobs[i].done_count, 1);
        assert_int_equal(jobs[i].dropped_count, 0);
        assert_false(pthread_equal(jobs[i].worker, pthread_self()));
        assert_true(pthread_equal(jobs[i].loop, pthread_self()));
    }
    errands_free(errands);
    loop_free(loop);
}

static void the_end_calls_off_what_runs_and_drops_what_waits(void **state)
{
    (void)state;
    struct loop *loop;
    struct errands *errands;
    struct job jobs[2 * ERRANDS_THREADS_COUNT] = {0};
    assert_true(loop_new(&loop, NULL) && errands_new(loop, &errands, NULL));
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        jobs[i].errand = (struct errand){.limit_ms = 600000, .work = work, .on_done = on_done};
        jobs[i].waits = true;
        errands_put(errands, &jobs[i].errand);
    }
    errands_free(errands);
    for (size_t i = 0; i < sizeof jobs / sizeof *jobs; i++) {
        assert_int_equal(jobs[i].done_count, 1);
        assert_int_equal(jobs[i].dropped_count, 1);
    }
    errands_free(NULL);
    loop_free(loop);
}

static void work_until_called_off(struct errand *errand, const struct deadline *deadline)
{
    struct job *job = container_of(errand, struct job, errand);
    work(errand, deadline);
    job->was_called_off = deadline_is_over(deadline);
}

static void what_is_owed_is_done_at_the_end(void **state)
{
    (void)state;
    struct loop *loop;
    struct errands *errands;
    struct job busy[ERRANDS_THREADS_COUNT] = {0}, owed = {0}, not_owed = {0};
    assert_true(loop_new(&loop, NULL) && errands_new(loop, &errands, NULL));
    for (size_t i = 0; i < ERRANDS_THREADS_COUNT; i++) {
        busy[i].errand = (struct errand){.limit_ms = 600000, .work = work, .on_done = on_done};
        busy[i].waits = true;
        errands_put(errands, &busy[i].errand);
    }
    owed.errand = (struct errand){.limit_ms = 1, .is_owed = true, .work = work_until_called_off, .on_done = on_done};
    owed.was_called_off = true;
    not_owed.errand = (struct errand){.limit_ms = 1, .work = work_until_called_off, .on_done = on_done};
    not_owed.was_called_off = true;
    errands_put(errands, &owed.errand);
    errands_put(errands, &not_owed.errand);
    errands_free(errands);
    assert_int_equal(owed.done_count, 1);
    assert_false(owed.was_called_off);
    assert_true(owed.errand.at_end && pthread_equal(owed.worker, pthread_self()));
    assert_int_equal(not_owed.done_count, 1);
    assert_true(not_owed.was_called_off);
    loop_free(loop);
}

static void slow_errands_leave_threads_to_the_quick_ones(void **state)
{
    (void)state;
    struct loop *loop;
    struct errands *errands;
    struct job slow[2 * ERRANDS_THREADS_COUNT] = {0}, quick = {0}, last = {0};
    size_t count = sizeof slow / sizeof *slow;
    assert_true(loop_new(&loop, NULL) && errands_new(loop, &errands, NULL));
    for (size_t i = 0; i < count; i++) {
        slow[i].errand = (struct errand){.limit_ms = 600000, .is_slow = true, .work = work, .on_done = on_done};
        slow[i].waits = true;
        errands_put(errands, &slow[i].errand);
    }
    quick.errand = (struct errand){.limit_ms = 20000, .work = work, .on_done = on_done};
    errands_put(errands, &quick.errand);
    while (!quick.done_count)
        loop_turn(loop, 1000);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(slow[i].done_count, 0);
    errands_free(errands);
    /* and those that were passed over have their turn */
    assert_true(errands_new(loop, &errands, NULL));
    for (size_t i = 0; i < count; i++) {
        slow[i].errand.limit_ms = 1;
        slow[i].done_count = 0;
        errands_put(errands, &slow[i].errand);
    }
    last.errand = (struct errand){.limit_ms = 1, .is_slow = true, .work = work, .on_done = on_done};
    errands_put(errands, &last.errand);
    while (!last.done_count)
        loop_turn(loop, 1000);
    errands_free(errands);
    loop_free(loop);
}

static void a_time_limit_is_of_the_errand(void **state)
{
    (void)state;
    struct loop *loop;
    struct errands *errands = NULL;
    struct job job = {.errand = {.limit_ms = 20, .work = work, .on_done = on_done}, .waits = true};
    assert_true(loop_new(&loop, NULL) && errands_new(loop, &errands, NULL));
    errands_put(errands, &job.errand);
    while (!job.done_count)
        loop_turn(loop, 1000);
    assert_int_equal(job.dropped_count, 0);
    errands_free(errands);
    loop_free(loop);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_errand_is_done_elsewhere_and_comes_back_here),
        cmocka_unit_test(the_end_calls_off_what_runs_and_drops_what_waits),
        cmocka_unit_test(what_is_owed_is_done_at_the_end),
        cmocka_unit_test(slow_errands_leave_threads_to_the_quick_ones),
        cmocka_unit_test(a_time_limit_is_of_the_errand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
