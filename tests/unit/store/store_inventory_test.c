/* Names below sites: they come once, with all their sources; looks and words stay with them; they go with their site.
 */
#include "store/store_parts.h"
#include "store_fixture.h"

#define SITE STR("a.example")
#define BIT  SUBNAME_BIT

static struct subname_taken add_as(struct fixture *f, const char *site, const char *const *names, unsigned sources,
                                   int64_t now_s)
{
    struct subname_newcomer rows[8];
    struct subname_taken taken;
    struct err err = {0};
    size_t count = 0;
    for (; names[count]; count++)
        rows[count] = (struct subname_newcomer){.name = str_from(names[count]), .sources = sources};
    if (!store_add_subnames(f->store, str_from(site), rows, count, now_s, NULL, &taken, &err))
        fail_msg("%s", err.text);
    return taken;
}

static bool note(void *context, const struct subname_entry *e)
{
    return buf_printf(
        context, "%.*s %x %lld-%lld %.*s %s %x [%.*s] [%.*s] %lld sign %.*s %lld %.*s %s except %.*s %lld %.*s %lld|",
        STR_ARG(e->name), e->sources, (long long)e->added_s, (long long)e->last_s, STR_ARG(e->cname),
        subname_verdicts[e->verdict], e->flags, STR_ARG(e->detail), STR_ARG(e->addresses), (long long)e->looked_s,
        STR_ARG(e->sign_off.by), (long long)e->sign_off.at_s, STR_ARG(e->sign_off.text),
        subname_verdicts[e->signed_verdict], STR_ARG(e->exception.by), (long long)e->exception.at_s,
        STR_ARG(e->exception.text), (long long)e->exception_until_s);
}

static bool note_name(void *context, const struct subname_entry *e)
{
    return buf_printf(context, "%.*s ", STR_ARG(e->name));
}

