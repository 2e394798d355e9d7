/*
 * One visitor after the other. A stretch of being bound is counted when it is over, as +1 on the first day that ends
 * within it and -1 on the first that does not; the sum over all stretches is the series.
 */
#include "hsts/simulate.h"

#include <assert.h>
#include <stdlib.h>

#include "hsts/population.h"

#define DAY_S POPULATION_DAY_S

struct run {
    const struct simulate_input *input;
    int64_t teaches_until_s; /* visits from here on find a certificate that is no good, or do not happen */
    uint64_t max_age_s[READING_CLIENTS_COUNT][SIMULATE_STEPS_COUNT_MAX]; /* as the client takes the step's field */
    struct simulate_result result;                                       /* differences from day to day while it runs */
};

/* A stretch of being bound, [since_s, until_s): the one that is not counted yet. */
struct stretch {
    int64_t since_s, until_s;
    uint64_t *series;
};

/* What one browser remembers of the site. */
struct memory {
    struct stretch own, below;
};

static void stretch_count(const struct stretch *stretch)
{
    /* A day's end is its last second; adding and taking away on the same day is nothing. */
    stretch->series[stretch->since_s / DAY_S]++;
    stretch->series[stretch->until_s / DAY_S]--;
}

/* The browser is told at `at_s`, and is bound until `until_s` from now on. */
static void stretch_renew(struct stretch *stretch, int64_t at_s, int64_t until_s)
{
    if (at_s > stretch->until_s) {
        stretch_count(stretch);
        stretch->since_s = at_s;
    }
    stretch->until_s = until_s;
}

static void stretch_end(struct stretch *stretch, int64_t at_s)
{
    if (at_s < stretch->until_s)
        stretch->until_s = at_s;
}

/* A visit at `at_s` that is told to be bound for max_age_s. */
static void memory_note(struct memory *memory, int64_t at_s, int64_t max_age_s, bool include_subdomains)
{
    stretch_renew(&memory->own, at_s, at_s + max_age_s);
    if (include_subdomains)
        stretch_renew(&memory->below, at_s, at_s + max_age_s);
    else
        stretch_end(&memory->below, at_s);
}

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

/* When the step is over, for visits. */
static int64_t step_end_s(const struct run *run, size_t step)
{
    const struct simulate_plan *plan = &run->input->plan;
    return step + 1 < plan->count ? smaller(plan->steps[step + 1].from_s, run->teaches_until_s) : run->teaches_until_s;
}

/*
 * Visits from the one at `at_s` on, within a step that promises: as far as each comes before the one before it has run
 * out. Returns a moment before which nothing more comes in this step.
 */
static int64_t stay(const struct run *run, const struct visitor *visitor, size_t step, int64_t at_s,
                    struct memory *memory)
{
    const int64_t max_age_s = (int64_t)run->max_age_s[visitor->client][step], end_s = step_end_s(run, step);
    for (;;) {
        memory_note(memory, at_s, max_age_s, run->input->plan.steps[step].policy.include_subdomains);
        int64_t within_s = smaller(at_s + max_age_s, end_s - 1), last_s = visitor_last(visitor, at_s + 1, within_s);
        if (last_s == VISITOR_NEVER)
            return within_s + 1;
        at_s = last_s;
    }
}

static void simulate_visits(const struct run *run, const struct visitor *visitor, struct memory *memory)
{
    const struct simulate_plan *plan = &run->input->plan;
    int64_t at_s = plan->count ? visitor_next(visitor, plan->steps[0].from_s) : VISITOR_NEVER;
    for (size_t step = 0; at_s < run->teaches_until_s;) {
        while (at_s >= step_end_s(run, step))
            step++;
        int64_t from_s = step_end_s(run, step);
        if (plan->steps[step].sends && run->max_age_s[visitor->client][step] == 0) {
            stretch_end(&memory->own, at_s);
            stretch_end(&memory->below, at_s);
        } else if (plan->steps[step].sends) {
            from_s = stay(run, visitor, step, at_s, memory);
        }
        at_s = visitor_next(visitor, from_s);
    }
}

static void simulate_visitor(struct run *run, const struct visitor *visitor)
{
    struct memory memory = {.own = {.series = run->result.bound}, .below = {.series = run->result.bound_below}};
    if (visitor->client == VISITOR_NO_HSTS)
        return;
    simulate_visits(run, visitor, &memory);
    stretch_count(&memory.own);
    stretch_count(&memory.below);
    if (run->input->fail_day == SIMULATE_NO_DAY)
        return;
    int64_t fail_s = (int64_t)run->input->fail_day * DAY_S;
    if (visitor_next(visitor, fail_s) < memory.own.until_s)
        run->result.come_by_count++;
}

/* Each step's field as each client reads it. */
static void read_fields(struct run *run)
{
    for (size_t step = 0; step < run->input->plan.count; step++) {
        char room[HSTS_FIELD_SIZE_MAX];
        struct str field;
        bool written = hsts_field_write(&run->input->plan.steps[step].policy, room, &field, NULL);
        assert(written); /* a plan has no policy that cannot be sent */
        for (enum reading_client client = 0; client < READING_CLIENTS_COUNT; client++)
            run->max_age_s[client][step] = reading_of(client, field).max_age_s;
    }
}

/* Differences become counts; what is behind the last bound browser is cut off. */
static void sum_up(struct simulate_result *result, size_t capacity)
{
    for (size_t day = 1; day < capacity; day++) {
        result->bound[day] += result->bound[day - 1];
        result->bound_below[day] += result->bound_below[day - 1];
    }
    result->count = result->days;
    while (result->bound[result->count - 1] > 0)
        result->count++;
}

bool simulate(const struct simulate_input *input, struct simulate_result *ret, struct err *err)
{
    struct run run = {.input = input, .result = {.days = input->days}};
    uint32_t teaches_days = input->fail_day < input->days ? input->fail_day : input->days;
    size_t capacity = input->days + simulate_plan_longest_s(&input->plan) / DAY_S + 2;
    assert(input->days > 0 && input->days <= POPULATION_DAYS_MAX);
    run.teaches_until_s = (int64_t)teaches_days * DAY_S;
    run.result.bound = calloc(capacity, sizeof *run.result.bound);
    run.result.bound_below = calloc(capacity, sizeof *run.result.bound_below);
    if (!run.result.bound || !run.result.bound_below) {
        simulate_result_fini(&run.result);
        return err_memory(err);
    }
    read_fields(&run);
    for (uint64_t i = 0; i < input->visitors_count; i++) {
        struct visitor visitor = input->visitor(input->source, i);
        simulate_visitor(&run, &visitor);
    }
    sum_up(&run.result, capacity);
    *ret = run.result;
    return true;
}

void simulate_result_fini(struct simulate_result *result)
{
    free(result->bound);
    free(result->bound_below);
    *result = (struct simulate_result){0};
}

uint64_t simulate_at_begin(const struct simulate_result *result, const uint64_t *series, uint32_t day)
{
    return day > 0 && day <= result->count ? series[day - 1] : 0;
}

uint32_t simulate_peak(const struct simulate_result *result)
{
    uint32_t peak = 0;
    for (uint32_t day = 1; day < result->days; day++)
        if (result->bound[day] > result->bound[peak])
            peak = day;
    return peak;
}

uint32_t simulate_free_day(const struct simulate_result *result, uint32_t day, uint32_t percent)
{
    uint64_t bound = simulate_at_begin(result, result->bound, day);
    uint64_t kept_max = bound - (bound / 100 * percent + (bound % 100 * percent + 99) / 100);
    while (day < result->count && result->bound[day] > kept_max)
        day++;
    return day;
}
