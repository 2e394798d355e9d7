/*
 * Versions of the database: each that was ever released is read whole and becomes what a new one is; newer ones and
 * files of other programs are refused and left alone. A saved database, databases/version_N.sql, is never edited.
 */
#include "store/account.h"
#include "store/certificate.h"
#include "store/store_parts.h"
#include "store_fixture.h"

static void make_from_sql(struct fixture *f, const char *file)
{
    char path[FIXTURE_PATH_SIZE], source[512];
    struct buf sql;
    struct db *db;
    struct err err = {0};
    fixture_make_directory(f);
    (void)snprintf(source, sizeof source, STRICTGATE_SOURCE "/tests/unit/store/databases/%s", file);
    assert_true(file_read(source, 1 << 24, &sql, &err));
    assert_true(buf_put_char(&sql, '\0'));
    fixture_write(f, "strictgate.db", STR(""));
    fixture_path(f, "strictgate.db", path);
    assert_true(db_open_fresh(path, &db, &err));
    if (!db_script(db, buf_str(&sql).data, &err))
        fail_msg("%s: %s", source, err.text);
    db_close(db);
    buf_fini(&sql);
}

static void check_sites(const struct state *state)
{
    assert_int_equal(state->generation, 41);
    assert_int_equal(state->clock.over_s, 1750002000);
    assert_int_equal(state->clock.sure_s, 1750000500);
    assert_int_equal(state->settings.tls_profile, SNAP_TLS_MODERN);
    assert_int_equal(state->site_slot_next, 4);
    assert_int_equal(state->upstream_slot_next, 5);
    assert_int_equal(state->sites_count, 2);
    const struct site *a = state->sites[0], *b = state->sites[1];
    assert_int_equal(a->slot, 3);
    assert_int_equal(a->created_s, 1740000000);
    assert_int_equal(a->hsts.mode, HSTS_AUTO);
    assert_int_equal(a->hsts.max_age_s, 86400);
    assert_int_equal(a->hsts.target_s, 31536000);
    assert_true(a->hsts.include_subdomains);
    assert_int_equal(b->hsts.mode, HSTS_RELEASE);
    assert_int_equal(b->hsts.ladder.count, 2);
}

static void check_keys(struct fixture *f, struct str id)
{
    struct certificates *certificates;
    struct cert *cert;
    struct err err = {0};
    assert_true(certificates_new(f->store, &certificates, NULL));
    if (!certificates_open(certificates, id, &cert, &err))
        fail_msg("%s", err.text);
    assert_true(cert_covers(cert, STR("a.example")));
    cert_free(cert);
    certificates_free(certificates);
    assert_true(store_local_ca_holds(f->store, STR("the root"), STR("its key")));
}

static bool note_root(void *context, const struct store_root *root)
{
    *(bool *)context = str_eq(root->fingerprint, STR("r1")) && root->declared_s == 1750000000;
    return true;
}

static void ignore_name(void *context, struct str name)
{
    (void)context;
    (void)name;
}

static void check_rest(struct fixture *f, uint32_t seen_of_file)
{
    struct evidence_counts traffic;
    struct arena arena;
    struct str request, body;
    uint16_t status;
    uint32_t served;
    bool has_root = false;
    fixture_check_ledger(f, "",
                         "3 *.b.example 31536000 sub preload cap 0, 1740000000 to 1745000000|"
                         "2 a.example 86400 sub cap 0, 1750001000 to -1|"
                         "1 a.example 300 cap 1760000000, 1750000000 to 1750001000|");
    fixture_check_audit(f, "2 1750000002  root.declare   r1|"
                           "1 1750001000 uid 1000 (anna) hsts.climb a.example done it's \"time\"|");
    assert_true(store_roots(f->store, note_root, &has_root, NULL));
    assert_true(has_root);
    assert_true(store_served_count(f->store, STR("a.example"), STR("file"), STR("ecdsa"), &served, NULL));
    assert_int_equal(served, seen_of_file); /* version 1: of which source they were is not known, and proves nothing */
    assert_true(store_served_count(f->store, STR("a.example"), STR(""), STR("ecdsa"), &served, NULL));
    assert_int_equal(served, 2);
    assert_true(store_traffic(f->store, STR("a.example"), 0, &traffic, NULL));
    assert_int_equal(traffic.https_requests, 30);
    arena_init(&arena, 65536);
    assert_true(store_idempotency_get(f->store, STR("k1"), 1750001000, &arena, &request, &status, &body, NULL));
    assert_str(body, STR("{\"applied\":true}"));
    arena_fini(&arena);
}

/* Everything that can be asked for, so that the next version's migration has something to lose. */
static void a_database_of_version_1_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    (void)unused;
    make_from_sql(&f, "version_1.sql");
    fixture_open(&f);
    assert_false(store_is_new(f.store));
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    check_rest(&f, 0);
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

