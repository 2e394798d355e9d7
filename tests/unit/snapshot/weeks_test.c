/* A week's clients: how many, who came back, which kinds, and since when. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "snapshot/weeks.h"

#define MONDAY  19681 /* 2023-11-20 */
#define FIREFOX 3
#define CURL    19

static struct clients_sample *sample_new(void)
{
    struct clients_sample *sample = aligned_alloc(4096, sizeof *sample);
    assert_non_null(sample);
    memset(sample, 0, sizeof *sample);
    return sample;
}

/* Well mixed, as the keyed hash of a client is. */
static uint64_t hash_of(uint64_t client)
{
    uint64_t x = (client + 1) * 0x9e3779b97f4a7c15u;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static void come(struct clients_sample *sample, uint64_t client, uint8_t class, uint64_t day)
{
    const struct clients_note note = {
        .hash = hash_of(client), .class = class, .signs = CLIENTS_HTTPS, .days = WEEKS_SINCE_RUNG | weeks_day_bit(day)};
    clients_put(sample, &note);
}

static void days_and_weeks_begin_on_monday(void **state)
{
    (void)state;
    assert_int_equal(weeks_day_bit(MONDAY), 1);
    assert_int_equal(weeks_day_bit(MONDAY + 6), 1 << 6);
    assert_int_equal(weeks_day_bit(MONDAY + 7), 1);
    for (uint64_t day = MONDAY; day < MONDAY + 7; day++)
        assert_int_equal(weeks_first_day(clients_week_of(day)), MONDAY);
    assert_int_equal(weeks_first_day(clients_week_of(MONDAY - 1)), MONDAY - 7);
    assert_int_equal(weeks_first_day(0), 0);
}

static void who_comes_on_two_days_returns(void **state)
{
    struct clients_sample *sample = sample_new();
    struct weeks_sum sum;
    (void)state;
    come(sample, 1, FIREFOX, MONDAY);
    come(sample, 1, FIREFOX, MONDAY); /* the same day */
    come(sample, 2, FIREFOX, MONDAY);
    come(sample, 2, FIREFOX, MONDAY + 4);
    come(sample, 3, CURL, MONDAY + 6);
    weeks_sum(sample, &sum);
    assert_int_equal(sum.level, 0);
    assert_int_equal(sum.https, 3);
    assert_int_equal(sum.returning, 1);
    assert_int_equal(sum.classes[FIREFOX].counted, 2);
    assert_int_equal(sum.classes[FIREFOX].days, 1 | 1 << 4);
    assert_int_equal(sum.classes[CURL].counted, 1);
    assert_int_equal(sum.classes[CURL].days, 1 << 6);
    assert_int_equal(sum.classes[0].counted, 0);
    free(sample);
}

static void a_rung_begins_with_nobody(void **state)
{
    struct clients_sample *sample = sample_new();
    struct weeks_sum sum;
    (void)state;
    for (uint64_t i = 1; i <= 5; i++)
        come(sample, i, i < 3 ? CURL : FIREFOX, MONDAY);
    weeks_sum(sample, &sum);
    assert_int_equal(sum.of_rung, 5);
    weeks_begin_rung(sample);
    weeks_sum(sample, &sum);
    assert_int_equal(sum.https, 5);
    assert_int_equal(sum.of_rung, 0);
    assert_int_equal(sum.classes[CURL].counted_of_rung, 0);
    assert_int_equal(sum.classes[CURL].days, 1); /* that they came stays */
    come(sample, 5, FIREFOX, MONDAY + 1);
    come(sample, 6, FIREFOX, MONDAY + 1);
    weeks_sum(sample, &sum);
    assert_int_equal(sum.https, 6);
    assert_int_equal(sum.of_rung, 2);
    assert_int_equal(sum.returning_of_rung, 1);
    assert_int_equal(sum.classes[FIREFOX].counted_of_rung, 2);
    assert_int_equal(sum.classes[CURL].counted_of_rung, 0);
    free(sample);
}

static void visits_are_told_by_their_days(void **state)
{
    struct clients_sample *sample = sample_new();
    uint32_t counted[WEEKS_VISITS_COUNT];
    uint64_t level;
    (void)state;
    come(sample, 1, FIREFOX, MONDAY);
    come(sample, 2, CURL, MONDAY);
    weeks_begin_rung(sample);
    come(sample, 3, FIREFOX, MONDAY + 2);
    come(sample, 1, FIREFOX, MONDAY + 2);
    assert_int_equal(weeks_visits(sample, 1u << FIREFOX, counted, &level), 3);
    assert_int_equal(level, 0);
    for (unsigned i = 0; i < WEEKS_VISITS_COUNT; i++)
        assert_int_equal(counted[i], i == (0x80 | 4) || i == (0x80 | 5));
    assert_int_equal(weeks_visits(sample, 1u << CURL, counted, &level), 3);
    assert_int_equal(counted[1], 1);
    free(sample);
}

/* Tens of thousands of which a quarter came back: known within the error that is told. */
static void of_very_many_a_sample_tells(void **state)
{
    enum { ALL = 40000, BACK = 10000, SCRIPTS = 4000, LATE = 20000 };
    struct clients_sample *sample = sample_new();
    struct weeks_sum sum;
    uint64_t error;
    (void)state;
    for (uint64_t i = 0; i < LATE; i++)
        come(sample, i, i < SCRIPTS ? CURL : FIREFOX, MONDAY);
    weeks_begin_rung(sample);
    for (uint64_t i = LATE; i < ALL; i++)
        come(sample, i, FIREFOX, MONDAY + 1);
    for (uint64_t i = ALL - BACK; i < ALL; i++)
        come(sample, i, FIREFOX, MONDAY + 3);
    weeks_sum(sample, &sum);
    assert_true(sum.level > 0);
    const struct {
        uint32_t counted;
        uint64_t truth;
    } cases[] = {{sum.https, ALL},
                 {sum.returning, BACK},
                 {sum.of_rung, ALL - LATE},
                 {sum.returning_of_rung, BACK},
                 {sum.classes[CURL].counted, SCRIPTS}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        uint64_t told = clients_estimate(cases[i].counted, sum.level, &error);
        uint64_t off = told > cases[i].truth ? told - cases[i].truth : cases[i].truth - told;
        if (off > 2 * error)
            fail_msg("case %zu: %llu ± %llu, not %llu", i, (unsigned long long)told, (unsigned long long)error,
                     (unsigned long long)cases[i].truth);
        assert_true(error < ALL / 8);
    }
    assert_int_equal(sum.classes[CURL].counted_of_rung, 0);
    free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_weeks_begin_on_monday), cmocka_unit_test(who_comes_on_two_days_returns),
        cmocka_unit_test(a_rung_begins_with_nobody),      cmocka_unit_test(visits_are_told_by_their_days),
        cmocka_unit_test(of_very_many_a_sample_tells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
