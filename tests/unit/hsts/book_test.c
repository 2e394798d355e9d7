#include "check.h"

#include "hsts/book.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SLACK        LEDGER_SLACK_S

static const struct ledger_promise trial = {.max_age_s = 300};
static const struct ledger_promise day = {.max_age_s = 86400};
static const struct ledger_promise wide = {.max_age_s = 86400, .include_subdomains = true};
static const struct ledger_promise bounded = {.max_age_s = 86400, .cap_s = 50000};

static void load(struct book *book, const char *name, uint64_t id, const struct ledger_promise *promise, int64_t from_s,
                 int64_t to_s)
{
    const struct ledger_entry entry = {.id = id, .promise = *promise, .from_s = from_s, .to_s = to_s};
    assert_true(book_load(book, str_from(name), &entry));
}

static const struct ledger_entry *entry_at(const struct book *book, const char *name, size_t i)
{
    const struct ledger *ledger = book_ledger(book, str_from(name));
    assert_non_null(ledger);
    assert_true(i < ledger->count);
    return &ledger->entries[i];
}

static void apply(struct book *book, struct book_plan *plan)
{
    assert_true(book_apply(book, plan));
    book_plan_fini(plan);
    book_plan_init(plan, book);
}

static void a_plan_changes_nothing_until_it_is_applied(void **state)
{
    (void)state;
    struct book book;
    struct book_plan plan;
    book_init(&book);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &trial, 100));
    assert_null(book_ledger(&book, STR("a.example")));
    assert_int_equal(plan.count, 1);
    book_plan_fini(&plan);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("b.example"), &trial, 200));
    apply(&book, &plan);
    assert_null(book_ledger(&book, STR("a.example")));
    const struct ledger_entry *entry = entry_at(&book, "b.example", 0);
    assert_int_equal(entry->id, 1); /* the dropped plan's id was not used up */
    assert_int_equal(entry->from_s, 200);
    assert_int_equal(entry->to_s, LEDGER_OPEN);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void an_open_promise_is_not_opened_twice(void **state)
{
    (void)state;
    struct book book;
    struct book_plan plan;
    book_init(&book);
    load(&book, "a.example", 5, &trial, 1, LEDGER_OPEN);
    load(&book, "a.example", 6, &day, 1, 2);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &trial, 100));
    assert_int_equal(plan.count, 0);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &day, 100)); /* that one has ended */
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &day, 100));
    assert_int_equal(plan.count, 1);
    assert_true(book_plan_open(&plan, &book, STR("b.example"), &day, 100)); /* another name's */
    assert_int_equal(plan.count, 2);
    assert_int_equal(plan.changes[0].entry.id, 7);
    assert_int_equal(plan.changes[1].entry.id, 8);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void closing_ends_all_but_what_is_carried(void **state)
{
    (void)state;
    struct book book;
    struct book_plan plan;
    book_init(&book);
    load(&book, "a.example", 1, &trial, 10, LEDGER_OPEN);
    load(&book, "a.example", 2, &day, 20, LEDGER_OPEN);
    load(&book, "a.example", 3, &wide, 30, 40);
    load(&book, "b.example", 4, &trial, 10, LEDGER_OPEN);
    book_plan_init(&plan, &book);
    assert_true(book_plan_close(&plan, &book, STR("a.example"), &day, 100));
    assert_true(book_plan_close(&plan, &book, STR("none.example"), NULL, 100));
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 0)->to_s, 100);
    assert_int_equal(entry_at(&book, "a.example", 1)->to_s, LEDGER_OPEN);
    assert_int_equal(entry_at(&book, "a.example", 2)->to_s, 40);
    assert_int_equal(entry_at(&book, "b.example", 0)->to_s, LEDGER_OPEN);
    assert_true(book_plan_close(&plan, &book, STR("a.example"), NULL, 15)); /* a clock from an older record */
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 1)->to_s, 20);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void one_plan_may_open_and_close(void **state)
{
    (void)state;
    struct book book;
    struct book_plan plan;
    book_init(&book);
    load(&book, "a.example", 1, &trial, 10, LEDGER_OPEN);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &day, 100));
    assert_true(book_plan_close(&plan, &book, STR("a.example"), &wide, 100));
    assert_true(book_plan_close(&plan, &book, STR("a.example"), &wide, 200));
    assert_int_equal(plan.count, 2);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &trial, 300)); /* again: the old one ends in this plan */
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 0)->to_s, 100);
    assert_int_equal(entry_at(&book, "a.example", 1)->to_s, 100);
    assert_int_equal(entry_at(&book, "a.example", 2)->to_s, LEDGER_OPEN);
    assert_int_equal(entry_at(&book, "a.example", 2)->from_s, 300);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void what_a_failed_save_may_have_ended_is_not_counted_on(void **state)
{
    (void)state;
    struct book book;
    struct book_plan plan;
    book_init(&book);
    load(&book, "a.example", 1, &trial, 10, LEDGER_OPEN);
    load(&book, "b.example", 2, &trial, 10, LEDGER_OPEN);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &day, 100));
    assert_true(book_plan_open(&plan, &book, STR("new.example"), &day, 100));
    assert_true(book_plan_close(&plan, &book, STR("a.example"), &day, 100));
    book_doubt(&book, &plan);
    book_plan_fini(&plan);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("b.example"), &trial, 200)); /* that one was not touched */
    assert_int_equal(plan.count, 0);
    const struct ledger_mend mend = {.since_s = INT64_MIN, .by_s = 500};
    assert_true(book_plan_mend(&plan, &book, &mend)); /* the disk may have an end there that has to move */
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.changes[0].entry.id, 1);
    assert_int_equal(plan.changes[0].entry.to_s, LEDGER_OPEN);
    book_plan_fini(&plan);
    book_plan_init(&plan, &book);
    assert_true(book_plan_open(&plan, &book, STR("a.example"), &trial, 200));
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.changes[0].entry.id, 5);
    apply(&book, &plan);
    assert_true(book_plan_close(&plan, &book, STR("a.example"), &trial, 300)); /* it ends with the others */
    assert_int_equal(plan.count, 1);
    assert_int_equal(plan.changes[0].entry.id, 1);
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 0)->to_s, 300);
    assert_false(entry_at(&book, "a.example", 0)->doubted);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void a_mend_goes_over_every_name(void **state)
{
    (void)state;
    const struct ledger_mend mend = {.since_s = 1000, .by_s = 500, .drop_caps = true};
    struct book book;
    struct book_plan plan;
    book_init(&book);
    load(&book, "a.example", 1, &bounded, 10, 999);
    load(&book, "a.example", 2, &bounded, 10, LEDGER_OPEN);
    load(&book, "b.example", 3, &trial, 10, 1000);
    load(&book, "b.example", 4, &trial, 10, LEDGER_OPEN);
    book_plan_init(&plan, &book);
    assert_true(book_plan_mend(&plan, &book, &mend));
    assert_int_equal(plan.count, 2);
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 0)->promise.cap_s, 50000);
    assert_int_equal(entry_at(&book, "a.example", 1)->promise.cap_s, 0);
    assert_int_equal(entry_at(&book, "b.example", 0)->to_s, 1500);
    book_plan_fini(&plan);
    book_fini(&book);
}

