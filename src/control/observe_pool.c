/* One lock, three lists. A thread that rests waits for its time or for an urgent task, whichever comes first. */
#include "control/observe_pool.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "base/log.h"
#include "os/clock.h"

#define THREADS_COUNT (OBSERVE_POOL_PATIENT_COUNT + OBSERVE_POOL_URGENT_COUNT)

struct observe_pool {
    struct loop *loop;
    struct loop_source wake; /* eventfd: something is done */
    struct observe_pool_work work;
    pthread_t threads[THREADS_COUNT];
    size_t threads_count;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;
    struct list urgent, patient, done; /* struct observe_task */
    size_t started_count;              /* threads that have a number */
    bool stop;
    atomic_bool cancel;
};

static struct observe_task *first_of(struct list *tasks)
{
    return list_is_empty(tasks) ? NULL : container_of(tasks->next, struct observe_task, node);
}

/* By the clock of the condition. */
static void wait_until(struct observe_pool *pool, int64_t until_ms)
{
    const struct timespec until = {.tv_sec = until_ms / 1000, .tv_nsec = until_ms % 1000 * 1000000};
    (void)pthread_cond_timedwait(&pool->more, &pool->lock, &until);
}

/* NULL: it is over. */
static struct observe_task *take(struct observe_pool *pool, bool is_patient, int64_t rested_ms)
{
    struct observe_task *task = NULL;
    while (!pool->stop) {
        bool rests = clock_monotonic_ms() < rested_ms;
        task = first_of(&pool->urgent);
        if (!task && is_patient && !rests)
            task = first_of(&pool->patient);
        if (task) {
            list_remove(&task->node);
            task->is_queued = false;
            return task;
        }
        if (is_patient && rests)
            wait_until(pool, rested_ms);
        else
            (void)pthread_cond_wait(&pool->more, &pool->lock);
    }
    return NULL;
}

static void give_back(struct observe_pool *pool, struct observe_task *task)
{
    const uint64_t one = 1;
    list_add_tail(&pool->done, &task->node);
    if (write(pool->wake.fd, &one, sizeof one) < 0)
        log_debug("the wake-up of the pool that looks was pending already");
}

/* Until when the thread rests, after a look that began then. */
static int64_t rest_until_ms(int64_t began_ms)
{
    int64_t now_ms = clock_monotonic_ms(), rest_ms = (now_ms - began_ms) * OBSERVE_POOL_REST_FACTOR;
    return now_ms + (rest_ms < OBSERVE_POOL_REST_MS_MAX ? rest_ms : OBSERVE_POOL_REST_MS_MAX);
}

static void *run(void *context)
{
    struct observe_pool *pool = context;
    struct observe_task *task;
    int64_t rested_ms = 0;
    (void)pthread_mutex_lock(&pool->lock);
    bool is_patient = pool->started_count++ < OBSERVE_POOL_PATIENT_COUNT;
    while ((task = take(pool, is_patient, rested_ms))) {
        bool is_urgent = task->is_urgent;
        int64_t began_ms = clock_monotonic_ms();
        (void)pthread_mutex_unlock(&pool->lock);
        pool->work.work(task);
        (void)pthread_mutex_lock(&pool->lock);
        if (!is_urgent)
            rested_ms = rest_until_ms(began_ms);
        give_back(pool, task);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static void on_wake(struct loop_source *source, uint32_t ready)
{
    struct observe_pool *pool = container_of(source, struct observe_pool, wake);
    uint64_t count;
    struct list done;
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0)
        return;
    (void)pthread_mutex_lock(&pool->lock);
    list_add_tail(&pool->done, &done); /* the whole list changes hands */
    list_remove(&pool->done);
    (void)pthread_mutex_unlock(&pool->lock);
    while (!list_is_empty(&done)) {
        struct observe_task *task = first_of(&done);
        list_remove(&task->node);
        pool->work.on_done(task, pool->work.context);
    }
}

/* Rests are not to be longer when somebody sets the clock. */
static void init_lock(struct observe_pool *pool)
{
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->more, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

static bool start_threads(struct observe_pool *pool)
{
    while (pool->threads_count < THREADS_COUNT) {
        if (pthread_create(&pool->threads[pool->threads_count], NULL, run, pool) != 0)
            return false;
        pool->threads_count++;
    }
    return true;
}

bool observe_pool_new(struct loop *loop, const struct observe_pool_work *work, struct observe_pool **ret,
                      struct err *err)
{
    struct observe_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return err_memory(err);
    pool->loop = loop;
    pool->work = *work;
    list_init(&pool->urgent);
    list_init(&pool->patient);
    list_init(&pool->done);
    init_lock(pool);
    pool->wake = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_wake};
    if (pool->wake.fd >= 0 && loop_add(loop, &pool->wake, LOOP_READ) && start_threads(pool)) {
        *ret = pool;
        return true;
    }
    observe_pool_free(pool);
    return err_set(err, ERR_SYSTEM, "the threads that look at sites could not be started");
}

static void drop_all(struct observe_pool *pool, struct list *tasks)
{
    struct observe_task *task;
    while ((task = first_of(tasks))) {
        list_remove(&task->node);
        pool->work.drop(task);
    }
}

void observe_pool_free(struct observe_pool *pool)
{
    if (!pool)
        return;
    atomic_store(&pool->cancel, true);
    (void)pthread_mutex_lock(&pool->lock);
    pool->stop = true;
    (void)pthread_cond_broadcast(&pool->more);
    (void)pthread_mutex_unlock(&pool->lock);
    for (size_t i = 0; i < pool->threads_count; i++)
        (void)pthread_join(pool->threads[i], NULL);
    if (pool->wake.fd >= 0) {
        loop_remove(pool->loop, &pool->wake);
        (void)close(pool->wake.fd);
    }
    drop_all(pool, &pool->urgent);
    drop_all(pool, &pool->patient);
    drop_all(pool, &pool->done);
    (void)pthread_cond_destroy(&pool->more);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}

const atomic_bool *observe_pool_cancel(const struct observe_pool *pool)
{
    return &pool->cancel;
}

/* All threads are woken: one that rests, or is kept for urgent tasks, may be the one that a signal reaches. */
static void enqueue(struct observe_pool *pool, struct observe_task *task)
{
    list_add_tail(task->is_urgent ? &pool->urgent : &pool->patient, &task->node);
    (void)pthread_cond_broadcast(&pool->more);
}

void observe_pool_put(struct observe_pool *pool, struct observe_task *task)
{
    (void)pthread_mutex_lock(&pool->lock);
    task->is_queued = true;
    enqueue(pool, task);
    (void)pthread_mutex_unlock(&pool->lock);
}

void observe_pool_hurry(struct observe_pool *pool, struct observe_task *task)
{
    (void)pthread_mutex_lock(&pool->lock);
    if (task->is_queued && !task->is_urgent) {
        task->is_urgent = true;
        list_remove(&task->node);
        enqueue(pool, task);
    }
    (void)pthread_mutex_unlock(&pool->lock);
}

bool observe_pool_has_begun(struct observe_pool *pool, struct observe_task *task)
{
    (void)pthread_mutex_lock(&pool->lock);
    bool begun = !task->is_queued;
    (void)pthread_mutex_unlock(&pool->lock);
    return begun;
}
