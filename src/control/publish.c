/*
 * States of a link:      no link ──LINK──▶ idle ──send──▶ under way ──ACK, REJECT──▶ idle
 *                                    (a newer snapshot waits while one is under way, unless the gateway is late)
 */
#include "control/publish.h"

#include <stdio.h>
#include <unistd.h>

#include "base/log.h"
#include "os/channel.h"
#include "os/clock.h"
#include "snapshot/contract.h"

static void finish(struct publisher *publisher, struct publish_waiter *waiter, const char *problem)
{
    publisher_forget(waiter, publisher->wheel);
    waiter->on_done(waiter, problem);
}

/* All that wait for this generation or an earlier one. on_done may add waiters, at the end of the list. */
static void finish_up_to(struct publisher *publisher, uint64_t generation, const char *problem)
{
    struct list due;
    list_init(&due);
    for (struct list *at = publisher->waiters.next, *next; at != &publisher->waiters; at = next) {
        next = at->next;
        if (container_of(at, struct publish_waiter, node)->generation > generation)
            continue;
        list_remove(at);
        list_add_tail(&due, at);
    }
    while (!list_is_empty(&due))
        finish(publisher, container_of(due.next, struct publish_waiter, node), problem);
}

static void set_late(struct publisher *publisher, bool is_late)
{
    if (publisher->is_late == is_late)
        return;
    publisher->is_late = is_late;
    if (publisher->on_late)
        publisher->on_late(publisher);
}

/* What is under way now (0: nothing) is what is waited for from now on. */
static void await(struct publisher *publisher, uint64_t generation)
{
    publisher->awaited = generation;
    publisher->awaited_s = clock_wall_s();
    if (generation)
        timer_set(publisher->wheel, &publisher->late_timer, clock_monotonic_ms() + PUBLISH_LATE_MS);
    else
        timer_cancel(publisher->wheel, &publisher->late_timer);
    set_late(publisher, false);
}

static void take_answer(struct publisher *publisher, uint64_t generation)
{
    if (publisher->sent == generation)
        publisher->sent = 0;
    if (publisher->awaited && generation >= publisher->awaited)
        await(publisher, publisher->sent);
}

static void drop_link(struct publisher *publisher)
{
    if (publisher->link.fd < 0)
        return;
    loop_remove(publisher->loop, &publisher->link);
    (void)close(publisher->link.fd);
    publisher->link.fd = -1;
    publisher->sent = 0;
    publisher->acked = 0;
    publisher->linked_s = 0;
    await(publisher, 0);
}

static void send_present(struct publisher *publisher)
{
    bool is_busy = publisher->is_late ? publisher->sent == publisher->present : publisher->sent != 0;
    if (publisher->link.fd < 0 || publisher->present == 0 || is_busy || publisher->acked == publisher->present ||
        publisher->rejected == publisher->present)
        return;
    struct channel_message message = {
        .type = CONTRACT_SNAPSHOT, .value = publisher->present, .fds = {publisher->present_fd}, .fds_count = 1};
    switch (channel_send(publisher->link.fd, &message)) {
    case CHANNEL_OK:
        publisher->sent = publisher->present;
        if (!publisher->awaited)
            await(publisher, publisher->sent);
        loop_set_interest(publisher->loop, &publisher->link, LOOP_READ);
        break;
    case CHANNEL_AGAIN: loop_set_interest(publisher->loop, &publisher->link, LOOP_READ | LOOP_WRITE); break;
    case CHANNEL_CLOSED:
    case CHANNEL_BROKEN: drop_link(publisher); break;
    }
}

/* Whether the supervisor has the present snapshot now. Its queue may be full: on_keep_due tries again. */
static bool hand_over(struct publisher *publisher)
{
    if (publisher->handed != publisher->present && publisher->on_acked(publisher))
        publisher->handed = publisher->present;
    return publisher->handed == publisher->present;
}

static void take_ack(struct publisher *publisher, uint64_t generation)
{
    take_answer(publisher, generation);
    if (generation > publisher->present)
        return; /* left over from a control that ran before: not what we published */
    publisher->acked = generation;
    publisher->acked_s = clock_wall_s();
    if (generation == publisher->present) {
        hand_over(publisher);
        timer_set(publisher->wheel, &publisher->keep_timer, clock_monotonic_ms() + PUBLISH_KEEP_DELAY_MS);
    }
    finish_up_to(publisher, generation, NULL);
}

static void take_reject(struct publisher *publisher, uint64_t generation, struct str why)
{
    take_answer(publisher, generation);
    publisher->rejected = generation;
    (void)snprintf(publisher->reject_text, sizeof publisher->reject_text, "the gateway did not take it: %.*s",
                   STR_ARG(str_part(why, 0, 200)));
    log_error("generation %llu: %s", (unsigned long long)generation, publisher->reject_text);
    finish_up_to(publisher, generation, publisher->reject_text);
}

