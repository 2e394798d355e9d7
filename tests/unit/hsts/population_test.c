#include "check.h"

#include "hsts/population.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static void mixes_are_read_with_names_numbers_and_weights(void **state)
{
    (void)state;
    struct population_mix mix;
    struct err err = {0};
    assert_true(population_read_habits(STR("daily=40,weekly=30,monthly=20,90=5,once=10"), "--habits", &mix, &err));
    const uint32_t days[] = {1, 7, 30, 90, 0};
    assert_int_equal(mix.count, 5);
    assert_int_equal(mix.weight, 105);
    for (size_t i = 0; i < COUNT(days); i++)
        assert_int_equal(mix.shares[i].interval_days, days[i]);
    assert_true(population_read_browsers(STR("chromium=3,firefox=0,safari=1,curl=1,none=2"), "", &mix, &err));
    const enum reading_client clients[] = {READING_CHROMIUM, READING_FIREFOX, READING_RFC6797, READING_CURL,
                                           VISITOR_NO_HSTS};
    assert_int_equal(mix.weight, 7);
    for (size_t i = 0; i < COUNT(clients); i++)
        assert_int_equal(mix.shares[i].client, clients[i]);
    assert_true(population_read_habits(STR(POPULATION_HABITS_DEFAULT), "", &mix, &err));
    assert_true(population_read_browsers(STR(POPULATION_BROWSERS_DEFAULT), "", &mix, &err));
}

static void mistakes_in_a_mix_are_named_with_a_way_to_write_it(void **state)
{
    (void)state;
    static const struct {
        const char *text, *error;
        bool is_browser;
    } cases[] = {
        {"", "\"\" is no habit of visitors", false},
        {"hourly=1", "\"hourly\" is no habit of visitors", false},
        {"Daily=1", "\"Daily\" is no habit of visitors", false},
        {"0=1", "\"0\" is no habit of visitors", false},
        {"3651=1", "\"3651\" is no habit of visitors", false},
        {"daily", "\"daily\" needs a share, a whole number up to 1000000", false},
        {"daily=", "\"daily\" needs a share, a whole number up to 1000000", false},
        {"daily=-1", "\"daily\" needs a share, a whole number up to 1000000", false},
        {"daily=1000001", "\"daily\" needs a share, a whole number up to 1000000", false},
        {"daily=1,", "\"\" is no habit of visitors", false},
        {"daily=0,once=0", "no share is above 0", false},
        {"edge=1", "\"edge\" is no browser family the model knows", true},
        {"chromium=x", "\"chromium\" needs a share, a whole number up to 1000000", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct population_mix mix = {.count = 99};
        struct err err = {0};
        bool read = cases[i].is_browser ? population_read_browsers(str_from(cases[i].text), "--x", &mix, &err)
                                        : population_read_habits(str_from(cases[i].text), "--x", &mix, &err);
        assert_false(read);
        assert_string_equal(err.text, cases[i].error);
        assert_string_equal(err.field, "--x");
        assert_true(err.fix[0] != '\0');
        assert_int_equal(err.code, ERR_INPUT);
        assert_int_equal(mix.count, 99);
    }
}

static void more_shares_than_anybody_needs_are_refused(void **state)
{
    (void)state;
    struct population_mix mix;
    struct err err = {0};
    char text[] = "1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1,1=1";
    assert_false(population_read_habits(str_from(text), "", &mix, &err));
    assert_string_equal(err.text, "more than 16 shares");
    assert_true(population_read_habits(str_make(text, 16 * 4 - 1), "", &mix, &err));
}

static struct population sample(uint64_t seed)
{
    struct population population = {.seed = seed, .days = 730};
    assert_true(population_read_habits(STR("daily=50,weekly=30,once=20"), "", &population.habits, NULL));
    assert_true(population_read_browsers(STR("chromium=60,firefox=30,none=10"), "", &population.browsers, NULL));
    return population;
}

static void shares_come_out_as_they_were_asked_for(void **state)
{
    (void)state;
    struct population population = sample(1);
    size_t daily = 0, weekly = 0, once = 0, chromium = 0, firefox = 0, none = 0, both = 0;
    for (uint64_t i = 0; i < 100000; i++) {
        struct visitor visitor = population_visitor(&population, i);
        assert_int_equal(visitor.end_s, 730 * 86400);
        once += visitor.kind == VISITOR_ONCE;
        daily += visitor.kind == VISITOR_REGULAR && visitor.when.regular.slot_s == 86400 / 4;
        weekly += visitor.kind == VISITOR_REGULAR && visitor.when.regular.slot_s == 7 * 86400 / 4;
        chromium += visitor.client == READING_CHROMIUM;
        firefox += visitor.client == READING_FIREFOX;
        none += visitor.client == VISITOR_NO_HSTS;
        both += visitor.kind == VISITOR_ONCE && visitor.client == READING_FIREFOX;
    }
    assert_in_range(daily, 49500, 50500);
    assert_in_range(weekly, 29500, 30500);
    assert_in_range(once, 19500, 20500);
    assert_in_range(chromium, 59500, 60500);
    assert_in_range(firefox, 29500, 30500);
    assert_in_range(none, 9700, 10300);
    assert_in_range(both, 5700, 6300); /* the two mixes know nothing of each other */
    assert_int_equal(daily + weekly + once, 100000);
}

static void the_same_seed_gives_the_same_visitors_and_another_others(void **state)
{
    (void)state;
    struct population a = sample(7), b = sample(7), c = sample(8);
    size_t same_count = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        struct visitor of_a = population_visitor(&a, i), of_b = population_visitor(&b, i),
                       of_c = population_visitor(&c, i);
        assert_int_equal(of_a.kind, of_b.kind);
        assert_int_equal(of_a.client, of_b.client);
        assert_true(visitor_next(&of_a, 0) == visitor_next(&of_b, 0));
        same_count += visitor_next(&of_a, 0) == visitor_next(&of_c, 0);
    }
    assert_in_range(same_count, 0, 5);
}

/* The numbers are part of what the guide shows: a change of the model is seen here first. */
static void a_population_is_the_same_on_every_machine(void **state)
{
    (void)state;
    struct population population = sample(1);
    uint64_t sum = 0;
    for (uint64_t i = 0; i < 1000; i++) {
        struct visitor visitor = population_visitor(&population, i);
        sum = sum * 31 + (uint64_t)visitor_next(&visitor, 0) + (uint64_t)visitor.client;
    }
    assert_true(sum == UINT64_C(17000528676866982963));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mixes_are_read_with_names_numbers_and_weights),
        cmocka_unit_test(mistakes_in_a_mix_are_named_with_a_way_to_write_it),
        cmocka_unit_test(more_shares_than_anybody_needs_are_refused),
        cmocka_unit_test(shares_come_out_as_they_were_asked_for),
        cmocka_unit_test(the_same_seed_gives_the_same_visitors_and_another_others),
        cmocka_unit_test(a_population_is_the_same_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
