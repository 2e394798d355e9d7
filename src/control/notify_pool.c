/* Threads, one lock, two lists. */
#include "control/notify_pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

struct notify_pool {
    struct loop *loop;
    struct loop_source wake; /* eventfd: something is done */
    void (*on_done)(void *context, struct notify_job *take_job);
    void *context;
    pthread_t threads[NOTIFY_THREADS_COUNT];
    size_t threads_count;
    atomic_bool cancel;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;
    struct list todo, done;
    bool stop;
};

static void *run(void *context)
{
    struct notify_pool *pool = context;
    const uint64_t one = 1;
    (void)pthread_mutex_lock(&pool->lock);
    while (!pool->stop) {
        if (list_is_empty(&pool->todo)) {
            (void)pthread_cond_wait(&pool->more, &pool->lock);
            continue;
        }
        struct notify_job *job = container_of(pool->todo.next, struct notify_job, node);
        list_remove(&job->node);
        (void)pthread_mutex_unlock(&pool->lock);
        notify_send(job, &pool->cancel);
        (void)pthread_mutex_lock(&pool->lock);
        list_add_tail(&pool->done, &job->node);
        if (write(pool->wake.fd, &one, sizeof one) < 0)
            log_debug("the wake-up for a delivery was pending already");
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static struct notify_job *take_done(struct notify_pool *pool)
{
    struct notify_job *job = NULL;
    (void)pthread_mutex_lock(&pool->lock);
    if (!list_is_empty(&pool->done)) {
        job = container_of(pool->done.next, struct notify_job, node);
        list_remove(&job->node);
    }
    (void)pthread_mutex_unlock(&pool->lock);
    return job;
}

static void on_wake(struct loop_source *source, uint32_t ready)
{
    struct notify_pool *pool = container_of(source, struct notify_pool, wake);
    struct notify_job *job;
    uint64_t count;
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0)
        return;
    while ((job = take_done(pool)))
        pool->on_done(pool->context, job);
}

static bool start(struct notify_pool *pool)
{
    if (pool->wake.fd < 0 || !loop_add(pool->loop, &pool->wake, LOOP_READ))
        return false;
    while (pool->threads_count < NOTIFY_THREADS_COUNT &&
           pthread_create(&pool->threads[pool->threads_count], NULL, run, pool) == 0)
        pool->threads_count++;
    return pool->threads_count > 0;
}

bool notify_pool_new(struct loop *loop, void (*on_done)(void *context, struct notify_job *take_job), void *context,
                     struct notify_pool **ret, struct err *err)
{
    struct notify_pool *pool = calloc(1, sizeof *pool);
    if (!pool)
        return err_memory(err);
    pool->loop = loop;
    pool->on_done = on_done;
    pool->context = context;
    list_init(&pool->todo);
    list_init(&pool->done);
    (void)pthread_mutex_init(&pool->lock, NULL);
    (void)pthread_cond_init(&pool->more, NULL);
    pool->wake = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_wake};
    if (start(pool)) {
        *ret = pool;
        return true;
    }
    notify_pool_free(pool);
    return err_set(err, ERR_SYSTEM, "the threads that send notifications could not be started");
}

static void free_list(struct list *jobs)
{
    while (!list_is_empty(jobs)) {
        struct notify_job *job = container_of(jobs->next, struct notify_job, node);
        list_remove(&job->node);
        notify_job_free(job);
    }
}

void notify_pool_free(struct notify_pool *pool)
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
    free_list(&pool->todo);
    free_list(&pool->done);
    (void)pthread_cond_destroy(&pool->more);
    (void)pthread_mutex_destroy(&pool->lock);
    free(pool);
}

void notify_pool_put(struct notify_pool *pool, struct notify_job *take_job)
{
    (void)pthread_mutex_lock(&pool->lock);
    list_add_tail(&pool->todo, &take_job->node);
    (void)pthread_cond_signal(&pool->more);
    (void)pthread_mutex_unlock(&pool->lock);
}
