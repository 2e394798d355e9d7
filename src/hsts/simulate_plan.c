/* Plans: read, climbed, cut. */
#include "hsts/simulate_plan.h"

#include "hsts/population.h"

#define EXAMPLE "300@0,86400@1,604800@8"

static bool read_promise(struct str text, const char *field, struct simulate_step *step, struct err *err)
{
    const struct str subdomains = STR("+subdomains");
    if (str_eq(text, STR("off"))) {
        step->sends = false;
        return true;
    }
    step->sends = true;
    if (str_ends(text, subdomains)) {
        step->policy.include_subdomains = true;
        text.size -= subdomains.size;
    }
    if (str_to_u64(text, HSTS_MAX_AGE_S_MAX, &step->policy.max_age_s))
        return true;
    (void)err_field(err, field, "\"%.*s\" is no max-age, a number of seconds up to %u", STR_ARG(text),
                    HSTS_MAX_AGE_S_MAX);
    return err_fix(err, "give MAX-AGE@DAY, MAX-AGE+subdomains@DAY or off@DAY, as in " EXAMPLE);
}

static bool read_moment(struct str text, const char *field, int64_t *ret_s, struct err *err)
{
    uint64_t number;
    const uint64_t days_max = POPULATION_DAYS_MAX;
    bool seconds = str_ends(text, STR("s"));
    if (str_to_u64(str_part(text, 0, text.size - seconds), seconds ? days_max * POPULATION_DAY_S : days_max, &number)) {
        *ret_s = (int64_t)(seconds ? number : number * POPULATION_DAY_S);
        return true;
    }
    (void)err_field(err, field, "\"%.*s\" is no day from 0 to %u", STR_ARG(text), POPULATION_DAYS_MAX);
    return err_fix(err, "give MAX-AGE@DAY, or MAX-AGE@SECONDSs for less than a day, as in " EXAMPLE);
}

static bool read_step(struct str text, const char *field, struct simulate_step *ret, struct err *err)
{
    struct str moment = text, promise = str_cut(&moment, '@');
    *ret = (struct simulate_step){.from_s = 0};
    if (!moment.data) {
        (void)err_field(err, field, "\"%.*s\" does not say from which day on", STR_ARG(text));
        return err_fix(err, "give MAX-AGE@DAY, as in " EXAMPLE);
    }
    return read_promise(promise, field, ret, err) && read_moment(moment, field, &ret->from_s, err);
}

bool simulate_plan_read(struct str text, const char *field, struct simulate_plan *ret, struct err *err)
{
    struct simulate_plan plan = {.count = 0};
    while (text.data) {
        struct simulate_step step;
        struct str part = str_cut(&text, ',');
        if (!read_step(part, field, &step, err))
            return false;
        if (plan.count && step.from_s <= plan.steps[plan.count - 1].from_s) {
            (void)err_field(err, field, "\"%.*s\" does not begin behind the step before it", STR_ARG(part));
            return err_fix(err, "give the steps in the order of their days, each day once");
        }
        if (plan.count == SIMULATE_STEPS_COUNT_MAX)
            return err_field(err, field, "more than %d steps", SIMULATE_STEPS_COUNT_MAX);
        plan.steps[plan.count++] = step;
    }
    *ret = plan;
    return true;
}

void simulate_plan_climb(struct simulate_plan *plan, const struct ladder *ladder, bool include_subdomains)
{
    int64_t from_s = 0;
    plan->count = 0;
    for (size_t i = 0; i < ladder->count; i++) {
        plan->steps[plan->count++] =
            (struct simulate_step){.from_s = from_s,
                                   .sends = true,
                                   .policy = {.max_age_s = ladder->rungs[i], .include_subdomains = include_subdomains}};
        from_s += ladder->rungs[i];
    }
}

bool simulate_plan_release(struct simulate_plan *plan, int64_t at_s)
{
    while (plan->count && plan->steps[plan->count - 1].from_s >= at_s)
        plan->count--;
    if (plan->count == SIMULATE_STEPS_COUNT_MAX)
        return false;
    plan->steps[plan->count++] = (struct simulate_step){.from_s = at_s, .sends = true};
    return true;
}

uint64_t simulate_plan_longest_s(const struct simulate_plan *plan)
{
    uint64_t longest_s = 0;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].sends && plan->steps[i].policy.max_age_s > longest_s)
            longest_s = plan->steps[i].policy.max_age_s;
    return longest_s;
}
