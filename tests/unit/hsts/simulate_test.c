/*
 * The oracle: every visitor has a browser of hsts/browser.h, makes every visit, is sent the field of that moment as
 * text, and is asked at the end of every day whether the site's name, and one below it, is bound.
 */
#include "check.h"

#include <stdio.h>
#include <stdlib.h>

#include "hsts/browser.h"
#include "hsts/population.h"
#include "hsts/simulate.h"

#define DAY_S          86400
#define DAYS_COUNT_MAX 5000

static struct visitor visitor_of(const void *source, uint64_t i)
{
    return population_visitor(source, i);
}

struct oracle {
    uint64_t bound[DAYS_COUNT_MAX], bound_below[DAYS_COUNT_MAX], come_by_count;
};

/* What the site sends at this moment: false for no field. */
static bool field_at(const struct simulate_plan *plan, int64_t at_s, char room[static HSTS_FIELD_SIZE_MAX],
                     struct str *ret)
{
    const struct simulate_step *step = NULL;
    for (size_t i = 0; i < plan->count; i++)
        if (plan->steps[i].from_s <= at_s)
            step = &plan->steps[i];
    if (!step || !step->sends)
        return false;
    assert_true(hsts_field_write(&step->policy, room, ret, NULL));
    return true;
}

static void oracle_visit(const struct simulate_input *input, struct browser *browser, int64_t at_s, bool *came_by,
                         struct oracle *oracle)
{
    char room[HSTS_FIELD_SIZE_MAX];
    struct str field = {NULL, 0};
    bool sent = field_at(&input->plan, at_s, room, &field);
    bool good = at_s / DAY_S < input->fail_day;
    (void)browser_note(browser, STR("site.test"), good ? BROWSER_SECURE : BROWSER_FAULTY, &field, sent, at_s);
    if (!good && !*came_by && browser_is_bound(browser, STR("site.test"), at_s)) {
        *came_by = true;
        oracle->come_by_count++;
    }
}

static void oracle_visitor(const struct simulate_input *input, const struct visitor *visitor, struct oracle *oracle)
{
    struct browser browser;
    bool came_by = false;
    if (visitor->client == VISITOR_NO_HSTS)
        return;
    browser_init(&browser, visitor->client, 0);
    int64_t at_s = visitor_next(visitor, 0);
    bool bound = false;
    for (int64_t day = 0; day < DAYS_COUNT_MAX && (bound || at_s != VISITOR_NEVER); day++) {
        int64_t end_s = (day + 1) * DAY_S - 1;
        for (; at_s <= end_s; at_s = visitor_next(visitor, at_s + 1))
            oracle_visit(input, &browser, at_s, &came_by, oracle);
        bound = browser_is_bound(&browser, STR("site.test"), end_s);
        oracle->bound[day] += bound;
        oracle->bound_below[day] += browser_is_bound(&browser, STR("www.site.test"), end_s);
    }
    browser_fini(&browser);
}

static void must_agree_with_the_oracle(const struct simulate_input *input, const char *what)
{
    struct oracle *oracle = calloc(1, sizeof *oracle);
    struct simulate_result result;
    assert_non_null(oracle);
    for (uint64_t i = 0; i < input->visitors_count; i++) {
        struct visitor visitor = input->visitor(input->source, i);
        oracle_visitor(input, &visitor, oracle);
    }
    assert_true(simulate(input, &result, NULL));
    assert_true(result.count >= input->days && result.count < DAYS_COUNT_MAX);
    assert_true(result.bound[result.count - 1] == 0 || result.count == input->days);
    for (size_t day = 0; day < DAYS_COUNT_MAX; day++) {
        uint64_t bound = day < result.count ? result.bound[day] : 0;
        uint64_t below = day < result.count ? result.bound_below[day] : 0;
        if (bound != oracle->bound[day] || below != oracle->bound_below[day])
            fail_msg("%s: day %zu: bound %llu, below %llu; the oracle says %llu, %llu", what, day,
                     (unsigned long long)bound, (unsigned long long)below, (unsigned long long)oracle->bound[day],
                     (unsigned long long)oracle->bound_below[day]);
    }
    if (result.come_by_count != oracle->come_by_count)
        fail_msg("%s: %llu come by; the oracle says %llu", what, (unsigned long long)result.come_by_count,
                 (unsigned long long)oracle->come_by_count);
    simulate_result_fini(&result);
    free(oracle);
}