/* Its certificates went out at a moment that nobody wrote down; the next acknowledgement is theirs, too. */
static void check_life(struct fixture *f, struct str id)
{
    struct evidence_life life;
    assert_true(store_life(f->store, STR("a.example"), id, STR("f3"), &life, NULL));
    assert_true(life.stored_s > 0);
    assert_int_equal(life.generation, 41);
    assert_int_equal(life.published_s, 0);
    assert_int_equal(life.acknowledged_s, 0);
    assert_int_equal(life.seen_first_s, 5);
    assert_int_equal(life.seen_last_s, 6);
    assert_true(store_acknowledge(f->store, 42, 1800000000, ignore_name, NULL, NULL));
    assert_true(store_life(f->store, STR("a.example"), id, STR("f3"), &life, NULL));
    assert_int_equal(life.acknowledged_s, 1800000000);
}

static void a_database_of_version_2_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    (void)unused;
    make_from_sql(&f, "version_2.sql");
    fixture_open(&f);
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    check_rest(&f, 2);
    check_life(&f, state.sites[0]->ecdsa);
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

static void a_database_of_version_5_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    int64_t channels = 0;
    (void)unused;
    make_from_sql(&f, "version_5.sql");
    fixture_open(&f);
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    assert_int_equal(state.sites[0]->drawer.source, SITE_SOURCE_NONE);
    assert_true(db_number(f.store->db, "SELECT count(*) FROM notify_channel WHERE name = 'mail'", &channels, NULL));
    assert_int_equal(channels, 1);
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

static void a_database_of_version_6_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    struct ca *cas[CA_COUNT_MAX];
    size_t cas_count = 1;
    int64_t drawers = 0;
    (void)unused;
    make_from_sql(&f, "version_6.sql");
    fixture_open(&f);
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    assert_false(state.sites[0]->automatic.wanted);
    assert_true(db_number(f.store->db, "SELECT count(*) FROM drawer", &drawers, NULL));
    assert_int_equal(drawers, 1);
    assert_true(store_cas(f.store, cas, &cas_count, NULL));
    assert_int_equal(cas_count, 0);
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

static void a_database_of_version_7_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    int64_t kept = 0;
    size_t accounts = 99;
    (void)unused;
    make_from_sql(&f, "version_7.sql");
    fixture_open(&f);
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    check_rest(&f, 2);
    assert_true(db_number(f.store->db, "SELECT (SELECT count(*) FROM acme_ca) + (SELECT count(*) FROM acme_order)",
                          &kept, NULL));
    assert_int_equal(kept, 2);
    assert_true(store_account_count(f.store, &accounts, NULL));
    assert_int_equal(accounts, 0);
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

static bool never(void *context, struct str name, struct str value)
{
    (void)context;
    fail_msg("%.*s %.*s", STR_ARG(name), STR_ARG(value));
    return false;
}

static void a_database_of_version_8_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    size_t accounts = 0;
    (void)unused;
    make_from_sql(&f, "version_8.sql");
    fixture_open(&f);
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    check_rest(&f, 2);
    assert_true(store_account_count(f.store, &accounts, NULL));
    assert_int_equal(accounts, 1);
    assert_true(store_dns_records_left(f.store, 1, never, NULL, NULL));
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

struct hourly {
    uint64_t hours, days; /* requests over HTTPS */
};

static void add_hours(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    (void)at_s;
    ((struct hourly *)context)->hours += counts->https_requests;
}

static void add_days(void *context, int64_t at_s, const struct evidence_counts *counts)
{
    assert_int_equal(at_s % 86400, 0);
    ((struct hourly *)context)->days += counts->https_requests;
}

static void check_counts(struct fixture *f, const char *site, uint64_t hours, uint64_t days)
{
    struct hourly sum = {0};
    struct store_counts_range range = {.site = str_from(site), .step = EVIDENCE_HOUR, .until_s = INT64_MAX};
    assert_true(store_counts(f->store, &range, add_hours, &sum, NULL));
    range.step = EVIDENCE_DAY;
    assert_true(store_counts(f->store, &range, add_days, &sum, NULL));
    assert_int_equal(sum.hours, hours);
    assert_int_equal(sum.days, days);
}

