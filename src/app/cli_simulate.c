/*
 * simulate: who is bound when, told as a picture and sentences, as JSON, or as SVG. Nothing running is asked and
 * nothing is changed.
 */
#include <inttypes.h>
#include <stdio.h>

#include "app/chart.h"
#include "app/cli_commands.h"
#include "app/cli_output.h"
#include "app/cli_text.h"
#include "app/simulation.h"
#include "codec/date.h"
#include "os/file.h"

/* Marks of a chart: a letter for each step, one for the failure. */
#define MARKS_COUNT_MAX (SIMULATE_STEPS_COUNT_MAX + 1)
#define DAY_S           POPULATION_DAY_S

static const uint32_t shares[] = {50, 90, 99, 100};
#define SHARES_COUNT (sizeof shares / sizeof *shares)

static char step_letter(size_t step)
{
    return (char)(step < 26 ? 'a' + (int)step : '*');
}

/* Which day is which: 'R' is no step's letter but of the step that --release-on made. */
static size_t make_marks(const struct simulation *s, struct chart_mark marks[static MARKS_COUNT_MAX])
{
    size_t count = 0;
    for (size_t i = 0; i < s->plan.count; i++) {
        uint32_t day = (uint32_t)(s->plan.steps[i].from_s / DAY_S);
        marks[count++] = (struct chart_mark){day, day == s->release_day ? 'R' : step_letter(i)};
    }
    if (s->fail_day != SIMULATE_NO_DAY)
        marks[count++] = (struct chart_mark){s->fail_day, 'F'};
    return count;
}

static bool binds_below(const struct simulation *s)
{
    for (size_t i = 0; i < s->plan.count; i++)
        if (s->plan.steps[i].sends && s->plan.steps[i].policy.include_subdomains)
            return true;
    return false;
}

/* ---- for people ---- */

static void print_who(const struct simulation *s)
{
    char room[CLI_NUMBER_SIZE], day[DATE_ISO_SIZE];
    if (!s->logged) {
        (void)printf("%s made-up visitors (seed %" PRIu64 ") over %u days.\n", cli_number_text(s->visitors_count, room),
                     s->population.seed, s->population.days);
        return;
    }
    (void)printf("%s visitors of the log", cli_number_text(s->visitors_count, room));
    (void)printf(" with %s visits over %u days", cli_number_text(s->log.times_count, room), s->population.days);
    if (s->log.start_s)
        (void)printf("; day 0 is %.10s", date_write_iso(s->log.start_s * 1000, day).data);
    (void)printf(".\n");
}

static void print_pictures(const struct simulation *s, const struct simulate_result *result)
{
    struct chart_mark marks[MARKS_COUNT_MAX];
    struct chart chart = {.title = "Browsers bound at the end of the day",
                          .values = result->bound,
                          .days_count = result->days,
                          .marks = marks,
                          .marks_count = make_marks(s, marks)};
    (void)putchar('\n');
    chart_print(&chart, chart_locale_is_unicode(), stdout);
    if (!binds_below(s))
        return;
    if (memcmp(result->bound, result->bound_below, result->count * sizeof *result->bound) == 0) {
        (void)printf("\nThe same holds for the names below (includeSubDomains).\n");
        return;
    }
    chart.title = "Of these for the names below, too (includeSubDomains)";
    chart.values = result->bound_below;
    (void)putchar('\n');
    chart_print(&chart, chart_locale_is_unicode(), stdout);
}

static void add_moment(struct cli_table *table, int64_t at_s)
{
    int64_t second = at_s % DAY_S;
    if (second)
        cli_table_add(table, "%" PRId64 ", %02d:%02d:%02d", at_s / DAY_S, (int)(second / 3600), (int)(second / 60 % 60),
                      (int)(second % 60));
    else
        cli_table_add(table, "%" PRId64, at_s / DAY_S);
}

