/* Names that clients asked for: taken down once, kept over restarts, bounded, and no site's own. */
#include "api_ask.h"
#include "control/seen.h"
#include "store/seen.h"
#include "store/store_parts.h"

#define SITE                                                                                                           \
    "{\"name\":\"example.org\",\"aliases\":[\"example.com\",\"*.example.net\"],\"upstreams\":[\"http://"               \
    "127.0.0.1:1\"]}"
#define SITE_APP "{\"name\":\"app.example.org\",\"upstreams\":[\"http://127.0.0.1:1\"]}"
#define LIST_MAX 512

struct listed {
    char text[16384]; /* "name count by\n" … */
    size_t size, count, stop_after;
    int64_t first_s, last_s; /* of the one read last */
};

static bool add(void *context, const struct seen_name *name)
{
    struct listed *list = context;
    assert_true(list->size < sizeof list->text - 400);
    list->size += (size_t)snprintf(list->text + list->size, sizeof list->text - list->size, "%.*s %llu %s%s\n",
                                   STR_ARG(name->name), (unsigned long long)name->count, name->by_sni ? "s" : "",
                                   name->by_host ? "h" : "");
    list->first_s = name->first_s;
    list->last_s = name->last_s;
    return ++list->count != list->stop_after;
}

#define assert_seen(f, domain, expected)                                                                               \
    do {                                                                                                               \
        struct listed list_ = {.size = 0};                                                                             \
        assert_true(seen_each(&(f)->core, STR(domain), add, &list_));                                                  \
        assert_string_equal(list_.text, expected);                                                                     \
    } while (0)

static void take(struct fixture *f)
{
    struct err err = {0};
    bool more = true;
    while (more)
        if (!seen_take(f->core.seen, &f->core.state, f->counters, core_over_s(&f->core), &more, &err))
            fail_msg("%s", err.text);
}

static void note(struct fixture *f, const char *site, const char *name, enum seen_by by)
{
    uint32_t slot = state_find(&f->core.state, str_from(site))->slot;
    seen_note(&f->counters->blocks[0].seen, slot, str_from(name), by, clock_wall_s() + f->passed_s);
}

static struct fixture *begin(void)
{
    struct fixture *f = fixture_new();
    RUN_ONE(f, "POST", "/v1/sites", SITE, 201, NULL);
    take(f); /* as control does when it starts */
    return f;
}

static void a_name_is_there_at_once_and_after_it_was_taken_down(void **state)
{
    struct fixture *f = begin();
    (void)state;
    note(f, "example.org", "legacy.example.org", SEEN_BY_SNI);
    note(f, "example.org", "legacy.example.org", SEEN_BY_HOST);
    assert_seen(f, "example.org", "legacy.example.org 2 sh\n");
    take(f);
    assert_seen(f, "example.org", "legacy.example.org 2 sh\n");
    note(f, "example.org", "legacy.example.org", SEEN_BY_HOST);
    assert_seen(f, "example.org", "legacy.example.org 3 sh\n");
    take(f);
    take(f);
    assert_seen(f, "example.org", "legacy.example.org 3 sh\n");
    assert_seen(f, "legacy.example.org", "");
    assert_seen(f, "ample.org", "");
    assert_seen(f, "example.com", "");
    fixture_free(f);
}

static void the_newest_comes_first_and_the_visitor_may_stop(void **state)
{
    struct fixture *f = begin();
    struct listed list = {.stop_after = 2};
    (void)state;
    note(f, "example.org", "c.example.org", SEEN_BY_SNI);
    f->passed_s += 10;
    note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    take(f);
    f->passed_s += 10;
    note(f, "example.org", "b.example.org", SEEN_BY_HOST);
    assert_false(seen_each(&f->core, STR("example.org"), add, &list));
    assert_string_equal(list.text, "b.example.org 1 h\na.example.org 1 s\n");
    assert_true(list.first_s == list.last_s && list.last_s > 0);
    fixture_free(f);
}

