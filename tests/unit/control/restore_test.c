/* A backup put back: sites return, nothing that browsers were told is forgotten, nothing that keeps it is lost. */
#include "api_ask.h"
#include "control/promises.h"
#include "control/restore.h"

#define A     "{\"name\":\"a.test\",\"upstreams\":[\"http://127.0.0.1:1\"],\"local_ca\":true}"
#define B     "{\"name\":\"b.test\",\"upstreams\":[\"http://127.0.0.1:2\"],\"local_ca\":true}"
#define START "{\"move\":\"start\"}"
#define DAY_S 86400

static void take_backup(struct fixture *f, char path[static 80])
{
    struct err err = {0};
    (void)snprintf(path, 80, "%s/backup.db", f->directory);
    assert_true(store_backup(f->core.store, path, &err));
}

static struct restore_report put_back(struct fixture *f, const char *path, bool dry_run)
{
    struct restore_report report;
    struct err err = {0};
    if (!restore_backup(&f->core, path, dry_run, STR("uid 0 (root)"), &report, &err))
        fail_msg("%s", err.text);
    return report;
}

static void a_backup_on_a_new_machine_brings_everything_back(void **state)
{
    struct fixture *old = fixture_new(), *new = fixture_new();
    char path[80];
    (void)state;
    RUN_ONE(old, "POST", "/v1/sites", A, 201, NULL);
    fixture_look(old, "a.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(old, "POST", "/v1/sites/a.test/hsts/moves", START, 200, NULL);
    take_backup(old, path);
    struct restore_report rehearsed = put_back(new, path, true);
    assert_int_equal(rehearsed.sites_added, 1);
    assert_int_equal(new->core.state.sites_count, 0);
    struct restore_report report = put_back(new, path, false);
    assert_int_equal(report.sites_added, 1);
    assert_true(report.entries_merged >= 1);
    for (int round = 0; round < 2; round++) {
        RUN_ONE(new, "GET", "/v1/sites/a.test", "", 200, "\"source\":\"local-ca\"");
        RUN_ONE(new, "GET", "/v1/sites/a.test/hsts", "", 200, "\"field\":\"max-age=300\"");
        RUN_ONE(new, "GET", "/v1/sites/a.test/hsts", "", 200, "\"bound_until\":\"20");
        RUN_ONE(new, "GET", "/v1/audit", "", 200, "\"act\":\"restore\"");
        struct err err = {0};
        const struct site *site = state_find(&new->core.state, STR("a.test"));
        assert_non_null(certificates_get(new->core.certificates, site->ecdsa, &err)); /* the key, too, opens here */
        if (round == 0)
            fixture_restart(new);
    }
    fixture_free(old);
    fixture_free(new);
}

static void what_was_promised_since_the_backup_stays_known(void **state)
{
    struct fixture *f = fixture_new();
    char path[80];
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", A, 201, NULL);
    take_backup(f, path);
    RUN_ONE(f, "POST", "/v1/sites", B, 201, NULL);
    RUN_ONE(f, "POST", "/v1/sites", "{\"name\":\"c.test\",\"upstreams\":[\"http://x:1\"]}", 201, NULL);
    fixture_look(f, "a.test", OBSERVED_TRUST_DECLARED);
    fixture_look(f, "b.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(f, "POST", "/v1/sites/a.test/hsts/moves", START, 200, NULL);
    RUN_ONE(f, "POST", "/v1/sites/b.test/hsts/moves", START, 200, NULL);
    struct restore_report report = put_back(f, path, false);
    assert_int_equal(report.sites_kept, 1);     /* b.test: bound, and not in the backup */
    assert_int_equal(report.sites_removed, 1);  /* c.test */
    assert_int_equal(report.sites_replaced, 1); /* a.test, with the wish it has now */
    RUN_ONE(f, "GET", "/v1/sites/a.test/hsts", "", 200, "\"field\":\"max-age=300\"");
    RUN_ONE(f, "GET", "/v1/sites/b.test/hsts", "", 200, "\"field\":\"max-age=300\"");
    RUN_ONE(f, "GET", "/v1/sites/c.test", "", 404, NULL);
    RUN_ONE(f, "DELETE", "/v1/sites/a.test", "", 409, "keep-name");
    fixture_free(f);
}

/* Who is bound by what only the backup's ledger knows keeps the site that is here, too. */
static void a_site_that_only_the_backup_knows_to_be_bound_stays(void **state)
{
    struct fixture *old = fixture_new(), *new = fixture_new();
    char path[80];
    (void)state;
    RUN_ONE(old, "POST", "/v1/sites", A, 201, NULL);
    fixture_look(old, "a.test", OBSERVED_TRUST_DECLARED);
    RUN_ONE(old, "POST", "/v1/sites/a.test/hsts/moves", START, 200, NULL);
    RUN_ONE(old, "DELETE", "/v1/sites/a.test",
            "{\"override\":{\"guards\":[\"keep-name\"],\"reason\":\"moves house\",\"confirm\":\"a.test\"}}", 200, NULL);
    take_backup(old, path);
    RUN_ONE(new, "POST", "/v1/sites", A, 201, NULL); /* its new house */
    struct restore_report report = put_back(new, path, false);
    assert_int_equal(report.sites_removed, 0);
    assert_int_equal(report.sites_kept, 1);
    RUN_ONE(new, "GET", "/v1/sites/a.test", "", 200, "\"bound_by\":\"a.test\"");
    RUN_ONE(new, "GET", "/v1/audit", "", 200, "1 kept; entries of the ledger merged: 1");
    fixture_free(old);
    fixture_free(new);
}

static void what_is_no_backup_changes_nothing(void **state)
{
    static const char *const contents[] = {"", "no database", "SQLite format 3\0"};
    struct fixture *f = fixture_new();
    (void)state;
    RUN_ONE(f, "POST", "/v1/sites", A, 201, NULL);
    for (size_t i = 1; i < sizeof contents / sizeof *contents; i++)
        RUN_ONE(f, "POST", "/v1/restore", contents[i], 400, "backup");
    RUN_ONE(f, "POST", "/v1/restore", "", 400, "content");
    RUN_ONE(f, "GET", "/v1/sites/a.test", "", 200, NULL);
    assert_int_equal(f->core.state.generation, 1);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_backup_on_a_new_machine_brings_everything_back),
        cmocka_unit_test(what_was_promised_since_the_backup_stays_known),
        cmocka_unit_test(a_site_that_only_the_backup_knows_to_be_bound_stays),
        cmocka_unit_test(what_is_no_backup_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
