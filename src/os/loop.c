/* epoll, and the care that a source removed in mid-turn gets no further event of that turn. */
#include "os/loop.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

/* Events taken by one system call: enough to gather a loaded turn, small enough to stay fair. */
#define LOOP_EVENTS_MAX 256

_Static_assert(LOOP_READ == EPOLLIN && LOOP_WRITE == EPOLLOUT && LOOP_EXCLUSIVE == EPOLLEXCLUSIVE, "as in epoll");

struct loop {
    int epoll_fd;
    int next, count; /* events of the present turn: those from `next` on are still to be handed out */
    struct epoll_event events[LOOP_EVENTS_MAX];
};

bool loop_new(struct loop **ret, struct err *err)
{
    struct loop *loop = calloc(1, sizeof *loop);
    if (!loop)
        return err_memory(err);
    loop->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll_fd < 0) {
        free(loop);
        return err_errno(err, "epoll_create1");
    }
    *ret = loop;
    return true;
}

void loop_free(struct loop *loop)
{
    if (!loop)
        return;
    (void)close(loop->epoll_fd);
    free(loop);
}

bool loop_add(struct loop *loop, struct loop_source *source, uint32_t interest)
{
    struct epoll_event event = {.events = interest, .data.ptr = source};
    source->interest = interest;
    return epoll_ctl(loop->epoll_fd, EPOLL_CTL_ADD, source->fd, &event) == 0;
}

void loop_set_interest(struct loop *loop, struct loop_source *source, uint32_t interest)
{
    if (source->interest == interest)
        return;
    struct epoll_event event = {.events = interest ? interest : EPOLLONESHOT, .data.ptr = source};
    source->interest = interest;
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_MOD, source->fd, &event);
}

void loop_forget(struct loop *loop, struct loop_source *source)
{
    for (int i = loop->next; i < loop->count; i++)
        if (loop->events[i].data.ptr == source)
            loop->events[i].data.ptr = NULL;
}

void loop_remove(struct loop *loop, struct loop_source *source)
{
    (void)epoll_ctl(loop->epoll_fd, EPOLL_CTL_DEL, source->fd, NULL);
    loop_forget(loop, source);
}

void loop_wait(struct loop *loop, int timeout_ms)
{
    loop->next = 0;
    loop->count = epoll_wait(loop->epoll_fd, loop->events, LOOP_EVENTS_MAX, timeout_ms);
}

bool loop_found(const struct loop *loop)
{
    return loop->count > 0;
}

void loop_dispatch(struct loop *loop)
{
    while (loop->next < loop->count) {
        const struct epoll_event *event = &loop->events[loop->next++];
        struct loop_source *source = event->data.ptr;
        if (!source)
            continue;
        uint32_t ready = event->events & (LOOP_READ | LOOP_WRITE);
        if (event->events & (EPOLLERR | EPOLLHUP))
            ready = LOOP_READ | LOOP_WRITE | LOOP_HANGUP;
        source->on_ready(source, ready);
    }
    loop->next = loop->count = 0;
}

void loop_turn(struct loop *loop, int timeout_ms)
{
    loop_wait(loop, timeout_ms);
    loop_dispatch(loop);
}