static void a_backup_is_merged_by_maximum(void **state)
{
    (void)state;
    const struct ledger_mend none = {.since_s = INT64_MAX};
    struct book book, backup;
    struct book_plan plan;
    book_init(&book);
    book_init(&backup);
    load(&book, "a.example", 1, &trial, 10, 20);
    load(&book, "a.example", 2, &day, 30, 40);
    load(&book, "a.example", 3, &bounded, 50, LEDGER_OPEN);
    load(&backup, "a.example", 1, &trial, 10, LEDGER_OPEN); /* known, was open then */
    load(&backup, "a.example", 9, &day, 30, 35);            /* known by another id, ended earlier */
    load(&backup, "a.example", 3, &day, 50, 60);            /* known as bounded; its cap was taken off there */
    load(&backup, "a.example", 2, &wide, 70, 80);           /* not known, though its id is taken */
    load(&backup, "b.example", 4, &bounded, 90, 95);
    book_plan_init(&plan, &book);
    assert_true(book_plan_merge(&plan, &book, &backup, &none));
    assert_int_equal(plan.count, 4);
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 0)->to_s, LEDGER_OPEN);
    assert_int_equal(entry_at(&book, "a.example", 1)->to_s, 40);
    assert_int_equal(entry_at(&book, "a.example", 2)->to_s, LEDGER_OPEN);
    assert_int_equal(entry_at(&book, "a.example", 2)->promise.cap_s, 0);
    assert_int_equal(entry_at(&book, "a.example", 3)->to_s, 80);
    assert_int_equal(entry_at(&book, "b.example", 0)->promise.cap_s, 50000);
    /* Ids of their own, in no particular order. */
    uint64_t ids[] = {entry_at(&book, "a.example", 3)->id, entry_at(&book, "b.example", 0)->id};
    assert_true((ids[0] == 4 && ids[1] == 5) || (ids[0] == 5 && ids[1] == 4));
    assert_true(book_plan_merge(&plan, &book, &backup, &none)); /* a second time there is nothing new */
    assert_int_equal(plan.count, 0);
    book_plan_fini(&plan);
    book_fini(&book);
    book_fini(&backup);
}