static struct population sample(uint64_t seed, uint32_t days, const char *habits)
{
    struct population population = {.seed = seed, .days = days};
    assert_true(population_read_habits(str_from(habits), "", &population.habits, NULL));
    assert_true(population_read_browsers(STR("chromium=50,firefox=20,safari=20,curl=5,none=5"), "",
                                         &population.browsers, NULL));
    return population;
}

static struct simulate_input input_of(const struct population *population, const char *plan, uint64_t visitors_count)
{
    struct simulate_input input = {.days = population->days,
                                   .fail_day = SIMULATE_NO_DAY,
                                   .visitors_count = visitors_count,
                                   .visitor = visitor_of,
                                   .source = population};
    assert_true(simulate_plan_read(str_from(plan), "", &input.plan, NULL));
    return input;
}

static void plans_of_all_kinds_agree_with_the_oracle(void **state)
{
    (void)state;
    static const char *const plans[] = {
        "300@0",
        "86400@0",
        "31536000@0",
        "315360000@0", /* ten years: Chromium keeps one */
        "300@0,86400@300s,604800@86700s,2592000@691500s,31536000@3283500s",
        "300@0,86400@300s,604800@86700s,2592000@691500s,31536000@3283500s,0@200",
        "604800+subdomains@3,604800@20,604800+subdomains@40,0@90",
        "31536000+subdomains@0,300@50,off@60,86400+subdomains@100,off@101",
        "off@0,86400@30,off@31,0@35,86400@3024035s",
        "1@0,2@1s,3@2s,63072000@3s",
        "0@0",
        "off@5",
        "2592000@299", /* the last day */
    };
    static const char *const habits[] = {"daily=30,weekly=30,monthly=25,once=15", "daily=1", "once=1", "90=1,365=1"};
    for (size_t p = 0; p < sizeof plans / sizeof *plans; p++)
        for (size_t h = 0; h < sizeof habits / sizeof *habits; h++)
            for (unsigned fail = 0; fail < 3; fail++) {
                struct population population = sample(p * 10 + h, 300, habits[h]);
                struct simulate_input input = input_of(&population, plans[p], 40);
                input.fail_day = fail == 0 ? SIMULATE_NO_DAY : fail == 1 ? 1 : 150;
                must_agree_with_the_oracle(&input, plans[p]);
            }
}

/* One visitor with these visits. */
static struct visitor visits_of(const void *source, uint64_t i)
{
    (void)i;
    return *(const struct visitor *)source;
}

/* Steps at random moments, with random promises, on a random population. */
static void random_plans_agree_with_the_oracle(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 150; seed++) {
        static const uint64_t ages_s[] = {0, 1, 300, 86399, 86400, 86401, 604800, 2592000, 31536000, 63072000};
        uint64_t n = 0;
        uint32_t days = 1 + (uint32_t)(visitor_random(seed, n++) % 200);
        struct population population = sample(seed, days, "daily=3,2=2,weekly=2,monthly=1,once=1");
        struct simulate_input input = input_of(&population, "300@0", 25);
        input.plan.count = 0;
        for (int64_t from_s = 0; input.plan.count < 12;) {
            uint64_t random = visitor_random(seed, n++);
            from_s += (int64_t)(random >> 20) % (days * DAY_S / 8 + 1) + 1;
            input.plan.steps[input.plan.count++] = (struct simulate_step){
                .from_s = from_s,
                .sends = random % 8 != 0,
                .policy = {.max_age_s = ages_s[(random >> 8) % 10], .include_subdomains = random >> 16 & 1}};
        }
        input.fail_day = visitor_random(seed, n++) % 2 ? SIMULATE_NO_DAY : 1 + (uint32_t)(seed * 7 % days);
        char what[32];
        (void)snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        must_agree_with_the_oracle(&input, what);
    }
}

#define LOGGED_COUNT 30

