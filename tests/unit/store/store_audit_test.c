/* The audit log: newest first, by site, page by page, and for good. */
#include "store/store_parts.h"
#include "store_fixture.h"

static void save_acts(struct fixture *f, const char *const *sites)
{
    for (int64_t at_s = 1; *sites; sites++, at_s++) {
        const struct audit_entry entry = {.at_s = at_s,
                                          .actor = STR("uid 1000 (anna)"),
                                          .act = STR("hsts.climb"),
                                          .site = str_from(*sites),
                                          .outcome = STR("done")};
        fixture_save(f, &(struct store_change){.audit = &entry, .audit_count = 1});
    }
}

static void check(struct fixture *f, const char *site, uint64_t before_id, uint32_t limit, const char *expected)
{
    struct buf text;
    buf_init(&text, 65536);
    assert_true(store_audit(f->store, str_from(site), before_id, limit, fixture_note_audit, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static bool compare(void *context, const struct audit_entry *entry)
{
    const struct audit_entry *expected = context;
    assert_int_equal(entry->id, 1);
    assert_int_equal(entry->at_s, expected->at_s);
    assert_str(entry->actor, expected->actor);
    assert_str(entry->act, expected->act);
    assert_str(entry->site, expected->site);
    assert_str(entry->outcome, expected->outcome);
    assert_str(entry->before, expected->before);
    assert_str(entry->after, expected->after);
    assert_str(entry->guards, expected->guards);
    assert_str(entry->override, expected->override);
    assert_str(entry->reason, expected->reason);
    return true;
}

static void every_part_of_an_entry_comes_back(void **state)
{
    struct fixture f;
    struct audit_entry entry = {.at_s = 1700000000,
                                .actor = STR("uid 1000 (anna)"),
                                .act = STR("hsts.climb"),
                                .site = STR("a.example"),
                                .outcome = STR("done"),
                                .before = STR("{\"mode\":\"hold\"}"),
                                .after = STR("{\"mode\":\"auto\"}"),
                                .guards = STR("[]"),
                                .override = STR("dwell traffic"),
                                .reason = STR("the audit is tomorrow; \"we\" know\nwhat we do \xc3\xa9")};
    (void)state;
    fixture_init(&f);
    fixture_save(&f, &(struct store_change){.audit = &entry, .audit_count = 1});
    fixture_close(&f);
    fixture_open(&f);
    assert_true(store_audit(f.store, STR(""), 0, 10, compare, &entry, NULL));
    fixture_fini(&f);
}

static void the_newest_come_first_of_all_or_of_one_site(void **state)
{
    static const char *const sites[] = {"a.example", "b.example", "", "a.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    save_acts(&f, sites);
#define ROW(id, site) id " " id " uid 1000 (anna) hsts.climb " site " done |"
    check(&f, "", 0, 100, ROW("4", "a.example") ROW("3", "") ROW("2", "b.example") ROW("1", "a.example"));
    check(&f, "a.example", 0, 100, ROW("4", "a.example") ROW("1", "a.example"));
    check(&f, "", 0, 2, ROW("4", "a.example") ROW("3", ""));
    check(&f, "", 3, 2, ROW("2", "b.example") ROW("1", "a.example"));
    check(&f, "a.example", 4, 2, ROW("1", "a.example"));
    check(&f, "c.example", 0, 2, "");
    check(&f, "", UINT64_MAX, 1, ROW("4", "a.example"));
    fixture_fini(&f);
}

static void no_entry_can_be_changed_or_removed(void **state)
{
    static const char *const sites[] = {"a.example", NULL};
    static const char *const statements[] = {
        "DELETE FROM audit;",
        "UPDATE audit SET reason = 'none';",
        "UPDATE audit SET id = 5;",
        "REPLACE INTO audit VALUES (1, 1, 'x', 'x', 'x', 'x', '', '', '', '', '');",
    };
    struct fixture f;
    struct err err = {0};
    (void)state;
    fixture_init(&f);
    save_acts(&f, sites);
    for (size_t i = 0; i < sizeof statements / sizeof *statements; i++) {
        if (db_script(f.store->db, statements[i], &err))
            fail_msg("done: %s", statements[i]);
        check(&f, "", 0, 100, ROW("1", "a.example"));
    }
    fixture_fini(&f);
}

/* A visitor may ask the store itself. */
static bool ask_again(void *context, const struct audit_entry *entry)
{
    struct fixture *f = context;
    char expected[100];
    (void)snprintf(expected, sizeof expected, "%llu %lld uid 1000 (anna) hsts.climb %.*s done |",
                   (unsigned long long)entry->id, (long long)entry->at_s, STR_ARG(entry->site));
    check(f, "", entry->id + 1, 1, expected);
    return true;
}

static void a_visitor_may_ask_the_store(void **state)
{
    static const char *const sites[] = {"a.example", "b.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    save_acts(&f, sites);
    assert_true(store_audit(f.store, STR(""), 0, 10, ask_again, &f, NULL));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_an_entry_comes_back),
        cmocka_unit_test(the_newest_come_first_of_all_or_of_one_site),
        cmocka_unit_test(no_entry_can_be_changed_or_removed),
        cmocka_unit_test(a_visitor_may_ask_the_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
