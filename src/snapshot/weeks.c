#include "snapshot/weeks.h"

#include <string.h>

static bool is_returning(uint8_t days)
{
    unsigned of_week = days & WEEKS_DAYS;
    return (of_week & (of_week - 1)) != 0;
}

static void add(struct weeks_sum *sum, const struct clients_seen *seen)
{
    struct weeks_class *class = &sum->classes[seen->class];
    bool of_rung = seen->days & WEEKS_SINCE_RUNG, returning = is_returning(seen->days);
    sum->https++;
    sum->returning += returning;
    sum->of_rung += of_rung;
    sum->returning_of_rung += of_rung && returning;
    class->counted++;
    class->counted_of_rung += of_rung;
    class->days |= seen->days & WEEKS_DAYS;
}

void weeks_sum(const struct clients_sample *sample, struct weeks_sum *ret)
{
    struct clients_seen seen;
    *ret = (struct weeks_sum){.level = clients_level(sample)};
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++)
        if (clients_get(sample, i, ret->level, &seen))
            add(ret, &seen);
}

uint32_t weeks_visits(const struct clients_sample *sample, uint32_t classes,
                      uint32_t ret_counted[static WEEKS_VISITS_COUNT], uint64_t *ret_level)
{
    struct clients_seen seen;
    uint64_t level = clients_level(sample);
    uint32_t all = 0;
    memset(ret_counted, 0, WEEKS_VISITS_COUNT * sizeof *ret_counted);
    for (size_t i = 0; i < CLIENTS_PLACES_COUNT; i++) {
        if (!clients_get(sample, i, level, &seen))
            continue;
        all++;
        ret_counted[seen.days] += classes >> seen.class & 1;
    }
    *ret_level = level;
    return all;
}

void weeks_begin_rung(struct clients_sample *sample)
{
    clients_clear_days(sample, WEEKS_SINCE_RUNG);
}