/* Visits, steps and ends of promises on the same few moments, and one second beside them. */
static void coincidences_to_the_second_agree_with_the_oracle(void **state)
{
    (void)state;
    static const uint64_t ages_s[] = {0, 1, DAY_S / 2 - 1, DAY_S / 2, DAY_S / 2 + 1, DAY_S, 2 * DAY_S};
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        int64_t times_s[LOGGED_COUNT], at_s = -1;
        uint64_t n = 0;
        for (size_t i = 0; i < LOGGED_COUNT; i++) {
            uint64_t random = visitor_random(seed, n++);
            at_s += 1 + (int64_t)(random % 3 == 0) * DAY_S / 2 - (int64_t)(random % 6 == 0);
            times_s[i] = at_s;
        }
        struct visitor visitor = {.kind = VISITOR_LOGGED,
                                  .client = READING_FIREFOX,
                                  .end_s = 10 * DAY_S,
                                  .when.logged = {times_s, LOGGED_COUNT}};
        struct simulate_input input = {
            .days = 10, .fail_day = SIMULATE_NO_DAY, .visitors_count = 1, .visitor = visits_of, .source = &visitor};
        for (int64_t from_s = -1; input.plan.count < 12;) {
            uint64_t random = visitor_random(seed, n++);
            from_s += 1 + (int64_t)(random % 3 == 0) * DAY_S / 2;
            input.plan.steps[input.plan.count++] = (struct simulate_step){
                .from_s = from_s,
                .sends = random % 8 != 0,
                .policy = {.max_age_s = ages_s[(random >> 8) % 7], .include_subdomains = random >> 16 & 1}};
        }
        if (seed % 3 == 0)
            input.fail_day = 1 + (uint32_t)(seed / 3 % 9);
        char what[32];
        (void)snprintf(what, sizeof what, "seed %llu", (unsigned long long)seed);
        must_agree_with_the_oracle(&input, what);
    }
}

static void days_are_counted_at_their_end(void **state)
{
    (void)state;
    const int64_t times_s[] = {10, DAY_S - 300, 3 * DAY_S - 301, 5 * DAY_S};
    struct visitor visitor = {
        .kind = VISITOR_LOGGED, .client = READING_RFC6797, .end_s = 7 * DAY_S, .when.logged = {times_s, 4}};
    struct simulate_input input = {
        .days = 7, .fail_day = SIMULATE_NO_DAY, .visitors_count = 1, .visitor = visits_of, .source = &visitor};
    struct simulate_result result;
    assert_true(simulate_plan_read(STR("300@0"), "", &input.plan, NULL));
    must_agree_with_the_oracle(&input, "300 seconds");
    assert_true(simulate(&input, &result, NULL));
    /* Bound to the last second of day 0; on day 2 it ran out two seconds before; on day 5 long before. */
    const uint64_t expected[] = {1, 0, 0, 0, 0, 0, 0};
    assert_int_equal(result.count, 7);
    assert_memory_equal(result.bound, expected, sizeof expected);
    assert_int_equal(simulate_at_begin(&result, result.bound, 1), 1);
    assert_int_equal(simulate_at_begin(&result, result.bound, 0), 0);
    assert_int_equal(simulate_at_begin(&result, result.bound, 100), 0);
    simulate_result_fini(&result);
}

static void promises_run_out_behind_the_last_day(void **state)
{
    (void)state;
    const int64_t times_s[] = {9 * DAY_S + 1};
    struct visitor visitor = {
        .kind = VISITOR_LOGGED, .client = READING_RFC6797, .end_s = 10 * DAY_S, .when.logged = {times_s, 1}};
    struct simulate_input input = {
        .days = 10, .fail_day = SIMULATE_NO_DAY, .visitors_count = 1, .visitor = visits_of, .source = &visitor};
    struct simulate_result result;
    assert_true(simulate_plan_read(STR("604800@0"), "", &input.plan, NULL));
    assert_true(simulate(&input, &result, NULL));
    assert_int_equal(result.count, 17); /* day 15 ends bound, day 16 does not */
    assert_int_equal(result.bound[15], 1);
    assert_int_equal(result.bound[16], 0);
    simulate_result_fini(&result);
}

static void a_failure_locks_out_those_who_are_bound_and_teaches_nobody(void **state)
{
    (void)state;
    struct population population = sample(3, 200, "daily=1,weekly=1");
    struct simulate_input input = input_of(&population, "2592000@0", 300);
    struct simulate_result result;
    input.fail_day = 100;
    assert_true(simulate(&input, &result, NULL));
    uint64_t locked_out = simulate_at_begin(&result, result.bound, 100);
    assert_in_range(locked_out, 250, 295);                              /* five in a hundred know no such thing */
    assert_in_range(result.come_by_count, locked_out - 15, locked_out); /* but for a few within 30 days */
    for (uint32_t day = 100; day < result.count; day++)
        assert_true(result.bound[day] <= result.bound[day - 1]);
    uint32_t free_day = simulate_free_day(&result, 100, 100);
    assert_in_range(free_day, 128, 130);
    assert_true(result.bound[free_day] == 0 && result.bound[free_day - 1] > 0);
    simulate_result_fini(&result);
}

