/* How many tried a rung, and who is missing since it began: tables, and against a plain count of days. */
#include "check.h"

#include <math.h>
#include <string.h>

#include "control/coverage_rung.h"
#include "http/agent.h"

#define DAY_S   86400
#define FIRST   19681 /* 2023-11-20, a Monday */
#define WEEKS   8
#define FIREFOX HTTP_AGENT_FIREFOX
#define COLLECT HTTP_AGENT_COLLECT

struct world {
    struct coverage_week weeks[WEEKS];
    size_t count;
    int64_t since_s;
    uint64_t today;
};

static void begin(struct world *w, uint64_t climb, uint64_t today)
{
    *w = (struct world){.since_s = (int64_t)climb * DAY_S + DAY_S / 2, .today = today};
    w->count = (today - FIRST) / 7 + 1;
    for (size_t i = 0; i < w->count; i++) {
        w->weeks[i].week = clients_week_of(FIRST) + i;
        w->weeks[i].rung_s = w->weeks[i].week >= clients_week_of(climb) ? w->since_s : 0;
    }
}

/* One client of the class on this day; of the rung when that is later than the day on which it began at noon. */
static void come(struct world *w, enum http_agent class, uint64_t day)
{
    struct coverage_week *week = &w->weeks[(day - FIRST) / 7];
    week->https++;
    week->classes[class].counted++;
    week->classes[class].days |= weeks_day_bit(day);
    if ((int64_t)day * DAY_S > w->since_s) {
        week->of_rung++;
        week->classes[class].counted_of_rung++;
    }
}

static struct coverage_rung judge(const struct world *w)
{
    struct coverage_rung rung;
    coverage_rung_judge(w->weeks, w->count, w->since_s, w->today, &rung);
    return rung;
}

static void what_came_every_day_is_missed_the_day_after(void **state)
{
    struct world w;
    struct coverage_rung rung;
    (void)state;
    for (uint64_t over = 0; over <= 3; over++) { /* days since the climb that are over */
        begin(&w, FIRST + 23, FIRST + 24 + over);
        for (uint64_t day = FIRST; day <= w.today; day++) {
            come(&w, FIREFOX, day);
            if (day < FIRST + 23)
                come(&w, COLLECT, day);
        }
        rung = judge(&w);
        assert_int_equal(rung.missing_count, over > 0);
    }
    assert_int_equal(rung.missing[0].class, COLLECT);
    assert_int_equal(rung.missing[0].last_day, FIRST + 22);
    assert_int_equal(rung.missing[0].days, 23);
    assert_int_equal(rung.missing[0].of_days, 23);
    assert_int_equal(rung.missing[0].since, 3);
    come(&w, COLLECT, w.today); /* there it is */
    assert_int_equal(judge(&w).missing_count, 0);
}

static void crawlers_and_monitoring_are_told_apart(void **state)
{
    struct world w;
    (void)state;
    begin(&w, FIRST, FIRST + 1);
    come(&w, FIREFOX, FIRST + 1);
    come(&w, HTTP_AGENT_BOT, FIRST + 1);
    come(&w, HTTP_AGENT_MONITOR, FIRST + 1);
    come(&w, HTTP_AGENT_MONITOR, FIRST + 1);
    assert_int_equal(judge(&w).clients, 4);
    assert_int_equal(judge(&w).machines, 3);
}

static void what_came_on_the_day_of_the_climb_after_it_is_not_missed(void **state)
{
    struct world w;
    (void)state;
    begin(&w, FIRST + 16, FIRST + 20);
    for (uint64_t day = FIRST; day <= w.today; day++) {
        come(&w, FIREFOX, day);
        if (day <= FIRST + 16)
            come(&w, COLLECT, day);
    }
    assert_int_equal(judge(&w).missing_count, 1);
    w.weeks[2].classes[COLLECT].counted_of_rung = 1; /* that afternoon */
    assert_int_equal(judge(&w).missing_count, 0);
    w.weeks[2].rung_s = 1; /* of another rung: it says nothing */
    assert_int_equal(judge(&w).missing_count, 1);
}

static void what_comes_seldom_is_waited_for(void **state)
{
    struct world w;
    (void)state;
    for (uint64_t weeks = 1; weeks <= 3; weeks++) {
        begin(&w, FIRST + 28, FIRST + 29 + 7 * weeks);
        for (uint64_t day = FIRST; day <= w.today; day++) {
            come(&w, FIREFOX, day);
            if (day < FIRST + 28 && (day - FIRST) % 7 == 2)
                come(&w, COLLECT, day);
        }
        assert_int_equal(judge(&w).missing_count, weeks == 3); /* once a week: after 20 days */
    }
}

/* Days on which nobody came at all, as at weekends, say nothing. */
static void closed_days_do_not_count(void **state)
{
    struct world w;
    (void)state;
    begin(&w, FIRST + 18, FIRST + 21); /* Friday; it is Monday morning */
    for (uint64_t day = FIRST; day < FIRST + 19; day++) {
        if ((day - FIRST) % 7 >= 5)
            continue;
        come(&w, FIREFOX, day);
        come(&w, COLLECT, day);
    }
    assert_int_equal(judge(&w).missing_count, 0);
    w.today += 2;
    come(&w, FIREFOX, FIRST + 21); /* two working days without it, and the third has begun */
    come(&w, FIREFOX, FIRST + 22);
    come(&w, FIREFOX, FIRST + 23);
    assert_int_equal(judge(&w).missing_count, 1);
}

