/* Members are in no order: a use is one store, and the timer looks at all of them. */
#include "gateway/warm.h"

#include "gateway/transport.h"

static void leave(struct warm_set *set, struct warm *warm)
{
    list_remove(&warm->node);
    set->count--;
}

static void cool(struct timer *timer)
{
    struct warm_set *set = container_of(timer, struct warm_set, cooling);
    for (struct list *node = set->members.next, *next; node != &set->members; node = next) {
        next = node->next;
        struct warm *warm = container_of(node, struct warm, node);
        /* with a part of a record in its buffers it cannot give them back: the next time, then */
        if (*set->now_ms - warm->used_ms >= WARM_MS && tls_conn_rest(container_of(warm, struct transport, warm)->tls))
            leave(set, warm);
    }
    if (set->count)
        timer_set(set->timers, timer, *set->now_ms + WARM_MS);
}

void warm_set_init(struct warm_set *set, struct timer_wheel *timers, const int64_t *now_ms)
{
    *set = (struct warm_set){.timers = timers, .now_ms = now_ms};
    list_init(&set->members);
    timer_init(&set->cooling, cool);
}

static bool is_member(const struct warm *warm)
{
    return warm->node.next && warm->node.next != &warm->node;
}

void warm_use(struct warm_set *set, struct transport *t)
{
    t->warm.used_ms = *set->now_ms;
    if (is_member(&t->warm))
        return;
    if (set->count == WARM_COUNT_MAX) {
        (void)tls_conn_rest(t->tls);
        return;
    }
    if (set->count++ == 0)
        timer_set(set->timers, &set->cooling, *set->now_ms + WARM_MS);
    list_add_tail(&set->members, &t->warm.node);
}

void warm_leave(struct warm_set *set, struct transport *t)
{
    if (is_member(&t->warm))
        leave(set, &t->warm);
}
