/* Two lists under one lock. */
#include "control/errands.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

struct errands {
    struct loop *loop;
    struct loop_source wake;
    atomic_bool stop;
    pthread_mutex_t lock; /* of the lists */
    pthread_cond_t more;
    struct list todo, done;
    size_t slow_count; /* under way */
    pthread_t threads[ERRANDS_THREADS_COUNT];
    size_t threads_count;
};

/* With the lock; NULL: there is none. */
static struct errand *take_first(struct list *list)
{
    if (list_is_empty(list))
        return NULL;
    struct errand *errand = container_of(list->next, struct errand, node);
    list_remove(&errand->node);
    return errand;
}

/* The same, passing over slow ones when as many are under way as may be. */
static struct errand *take_next(struct errands *errands)
{
    for (struct list *at = errands->todo.next; at != &errands->todo; at = at->next) {
        struct errand *errand = container_of(at, struct errand, node);
        if (errand->is_slow && errands->slow_count >= ERRANDS_SLOW_COUNT_MAX)
            continue;
        list_remove(at);
        errands->slow_count += errand->is_slow;
        return errand;
    }
    return NULL;
}

static void hand_back(struct errands *errands, struct errand *errand)
{
    const uint64_t one = 1;
    (void)pthread_mutex_lock(&errands->lock);
    errands->slow_count -= errand->is_slow;
    (void)pthread_cond_broadcast(&errands->more); /* a slow one may have waited for this */
    list_add_tail(&errands->done, &errand->node);
    (void)pthread_mutex_unlock(&errands->lock);
    if (write(errands->wake.fd, &one, sizeof one) < 0)
        log_debug("the loop's wake-up was pending already");
}

static void *run(void *context)
{
    struct errands *errands = context;
    for (;;) {
        struct errand *errand = NULL;
        (void)pthread_mutex_lock(&errands->lock);
        while (!atomic_load(&errands->stop) && !(errand = take_next(errands)))
            (void)pthread_cond_wait(&errands->more, &errands->lock);
        (void)pthread_mutex_unlock(&errands->lock);
        if (!errand)
            return NULL;
        struct deadline deadline;
        deadline_start(&deadline, errand->limit_ms, &errands->stop);
        errand->work(errand, &deadline);
        hand_back(errands, errand);
    }
}

static void give_back(struct errands *errands, struct list *list, bool dropped)
{
    for (;;) {
        (void)pthread_mutex_lock(&errands->lock);
        struct errand *errand = take_first(list);
        (void)pthread_mutex_unlock(&errands->lock);
        if (!errand)
            return;
        errand->on_done(errand, dropped);
    }
}

static void on_wake(struct loop_source *source, uint32_t ready)
{
    struct errands *errands = container_of(source, struct errands, wake);
    uint64_t count;
    (void)ready;
    if (read(source->fd, &count, sizeof count) > 0)
        give_back(errands, &errands->done, false);
}

static bool start_threads(struct errands *errands, struct err *err)
{
    while (errands->threads_count < ERRANDS_THREADS_COUNT) {
        if (pthread_create(&errands->threads[errands->threads_count], NULL, run, errands) != 0)
            return err_set(err, ERR_SYSTEM, "a thread could not be started");
        errands->threads_count++;
    }
    return true;
}

bool errands_new(struct loop *loop, struct errands **ret, struct err *err)
{
    struct errands *errands = calloc(1, sizeof *errands);
    if (!errands)
        return err_memory(err);
    errands->loop = loop;
    errands->wake = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_wake};
    atomic_init(&errands->stop, false);
    list_init(&errands->todo);
    list_init(&errands->done);
    (void)pthread_mutex_init(&errands->lock, NULL);
    (void)pthread_cond_init(&errands->more, NULL);
    if (errands->wake.fd < 0 || !loop_add(loop, &errands->wake, LOOP_READ)) {
        (void)err_errno(err, "eventfd");
        errands->loop = NULL;
    } else if (start_threads(errands, err)) {
        *ret = errands;
        return true;
    }
    errands_free(errands);
    return false;
}

/* What is left when no thread is any more. What is put meanwhile has its turn as well. */
static void end_todo(struct errands *errands)
{
    struct deadline deadline;
    deadline_start(&deadline, ERRANDS_END_MS, NULL);
    for (struct errand *errand; (errand = take_first(&errands->todo));) {
        errand->at_end = true;
        if (errand->is_owed && !deadline_is_over(&deadline))
            errand->work(errand, &deadline);
        errand->on_done(errand, true);
    }
}

void errands_free(struct errands *errands)
{
    if (!errands)
        return;
    (void)pthread_mutex_lock(&errands->lock);
    atomic_store(&errands->stop, true);
    (void)pthread_cond_broadcast(&errands->more);
    (void)pthread_mutex_unlock(&errands->lock);
    for (size_t i = 0; i < errands->threads_count; i++)
        (void)pthread_join(errands->threads[i], NULL);
    give_back(errands, &errands->done, true);
    end_todo(errands);
    if (errands->loop)
        loop_remove(errands->loop, &errands->wake);
    if (errands->wake.fd >= 0)
        (void)close(errands->wake.fd);
    (void)pthread_cond_destroy(&errands->more);
    (void)pthread_mutex_destroy(&errands->lock);
    free(errands);
}

void errands_put(struct errands *errands, struct errand *errand)
{
    (void)pthread_mutex_lock(&errands->lock);
    list_add_tail(&errands->todo, &errand->node);
    (void)pthread_cond_broadcast(&errands->more);
    (void)pthread_mutex_unlock(&errands->lock);
}
