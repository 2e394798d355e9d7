/* Visits found by arithmetic (synthetic) or by bisection (logged). */
#include "hsts/visitor.h"

/* One slot in so many has a visit. */
#define SLOTS_A_VISIT 4

/* The numbers of a key's stream behind those that are left to others. */
enum draw { DRAW_PHASE = VISITOR_RANDOM_COUNT, DRAW_SLOT_0 };

uint64_t visitor_random(uint64_t key, uint64_t n)
{
    uint64_t z = key + (n + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

uint64_t visitor_scale(uint64_t random, uint64_t below)
{
    return ((random >> 32) * below) >> 32;
}

struct visitor visitor_regular(enum reading_client client, int64_t end_s, uint64_t key, int64_t interval_s)
{
    struct visitor v = {.kind = VISITOR_REGULAR, .client = client, .end_s = end_s};
    v.when.regular.key = key;
    v.when.regular.slot_s = interval_s / SLOTS_A_VISIT;
    v.when.regular.phase_s = -(int64_t)visitor_scale(visitor_random(key, DRAW_PHASE), (uint64_t)v.when.regular.slot_s);
    return v;
}

/* The visit in this slot, or VISITOR_NEVER: low bits say whether, high bits when. */
static int64_t slot_visit(const struct visitor *v, int64_t slot)
{
    uint64_t random = visitor_random(v->when.regular.key, DRAW_SLOT_0 + (uint64_t)slot);
    if (random % SLOTS_A_VISIT)
        return VISITOR_NEVER;
    return v->when.regular.phase_s + slot * v->when.regular.slot_s +
           (int64_t)visitor_scale(random, (uint64_t)v->when.regular.slot_s);
}

/* In 32 bits: the wider division would be most of what a question costs. */
static int64_t slot_of(const struct visitor *v, int64_t at_s)
{
    return (uint32_t)(at_s - v->when.regular.phase_s) / (uint32_t)v->when.regular.slot_s;
}

static int64_t regular_next(const struct visitor *v, int64_t from_s)
{
    int64_t last = slot_of(v, v->end_s - 1);
    for (int64_t slot = slot_of(v, from_s); slot <= last; slot++) {
        int64_t at_s = slot_visit(v, slot);
        if (at_s >= from_s && at_s < v->end_s)
            return at_s;
    }
    return VISITOR_NEVER;
}

static int64_t regular_last(const struct visitor *v, int64_t from_s, int64_t until_s)
{
    int64_t first = slot_of(v, from_s);
    for (int64_t slot = slot_of(v, until_s); slot >= first; slot--) {
        int64_t at_s = slot_visit(v, slot);
        if (at_s >= from_s && at_s <= until_s)
            return at_s;
    }
    return VISITOR_NEVER;
}

/* The first of the times that is not before `from_s`, as an index; count when there is none. */
static size_t logged_find(const struct visitor *v, int64_t from_s)
{
    size_t low = 0, high = v->when.logged.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (v->when.logged.times_s[middle] < from_s)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

int64_t visitor_next(const struct visitor *v, int64_t from_s)
{
    int64_t at_s = VISITOR_NEVER;
    if (from_s < 0)
        from_s = 0;
    if (from_s >= v->end_s)
        return VISITOR_NEVER;
    if (v->kind == VISITOR_REGULAR)
        return regular_next(v, from_s);
    if (v->kind == VISITOR_ONCE)
        at_s = v->when.once_s;
    else if (logged_find(v, from_s) < v->when.logged.count)
        at_s = v->when.logged.times_s[logged_find(v, from_s)];
    return at_s >= from_s && at_s < v->end_s ? at_s : VISITOR_NEVER;
}

int64_t visitor_last(const struct visitor *v, int64_t from_s, int64_t until_s)
{
    int64_t at_s = VISITOR_NEVER;
    if (from_s < 0)
        from_s = 0;
    if (until_s >= v->end_s)
        until_s = v->end_s - 1;
    if (from_s > until_s)
        return VISITOR_NEVER;
    if (v->kind == VISITOR_REGULAR)
        return regular_last(v, from_s, until_s);
    if (v->kind == VISITOR_ONCE)
        at_s = v->when.once_s;
    else if (logged_find(v, until_s + 1) > 0)
        at_s = v->when.logged.times_s[logged_find(v, until_s + 1) - 1];
    return at_s >= from_s && at_s <= until_s ? at_s : VISITOR_NEVER;
}