static void aliases_and_wildcards_have_names_below_them_too(void **state)
{
    struct fixture *f = begin();
    (void)state;
    note(f, "example.org", "www.example.com", SEEN_BY_SNI);
    note(f, "example.org", "tenant.example.net", SEEN_BY_SNI);
    note(f, "example.org", "elsewhere.test", SEEN_BY_SNI);                /* the slot was another site's then */
    note(f, "example.org", "strictgate-probe.example.net", SEEN_BY_HOST); /* our own look */
    assert_seen(f, "example.net", "tenant.example.net 1 s\n");
    take(f);
    assert_seen(f, "example.com", "www.example.com 1 s\n");
    assert_seen(f, "example.net", "tenant.example.net 1 s\n");
    assert_seen(f, "test", "");
    RUN_ONE(f, "GET", "/v1/sites/example.org/seen-names", NULL, 200, "\"name\":\"www.example.com\",");
    RUN_ONE(f, "GET", "/v1/sites/example.org/seen-names", NULL, 200, "\"name\":\"tenant.example.net\",");
    fixture_free(f);
}

static void a_name_that_became_a_sites_own_is_left_out(void **state)
{
    struct fixture *f = begin();
    (void)state;
    note(f, "example.org", "app.example.org", SEEN_BY_SNI);
    take(f);
    assert_seen(f, "example.org", "app.example.org 1 s\n");
    RUN_ONE(f, "POST", "/v1/sites", SITE_APP, 201, NULL);
    assert_seen(f, "example.org", "");
    note(f, "app.example.org", "deep.app.example.org", SEEN_BY_HOST);
    take(f);
    assert_seen(f, "example.org", "deep.app.example.org 1 h\n");
    assert_seen(f, "app.example.org", "deep.app.example.org 1 h\n");
    fixture_free(f);
}

static void control_dies_and_nothing_is_counted_twice_or_lost(void **state)
{
    struct fixture *f = begin();
    (void)state;
    for (int i = 0; i < 5; i++)
        note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    take(f);
    fixture_restart(f);
    take(f); /* what is in the table is what was taken */
    assert_seen(f, "example.org", "a.example.org 5 s\n");
    note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    assert_seen(f, "example.org", "a.example.org 6 s\n");
    take(f);
    fixture_unload(f); /* killed, and this comes meanwhile: that it came is known, how often is not */
    f->passed_s += 5;
    int64_t now_s = clock_wall_s() + f->passed_s; /* of one second: else the newest comes first */
    seen_note(&f->counters->blocks[0].seen, 0, STR("a.example.org"), SEEN_BY_SNI, now_s);
    seen_note(&f->counters->blocks[0].seen, 0, STR("b.example.org"), SEEN_BY_HOST, now_s);
    seen_note(&f->counters->blocks[0].seen, 0, STR("b.example.org"), SEEN_BY_HOST, now_s);
    fixture_load(f);
    take(f);
    assert_seen(f, "example.org", "a.example.org 7 s\nb.example.org 2 h\n");
    memset(&f->counters->blocks[0].seen, 0, sizeof f->counters->blocks[0].seen); /* all of it is started anew */
    fixture_restart(f);
    take(f);
    assert_seen(f, "example.org", "a.example.org 7 s\nb.example.org 2 h\n");
    fixture_free(f);
}

/* A wall clock that a time server put right by minutes is ahead of the ledger's for as long as control runs. */
static void a_wall_clock_that_is_ahead_of_the_ledgers_makes_nothing_count_twice(void **state)
{
    struct fixture *f = begin();
    struct listed list = {.size = 0};
    int64_t over_s = core_over_s(&f->core);
    (void)state;
    for (int i = 0; i < 5; i++)
        seen_note(&f->counters->blocks[0].seen, 0, STR("a.example.org"), SEEN_BY_SNI, over_s + 250);
    take(f);
    fixture_restart(f);
    take(f);
    assert_seen(f, "example.org", "a.example.org 5 s\n");
    seen_note(&f->counters->blocks[0].seen, 0, STR("b.example.org"), SEEN_BY_SNI, over_s + 86400); /* nor can that be */
    take(f);
    list.stop_after = 1;
    (void)seen_each(&f->core, STR("example.org"), add, &list);
    assert_string_equal(list.text, "b.example.org 1 s\n");
    assert_in_range(list.last_s, over_s + HSTS_CLOCK_JUMP_S, core_over_s(&f->core) + HSTS_CLOCK_JUMP_S);
    fixture_free(f);
}

