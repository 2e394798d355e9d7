/* Who holds a promise, by when it came and what was promised then: tables, and against visits at every minute. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "hsts/forecast.h"

#define DAY    86400
#define HOUR   3600
#define WEEK_S ((int64_t)19681 * DAY) /* Monday, 2023-11-20 */
#define RUNG   FORECAST_SINCE_RUNG

static struct ledger_entry entry(int64_t from_s, int64_t to_s, int64_t max_age_s)
{
    return (struct ledger_entry){.promise = {.max_age_s = max_age_s}, .from_s = from_s, .to_s = to_s};
}

static void a_browser_is_bound_from_a_visit_on(void **state)
{
    static const struct {
        int64_t from_s, to_s, max_age_s, rung_s, now_s; /* moments within the week */
        unsigned days;
        enum forecast_hold hold;
    } cases[] = {
        /* a year, since before the week */
        {-DAY, LEDGER_OPEN, 365 * DAY, -DAY, 3 * DAY, RUNG | 1, FORECAST_HELD},
        {-DAY, LEDGER_OPEN, 365 * DAY, -DAY, 3 * DAY, RUNG | 8, FORECAST_HELD},
        /* five minutes: who came today may hold it, who came yesterday does not */
        {-DAY, LEDGER_OPEN, 300, -DAY, 3 * DAY + HOUR, RUNG | 8, FORECAST_MAYBE},
        {-DAY, LEDGER_OPEN, 300, -DAY, 3 * DAY + HOUR, RUNG | 4, FORECAST_FREE},
        {-DAY, LEDGER_OPEN, 300, -DAY, 3 * DAY + 60, RUNG | 4, FORECAST_MAYBE},
        {-DAY, LEDGER_OPEN, 300, -DAY, 3 * DAY + 200, RUNG | 8, FORECAST_HELD},
        /* a day: yesterday's may, today's do */
        {-DAY, LEDGER_OPEN, DAY, -DAY, 3 * DAY + HOUR, RUNG | 8, FORECAST_HELD},
        {-DAY, LEDGER_OPEN, DAY, -DAY, 3 * DAY + HOUR, RUNG | 4, FORECAST_MAYBE},
        {-DAY, LEDGER_OPEN, DAY, -DAY, 3 * DAY + HOUR, RUNG | 2, FORECAST_FREE},
        /* the first promise began on Wednesday at noon: who came before holds none, whoever came since does */
        {2 * DAY + 12 * HOUR, LEDGER_OPEN, 30 * DAY, 2 * DAY + 12 * HOUR, 4 * DAY, 3, FORECAST_FREE},
        {2 * DAY + 12 * HOUR, LEDGER_OPEN, 30 * DAY, 2 * DAY + 12 * HOUR, 4 * DAY, 4, FORECAST_FREE},
        {2 * DAY + 12 * HOUR, LEDGER_OPEN, 30 * DAY, 2 * DAY + 12 * HOUR, 4 * DAY, RUNG | 4, FORECAST_HELD},
        /* what ended on Tuesday, without a release: who was given it holds it on */
        {-DAY, DAY + HOUR, 30 * DAY, 0, 4 * DAY, 1, FORECAST_HELD},
        {-DAY, DAY + HOUR, 30 * DAY, 0, 4 * DAY, 1 | 8, FORECAST_HELD},
        {-DAY, DAY + HOUR, 30 * DAY, 0, 4 * DAY, 8, FORECAST_FREE},
        {-DAY, DAY + HOUR, 30 * DAY, 0, 4 * DAY, 2, FORECAST_MAYBE},
        /* never came (memory that somebody has written to) */
        {-DAY, LEDGER_OPEN, 365 * DAY, -DAY, 3 * DAY, 0, FORECAST_FREE},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const struct ledger_entry one =
            entry(WEEK_S + cases[i].from_s, cases[i].to_s == LEDGER_OPEN ? LEDGER_OPEN : WEEK_S + cases[i].to_s,
                  cases[i].max_age_s);
        const struct forecast_world world = {.entries = &one,
                                             .count = 1,
                                             .week_s = WEEK_S,
                                             .rung_s = cases[i].rung_s ? WEEK_S + cases[i].rung_s : 0,
                                             .now_s = WEEK_S + cases[i].now_s};
        enum forecast_hold hold = forecast_hold(&world, cases[i].days);
        if (hold != cases[i].hold)
            fail_msg("case %zu: %d, not %d", i, (int)hold, (int)cases[i].hold);
    }
}

