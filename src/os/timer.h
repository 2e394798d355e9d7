/*
 * Timeouts by the ten thousand, for one thread: a hashed timer wheel. Timeouts of connections are nearly always moved
 * on and hardly ever expire, so moving one to any time not before its place in the wheel is a plain store; the timer is
 * filed again only when that place comes round. The price is precision: a timer expires up to one tick late, never
 * early.
 *
 *     slots[tick % 1024] ⇄ timer ⇄ timer          (a slot is one tick; a timer further ahead than 1024 ticks is met
 *     slots[...]                                   on the way round and stays)
 */
#ifndef OS_TIMER_H
#define OS_TIMER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"

/* Timeouts are seconds long: a tenth of one late harms none, and a loop with nothing to do wakes ten times a second. */
#define TIMER_TICK_MS 100
/* 102.4 s a turn: longer than the usual timeouts, so that most timers are met once. */
#define TIMER_SLOTS_COUNT 1024

struct timer {
    struct list node;                       /* in a slot while armed */
    int64_t deadline_ms;                    /* while armed: not before this time; its slot may be an earlier one */
    int64_t filed_after_ms;                 /* while armed: its slot is the tick that follows this time */
    void (*on_expire)(struct timer *timer); /* called unarmed */
};

struct timer_wheel {
    struct list slots[TIMER_SLOTS_COUNT];
    int64_t tick;       /* the last one handed out */
    size_t armed_count; /* timers in the slots */
};

/* An empty wheel whose time is now_ms (of clock_monotonic_ms). It owns no memory. */
void timer_wheel_init(struct timer_wheel *wheel, int64_t now_ms);
/* An unarmed timer. A zeroed struct with on_expire set will do as well. */
void timer_init(struct timer *timer, void (*on_expire)(struct timer *timer));
/*
 * Arms the timer, or moves it if it is armed. A deadline that has passed already expires at the next tick. The timer
 * must stay at its address until it expires or is cancelled. Moving to a later deadline is O(1) without touching a
 * list, and so is moving back, as long as its place in the wheel is early enough.
 */
void timer_set(struct timer_wheel *wheel, struct timer *timer, int64_t deadline_ms);
/* Unarms; does nothing for a timer that is not armed. */
void timer_cancel(struct timer_wheel *wheel, struct timer *timer);
/*
 * Calls on_expire of every timer whose deadline has come, tick by tick. A callback may set, cancel and free any timer,
 * its own included; it must not advance the wheel. A now_ms before the last one does nothing.
 */
void timer_wheel_advance(struct timer_wheel *wheel, int64_t now_ms);
/* How long epoll may wait: until the next tick (1 … TIMER_TICK_MS) while a timer is armed, else -1. */
int timer_wheel_next_ms(const struct timer_wheel *wheel, int64_t now_ms);

/* Whether it will expire. */
static inline bool timer_is_armed(const struct timer *timer)
{
    return timer->node.next && timer->node.next != &timer->node;
}

#endif
