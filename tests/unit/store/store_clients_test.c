/* Days of clients in the store: one row a site and day, for as long as is said, gone with the site, in backups. */
#include "store/store_parts.h"
#include "store_fixture.h"

#define TODAY 20000

static struct clients_day day_of(uint64_t day, int64_t made_at_s, int64_t at_s, uint32_t https)
{
    return (struct clients_day){.day = day, .made_at_s = made_at_s, .at_s = at_s, .sum = {.https = https}};
}

static void put(struct fixture *f, const char *site, const struct clients_day *day)
{
    const struct store_clients_day row = {.site = str_from(site), .day = day};
    struct err err = {0};
    if (!store_put_clients_days(f->store, &row, 1, &err))
        fail_msg("%s", err.text);
}

static void put_one(struct fixture *f, const char *site, uint64_t day, int64_t made_at_s, int64_t at_s, uint32_t https)
{
    const struct clients_day row = day_of(day, made_at_s, at_s, https);
    put(f, site, &row);
}

static bool see(void *context, const struct clients_day *day)
{
    return buf_printf(context, "%d:%u ", (int)day->day - TODAY, (unsigned)day->sum.https);
}

static void check(struct fixture *f, const char *site, uint64_t from, uint64_t until, const char *expected)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, 1 << 16);
    if (!store_clients_days(f->store, str_from(site), from, until, see, &text, &err))
        fail_msg("%s", err.text);
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t value = -1;
    assert_true(db_number(f->store->db, sql, &value, NULL));
    return value;
}

static void a_day_has_one_row_and_the_newest_comes_first(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    for (int i = 0; i < 24; i++)
        put_one(&f, "a.example", TODAY, 1, i, (uint32_t)i);
    put_one(&f, "a.example", TODAY - 1, 1, 1, 7);
    put_one(&f, "a.example", TODAY - 5, 1, 1, 6);
    put_one(&f, "b.example", TODAY, 1, 1, 99);
    assert_int_equal(number(&f, "SELECT count(*) FROM clients_day"), 4);
    check(&f, "a.example", 0, UINT64_MAX, "0:23 -1:7 -5:6 ");
    check(&f, "a.example", TODAY - 5, TODAY, "-1:7 -5:6 ");
    check(&f, "a.example", TODAY - 4, TODAY + 1, "0:23 -1:7 ");
    check(&f, "c.example", 0, UINT64_MAX, "");
    fixture_close(&f);
    fixture_open(&f);
    check(&f, "a.example", 0, UINT64_MAX, "0:23 -1:7 -5:6 ");
    fixture_fini(&f);
}

/* The service was stopped at noon: the memory of the afternoon has not seen the morning. */
static void a_smaller_count_of_another_memory_replaces_nothing(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_one(&f, "a.example", TODAY, 1, 100, 50);
    put_one(&f, "a.example", TODAY, 2, 200, 20);
    check(&f, "a.example", 0, UINT64_MAX, "0:50 ");
    put_one(&f, "a.example", TODAY, 2, 300, 60);
    check(&f, "a.example", 0, UINT64_MAX, "0:60 ");
    put_one(&f, "a.example", TODAY, 2, 250, 70); /* earlier than what is there */
    check(&f, "a.example", 0, UINT64_MAX, "0:60 ");
    fixture_fini(&f);
}

static void what_cannot_be_read_is_passed_over_and_replaced(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_one(&f, "a.example", TODAY, 1, 1, 5);
    put_one(&f, "a.example", TODAY - 1, 1, 1, 6);
    assert_true(db_script(f.store->db, "UPDATE clients_day SET content = '{' WHERE day = 20000", NULL));
    check(&f, "a.example", 0, UINT64_MAX, "-1:6 ");
    put_one(&f, "a.example", TODAY, 2, 0, 1);
    check(&f, "a.example", 0, UINT64_MAX, "0:1 -1:6 ");
    fixture_fini(&f);
}

static void old_days_are_forgotten_a_few_at_a_time(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    for (uint64_t i = 0; i < 10; i++)
        put_one(&f, "a.example", TODAY - i, 1, 1, (uint32_t)i);
    put_one(&f, "a.example", TODAY + 900, 1, 1, 1); /* of a clock that was wrong */
    assert_true(store_forget_clients_days(f.store, TODAY - 5, TODAY + 1, 3, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM clients_day"), 8);
    assert_true(store_forget_clients_days(f.store, TODAY - 5, TODAY + 1, 100, NULL));
    check(&f, "a.example", 0, UINT64_MAX, "0:0 -1:1 -2:2 -3:3 -4:4 -5:5 ");
    fixture_fini(&f);
}

static void a_backup_that_would_be_too_large_has_the_newest(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    for (uint64_t i = 0; i < 200; i++)
        put_one(&f, "a.example", TODAY - i, 1, 1, 1);
    int64_t each = number(&f, "SELECT max(length(site) + length(content)) FROM clients_day");
    assert_true(store_clients_cut(f.store->db, 200 * each, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM clients_day"), 200);
    assert_true(store_clients_cut(f.store->db, 200 * each - 1, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM clients_day"), 101);
    assert_true(store_clients_cut(f.store->db, 100 * each, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM clients_day"), 15);
    assert_true(store_clients_cut(f.store->db, 1, NULL));
    assert_int_equal(number(&f, "SELECT count(*) FROM clients_day"), 0);
    fixture_fini(&f);
}

static void an_import_takes_those_that_win_and_may_be_repeated(void **state)
{
    struct fixture f, other;
    (void)state;
    fixture_init(&f);
    fixture_init(&other);
    put_one(&other, "a.example", TODAY, 1, 100, 5); /* earlier of the same memory */
    put_one(&f, "a.example", TODAY, 1, 200, 6);
    put_one(&other, "a.example", TODAY - 1, 3, 100, 50); /* another machine's, larger */
    put_one(&f, "a.example", TODAY - 1, 1, 200, 6);
    put_one(&other, "a.example", TODAY - 2, 3, 500, 5); /* and smaller */
    put_one(&f, "a.example", TODAY - 2, 1, 200, 6);
    put_one(&other, "b.example", TODAY, 3, 100, 9);
    for (int i = 0; i < 2; i++)
        assert_true(store_clients_import(f.store, other.store, NULL));
    check(&f, "a.example", 0, UINT64_MAX, "0:6 -1:50 -2:6 ");
    check(&f, "b.example", 0, UINT64_MAX, "0:9 ");
    fixture_fini(&f);
    fixture_fini(&other);
}

static void removal_leaves_those_of_other_sites(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_one(&f, "a.example", TODAY, 1, 1, 1);
    put_one(&f, "b.example", TODAY, 1, 1, 2);
    assert_true(store_clients_remove(f.store, STR("a.example"), NULL));
    check(&f, "a.example", 0, UINT64_MAX, "");
    check(&f, "b.example", 0, UINT64_MAX, "0:2 ");
    assert_true(store_clients_sweep(f.store, NULL)); /* there is no site in this store */
    check(&f, "b.example", 0, UINT64_MAX, "");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_has_one_row_and_the_newest_comes_first),
        cmocka_unit_test(a_smaller_count_of_another_memory_replaces_nothing),
        cmocka_unit_test(what_cannot_be_read_is_passed_over_and_replaced),
        cmocka_unit_test(old_days_are_forgotten_a_few_at_a_time),
        cmocka_unit_test(a_backup_that_would_be_too_large_has_the_newest),
        cmocka_unit_test(an_import_takes_those_that_win_and_may_be_repeated),
        cmocka_unit_test(removal_leaves_those_of_other_sites),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
