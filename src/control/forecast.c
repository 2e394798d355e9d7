#include "control/forecast.h"

#include "control/came.h"
#include "control/preload.h"
#include "control/promises.h"
#include "http/agent.h"

#define DAY_S 86400

_Static_assert(WEEKS_SINCE_RUNG == FORECAST_SINCE_RUNG && WEEKS_VISITS_COUNT == FORECAST_VISITS_COUNT,
               "both have the days of a week alike");

/* Programs such as curl keep no promises; people's browsers do. */
static uint32_t classes_of_browsers(void)
{
    uint32_t classes = 0;
    for (uint32_t i = 0; i < HTTP_AGENTS_COUNT; i++)
        classes |= (uint32_t)http_agent_is_browser((enum http_agent)i) << i;
    return classes;
}

/* On its first day a week knows nobody: the one before is told of, where it is known. */
static const struct clients_sample *week_to_tell(const struct core *core, const struct site *site, uint64_t *ret_week)
{
    uint64_t week = came_week(core);
    const struct clients_sample *before = came_sample(core, site, week - 1);
    bool is_monday = came_day(core) == weeks_first_day(week);
    *ret_week = is_monday && before && __atomic_load_n(&before->used, __ATOMIC_RELAXED) ? week - 1 : week;
    return came_sample(core, site, *ret_week);
}

static bool is_preloaded(const struct core *core, const struct site *site)
{
    for (size_t i = 0; i < site_names_count(site); i++)
        if (preload_find(core->preload, site_name(site, i)).is_bound)
            return true;
    return false;
}

/* Another name's promise binds one of the site's: by includeSubDomains, or as a wildcard that it was served under. */
static bool is_bound_by_another(const struct core *core, const struct site *site, const struct book_binding *longest)
{
    bool is_own = longest->until_s == 0;
    for (size_t i = 0; i < site_names_count(site); i++) {
        struct str name = site_name(site, i);
        if (book_binding_above(&core->book, name, core_latest_s(core), core_over_s(core), LEDGER_ANY).until_s)
            return true;
        is_own |= str_eq(longest->name, name);
    }
    return !is_own;
}

/* What was promised under all names of the site, one list after the other. */
static struct forecast_sum sum_of(const struct core *core, const struct site *site, uint64_t week,
                                  const uint32_t counted[static WEEKS_VISITS_COUNT])
{
    struct forecast_world world = {
        .week_s = (int64_t)weeks_first_day(week) * DAY_S, .rung_s = site->hsts.since_s, .now_s = core_over_s(core)};
    struct forecast_sum most = {0};
    for (size_t i = 0; i < site_names_count(site); i++) {
        const struct ledger *ledger = book_ledger(&core->book, site_name(site, i));
        if (!ledger)
            continue;
        world.entries = ledger->entries;
        world.count = ledger->count;
        struct forecast_sum one = forecast_sum(&world, counted);
        most.may = one.may > most.may ? one.may : most.may;
        most.certain = one.certain > most.certain ? one.certain : most.certain;
    }
    return most;
}

static void count(const struct core *core, const struct site *site, struct forecast *forecast)
{
    uint32_t counted[WEEKS_VISITS_COUNT], browsers = 0;
    uint64_t week = 0, level;
    const struct clients_sample *sample = came_anybody(core, site) ? week_to_tell(core, site, &week) : NULL;
    uint32_t all = sample ? weeks_visits(sample, classes_of_browsers(), counted, &level) : 0;
    if (all == 0)
        return;
    for (size_t i = 0; i < WEEKS_VISITS_COUNT; i++)
        browsers += counted[i];
    struct forecast_sum sum = {.may = browsers, .certain = forecast->reach == FORECAST_PRELOADED ? browsers : 0};
    if (forecast->reach == FORECAST_OWN)
        sum = forecast->until_s ? sum_of(core, site, week, counted) : (struct forecast_sum){0};
    forecast->is_known = true;
    forecast->is_last_week = week != came_week(core);
    forecast->percent = (unsigned)(((uint64_t)sum.may * 100 + all / 2) / all);
    if (forecast->percent == 0 && sum.may) /* nobody is something else than hardly anybody */
        forecast->percent = 1;
    bool is_bound = forecast->until_s || forecast->reach == FORECAST_PRELOADED;
    forecast->clients = clients_estimate(sum.may, is_bound ? level : 0, &forecast->clients_error);
    forecast->of = clients_estimate(all, level, &forecast->of_error);
    forecast->exact = sum.may == sum.certain;
}

struct forecast forecast_of(const struct core *core, const struct site *site)
{
    struct book_binding longest = promises_binding(core, site, LEDGER_ANY);
    struct forecast forecast = {.until_s = longest.until_s};
    if (is_preloaded(core, site))
        forecast.reach = FORECAST_PRELOADED;
    else if (is_bound_by_another(core, site, &longest))
        forecast.reach = FORECAST_ABOVE;
    count(core, site, &forecast);
    if (forecast.reach == FORECAST_PRELOADED)
        forecast.until_s = 0;
    return forecast;
}

static void write_figure(struct jsonout *out, const char *key, uint64_t count, uint64_t error)
{
    jsonout_object(out, key);
    jsonout_u64(out, "count", count);
    jsonout_u64(out, "error", error);
    jsonout_object_end(out);
}

void forecast_write(const struct forecast *forecast, const char *key, bool with_text, struct jsonout *out)
{
    static const char *const reaches[] = {
        [FORECAST_OWN] = "own", [FORECAST_ABOVE] = "above", [FORECAST_PRELOADED] = "preload"};
    char room[FORECAST_TEXT_SIZE];
    jsonout_object(out, key);
    if (forecast->is_known)
        jsonout_u64(out, "share_percent", forecast->percent);
    else
        jsonout_null(out, "share_percent");
    write_figure(out, "clients", forecast->clients, forecast->clients_error);
    write_figure(out, "of", forecast->of, forecast->of_error);
    if (forecast->until_s)
        jsonout_time(out, "until", forecast->until_s);
    else
        jsonout_null(out, "until");
    jsonout_bool(out, "exact", forecast->exact);
    jsonout_str(out, "reach", str_from(reaches[forecast->reach]));
    jsonout_str(out, "week", forecast->is_last_week ? STR("last") : STR("this"));
    if (with_text)
        jsonout_str(out, "text", forecast_text(forecast, room));
    jsonout_object_end(out);
}
