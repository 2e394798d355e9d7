#include "control/forecast.h"

#include "base/log.h"
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

/* A week begins with the minute's round: its memory is no later than that when nothing went wrong. */
#define WEEK_BEGINS_S 300

/* What was promised under a name of the site, and who came when. False: nothing was promised under it. */
static bool world_of(const struct core *core, const struct site *site, struct str name, uint64_t week,
                     struct forecast_world *ret)
{
    const struct ledger *ledger = book_ledger(&core->book, name);
    *ret = (struct forecast_world){
        .week_s = (int64_t)weeks_first_day(week) * DAY_S, .rung_s = site->hsts.since_s, .now_s = core_over_s(core)};
    if (!ledger)
        return false;
    ret->entries = ledger->entries;
    ret->count = ledger->count;
    return true;
}

/* One name's list after the other. */
static struct forecast_sum sum_of(const struct core *core, const struct site *site, uint64_t week,
                                  const uint32_t counted[static WEEKS_VISITS_COUNT])
{
    struct forecast_sum most = {0};
    struct forecast_world world;
    for (size_t i = 0; i < site_names_count(site); i++) {
        if (!world_of(core, site, site_name(site, i), week, &world))
            continue;
        struct forecast_sum one = forecast_sum(&world, counted);
        most.may = one.may > most.may ? one.may : most.may;
        most.certain = one.certain > most.certain ? one.certain : most.certain;
    }
    return most;
}

/* Clients of a week, of a sample that may be another one than before: numbers and their errors. */
struct known {
    uint64_t all, all_error, browsers, browsers_error;
    uint64_t may, may_error; /* of the browsers: may hold a promise */
    bool exact;
};

static bool is_bound(const struct forecast *forecast)
{
    return forecast->until_s || forecast->reach == FORECAST_PRELOADED;
}

/* By what is in the memory. */
static struct known known_by_sample(const struct core *core, const struct site *site, uint64_t week,
                                    const struct forecast *forecast)
{
    uint32_t counted[WEEKS_VISITS_COUNT], browsers = 0;
    uint64_t level = 0;
    const struct clients_sample *sample = came_anybody(core, site) ? came_sample(core, site, week) : NULL;
    uint32_t all = sample ? weeks_visits(sample, classes_of_browsers(), counted, &level) : 0;
    struct known known = {.exact = true};
    if (all == 0)
        return known;
    for (size_t i = 0; i < WEEKS_VISITS_COUNT; i++)
        browsers += counted[i];
    struct forecast_sum sum = {.may = browsers, .certain = forecast->reach == FORECAST_PRELOADED ? browsers : 0};
    if (forecast->reach == FORECAST_OWN)
        sum = forecast->until_s ? sum_of(core, site, week, counted) : (struct forecast_sum){0};
    known.all = clients_estimate(all, level, &known.all_error);
    known.browsers = clients_estimate(browsers, level, &known.browsers_error);
    known.may = clients_estimate(sum.may, is_bound(forecast) ? level : 0, &known.may_error);
    known.exact = sum.may == sum.certain;
    return known;
}

static void take_row(void *context, const struct coverage_week *row)
{
    struct coverage_week *wanted = context;
    if (row->week == wanted->week)
        *wanted = *row;
}

/* Whether somebody who came before the week's memory began may hold a promise. */
static bool may_earlier_hold(const struct core *core, const struct site *site, uint64_t week,
                             const struct forecast *forecast)
{
    int64_t known_s = came_week_known_s(core, week);
    struct forecast_world world;
    if (known_s <= (int64_t)weeks_first_day(week) * DAY_S + WEEK_BEGINS_S || !is_bound(forecast))
        return false;
    if (forecast->reach != FORECAST_OWN)
        return true;
    for (size_t i = 0; i < site_names_count(site); i++)
        if (world_of(core, site, site_name(site, i), week, &world) && forecast_may_have(&world, known_s))
            return true;
    return false;
}

/*
 * The memory ends with the supervisor, and promises do not: of who came earlier in the week there are the numbers that
 * were written down. Who of them came again since is not known, so all of them may hold a promise. False: they cannot
 * be read.
 */
static bool add_earlier(const struct core *core, const struct site *site, uint64_t week, struct known *known)
{
    struct coverage_week row = {.week = week};
    struct err err = {0};
    uint64_t browsers = 0, error;
    if (!store_weeks(core->store, site->name, week, take_row, &row, &err)) {
        log_error("who came to %.*s earlier in the week is not known: %s", STR_ARG(site->name), err.text);
        return false;
    }
    for (uint32_t i = 0; i < CLIENTS_CLASSES_COUNT; i++)
        browsers += classes_of_browsers() >> i & 1 ? row.classes[i].counted : 0;
    browsers = clients_estimate(browsers, row.level, &error);
    if (browsers == 0)
        return true;
    uint64_t all_error, all = clients_estimate(row.https, row.level, &all_error);
    if (all > known->all) {
        known->all = all;
        known->all_error = all_error;
    }
    if (browsers > known->browsers) {
        known->browsers = browsers;
        known->browsers_error = error;
    }
    known->may = known->may + browsers < known->browsers ? known->may + browsers : known->browsers;
    known->may_error = error > known->may_error ? error : known->may_error;
    known->exact = false;
    return true;
}

/* False: nobody is known to have come in that week. */
static bool tell_week(const struct core *core, const struct site *site, uint64_t week, struct forecast *forecast)
{
    struct known known = known_by_sample(core, site, week, forecast);
    if (may_earlier_hold(core, site, week, forecast) && !add_earlier(core, site, week, &known))
        return false;
    if (known.all == 0)
        return false;
    uint64_t percent = (known.may * 100 + known.all / 2) / known.all;
    forecast->is_known = true;
    forecast->is_last_week = week != came_week(core);
    forecast->percent = percent < 100 ? (unsigned)percent : 100;
    if (forecast->percent == 0 && known.may) /* nobody is something else than hardly anybody */
        forecast->percent = 1;
    forecast->clients = known.may;
    forecast->clients_error = known.may_error;
    forecast->of = known.all;
    forecast->of_error = known.all_error;
    forecast->exact = known.exact;
    return true;
}

/* On its first day a week knows nobody: the one before is told of, where it is known. */
static void count(const struct core *core, const struct site *site, struct forecast *forecast)
{
    uint64_t week = came_week(core);
    bool is_monday = week && came_day(core) == weeks_first_day(week);
    if (week && (!is_monday || !tell_week(core, site, week - 1, forecast)))
        (void)tell_week(core, site, week, forecast);
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
