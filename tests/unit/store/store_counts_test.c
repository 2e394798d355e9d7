/* Evidence: counts by minute, hour and day; each row is where it belongs, bounded in number, and goes with its site. */
#include "store/store_parts.h"
#include "store_fixture.h"

#define MINUTE     60
#define HOUR       3600
#define DAY        86400
#define T0         (1700006400LL / DAY * DAY)
#define UNKNOWN_CA 11 /* in counters_causes */
#define VERSION    4

static struct evidence_row row_of(const char *site, uint64_t https, uint64_t http)
{
    return (struct evidence_row){
        .site = str_from(site), .known_s = T0, .counts = {.https_requests = https, .http_requests = http}};
}

static void add_row(struct fixture *f, int64_t at_s, const struct evidence_row *row)
{
    struct err err = {0};
    if (!store_add_counts(f->store, at_s, row, 1, &err))
        fail_msg("%s", err.text);
}

static void add(struct fixture *f, const char *site, int64_t at_s, uint64_t https, uint64_t http)
{
    const struct evidence_row row = row_of(site, https, http);
    add_row(f, at_s, &row);
}

/* "AT:https/http/redirects/handshakes/unknown_ca/version AT:…", AT in steps since T0. */
struct seen {
    int64_t step_s;
    struct evidence_counts at[20];
};

static void see(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    struct seen *seen = context;
    assert_int_equal((at_s - T0) % seen->step_s, 0);
    size_t i = (size_t)((at_s - T0) / seen->step_s);
    assert_true(i < sizeof seen->at / sizeof *seen->at);
    evidence_counts_add(&seen->at[i], counts);
}