static void what_is_merged_is_mended_first(void **state)
{
    (void)state;
    const struct ledger_mend mend = {.since_s = 30, .by_s = 1000, .drop_caps = true};
    struct book book, backup;
    struct book_plan plan;
    book_init(&book);
    book_init(&backup);
    load(&backup, "a.example", 1, &trial, 10, 29);
    load(&backup, "a.example", 2, &bounded, 10, 40);
    book_plan_init(&plan, &book);
    assert_true(book_plan_merge(&plan, &book, &backup, &mend));
    apply(&book, &plan);
    assert_int_equal(entry_at(&book, "a.example", 0)->to_s, 29);
    assert_int_equal(entry_at(&book, "a.example", 1)->to_s, 1040);
    assert_int_equal(entry_at(&book, "a.example", 1)->promise.cap_s, 0);
    assert_int_equal(entry_at(&backup, "a.example", 1)->to_s, 40);
    book_plan_fini(&plan);
    book_fini(&book);
    book_fini(&backup);
}

static void the_names_are_listed_and_the_newest_moment_is_known(void **state)
{
    (void)state;
    struct book book;
    book_init(&book);
    assert_null(book_next(&book, (struct str){0}).data);
    assert_int_equal(book_newest_s(&book), 0);
    load(&book, "a.example", 1, &trial, 10, 700);
    load(&book, "b.example", 2, &trial, 800, LEDGER_OPEN);
    load(&book, "c.example", 3, &trial, 10, 20);
    load(&book, "a.example", 4, &trial, 900, 901);
    size_t seen = 0;
    for (struct str name = {0}; (name = book_next(&book, name)).data; seen++)
        assert_non_null(book_ledger(&book, name));
    assert_int_equal(seen, 3);
    assert_null(book_next(&book, STR("none.example")).data);
    assert_int_equal(book_newest_s(&book), 901);
    assert_int_equal(book_forget_past(&book, 1000 + 300 + SLACK), 3);
    assert_int_equal(book_newest_s(&book), 800);
    book_fini(&book);
}

/* Every name has one closed entry whose end tells it apart: bound until 86400 + its own number + slack. */
static void load_family(struct book *book)
{
    static const struct {
        const char *name;
        bool include_subdomains;
    } names[] = {
        {"example.org", false},        {"www.example.org", false},    {"*.example.org", false},
        {"wide.example.org", true},    {"a.wide.example.org", false}, {"*.star.example.org", true},
        {"b.star.example.org", false}, {"other.test", true},          {"example.net", true},
        {"sub.example.net", false},    {"*.sub.example.net", false},
    };
    for (size_t i = 0; i < COUNT(names); i++)
        load(book, names[i].name, i + 1, names[i].include_subdomains ? &wide : &day, 0, (int64_t)i + 1);
}

enum where { AT, BELOW, ABOVE };

static struct book_binding ask(const struct book *book, const char *name, enum where where, int64_t latest_s,
                               int64_t over_s)
{
    static struct book_binding (*const questions[])(const struct book *, struct str, int64_t, int64_t,
                                                    enum ledger_family) = {
        [AT] = book_binding, [BELOW] = book_binding_below, [ABOVE] = book_binding_above};
    return questions[where](book, str_from(name), latest_s, over_s, LEDGER_ANY);
}

