/* Options in the order in which they depend on each other: visitors, days, plan, the days on which something happens.
 */
#include "app/simulation.h"

#include <inttypes.h>
#include <stdio.h>

#include "os/file.h"

/* What stands for an option in errors. */
#define FIELD_SIZE 32

static bool wrong(struct err *err, const char *option, const char *value, const char *why)
{
    char field[FIELD_SIZE];
    (void)snprintf(field, sizeof field, "--%s", option);
    return err_field(err, field, "\"%s\" %s", value, why);
}

/* A whole number from `min` to `max`; *ret stays what it is when the option is not given. */
static bool read_number(const struct cli *cli, const char *option, uint64_t min, uint64_t max, uint64_t *ret,
                        struct err *err)
{
    uint64_t number;
    const char *value = cli_value(cli, option);
    if (!value)
        return true;
    if (!str_to_u64(str_from(value), max, &number) || number < min) {
        (void)wrong(err, option, value, "is out of range or no whole number");
        return err_fix(err, "give a number from %" PRIu64 " to %" PRIu64, min, max);
    }
    *ret = number;
    return true;
}

/* These are about made-up visitors. */
static bool refuse_with_log(const struct cli *cli, struct err *err)
{
    static const char *const options[] = {"visitors", "seed", "habits", "browsers"};
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (cli_has(cli, options[i])) {
            (void)wrong(err, options[i], cli_value(cli, options[i]), "does not go with --log");
            return err_fix(err, "leave one of the two out: a log says who comes and when");
        }
    return true;
}

/* Whatever is wrong with the file, the option is what to change. */
static bool wrong_log(struct err *err, const char *path)
{
    if (err->code == ERR_NOT_FOUND || err->code == ERR_DENIED)
        err->code = ERR_INPUT;
    else if (err->code == ERR_INPUT)
        (void)err_context(err, "%s", path);
    (void)snprintf(err->field, sizeof err->field, "--log");
    return *err->fix || err->code != ERR_INPUT ? false : err_fix(err, "give a file of lines: CLIENT WHEN [BROWSER]");
}

static bool read_log(const struct cli *cli, struct simulation *s, struct err *err)
{
    struct buf text;
    const char *path = cli_value(cli, "log");
    if (!refuse_with_log(cli, err))
        return false;
    if (!file_read(path, VISITOR_LOG_SIZE_MAX, &text, err))
        return wrong_log(err, path);
    s->logged = visitor_log_parse(buf_str(&text), &s->log, err);
    buf_fini(&text);
    s->population.days = s->log.days;
    s->visitors_count = s->log.clients_count;
    return s->logged || wrong_log(err, path);
}

static bool read_population(const struct cli *cli, struct simulation *s, struct err *err)
{
    const char *habits = cli_value(cli, "habits"), *browsers = cli_value(cli, "browsers");
    s->visitors_count = SIMULATION_VISITORS_DEFAULT;
    s->population.seed = SIMULATION_SEED_DEFAULT;
    s->population.days = SIMULATION_DAYS_DEFAULT;
    return read_number(cli, "visitors", 1, POPULATION_VISITORS_COUNT_MAX, &s->visitors_count, err) &&
           read_number(cli, "seed", 0, UINT64_MAX, &s->population.seed, err) &&
           population_read_habits(str_from(habits ? habits : POPULATION_HABITS_DEFAULT), "--habits",
                                  &s->population.habits, err) &&
           population_read_browsers(str_from(browsers ? browsers : POPULATION_BROWSERS_DEFAULT), "--browsers",
                                    &s->population.browsers, err);
}

static bool read_days(const struct cli *cli, struct simulation *s, struct err *err)
{
    uint64_t days = s->population.days;
    if (!read_number(cli, "days", 1, POPULATION_DAYS_MAX, &days, err))
        return false;
    s->population.days = (uint32_t)days;
    return true;
}

static bool read_plan(const struct cli *cli, struct simulation *s, struct err *err)
{
    const char *plan = cli_value(cli, "plan");
    if (!plan) {
        struct ladder ladder;
        ladder_init(&ladder);
        simulate_plan_climb(&s->plan, &ladder, cli_has(cli, "include-subdomains"));
        return true;
    }
    if (cli_has(cli, "ladder")) {
        (void)wrong(err, "plan", plan, "does not go with --ladder");
        return err_fix(err, "leave one of the two out; without both, the ladder is simulated");
    }
    if (cli_has(cli, "include-subdomains")) {
        (void)wrong(err, "plan", plan, "does not go with --include-subdomains");
        return err_fix(err, "say it of a step, as in 604800+subdomains@8");
    }
    return simulate_plan_read(str_from(plan), "--plan", &s->plan, err);
}

/* A day on which something begins: not the first, for nobody is bound before it. */
static bool read_day(const struct cli *cli, const char *option, uint32_t days, uint32_t *ret, struct err *err)
{
    uint64_t day = SIMULATE_NO_DAY;
    if (cli_has(cli, option) && days < 2) {
        (void)wrong(err, option, cli_value(cli, option), "needs a day before it, and there is one day only");
        return err_fix(err, "simulate more --days");
    }
    if (!read_number(cli, option, 1, days > 1 ? days - 1 : 1, &day, err))
        return false;
    *ret = (uint32_t)day;
    return true;
}

static bool read_events(const struct cli *cli, struct simulation *s, struct err *err)
{
    if (!read_day(cli, "release-on", s->population.days, &s->release_day, err) ||
        !read_day(cli, "fail-on", s->population.days, &s->fail_day, err))
        return false;
    if (s->release_day == SIMULATE_NO_DAY ||
        simulate_plan_release(&s->plan, (int64_t)s->release_day * POPULATION_DAY_S))
        return true;
    return err_field(err, "--plan", "with the release it has more than %d steps", SIMULATE_STEPS_COUNT_MAX);
}

bool simulation_init(const struct cli *cli, struct simulation *ret, struct err *err)
{
    struct simulation s = {.logged = false};
    bool good = (cli_has(cli, "log") ? read_log(cli, &s, err) : read_population(cli, &s, err)) &&
                read_days(cli, &s, err) && read_plan(cli, &s, err) && read_events(cli, &s, err);
    if (good)
        *ret = s;
    else
        simulation_fini(&s);
    return good;
}

void simulation_fini(struct simulation *simulation)
{
    visitor_log_fini(&simulation->log);
}

static struct visitor visitor_of(const void *source, uint64_t i)
{
    const struct simulation *s = source;
    if (s->logged)
        return visitor_log_visitor(&s->log, (size_t)i, (int64_t)s->population.days * POPULATION_DAY_S);
    return population_visitor(&s->population, i);
}

bool simulation_run(const struct simulation *simulation, struct simulate_result *ret, struct err *err)
{
    const struct simulate_input input = {
        .days = simulation->population.days,
        .plan = simulation->plan,
        .fail_day = simulation->fail_day,
        .visitors_count = simulation->visitors_count,
        .visitor = visitor_of,
        .source = simulation,
    };
    return simulate(&input, ret, err);
}