static void check_range(struct fixture *f, const struct store_counts_range *range, const char *expected)
{
    struct seen seen = {.step_s = evidence_step_s(range->step)};
    struct buf text;
    struct err err = {0};
    buf_init(&text, 4096);
    if (!store_counts(f->store, range, see, &seen, &err))
        fail_msg("%s", err.text);
    for (size_t i = 0; i < sizeof seen.at / sizeof *seen.at; i++) {
        const struct evidence_counts *c = &seen.at[i];
        if (!evidence_counts_is_empty(c))
            assert_true(buf_printf(&text, "%s%zu:%llu/%llu/%llu/%llu/%llu/%llu", text.size ? " " : "", i,
                                   (unsigned long long)c->https_requests, (unsigned long long)c->http_requests,
                                   (unsigned long long)c->redirects, (unsigned long long)c->handshakes,
                                   (unsigned long long)c->failed[UNKNOWN_CA], (unsigned long long)c->failed[VERSION]));
    }
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void check(struct fixture *f, const char *site, enum evidence_step step, const char *expected)
{
    const struct store_counts_range range = {
        .site = str_from(site), .step = step, .from_s = T0, .until_s = T0 + 20 * evidence_step_s(step)};
    check_range(f, &range, expected);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t value = -1;
    assert_true(db_number(f->store->db, sql, &value, NULL));
    return value;
}

/* The last second of a minute, an hour and a day, and the first of the next. */
static void counts_are_put_where_they_belong(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    add(&f, "a.example", T0, 1, 0);
    add(&f, "a.example", T0 + MINUTE - 1, 2, 0);
    add(&f, "a.example", T0 + MINUTE, 4, 0);
    add(&f, "a.example", T0 + HOUR - 1, 8, 0);
    add(&f, "a.example", T0 + HOUR, 16, 0);
    add(&f, "a.example", T0 + DAY - 1, 32, 0);
    add(&f, "a.example", T0 + DAY, 64, 1);
    add(&f, "b.example", T0, 100, 0);
    check(&f, "a.example", EVIDENCE_HOUR, "0:15/0/0/0/0/0 1:16/0/0/0/0/0");
    check(&f, "a.example", EVIDENCE_DAY, "0:63/0/0/0/0/0 1:64/1/0/0/0/0");
    check(&f, "b.example", EVIDENCE_DAY, "0:100/0/0/0/0/0");
    check(&f, "c.example", EVIDENCE_DAY, "");
    check_range(&f,
                &(struct store_counts_range){
                    .site = STR("a.example"), .step = EVIDENCE_DAY, .from_s = T0 + DAY, .until_s = T0 + 2 * DAY},
                "1:64/1/0/0/0/0");
    check_range(
        &f,
        &(struct store_counts_range){.site = STR("a.example"), .step = EVIDENCE_DAY, .from_s = T0, .until_s = T0 + DAY},
        "0:63/0/0/0/0/0");
    fixture_fini(&f);
    fixture_init(&f);
    add(&f, "a.example", T0 + MINUTE - 1, 3, 0);
    add(&f, "a.example", T0 + MINUTE, 4, 0);
    check(&f, "a.example", EVIDENCE_MINUTE, "0:3/0/0/0/0/0 1:4/0/0/0/0/0");
    fixture_fini(&f);
}

static void failures_stand_beside_their_cause(void **state)
{
    struct fixture f;
    struct evidence_row row = row_of("a.example", 0, 0);
    (void)state;
    fixture_init(&f);
    row.counts.failed[UNKNOWN_CA] = 3;
    row.counts.redirects = 2;
    row.counts.handshakes = 7;
    add_row(&f, T0, &row);
    row = row_of("a.example", 0, 0);
    row.counts.failed[UNKNOWN_CA] = 1;
    row.counts.failed[VERSION] = 5;
    row.counts.failed[0] = 9; /* no cause: it is not written */
    add_row(&f, T0 + 1, &row);
    row = row_of("", 0, 0);
    row.counts.failed[VERSION] = 6;
    add_row(&f, T0 + 1, &row);
    check(&f, "a.example", EVIDENCE_MINUTE, "0:0/0/2/7/4/5");
    check(&f, "a.example", EVIDENCE_DAY, "0:0/0/2/7/4/5");
    check(&f, "", EVIDENCE_HOUR, "0:0/0/0/0/0/6");
    fixture_close(&f);
    fixture_open(&f);
    check(&f, "a.example", EVIDENCE_HOUR, "0:0/0/2/7/4/5");
    fixture_fini(&f);
}

static void it_is_known_since_the_first_row_even_an_empty_one(void **state)
{
    struct fixture f;
    struct evidence_row row = row_of("a.example", 0, 0);
    int64_t since_s = 0;
    (void)state;
    fixture_init(&f);
    assert_true(store_counts_since(f.store, STR("a.example"), &since_s, NULL));
    assert_true(since_s < 0);
    row.known_s = T0 + 5;
    add_row(&f, T0 + 60, &row);
    row.known_s = T0 + 500;
    add_row(&f, T0 + 600, &row);
    assert_true(store_counts_since(f.store, STR("a.example"), &since_s, NULL));
    assert_int_equal(since_s, T0 + 5);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence"), 0);
    fixture_fini(&f);
}

/* For the guards: the hour it lies in counts whole, then the rest of the day, then days. */
static void traffic_is_added_up_since_an_hour(void **state)
{
    static const struct {
        int64_t from_s;
        uint64_t https, http;
    } cases[] = {{0, 31, 310},        {T0, 31, 310},           {T0 + HOUR - 1, 31, 310}, {T0 + HOUR, 30, 300},
                 {T0 + DAY, 28, 280}, {T0 + DAY + 1, 28, 280}, {T0 + 3 * DAY, 16, 160},  {T0 + 4 * DAY, 0, 0}};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    add(&f, "a.example", T0, 1, 10);
    add(&f, "a.example", T0 + 5 * HOUR, 2, 20);
    add(&f, "a.example", T0 + DAY, 4, 40);
    add(&f, "a.example", T0 + 2 * DAY, 8, 80);
    add(&f, "a.example", T0 + 3 * DAY + HOUR, 16, 160);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct evidence_counts total;
        assert_true(store_traffic(f.store, STR("a.example"), cases[i].from_s, &total, NULL));
        assert_int_equal(total.https_requests, cases[i].https);
        assert_int_equal(total.http_requests, cases[i].http);
    }
    fixture_fini(&f);
}

/* A site that is busy in every minute of four years: what is kept of it has an end. */
static void rows_are_bounded_however_long_it_goes_on(void **state)
{
    struct fixture f;
    int64_t now_s = T0;
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < 4 * 366; i++, now_s += DAY)
        add(&f, "a.example", now_s, 1, 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE step_s = 86400"), EVIDENCE_DAYS_KEPT + 1);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE step_s = 3600"), 92 + 1);
    for (int i = 0; i < 95 * 24; i++, now_s += HOUR)
        add(&f, "a.example", now_s, 1, 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE step_s = 3600"), EVIDENCE_HOURS_KEPT + 1);
    for (int i = 0; i < 400; i++, now_s += MINUTE) {
        struct evidence_row row = row_of("a.example", 1, 0);
        row.counts.failed[VERSION] = 1;
        add_row(&f, now_s, &row);
    }
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE step_s = 60"), EVIDENCE_MINUTES_KEPT + 1);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence_failure WHERE step_s = 60"), EVIDENCE_MINUTES_KEPT + 1);
    fixture_fini(&f);
}

