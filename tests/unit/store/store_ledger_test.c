/* The ledger's rows: what was is not forgotten, and no row ever comes to answer earlier. */
#include "store/store_parts.h"
#include "store_fixture.h"

#define YEAR 31536000

static bool save_entry(struct fixture *f, const char *name, struct ledger_entry entry, struct err *err)
{
    struct book_change change = {.name = str_from(name), .entry = entry};
    const struct book_plan plan = {.changes = &change, .count = 1};
    return store_save(f->store, &(struct store_change){.plan = &plan}, err);
}

static struct ledger_entry entry(uint64_t id, int64_t max_age_s, int64_t cap_s, int64_t from_s, int64_t to_s)
{
    return (struct ledger_entry){
        .id = id, .promise = {.max_age_s = max_age_s, .cap_s = cap_s}, .from_s = from_s, .to_s = to_s};
}

static void an_entry_is_opened_and_closed(void **state)
{
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_true(save_entry(&f, "a.example", entry(1, 300, 0, 10, LEDGER_OPEN), &err));
    fixture_check_ledger(&f, "a.example", "1 a.example 300 cap 0, 10 to -1|");
    assert_true(save_entry(&f, "a.example", entry(1, 300, 0, 10, 20), &err));
    assert_true(save_entry(&f, "*.a.example", entry(2, 0, 0, 20, LEDGER_OPEN), &err));
    fixture_check_ledger(&f, "a.example", "1 a.example 300 cap 0, 10 to 20|");
    fixture_check_ledger(&f, "", "2 *.a.example 0 cap 0, 20 to -1|1 a.example 300 cap 0, 10 to 20|");
    fixture_check_ledger(&f, "b.example", "");
    fixture_fini(&f);
}

static void every_part_of_an_entry_comes_back(void **state)
{
    struct fixture f;
    struct state loaded;
    struct book book;
    struct err err = {0};
    const struct ledger_entry full = {
        .id = UINT64_MAX / 4,
        .promise = {.max_age_s = YEAR, .include_subdomains = true, .preload = true, .cap_s = 4102444800},
        .from_s = 1700000000,
        .to_s = INT64_MAX - 1};
    (void)state;
    fixture_init(&f);
    assert_true(save_entry(&f, "a.example", full, &err));
    assert_true(save_entry(&f, "b.example", entry(1, 300, 0, 10, LEDGER_OPEN), &err));
    fixture_close(&f);
    fixture_open(&f);
    fixture_load(&f, &loaded, &book);
    const struct ledger_entry *read = book_ledger(&book, STR("a.example"))->entries;
    assert_true(read->id == full.id);
    assert_true(ledger_promise_eq(&read->promise, &full.promise));
    assert_int_equal(read->from_s, full.from_s);
    assert_int_equal(read->to_s, full.to_s);
    assert_int_equal(book_ledger(&book, STR("b.example"))->entries->to_s, LEDGER_OPEN);
    assert_true(book.next_id == full.id + 1);
    book_fini(&book);
    state_fini(&loaded);
    fixture_fini(&f);
}

#define ENTRY(max_age, subdomains, with_preload, cap, from, to)                                                        \
    {                                                                                                                  \
        .id = 1,                                                                                                       \
        .promise = {.max_age_s = (max_age),                                                                            \
                    .include_subdomains = (subdomains),                                                                \
                    .preload = (with_preload),                                                                         \
                    .cap_s = (cap)},                                                                                   \
        .from_s = (from), .to_s = (to)                                                                                 \
    }

