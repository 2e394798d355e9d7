/* The ledger against a list of every moment at which something was emitted. */
#include "check.h"

#include <stdlib.h>

#include "hsts/ledger.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define DAY_S        86400
#define YEAR_S       31536000

static struct ledger_entry entry_of(uint64_t id, int64_t max_age_s, int64_t from_s, int64_t to_s)
{
    return (struct ledger_entry){.id = id, .promise = {.max_age_s = max_age_s}, .from_s = from_s, .to_s = to_s};
}

static void an_entry_binds_until_its_last_emission_has_run_out(void **state)
{
    (void)state;
    static const struct {
        int64_t max_age_s, cap_s, to_s, now_s;
        enum ledger_family family;
        int64_t until_s; /* without slack; 0: binds nobody */
    } cases[] = {
        {300, 0, 2000, 5000, LEDGER_ANY, 2300},
        {300, 0, LEDGER_OPEN, 5000, LEDGER_ANY, 5300},
        {300, 0, LEDGER_OPEN, 500, LEDGER_ANY, 1300}, /* the clock is behind the entry's beginning */
        {0, 0, LEDGER_OPEN, 5000, LEDGER_ANY, 0},
        {0, 9000, 2000, 5000, LEDGER_ANY, 0},
        {2 * YEAR_S, 0, 2000, 5000, LEDGER_ANY, 2000 + 2 * YEAR_S},
        {2 * YEAR_S, 0, 2000, 5000, LEDGER_CHROMIUM, 2000 + YEAR_S},
        {YEAR_S, 0, 2000, 5000, LEDGER_CHROMIUM, 2000 + YEAR_S},
        {DAY_S, 9000, LEDGER_OPEN, 5000, LEDGER_ANY, 9000},
        {300, 9000, LEDGER_OPEN, 5000, LEDGER_ANY, 5300},
        {DAY_S, 9000, LEDGER_OPEN, 20000, LEDGER_ANY, 9000},
        {DAY_S, 9000, 8000, 20000, LEDGER_ANY, 9000},
        {2 * YEAR_S, 2 * YEAR_S, 2000, 5000, LEDGER_CHROMIUM, 2000 + YEAR_S},
        {INT64_MAX, 0, 2000, 5000, LEDGER_ANY, INT64_MAX - LEDGER_SLACK_S},
        {300, 0, LEDGER_OPEN - 1, 5000, LEDGER_ANY, INT64_MAX - LEDGER_SLACK_S},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ledger_entry entry = entry_of(1, cases[i].max_age_s, 1000, cases[i].to_s);
        entry.promise.cap_s = cases[i].cap_s;
        int64_t until_s = ledger_entry_until(&entry, cases[i].now_s, cases[i].family);
        if (until_s != (cases[i].until_s ? cases[i].until_s + LEDGER_SLACK_S : 0))
            fail_msg("case %zu: %lld", i, (long long)until_s);
    }
}

static void an_entry_is_replaced_by_its_id(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    for (uint64_t id = 1; id <= 40; id++) {
        const struct ledger_entry entry = entry_of(id, 300, (int64_t)id, LEDGER_OPEN);
        assert_true(ledger_put(&ledger, &entry));
    }
    const struct ledger_entry ended = entry_of(7, 300, 7, 70);
    assert_true(ledger_put(&ledger, &ended));
    assert_int_equal(ledger.count, 40);
    assert_int_equal(ledger.entries[6].to_s, 70);
    ledger_fini(&ledger);
    assert_int_equal(ledger_bound_until(&ledger, 100, LEDGER_ANY, LEDGER_NAME), 0);
}

static void an_open_entry_is_found_by_every_part_of_its_promise(void **state)
{
    (void)state;
    const struct ledger_promise promise = {300, true, true, 9};
    const struct ledger_promise others[] = {
        {301, true, true, 9}, {300, false, true, 9}, {300, true, false, 9}, {300, true, true, 0}};
    struct ledger ledger;
    ledger_init(&ledger);
    struct ledger_entry entry = {.id = 1, .promise = promise, .from_s = 1, .to_s = 5};
    assert_true(ledger_put(&ledger, &entry));
    assert_null(ledger_find_open(&ledger, &promise));
    entry.id = 2;
    entry.to_s = LEDGER_OPEN;
    assert_true(ledger_put(&ledger, &entry));
    assert_int_equal(ledger_find_open(&ledger, &promise)->id, 2);
    for (size_t i = 0; i < COUNT(others); i++)
        assert_null(ledger_find_open(&ledger, &others[i]));
    ledger_fini(&ledger);
}

