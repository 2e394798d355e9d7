#include "check.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/simulation.h"

#define ARGUMENTS_COUNT_MAX 32
#define LINE_SIZE_MAX       512

/* "simulate" with these options, separated by blanks. */
static bool init(const char *options, struct simulation *ret, struct err *err)
{
    char room[LINE_SIZE_MAX];
    char *argv[ARGUMENTS_COUNT_MAX] = {NULL};
    int argc = 0;
    struct cli *cli = calloc(1, sizeof *cli);
    assert_non_null(cli);
    (void)snprintf(room, sizeof room, "strictgate simulate %s", options);
    for (char *at = room, *end; *at; at = end) {
        assert_true(argc + 1 < ARGUMENTS_COUNT_MAX);
        argv[argc++] = at;
        end = at + strcspn(at, " ");
        if (*end)
            *end++ = '\0';
    }
    *err = (struct err){.code = ERR_NONE};
    if (!cli_parse(argc, argv, cli, err))
        fail_msg("%s: %s", options, err->text);
    bool good = simulation_init(cli, ret, err);
    free(cli);
    return good;
}

static void write_log(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void without_options_it_is_the_ladder_and_a_population(void **state)
{
    (void)state;
    struct simulation s;
    struct err err;
    assert_true(init("", &s, &err));
    assert_false(s.logged);
    assert_int_equal(s.visitors_count, SIMULATION_VISITORS_DEFAULT);
    assert_int_equal(s.population.days, SIMULATION_DAYS_DEFAULT);
    assert_int_equal(s.population.seed, SIMULATION_SEED_DEFAULT);
    assert_true(s.population.habits.count == 4 && s.population.browsers.count == 3);
    assert_true(s.release_day == SIMULATE_NO_DAY && s.fail_day == SIMULATE_NO_DAY);
    assert_int_equal(s.plan.count, 5);
    assert_true(s.plan.steps[4].policy.max_age_s == 31536000);
    assert_true(s.plan.steps[4].from_s == 300 + 86400 + 604800 + 2592000);
    simulation_fini(&s);
}

static void options_come_through(void **state)
{
    (void)state;
    struct simulation s;
    struct err err;
    assert_true(init("--visitors 7 --days 50 --seed 18446744073709551615 --habits once=1 --browsers none=1 "
                     "--plan 300@0,86400@20 --release-on 10 --fail-on 49",
                     &s, &err));
    assert_true(s.visitors_count == 7 && s.population.days == 50 && s.population.seed == UINT64_MAX);
    assert_true(s.population.habits.count == 1 && s.population.browsers.count == 1);
    assert_true(s.release_day == 10 && s.fail_day == 49);
    assert_int_equal(s.plan.count, 2); /* 300, and the release in the place of 86400 */
    assert_true(s.plan.steps[1].policy.max_age_s == 0 && s.plan.steps[1].from_s == 10 * 86400);
    simulation_fini(&s);
    assert_true(init("--ladder --include-subdomains", &s, &err));
    assert_true(s.plan.steps[0].policy.include_subdomains);
    simulation_fini(&s);
}

static void every_bad_option_is_named_with_reason_and_fix(void **state)
{
    (void)state;
    static const struct {
        const char *options, *field;
    } cases[] = {
        {"--visitors 0", "--visitors"},
        {"--visitors 100000001", "--visitors"},
        {"--visitors many", "--visitors"},
        {"--days 0", "--days"},
        {"--days 3651", "--days"},
        {"--seed -1", "--seed"},
        {"--seed 18446744073709551616", "--seed"},
        {"--habits yearly=1", "--habits"},
        {"--browsers opera=1", "--browsers"},
        {"--plan 300", "--plan"},
        {"--plan 300@0 --ladder", "--plan"},
        {"--plan 300@0 --include-subdomains", "--plan"},
        {"--release-on 0", "--release-on"},
        {"--release-on 730", "--release-on"},
        {"--release-on 50 --days 50", "--release-on"},
        {"--fail-on x", "--fail-on"},
        {"--fail-on 1 --days 1", "--fail-on"},
        {"--log /nowhere/visits.txt", "--log"},
        {"--log visits.txt --visitors 5", "--visitors"},
        {"--log visits.txt --seed 5", "--seed"},
        {"--log visits.txt --habits once=1", "--habits"},
        {"--log visits.txt --browsers none=1", "--browsers"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct simulation s = {.visitors_count = 77};
        struct err err;
        if (init(cases[i].options, &s, &err))
            fail_msg("taken: %s", cases[i].options);
        assert_string_equal(err.field, cases[i].field);
        assert_int_equal(err.code, ERR_INPUT);
        assert_true(err.text[0] != '\0' && err.fix[0] != '\0');
        assert_int_equal(s.visitors_count, 77);
    }
}

static void a_plan_that_leaves_no_room_for_the_release_is_refused(void **state)
{
    (void)state;
    char options[LINE_SIZE_MAX] = "--release-on 70 --plan 1@0";
    struct simulation s;
    struct err err;
    for (int day = 1; day < SIMULATE_STEPS_COUNT_MAX; day++) {
        size_t size = strlen(options);
        (void)snprintf(options + size, sizeof options - size, ",1@%d", day);
    }
    assert_false(init(options, &s, &err));
    assert_string_equal(err.field, "--plan");
}

static void a_log_says_who_comes_and_for_how_long(void **state)
{
    (void)state;
    char path[] = "/tmp/simulation-test-XXXXXX", options[LINE_SIZE_MAX];
    struct simulation s;
    struct simulate_result result;
    struct err err;
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_int_equal(close(fd), 0);
    write_log(path, "a 2026-11-23\nb 2026-11-24 none\na 2026-12-02T10:00:00Z\n");
    (void)snprintf(options, sizeof options, "--log %s --plan 604800@0", path);
    assert_true(init(options, &s, &err));
    assert_true(s.logged && s.visitors_count == 2 && s.population.days == 10);
    assert_true(simulation_run(&s, &result, &err));
    const uint64_t expected[] = {1, 1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 1, 1, 1, 0};
    assert_int_equal(result.count, 17);
    assert_memory_equal(result.bound, expected, sizeof expected);
    simulate_result_fini(&result);
    simulation_fini(&s);

    (void)snprintf(options, sizeof options, "--log %s --days 3 --fail-on 2", path);
    assert_true(init(options, &s, &err));
    assert_int_equal(s.population.days, 3);
    simulation_fini(&s);

    write_log(path, "a 2026-11-23\nb tomorrow\n");
    (void)snprintf(options, sizeof options, "--log %s", path);
    assert_false(init(options, &s, &err));
    assert_string_equal(err.field, "--log");
    assert_non_null(strstr(err.text, "line 2: \"tomorrow\" is no day, date or time"));
    assert_non_null(strstr(err.text, path));
    assert_int_equal(unlink(path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_it_is_the_ladder_and_a_population),
        cmocka_unit_test(options_come_through),
        cmocka_unit_test(every_bad_option_is_named_with_reason_and_fix),
        cmocka_unit_test(a_plan_that_leaves_no_room_for_the_release_is_refused),
        cmocka_unit_test(a_log_says_who_comes_and_for_how_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
