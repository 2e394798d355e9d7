/* A store from before is put back: what was promised after it was copied is not forgotten. */
#include "control/recall.h"
#include "control/sealed.h"
#include "core_fixture.h"
#include "disk.h"
#include "hsts/field.h"
#include "os/memfd.h"
#include "snapshot/build.h"
#include "snapshot/limits.h"

#define GENERATION 20
#define MAX_AGE_S  86400

/* What was served last: a.test with two aliases, and b.test without a promise. */
static void seal_snapshot(struct fixture *f)
{
    const struct str aliases[] = {STR_INIT("www.a.test"), STR_INIT("*.a.test")};
    const struct build_route route = {.prefix = STR_INIT("/"), .kind = SNAP_ROUTE_FIXED, .status = 200};
    const struct build_site sites[] = {
        {.name = STR_INIT("a.test"),
         .aliases = aliases,
         .aliases_count = 2,
         .hsts = STR_INIT("max-age=86400; includeSubDomains"),
         .slot = 0,
         .certificate_ecdsa = SNAPSHOT_NONE,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = &route,
         .routes_count = 1},
        {.name = STR_INIT("b.test"),
         .slot = 1,
         .certificate_ecdsa = SNAPSHOT_NONE,
         .certificate_rsa = SNAPSHOT_NONE,
         .routes = &route,
         .routes_count = 1},
    };
    struct build_input input = {.generation = GENERATION, .sites = sites, .sites_count = 2};
    struct err err = {0};
    void *blob;
    size_t size;
    snapshot_limits_default(&input.limits);
    assert_true(snapshot_build(&input, &blob, &size, &err));
    assert_true(sealed_write(f->core.seal_key, f->core.paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT),
                             str_make(blob, size), &err));
    snapshot_blob_free(blob, size);
}

static void put_back(struct fixture *f, uint64_t generation)
{
    static const char json[] = "{\"name\":\"a.test\",\"aliases\":[\"www.a.test\"],\"routes\":[{\"kind\":\"fixed\"}]}";
    struct err err = {0};
    struct site *site;
    json_t *read = json_loads(json, 0, NULL);
    assert_true(site_read(read, "", ROUTE_FROM_OPERATOR, &site, &err));
    json_decref(read);
    assert_true(state_add(&f->core.state, &site, 1, &err));
    site_unref(site);
    f->core.state.generation = generation;
}

static int64_t bound_until(struct fixture *f, struct str name, enum ledger_scope scope)
{
    const struct ledger *ledger = book_ledger(&f->core.book, name);
    return ledger ? ledger_bound_until(ledger, core_latest_s(&f->core), LEDGER_ANY, scope) : 0;
}

static void promises_younger_than_the_state_are_taken_over(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    int64_t least_s = clock_wall_s() + MAX_AGE_S;
    (void)state;
    put_back(f, GENERATION - 1);
    seal_snapshot(f);
    assert_true(recall_promises(&f->core, &err));
    for (int round = 0; round < 2; round++) {
        assert_true(bound_until(f, STR("a.test"), LEDGER_NAME) >= least_s);
        assert_true(bound_until(f, STR("a.test"), LEDGER_SUBDOMAINS) >= least_s);
        assert_true(bound_until(f, STR("*.a.test"), LEDGER_NAME) >= least_s);
        assert_null(book_ledger(&f->core.book, STR("b.test")));
        if (round == 0)
            fixture_restart(f); /* it is in the store */
    }
    put_back(f, f->core.state.generation);
    assert_true(recall_promises(&f->core, &err));
    /* The number is no gateway's: it would take what it has for the new one. */
    assert_true(commit_again(&f->core, &err));
    assert_true(f->core.state.generation > GENERATION + 1);
    fixture_free(f);
}

/* What the state's own control would have left open when it sealed the snapshot. */
static void open_promises(struct fixture *f, int64_t cap_s)
{
    static const char *const names[] = {"a.test", "www.a.test", "*.a.test"};
    const struct ledger_promise promise = {.max_age_s = MAX_AGE_S, .include_subdomains = true, .cap_s = cap_s};
    struct book_plan plan;
    book_plan_init(&plan, &f->core.book);
    for (size_t i = 0; i < 3; i++)
        assert_true(book_plan_open(&plan, &f->core.book, str_from(names[i]), &promise, core_over_s(&f->core)));
    assert_true(commit_plan(&f->core, &plan, NULL));
    book_plan_fini(&plan);
}

static void a_state_that_knows_it_all_stays_as_it_is(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    put_back(f, GENERATION);
    assert_true(recall_promises(&f->core, &err)); /* nothing was ever sealed */
    seal_snapshot(f);
    open_promises(f, 0);
    assert_true(recall_promises(&f->core, &err));
    assert_int_equal(f->core.state.generation, GENERATION);
    assert_int_equal(book_ledger(&f->core.book, STR("a.test"))->count, 1);
    fixture_free(f);
}

/* A backup of another machine may have come further; its number says nothing about what was served here. */
static void promises_that_a_later_state_does_not_know_are_taken_over(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    int64_t least_s = clock_wall_s() + MAX_AGE_S;
    (void)state;
    put_back(f, GENERATION + 1000);
    seal_snapshot(f);
    open_promises(f, clock_wall_s() + 60); /* bounded by a certificate, which the snapshot's is not */
    assert_true(recall_promises(&f->core, &err));
    assert_int_equal(f->core.state.generation, GENERATION + 1000);
    assert_true(bound_until(f, STR("a.test"), LEDGER_NAME) >= least_s);
    fixture_free(f);
}

/* Nothing is published until it is written: then the next sealed snapshot would hide that it was forgotten. */
static void promises_that_cannot_be_written_down_are_recalled_again(void **state)
{
    disk_install();
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    put_back(f, GENERATION - 1);
    seal_snapshot(f);
    disk_break(DISK_FULL, 1);
    assert_false(recall_promises(&f->core, &err));
    assert_int_equal(f->core.state.generation, GENERATION - 1);
    disk_break(DISK_SOUND, 0);
    fixture_restart(f);
    assert_true(recall_promises(&f->core, &err));
    assert_true(bound_until(f, STR("a.test"), LEDGER_NAME) >= clock_wall_s() + MAX_AGE_S);
    fixture_free(f);
    disk_remove();
}

static void a_damaged_snapshot_is_no_reason_to_stop(void **state)
{
    struct fixture *f = fixture_new();
    struct err err = {0};
    (void)state;
    put_back(f, 1);
    assert_true(file_replace(f->core.paths.snapshot, STR("damaged"), 0600, &err));
    assert_true(recall_promises(&f->core, &err));
    assert_true(
        sealed_write(f->core.seal_key, f->core.paths.snapshot, STR(SEALED_PURPOSE_SNAPSHOT), STR("short"), &err));
    assert_true(recall_promises(&f->core, &err));
    assert_int_equal(f->core.state.generation, 1);
    fixture_free(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(promises_younger_than_the_state_are_taken_over),
        cmocka_unit_test(a_state_that_knows_it_all_stays_as_it_is),
        cmocka_unit_test(promises_that_a_later_state_does_not_know_are_taken_over),
        cmocka_unit_test(promises_that_cannot_be_written_down_are_recalled_again),
        cmocka_unit_test(a_damaged_snapshot_is_no_reason_to_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
