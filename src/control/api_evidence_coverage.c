#include "control/api_evidence_coverage.h"

#include <stdlib.h>

#include "codec/date.h"
#include "control/came.h"
#include "control/coverage.h"
#include "control/forecast.h"
#include "http/agent.h"

#define DAY_S     86400
#define DATE_SIZE 10

static void write_figure(struct jsonout *out, const char *key, uint64_t counted, uint64_t level)
{
    uint64_t error, count = clients_estimate(counted, level, &error);
    if (key)
        jsonout_object(out, key);
    jsonout_u64(out, "count", count);
    jsonout_u64(out, "error", error);
    if (key)
        jsonout_object_end(out);
}

static void write_date(struct jsonout *out, const char *key, uint64_t day)
{
    char room[DATE_ISO_SIZE];
    jsonout_str(out, key, str_part(date_write_iso((int64_t)day * DAY_S * 1000, room), 0, DATE_SIZE));
}

static void write_percent(struct jsonout *out, const char *key, uint32_t part, uint32_t all)
{
    if (all)
        jsonout_u64(out, key, ((uint64_t)part * 100 + all / 2) / all);
    else
        jsonout_null(out, key);
}

static void write_week(struct jsonout *out, const struct coverage_week *week)
{
    jsonout_object(out, NULL);
    write_date(out, "week", weeks_first_day(week->week));
    write_figure(out, "https", week->https, week->level);
    write_percent(out, "returning_percent", week->returning, week->https);
    jsonout_array(out, "classes");
    for (size_t i = 0; i < HTTP_AGENTS_COUNT; i++) {
        if (!week->classes[i].counted)
            continue;
        jsonout_object(out, NULL);
        jsonout_str(out, "class", str_from(http_agent_name((enum http_agent)i)));
        write_figure(out, NULL, week->classes[i].counted, week->level);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
    jsonout_object_end(out);
}

/* The latest first, as days of clients are told. */
static void write_weeks(struct jsonout *out, const struct coverage_week *weeks, size_t count, int64_t until_s)
{
    uint64_t last = clients_week_of(clients_day_of(until_s - 1));
    jsonout_array(out, "weeks");
    for (size_t i = count; i-- > 0;)
        if (weeks[i].week <= last || count - i <= API_COVERAGE_WEEKS_COUNT)
            write_week(out, &weeks[i]);
    jsonout_array_end(out);
}

static void write_missing(struct jsonout *out, const struct coverage_rung *rung)
{
    jsonout_array(out, "classes_missing");
    for (size_t i = 0; i < rung->missing_count; i++) {
        const struct coverage_missing *one = &rung->missing[i];
        jsonout_object(out, NULL);
        jsonout_str(out, "class", str_from(http_agent_name((enum http_agent)one->class)));
        write_date(out, "last_seen", one->last_day);
        jsonout_u64(out, "days", one->days);
        jsonout_u64(out, "of_days", one->of_days);
        jsonout_u64(out, "missed_days", one->since);
        jsonout_object_end(out);
    }
    jsonout_array_end(out);
}

static void write_rung(struct jsonout *out, const struct coverage_rung *rung)
{
    if (rung->since_s == 0) {
        jsonout_null(out, "rung");
        return;
    }
    jsonout_object(out, "rung");
    jsonout_time(out, "since", rung->since_s);
    jsonout_object(out, "https");
    jsonout_u64(out, "count", rung->clients);
    jsonout_u64(out, "error", rung->clients_error);
    jsonout_object_end(out);
    jsonout_bool(out, "busiest_week", rung->is_several_weeks);
    write_percent(out, "returning_percent", rung->returning, rung->counted);
    write_missing(out, rung);
    jsonout_object_end(out);
}

static bool write_coverage(struct jsonout *out, const struct core *core, const struct site *site, int64_t since_s,
                           int64_t until_s, struct err *err)
{
    struct coverage_week *weeks = NULL;
    struct coverage_rung rung = {0};
    size_t count = 0;
    uint64_t from = clients_week_of(clients_day_of(since_s)), present = came_week(core);
    if (present >= API_COVERAGE_WEEKS_COUNT && from > present - API_COVERAGE_WEEKS_COUNT + 1)
        from = present - API_COVERAGE_WEEKS_COUNT + 1;
    bool fine = coverage_weeks(core, site, from, &weeks, &count, err) && coverage_of_rung(core, site, &rung, err);
    jsonout_object(out, "coverage");
    write_weeks(out, weeks, count, until_s);
    write_rung(out, &rung);
    jsonout_object_end(out);
    free(weeks);
    return fine;
}

bool api_evidence_coverage(struct jsonout *out, const struct core *core, const struct site *site, int64_t since_s,
                           int64_t until_s, struct err *err)
{
    const struct forecast forecast = forecast_of(core, site);
    bool fine = write_coverage(out, core, site, since_s, until_s, err);
    forecast_write(&forecast, "forecast", true, out);
    return fine;
}
