/* The wheel. A slot's timers are moved to a list of their own before callbacks run, so that callbacks may do anything.
 */
#include "os/timer.h"

/* The first tick at which the deadline has passed (rounded up: never early; negative times do not occur). */
static int64_t timer_tick(int64_t deadline_ms)
{
    return deadline_ms <= 0 ? 0 : (deadline_ms - 1) / TIMER_TICK_MS + 1;
}

static void timer_file(struct timer_wheel *wheel, struct timer *timer)
{
    int64_t tick = timer_tick(timer->deadline_ms);
    if (tick <= wheel->tick)
        tick = wheel->tick + 1;
    timer->filed_after_ms = (tick - 1) * TIMER_TICK_MS;
    list_add_tail(&wheel->slots[(size_t)tick % TIMER_SLOTS_COUNT], &timer->node);
}

void timer_wheel_init(struct timer_wheel *wheel, int64_t now_ms)
{
    for (size_t i = 0; i < TIMER_SLOTS_COUNT; i++)
        list_init(&wheel->slots[i]);
    wheel->tick = now_ms / TIMER_TICK_MS;
    wheel->armed_count = 0;
}

void timer_init(struct timer *timer, void (*on_expire)(struct timer *timer))
{
    list_init(&timer->node);
    timer->deadline_ms = 0;
    timer->on_expire = on_expire;
}

void timer_set(struct timer_wheel *wheel, struct timer *timer, int64_t deadline_ms)
{
    bool was_armed = timer_is_armed(timer);
    if (was_armed && deadline_ms > timer->filed_after_ms) {
        timer->deadline_ms = deadline_ms;
        return;
    }
    if (was_armed)
        list_remove(&timer->node);
    else
        wheel->armed_count++;
    timer->deadline_ms = deadline_ms;
    timer_file(wheel, timer);
}

void timer_cancel(struct timer_wheel *wheel, struct timer *timer)
{
    if (!timer_is_armed(timer))
        return;
    list_remove(&timer->node);
    wheel->armed_count--;
}

static void timer_wheel_expire_slot(struct timer_wheel *wheel)
{
    struct list *slot = &wheel->slots[(size_t)wheel->tick % TIMER_SLOTS_COUNT];
    if (list_is_empty(slot))
        return;
    struct list due;
    list_add_tail(slot, &due); /* `due` becomes the head of the slot's ring in the slot's stead */
    list_remove(slot);
    while (!list_is_empty(&due)) {
        struct timer *timer = container_of(due.next, struct timer, node);
        list_remove(&timer->node);
        if (timer_tick(timer->deadline_ms) > wheel->tick) {
            timer_file(wheel, timer);
            continue;
        }
        wheel->armed_count--;
        timer->on_expire(timer);
    }
}

void timer_wheel_advance(struct timer_wheel *wheel, int64_t now_ms)
{
    int64_t last = now_ms / TIMER_TICK_MS;
    /* After a long sleep one way round meets every slot. */
    if (last - wheel->tick > TIMER_SLOTS_COUNT)
        wheel->tick = last - TIMER_SLOTS_COUNT;
    while (wheel->tick < last) {
        wheel->tick++;
        timer_wheel_expire_slot(wheel);
    }
}

int timer_wheel_next_ms(const struct timer_wheel *wheel, int64_t now_ms)
{
    if (wheel->armed_count == 0)
        return -1;
    int64_t wait_ms = (wheel->tick + 1) * TIMER_TICK_MS - now_ms;
    if (wait_ms < 1)
        return 1;
    return wait_ms > TIMER_TICK_MS ? TIMER_TICK_MS : (int)wait_ms;
}
