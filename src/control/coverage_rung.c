#include "control/coverage_rung.h"

#include <math.h>

#include "http/agent.h"

/* Days around the rung's beginning, from COVERAGE_DAYS_BEFORE before it on: a bit each. */
struct days {
    uint32_t before; /* bit 0 is the first of them */
    unsigned since;  /* how many that are over */
    uint64_t last;
};

struct around {
    uint64_t climb, today; /* days */
};

static void add_day(struct days *days, const struct around *around, uint64_t day)
{
    if (day < around->climb && day + COVERAGE_DAYS_BEFORE >= around->climb)
        days->before |= 1u << (day + COVERAGE_DAYS_BEFORE - around->climb);
    if (day > around->climb && day < around->today)
        days->since++;
    if (day > days->last)
        days->last = day;
}

static void add_days(struct days *days, const struct around *around, uint64_t week, uint8_t of_week)
{
    for (unsigned i = 0; i < WEEKS_DAYS_COUNT; i++)
        if (of_week >> i & 1)
            add_day(days, around, weeks_first_day(week) + i);
}

static bool is_above_error(uint32_t counted, uint64_t level)
{
    uint64_t error;
    return clients_estimate(counted, level, &error) > error;
}

/* Whether it was seen after the rung began. Of the week in which it began the counts of the rung tell, if they are of
 * it; else the days after it. */
static bool is_seen_since(const struct coverage_week *week, size_t class, int64_t since_s, const struct around *around)
{
    const struct weeks_class *one = &week->classes[class];
    uint64_t climb_week = clients_week_of(around->climb);
    if (week->week != climb_week)
        return week->week > climb_week && one->days;
    unsigned of_climb = (unsigned)(around->climb - weeks_first_day(climb_week));
    return (week->rung_s == since_s && one->counted_of_rung) || (one->days & WEEKS_DAYS) >> (of_climb + 1);
}

static uint8_t all_days(const struct coverage_week *week)
{
    uint8_t days = 0;
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        days |= week->classes[i].days;
    return days;
}

static unsigned count_bits(uint32_t bits)
{
    return (unsigned)__builtin_popcount(bits);
}

/*
 * The share of days on which it comes is not known well after a few: so many of one more (a day without it) are taken,
 * so that what came on one day of one is not missed on the second.
 */
static bool is_missed(const struct days *class, const struct days *all)
{
    double share = (double)count_bits(class->before) / ((double)count_bits(all->before) + 1);
    return class->before && pow(1 - share, all->since) < COVERAGE_CHANCE;
}

static void put_missing(struct coverage_rung *rung, const struct coverage_missing *one)
{
    size_t at = rung->missing_count++;
    for (; at > 0 && rung->missing[at - 1].days < one->days; at--)
        rung->missing[at] = rung->missing[at - 1];
    rung->missing[at] = *one;
}

static void judge_class(const struct coverage_week *weeks, size_t count, size_t class, const struct around *around,
                        const struct days *all, struct coverage_rung *rung)
{
    struct days days = {0};
    bool is_sure = false; /* in one week at least so many that they were not in the sample by chance */
    for (size_t i = 0; i < count; i++) {
        if (is_seen_since(&weeks[i], class, rung->since_s, around))
            return;
        add_days(&days, around, weeks[i].week, weeks[i].classes[class].days);
        is_sure |= is_above_error(weeks[i].classes[class].counted, weeks[i].level);
    }
    if (!is_sure || !is_missed(&days, all))
        return;
    const struct coverage_missing one = {.class = (uint8_t) class,
                                         .last_day = days.last,
                                         .days = count_bits(days.before),
                                         .of_days = count_bits(all->before),
                                         .since = all->since};
    put_missing(rung, &one);
}

static void take_busiest(const struct coverage_week *week, struct coverage_rung *rung)
{
    uint64_t error, clients = clients_estimate(week->of_rung, week->rung_level, &error);
    if (week->of_rung == 0 || clients < rung->clients)
        return;
    rung->clients = clients;
    rung->machines = clients_estimate((uint64_t)week->classes[HTTP_AGENT_BOT].counted_of_rung +
                                          week->classes[HTTP_AGENT_MONITOR].counted_of_rung,
                                      week->rung_level, &(uint64_t){0});
    rung->clients_error = error;
    rung->counted = week->of_rung;
    rung->returning = week->returning_of_rung;
}

void coverage_rung_judge(const struct coverage_week *weeks, size_t count, int64_t since_s, uint64_t today,
                         struct coverage_rung *ret)
{
    const struct around around = {.climb = clients_day_of(since_s), .today = today};
    struct days all = {0};
    *ret = (struct coverage_rung){.since_s = since_s,
                                  .is_several_weeks = clients_week_of(today) > clients_week_of(around.climb)};
    for (size_t i = 0; i < count; i++) {
        add_days(&all, &around, weeks[i].week, all_days(&weeks[i]));
        if (weeks[i].rung_s == since_s)
            take_busiest(&weeks[i], ret);
    }
    /* a crawler that comes no more is nobody who is shut out */
    for (size_t class = 0; class < HTTP_AGENTS_COUNT; class ++)
        if (class != HTTP_AGENT_BOT && class != HTTP_AGENT_STRICTGATE)
            judge_class(weeks, count, class, &around, &all, ret);
}
