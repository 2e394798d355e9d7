/* Mixes read from text, and visitors drawn from them. */
#include "hsts/population.h"

#include <assert.h>

/* What the first numbers of a visitor's stream decide. */
enum draw { DRAW_HABIT, DRAW_BROWSER, DRAW_ONCE };

static const struct {
    struct str name;
    uint32_t days;
} habits[] = {{STR_INIT("daily"), 1}, {STR_INIT("weekly"), 7}, {STR_INIT("monthly"), 30}, {STR_INIT("once"), 0}};

static const struct {
    struct str name;
    enum reading_client client;
} browsers[] = {{STR_INIT("chromium"), READING_CHROMIUM},
                {STR_INIT("firefox"), READING_FIREFOX},
                {STR_INIT("safari"), READING_RFC6797},
                {STR_INIT("curl"), READING_CURL},
                {STR_INIT("none"), VISITOR_NO_HSTS}};

bool population_find_browser(struct str name, enum reading_client *ret)
{
    for (size_t i = 0; i < sizeof browsers / sizeof *browsers; i++)
        if (str_eq(name, browsers[i].name)) {
            *ret = browsers[i].client;
            return true;
        }
    return false;
}

static bool find_habit(struct str name, uint32_t *ret_days)
{
    uint64_t days;
    for (size_t i = 0; i < sizeof habits / sizeof *habits; i++)
        if (str_eq(name, habits[i].name)) {
            *ret_days = habits[i].days;
            return true;
        }
    if (!str_to_u64(name, POPULATION_DAYS_MAX, &days) || days == 0)
        return false;
    *ret_days = (uint32_t)days;
    return true;
}

static bool share_find(struct str name, bool is_browser, struct population_share *share)
{
    return is_browser ? population_find_browser(name, &share->client) : find_habit(name, &share->interval_days);
}

static bool unknown_share(struct str name, bool is_browser, const char *field, struct err *err)
{
    if (is_browser) {
        (void)err_field(err, field, "\"%.*s\" is no browser family the model knows", STR_ARG(name));
        return err_fix(err, "give chromium, firefox, safari, curl or none, as in " POPULATION_BROWSERS_DEFAULT);
    }
    (void)err_field(err, field, "\"%.*s\" is no habit of visitors", STR_ARG(name));
    return err_fix(err, "give daily, weekly, monthly, once or a number of days (1 to %u), as in %s",
                   POPULATION_DAYS_MAX, POPULATION_HABITS_DEFAULT);
}

static bool mix_read(struct str text, bool is_browser, const char *field, struct population_mix *ret, struct err *err)
{
    struct population_mix mix = {.count = 0};
    while (text.data) {
        struct population_share share = {.weight = 0};
        struct str weight_text = str_cut(&text, ','), name = str_cut(&weight_text, '=');
        uint64_t weight;
        if (!share_find(name, is_browser, &share))
            return unknown_share(name, is_browser, field, err);
        if (!weight_text.data || !str_to_u64(weight_text, POPULATION_WEIGHT_MAX, &weight)) {
            (void)err_field(err, field, "\"%.*s\" needs a share, a whole number up to %u", STR_ARG(name),
                            POPULATION_WEIGHT_MAX);
            return err_fix(err, "%s", is_browser ? POPULATION_BROWSERS_DEFAULT : POPULATION_HABITS_DEFAULT);
        }
        if (mix.count == POPULATION_SHARES_COUNT_MAX)
            return err_field(err, field, "more than %d shares", POPULATION_SHARES_COUNT_MAX);
        share.weight = (uint32_t)weight;
        mix.weight += weight;
        mix.shares[mix.count++] = share;
    }
    if (mix.weight == 0) {
        (void)err_field(err, field, "no share is above 0");
        return err_fix(err, "%s", is_browser ? POPULATION_BROWSERS_DEFAULT : POPULATION_HABITS_DEFAULT);
    }
    *ret = mix;
    return true;
}

bool population_read_habits(struct str text, const char *field, struct population_mix *ret, struct err *err)
{
    return mix_read(text, false, field, ret, err);
}

bool population_read_browsers(struct str text, const char *field, struct population_mix *ret, struct err *err)
{
    return mix_read(text, true, field, ret, err);
}

static const struct population_share *mix_draw(const struct population_mix *mix, uint64_t random)
{
    uint64_t at = visitor_scale(random, mix->weight);
    size_t i = 0;
    assert(mix->count > 0);
    while (i + 1 < mix->count && at >= mix->shares[i].weight)
        at -= mix->shares[i++].weight;
    return &mix->shares[i];
}

struct visitor population_visitor(const struct population *population, uint64_t i)
{
    uint64_t key = visitor_random(population->seed, i);
    const struct population_share *habit = mix_draw(&population->habits, visitor_random(key, DRAW_HABIT));
    enum reading_client client = mix_draw(&population->browsers, visitor_random(key, DRAW_BROWSER))->client;
    int64_t end_s = (int64_t)population->days * POPULATION_DAY_S;
    if (habit->interval_days)
        return visitor_regular(client, end_s, key, (int64_t)habit->interval_days * POPULATION_DAY_S);
    struct visitor visitor = {.kind = VISITOR_ONCE, .client = client, .end_s = end_s};
    visitor.when.once_s = (int64_t)visitor_scale(visitor_random(key, DRAW_ONCE), (uint64_t)end_s);
    return visitor;
}
