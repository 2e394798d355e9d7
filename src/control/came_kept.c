/* Rounds over all sites, and what is read of them. */
#include "control/came_kept.h"

#include <stdlib.h>

#include "control/came.h"
#include "control/gains.h"

#define DAY_S 86400
/* Some days of ten thousand sites at a round: more than come, and few enough for one transaction. */
#define FORGET_COUNT 20000

static int64_t wall_s(const struct core *core)
{
    return core->read_clock(core).wall_s;
}

/* False: there is no memory of the day. */
static bool read_memory(const struct core *core, const struct site *site, uint64_t day, struct clients_day *ret)
{
    *ret = (struct clients_day){.day = day, .at_s = wall_s(core)};
    if (!came_sum(core, site, day, &ret->sum))
        return false;
    ret->made_at_s = core->clients->day_salts[day % 2].made_at_s;
    return true;
}

static bool is_empty(const struct clients_sum *sum)
{
    return !sum->http && !sum->https && !sum->failed;
}

/* The other day that there is memory of; 0: none. After a machine has slept it is not the one before the present. */
static uint64_t day_before(const struct core *core)
{
    uint64_t today = came_day(core), before = today ? core->clients->day_salts[(today + 1) % 2].since : 0;
    return before < today ? before : 0;
}

/* The day that is to be written now; 0: none. A day that is over goes first. */
static uint64_t day_due(const struct core *core, bool is_end)
{
    const struct came_round *round = &core->came_round;
    uint64_t today = came_day(core), before = day_before(core);
    int64_t now_s = wall_s(core);
    if (!today)
        return 0;
    if (before && round->over_day != before && (is_end || now_s >= (int64_t)(before + 1) * DAY_S + CLIENTS_PATIENCE_S))
        return before;
    /* a clock that was set back must not make it wait for days */
    return is_end || now_s >= round->next_s || round->next_s - now_s > CAME_KEPT_INTERVAL_S ? today : 0;
}

/* The first site behind the one that was written last; sites may have come and gone since. */
static size_t find_next(const struct core *core)
{
    struct str after = str_from(core->came_round.after);
    size_t i = 0;
    while (after.size && i < core->state.sites_count && state_compare_names(core->state.sites[i]->name, after) <= 0)
        i++;
    return i;
}

static void remember(struct came_round *round, struct str name)
{
    size_t size = name.size < sizeof round->after ? name.size : sizeof round->after - 1;
    memcpy(round->after, name.data, size);
    round->after[size] = '\0';
}

static bool forget(struct core *core, struct err *err)
{
    int64_t over_day = core_over_s(core) / DAY_S, today = wall_s(core) / DAY_S;
    int64_t latest = today > over_day ? today : over_day;
    if (over_day <= CLIENTS_DAYS_KEPT)
        return true;
    return store_forget_clients_days(core->store, (uint64_t)(over_day - CLIENTS_DAYS_KEPT), (uint64_t)latest + 1,
                                     FORGET_COUNT, err);
}

static bool end_round(struct core *core, struct err *err)
{
    struct came_round *round = &core->came_round;
    if (round->day == came_day(core))
        round->next_s = wall_s(core) + CAME_KEPT_INTERVAL_S;
    else
        round->over_day = round->day;
    round->day = 0;
    return forget(core, err);
}

static bool write_slice(struct core *core, struct clients_day *days, bool *ret_more, struct err *err)
{
    struct came_round *round = &core->came_round;
    struct store_clients_day rows[GAINS_SLICE_COUNT];
    size_t count = 0, i = find_next(core);
    for (; i < core->state.sites_count && count < GAINS_SLICE_COUNT; i++) {
        const struct site *site = core->state.sites[i];
        remember(round, site->name);
        if (!came_is_touched(core, site) || !read_memory(core, site, round->day, &days[count]) ||
            is_empty(&days[count].sum))
            continue;
        rows[count] = (struct store_clients_day){.site = site->name, .day = &days[count]};
        count++;
    }
    if (!store_put_clients_days(core->store, rows, count, err))
        return false;
    *ret_more = true; /* a day that is over may be followed by the present one */
    return i < core->state.sites_count || end_round(core, err);
}

static bool turn(struct core *core, bool is_end, bool *ret_more, struct err *err)
{
    struct came_round *round = &core->came_round;
    *ret_more = false;
    if (!round->day || (round->day != came_day(core) && round->day != day_before(core))) {
        round->day = day_due(core, is_end && !round->is_ended);
        round->after[0] = '\0';
        if (!round->day)
            return true;
        round->is_ended = is_end && round->day == came_day(core);
    }
    struct clients_day *days = calloc(GAINS_SLICE_COUNT, sizeof *days);
    bool fine = days ? write_slice(core, days, ret_more, err) : err_memory(err);
    free(days);
    if (!fine) {
        round->day = 0;
        *ret_more = false;
    }
    return fine;
}

bool came_kept_turn(struct core *core, bool *ret_more, struct err *err)
{
    return turn(core, false, ret_more, err);
}

bool came_kept_end(struct core *core, bool *ret_more, struct err *err)
{
    return turn(core, true, ret_more, err);
}

/* Today and yesterday, each until it was given. */
struct reading {
    struct clients_day memory[2];
    size_t next, count;
    store_visit_clients_day *visit;
    void *context;
    bool more;
};

/* Those of the memory that are newer than `day`. */
static void give_memory(struct reading *reading, uint64_t day)
{
    while (reading->more && reading->next < reading->count && reading->memory[reading->next].day > day)
        reading->more = reading->visit(reading->context, &reading->memory[reading->next++]);
}

static bool take_row(void *context, const struct clients_day *row)
{
    struct reading *reading = context;
    give_memory(reading, row->day);
    const struct clients_day *memory = reading->next < reading->count && reading->memory[reading->next].day == row->day
                                           ? &reading->memory[reading->next++]
                                           : NULL;
    if (reading->more)
        reading->more = reading->visit(reading->context, memory && clients_day_wins(memory, row) ? memory : row);
    return reading->more;
}

bool came_kept_days(const struct core *core, const struct site *site, uint64_t from_day, uint64_t until_day,
                    store_visit_clients_day *visit, void *context, struct err *err)
{
    struct reading reading = {.visit = visit, .context = context, .more = true};
    const uint64_t days[] = {came_day(core), day_before(core)};
    for (size_t i = 0; i < 2; i++)
        if (days[i] && days[i] >= from_day && days[i] < until_day &&
            read_memory(core, site, days[i], &reading.memory[reading.count]))
            reading.count++;
    if (from_day < until_day &&
        !store_clients_days(core->store, site->name, from_day, until_day, take_row, &reading, err))
        return false;
    give_memory(&reading, 0);
    return true;
}
