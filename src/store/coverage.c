#include "store/coverage.h"

struct coverage_week coverage_week_of(uint64_t week, int64_t rung_s, const struct weeks_sum *sum)
{
    struct coverage_week row = {.week = week,
                                .level = sum->level,
                                .https = sum->https,
                                .returning = sum->returning,
                                .rung_s = rung_s,
                                .rung_level = sum->level,
                                .of_rung = sum->of_rung,
                                .returning_of_rung = sum->returning_of_rung};
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        row.classes[i] = sum->classes[i];
    return row;
}

static uint64_t clients(uint32_t counted, uint64_t level)
{
    uint64_t error;
    return clients_estimate(counted, level, &error);
}

static void take_week(struct coverage_week *to, const struct coverage_week *from)
{
    to->level = from->level;
    to->https = from->https;
    to->returning = from->returning;
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        to->classes[i].counted = from->classes[i].counted;
}

static void take_rung(struct coverage_week *to, const struct coverage_week *from)
{
    to->rung_level = from->rung_level;
    to->of_rung = from->of_rung;
    to->returning_of_rung = from->returning_of_rung;
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        to->classes[i].counted_of_rung = from->classes[i].counted_of_rung;
}

struct coverage_week coverage_week_merge(const struct coverage_week *before, const struct coverage_week *now)
{
    struct coverage_week merged = *now;
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        merged.classes[i].days |= before->classes[i].days;
    if (clients(before->https, before->level) > clients(now->https, now->level))
        take_week(&merged, before);
    if (before->rung_s == now->rung_s &&
        clients(before->of_rung, before->rung_level) > clients(now->of_rung, now->rung_level))
        take_rung(&merged, before);
    return merged;
}