static void only_include_subdomains_binds_the_names_below(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    struct ledger_entry entry = entry_of(1, YEAR_S, 0, 1000);
    assert_true(ledger_put(&ledger, &entry));
    assert_int_equal(ledger_bound_until(&ledger, 9, LEDGER_ANY, LEDGER_SUBDOMAINS), 0);
    entry = entry_of(2, DAY_S, 0, 1000);
    entry.promise.include_subdomains = true;
    assert_true(ledger_put(&ledger, &entry));
    assert_int_equal(ledger_bound_until(&ledger, 9, LEDGER_ANY, LEDGER_SUBDOMAINS), 1000 + DAY_S + LEDGER_SLACK_S);
    assert_int_equal(ledger_bound_until(&ledger, 9, LEDGER_ANY, LEDGER_NAME), 1000 + YEAR_S + LEDGER_SLACK_S);
    ledger_fini(&ledger);
}

static void what_is_past_is_forgotten_but_not_preload_and_not_what_is_open(void **state)
{
    (void)state;
    struct ledger ledger;
    ledger_init(&ledger);
    struct ledger_entry entries[] = {
        entry_of(1, 300, 0, 1000), entry_of(2, 300, 0, 1001), entry_of(3, 0, 0, LEDGER_OPEN),
        entry_of(4, 0, 0, 1000),   entry_of(5, 300, 0, 1000), entry_of(6, 300, 0, 1250),
    };
    entries[4].promise.preload = true;
    entries[5].promise.cap_s = 5; /* ran out long ago, but a gateway may drain with it */
    for (size_t i = 0; i < COUNT(entries); i++)
        assert_true(ledger_put(&ledger, &entries[i]));
    int64_t over_s = 1300 + LEDGER_SLACK_S;
    assert_int_equal(ledger_forget_past(&ledger, 1249 + LEDGER_SLACK_S), 1); /* the closed release */
    assert_int_equal(ledger_forget_past(&ledger, over_s - 1), 1);            /* the bounded one */
    assert_int_equal(ledger_forget_past(&ledger, over_s), 1);
    assert_int_equal(ledger.count, 3);
    assert_int_equal(ledger.entries[0].id, 2);
    assert_int_equal(ledger.entries[1].id, 3);
    assert_int_equal(ledger.entries[2].id, 5);
    assert_true(ledger_preload_sent(&ledger));
    ledger.count = 2;
    assert_false(ledger_preload_sent(&ledger));
    ledger_fini(&ledger);
}

static void a_mend_moves_ends_and_takes_caps_off(void **state)
{
    (void)state;
    static const struct {
        struct ledger_mend mend;
        int64_t to_s, cap_s;         /* before */
        int64_t to_after, cap_after; /* after */
    } cases[] = {
        {{1000, 50, true}, 999, 9, 999, 9},
        {{1000, 50, true}, 1000, 9, 1050, 0},
        {{1000, 50, false}, 1000, 9, 1050, 9},
        {{1000, 50, true}, LEDGER_OPEN, 9, LEDGER_OPEN, 0},
        {{1000, 50, false}, LEDGER_OPEN, 9, LEDGER_OPEN, 9},
        {{INT64_MIN, 50, true}, 1, 9, 51, 0},
        {{INT64_MAX, 0, true}, 1001, 9, 1001, 9},
        {{INT64_MAX, 0, true}, LEDGER_OPEN, 9, LEDGER_OPEN, 0},
        {{INT64_MAX, 0, false}, LEDGER_OPEN, 9, LEDGER_OPEN, 9},
        {{1000, INT64_MAX, true}, 2000, 0, LEDGER_OPEN - 1, 0}, /* never opened again */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct ledger_entry entry = entry_of(1, 300, 0, cases[i].to_s);
        entry.promise.cap_s = cases[i].cap_s;
        bool changed = ledger_mend_entry(&cases[i].mend, &entry);
        if (entry.to_s != cases[i].to_after || entry.promise.cap_s != cases[i].cap_after)
            fail_msg("case %zu: to %lld, cap %lld", i, (long long)entry.to_s, (long long)entry.promise.cap_s);
        assert_int_equal(changed, cases[i].to_s != cases[i].to_after || cases[i].cap_s != cases[i].cap_after);
    }
}

