/* The way of certificates: published with the change that gives them to a site, acknowledged once, gone with the site;
 * and what is served in their place. */
#include "store/store_parts.h"
#include "store_fixture.h"

static const char *const sites[] = {"a.example", "b.example", NULL};

static void give(struct fixture *f, struct str ecdsa, struct str rsa, uint64_t generation)
{
    struct state after;
    fixture_state(&after, sites, 300, generation);
    assert_true(site_set_certificates(after.sites[0], SITE_SOURCE_FILE, ecdsa, rsa));
    fixture_save(f, &(struct store_change){.after = &after});
    state_fini(&after);
}

/* Published and acknowledged rows, as "CERTIFICATE GENERATION DATED ACKNOWLEDGED|". */
static void check_published(struct fixture *f, const char *expected)
{
    struct buf text;
    struct db_query query = db_query(f->store->db, "SELECT certificate, generation, published_s IS NOT NULL, "
                                                   "coalesce(acknowledged_s, 0) FROM publication ORDER BY 1");
    buf_init(&text, 4096);
    while (db_next(&query))
        assert_true(buf_printf(&text, "%.*s %lld %lld %lld|", STR_ARG(db_str(&query, 0)), (long long)db_i64(&query, 1),
                               (long long)db_i64(&query, 2), (long long)db_i64(&query, 3)));
    assert_true(db_end(&query, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void note_name(void *context, struct str name)
{
    (void)(buf_put_str(context, name) && buf_put_char(context, ' '));
}

/* Which sites had certificates that waited for it. */
static void acknowledge(struct fixture *f, uint64_t generation, int64_t at_s, const char *expected)
{
    struct buf names;
    buf_init(&names, 4096);
    assert_true(store_acknowledge(f->store, generation, at_s, note_name, &names, NULL));
    assert_str(buf_str(&names), str_from(expected));
    buf_fini(&names);
}

static void a_certificate_is_published_with_its_change_and_acknowledged_once(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    give(&f, STR("c1"), STR(""), 7);
    check_published(&f, "c1 7 1 0|");
    acknowledge(&f, 6, 100, ""); /* of a snapshot before it */
    acknowledge(&f, 8, 200, "a.example ");
    acknowledge(&f, 9, 300, "");
    check_published(&f, "c1 7 1 200|");
    give(&f, STR("c1"), STR("c2"), 10); /* what stays is not published anew */
    check_published(&f, "c1 7 1 200|c2 10 1 0|");
    acknowledge(&f, 10, 400, "a.example ");
    give(&f, STR("c3"), STR("c2"), 11);
    give(&f, STR("c1"), STR("c2"), 12); /* taken back: its way begins again */
    check_published(&f, "c1 12 1 0|c2 10 1 400|");
    fixture_close(&f);
    fixture_open(&f);
    check_published(&f, "c1 12 1 0|c2 10 1 400|");
    fixture_fini(&f);
}

static void nothing_stays_of_a_site_that_is_gone(void **state)
{
    const struct evidence_mismatch wrong = {.site = STR("a.example"), .side = STR("rsa"), .place = STR("https")};
    struct fixture f;
    struct state before, after;
    struct book book;
    (void)state;
    fixture_init(&f);
    give(&f, STR("c1"), STR(""), 7);
    assert_true(store_put_mismatches(f.store, STR("a.example"), &wrong, 1, NULL));
    fixture_load(&f, &before, &book);
    book_fini(&book);
    assert_true(state_copy(&before, &after, NULL));
    state_remove(&after, STR("a.example"));
    fixture_save(&f, &(struct store_change){.before = &before, .after = &after});
    check_published(&f, "");
    int64_t count = -1;
    assert_true(db_number(f.store->db, "SELECT count(*) FROM mismatch", &count, NULL));
    assert_int_equal(count, 0);
    state_fini(&before);
    state_fini(&after);
    fixture_fini(&f);
}

static bool note_mismatch(void *context, const struct evidence_mismatch *row)
{
    return buf_printf(context, "%.*s %.*s %.*s %.*s %.*s %lld %lld %lld|", STR_ARG(row->site), STR_ARG(row->side),
                      STR_ARG(row->place), STR_ARG(row->fingerprint), STR_ARG(row->why), (long long)row->not_after_s,
                      (long long)row->since_s, (long long)row->at_s);
}

static void check_mismatches(struct fixture *f, const char *expected)
{
    struct buf text;
    buf_init(&text, 4096);
    assert_true(store_mismatches(f->store, note_mismatch, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void the_mismatches_of_a_site_are_replaced_as_a_whole(void **state)
{
    const struct evidence_mismatch rows[] = {
        {.site = STR("a.example"),
         .side = STR("ecdsa"),
         .place = STR("p1"),
         .fingerprint = STR("f1"),
         .not_after_s = 9,
         .since_s = 1,
         .at_s = 2},
        {.site = STR("a.example"),
         .side = STR("ecdsa"),
         .place = STR("p2"),
         .why = STR("refuses"),
         .since_s = 3,
         .at_s = 4},
        {.site = STR("b.example"),
         .side = STR("rsa"),
         .place = STR("p1"),
         .fingerprint = STR("f2"),
         .since_s = 5,
         .at_s = 6},
    };
    struct fixture f;
    (void)state;
    fixture_init(&f);
    assert_true(store_put_mismatches(f.store, STR("a.example"), rows, 2, NULL));
    assert_true(store_put_mismatches(f.store, STR("b.example"), &rows[2], 1, NULL));
    fixture_close(&f);
    fixture_open(&f);
    check_mismatches(&f, "a.example ecdsa p1 f1  9 1 2|a.example ecdsa p2  refuses 0 3 4|b.example rsa p1 f2  0 5 6|");
    assert_true(store_put_mismatches(f.store, STR("a.example"), &rows[1], 1, NULL));
    check_mismatches(&f, "a.example ecdsa p2  refuses 0 3 4|b.example rsa p1 f2  0 5 6|");
    assert_true(store_put_mismatches(f.store, STR("a.example"), NULL, 0, NULL));
    check_mismatches(&f, "b.example rsa p1 f2  0 5 6|");
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_certificate_is_published_with_its_change_and_acknowledged_once),
        cmocka_unit_test(nothing_stays_of_a_site_that_is_gone),
        cmocka_unit_test(the_mismatches_of_a_site_are_replaced_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