static void print_plan(const struct simulation *s)
{
    static const char *const titles[] = {"", "FROM DAY", "FIELD", "MEANS"};
    struct cli_table table;
    struct chart_mark marks[MARKS_COUNT_MAX];
    (void)make_marks(s, marks);
    cli_table_init(&table, titles, 4);
    for (size_t i = 0; i < s->plan.count; i++) {
        const struct simulate_step *step = &s->plan.steps[i];
        char text[LADDER_TEXT_SIZE];
        struct str age = ladder_text((uint32_t)step->policy.max_age_s, text);
        cli_table_add(&table, "%c", marks[i].letter);
        add_moment(&table, step->from_s);
        if (!step->sends)
            cli_table_add(&table, "none");
        else
            cli_table_add(&table, "max-age=%" PRIu64 "%s", step->policy.max_age_s,
                          step->policy.include_subdomains ? "; includeSubDomains" : "");
        if (!step->sends)
            cli_table_add(&table, "nothing is sent");
        else if (step->policy.max_age_s == 0)
            cli_table_add(&table, "release");
        else
            cli_table_add(&table, "%.*s", STR_ARG(age));
    }
    (void)putchar('\n');
    cli_table_print(&table, stdout);
    cli_table_fini(&table);
}

static void print_peak(const struct simulation *s, const struct simulate_result *result)
{
    char bound[CLI_NUMBER_SIZE], all[CLI_NUMBER_SIZE];
    uint32_t peak = simulate_peak(result);
    (void)printf("\nMost are bound at the end of day %u: %s of %s visitors.\n", peak,
                 cli_number_text(result->bound[peak], bound), cli_number_text(s->visitors_count, all));
}

static void print_release(const struct simulation *s, const struct simulate_result *result)
{
    char room[CLI_NUMBER_SIZE];
    uint32_t day = s->release_day;
    uint64_t bound = simulate_at_begin(result, result->bound, day);
    if (day == SIMULATE_NO_DAY)
        return;
    (void)printf("\nR: released from day %u on, when %s are bound.", day, cli_number_text(bound, room));
    if (bound)
        (void)printf(" Free at the end of the day:\n");
    else
        (void)putchar('\n');
    for (size_t i = 0; bound && i < SHARES_COUNT; i++) {
        uint32_t free_day = simulate_free_day(result, day, shares[i]);
        (void)printf("%6u %%  day %u, %u %s after the release began\n", shares[i], free_day, free_day - day + 1,
                     free_day == day ? "day" : "days");
    }
}

static void print_failure(const struct simulation *s, const struct simulate_result *result)
{
    char room[CLI_NUMBER_SIZE];
    uint32_t day = s->fail_day;
    uint64_t bound = simulate_at_begin(result, result->bound, day);
    if (day == SIMULATE_NO_DAY)
        return;
    (void)printf("\nF: the certificate fails from day %u on: %s browsers are locked out", day,
                 cli_number_text(bound, room));
    if (bound) {
        (void)printf(",\nthe last of them until day %u.", simulate_free_day(result, day, 100));
        (void)printf(" %s come by before they are free.\n", cli_number_text(result->come_by_count, room));
    } else {
        (void)printf(".\n");
    }
    bound = simulate_at_begin(result, result->bound_below, day);
    if (bound)
        (void)printf("%s of them insist on HTTPS for the names below as well.\n", cli_number_text(bound, room));
}

/* No visit is simulated behind the last day, so what is told of later days is the latest they can be. */
static void print_horizon(const struct simulation *s, const struct simulate_result *result)
{
    uint32_t last = 0;
    if (s->release_day != SIMULATE_NO_DAY)
        last = simulate_free_day(result, s->release_day, 100);
    if (s->fail_day != SIMULATE_NO_DAY && simulate_free_day(result, s->fail_day, 100) > last)
        last = simulate_free_day(result, s->fail_day, 100);
    if (last >= s->population.days)
        (void)printf("\nVisits end with day %u here; what is told of later days is how long promises last.\n",
                     s->population.days - 1);
}

static void print_all(const struct simulation *s, const struct simulate_result *result)
{
    print_who(s);
    print_pictures(s, result);
    print_plan(s);
    print_peak(s, result);
    print_release(s, result);
    print_failure(s, result);
    print_horizon(s, result);
}

/* ---- for programs ---- */

static json_t *series_json(const uint64_t *series, size_t count)
{
    json_t *array = json_array();
    for (size_t day = 0; array && day < count; day++)
        if (json_array_append_new(array, json_integer((json_int_t)series[day])) != 0) {
            json_decref(array);
            return NULL;
        }
    return array;
}

static json_t *plan_json(const struct simulate_plan *plan)
{
    json_t *array = json_array();
    for (size_t i = 0; array && i < plan->count; i++) {
        const struct simulate_step *step = &plan->steps[i];
        json_t *object = step->sends ? json_pack("{s:I, s:I, s:b}", "from_s", (json_int_t)step->from_s, "max_age",
                                                 (json_int_t)step->policy.max_age_s, "include_subdomains",
                                                 step->policy.include_subdomains)
                                     : json_pack("{s:I, s:n}", "from_s", (json_int_t)step->from_s, "max_age");
        (void)json_array_append_new(array, object);
    }
    return array;
}

