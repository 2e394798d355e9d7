/* Reports in the store: added up by span, bounded, gone with their site. */
#include "store/report.h"

#include "store/store_parts.h"
#include "store_fixture.h"

#define DAY 86400
#define T0  (1700006400LL / DAY * DAY)

static void add_at(struct fixture *f, const char *site, int64_t now_s, struct report_row row)
{
    struct err err = {0};
    if (!store_add_reports(f->store, str_from(site), &row, 1, now_s, &err))
        fail_msg("%s", err.text);
}

static void add(struct fixture *f, const char *site, int64_t from_s, const char *type, uint64_t count,
                uint64_t reporters, uint64_t error)
{
    add_at(f, site, from_s, (struct report_row){from_s, str_from(type), count, reporters, error});
}

static void see(void *context, const struct report_row *row)
{
    assert_true(buf_printf(context, "%lld %.*s %llu %llu±%llu|", (long long)((row->from_s - T0) / DAY),
                           STR_ARG(row->type), (unsigned long long)row->count, (unsigned long long)row->reporters,
                           (unsigned long long)row->error));
}

static void check(struct fixture *f, const char *site, int64_t since_s, int64_t until_s, const char *expected)
{
    struct buf text;
    struct err err = {0};
    buf_init(&text, 65536);
    if (!store_reports(f->store, str_from(site), since_s, until_s, see, &text, &err))
        fail_msg("%s", err.text);
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void counts_are_added_and_of_reporters_the_most_stays(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    add(&f, "a.test", T0, "tls.failed", 3, 2, 0);
    add(&f, "a.test", T0, "tls.failed", 4, 9, 1);
    add(&f, "a.test", T0, "tls.failed", 1, 5, 0);
    add(&f, "a.test", T0, "dns.failed", 1, 1, 0);
    add(&f, "a.test", T0 + DAY, "tls.failed", 1, 1, 0);
    add(&f, "b.test", T0, "tls.failed", 70, 7, 0);
    check(&f, "a.test", 0, INT64_MAX, "0 dns.failed 1 1±0|0 tls.failed 8 9±1|1 tls.failed 1 1±0|");
    check(&f, "a.test", T0, T0 + DAY, "0 dns.failed 1 1±0|0 tls.failed 8 9±1|");
    check(&f, "a.test", T0 + 1, INT64_MAX, "1 tls.failed 1 1±0|");
    check(&f, "c.test", 0, INT64_MAX, "");
    fixture_fini(&f);
}

static void what_is_old_or_too_much_goes(void **state)
{
    struct fixture f;
    int64_t count;
    (void)state;
    fixture_init(&f);
    add(&f, "a.test", T0, "tls.failed", 3, 2, 0);
    add(&f, "a.test", T0 + REPORT_DAYS_KEPT * DAY, "tls.failed", 1, 1, 0);
    check(&f, "a.test", 0, INT64_MAX, "0 tls.failed 3 2±0|400 tls.failed 1 1±0|");
    add_at(&f, "a.test", T0 + REPORT_DAYS_KEPT * DAY + 1,
           (struct report_row){T0 + REPORT_DAYS_KEPT * DAY, STR("tls.failed"), 1, 1, 0});
    check(&f, "a.test", 0, INT64_MAX, "400 tls.failed 2 1±0|");
    for (int i = 0; i < REPORT_SPANS_COUNT_MAX + 50; i++)
        add_at(&f, "b.test", T0, (struct report_row){T0 + i, STR("tls.failed"), 1, 1, 0});
    assert_true(db_number(f.store->db, "SELECT count(*) FROM report WHERE site = 'b.test'", &count, NULL));
    assert_int_equal(count, REPORT_SPANS_COUNT_MAX);
    fixture_fini(&f);
}

static void a_backup_brings_back_what_it_knew_better(void **state)
{
    struct fixture here, backup;
    struct err err = {0};
    (void)state;
    fixture_init(&here);
    fixture_init(&backup);
    add(&here, "a.test", T0, "tls.failed", 9, 2, 0);
    add(&backup, "a.test", T0, "tls.failed", 7, 3, 1);
    add(&backup, "a.test", T0 + DAY, "dns.failed", 1, 1, 0);
    for (int times = 0; times < 2; times++)
        assert_true(store_report_import(here.store, backup.store, &err));
    check(&here, "a.test", 0, INT64_MAX, "0 tls.failed 9 3±1|1 dns.failed 1 1±0|");
    fixture_fini(&backup);
    fixture_fini(&here);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_are_added_and_of_reporters_the_most_stays),
        cmocka_unit_test(what_is_old_or_too_much_goes),
        cmocka_unit_test(a_backup_brings_back_what_it_knew_better),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
