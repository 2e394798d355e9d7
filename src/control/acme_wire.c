/* Threads, one lock, three lists: calls to make, under way, and done. */
#include "control/acme_wire.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/log.h"

struct acme_wire {
    struct loop *loop;
    struct loop_source wake; /* eventfd: something is done */
    bool watched;            /* by the loop */
    pthread_t threads[ACME_WIRE_THREADS_COUNT];
    size_t threads_count;
    pthread_mutex_t lock; /* of all that follows */
    pthread_cond_t more;
    struct list todo, busy, done; /* struct acme_wire_call */
    bool stop;
    atomic_bool cancel;
};

static bool lane_is_full(const struct acme_wire *wire, struct str lane)
{
    size_t count = 0;
    for (struct list *at = wire->busy.next; at != &wire->busy; at = at->next)
        count += str_eq(container_of(at, struct acme_wire_call, node)->lane, lane);
    return count >= ACME_WIRE_LANE_COUNT_MAX;
}

/* The first that may go, or NULL. */
static struct acme_wire_call *take_next(struct acme_wire *wire)
{
    for (struct list *at = wire->todo.next; at != &wire->todo; at = at->next) {
        struct acme_wire_call *call = container_of(at, struct acme_wire_call, node);
        if (lane_is_full(wire, call->lane))
            continue;
        list_remove(&call->node);
        list_add_tail(&wire->busy, &call->node);
        return call;
    }
    return NULL;
}

static void make_call(struct acme_wire *wire, struct acme_wire_call *call)
{
    const uint64_t one = 1;
    struct deadline deadline;
    (void)pthread_mutex_unlock(&wire->lock);
    deadline_start(&deadline, ACME_WIRE_LIMIT_MS, &wire->cancel);
    (void)https_ask(&call->request, &deadline, &call->answer);
    (void)pthread_mutex_lock(&wire->lock);
    list_remove(&call->node);
    list_add_tail(&wire->done, &call->node);
    (void)pthread_cond_broadcast(&wire->more); /* its lane has room again */
    if (write(wire->wake.fd, &one, sizeof one) < 0)
        log_debug("the wake-up was pending already");
}

static void *run(void *context)
{
    struct acme_wire *wire = context;
    (void)pthread_mutex_lock(&wire->lock);
    while (!wire->stop) {
        struct acme_wire_call *call = take_next(wire);
        if (call)
            make_call(wire, call);
        else
            (void)pthread_cond_wait(&wire->more, &wire->lock);
    }
    (void)pthread_mutex_unlock(&wire->lock);
    return NULL;
}

static void on_wake(struct loop_source *source, uint32_t ready)
{
    struct acme_wire *wire = container_of(source, struct acme_wire, wake);
    uint64_t count;
    struct list done;
    (void)ready;
    if (read(source->fd, &count, sizeof count) < 0)
        return;
    (void)pthread_mutex_lock(&wire->lock);
    list_add_tail(&wire->done, &done); /* the whole list changes hands */
    list_remove(&wire->done);
    (void)pthread_mutex_unlock(&wire->lock);
    while (!list_is_empty(&done)) {
        struct acme_wire_call *call = container_of(done.next, struct acme_wire_call, node);
        list_remove(&call->node);
        call->on_done(call);
    }
}

static bool start_threads(struct acme_wire *wire)
{
    while (wire->threads_count < ACME_WIRE_THREADS_COUNT) {
        if (pthread_create(&wire->threads[wire->threads_count], NULL, run, wire) != 0)
            return false;
        wire->threads_count++;
    }
    return true;
}

bool acme_wire_new(struct loop *loop, struct acme_wire **ret, struct err *err)
{
    struct acme_wire *wire = calloc(1, sizeof *wire);
    if (!wire)
        return err_memory(err);
    wire->loop = loop;
    list_init(&wire->todo);
    list_init(&wire->busy);
    list_init(&wire->done);
    (void)pthread_mutex_init(&wire->lock, NULL);
    (void)pthread_cond_init(&wire->more, NULL);
    wire->wake = (struct loop_source){.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK), .on_ready = on_wake};
    wire->watched = wire->wake.fd >= 0 && loop_add(loop, &wire->wake, LOOP_READ);
    if (wire->watched && start_threads(wire)) {
        *ret = wire;
        return true;
    }
    acme_wire_free(wire);
    return err_set(err, ERR_SYSTEM, "the threads that speak to certificate authorities could not be started");
}

void acme_wire_free(struct acme_wire *wire)
{
    if (!wire)
        return;
    atomic_store(&wire->cancel, true);
    (void)pthread_mutex_lock(&wire->lock);
    wire->stop = true;
    (void)pthread_cond_broadcast(&wire->more);
    (void)pthread_mutex_unlock(&wire->lock);
    for (size_t i = 0; i < wire->threads_count; i++)
        (void)pthread_join(wire->threads[i], NULL);
    for (struct list *at = wire->done.next; at != &wire->done; at = at->next)
        https_answer_fini(&container_of(at, struct acme_wire_call, node)->answer);
    if (wire->watched)
        loop_remove(wire->loop, &wire->wake);
    if (wire->wake.fd >= 0)
        (void)close(wire->wake.fd);
    (void)pthread_cond_destroy(&wire->more);
    (void)pthread_mutex_destroy(&wire->lock);
    free(wire);
}

void acme_wire_ask(struct acme_wire *wire, struct acme_wire_call *call)
{
    (void)pthread_mutex_lock(&wire->lock);
    list_add_tail(&wire->todo, &call->node);
    (void)pthread_cond_signal(&wire->more);
    (void)pthread_mutex_unlock(&wire->lock);
}
