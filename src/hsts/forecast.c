#include "hsts/forecast.h"

#include <stdio.h>

#include "hsts/guard_judge.h"

#define DAY_S 86400

/* A visit was somewhere in here. */
struct span {
    int64_t from_s, to_s;
};

static int64_t earlier(int64_t a_s, int64_t b_s)
{
    return a_s < b_s ? a_s : b_s;
}

static int64_t later(int64_t a_s, int64_t b_s)
{
    return a_s > b_s ? a_s : b_s;
}

/*
 * When the last visit on this day was. `is_last`: it is the last of the days, so that whoever came since the rung began
 * did so then, and whoever did not came before.
 */
static struct span span_of(const struct forecast_world *world, unsigned days, unsigned day, bool is_last)
{
    int64_t from_s = world->week_s + (int64_t)day * DAY_S;
    struct span span = {from_s, earlier(from_s + DAY_S, world->now_s)};
    if (world->rung_s && is_last && days & FORECAST_SINCE_RUNG)
        span.from_s = later(span.from_s, world->rung_s);
    if (world->rung_s && !(days & FORECAST_SINCE_RUNG))
        span.to_s = earlier(span.to_s, world->rung_s);
    if (span.to_s < span.from_s) /* a clock that was set */
        span.to_s = span.from_s;
    return span;
}

/* Until when a browser is bound by what this entry said to it then. */
static int64_t bound_until_s(const struct ledger_entry *entry, int64_t visit_s)
{
    int64_t max_age_s = entry->promise.max_age_s, until_s;
    if (max_age_s == 0)
        return visit_s;
    if (__builtin_add_overflow(visit_s, max_age_s, &until_s))
        until_s = INT64_MAX;
    return entry->promise.cap_s ? earlier(until_s, entry->promise.cap_s) : until_s;
}

/* The part of the span in which the entry may have been sent; false: none. */
static bool meets(const struct ledger_entry *entry, struct span span, int64_t now_s, struct span *ret)
{
    int64_t to_s = entry->to_s == LEDGER_OPEN ? now_s : entry->to_s;
    *ret = (struct span){later(span.from_s, entry->from_s), earlier(span.to_s, to_s)};
    return ret->from_s <= ret->to_s;
}

/* What a visit within the span says: it left the browser so; or nothing at all was said then. */
struct said {
    bool anything;
    bool always;     /* whenever it was */
    bool may, frees; /* it may hold a promise from it; it may hold none from it */
};

/* How much of the span the entries that say anything leave out. */
static bool covers(const struct forecast_world *world, struct span span)
{
    int64_t reached_s = span.from_s;
    for (bool found = true; found && reached_s < span.to_s;) {
        found = false;
        for (size_t i = 0; i < world->count; i++) {
            struct span part;
            if (!meets(&world->entries[i], span, world->now_s, &part) ||
                part.from_s > reached_s + FORECAST_HANDOVER_S || part.to_s <= reached_s)
                continue;
            reached_s = part.to_s;
            found = true;
        }
    }
    return reached_s + FORECAST_HANDOVER_S >= span.to_s;
}

/* Most of the span is older or newer than the other promise: what is left of it is a handover. */
static bool is_handover(struct span part, struct span span)
{
    return part.to_s - part.from_s <= FORECAST_HANDOVER_S && span.to_s - span.from_s > 2 * FORECAST_HANDOVER_S;
}

/* What began with the present rung or after it was said to nobody who came before; what ended with its beginning, to
 * nobody who came since. */
static bool is_of_others(const struct forecast_world *world, const struct ledger_entry *entry, struct span span,
                         bool is_before_rung)
{
    if (world->rung_s == 0)
        return false;
    if (is_before_rung)
        return entry->from_s >= world->rung_s;
    return span.from_s >= world->rung_s && entry->from_s < world->rung_s &&
           entry->to_s - FORECAST_HANDOVER_S <= world->rung_s;
}

static struct said said_within(const struct forecast_world *world, struct span span, bool is_before_rung)
{
    struct said said = {0};
    for (size_t i = 0; i < world->count; i++) {
        const struct ledger_entry *entry = &world->entries[i];
        struct span part;
        if (!meets(entry, span, world->now_s, &part) || is_of_others(world, entry, span, is_before_rung))
            continue;
        said.anything = true;
        said.may |= bound_until_s(entry, part.to_s) > world->now_s;
        said.frees |= bound_until_s(entry, part.from_s) <= world->now_s && !is_handover(part, span);
    }
    said.always = said.anything && covers(world, span);
    return said;
}

