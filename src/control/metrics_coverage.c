/* Gauges of each site: who came over HTTPS in this week, and who could not get in if the certificate failed now. */
#include "control/came.h"
#include "control/forecast.h"
#include "control/metrics.h"

/* False: there is nothing to tell of the site. */
typedef bool value_of(const struct core *core, const struct site *site, uint64_t *ret);

static void put_family(const struct core *core, const char *name, const char *help, value_of *value, struct buf *out)
{
    (void)buf_printf(out, "# HELP strictgate_%s %s\n# TYPE strictgate_%s gauge\n", name, help, name);
    for (size_t i = 0; i < core->state.sites_count; i++) {
        const struct site *site = core->state.sites[i];
        uint64_t number;
        if (!value(core, site, &number))
            continue;
        (void)buf_printf(out, "strictgate_%s{site=", name);
        metrics_put_label(out, site->name);
        (void)buf_put_str(out, STR("} "));
        (void)buf_put_u64(out, number);
        (void)buf_put_char(out, '\n');
    }
}

static bool week_clients(const struct core *core, const struct site *site, uint64_t *ret)
{
    const struct clients_sample *sample = came_sample(core, site, came_week(core));
    struct weeks_sum sum = {.https = 0};
    uint64_t error;
    if (!sample)
        return false;
    if (came_anybody(core, site))
        weeks_sum(sample, &sum);
    *ret = clients_estimate(sum.https, sum.level, &error);
    return true;
}

static bool lockout_percent(const struct core *core, const struct site *site, uint64_t *ret)
{
    const struct forecast forecast = forecast_of(core, site);
    *ret = forecast.percent;
    return forecast.is_known;
}

/* A date that never comes would look like one that has passed: a site on the preload list has none. */
static bool lockout_until(const struct core *core, const struct site *site, uint64_t *ret)
{
    const struct forecast forecast = forecast_of(core, site);
    *ret = forecast.until_s > 0 ? (uint64_t)forecast.until_s : 0;
    return forecast.reach != FORECAST_PRELOADED;
}

static bool lockout_for_good(const struct core *core, const struct site *site, uint64_t *ret)
{
    const struct forecast forecast = forecast_of(core, site);
    *ret = forecast.reach == FORECAST_PRELOADED;
    return true;
}

void metrics_put_coverage(const struct core *core, struct buf *out)
{
    put_family(core, "site_week_clients", "Different clients that came over HTTPS in this week so far, about",
               week_clients, out);
    put_family(core, "site_lockout_percent",
               "Of the week's clients, those that could at most not get in if the certificate failed now",
               lockout_percent, out);
    put_family(core, "site_lockout_until_seconds",
               "When the last browser is free of its promise, seconds since 1970; 0: none holds one", lockout_until,
               out);
    put_family(core, "site_lockout_for_good", "1 when browsers have the site's name on their preload list",
               lockout_for_good, out);
}