static json_t *release_json(const struct simulation *s, const struct simulate_result *result)
{
    if (s->release_day == SIMULATE_NO_DAY)
        return json_null();
    json_t *free_days = json_array();
    for (size_t i = 0; free_days && i < SHARES_COUNT; i++)
        (void)json_array_append_new(free_days,
                                    json_pack("{s:i, s:I}", "percent", (int)shares[i], "day",
                                              (json_int_t)simulate_free_day(result, s->release_day, shares[i])));
    return json_pack("{s:I, s:I, s:o}", "day", (json_int_t)s->release_day, "bound",
                     (json_int_t)simulate_at_begin(result, result->bound, s->release_day), "free", free_days);
}

static json_t *failure_json(const struct simulation *s, const struct simulate_result *result)
{
    if (s->fail_day == SIMULATE_NO_DAY)
        return json_null();
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "day", (json_int_t)s->fail_day, "locked_out",
                     (json_int_t)simulate_at_begin(result, result->bound, s->fail_day), "locked_out_below",
                     (json_int_t)simulate_at_begin(result, result->bound_below, s->fail_day), "come_by",
                     (json_int_t)result->come_by_count, "free_day",
                     (json_int_t)simulate_free_day(result, s->fail_day, 100));
}

static json_t *who_json(const struct simulation *s)
{
    char day[DATE_ISO_SIZE];
    if (!s->logged)
        return json_pack("{s:s, s:I}", "kind", "synthetic", "seed", (json_int_t)s->population.seed);
    if (!s->log.start_s)
        return json_pack("{s:s, s:I}", "kind", "log", "visits", (json_int_t)s->log.times_count);
    return json_pack("{s:s, s:I, s:s%}", "kind", "log", "visits", (json_int_t)s->log.times_count, "day_0",
                     date_write_iso(s->log.start_s * 1000, day).data, (size_t)10);
}

static bool print_json(const struct simulation *s, const struct simulate_result *result, struct err *err)
{
    uint32_t peak = simulate_peak(result);
    json_t *json =
        json_pack("{s:I, s:i, s:o, s:o, s:{s:i, s:I}, s:o, s:o, s:o, s:o}", "visitors", (json_int_t)s->visitors_count,
                  "days", (int)s->population.days, "source", who_json(s), "plan", plan_json(&s->plan), "peak", "day",
                  (int)peak, "bound", (json_int_t)result->bound[peak], "release", release_json(s, result), "failure",
                  failure_json(s, result), "bound", series_json(result->bound, result->count), "bound_below",
                  series_json(result->bound_below, result->count));
    if (!json)
        return err_memory(err);
    bool printed = cli_print_json(json);
    json_decref(json);
    return printed || err_set(err, ERR_SYSTEM, "the result could not be printed");
}

static bool write_svg(const char *path, const struct simulation *s, const struct simulate_result *result,
                      struct err *err)
{
    struct chart_mark marks[MARKS_COUNT_MAX];
    struct buf svg;
    const struct chart chart = {.title = "Browsers bound at the end of the day",
                                .values = result->bound,
                                .value_name = "for the site's name",
                                .second = binds_below(s) ? result->bound_below : NULL,
                                .second_name = "for the names below, too",
                                .days_count = result->days,
                                .marks = marks,
                                .marks_count = make_marks(s, marks)};
    buf_init(&svg, CHART_SVG_SIZE_MAX);
    bool written = chart_svg(&chart, &svg) ? file_replace(path, buf_str(&svg), 0644, err) : err_memory(err);
    buf_fini(&svg);
    return written || err_context(err, "--svg");
}

int cli_simulate(const struct cli *cli)
{
    struct simulation simulation;
    struct simulate_result result = {0};
    struct err err = {0};
    if (!simulation_init(cli, &simulation, &err))
        return cli_print_error(&err);
    const char *svg = cli_value(cli, "svg");
    bool good = simulation_run(&simulation, &result, &err) && (!svg || write_svg(svg, &simulation, &result, &err)) &&
                (!cli_has(cli, "json") || print_json(&simulation, &result, &err));
    if (good && !cli_has(cli, "json"))
        print_all(&simulation, &result);
    simulate_result_fini(&result);
    simulation_fini(&simulation);
    return good ? CLI_OK : cli_print_error(&err);
}