/* From a first entry to another with the same id. */
static void changes_that_answer_earlier_are_refused(void **state)
{
    static const struct {
        const char *what;
        struct ledger_entry before, after;
        bool other_name;
        bool taken;
    } cases[] = {
        {"the same again", ENTRY(300, 0, 0, 50, 10, 20), ENTRY(300, 0, 0, 50, 10, 20), false, true},
        {"it ends", ENTRY(300, 0, 0, 0, 10, LEDGER_OPEN), ENTRY(300, 0, 0, 0, 10, 20), false, true},
        {"it ends later", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(300, 0, 0, 0, 10, 21), false, true},
        {"it goes on", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(300, 0, 0, 0, 10, LEDGER_OPEN), false, true},
        {"the cap goes", ENTRY(300, 0, 0, 50, 10, LEDGER_OPEN), ENTRY(300, 0, 0, 0, 10, LEDGER_OPEN), false, true},
        {"the cap goes later", ENTRY(300, 0, 0, 50, 10, 20), ENTRY(300, 0, 0, 51, 10, 20), false, true},
        {"it ends earlier", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(300, 0, 0, 0, 10, 19), false, false},
        {"a cap comes", ENTRY(300, 0, 0, 0, 10, LEDGER_OPEN), ENTRY(300, 0, 0, 50, 10, LEDGER_OPEN), false, false},
        {"the cap comes nearer", ENTRY(300, 0, 0, 50, 10, 20), ENTRY(300, 0, 0, 49, 10, 20), false, false},
        {"it was shorter", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(299, 0, 0, 0, 10, 20), false, false},
        {"it was longer", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(301, 0, 0, 0, 10, 20), false, false},
        {"it began later", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(300, 0, 0, 0, 11, 20), false, false},
        {"without subdomains", ENTRY(300, 1, 0, 0, 10, 20), ENTRY(300, 0, 0, 0, 10, 20), false, false},
        {"without preload", ENTRY(300, 1, 1, 0, 10, 20), ENTRY(300, 1, 0, 0, 10, 20), false, false},
        {"of another name", ENTRY(300, 0, 0, 0, 10, 20), ENTRY(300, 0, 0, 0, 10, 20), true, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct err err = {0};
        fixture_init(&f);
        assert_true(save_entry(&f, "a.example", cases[i].before, &err));
        if (save_entry(&f, cases[i].other_name ? "b.example" : "a.example", cases[i].after, &err) != cases[i].taken)
            fail_msg("%s: %s", cases[i].what, err.text);
        fixture_fini(&f);
    }
}

/* Also when somebody works on the file with SQLite's own program, whose replace deletes. */
static void rows_cannot_be_deleted_or_replaced(void **state)
{
    static const char *const statements[] = {
        "DELETE FROM ledger;",
        "DELETE FROM ledger WHERE id = 1;",
        "UPDATE ledger SET to_s = 11;",
        "REPLACE INTO ledger VALUES (1, 'a.example', 1, 0, 0, 0, 10, 11);",
    };
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    assert_true(save_entry(&f, "a.example", entry(1, 300, 0, 10, 20), &err));
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (db_script(f.store->db, statements[i], &err))
            fail_msg("done: %s", statements[i]);
        fixture_check_ledger(&f, "", "1 a.example 300 cap 0, 10 to 20|");
    }
    fixture_fini(&f);
}

static bool stop(void *context, struct str name, const struct ledger_entry *entry)
{
    (void)name;
    (void)entry;
    return ++*(int *)context < 2;
}

static void a_visitor_may_stop(void **state)
{
    struct fixture f;
    struct err err = {0};
    int visits = 0;
    (void)state;
    fixture_init(&f);
    for (uint64_t id = 1; id <= 5; id++)
        assert_true(save_entry(&f, "a.example", entry(id, 300, 0, 10, 20), &err));
    assert_true(store_ledger(f.store, STR(""), stop, &visits, &err));
    assert_int_equal(visits, 2);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_opened_and_closed),
        cmocka_unit_test(every_part_of_an_entry_comes_back),
        cmocka_unit_test(changes_that_answer_earlier_are_refused),
        cmocka_unit_test(rows_cannot_be_deleted_or_replaced),
        cmocka_unit_test(a_visitor_may_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
