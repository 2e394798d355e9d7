/* Sites and the numbers: only what differs is written, and what cannot be read is told with its place. */
#include "store/store_parts.h"
#include "store_fixture.h"

static const char *const names[] = {"a.example", "b.example", "c.example", NULL};

static int64_t number(struct fixture *f, const char *sql)
{
    int64_t value = -1;
    assert_true(db_number(f->store->db, sql, &value, NULL));
    return value;
}

/* The rows that are written are those whose sites are others by pointer. */
static void only_what_differs_is_written(void **state)
{
    struct fixture f;
    struct state before, after;
    (void)state;
    fixture_init(&f);
    fixture_state(&before, names, 300, 1);
    fixture_save(&f, &(struct store_change){.after = &before});
    assert_true(db_script(f.store->db,
                          "CREATE TEMP TABLE touched (name TEXT);"
                          "CREATE TEMP TRIGGER inserted AFTER INSERT ON main.site BEGIN INSERT INTO touched VALUES "
                          "('+' || NEW.name); END;"
                          "CREATE TEMP TRIGGER updated AFTER UPDATE ON main.site BEGIN INSERT INTO touched VALUES "
                          "('=' || NEW.name); END;"
                          "CREATE TEMP TRIGGER deleted AFTER DELETE ON main.site BEGIN INSERT INTO touched VALUES "
                          "('-' || OLD.name); END;",
                          NULL));
    assert_true(state_copy(&before, &after, NULL));
    state_remove(&after, STR("c.example"));
    struct site *fresh = fixture_site("0.example"), *changed = fixture_site("b.example");
    assert_true(state_add(&after, &fresh, 1, NULL));
    state_replace(&after, changed);
    after.generation = 2;
    fixture_save(&f, &(struct store_change){.before = &before, .after = &after});
    assert_int_equal(number(&f, "SELECT count(*) FROM touched"), 3);
    assert_int_equal(number(&f, "SELECT count(*) FROM touched WHERE name IN ('+0.example', '=b.example', "
                                "'-c.example')"),
                     3);
    site_unref(fresh);
    site_unref(changed);
    state_fini(&before);
    state_fini(&after);
    fixture_fini(&f);
}

static void without_a_before_everything_is_replaced(void **state)
{
    static const char *const others[] = {"b.example", "d.example", NULL};
    struct fixture f;
    struct state first, second, loaded;
    struct book book;
    (void)state;
    fixture_init(&f);
    fixture_state(&first, names, 300, 1);
    fixture_state(&second, others, 86400, 2);
    fixture_save(&f, &(struct store_change){.after = &first});
    fixture_save(&f, &(struct store_change){.after = &second});
    fixture_load(&f, &loaded, &book);
    assert_int_equal(loaded.sites_count, 2);
    assert_str(loaded.sites[0]->name, STR("b.example"));
    assert_int_equal(loaded.sites[0]->hsts.max_age_s, 86400);
    assert_str(loaded.sites[1]->name, STR("d.example"));
    state_fini(&loaded);
    book_fini(&book);
    state_fini(&first);
    state_fini(&second);
    fixture_fini(&f);
}

static void what_cannot_be_read_is_told_with_its_place(void **state)
{
    static const struct {
        const char *sql, *text;
    } cases[] = {
        {"UPDATE site SET content = '{' WHERE name = 'b.example';", "at b.example: it is no valid JSON"},
        {"UPDATE site SET content = '{\"name\":\"b.example\"}' WHERE name = 'b.example';", "at b.example, routes"},
        {"UPDATE site SET content = (SELECT content FROM site WHERE name = 'a.example') WHERE name = 'b.example';",
         "belongs to the site a.example already"},
        {"UPDATE installation SET settings = '{\"colour\":1}';", "at the settings, settings.colour"},
        {"UPDATE installation SET settings = '';", "at the settings: it is no valid JSON"},
    };
    struct fixture f;
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct state first, loaded;
        struct book book;
        struct err err = {0};
        fixture_init(&f);
        fixture_state(&first, names, 300, 1);
        fixture_save(&f, &(struct store_change){.after = &first});
        assert_true(db_script(f.store->db, cases[i].sql, NULL));
        assert_false(store_load(f.store, &loaded, &book, &err));
        if (!strstr(err.text, cases[i].text))
            fail_msg("%s: %s", cases[i].sql, err.text);
        assert_int_not_equal(err.fix[0], 0);
        state_fini(&first);
        fixture_fini(&f);
    }
}

/* The documented way on when the key is lost for good. */
static void a_database_without_a_mark_takes_the_present_key(void **state)
{
    struct fixture f;
    (void)state;
    fixture_init(&f);
    assert_true(db_script(f.store->db, "UPDATE installation SET seal_check = NULL;", NULL));
    fixture_close(&f);
    f.key[0]++;
    fixture_open(&f);
    fixture_close(&f);
    fixture_open(&f);
    assert_int_equal(number(&f, "SELECT seal_check IS NOT NULL FROM installation"), 1);
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_differs_is_written),
        cmocka_unit_test(without_a_before_everything_is_replaced),
        cmocka_unit_test(what_cannot_be_read_is_told_with_its_place),
        cmocka_unit_test(a_database_without_a_mark_takes_the_present_key),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