/* A clock that is years ahead for a minute takes a few moments along, not all; what is later than now stays unseen. */
static void a_clock_that_jumps_does_little_harm(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < 10; i++)
        add(&f, "a.example", T0 + i * DAY, 1, 0);
    add(&f, "a.example", T0 + 20LL * 366 * DAY, 1000, 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE step_s = 86400 AND https_requests = 1"), 6);
    add(&f, "a.example", T0 + 9 * DAY + HOUR, 1, 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE step_s = 86400"), 7);
    check(&f, "a.example", EVIDENCE_DAY,
          "4:1/0/0/0/0/0 5:1/0/0/0/0/0 6:1/0/0/0/0/0 7:1/0/0/0/0/0 8:1/0/0/0/0/0 9:2/0/0/0/0/0");
    fixture_fini(&f);
}

static void make_names(char names[static 12][16], const char *list[static 13])
{
    for (size_t i = 0; i < 12; i++) {
        (void)snprintf(names[i], sizeof names[i], "s%02zu.example", i);
        list[i] = names[i];
    }
    list[12] = NULL;
}

/* One site that goes is looked for, many are found by reading all; both ways nothing is left, and nothing else goes. */
static void they_go_with_their_site(void **state)
{
    char names[12][16];
    const char *all[13], *few[] = {"s00.example", "s01.example", NULL};
    struct fixture f;
    (void)state;
    make_names(names, all);
    for (int way = 0; way < 3; way++) {
        struct state before, after;
        fixture_init(&f);
        if (way == 0)
            all[3] = NULL;
        else
            make_names(names, all);
        fixture_state(&before, all, 300, 1);
        fixture_state(&after, few, 300, 2);
        fixture_save(&f, &(struct store_change){.after = &before});
        add(&f, "", T0, 7, 7);
        for (size_t i = 0; all[i]; i++)
            for (int k = 0; k < 3; k++) {
                struct evidence_row row = row_of(all[i], 1, 1);
                row.counts.failed[VERSION] = 1;
                add_row(&f, T0 + k * HOUR, &row);
            }
        fixture_save(&f, &(struct store_change){.before = way == 2 ? NULL : &before, .after = &after});
        assert_int_equal(number(&f, "SELECT count(*) FROM evidence_site"), 1 + 2);
        assert_int_equal(number(&f, "SELECT count(*) FROM evidence"), 3 + 2 * (3 + 3 + 1));
        assert_int_equal(number(&f, "SELECT count(*) FROM evidence_failure"), 2 * (3 + 3 + 1));
        check(&f, "s00.example", EVIDENCE_DAY, "0:3/3/0/0/0/3");
        check(&f, "", EVIDENCE_DAY, "0:7/7/0/0/0/0");
        add(&f, all[2], T0, 1, 0); /* another one of the name begins with nothing */
        check(&f, all[2], EVIDENCE_DAY, "0:1/0/0/0/0/0");
        state_fini(&before);
        state_fini(&after);
        fixture_fini(&f);
    }
}

/* Both knew something of the same hour; twice, since somebody will. */
static void an_import_takes_the_larger_count(void **state)
{
    struct fixture f, other;
    struct evidence_row row = row_of("a.example", 10, 1);
    int64_t since_s = 0;
    (void)state;
    fixture_init(&f);
    fixture_init(&other);
    row.known_s = T0 - 50;
    row.counts.failed[VERSION] = 2;
    add_row(&other, T0, &row);
    add(&other, "b.example", T0 + HOUR, 5, 5);
    add(&other, "", T0, 15, 6);
    add(&f, "a.example", T0, 4, 3);
    for (int i = 0; i < 2; i++)
        assert_true(store_counts_import(f.store, other.store, NULL));
    check(&f, "a.example", EVIDENCE_HOUR, "0:10/3/0/0/0/2");
    check(&f, "b.example", EVIDENCE_DAY, "0:5/5/0/0/0/0");
    check(&f, "", EVIDENCE_MINUTE, "0:15/6/0/0/0/0");
    assert_true(store_counts_since(f.store, STR("a.example"), &since_s, NULL));
    assert_int_equal(since_s, T0 - 50);
    fixture_fini(&f);
    fixture_fini(&other);
}

static void see_census(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    (void)at_s;
    census_add(context, &counts->census);
}

static uint64_t field(struct fixture *f, const char *site, enum evidence_step step, enum census_field field)
{
    const struct store_counts_range range = {.site = str_from(site), .step = step, .from_s = T0, .until_s = T0 + DAY};
    struct census_counts sum = {{0}};
    assert_true(store_counts(f->store, &range, see_census, &sum, NULL));
    return sum.counts[field];
}

static struct evidence_row in_clear(const char *site, uint64_t posts, uint64_t basic)
{
    struct evidence_row row = row_of(site, 0, posts);
    row.counts.census.counts[CENSUS_POST] = posts;
    row.counts.census.counts[CENSUS_BASIC] = basic;
    return row;
}

static void what_came_over_plain_http_stands_in_the_row_of_its_time(void **state)
{
    struct fixture f;
    struct evidence_row row = in_clear("a.example", 200, 3);
    (void)state;
    fixture_init(&f);
    add(&f, "a.example", T0, 5, 0);
    assert_int_equal(number(&f, "SELECT count(*) FROM evidence WHERE census IS NOT NULL"), 0);
    add_row(&f, T0 + 1, &row);
    row = in_clear("a.example", 100, 0);
    add_row(&f, T0 + HOUR, &row);
    row = in_clear("b.example", 7, 7);
    add_row(&f, T0, &row);
    fixture_close(&f);
    fixture_open(&f);
    for (int step = 0; step < EVIDENCE_STEPS_COUNT; step++) {
        assert_int_equal(field(&f, "a.example", (enum evidence_step)step, CENSUS_POST), 300);
        assert_int_equal(field(&f, "a.example", (enum evidence_step)step, CENSUS_BASIC), 3);
        assert_int_equal(field(&f, "a.example", (enum evidence_step)step, CENSUS_GET), 0);
        assert_int_equal(field(&f, "b.example", (enum evidence_step)step, CENSUS_BASIC), 7);
    }
    fixture_fini(&f);
}

/* What is left of it is counted on. */
static void a_census_that_was_damaged_costs_no_other_count(void **state)
{
    struct fixture f;
    struct evidence_row row = in_clear("a.example", 200, 3);
    (void)state;
    fixture_init(&f);
    add_row(&f, T0, &row);
    assert_true(db_script(f.store->db, "UPDATE evidence SET census = x'0280'", NULL));
    check(&f, "a.example", EVIDENCE_HOUR, "0:0/200/0/0/0/0");
    assert_int_equal(field(&f, "a.example", EVIDENCE_HOUR, CENSUS_POST), 0);
    add_row(&f, T0, &row);
    check(&f, "a.example", EVIDENCE_HOUR, "0:0/400/0/0/0/0");
    assert_int_equal(field(&f, "a.example", EVIDENCE_HOUR, CENSUS_POST), 200);
    fixture_fini(&f);
}

static void an_import_takes_the_larger_census(void **state)
{
    struct fixture f, other;
    struct evidence_row row = in_clear("a.example", 10, 1);
    (void)state;
    fixture_init(&f);
    fixture_init(&other);
    add_row(&other, T0, &row);
    row = in_clear("b.example", 4, 4);
    add_row(&other, T0, &row);
    row = in_clear("a.example", 4, 3);
    add_row(&f, T0, &row);
    for (int i = 0; i < 2; i++)
        assert_true(store_counts_import(f.store, other.store, NULL));
    assert_int_equal(field(&f, "a.example", EVIDENCE_DAY, CENSUS_POST), 10);
    assert_int_equal(field(&f, "a.example", EVIDENCE_DAY, CENSUS_BASIC), 3);
    assert_int_equal(field(&f, "b.example", EVIDENCE_DAY, CENSUS_BASIC), 4);
    fixture_fini(&f);
    fixture_fini(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_put_where_they_belong),
        cmocka_unit_test(failures_stand_beside_their_cause),
        cmocka_unit_test(it_is_known_since_the_first_row_even_an_empty_one),
        cmocka_unit_test(traffic_is_added_up_since_an_hour),
        cmocka_unit_test(rows_are_bounded_however_long_it_goes_on),
        cmocka_unit_test(a_clock_that_jumps_does_little_harm),
        cmocka_unit_test(they_go_with_their_site),
        cmocka_unit_test(an_import_takes_the_larger_count),
        cmocka_unit_test(what_came_over_plain_http_stands_in_the_row_of_its_time),
        cmocka_unit_test(a_census_that_was_damaged_costs_no_other_count),
        cmocka_unit_test(an_import_takes_the_larger_census),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
