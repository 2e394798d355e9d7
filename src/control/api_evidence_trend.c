/* Rungs are read from the ledger, which has every change of what browsers were promised. */
#include "control/api_evidence_trend.h"

#include <math.h>
#include <stdio.h>

#include "control/came_kept.h"
#include "control/gains.h"

#define DAY_S 86400
/* Entries that are gone back through: a certificate that ends early has one of its own, each time it is renewed. */
#define ENTRIES_COUNT_MAX 4000

struct rung {
    int64_t since_s, until_s; /* LEDGER_OPEN: it is the present one */
    int64_t max_age_s;
};

/* From the newest back. */
struct reading {
    struct rung rungs[API_EVIDENCE_TREND_COUNT_MAX];
    size_t count, entries_count;
    int64_t since_s, until_s; /* what is asked for */
    struct rung last;         /* the oldest so far, not put down yet */
    bool has_last;
};

static void put_down(struct reading *reading)
{
    const struct rung *rung = &reading->last;
    if (reading->has_last && rung->max_age_s > 0 && rung->since_s < reading->until_s &&
        rung->until_s > reading->since_s && reading->count < API_EVIDENCE_TREND_COUNT_MAX)
        reading->rungs[reading->count++] = *rung;
    reading->has_last = false;
}

/* What was emitted for a moment beside its successor ends where that begins; the same max-age once more is one rung. */
static bool take_entry(void *context, struct str name, const struct ledger_entry *entry)
{
    struct reading *reading = context;
    struct rung *last = &reading->last;
    (void)name;
    if (reading->has_last && entry->promise.max_age_s == last->max_age_s && entry->to_s >= last->since_s) {
        last->since_s = entry->from_s < last->since_s ? entry->from_s : last->since_s;
        return true;
    }
    int64_t until_s = reading->has_last && last->since_s < entry->to_s ? last->since_s : entry->to_s;
    put_down(reading);
    reading->last = (struct rung){.since_s = entry->from_s, .until_s = until_s, .max_age_s = entry->promise.max_age_s};
    reading->has_last = until_s > entry->from_s;
    bool is_past = until_s <= reading->since_s; /* and so are all that are older */
    return !is_past && reading->count < API_EVIDENCE_TREND_COUNT_MAX && ++reading->entries_count < ENTRIES_COUNT_MAX;
}

static int64_t floor_to(int64_t moment_s, int64_t step_s)
{
    return moment_s - moment_s % step_s;
}

static void add_counts(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    (void)at_s;
    evidence_counts_add(context, counts);
}

/* By the finest step that is kept since then. A step in which two rungs met is the later one's. */
static bool count_requests(const struct core *core, const struct site *site, const struct rung *rung,
                           struct evidence_counts *ret, struct err *err)
{
    int64_t now_s = core_over_s(core);
    enum evidence_step step = EVIDENCE_MINUTE;
    while (step < EVIDENCE_DAY && floor_to(now_s, evidence_step_s(step)) - evidence_kept_s(step) >
                                      floor_to(rung->since_s, evidence_step_s(step)))
        step++;
    int64_t step_s = evidence_step_s(step), from_s = floor_to(rung->since_s, step_s);
    int64_t until_s = rung->until_s == LEDGER_OPEN ? floor_to(now_s, step_s) + step_s : floor_to(rung->until_s, step_s);
    const struct store_counts_range range = {
        .site = site->name, .step = step, .from_s = from_s, .until_s = until_s > from_s ? until_s : from_s + step_s};
    struct evidence_counts counts = {0}, pending;
    if (!store_counts(core->store, &range, add_counts, &counts, err))
        return false;
    if (rung->until_s == LEDGER_OPEN) {
        gains_pending(core->gains, site, &core->state, core->counters, &pending);
        evidence_counts_add(&counts, &pending);
    }
    *ret = counts;
    return true;
}

/* Numbers of days that were counted by themselves: their errors add up as such do. */
struct figure {
    uint64_t count;
    double spread;
};

struct clients_of_rung {
    struct figure http, redirected, arrived, stranded;
};

static void add_figure(struct figure *figure, uint64_t counted, uint64_t level)
{
    uint64_t error, count = clients_estimate(counted, level, &error);
    figure->count += count;
    figure->spread += (double)error * (double)error;
}

static bool add_day(void *context, const struct clients_day *day)
{
    struct clients_of_rung *clients = context;
    add_figure(&clients->http, day->sum.http, day->sum.level);
    add_figure(&clients->redirected, day->sum.redirected, day->sum.level);
    add_figure(&clients->arrived, day->sum.arrived, day->sum.level);
    add_figure(&clients->stranded, day->sum.stranded, day->sum.level);
    return true;
}

/* A day on which two rungs met is the later one's. */
static bool count_clients(const struct core *core, const struct site *site, const struct rung *rung,
                          struct clients_of_rung *ret, struct err *err)
{
    uint64_t from = clients_day_of(rung->since_s), until = clients_day_of(rung->until_s);
    *ret = (struct clients_of_rung){0};
    if (rung->until_s == LEDGER_OPEN)
        until = UINT64_MAX;
    return came_kept_days(core, site, from, until > from ? until : from + 1, add_day, ret, err);
}

static void write_figure(struct jsonout *out, const char *key, const struct figure *figure)
{
    jsonout_object(out, key);
    jsonout_u64(out, "count", figure->count);
    jsonout_u64(out, "error", (uint64_t)ceil(sqrt(figure->spread)));
    jsonout_object_end(out);
}

static void write_percent(struct jsonout *out, const char *key, uint64_t part, uint64_t rest)
{
    char text[32];
    double all = (double)part + (double)rest;
    if (!part && !rest) {
        jsonout_null(out, key);
        return;
    }
    (void)snprintf(text, sizeof text, "%.1f", 100 * (double)part / all);
    jsonout_raw(out, key, str_from(text));
}

static bool write_rung(struct jsonout *out, const struct core *core, const struct site *site, const struct rung *rung,
                       struct err *err)
{
    struct evidence_counts counts;
    struct clients_of_rung clients;
    if (!count_requests(core, site, rung, &counts, err) || !count_clients(core, site, rung, &clients, err))
        return false;
    jsonout_object(out, NULL);
    jsonout_time(out, "since", rung->since_s);
    if (rung->until_s == LEDGER_OPEN)
        jsonout_null(out, "until");
    else
        jsonout_time(out, "until", rung->until_s);
    jsonout_i64(out, "max_age_s", rung->max_age_s);
    jsonout_u64(out, "https_requests", counts.https_requests);
    jsonout_u64(out, "http_requests", counts.http_requests);
    write_percent(out, "http_percent", counts.http_requests, counts.https_requests);
    jsonout_object(out, "clients");
    write_figure(out, "http", &clients.http);
    write_figure(out, "redirected", &clients.redirected);
    write_figure(out, "stranded", &clients.stranded);
    jsonout_object_end(out);
    write_percent(out, "stranded_percent", clients.stranded.count, clients.arrived.count);
    jsonout_object_end(out);
    return true;
}

bool api_evidence_trend(struct jsonout *out, const struct core *core, const struct site *site, int64_t since_s,
                        int64_t until_s, struct err *err)
{
    struct reading reading = {.since_s = since_s, .until_s = until_s};
    bool fine = store_ledger(core->store, site->name, take_entry, &reading, err);
    put_down(&reading);
    jsonout_array(out, "trend");
    for (size_t i = reading.count; fine && i > 0; i--)
        fine = write_rung(out, core, site, &reading.rungs[i - 1], err);
    jsonout_array_end(out);
    return fine;
}