static void a_slot_that_was_just_being_written_is_not_counted_twice(void **state)
{
    struct fixture *f = begin();
    uint32_t shelf = seen_shelf_of(state_find(&f->core.state, STR("example.org"))->slot);
    uint64_t *version = &f->counters->blocks[0].seen.shelves[shelf].slots[0].version;
    (void)state;
    note(f, "example.org", "a.example.org", SEEN_BY_SNI); /* slot 0 */
    note(f, "example.org", "b.example.org", SEEN_BY_SNI);
    take(f);
    ++*version;
    note(f, "example.org", "b.example.org", SEEN_BY_SNI);
    take(f);
    ++*version;
    note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    assert_seen(f, "example.org", "a.example.org 2 s\nb.example.org 2 s\n");
    take(f);
    assert_seen(f, "example.org", "a.example.org 2 s\nb.example.org 2 s\n");
    fixture_free(f);
}

/* Two gateways overlap at a reload, each with a table of its own. */
static void tables_of_several_workers_are_one(void **state)
{
    struct fixture *f = begin();
    struct counters *two = aligned_alloc(_Alignof(struct counters), counters_size(2));
    (void)state;
    assert_non_null(two);
    memcpy(two, f->counters, counters_size(1));
    memset(&two->blocks[1], 0, sizeof two->blocks[1]);
    free(f->counters);
    f->core.counters = f->counters = two;
    two->blocks_count = 2;
    note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    seen_note(&two->blocks[1].seen, 0, STR("a.example.org"), SEEN_BY_HOST, clock_wall_s());
    assert_seen(f, "example.org", "a.example.org 2 sh\n");
    take(f);
    assert_seen(f, "example.org", "a.example.org 2 sh\n");
    fixture_free(f);
}

static void the_api_gives_the_names_of_a_site(void **state)
{
    static const struct step steps[] = {
        {"GET", "/v1/sites/example.org/seen-names", NULL, 200,
         "{\"site\":\"example.org\",\"names\":[],\"more\":false}"},
        {"GET", "/v1/sites/nobody.test/seen-names", NULL, 404, "nobody.test"},
        {"GET", "/v1/sites/example.org/seen-names?limit=0", NULL, 400, "limit=1"},
        {"GET", "/v1/sites/example.org/seen-names?limit=1001", NULL, 400, "limit=1"},
        {"GET", "/v1/sites/example.org/seen-names?site=x", NULL, 400, "\\\"site\\\" is not understood"},
        {"POST", "/v1/sites/example.org/seen-names", "{}", 405, NULL},
    };
    struct fixture *f = begin();
    (void)state;
    RUN(f, steps);
    note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    take(f);
    f->passed_s += 1;
    note(f, "example.org", "b.example.org", SEEN_BY_HOST);
    RUN_ONE(f, "GET", "/v1/sites/example.org/seen-names?limit=1", NULL, 200,
            "\"count\":1,\"by\":[\"host\"]}],\"more\":true}");
    RUN_ONE(f, "GET", "/v1/sites/example.org/seen-names?limit=2", NULL, 200,
            "\"count\":1,\"by\":[\"sni\"]}],\"more\":false}");
    fixture_free(f);
}

/* One list for all names of a site: what lies below two of them is in it once, with what it has. */
static void a_name_below_two_names_of_its_site_is_listed_once(void **state)
{
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites",
            "{\"name\":\"example.org\",\"aliases\":[\"www.example.org\",\"*.example.org\",\"*.www.example.org\"],"
            "\"upstreams\":[\"http://127.0.0.1:1\"]}",
            201, NULL);
    take(f);
    note(f, "example.org", "a.www.example.org", SEEN_BY_SNI);
    take(f);
    note(f, "example.org", "a.www.example.org", SEEN_BY_SNI);
    RUN_ONE(f, "GET", "/v1/sites/example.org/seen-names", NULL, 200, "\"count\":2,\"by\":[\"sni\"]}],\"more\":false}");
    fixture_free(f);
}