static void close_fds(const struct channel_message *message)
{
    for (size_t i = 0; i < message->fds_count; i++)
        (void)close(message->fds[i]);
}

/* False when the link is gone. */
static bool read_one(struct publisher *publisher)
{
    struct channel_message message;
    enum channel_result result = channel_receive(publisher->link.fd, &message);
    if (result == CHANNEL_AGAIN)
        return false;
    if (result != CHANNEL_OK) {
        drop_link(publisher);
        return false;
    }
    close_fds(&message);
    if (message.type == CONTRACT_ACK)
        take_ack(publisher, message.value);
    else if (message.type == CONTRACT_REJECT)
        take_reject(publisher, message.value, message.payload);
    else
        log_warning("the gateway sent a message of unknown type %u", message.type);
    return publisher->link.fd >= 0;
}

static void on_link_ready(struct loop_source *source, uint32_t ready)
{
    struct publisher *publisher = container_of(source, struct publisher, link);
    if (ready & LOOP_READ)
        while (read_one(publisher))
            ;
    send_present(publisher);
}

static void on_keep_due(struct timer *timer)
{
    struct publisher *publisher = container_of(timer, struct publisher, keep_timer);
    if (publisher->acked != publisher->present || publisher->kept == publisher->present)
        return;                /* the ack of what came since sets the timer again */
    if (!hand_over(publisher)) /* an older one may still be served: nothing is final before this one is there, too */
        timer_set(publisher->wheel, timer, clock_monotonic_ms() + PUBLISH_KEEP_DELAY_MS);
    else if (publisher->on_keep(publisher))
        publisher->kept = publisher->present;
    else
        timer_set(publisher->wheel, timer, clock_monotonic_ms() + PUBLISH_KEEP_RETRY_MS);
}

static void on_late_due(struct timer *timer)
{
    struct publisher *publisher = container_of(timer, struct publisher, late_timer);
    set_late(publisher, true);
    send_present(publisher);
}

void publisher_init(struct publisher *publisher, struct loop *loop, struct timer_wheel *wheel)
{
    *publisher = (struct publisher){.loop = loop, .wheel = wheel, .present_fd = -1};
    publisher->link.fd = -1;
    publisher->link.on_ready = on_link_ready;
    list_init(&publisher->waiters);
    timer_init(&publisher->keep_timer, on_keep_due);
    timer_init(&publisher->late_timer, on_late_due);
}

void publisher_fini(struct publisher *publisher)
{
    finish_up_to(publisher, UINT64_MAX, "control is stopping");
    timer_cancel(publisher->wheel, &publisher->keep_timer);
    drop_link(publisher);
    if (publisher->present_fd >= 0)
        (void)close(publisher->present_fd);
    publisher->present_fd = -1;
}

void publisher_settle(struct publisher *publisher)
{
    if (publisher->handed == publisher->present && publisher->kept != publisher->present &&
        publisher->on_keep(publisher))
        publisher->kept = publisher->present;
}

void publisher_put(struct publisher *publisher, uint64_t generation, int take_fd)
{
    if (publisher->present_fd >= 0)
        (void)close(publisher->present_fd);
    publisher->present_fd = take_fd;
    publisher->present = generation;
    send_present(publisher);
}

void publisher_link(struct publisher *publisher, int take_fd, uint32_t blocks, int64_t now_s)
{
    drop_link(publisher);
    publisher->link.fd = take_fd;
    publisher->blocks = blocks;
    publisher->rejected = 0;
    if (!loop_add(publisher->loop, &publisher->link, LOOP_READ)) {
        log_error("the link to the gateway could not be watched");
        (void)close(take_fd);
        publisher->link.fd = -1;
        return;
    }
    publisher->linked_s = now_s;
    send_present(publisher);
}

static void on_wait_expire(struct timer *timer)
{
    struct publish_waiter *waiter = container_of(timer, struct publish_waiter, timer);
    list_remove(&waiter->node);
    waiter->on_done(waiter, "no gateway has acknowledged it within 5 seconds; it takes effect as soon as one does");
}

void publisher_wait(struct publisher *publisher, struct publish_waiter *waiter, uint64_t generation, int64_t now_ms)
{
    waiter->generation = generation;
    timer_init(&waiter->timer, on_wait_expire);
    list_add_tail(&publisher->waiters, &waiter->node);
    timer_set(publisher->wheel, &waiter->timer, now_ms + PUBLISH_WAIT_MS);
}

void publisher_forget(struct publish_waiter *waiter, struct timer_wheel *wheel)
{
    list_remove(&waiter->node);
    timer_cancel(wheel, &waiter->timer);
}