static void a_release_frees_by_shares(void **state)
{
    (void)state;
    struct simulate_result result = {.days = 10, .count = 10};
    uint64_t bound[] = {3, 200, 200, 101, 100, 20, 2, 1, 1, 0};
    result.bound = bound;
    assert_int_equal(simulate_free_day(&result, 3, 50), 4); /* 99 are not half of 200 */
    assert_int_equal(simulate_free_day(&result, 3, 90), 5);
    assert_int_equal(simulate_free_day(&result, 3, 99), 6);
    assert_int_equal(simulate_free_day(&result, 3, 100), 9);
    assert_int_equal(simulate_peak(&result), 1);
    /* Of few, a share is rounded up: one of three is not half. */
    uint64_t few[] = {3, 2, 1, 0, 0, 0, 0, 0, 0, 0};
    result.bound = few;
    assert_int_equal(simulate_free_day(&result, 1, 50), 2);
    assert_int_equal(simulate_free_day(&result, 1, 67), 3);
    assert_int_equal(simulate_free_day(&result, 5, 100), 5); /* nobody is bound */
}

static void a_release_reaches_those_who_come_and_the_others_run_out(void **state)
{
    (void)state;
    struct population population = sample(4, 400, "daily=50,monthly=30,once=20");
    struct simulate_input input = input_of(&population, "31536000@0", 2000);
    struct simulate_result result;
    assert_true(simulate_plan_release(&input.plan, INT64_C(200) * DAY_S));
    assert_true(simulate(&input, &result, NULL));
    uint32_t half = simulate_free_day(&result, 200, 50), all = simulate_free_day(&result, 200, 100);
    assert_in_range(half, 200, 204);
    assert_in_range(all, 500, 566); /* somebody came just before day 200 and never again */
    for (uint32_t day = 200; day < result.count; day++)
        assert_true(result.bound[day] <= result.bound[day - 1]);
    simulate_result_fini(&result);
}

static void the_same_input_gives_the_same_result(void **state)
{
    (void)state;
    struct population population = sample(5, 365, POPULATION_HABITS_DEFAULT);
    struct simulate_input input = input_of(&population, "300@0,86400@1,604800@8,31536000@30", 5000);
    struct simulate_result one, two;
    assert_true(simulate(&input, &one, NULL));
    assert_true(simulate(&input, &two, NULL));
    assert_int_equal(one.count, two.count);
    assert_memory_equal(one.bound, two.bound, one.count * sizeof *one.bound);
    simulate_result_fini(&one);
    simulate_result_fini(&two);
}

static void nobody_and_nothing_give_nothing(void **state)
{
    (void)state;
    struct population population = sample(6, 10, "daily=1");
    struct simulate_input input = input_of(&population, "300@0", 0);
    struct simulate_result result;
    assert_true(simulate(&input, &result, NULL));
    assert_int_equal(result.count, 10);
    assert_int_equal(result.bound[simulate_peak(&result)], 0);
    simulate_result_fini(&result);
    input.visitors_count = 10;
    input.plan.count = 0; /* no step at all */
    must_agree_with_the_oracle(&input, "no plan");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plans_of_all_kinds_agree_with_the_oracle),
        cmocka_unit_test(random_plans_agree_with_the_oracle),
        cmocka_unit_test(coincidences_to_the_second_agree_with_the_oracle),
        cmocka_unit_test(days_are_counted_at_their_end),
        cmocka_unit_test(promises_run_out_behind_the_last_day),
        cmocka_unit_test(a_failure_locks_out_those_who_are_bound_and_teaches_nobody),
        cmocka_unit_test(a_release_frees_by_shares),
        cmocka_unit_test(a_release_reaches_those_who_come_and_the_others_run_out),
        cmocka_unit_test(the_same_input_gives_the_same_result),
        cmocka_unit_test(nobody_and_nothing_give_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