/* The old promise ends a moment after the new one began: that leaves nobody in doubt. */
static void a_climb_leaves_nobody_in_doubt(void **state)
{
    const int64_t climb_s = WEEK_S + 2 * DAY + 10 * HOUR;
    const struct ledger_entry entries[] = {entry(WEEK_S - DAY, climb_s + 2, 300),
                                           entry(climb_s, LEDGER_OPEN, 30 * DAY)};
    const struct forecast_world world = {
        .entries = entries, .count = 2, .week_s = WEEK_S, .rung_s = climb_s, .now_s = WEEK_S + 4 * DAY};
    (void)state;
    assert_int_equal(forecast_hold(&world, RUNG | 4), FORECAST_HELD);
    assert_int_equal(forecast_hold(&world, RUNG | 4 | 1), FORECAST_HELD);
    assert_int_equal(forecast_hold(&world, 1), FORECAST_FREE);
    assert_int_equal(forecast_hold(&world, 2), FORECAST_FREE);
}

static void a_release_frees_who_comes_for_it(void **state)
{
    const int64_t release_s = WEEK_S + 2 * DAY + 10 * HOUR;
    const struct ledger_entry entries[] = {entry(WEEK_S - DAY, release_s + 2, 365 * DAY),
                                           entry(release_s, LEDGER_OPEN, 0)};
    const struct forecast_world world = {
        .entries = entries, .count = 2, .week_s = WEEK_S, .rung_s = release_s, .now_s = WEEK_S + 4 * DAY};
    (void)state;
    assert_int_equal(forecast_hold(&world, 1), FORECAST_HELD);
    assert_int_equal(forecast_hold(&world, RUNG | 1 | 8), FORECAST_FREE);
    assert_int_equal(forecast_hold(&world, RUNG | 8), FORECAST_FREE);
    assert_int_equal(forecast_hold(&world, 4), FORECAST_HELD); /* on the day of the release, and before it */
}

static void a_promise_reaches_no_further_than_its_cap(void **state)
{
    struct ledger_entry one = entry(WEEK_S - DAY, LEDGER_OPEN, 365 * DAY);
    struct forecast_world world = {.entries = &one, .count = 1, .week_s = WEEK_S, .now_s = WEEK_S + 2 * DAY};
    (void)state;
    one.promise.cap_s = world.now_s + 1;
    assert_int_equal(forecast_hold(&world, RUNG | 2), FORECAST_HELD);
    one.promise.cap_s = world.now_s;
    assert_int_equal(forecast_hold(&world, RUNG | 2), FORECAST_FREE);
    one.promise.cap_s = 0;
    one.promise.max_age_s = INT64_MAX;
    assert_int_equal(forecast_hold(&world, RUNG | 2), FORECAST_HELD);
}

/* What a browser that came at these moments holds, one visit after the other. */
static bool holds(const struct ledger_entry *entries, size_t count, const int64_t *visits_s, size_t visits_count,
                  int64_t now_s)
{
    int64_t until_s = 0;
    for (size_t i = 0; i < visits_count; i++)
        for (size_t k = 0; k < count; k++)
            if (visits_s[i] >= entries[k].from_s && (entries[k].to_s == LEDGER_OPEN || visits_s[i] < entries[k].to_s))
                until_s = visits_s[i] + entries[k].promise.max_age_s;
    return until_s > now_s;
}

