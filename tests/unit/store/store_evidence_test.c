/* Evidence: certificates count once however often they are seen. */
#include "store_fixture.h"

static void put_served_by(struct fixture *f, const char *site, const char *source, const char *fingerprint,
                          int64_t first_s, int64_t last_s)
{
    const struct evidence_served row = {.site = str_from(site),
                                        .source = str_from(source),
                                        .side = STR("ecdsa"),
                                        .fingerprint = str_from(fingerprint),
                                        .not_before_s = 1,
                                        .not_after_s = 2,
                                        .first_s = first_s,
                                        .last_s = last_s};
    struct err err = {0};
    if (!store_put_served(f->store, &row, 1, &err))
        fail_msg("%s", err.text);
}

static void put_served(struct fixture *f, const char *site, const char *fingerprint, int64_t first_s, int64_t last_s)
{
    put_served_by(f, site, "file", fingerprint, first_s, last_s);
}

static void check_served_by(struct fixture *f, const char *site, const char *source, uint32_t expected)
{
    uint32_t count = 99;
    assert_true(store_served_count(f->store, str_from(site), str_from(source), STR("ecdsa"), &count, NULL));
    assert_int_equal(count, expected);
}

static void check_served(struct fixture *f, const char *site, uint32_t expected)
{
    check_served_by(f, site, "file", expected);
}

static void a_certificate_counts_once(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_served(&f, "a.example", "f1", 100, 100);
    put_served(&f, "a.example", "f1", 200, 200);
    put_served(&f, "a.example", "f2", 300, 300);
    put_served(&f, "b.example", "f1", 100, 100);
    put_served_by(&f, "a.example", "local-ca", "f1", 100, 100);
    fixture_close(&f);
    fixture_open(&f);
    check_served_by(&f, "a.example", "local-ca", 1);
    check_served(&f, "a.example", 2);
    check_served(&f, "b.example", 1);
    check_served(&f, "c.example", 0);
    fixture_fini(&f);
}

static void it_goes_with_its_site(void **state)
{
    static const char *const both[] = {"a.example", "b.example", NULL};
    static const char *const one[] = {"a.example", NULL};
    struct fixture f;
    struct state before, after;
    (void)state;
    for (int replaced_whole = 0; replaced_whole < 2; replaced_whole++) {
        fixture_init(&f);
        fixture_state(&before, both, 300, 1);
        fixture_state(&after, one, 300, 2);
        fixture_save(&f, &(struct store_change){.after = &before});
        for (size_t i = 0; i < 2; i++)
            put_served(&f, both[i], "f1", 100, 100);
        fixture_save(&f, &(struct store_change){.before = replaced_whole ? NULL : &before, .after = &after});
        check_served(&f, "a.example", 1);
        check_served(&f, "b.example", 0);
        state_fini(&before);
        state_fini(&after);
        fixture_fini(&f);
    }
}

static bool note_served(void *context, const struct evidence_served *row)
{
    return buf_printf(context, "%.*s %lld %lld|", STR_ARG(row->fingerprint), (long long)row->first_s,
                      (long long)row->last_s);
}

static void the_newest_that_were_seen_are_listed(void **state)
{
    static const struct {
        uint32_t limit;
        const char *expected;
    } cases[] = {{0, ""}, {1, "f3 300 400|"}, {2, "f2 200 250|f3 300 400|"}, {9, "f1 100 150|f2 200 250|f3 300 400|"}};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    put_served(&f, "a.example", "f3", 300, 400);
    put_served(&f, "a.example", "f1", 100, 150);
    put_served(&f, "a.example", "f2", 200, 250);
    put_served(&f, "b.example", "f4", 500, 500);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buf out;
        buf_init(&out, 4096);
        assert_true(store_served(f.store, STR("a.example"), cases[i].limit, note_served, &out, NULL));
        assert_str(buf_str(&out), str_from(cases[i].expected));
        buf_fini(&out);
    }
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_counts_once),
        cmocka_unit_test(it_goes_with_its_site),
        cmocka_unit_test(the_newest_that_were_seen_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
