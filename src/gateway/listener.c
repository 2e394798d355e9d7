/* Accepting connections, and refusing them when there are too many. */
#include "gateway/listener.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/log.h"
#include "gateway/client.h"

static void accept_one(struct worker_listener *l, int fd, const union os_address *peer)
{
    struct worker *w = l->worker;
    if (w->clients_count < worker_limits(w)->connections_max) {
        client_accept(w, l->listener, fd, peer);
        return;
    }
    counter_add(&w->counters->worker.connections_refused, 1);
    (void)close(fd);
}

/* EPOLLEXCLUSIVE cannot be modified: the source is taken out, and registered anew when it has rested. */
static void rest(struct worker_listener *l)
{
    loop_remove(l->worker->loop, &l->source);
    timer_set(&l->worker->timers, &l->rest, l->worker->now_ms + LISTENER_REST_MS);
}

/* Takes up to `max` connections; false when the queue is empty. */
static bool accept_some(struct worker_listener *l, unsigned max)
{
    while (max--) {
        union os_address peer = {0};
        int fd = os_accept(l->source.fd, &peer);
        if (fd >= 0) {
            l->short_of = false;
            accept_one(l, fd, &peer);
            continue;
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOMEM || errno == ENOBUFS) {
            if (!l->short_of)
                log_warning("listener %s: cannot accept: out of descriptors or memory", l->listener->name);
            l->short_of = true;
            rest(l);
        }
        return false;
    }
    return true;
}

static void listener_on_ready(struct loop_source *source, uint32_t ready)
{
    (void)ready;
    (void)accept_some(container_of(source, struct worker_listener, source), LISTENER_ACCEPT_COUNT_MAX);
}

static void listener_on_rested(struct timer *timer)
{
    struct worker_listener *l = container_of(timer, struct worker_listener, rest);
    if (l->worker->accepting && !loop_add(l->worker->loop, &l->source, LOOP_READ | LOOP_EXCLUSIVE))
        rest(l); /* still short of memory */
}

bool listeners_open(struct worker *w, struct err *err)
{
    size_t count = 0;
    for (size_t i = 0; i < w->boot->listeners_count; i++)
        count += w->boot->listeners[i].fds_count;
    w->listeners = calloc(count ? count : 1, sizeof *w->listeners);
    if (!w->listeners)
        return err_memory(err);
    for (size_t i = 0; i < w->boot->listeners_count; i++) {
        const struct gateway_listener *listener = &w->boot->listeners[i];
        for (size_t k = 0; k < listener->fds_count; k++) {
            struct worker_listener *l = &w->listeners[w->listeners_count];
            *l = (struct worker_listener){
                .source = {.fd = listener->fds[k], .on_ready = listener_on_ready}, .worker = w, .listener = listener};
            timer_init(&l->rest, listener_on_rested);
            if (!loop_add(w->loop, &l->source, LOOP_READ | LOOP_EXCLUSIVE))
                return err_errno(err, "listener %s: cannot wait for connections", listener->name);
            w->listeners_count++;
        }
    }
    w->accepting = true;
    return true;
}

void listeners_close(struct worker *w)
{
    for (size_t i = 0; i < w->listeners_count; i++) {
        struct worker_listener *l = &w->listeners[i];
        if (w->accepting)
            while (accept_some(l, LISTENER_ACCEPT_COUNT_MAX))
                continue;
        timer_cancel(&w->timers, &l->rest);
        loop_remove(w->loop, &l->source);
    }
    free(w->listeners);
    w->listeners = NULL;
    w->listeners_count = 0;
    w->accepting = false;
}