static void a_name_is_bound_by_itself_by_wildcards_and_from_above(void **state)
{
    (void)state;
    static const struct {
        const char *asked;
        enum where where;
        const char *by; /* "": nobody */
        int64_t number;
    } cases[] = {
        {"example.org", AT, "example.org", 1},
        {"org", AT, "", 0},
        {"", AT, "", 0},
        {"none.example.com", AT, "", 0},
        {"www.example.org", AT, "*.example.org", 3}, /* lasts longer than its own */
        {"new.example.org", AT, "*.example.org", 3},
        {"x.new.example.org", AT, "", 0}, /* a wildcard covers one label */
        {"wide.example.org", AT, "wide.example.org", 4},
        {"a.wide.example.org", AT, "a.wide.example.org", 5}, /* longer than wide's */
        {"z.wide.example.org", AT, "wide.example.org", 4},
        {"y.z.wide.example.org", AT, "wide.example.org", 4},
        {"c.star.example.org", AT, "*.star.example.org", 6},
        {"b.star.example.org", AT, "b.star.example.org", 7},
        {"d.b.star.example.org", AT, "*.star.example.org", 6}, /* b is covered by it, with subdomains */
        {"star.example.org", AT, "*.example.org", 3},
        {"anything.other.test", AT, "other.test", 8},
        {"notother.test", AT, "", 0},
        {"*.example.org", AT, "wide.example.org", 4}, /* the longest of what it covers */
        {"*.star.example.org", AT, "b.star.example.org", 7},
        {"*.other.test", AT, "other.test", 8},
        {"*.sub.example.net", AT, "*.sub.example.net", 11},
        {"example.org", BELOW, "", 0},
        {"wide.example.org", BELOW, "wide.example.org", 4},
        {"a.wide.example.org", BELOW, "wide.example.org", 4}, /* its own has no subdomains */
        {"q.star.example.org", BELOW, "*.star.example.org", 6},
        {"*.example.org", BELOW, "wide.example.org", 4},
        {"sub.example.net", BELOW, "example.net", 9},
        {"wide.example.org", ABOVE, "", 0},
        {"a.wide.example.org", ABOVE, "wide.example.org", 4},
        {"q.star.example.org", ABOVE, "", 0},
        {"r.q.star.example.org", ABOVE, "*.star.example.org", 6},
        {"*.sub.example.net", ABOVE, "example.net", 9},
        {"*.wide.example.org", ABOVE, "wide.example.org", 4},
    };
    struct book book;
    book_init(&book);
    load_family(&book);
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct book_binding binding = ask(&book, cases[i].asked, cases[i].where, 100, 100);
        int64_t expected_s = cases[i].number ? cases[i].number + 86400 + SLACK : 0;
        if (binding.until_s != expected_s || !str_eq(binding.name, str_from(cases[i].by)))
            fail_msg("%s (%d): until %lld by \"%.*s\"", cases[i].asked, (int)cases[i].where, (long long)binding.until_s,
                     STR_ARG(binding.name));
    }
    book_fini(&book);
}

static void whether_is_told_by_one_clock_and_until_when_by_the_other(void **state)
{
    (void)state;
    struct book book;
    book_init(&book);
    load(&book, "a.example", 1, &day, 0, 1000);
    load(&book, "open.example", 2, &trial, 0, LEDGER_OPEN);
    int64_t end_s = 1000 + 86400 + SLACK;
    assert_int_equal(ask(&book, "a.example", AT, end_s, end_s).until_s, 0);
    assert_int_equal(ask(&book, "a.example", AT, end_s - 1, end_s - 1).until_s, end_s);
    assert_int_equal(ask(&book, "a.example", AT, end_s + 5, end_s - 1).until_s, end_s + 6); /* in doubt it is later */
    assert_int_equal(ask(&book, "open.example", AT, 5000, 4000).until_s, 5300 + SLACK);
    assert_int_equal(ask(&book, "a.example", AT, INT64_MAX, 5).until_s, INT64_MAX);
    book_fini(&book);
}

static void names_longer_than_any_host_name_are_no_wildcards(void **state)
{
    (void)state;
    static char name[600];
    struct book book;
    book_init(&book);
    memset(name, 'a', sizeof name - 1);
    name[1] = '.';
    load(&book, name, 1, &day, 0, 1000);
    assert_int_equal(ask(&book, name, AT, 100, 100).until_s, 1000 + 86400 + SLACK);
    book_fini(&book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plan_changes_nothing_until_it_is_applied),
        cmocka_unit_test(an_open_promise_is_not_opened_twice),
        cmocka_unit_test(closing_ends_all_but_what_is_carried),
        cmocka_unit_test(one_plan_may_open_and_close),
        cmocka_unit_test(what_a_failed_save_may_have_ended_is_not_counted_on),
        cmocka_unit_test(a_mend_goes_over_every_name),
        cmocka_unit_test(a_backup_is_merged_by_maximum),
        cmocka_unit_test(what_is_merged_is_mended_first),
        cmocka_unit_test(the_names_are_listed_and_the_newest_moment_is_known),
        cmocka_unit_test(a_name_is_bound_by_itself_by_wildcards_and_from_above),
        cmocka_unit_test(whether_is_told_by_one_clock_and_until_when_by_the_other),
        cmocka_unit_test(names_longer_than_any_host_name_are_no_wildcards),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