static uint64_t next_random(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

/* Of ten thousand histories: whoever holds a promise may, and who certainly holds one does. */
static void no_history_contradicts_the_forecast(void **state)
{
    static const int64_t ages_s[] = {0, 300, HOUR, DAY, 3 * DAY, 30 * DAY};
    uint64_t random = 88172645463325252u;
    size_t held = 0, maybe = 0, is_free = 0;
    (void)state;
    for (int round = 0; round < 10000; round++) {
        struct ledger_entry entries[4];
        size_t count = 1 + next_random(&random) % 4, visits_count = 1 + next_random(&random) % 6;
        int64_t now_s = WEEK_S + 300 + (int64_t)(next_random(&random) % (7 * DAY)), from_s = WEEK_S - 2 * DAY;
        for (size_t i = 0; i < count; i++) {
            int64_t to_s = from_s + (int64_t)(next_random(&random) % (4 * DAY));
            to_s = to_s < now_s ? to_s : now_s;
            entries[i] = entry(from_s, i + 1 == count || to_s == now_s ? LEDGER_OPEN : to_s,
                               ages_s[next_random(&random) % (sizeof ages_s / sizeof *ages_s)]);
            count = entries[i].to_s == LEDGER_OPEN ? i + 1 : count;
            from_s = to_s;
        }
        int64_t rung_s = entries[count - 1].from_s, visits_s[6];
        unsigned days = 0;
        for (size_t i = 0; i < visits_count; i++)
            visits_s[i] = WEEK_S + (int64_t)(next_random(&random) % (uint64_t)(now_s - WEEK_S));
        for (size_t i = 0; i < visits_count; i++)
            for (size_t k = i + 1; k < visits_count; k++)
                if (visits_s[k] < visits_s[i]) {
                    int64_t later_s = visits_s[i];
                    visits_s[i] = visits_s[k];
                    visits_s[k] = later_s;
                }
        bool is_clear = true; /* no visit within a handover, of which the forecast claims nothing */
        for (size_t i = 0; i < visits_count; i++) {
            days |= 1u << (visits_s[i] - WEEK_S) / DAY | (visits_s[i] >= rung_s ? RUNG : 0);
            for (size_t k = 0; k < count; k++)
                is_clear &= llabs(visits_s[i] - entries[k].from_s) > 2 * FORECAST_HANDOVER_S &&
                            (entries[k].to_s == LEDGER_OPEN ||
                             (llabs(visits_s[i] - entries[k].to_s) > 2 * FORECAST_HANDOVER_S &&
                              entries[k].to_s - entries[k].from_s > 4 * FORECAST_HANDOVER_S));
        }
        const struct forecast_world world = {
            .entries = entries, .count = count, .week_s = WEEK_S, .rung_s = rung_s, .now_s = now_s};
        enum forecast_hold hold = forecast_hold(&world, days);
        bool truth = holds(entries, count, visits_s, visits_count, now_s);
        if (truth && hold == FORECAST_FREE)
            fail_msg("round %d: it holds one, and is said to be free", round);
        if (!truth && hold == FORECAST_HELD && is_clear)
            fail_msg("round %d: it is free, and is said to hold one", round);
        held += hold == FORECAST_HELD;
        maybe += hold == FORECAST_MAYBE;
        is_free += hold == FORECAST_FREE;
    }
    assert_true(held > 1000 && maybe > 1000 && is_free > 1000); /* else the histories show nothing */
}

static void clients_are_added_up_by_their_days(void **state)
{
    const struct ledger_entry one = entry(WEEK_S - DAY, LEDGER_OPEN, DAY);
    const struct forecast_world world = {
        .entries = &one, .count = 1, .week_s = WEEK_S, .now_s = WEEK_S + 3 * DAY + HOUR};
    uint32_t counted[FORECAST_VISITS_COUNT] = {0};
    (void)state;
    counted[RUNG | 8] = 5;
    counted[RUNG | 4] = 7;
    counted[RUNG | 2] = 11;
    counted[RUNG | 2 | 8] = 13;
    struct forecast_sum sum = forecast_sum(&world, counted);
    assert_int_equal(sum.may, 25);
    assert_int_equal(sum.certain, 18);
}

static void it_is_told_in_a_sentence(void **state)
{
    static const struct {
        struct forecast forecast;
        const char *text;
    } cases[] = {
        {{.is_known = true, .percent = 62, .clients = 62, .of = 100, .until_s = WEEK_S, .exact = true},
         "If the certificate failed now, 62 % of this week's visitors could not get in, the last until "
         "2023-11-20 00:00 UTC."},
        {{.is_known = true, .percent = 62, .clients = 62, .of = 100, .until_s = WEEK_S, .is_last_week = true},
         "If the certificate failed now, at most 62 % of last week's visitors could not get in, the last until "
         "2023-11-20 00:00 UTC."},
        {{.is_known = true, .percent = 62, .clients = 62, .of = 100, .until_s = WEEK_S, .reach = FORECAST_ABOVE},
         "at most 62 % of this week's visitors could not get in, the last until 2023-11-20 00:00 UTC: a name above"},
        {{.is_known = true, .percent = 90, .clients = 90, .of = 100, .exact = true, .reach = FORECAST_PRELOADED},
         "90 % of this week's visitors could not get in, nor could any new one with such a browser, for good"},
        {{.reach = FORECAST_PRELOADED}, "nobody could get in whose browser has the name on its preload list"},
        {{.is_known = true, .of = 100, .until_s = WEEK_S}, "none of this week's visitors would be locked out"},
        {{.is_known = true, .of = 100}, "nobody would be locked out"},
        {{.until_s = WEEK_S}, "how many that are is not known"},
        {{0}, "nobody would be locked out"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char room[FORECAST_TEXT_SIZE];
        struct str text = forecast_text(&cases[i].forecast, room);
        assert_true(text.size > 0 && text.size < FORECAST_TEXT_SIZE - 1);
        if (!strstr(room, cases[i].text))
            fail_msg("case %zu: %.*s", i, STR_ARG(text));
    }
}

static void who_came_before_a_moment_may_hold_what_was_said_by_then(void **state)
{
    static const struct {
        int64_t from_s, to_s, max_age_s, before_s, now_s;
        bool may;
    } cases[] = {
        {0, LEDGER_OPEN, 300, DAY, DAY + 299, true},
        {0, LEDGER_OPEN, 300, DAY, DAY + 300, false},
        {0, LEDGER_OPEN, 365 * DAY, DAY, 100 * DAY, true},
        {0, HOUR, 300, DAY, HOUR + 299, true},
        {0, HOUR, 300, DAY, HOUR + 300, false},
        {DAY + 1, LEDGER_OPEN, 365 * DAY, DAY, 2 * DAY, false},
        {0, LEDGER_OPEN, 365 * DAY, INT64_MAX, DAY, true},
        {0, LEDGER_OPEN, 0, DAY, DAY + 1, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t to_s = cases[i].to_s == LEDGER_OPEN ? LEDGER_OPEN : WEEK_S + cases[i].to_s;
        int64_t before_s = cases[i].before_s == INT64_MAX ? INT64_MAX : WEEK_S + cases[i].before_s;
        const struct ledger_entry one = entry(WEEK_S + cases[i].from_s, to_s, cases[i].max_age_s);
        const struct forecast_world world = {
            .entries = &one, .count = 1, .week_s = WEEK_S, .now_s = WEEK_S + cases[i].now_s};
        assert_int_equal(forecast_may_have(&world, before_s), cases[i].may);
    }
    const struct forecast_world nothing = {.week_s = WEEK_S, .now_s = WEEK_S + DAY};
    assert_false(forecast_may_have(&nothing, INT64_MAX));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_came_before_a_moment_may_hold_what_was_said_by_then),
        cmocka_unit_test(a_browser_is_bound_from_a_visit_on),
        cmocka_unit_test(a_climb_leaves_nobody_in_doubt),
        cmocka_unit_test(a_release_frees_who_comes_for_it),
        cmocka_unit_test(a_promise_reaches_no_further_than_its_cap),
        cmocka_unit_test(no_history_contradicts_the_forecast),
        cmocka_unit_test(clients_are_added_up_by_their_days),
        cmocka_unit_test(it_is_told_in_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