/* Hours that were no day yet are in their day now as well; since when all is counted is not known. */
static void a_database_of_version_10_is_read_whole(void **unused)
{
    struct fixture f;
    struct state state;
    struct book book;
    struct evidence_counts traffic;
    int64_t since_s = 0, records = 0;
    (void)unused;
    make_from_sql(&f, "version_10.sql");
    fixture_open(&f);
    fixture_load(&f, &state, &book);
    check_sites(&state);
    check_keys(&f, state.sites[0]->ecdsa);
    check_counts(&f, "a.example", 20 + 3, 20 + 3 + 10);
    check_counts(&f, "b.example", 7, 7);
    check_counts(&f, "", 0, 0);
    assert_true(store_traffic(f.store, STR("a.example"), 1750006800, &traffic, NULL));
    assert_int_equal(traffic.https_requests, 3);
    assert_true(store_traffic(f.store, STR("b.example"), 0, &traffic, NULL));
    assert_int_equal(traffic.http_requests, 70);
    assert_true(store_counts_since(f.store, STR("a.example"), &since_s, NULL));
    assert_true(since_s < 0);
    assert_true(db_number(f.store->db, "SELECT count(*) FROM dns_record", &records, NULL));
    assert_int_equal(records, 1);
    state_fini(&state);
    book_fini(&book);
    fixture_fini(&f);
}

static struct buf schema_of(struct fixture *f)
{
    struct buf text;
    struct db_query query =
        db_query(f->store->db, "SELECT name, coalesce(sql, '') FROM sqlite_schema ORDER BY type, name");
    buf_init(&text, 1 << 20);
    while (db_next(&query))
        assert_true(buf_put_str(&text, db_str(&query, 0)) && buf_put_char(&text, ' ') &&
                    buf_put_str(&text, db_str(&query, 1)) && buf_put_char(&text, '\n'));
    assert_true(db_end(&query, NULL));
    return text;
}

/* A migration that was edited after its release, or that forgets what a new database gets, shows here. */
static void an_old_database_becomes_what_a_new_one_is(void **unused)
{
    static const char *const files[] = {"version_1.sql", "version_2.sql", "version_3.sql",
                                        "version_4.sql", "version_5.sql", "version_6.sql",
                                        "version_7.sql", "version_8.sql", "version_10.sql"};
    struct fixture fresh;
    (void)unused;
    fixture_init(&fresh);
    struct buf expected = schema_of(&fresh);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct fixture f;
        make_from_sql(&f, files[i]);
        fixture_open(&f);
        struct buf schema = schema_of(&f);
        assert_str(buf_str(&schema), buf_str(&expected));
        buf_fini(&schema);
        fixture_fini(&f);
    }
    buf_fini(&expected);
    fixture_fini(&fresh);
}

static void newer_and_foreign_databases_are_refused(void **unused)
{
    static const struct {
        const char *sql, *text, *fix;
    } cases[] = {
        {"PRAGMA user_version = 1000;", "has version 1000, this program knows version", "run the newer Strictgate"},
        {"PRAGMA application_id = 1;", "is no database of Strictgate", "move it elsewhere"},
        {"PRAGMA user_version = 0;", "is no database of Strictgate", "move it elsewhere"},
        {"PRAGMA application_id = 0; PRAGMA user_version = 0;", "is no database of Strictgate", "move it elsewhere"},
        {"PRAGMA user_version = -1;", "is no database of Strictgate", "move it elsewhere"},
    };
    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct fixture f;
        struct err err = {0};
        fixture_init(&f);
        assert_true(db_script(f.store->db, cases[i].sql, NULL));
        fixture_close(&f);
        struct buf before = fixture_read(&f, "strictgate.db");
        assert_false(store_open(f.directory, f.key, &f.store, &err));
        if (!strstr(err.text, cases[i].text) || !strstr(err.fix, cases[i].fix))
            fail_msg("%s: %s (%s)", cases[i].sql, err.text, err.fix);
        assert_int_equal(err.code, ERR_INPUT);
        struct buf after = fixture_read(&f, "strictgate.db");
        assert_true(str_eq(buf_str(&before), buf_str(&after)));
        buf_fini(&before);
        buf_fini(&after);
        fixture_fini(&f);
    }
}

static void a_file_without_anything_in_it_is_a_new_database(void **unused)
{
    struct fixture f;
    (void)unused;
    fixture_make_directory(&f);
    fixture_write(&f, "strictgate.db", STR(""));
    fixture_open(&f);
    assert_true(store_is_new(f.store));
    fixture_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_database_of_version_1_is_read_whole),
        cmocka_unit_test(a_database_of_version_2_is_read_whole),
        cmocka_unit_test(a_database_of_version_5_is_read_whole),
        cmocka_unit_test(a_database_of_version_6_is_read_whole),
        cmocka_unit_test(a_database_of_version_7_is_read_whole),
        cmocka_unit_test(a_database_of_version_8_is_read_whole),
        cmocka_unit_test(a_database_of_version_10_is_read_whole),
        cmocka_unit_test(an_old_database_becomes_what_a_new_one_is),
        cmocka_unit_test(newer_and_foreign_databases_are_refused),
        cmocka_unit_test(a_file_without_anything_in_it_is_a_new_database),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
