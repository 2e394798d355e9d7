/*
 * What the simulator takes for a million visitors over two years: the default ladder with the default habits and
 * browsers, a release on day 500, and, as the worst a plan can do, visitors who all come daily to a site that promises
 * a day (then there is no long stretch to skip). Prints seconds, the smallest of the rounds, and the memory the process
 * used at most.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>

#include "hsts/population.h"
#include "hsts/simulate.h"

#define ROUNDS_COUNT   3
#define VISITORS_COUNT 1000000
#define DAYS           730

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static struct visitor visitor_of(const void *source, uint64_t i)
{
    return population_visitor(source, i);
}

static bool run(const struct simulate_input *input, double *ret_s, uint64_t *ret_peak)
{
    struct simulate_result result;
    double start_s = now_s();
    if (!simulate(input, &result, NULL))
        return false;
    double taken_s = now_s() - start_s;
    *ret_s = taken_s < *ret_s ? taken_s : *ret_s;
    *ret_peak = result.bound[simulate_peak(&result)];
    simulate_result_fini(&result);
    return true;
}

static bool measure(const char *name, const char *habits, const char *plan)
{
    struct population population = {.seed = 1, .days = DAYS};
    struct simulate_input input = {.days = DAYS,
                                   .fail_day = SIMULATE_NO_DAY,
                                   .visitors_count = VISITORS_COUNT,
                                   .visitor = visitor_of,
                                   .source = &population};
    double least_s = 1e9;
    uint64_t peak = 0;
    if (!population_read_habits(str_from(habits), "", &population.habits, NULL) ||
        !population_read_browsers(STR(POPULATION_BROWSERS_DEFAULT), "", &population.browsers, NULL) ||
        !simulate_plan_read(str_from(plan), "", &input.plan, NULL))
        return false;
    for (int round = 0; round < ROUNDS_COUNT; round++)
        if (!run(&input, &least_s, &peak))
            return false;
    printf("%-44s %7.2f s, %llu bound at the peak\n", name, least_s, (unsigned long long)peak);
    return true;
}

int main(void)
{
    struct rusage usage;
    bool good = measure("ladder to a year, release on day 500", POPULATION_HABITS_DEFAULT,
                        "300@0,86400@300s,604800@86700s,2592000@691500s,31536000@3283500s,0@500") &&
                measure("all daily, a day promised", "daily=1", "86400@0");
    if (!good) {
        printf("failed\n");
        return 1;
    }
    if (getrusage(RUSAGE_SELF, &usage) == 0)
        printf("%-44s %7.1f MB\n", "memory at most", (double)usage.ru_maxrss / 1024);
    return 0;
}
