#include "control/coverage.h"

#include <stdlib.h>

#include "base/log.h"
#include "control/came.h"

/* Rows of one transaction: a few milliseconds. */
#define SLICE_COUNT 128

/* A week of the site as its sample has it. False: there is none, or nobody came. */
static bool week_now(const struct core *core, const struct site *site, uint64_t week, struct coverage_week *ret)
{
    const struct clients_sample *sample = came_anybody(core, site) ? came_sample(core, site, week) : NULL;
    struct weeks_sum sum;
    if (!sample || __atomic_load_n(&sample->used, __ATOMIC_RELAXED) == 0)
        return false;
    weeks_sum(sample, &sum);
    /* what the sample of the week before says of a rung is said of an earlier one when this one began later */
    int64_t rung_s = site->hsts.since_s;
    *ret = coverage_week_of(week, clients_week_of(clients_day_of(rung_s)) <= week ? rung_s : 0, &sum);
    return true;
}

static void write_rows(struct core *core, const struct store_week *rows, size_t count)
{
    struct err err = {0};
    if (count && !store_put_weeks(core->store, rows, count, &err))
        log_error("who came in a week could not be written down: %s", err.text);
}

/* Sites from `first` on. The week that is over is written again until its memory is needed: a control that was not
 * there at its end has it then. */
static void write_sites(struct core *core, size_t first, size_t count)
{
    struct store_week *rows = calloc(SLICE_COUNT, sizeof *rows);
    size_t filled = 0;
    uint64_t week = came_week(core);
    if (!rows || !week) {
        free(rows);
        return;
    }
    for (size_t i = first; i < first + count && i < core->state.sites_count; i++)
        for (uint64_t one = week - 1; one <= week; one++) {
            const struct site *site = core->state.sites[i];
            if (!week_now(core, site, one, &rows[filled].row))
                continue;
            rows[filled++].site = site->name;
            if (filled < SLICE_COUNT)
                continue;
            write_rows(core, rows, filled);
            filled = 0;
        }
    write_rows(core, rows, filled);
    free(rows);
}

void coverage_turn(struct core *core)
{
    size_t count = core->state.sites_count, slice = (count + COVERAGE_ROUND_TURNS - 1) / COVERAGE_ROUND_TURNS;
    if (count == 0)
        return;
    size_t first = core->coverage_next % count;
    write_sites(core, first, slice);
    core->coverage_next = first + slice < count ? first + slice : 0;
}

void coverage_end(struct core *core)
{
    write_sites(core, 0, core->state.sites_count);
}

struct weeks_list {
    struct coverage_week *weeks;
    size_t count;
};

static void take_week(void *context, const struct coverage_week *row)
{
    struct weeks_list *list = context;
    if (list->count < COVERAGE_WEEKS_KEPT)
        list->weeks[list->count++] = *row;
}

/* The rows are in their order, and none is of a later week, unless a clock was set back. */
static void merge_now(struct weeks_list *list, const struct coverage_week *now)
{
    size_t at = list->count;
    while (at > 0 && list->weeks[at - 1].week > now->week)
        at--;
    if (at > 0 && list->weeks[at - 1].week == now->week) {
        list->weeks[at - 1] = coverage_week_merge(&list->weeks[at - 1], now);
        return;
    }
    for (size_t i = list->count++; i > at; i--)
        list->weeks[i] = list->weeks[i - 1];
    list->weeks[at] = *now;
}

bool coverage_weeks(const struct core *core, const struct site *site, uint64_t from, struct coverage_week **ret,
                    size_t *ret_count, struct err *err)
{
    uint64_t present = came_week(core);
    struct coverage_week now;
    /* with room for two that are not written down yet */
    struct weeks_list list = {.weeks = calloc(COVERAGE_WEEKS_KEPT + 2, sizeof *list.weeks)};
    if (!list.weeks)
        return err_memory(err);
    if (!store_weeks(core->store, site->name, from, take_week, &list, err)) {
        free(list.weeks);
        return false;
    }
    for (uint64_t week = present ? present - 1 : 1; week <= present; week++)
        if (week >= from && week_now(core, site, week, &now))
            merge_now(&list, &now);
    *ret = list.weeks;
    *ret_count = list.count;
    return true;
}

bool coverage_of_rung(const struct core *core, const struct site *site, struct coverage_rung *ret, struct err *err)
{
    struct coverage_week *weeks;
    size_t count;
    int64_t since_s = site->hsts.since_s;
    uint64_t today = came_day(core), climb = clients_day_of(since_s);
    *ret = (struct coverage_rung){0};
    if (since_s <= 0 || !today)
        return true;
    uint64_t from = clients_week_of(climb > COVERAGE_DAYS_BEFORE ? climb - COVERAGE_DAYS_BEFORE : 0);
    if (!coverage_weeks(core, site, from, &weeks, &count, err))
        return false;
    coverage_rung_judge(weeks, count, since_s, today, ret);
    free(weeks);
    return true;
}