static void check_names(struct fixture *f, const char *site, const char *after, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_subnames(f->store, str_from(site), str_from(after), note_name, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void check_one(struct fixture *f, const char *name, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_subname(f->store, SITE, str_from(name), note, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void take(struct fixture *f, size_t limit, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_take_subnames(f->store, SITE, limit, note_name, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static size_t wanted(struct fixture *f)
{
    size_t count = 99;
    assert_true(store_wanted_subnames(f->store, SITE, &count, NULL));
    return count;
}

static void put_found(struct fixture *f, const char *name, enum subname_verdict verdict, int64_t at_s)
{
    const struct subname_found found = {.name = str_from(name),
                                        .verdict = verdict,
                                        .flags = BIT(SUBNAME_INTERNAL_ONLY),
                                        .detail = STR("What was seen."),
                                        .addresses = STR("10.0.0.1 fc00::1"),
                                        .cname = STR("b.example")};
    assert_true(store_put_subnames_found(f->store, SITE, &found, 1, at_s, NULL));
}

static void a_name_comes_once_with_all_its_sources(void **state)
{
    static const char *const first[] = {"www.a.example", "mail.a.example", NULL};
    static const char *const second[] = {"mail.a.example", "ftp.a.example", "mail.a.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    struct subname_taken taken = add_as(&f, "a.example", first, BIT(SUBNAME_ZONE), 100);
    assert_int_equal(taken.added, 2);
    assert_int_equal(taken.known, 0);
    taken = add_as(&f, "a.example", second, BIT(SUBNAME_TYPED), 200);
    assert_int_equal(taken.added, 1);
    assert_int_equal(taken.known, 2);
    fixture_close(&f);
    fixture_open(&f);
    check_names(&f, "a.example", "", "ftp.a.example mail.a.example www.a.example ");
    check_names(&f, "a.example", "ftp.a.example", "mail.a.example www.a.example ");
    check_names(&f, "b.example", "", "");
    check_one(&f, "mail.a.example", "mail.a.example 41 100-200  unlooked 0 [] [] 0 sign  0  unlooked except  0  0|");
    check_one(&f, "gone.a.example", "");
    fixture_fini(&f);
}

static void names_are_taken_to_be_looked_at_until_it_is_told_what_was_found(void **state)
{
    static const char *const names[] = {"1.a.example", "2.a.example", "3.a.example", NULL};
    int64_t looked_s = 99;
    struct fixture f;
    (void)state;
    fixture_init(&f);
    (void)add_as(&f, "a.example", names, BIT(SUBNAME_TYPED), 100);
    assert_int_equal(wanted(&f), 3);
    take(&f, 2, "1.a.example 2.a.example ");
    put_found(&f, "1.a.example", SUBNAME_HTTPS, 300);
    fixture_close(&f); /* the second was under way */
    fixture_open(&f);
    assert_int_equal(wanted(&f), 2);
    assert_true(store_subnames_looked(f.store, SITE, &looked_s, NULL));
    assert_int_equal(looked_s, 0);
    take(&f, 100, "2.a.example 3.a.example ");
    assert_true(store_want_subnames(f.store, SITE, NULL)); /* all of them, also those under way */
    put_found(&f, "2.a.example", SUBNAME_DEAD, 400);
    put_found(&f, "3.a.example", SUBNAME_DEAD, 400);
    put_found(&f, "gone.a.example", SUBNAME_DEAD, 400);
    assert_int_equal(wanted(&f), 3);
    assert_true(store_subnames_looked(f.store, SITE, &looked_s, NULL));
    assert_int_equal(looked_s, 300);
    check_one(&f, "2.a.example",
              "2.a.example 40 100-100 b.example dead 2 [What was seen.] [10.0.0.1 fc00::1] 400 sign  0  unlooked "
              "except  0  0|");
    fixture_fini(&f);
}

static void put_unseen(struct fixture *f, const char *name, enum subname_verdict verdict, unsigned flags)
{
    const struct subname_found found = {.name = str_from(name), .verdict = verdict, .flags = flags};
    assert_true(store_put_subnames_found(f->store, SITE, &found, 1, 500, NULL));
}

static void where_a_name_leads_is_known_from_its_list_until_an_address_comes(void **state)
{
    const struct subname_newcomer row = {
        .name = STR("1.a.example"), .sources = BIT(SUBNAME_ZONE), .cname = STR("b.example")};
    struct subname_taken taken;
    struct fixture f;
    (void)state;
    fixture_init(&f);
    assert_true(store_add_subnames(f.store, SITE, &row, 1, 100, NULL, &taken, NULL));
    put_unseen(&f, "1.a.example", SUBNAME_DEAD, 0);
    put_unseen(&f, "1.a.example", SUBNAME_UNLOOKED, 0);
    check_one(&f, "1.a.example",
              "1.a.example 1 100-100 b.example unlooked 0 [] [] 500 sign  0  unlooked except  0  0|");
    put_unseen(&f, "1.a.example", SUBNAME_NO_WEB, 0);
    check_one(&f, "1.a.example", "1.a.example 1 100-100  no_web 0 [] [] 500 sign  0  unlooked except  0  0|");
    fixture_fini(&f);
}

static void what_shuts_visitors_out_holds_until_something_else_is_seen(void **state)
{
    static const char *const names[] = {"1.a.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    (void)add_as(&f, "a.example", names, BIT(SUBNAME_TYPED), 100);
    take(&f, 1, "1.a.example ");
    put_found(&f, "1.a.example", SUBNAME_HTTP_ONLY, 300);
    assert_true(store_want_subnames(f.store, SITE, NULL));
    take(&f, 1, "1.a.example ");
    put_unseen(&f, "1.a.example", SUBNAME_UNLOOKED, 0);
    assert_int_equal(wanted(&f), 0);
    check_one(&f, "1.a.example",
              "1.a.example 40 100-100 b.example http_only 2 [What was seen.] [10.0.0.1 fc00::1] 500 sign  0  unlooked "
              "except  0  0|");
    put_unseen(&f, "1.a.example", SUBNAME_HTTPS, 0);
    put_unseen(&f, "1.a.example", SUBNAME_UNLOOKED, 0);
    check_one(&f, "1.a.example", "1.a.example 40 100-100  unlooked 0 [] [] 500 sign  0  unlooked except  0  0|");
    fixture_fini(&f);
}

static void what_was_only_seen_goes_when_it_is_nothing_and_nobody_asks_for_it(void **state)
{
    static const char *const seen[] = {"asked.a.example", "dead.a.example", "new.a.example",   "real.a.example",
                                       "said.a.example",  "wild.a.example", "wrong.a.example", NULL};
    static const char *const typed[] = {"typed.a.example", NULL};
    const struct subname_word word = {STR("anna"), 600, STR("ours")};
    const struct store_subname_words words = {.sign_off = &word};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    (void)add_as(&f, "a.example", seen, BIT(SUBNAME_SEEN), 100);
    (void)add_as(&f, "a.example", typed, BIT(SUBNAME_TYPED), 100);
    assert_true(db_script(f.store->db,
                          "INSERT INTO seen_name (name, domain, first_s, last_s, count, hours, worth, by) VALUES "
                          "('asked.a.example', 'a.example', 1, 1, 1, 1, 1, 1);",
                          NULL));
    for (size_t i = 0; seen[i]; i++)
        if (!str_eq(str_from(seen[i]), STR("new.a.example")))
            put_unseen(&f, seen[i], SUBNAME_DEAD, 0);
    put_unseen(&f, "real.a.example", SUBNAME_HTTP_ONLY, 0);
    put_unseen(&f, "wild.a.example", SUBNAME_HTTP_ONLY, BIT(SUBNAME_WILDCARD));
    put_unseen(&f, "wrong.a.example", SUBNAME_UNLOOKED, 0);
    put_unseen(&f, "typed.a.example", SUBNAME_DEAD, 0);
    assert_true(store_put_subname_words(f.store, SITE, STR("said.a.example"), &words, NULL, NULL));
    assert_true(store_forget_subnames(f.store, STR("b.example"), NULL));
    check_names(&f, "a.example", "r", "real.a.example said.a.example typed.a.example wild.a.example wrong.a.example ");
    assert_true(store_forget_subnames(f.store, SITE, NULL));
    check_names(&f, "a.example", "", "asked.a.example new.a.example real.a.example said.a.example typed.a.example ");
    fixture_fini(&f);
}

static bool note_site(void *context, struct str site, bool is_wanted)
{
    return buf_printf(context, "%.*s%s ", STR_ARG(site), is_wanted ? "!" : "");
}

static void check_due(struct fixture *f, int64_t looked_s, const char *expected)
{
    struct buf text;
    buf_init(&text, 1 << 20);
    assert_true(store_inventories_due(f->store, looked_s, note_site, &text, NULL));
    assert_str(buf_str(&text), str_from(expected));
    buf_fini(&text);
}

static void inventories_are_due_that_have_news_or_are_old(void **state)
{
    static const char *const one[] = {"1.a.example", NULL}, *const other[] = {"1.b.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    check_due(&f, 1000, "");
    (void)add_as(&f, "a.example", one, BIT(SUBNAME_TYPED), 100);
    (void)add_as(&f, "b.example", other, BIT(SUBNAME_TYPED), 100);
    take(&f, 10, "1.a.example ");
    put_found(&f, "1.a.example", SUBNAME_HTTPS, 500);
    check_due(&f, 500, "b.example! ");
    check_due(&f, 501, "a.example b.example! ");
    assert_true(store_remove_subname(f.store, SITE, STR("1.a.example"), NULL, NULL));
    check_due(&f, 501, "b.example! ");
    fixture_fini(&f);
}

static void what_people_say_is_kept_with_the_name_and_in_the_audit_log(void **state)
{
    static const char *const names[] = {"1.a.example", NULL};
    const struct audit_entry audit = {
        .at_s = 7, .actor = STR("anna"), .act = STR("subdomains.sign-off"), .site = SITE, .outcome = STR("done")};
    const struct subname_word sign_off = {STR("anna"), 600, STR("moved")}, exception = {STR("bert"), 700, STR("old")};
    const struct subname_word none = {.by = STR(""), .text = STR("")};
    const struct store_subname_words both = {.sign_off = &sign_off, .exception = &exception, .exception_until_s = 900};
    const struct store_subname_words back = {.sign_off = &none};
    struct err err = {0};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    (void)add_as(&f, "a.example", names, BIT(SUBNAME_TYPED), 100);
    put_found(&f, "1.a.example", SUBNAME_NO_WEB, 500);
    assert_true(store_put_subname_words(f.store, SITE, STR("1.a.example"), &both, &audit, NULL));
    put_found(&f, "1.a.example", SUBNAME_HTTP_ONLY, 800);
    check_one(&f, "1.a.example",
              "1.a.example 40 100-100 b.example http_only 2 [What was seen.] [10.0.0.1 fc00::1] 800 sign anna 600 "
              "moved no_web except bert 700 old 900|");
    fixture_check_audit(&f, "1 7 anna subdomains.sign-off a.example done |");
    assert_true(store_put_subname_words(f.store, SITE, STR("1.a.example"), &back, NULL, NULL));
    check_one(&f, "1.a.example",
              "1.a.example 40 100-100 b.example http_only 2 [What was seen.] [10.0.0.1 fc00::1] 800 sign  0  "
              "http_only except bert 700 old 900|");
    assert_false(store_put_subname_words(f.store, SITE, STR("2.a.example"), &both, &audit, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    assert_false(store_remove_subname(f.store, SITE, STR("2.a.example"), &audit, &err));
    assert_int_equal(err.code, ERR_NOT_FOUND);
    fixture_check_audit(&f, "1 7 anna subdomains.sign-off a.example done |");
    assert_true(store_remove_subname(f.store, SITE, STR("1.a.example"), &audit, NULL));
    check_names(&f, "a.example", "", "");
    fixture_fini(&f);
}

static void an_inventory_goes_with_its_site(void **state)
{
    static const char *const both[] = {"a.example", "b.example", NULL}, *const one[] = {"b.example", NULL};
    static const char *const a[] = {"1.a.example", NULL}, *const b[] = {"1.b.example", NULL};
    struct state before, after;
    struct fixture f;
    (void)state;
    fixture_init(&f);
    fixture_state(&before, both, 0, 1);
    fixture_save(&f, &(struct store_change){.after = &before});
    (void)add_as(&f, "a.example", a, BIT(SUBNAME_TYPED), 100);
    (void)add_as(&f, "b.example", b, BIT(SUBNAME_TYPED), 100);
    fixture_state(&after, one, 0, 2);
    fixture_save(&f, &(struct store_change){.before = &before, .after = &after});
    check_names(&f, "a.example", "", "");
    check_names(&f, "b.example", "", "1.b.example ");
    check_due(&f, 1, "b.example! ");
    (void)add_as(&f, "a.example", a, BIT(SUBNAME_TYPED), 100);
    fixture_save(&f, &(struct store_change){.after = &after}); /* all that there is */
    check_names(&f, "a.example", "", "");
    check_names(&f, "b.example", "", "1.b.example ");
    state_fini(&before);
    state_fini(&after);
    fixture_fini(&f);
}

/* Put there past the functions: twenty thousand names take their time. */
static void there_is_an_end_to_an_inventory(void **state)
{
    static const char *const names[] = {"1.a.example", "2.a.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    assert_true(db_script(f.store->db,
                          "INSERT INTO inventory_name (site, name, sources, added_s, last_s) WITH RECURSIVE n (i) AS "
                          "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 19999) SELECT 'a.example', 'n' || i || "
                          "'.a.example', 1, 1, 1 FROM n;",
                          NULL));
    struct subname_taken taken = add_as(&f, "a.example", names, BIT(SUBNAME_TYPED), 100);
    assert_int_equal(taken.added, 1);
    assert_int_equal(taken.left_out, 1);
    taken = add_as(&f, "a.example", names, BIT(SUBNAME_TYPED), 100);
    assert_int_equal(taken.known, 1);
    assert_int_equal(taken.left_out, 1);
    fixture_fini(&f);
}

static void what_was_only_seen_leaves_room_for_what_is_listed(void **state)
{
    static const char *const names[] = {"1.a.example", NULL};
    struct fixture f;
    (void)state;
    fixture_init(&f);
    assert_true(db_script(f.store->db,
                          "INSERT INTO inventory_name (site, name, sources, added_s, last_s) WITH RECURSIVE n (i) AS "
                          "(SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT 'a.example', 'n' || i || "
                          "'.a.example', 32, 1, 1 FROM n;",
                          NULL));
    assert_int_equal(add_as(&f, "a.example", names, BIT(SUBNAME_SEEN), 100).left_out, 1);
    assert_int_equal(add_as(&f, "a.example", names, BIT(SUBNAME_TYPED), 100).added, 1);
    assert_int_equal(add_as(&f, "a.example", names, BIT(SUBNAME_SEEN), 100).known, 1);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_comes_once_with_all_its_sources),
        cmocka_unit_test(names_are_taken_to_be_looked_at_until_it_is_told_what_was_found),
        cmocka_unit_test(inventories_are_due_that_have_news_or_are_old),
        cmocka_unit_test(what_people_say_is_kept_with_the_name_and_in_the_audit_log),
        cmocka_unit_test(an_inventory_goes_with_its_site),
        cmocka_unit_test(there_is_an_end_to_an_inventory),
        cmocka_unit_test(what_was_only_seen_leaves_room_for_what_is_listed),
        cmocka_unit_test(where_a_name_leads_is_known_from_its_list_until_an_address_comes),
        cmocka_unit_test(what_shuts_visitors_out_holds_until_something_else_is_seen),
        cmocka_unit_test(what_was_only_seen_goes_when_it_is_nothing_and_nobody_asks_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