static void crawlers_and_our_own_looks_are_not_missed(void **state)
{
    struct world w;
    (void)state;
    begin(&w, FIRST + 14, FIRST + 20);
    for (uint64_t day = FIRST; day <= w.today; day++) {
        come(&w, FIREFOX, day);
        if (day < FIRST + 14) {
            come(&w, HTTP_AGENT_BOT, day);
            come(&w, HTTP_AGENT_STRICTGATE, day);
        }
    }
    assert_int_equal(judge(&w).missing_count, 0);
}

/* Three clients of a sample in which each stands for eight may be in it or not by chance. */
static void a_few_of_a_sample_are_not_missed(void **state)
{
    struct world w;
    (void)state;
    begin(&w, FIRST + 14, FIRST + 20);
    for (uint64_t day = FIRST; day <= w.today; day++)
        come(&w, FIREFOX, day);
    for (size_t i = 0; i < 2; i++) {
        w.weeks[i].level = 3;
        w.weeks[i].classes[COLLECT] = (struct weeks_class){.counted = 3, .days = WEEKS_DAYS};
    }
    assert_int_equal(judge(&w).missing_count, 0);
    w.weeks[1].classes[COLLECT].counted = 5;
    assert_int_equal(judge(&w).missing_count, 1);
}

static void a_rung_is_told_by_its_busiest_week(void **state)
{
    struct world w;
    (void)state;
    begin(&w, FIRST + 2, FIRST + 20);
    w.weeks[0].of_rung = 40;
    w.weeks[0].https = 90;
    w.weeks[1].of_rung = w.weeks[1].https = 60;
    w.weeks[1].returning_of_rung = 15;
    w.weeks[2].of_rung = w.weeks[2].https = 20;
    struct coverage_rung rung = judge(&w);
    assert_int_equal(rung.clients, 60);
    assert_int_equal(rung.clients_error, 0);
    assert_int_equal(rung.counted, 60);
    assert_int_equal(rung.returning, 15);
    assert_true(rung.is_several_weeks);
    w.weeks[2].rung_level = 2;
    rung = judge(&w);
    assert_int_equal(rung.clients, 80);
    assert_true(rung.clients_error > 0);
    begin(&w, FIRST + 2, FIRST + 6);
    w.weeks[0].of_rung = 7;
    w.weeks[0].https = 90;
    assert_int_equal(judge(&w).clients, 7);
    assert_false(judge(&w).is_several_weeks);
    w.weeks[0].rung_s = 1; /* written down before the climb */
    assert_int_equal(judge(&w).clients, 0);
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* The same from a plain list of days, one after the other. */
static bool is_missing(const bool *comes, const bool *others, size_t climb, size_t today)
{
    unsigned days = 0, of_days = 0, since = 0;
    for (size_t day = 0; day <= today; day++) {
        bool is_before = day < climb && day + COVERAGE_DAYS_BEFORE >= climb;
        days += is_before && comes[day];
        of_days += is_before && (comes[day] || others[day]);
        since += day > climb && day < today && (comes[day] || others[day]);
        if (day > climb && comes[day])
            return false;
    }
    return days && pow(1 - days / (of_days + 1.0), since) < COVERAGE_CHANCE;
}

static void it_agrees_with_a_plain_count_of_days(void **state)
{
    uint64_t random = 88172645463325252u;
    size_t missing = 0;
    (void)state;
    for (int round = 0; round < 5000; round++) {
        bool comes[WEEKS * 7] = {false}, others[WEEKS * 7] = {false};
        size_t today = 5 + next_random(&random) % (WEEKS * 7 - 5), climb = next_random(&random) % today;
        uint64_t often = 1 + next_random(&random) % 10, open = 5 + next_random(&random) % 6;
        bool stays_away = next_random(&random) % 2;
        struct world w;
        begin(&w, FIRST + climb, FIRST + today);
        for (size_t day = 0; day <= today; day++) {
            others[day] = next_random(&random) % 10 < open;
            comes[day] = next_random(&random) % 10 < often && !(stays_away && day >= climb);
            if (others[day])
                come(&w, FIREFOX, FIRST + day);
            if (comes[day])
                come(&w, COLLECT, FIRST + day);
        }
        const struct coverage_rung rung = judge(&w);
        bool told = false;
        for (size_t i = 0; i < rung.missing_count; i++)
            told |= rung.missing[i].class == COLLECT;
        if (told != is_missing(comes, others, climb, today))
            fail_msg("round %d: climb on day %zu, it is day %zu: %d", round, climb, today, told);
        missing += told;
    }
    assert_true(missing > 500 && missing < 4500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_came_every_day_is_missed_the_day_after),
        cmocka_unit_test(what_came_on_the_day_of_the_climb_after_it_is_not_missed),
        cmocka_unit_test(crawlers_and_monitoring_are_told_apart),
        cmocka_unit_test(what_comes_seldom_is_waited_for),
        cmocka_unit_test(closed_days_do_not_count),
        cmocka_unit_test(crawlers_and_our_own_looks_are_not_missed),
        cmocka_unit_test(a_few_of_a_sample_are_not_missed),
        cmocka_unit_test(a_rung_is_told_by_its_busiest_week),
        cmocka_unit_test(it_agrees_with_a_plain_count_of_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