/* From the last day back: what was said last counts. */
enum forecast_hold forecast_hold(const struct forecast_world *world, unsigned days)
{
    bool is_last = true, is_certain = true, is_before_rung = world->rung_s && !(days & FORECAST_SINCE_RUNG);
    for (unsigned day = FORECAST_DAYS_COUNT; day-- > 0;) {
        if (!(days >> day & 1))
            continue;
        struct said said = said_within(world, span_of(world, days, day, is_last), is_before_rung);
        is_last = false;
        if (!said.anything) /* an earlier promise stands */
            continue;
        if (said.may)
            return is_certain && said.always && !said.frees ? FORECAST_HELD : FORECAST_MAYBE;
        if (said.always) /* a promise that has run out, or a release */
            return FORECAST_FREE;
        is_certain = false;
    }
    return FORECAST_FREE;
}

struct forecast_sum forecast_sum(const struct forecast_world *world,
                                 const uint32_t counted[static FORECAST_VISITS_COUNT])
{
    struct forecast_sum sum = {0};
    for (unsigned days = 0; days < FORECAST_VISITS_COUNT; days++) {
        enum forecast_hold hold = counted[days] ? forecast_hold(world, days) : FORECAST_FREE;
        sum.may += hold != FORECAST_FREE ? counted[days] : 0;
        sum.certain += hold == FORECAST_HELD ? counted[days] : 0;
    }
    return sum;
}

bool forecast_may_have(const struct forecast_world *world, int64_t before_s)
{
    for (size_t i = 0; i < world->count; i++) {
        const struct ledger_entry *entry = &world->entries[i];
        int64_t to_s = entry->to_s == LEDGER_OPEN ? world->now_s : entry->to_s;
        if (entry->from_s <= before_s && bound_until_s(entry, earlier(to_s, before_s)) > world->now_s)
            return true;
    }
    return false;
}

static struct str written(char *room, int size)
{
    return str_make(room, size > 0 && size < FORECAST_TEXT_SIZE ? (size_t)size : 0);
}

/* Where no promise counts, or nothing is known of who came. */
static struct str text_without(const struct forecast *f, char room[static FORECAST_TEXT_SIZE])
{
    char until[GUARD_DATE_SIZE];
    if (f->reach == FORECAST_PRELOADED)
        return written(room, snprintf(room, FORECAST_TEXT_SIZE,
                                      "If the certificate failed now, nobody could get in whose browser has the name "
                                      "on its preload list, for good: browsers offer no way to click through."));
    if (f->until_s == 0)
        return written(room, snprintf(room, FORECAST_TEXT_SIZE,
                                      "If the certificate failed now, nobody would be locked out: no browser holds a "
                                      "promise, and all offer a way to click through the warning."));
    (void)guard_date(f->until_s, until);
    if (!f->is_known)
        return written(room, snprintf(room, FORECAST_TEXT_SIZE,
                                      "If the certificate failed now, browsers that hold a promise could not get in, "
                                      "the last until %.*s; how many that are is not known: nobody was noted.",
                                      GUARD_DATE_SIZE, until));
    return written(room, snprintf(room, FORECAST_TEXT_SIZE,
                                  "If the certificate failed now, none of %s visitors would be locked out; browsers "
                                  "that came before may be, the last until %.*s.",
                                  f->is_last_week ? "last week's" : "this week's", GUARD_DATE_SIZE, until));
}

struct str forecast_text(const struct forecast *f, char room[static FORECAST_TEXT_SIZE])
{
    const char *most = f->exact ? "" : "at most ", *week = f->is_last_week ? "last week's" : "this week's";
    char until[GUARD_DATE_SIZE];
    if (!f->is_known || f->clients == 0 || (f->until_s == 0 && f->reach != FORECAST_PRELOADED))
        return text_without(f, room);
    if (f->reach == FORECAST_PRELOADED)
        return written(room,
                       snprintf(room, FORECAST_TEXT_SIZE,
                                "If the certificate failed now, %s%u %% of %s visitors could not get in, nor could "
                                "any new one with such a browser, for good: the name is on the browsers' preload "
                                "list.",
                                most, f->percent, week));
    (void)guard_date(f->until_s, until);
    return written(room, snprintf(room, FORECAST_TEXT_SIZE,
                                  f->reach == FORECAST_ABOVE
                                      ? "If the certificate failed now, %s%u %% of %s visitors could not get in, the "
                                        "last until %.*s: a name above binds this one as well."
                                      : "If the certificate failed now, %s%u %% of %s visitors could not get in, the "
                                        "last until %.*s.",
                                  most, f->percent, week, GUARD_DATE_SIZE, until));
}
