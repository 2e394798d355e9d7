/* Weeks of clients: written, merged, read in their order, kept for three years, gone with their site. */
#include "store/store_parts.h"
#include "store_fixture.h"

#define WEEK        2800
#define RUNG        1700000000
#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const sites[] = {"a.example", "b.example", NULL};

static void put(struct fixture *f, const char *site, const struct coverage_week *row)
{
    const struct store_week one = {.site = str_from(site), .row = *row};
    struct err err = {0};
    if (!store_put_weeks(f->store, &one, 1, &err))
        fail_msg("%s", err.text);
}

struct found {
    struct coverage_week weeks[COVERAGE_WEEKS_KEPT + 8];
    size_t count;
};

static void take(void *context, const struct coverage_week *row)
{
    struct found *found = context;
    assert_true(found->count < COUNT(found->weeks));
    found->weeks[found->count++] = *row;
}

static struct found find(struct fixture *f, const char *site, uint64_t from)
{
    struct found found = {.count = 0};
    struct err err = {0};
    if (!store_weeks(f->store, str_from(site), from, take, &found, &err))
        fail_msg("%s", err.text);
    return found;
}

static void make(struct fixture *f)
{
    struct state after;
    fixture_init(f);
    fixture_state(&after, sites, 300, 1);
    fixture_save(f, &(struct store_change){.after = &after});
    state_fini(&after);
}

static void a_week_is_read_as_it_was_written(void **state)
{
    struct fixture f;
    struct coverage_week row = {.week = WEEK,
                                .level = 3,
                                .https = 500,
                                .returning = 120,
                                .rung_s = RUNG,
                                .rung_level = 3,
                                .of_rung = 70,
                                .returning_of_rung = 9};
    (void)state;
    make(&f);
    row.classes[0] = (struct weeks_class){.counted = 1, .days = 1};
    row.classes[3] = (struct weeks_class){.counted = 0x01020304, .counted_of_rung = UINT32_MAX, .days = WEEKS_DAYS};
    row.classes[CLIENTS_CLASSES_COUNT - 1] = (struct weeks_class){.counted_of_rung = 2};
    put(&f, "a.example", &row);
    fixture_close(&f);
    fixture_open(&f);
    struct found found = find(&f, "a.example", 0);
    assert_int_equal(found.count, 1);
    const struct coverage_week *read = &found.weeks[0];
    assert_int_equal(read->week, WEEK);
    assert_int_equal(read->level, 3);
    assert_int_equal(read->https, 500);
    assert_int_equal(read->returning, 120);
    assert_int_equal(read->rung_s, RUNG);
    assert_int_equal(read->rung_level, 3);
    assert_int_equal(read->of_rung, 70);
    assert_int_equal(read->returning_of_rung, 9);
    for (size_t i = 0; i < CLIENTS_CLASSES_COUNT; i++) {
        assert_int_equal(read->classes[i].counted, row.classes[i].counted);
        assert_int_equal(read->classes[i].counted_of_rung, row.classes[i].counted_of_rung);
        assert_int_equal(read->classes[i].days, row.classes[i].days);
    }
    assert_int_equal(find(&f, "b.example", 0).count, 0);
    assert_int_equal(find(&f, "a.example", WEEK + 1).count, 0);
    fixture_fini(&f);
}

static void two_counts_of_a_week_are_merged(void **state)
{
    struct coverage_week first = {.week = WEEK, .https = 50, .returning = 20, .rung_s = RUNG, .of_rung = 40};
    struct coverage_week second = {.week = WEEK, .https = 8, .returning = 3, .rung_s = RUNG, .of_rung = 8};
    struct fixture f;
    (void)state;
    make(&f);
    first.classes[3] = (struct weeks_class){.counted = 50, .counted_of_rung = 40, .days = 1};
    second.classes[3] = (struct weeks_class){.counted = 8, .counted_of_rung = 8, .days = 4};
    put(&f, "a.example", &first);
    put(&f, "a.example", &second); /* a new start: it knows less */
    const struct coverage_week merged = find(&f, "a.example", 0).weeks[0];
    assert_int_equal(merged.https, 50);
    assert_int_equal(merged.returning, 20);
    assert_int_equal(merged.of_rung, 40);
    assert_int_equal(merged.classes[3].counted, 50);
    assert_int_equal(merged.classes[3].days, 5);
    second.rung_s = RUNG + 1000; /* and a climb */
    put(&f, "a.example", &second);
    const struct coverage_week climbed = find(&f, "a.example", 0).weeks[0];
    assert_int_equal(climbed.https, 50);
    assert_int_equal(climbed.of_rung, 8);
    assert_int_equal(climbed.rung_s, RUNG + 1000);
    assert_int_equal(climbed.classes[3].counted_of_rung, 8);
    second.level = 4; /* eight of which each stands for sixteen */
    put(&f, "a.example", &second);
    assert_int_equal(find(&f, "a.example", 0).weeks[0].https, 8);
    fixture_fini(&f);
}