static int64_t rows_count(struct fixture *f)
{
    int64_t count;
    assert_true(db_number(f->core.store->db, "SELECT count(*) FROM seen_name", &count, NULL));
    return count;
}

static void a_flood_over_hours_is_bounded_and_leaves_what_comes_again(void **state)
{
    struct fixture *f = begin();
    struct listed list = {.size = 0};
    (void)state;
    for (unsigned minute = 0; minute < 120; minute++) {
        char name[64];
        for (unsigned i = 0; i < 2 && minute % 30 == 0; i++)
            note(f, "example.org", "legacy.example.org", SEEN_BY_SNI);
        for (unsigned i = 0; i < 30; i++) {
            (void)snprintf(name, sizeof name, "x%u.example.org", minute * 100 + i);
            note(f, "example.org", name, SEEN_BY_SNI);
        }
        take(f);
        f->passed_s += 60;
        assert_true(rows_count(f) <= SEEN_KEPT_PER_DOMAIN);
    }
    assert_int_equal(rows_count(f), SEEN_KEPT_PER_DOMAIN);
    assert_true(seen_each(&f->core, STR("example.org"), add, &list));
    assert_non_null(strstr(list.text, "legacy.example.org 8 s\n"));
    fixture_free(f);
}

static void put(struct fixture *f, const char *domain, unsigned from, unsigned count, const struct seen_bounds *bounds)
{
    struct seen_row rows[LIST_MAX];
    char names[LIST_MAX][64];
    for (unsigned i = 0; i < count; i++) {
        (void)snprintf(names[i], sizeof names[i], "n%u.%s", from + i, domain);
        rows[i] = (struct seen_row){.name = str_from(names[i]),
                                    .domain = str_from(domain),
                                    .first_s = 1000 + from + i,
                                    .last_s = 1000 + from + i,
                                    .count = 1,
                                    .hours = 1,
                                    .by = SEEN_BY_SNI};
    }
    assert_true(store_seen_put(f->core.store, rows, count, bounds, NULL));
}

#define ROWS_LIKE(f, like) rows_of(f, "SELECT count(*) FROM seen_name WHERE name LIKE '" like "'")

/* The text of a query outlives it (db_query): a constant. */
static int64_t rows_of(struct fixture *f, const char *query)
{
    int64_t count;
    assert_true(db_number(f->core.store->db, query, &count, NULL));
    return count;
}

static void the_domain_with_most_names_makes_room_for_the_others(void **state)
{
    struct fixture *f = begin();
    const struct seen_bounds bounds = {.now_s = 5000, .per_domain_count = 200, .count = 300};
    (void)state;
    put(f, "a.test", 0, 200, &bounds);
    put(f, "b.test", 0, 100, &bounds);
    assert_int_equal(ROWS_LIKE(f, "%.a.test"), 200);
    put(f, "c.test", 0, 80, &bounds);
    assert_int_equal(rows_count(f), 300);
    assert_int_equal(ROWS_LIKE(f, "%.c.test"), 80);
    assert_int_equal(ROWS_LIKE(f, "%.b.test"), 100);
    assert_int_equal(ROWS_LIKE(f, "n199.a.test"), 1); /* the oldest have gone */
    assert_int_equal(ROWS_LIKE(f, "n0.a.test"), 0);
    put(f, "c.test", 100, 200, &bounds);
    assert_int_equal(rows_count(f), 300);
    assert_true(ROWS_LIKE(f, "%.b.test") >= 75);
    fixture_free(f);
}

