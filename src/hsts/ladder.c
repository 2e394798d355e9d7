/* The rungs of a site. What the operator wants on them is in wish.c. */
#include "hsts/ladder.h"

#include <inttypes.h>
#include <stdio.h>

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400
#define WEEK_S   604800

void ladder_init(struct ladder *ladder)
{
    *ladder = (struct ladder){.rungs = {LADDER_TRIAL_S, DAY_S, WEEK_S, 30 * DAY_S, LADDER_YEAR_S}, .count = 5};
}

bool ladder_check(const struct ladder *ladder, const char *field, struct err *err)
{
    if (ladder->count == 0 || ladder->count > LADDER_RUNGS_COUNT_MAX)
        return err_field(err, field, "a ladder has 1 to %d rungs, not %zu", LADDER_RUNGS_COUNT_MAX, ladder->count);
    if (ladder->rungs[0] == 0)
        return err_field(err, field, "a rung of 0 seconds would take the promise back: that is what release is for");
    if (ladder->rungs[0] > DAY_S)
        return err_field(err, field, "the first rung is for trying out: at most a day (%d seconds), not %" PRIu32,
                         DAY_S, ladder->rungs[0]);
    for (size_t i = 1; i < ladder->count; i++)
        if (ladder->rungs[i] <= ladder->rungs[i - 1])
            return err_field(err, field, "the rungs must ascend: %" PRIu32 " does not come after %" PRIu32,
                             ladder->rungs[i], ladder->rungs[i - 1]);
    if (ladder->rungs[ladder->count - 1] > HSTS_MAX_AGE_S_MAX)
        return err_field(err, field, "a rung is at most %u seconds (10 years), not %" PRIu32, HSTS_MAX_AGE_S_MAX,
                         ladder->rungs[ladder->count - 1]);
    return true;
}

uint32_t ladder_next(const struct ladder *ladder, uint32_t max_age_s)
{
    for (size_t i = 0; i < ladder->count; i++)
        if (ladder->rungs[i] > max_age_s)
            return ladder->rungs[i];
    return 0;
}

uint32_t ladder_permanent(const struct ladder *ladder)
{
    uint32_t highest = ladder->rungs[0];
    for (size_t i = 1; i < ladder->count; i++)
        if (ladder->rungs[i] <= LADDER_YEAR_S)
            highest = ladder->rungs[i];
    return highest;
}

struct str ladder_text(uint32_t max_age_s, char room[static LADDER_TEXT_SIZE])
{
    static const struct {
        uint32_t seconds;
        const char *one, *many;
    } units[] = {
        {LADDER_YEAR_S, "year", "years"}, {WEEK_S, "week", "weeks"},       {DAY_S, "day", "days"},
        {HOUR_S, "hour", "hours"},        {MINUTE_S, "minute", "minutes"}, {1, "second", "seconds"},
    };
    size_t i = 0;
    while (units[i].seconds > 1 && (max_age_s == 0 || max_age_s % units[i].seconds != 0))
        i++;
    uint32_t count = max_age_s / units[i].seconds;
    int size = snprintf(room, LADDER_TEXT_SIZE, "%" PRIu32 " %s", count, count == 1 ? units[i].one : units[i].many);
    return str_make(room, (size_t)size);
}