static void three_years_are_kept_whatever_comes(void **state)
{
    struct fixture f;
    struct coverage_week row = {.week = WEEK, .https = 1};
    (void)state;
    make(&f);
    put(&f, "b.example", &row);
    for (uint64_t i = 0; i < COVERAGE_WEEKS_KEPT + 20; i++) {
        row.week = WEEK + i;
        put(&f, "a.example", &row);
    }
    struct found found = find(&f, "a.example", 0);
    assert_int_equal(found.count, COVERAGE_WEEKS_KEPT);
    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(found.weeks[i].week, WEEK + 20 + i);
    assert_int_equal(find(&f, "b.example", 0).count, 1);
    fixture_fini(&f);
}

static void weeks_go_with_their_site(void **state)
{
    static const char *const left[] = {"b.example", NULL};
    const struct coverage_week row = {.week = WEEK, .https = 1};
    struct state before, after;
    struct fixture f;
    (void)state;
    for (int knows_before = 0; knows_before < 2; knows_before++) {
        make(&f);
        put(&f, "a.example", &row);
        put(&f, "b.example", &row);
        fixture_state(&before, sites, 300, 1);
        fixture_state(&after, left, 300, 2);
        fixture_save(&f, &(struct store_change){.before = knows_before ? &before : NULL, .after = &after});
        assert_int_equal(find(&f, "a.example", 0).count, 0);
        assert_int_equal(find(&f, "b.example", 0).count, 1);
        state_fini(&before);
        state_fini(&after);
        fixture_fini(&f);
    }
}

static void a_backup_adds_what_is_not_here(void **state)
{
    struct coverage_week row = {.week = WEEK, .https = 30};
    struct fixture here, backup;
    struct err err = {0};
    (void)state;
    make(&here);
    make(&backup);
    put(&backup, "a.example", &row);
    row.https = 10;
    put(&here, "a.example", &row);
    row.week++;
    put(&backup, "a.example", &row);
    for (int times = 0; times < 2; times++)
        assert_true(store_coverage_import(here.store, backup.store, &err));
    struct found found = find(&here, "a.example", 0);
    assert_int_equal(found.count, 2);
    assert_int_equal(found.weeks[0].https, 30);
    assert_int_equal(found.weeks[1].https, 10);
    fixture_fini(&here);
    fixture_fini(&backup);
}

/* Thousands of sites have more weeks than a restore could take. */
static void of_more_weeks_than_fit_a_backup_has_the_latest(void **state)
{
    struct fixture f;
    struct coverage_week row = {.https = 1};
    struct err err = {0};
    (void)state;
    make(&f);
    for (uint64_t i = 0; i < 100; i++) {
        row.week = WEEK + i;
        put(&f, "a.example", &row);
        if (i % 2)
            put(&f, "b.example", &row);
    }
    assert_true(store_coverage_cut(f.store->db, 150, &err));
    assert_int_equal(find(&f, "a.example", 0).count, 100);
    assert_true(store_coverage_cut(f.store->db, 149, &err));
    assert_int_equal(find(&f, "a.example", 0).count, 53);
    assert_int_equal(find(&f, "b.example", 0).count, 27);
    assert_true(store_coverage_cut(f.store->db, 1, &err));
    assert_int_equal(find(&f, "a.example", 0).count, 13); /* no more may go */
    assert_int_equal(find(&f, "a.example", 0).weeks[12].week, WEEK + 99);
    fixture_fini(&f);
}

/* What a damaged row says of kinds of program is left out. */
static void a_list_of_kinds_that_nobody_wrote_is_borne(void **state)
{
    const struct coverage_week row = {.week = WEEK, .https = 1};
    struct fixture f;
    struct err err = {0};
    (void)state;
    make(&f);
    put(&f, "a.example", &row);
    assert_true(db_script(f.store->db,
                          "UPDATE coverage_week SET classes = x'ff7f000000010000000103ff0000000500000006aabb';", &err));
    const struct coverage_week read = find(&f, "a.example", 0).weeks[0];
    assert_int_equal(read.classes[3].counted, 5);
    assert_int_equal(read.classes[3].counted_of_rung, 6);
    assert_int_equal(read.classes[3].days, WEEKS_DAYS);
    assert_true(db_script(f.store->db, "UPDATE coverage_week SET level = -1, rung_level = 99;", &err));
    assert_int_equal(find(&f, "a.example", 0).weeks[0].level, 31);
    assert_int_equal(find(&f, "a.example", 0).weeks[0].rung_level, 31);
    assert_true(db_script(f.store->db, "UPDATE coverage_week SET week = 9223372036854775807;", &err));
    assert_int_equal(find(&f, "a.example", 0).count, 0);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_week_is_read_as_it_was_written),
        cmocka_unit_test(two_counts_of_a_week_are_merged),
        cmocka_unit_test(three_years_are_kept_whatever_comes),
        cmocka_unit_test(weeks_go_with_their_site),
        cmocka_unit_test(a_backup_adds_what_is_not_here),
        cmocka_unit_test(of_more_weeks_than_fit_a_backup_has_the_latest),
        cmocka_unit_test(a_list_of_kinds_that_nobody_wrote_is_borne),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