static void names_of_a_site_that_is_gone_and_names_of_long_ago_are_forgotten(void **state)
{
    struct fixture *f = begin();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", SITE_APP, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"other.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", 201, NULL);
    note(f, "app.example.org", "a.app.example.org", SEEN_BY_SNI);
    note(f, "other.test", "a.other.test", SEEN_BY_SNI);
    take(f);
    RUN_ONE(f, "DELETE", "/v1/sites/app.example.org", NULL, 200, NULL);
    RUN_ONE(f, "DELETE", "/v1/sites/other.test", NULL, 200, NULL);
    f->passed_s += 3600;
    take(f);
    assert_seen(f, "example.org", "a.app.example.org 1 s\n"); /* it is below this one as well */
    assert_seen(f, "other.test", "");
    f->passed_s += SEEN_KEPT_S - 7200;
    take(f);
    assert_seen(f, "example.org", "a.app.example.org 1 s\n");
    f->passed_s += 7200;
    take(f);
    assert_seen(f, "example.org", "");
    assert_int_equal(rows_count(f), 0);
    fixture_free(f);
}

static void what_cannot_be_written_comes_with_the_next_slice(void **state)
{
    struct fixture *f = begin();
    struct err err = {0};
    bool more;
    (void)state;
    note(f, "example.org", "a.example.org", SEEN_BY_SNI);
    assert_true(db_script(f->core.store->db, "ALTER TABLE seen_name RENAME TO away;", &err));
    assert_false(seen_take(f->core.seen, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
    assert_true(err.text[0] != 0);
    assert_true(db_script(f->core.store->db, "ALTER TABLE away RENAME TO seen_name;", NULL));
    take(f);
    assert_seen(f, "example.org", "a.example.org 1 s\n");
    fixture_free(f);
}

static void many_tables_that_moved_are_taken_in_slices(void **state)
{
    struct fixture *f = begin();
    struct err err = {0};
    char name[64];
    bool more;
    unsigned slices = 0;
    (void)state;
    for (uint32_t s = 0; s < 200; s++) {
        char site[96];
        (void)snprintf(site, sizeof site, "{\"name\":\"s%u.test\",\"upstreams\":[\"http://127.0.0.1:1\"]}", s);
        RUN_ONE(f, "POST", "/v1/sites", site, 201, NULL);
    }
    for (size_t i = 0; i < f->core.state.sites_count; i++) {
        const struct site *site = f->core.state.sites[i];
        (void)snprintf(name, sizeof name, "a.%.*s", STR_ARG(site->name));
        seen_note(&f->counters->blocks[0].seen, site->slot, str_from(name), SEEN_BY_SNI, clock_wall_s());
    }
    do {
        assert_true(seen_take(f->core.seen, &f->core.state, f->counters, core_over_s(&f->core), &more, &err));
        slices++;
    } while (more);
    assert_true(slices > 3);
    assert_int_equal(rows_count(f), 201);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_name_is_there_at_once_and_after_it_was_taken_down),
        cmocka_unit_test(the_newest_comes_first_and_the_visitor_may_stop),
        cmocka_unit_test(aliases_and_wildcards_have_names_below_them_too),
        cmocka_unit_test(a_name_that_became_a_sites_own_is_left_out),
        cmocka_unit_test(control_dies_and_nothing_is_counted_twice_or_lost),
        cmocka_unit_test(a_wall_clock_that_is_ahead_of_the_ledgers_makes_nothing_count_twice),
        cmocka_unit_test(a_slot_that_was_just_being_written_is_not_counted_twice),
        cmocka_unit_test(tables_of_several_workers_are_one),
        cmocka_unit_test(the_api_gives_the_names_of_a_site),
        cmocka_unit_test(a_name_below_two_names_of_its_site_is_listed_once),
        cmocka_unit_test(a_flood_over_hours_is_bounded_and_leaves_what_comes_again),
        cmocka_unit_test(the_domain_with_most_names_makes_room_for_the_others),
        cmocka_unit_test(names_of_a_site_that_is_gone_and_names_of_long_ago_are_forgotten),
        cmocka_unit_test(what_cannot_be_written_comes_with_the_next_slice),
        cmocka_unit_test(many_tables_that_moved_are_taken_in_slices),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