/* One emission to a browser that never comes again: the oracle keeps them all. */
struct emission {
    int64_t at_s, max_age_s, cap_s;
    bool include_subdomains;
};

#define EMISSIONS_COUNT 60
#define ROUNDS_COUNT    4000

static int64_t random_below(int64_t limit)
{
    return random() % limit;
}

/* When the last browser of the family is free. */
static int64_t naive_until(const struct emission *emissions, size_t count, enum ledger_family family,
                           enum ledger_scope scope)
{
    int64_t until_s = 0;
    for (size_t i = 0; i < count; i++) {
        int64_t age_s = emissions[i].max_age_s, left_s = emissions[i].cap_s - emissions[i].at_s;
        if (emissions[i].cap_s && left_s < age_s)
            age_s = left_s;
        if (family == LEDGER_CHROMIUM && age_s > YEAR_S)
            age_s = YEAR_S;
        if (age_s <= 0 || (scope == LEDGER_SUBDOMAINS && !emissions[i].include_subdomains))
            continue;
        if (emissions[i].at_s + age_s > until_s)
            until_s = emissions[i].at_s + age_s;
    }
    return until_s;
}

static void check_against(const struct ledger *ledger, const struct emission *emissions, size_t count, int64_t now_s)
{
    for (int family = 0; family < LEDGER_FAMILIES_COUNT; family++)
        for (int scope = LEDGER_NAME; scope <= LEDGER_SUBDOMAINS; scope++) {
            int64_t naive_s = naive_until(emissions, count, (enum ledger_family)family, (enum ledger_scope)scope);
            int64_t until_s = ledger_bound_until(ledger, now_s, (enum ledger_family)family, (enum ledger_scope)scope);
            if (naive_s > now_s && until_s < naive_s)
                fail_msg("bound until %lld, says the ledger %lld", (long long)naive_s, (long long)until_s);
        }
}

/* Intervals with a few emissions each, the last one at the very end, checked after every step. */
static void it_is_never_earlier_than_a_list_of_all_emissions(void **state)
{
    (void)state;
    static const int64_t ages[] = {0, 300, DAY_S, 30 * DAY_S, YEAR_S, 2 * YEAR_S};
    srandom(5);
    for (int round = 0; round < ROUNDS_COUNT; round++) {
        struct emission emissions[EMISSIONS_COUNT];
        struct ledger ledger;
        size_t count = 0;
        int64_t now_s = 1000000;
        ledger_init(&ledger);
        for (uint64_t id = 1; count + 4 < EMISSIONS_COUNT; id++) {
            struct ledger_entry entry = entry_of(id, ages[random_below(COUNT(ages))], now_s, LEDGER_OPEN);
            entry.promise.include_subdomains = random() & 1;
            entry.promise.cap_s = random() & 1 ? now_s + random_below(60 * (int64_t)DAY_S) : 0;
            assert_true(ledger_put(&ledger, &entry));
            for (int64_t n = random_below(4); n >= 0; n--) {
                emissions[count++] = (struct emission){now_s, entry.promise.max_age_s, entry.promise.cap_s,
                                                       entry.promise.include_subdomains};
                check_against(&ledger, emissions, count, now_s);
                now_s += n ? random_below(40 * (int64_t)DAY_S) : 0;
            }
            entry.to_s = now_s;
            assert_true(ledger_put(&ledger, &entry));
            check_against(&ledger, emissions, count, now_s);
            now_s += random_below(400 * (int64_t)DAY_S);
            check_against(&ledger, emissions, count, now_s);
            (void)ledger_forget_past(&ledger, now_s);
            check_against(&ledger, emissions, count, now_s);
        }
        ledger_fini(&ledger);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_binds_until_its_last_emission_has_run_out),
        cmocka_unit_test(an_entry_is_replaced_by_its_id),
        cmocka_unit_test(an_open_entry_is_found_by_every_part_of_its_promise),
        cmocka_unit_test(only_include_subdomains_binds_the_names_below),
        cmocka_unit_test(what_is_past_is_forgotten_but_not_preload_and_not_what_is_open),
        cmocka_unit_test(a_mend_moves_ends_and_takes_caps_off),
        cmocka_unit_test(it_is_never_earlier_than_a_list_of_all_emissions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
